//! What a configuration file says beyond the cluster: directories and further arguments.

use std::path::Path;

use pki_core::config;

use super::*;

const KUBEADM: &str = "
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
certificatesDir: /srv/pki
apiServer:
  extraArgs:
  - {name: client-ca-file, value: /srv/clients.crt}
scheduler:
  extraArgs:
  - {name: v, value: \"2\"}
";

#[test]
fn further_arguments_are_overrides_in_their_order() {
    let settings = config::parse("f", KUBEADM).unwrap().settings;
    let expected = [
        Override::new(
            Component::KubeApiserver,
            "client-ca-file",
            "/srv/clients.crt",
        ),
        Override::new(Component::KubeScheduler, "v", "2"),
    ];
    assert_eq!(FlagOptions::from_settings(&settings).overrides, expected);
}

/// A component that is told of another file does not read the one that is made.
#[test]
fn files_that_an_argument_names_instead_are_found() {
    let settings = config::parse("f", KUBEADM).unwrap().settings;
    let options = FlagOptions::from_settings(&settings);
    let found = options
        .elsewhere(cluster().site(), &Directories::default())
        .unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "the configuration tells kube-apiserver --client-ca-file=/srv/clients.crt, and what is made \
             and renewed here is /etc/kubernetes/pki/ca.crt, which kube-apiserver then does not read"
        ]
    );
    // The file itself, and what is no file, are no matter.
    let same = FlagOptions::new()
        .with_override(Override::new(
            Component::Etcd,
            "trusted-ca-file",
            "/etc/kubernetes/pki/etcd/ca.crt",
        ))
        .with_override(Override::new(Component::Etcd, "client-cert-auth", "false"));
    let found = same.elsewhere(cluster().site(), &Directories::default());
    assert_eq!(found.unwrap(), []);
}

#[test]
fn directories_are_the_files_or_the_defaults() {
    let settings = config::parse("f", KUBEADM).unwrap().settings;
    let directories = Directories::from_settings(&settings);
    assert_eq!(directories.certificates, Path::new("/srv/pki"));
    assert_eq!(directories.kubeconfigs, Path::new("/etc/kubernetes"));
    let toml = "kubeconfig-dir = \"/srv/conf\"";
    let settings = config::parse("f", toml).unwrap().settings;
    let directories = Directories::from_settings(&settings);
    assert_eq!(directories.certificates, Path::new("/etc/kubernetes/pki"));
    assert_eq!(directories.kubeconfigs, Path::new("/srv/conf"));
}
