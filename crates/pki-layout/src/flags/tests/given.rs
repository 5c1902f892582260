//! What the options and their overrides decide.

use super::{cluster, lines, set, set_of, value, with};
use crate::Directories;
use crate::flags::{FlagOptions, FlagSet, FlagsError, Override};
use crate::table::Component;

const MANAGER: Component = Component::KubeControllerManager;

#[test]
fn without_the_authoritys_key_nothing_is_signed() {
    let options = FlagOptions::new().with_cluster_ca_key_present(false);
    let without = lines(&set_of(MANAGER, &cluster(), &options));
    assert!(without.contains(&"--cluster-signing-cert-file=".to_owned()));
    assert!(without.contains(&"--cluster-signing-key-file=".to_owned()));
    assert!(without.contains(&"--root-ca-file=/etc/kubernetes/pki/ca.crt".to_owned()));
    assert_eq!(without.len(), set(MANAGER).arguments().len());
}

#[test]
fn the_signing_duration_is_there_on_request() {
    assert_eq!(value(&set(MANAGER), "cluster-signing-duration"), None);
    let options = FlagOptions::new().with_cluster_signing_duration("30d".parse().unwrap());
    let set = set_of(MANAGER, &cluster(), &options);
    assert_eq!(value(&set, "cluster-signing-duration"), Some("720h"));
    assert!(lines(&set).is_sorted());
}

#[test]
fn overrides_replace_every_flag_of_their_name_and_keep_their_order() {
    let set = with(&[
        ("service-account-issuer", "https://new.example"),
        ("client-ca-file", "/srv/bundle.crt"),
        ("service-account-issuer", "https://old.example"),
    ]);
    let lines = lines(&set);
    assert_eq!(
        lines.iter().rev().take(3).rev().collect::<Vec<_>>(),
        [
            "--service-account-issuer=https://new.example",
            "--client-ca-file=/srv/bundle.crt",
            "--service-account-issuer=https://old.example",
        ]
    );
    let count = super::set(Component::KubeApiserver).arguments().len();
    assert_eq!(lines.len(), count - 2 + 3);
    assert!(lines[..lines.len() - 3].is_sorted());
}

#[test]
fn overrides_of_other_flags_and_other_components_are_left_out() {
    let plain = lines(&set(Component::KubeApiserver));
    let others = [
        ("audit-log-path", "/var/log/audit\nlog"),
        ("--client-ca-file", "/srv/x"),
        ("", ""),
    ];
    assert_eq!(lines(&with(&others)), plain);
    let of_manager = Override::new(MANAGER, "client-ca-file", "/srv/x");
    let options = FlagOptions::new().with_override(of_manager);
    assert_eq!(
        lines(&set_of(Component::KubeApiserver, &cluster(), &options)),
        plain
    );
    // A field of the configuration file is no flag.
    let field = Override::new(Component::Kubelet, "authorization.mode", "AlwaysAllow");
    let options = FlagOptions::new().with_override(field);
    let kubelet = set_of(Component::Kubelet, &cluster(), &options);
    assert_eq!(lines(&kubelet), lines(&set(Component::Kubelet)));
    assert_eq!(
        kubelet.settings().len(),
        set(Component::Kubelet).settings().len()
    );
}

#[test]
fn overrides_bring_in_what_the_table_knows_but_does_not_set() {
    let set = with(&[("kubelet-certificate-authority", "/srv/kubelet-ca.crt")]);
    let authority = value(&set, "kubelet-certificate-authority");
    assert_eq!(authority, Some("/srv/kubelet-ca.crt"));
}

#[test]
fn an_authorization_configuration_takes_the_place_of_the_modes() {
    let set = with(&[("authorization-config", "/etc/kubernetes/authz.yaml")]);
    assert_eq!(value(&set, "authorization-mode"), None);
    let file = value(&set, "authorization-config");
    assert_eq!(file, Some("/etc/kubernetes/authz.yaml"));
    let set = with(&[("authorization-mode", "RBAC")]);
    assert_eq!(value(&set, "authorization-mode"), Some("RBAC"));
}

#[test]
fn an_override_wins_over_a_missing_authoritys_key() {
    let given = Override::new(MANAGER, "cluster-signing-cert-file", "/srv/issuing.crt");
    let options = FlagOptions::new()
        .with_cluster_ca_key_present(false)
        .with_override(given);
    let set = set_of(MANAGER, &cluster(), &options);
    assert_eq!(
        value(&set, "cluster-signing-cert-file"),
        Some("/srv/issuing.crt")
    );
    assert_eq!(value(&set, "cluster-signing-key-file"), Some(""));
}

#[test]
fn overrides_of_etcd_do_nothing_where_it_does_not_run() {
    let options =
        FlagOptions::new().with_override(Override::new(Component::Etcd, "cert-file", "/x"));
    let cluster = super::external(None, None);
    assert!(
        set_of(Component::Etcd, &cluster, &options)
            .arguments()
            .is_empty()
    );
}

#[test]
fn a_line_break_in_an_override_is_refused() {
    let given = Override::new(MANAGER, "controllers", "*\n--bind-address=0.0.0.0");
    let options = FlagOptions::new().with_override(given);
    let set = FlagSet::of(MANAGER, cluster().site(), &Directories::default(), &options);
    let error = set.unwrap_err();
    assert!(
        matches!(
            &error,
            FlagsError::ControlCharacter {
                name: "controllers",
                ..
            }
        ),
        "{error}"
    );
}
