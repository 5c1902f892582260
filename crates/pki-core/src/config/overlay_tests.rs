#![allow(clippy::unwrap_used, reason = "a test stops when it is not so")]

use super::super::parse;
use super::super::settings::{Format, Source};
use super::*;

fn settings(path: &str, text: &str) -> Settings {
    parse(path, text).unwrap().settings
}

fn values(list: &[Sourced<String>]) -> Vec<&str> {
    list.iter().map(|item| item.value.as_str()).collect()
}

#[test]
fn single_values_and_networks_replace_and_names_are_added() {
    let below = settings(
        "below",
        "node-name = \"cp1\"\ncluster-name = \"prod\"\nservice-cidrs = [\"10.96.0.0/12\"]\n\
         [apiserver]\nsans = [\"a\"]\n[etcd.local]\nserver-sans = [\"s\"]\npeer-sans = [\"p\"]\n",
    );
    let over = settings(
        "over",
        "node-name = \"cp2\"\nservice-cidrs = [\"10.0.0.0/16\", \"fd00::/112\"]\n\
         [apiserver]\nsans = [\"b\"]\n[etcd.local]\nserver-sans = [\"t\"]\n",
    );
    let both = below.clone().overlaid(over.clone()).unwrap();
    assert_eq!(both.node_name, over.node_name);
    assert_eq!(both.cluster_name, below.cluster_name);
    assert_eq!(values(&both.service_cidrs), ["10.0.0.0/16", "fd00::/112"]);
    assert_eq!(values(&both.apiserver_sans), ["a", "b"]);
    let EtcdSettings::Local {
        server_sans,
        peer_sans,
    } = both.etcd.unwrap().value
    else {
        unreachable!("both have a local etcd");
    };
    assert_eq!(values(&server_sans), ["s", "t"]);
    assert_eq!(values(&peer_sans), ["p"]);
}

/// Every field: what only one of them has is kept from either side.
#[test]
fn nothing_that_one_side_says_is_lost() {
    for text in [
        include_str!("fixtures/full-v1beta4.yaml"),
        "profile = \"kubeadm\"\nkubeconfig-dir = \"/etc/kubernetes\"\n\
         [etcd.external]\nendpoints = [\"https://e:2379\"]\nca-file = \"/ca.crt\"\n",
    ] {
        let full = settings("f", text);
        let nothing = Settings::default;
        assert_eq!(full.clone().overlaid(nothing()).unwrap(), full);
        assert_eq!(nothing().overlaid(full.clone()).unwrap(), full);
    }
}

#[test]
fn the_format_below_stays() {
    let kubeadm = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
    let both = settings("below", kubeadm).overlaid(settings("over", "# nothing"));
    assert_eq!(both.unwrap().format, Some(Format::Kubeadm));
}

#[test]
fn names_of_a_local_etcd_do_not_go_over_an_external_one() {
    let external = "[etcd.external]\nendpoints = [\"https://e:2379\"]\n";
    let local = "[etcd.local]\npeer-sans = [\"p\"]\n";
    let error = settings("below", external).overlaid(settings("over", local));
    let place = |path: &str, key: &str| Source::File {
        path: path.to_owned(),
        line: 1,
        key: key.to_owned(),
    };
    assert_eq!(
        error.unwrap_err(),
        SettingsError::EtcdIsExternal {
            at: place("over", "etcd.local"),
            external: place("below", "etcd.external"),
        }
    );
    let over = settings("over", external);
    let both = settings("below", local).overlaid(over.clone()).unwrap();
    assert_eq!(both.etcd, over.etcd);
}

#[test]
fn an_argument_replaces_all_of_its_name() {
    let arguments = |list: &str| {
        let text = format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n\
             apiServer: {{extraArgs: [{list}]}}\nscheduler: {{extraArgs: [{{name: v, value: \"2\"}}]}}\n"
        );
        settings("f", &text)
    };
    let below = arguments("{name: v, value: \"1\"}, {name: v, value: \"3\"}, {name: x, value: a}");
    let mut over = arguments("{name: v, value: \"9\"}");
    over.extra_args.truncate(1);
    let both = below.overlaid(over).unwrap();
    let words = both.extra_args.iter().map(|one| {
        let value = &one.value.value;
        format!("{} {}={value}", one.component, one.name)
    });
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "kube-apiserver x=a",
            "kube-scheduler v=2",
            "kube-apiserver v=9"
        ]
    );
}
