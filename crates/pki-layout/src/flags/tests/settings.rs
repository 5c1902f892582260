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
