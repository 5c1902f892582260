use time::macros::datetime;

use super::*;
use crate::Directories;

const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

fn of_tables(setup: Setup) -> MapFacts {
    let nodes = vec![UNNAMED.to_owned()];
    MapFacts::of_tables(setup, nodes, EtcdPlace::Local, &Directories::default(), NOW)
}

#[test]
fn tables_give_every_row() {
    for setup in [Setup::Kubeadm, Setup::Ours] {
        let facts = of_tables(setup);
        let always = PATHS.iter().filter(|path| path.set_up_by.is_empty());
        let always: Vec<_> = always.collect();
        assert_eq!(facts.paths.len(), always.len());
        for (fact, path) in facts.paths.iter().zip(always) {
            let guard = match setup {
                Setup::Kubeadm => path.kubeadm,
                Setup::Ours => path.ours,
            };
            assert!(std::ptr::eq(fact.path, path));
            assert_eq!(fact.protection, guard.protection());
            assert!(fact.gaps.is_empty() && fact.faults.is_empty());
        }
        for (fact, spec) in facts.certificates.iter().zip(CERTS) {
            assert_eq!(fact.id, Some(spec.id));
            assert!(fact.file.contains(spec.stem()), "{}", fact.file);
        }
        assert!(facts.certificate(RowId::ServiceAccount).is_some());
    }
}

#[test]
fn the_first_name_is_of_the_node_without_one() {
    let mut facts = of_tables(Setup::Kubeadm);
    facts.add_nodes(["cp1", "cp2", "cp1"].map(str::to_owned));
    assert_eq!(facts.nodes, ["cp1", "cp2"]);
}

#[test]
fn hosts_are_taken_out_of_urls() {
    let EtcdPlace::External(hosts) = EtcdPlace::external([
        "https://etcd-1.example:2379",
        " https://[2001:db8::1]:2379/x",
        "https://192.0.2.1",
        "no url",
        "https://a\"b:1",
        "https://:1",
    ]) else {
        panic!("external");
    };
    assert_eq!(hosts, ["etcd-1.example", "[2001:db8::1]", "192.0.2.1"]);
}

#[test]
fn etcd_is_missing_everywhere_and_the_rest_on_the_first_node() {
    let mut facts = of_tables(Setup::Kubeadm);
    facts.etcd = EtcdPlace::Missing;
    facts.missing = vec![Component::KubeScheduler];
    assert!(facts.is_missing(Component::Etcd, 1));
    assert!(facts.is_missing(Component::KubeScheduler, 0));
    assert!(!facts.is_missing(Component::KubeScheduler, 1));
    assert!(!facts.is_missing(Component::KubeApiserver, 0));
}
