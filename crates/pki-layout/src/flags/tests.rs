mod given;
mod kubeadm;
mod render;
mod set;
#[cfg(feature = "config")]
mod settings;
mod systemd;
mod table;

use pki_core::{Cluster, ClusterBuilder, Etcd, Node, NodeBuilder, Profile, Setup};

use super::{FlagOptions, FlagSet, Override};
use crate::Directories;
use crate::table::Component;

fn builder() -> ClusterBuilder {
    Cluster::builder()
}

/// The node of the fixtures.
fn node() -> NodeBuilder {
    Node::builder("cp1".parse().unwrap(), "192.168.10.11".parse().unwrap())
}

fn setup(cluster: ClusterBuilder, node: NodeBuilder) -> Setup {
    let cluster = cluster.build().unwrap();
    let node = node.build(&cluster).unwrap();
    Setup::new(cluster, node)
}

fn cluster() -> Setup {
    setup(builder().profile(Profile::Kubeadm), node())
}

fn external(ca_file: Option<&str>, pair: Option<(&str, &str)>) -> Setup {
    let own = str::to_owned;
    let etcd = Etcd::External {
        endpoints: vec![
            own("https://192.0.2.20:2379"),
            own("https://[2001:db8::20]:2379"),
        ],
        ca_file: ca_file.map(own),
        client_pair: pair.map(|(certificate, key)| (own(certificate), own(key))),
    };
    setup(builder().etcd(etcd), node())
}

fn set_of(component: Component, setup: &Setup, options: &FlagOptions) -> FlagSet {
    FlagSet::of(component, setup.site(), &Directories::default(), options).unwrap()
}

fn set(component: Component) -> FlagSet {
    set_of(component, &cluster(), &FlagOptions::new())
}

fn all() -> Vec<FlagSet> {
    FlagSet::all(
        cluster().site(),
        &Directories::default(),
        &FlagOptions::new(),
    )
    .unwrap()
}

fn lines(set: &FlagSet) -> Vec<String> {
    set.arguments().iter().map(ToString::to_string).collect()
}

/// The value of a flag that is there once.
fn value<'a>(set: &'a FlagSet, name: &str) -> Option<&'a str> {
    let mut found = set
        .arguments()
        .iter()
        .filter(|argument| argument.name() == name);
    let value = found.next().map(|argument| argument.value.as_str());
    assert!(found.next().is_none(), "{name} is there twice");
    value
}

/// kube-apiserver's set with these overrides.
fn with(overrides: &[(&str, &str)]) -> FlagSet {
    let given = overrides
        .iter()
        .map(|(name, value)| Override::new(Component::KubeApiserver, *name, *value));
    let options = given.fold(FlagOptions::new(), FlagOptions::with_override);
    set_of(Component::KubeApiserver, &cluster(), &options)
}
