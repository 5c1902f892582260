use const_oid::db::rfc5280 as oid;

use crate::judge::testing::Made;
use crate::spec::RowId::{
    AdminConf, Apiserver, EtcdHealthcheckClient, EtcdPeer, EtcdServer, SchedulerConf,
};
use crate::x509::forge::Forge;

/// An extended key usage of these last arcs below id-kp, or anyExtendedKeyUsage.
fn purposes(forge: Forge, arcs: &[u8]) -> Forge {
    let mut list = Vec::new();
    for arc in arcs {
        match arc {
            0 => list.extend([6, 4, 0x55, 0x1d, 0x25, 0]),
            arc => list.extend([6, 8, 43, 6, 1, 5, 5, 7, 3, *arc]),
        }
    }
    let mut value = vec![0x30, u8::try_from(list.len()).unwrap()];
    value.extend(list);
    forge.with(oid::ID_CE_EXT_KEY_USAGE, false, value)
}

/// Alternative names with these tags: 2 for DNS, 7 for addresses.
pub(super) fn names(forge: Forge, names: &[(u8, &[u8])]) -> Forge {
    let mut list = Vec::new();
    for (tag, value) in names {
        list.extend([0x80 | tag, u8::try_from(value.len()).unwrap()]);
        list.extend(*value);
    }
    let mut value = vec![0x30, u8::try_from(list.len()).unwrap()];
    value.extend(list);
    forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, value)
}

const SERVICE: [(u8, &[u8]); 3] = [
    (2, b"kubernetes"),
    (2, b"kubernetes.default"),
    (2, b"kubernetes.default.svc"),
];

#[test]
fn extended_key_usages() {
    for (id, file, arcs, rule) in [
        (Apiserver, "apiserver.crt", &[2][..], "wrong-purpose"),
        (EtcdServer, "etcd/server.crt", &[1], "wrong-purpose"),
        (EtcdPeer, "etcd/peer.crt", &[2], "wrong-purpose"),
        (SchedulerConf, "scheduler.conf", &[1], "wrong-purpose"),
        (
            EtcdHealthcheckClient,
            "etcd/healthcheck-client.crt",
            &[0],
            "any-purpose-only",
        ),
        (Apiserver, "apiserver.crt", &[2, 0], "any-purpose-only"),
    ] {
        let mut made = Made::new();
        made.forge(id, |forge| purposes(forge, arcs));
        made.finds(&[(rule, file)]);
    }
    let mut made = Made::new();
    made.forge(AdminConf, |forge| forge.without(oid::ID_CE_EXT_KEY_USAGE));
    // None at all is every purpose.
    made.finds(&[]);
}

#[test]
fn key_usages() {
    // keyEncipherment alone; none at all is every use.
    let mut made = Made::new();
    made.forge(Apiserver, |forge| {
        forge.with(oid::ID_CE_KEY_USAGE, true, vec![3, 2, 5, 0x20])
    });
    made.finds(&[("key-usage", "apiserver.crt")]);
    let mut made = Made::new();
    made.forge(Apiserver, |forge| forge.without(oid::ID_CE_KEY_USAGE));
    made.finds(&[]);
}

#[test]
fn a_server_must_have_names() {
    let mut made = Made::new();
    made.forge(Apiserver, |forge| {
        forge.without(oid::ID_CE_SUBJECT_ALT_NAME)
    });
    made.finds(&[("no-alternative-name", "apiserver.crt")]);
    let mut made = Made::new();
    made.forge(Apiserver, |forge| names(forge, &[(1, b"root@example.org")]));
    made.finds(&[("no-alternative-name", "apiserver.crt")]);
}

#[test]
fn an_address_is_no_dns_name() {
    let mut made = Made::new();
    made.forge(Apiserver, |forge| {
        names(forge, &[&SERVICE[..], &[(2, b"192.0.2.10")]].concat())
    });
    made.finds(&[("ip-as-dns-name", "apiserver.crt")]);
}

#[test]
fn names_that_match_nothing() {
    for odd in [
        (2, &b"a b"[..]),
        (2, b"a.*.b"),
        (2, b"kubernetes."),
        (2, b"1.2.3"),
        (7, &[1, 2, 3, 4, 5]),
    ] {
        let mut made = Made::new();
        let good = (7, &[192, 0, 2, 10][..]);
        made.forge(Apiserver, |forge| {
            names(forge, &[&SERVICE[..], &[good, odd]].concat())
        });
        made.finds(&[("malformed-name", "apiserver.crt")]);
    }
    // No host name, and yet every verifier takes it.
    let mut made = Made::new();
    let more = [
        (7, &[192, 0, 2, 10][..]),
        (2, b"my_host"),
        (2, b"*.example.org"),
    ];
    made.forge(Apiserver, |forge| {
        names(forge, &[&SERVICE[..], &more].concat())
    });
    made.finds(&[]);
}

#[test]
fn names_that_are_dialled_and_not_served() {
    let mut made = Made::new();
    made.forge(Apiserver, |forge| names(forge, &[(7, &[192, 0, 2, 10])]));
    made.finds(&[("name-not-served", "apiserver.crt")]);
    let message = &made.findings()[0].message;
    assert!(
        message.contains("kubernetes.default.svc (every cluster has it)"),
        "{message}"
    );
    assert!(message.ends_with("; it serves 192.0.2.10"), "{message}");

    let mut made = Made::new();
    made.kubeconfig(AdminConf, |facts| {
        "https://lb.example.org:6443".clone_into(&mut facts.server);
    });
    made.finds(&[("name-not-served", "apiserver.crt")]);
    let message = &made.findings()[0].message;
    assert!(
        message.contains("lb.example.org (admin.conf dials it)"),
        "{message}"
    );
    // Another name is asked for than is dialled.
    made.kubeconfig(AdminConf, |facts| {
        facts.server_name = Some("kubernetes".to_owned());
    });
    made.finds(&[]);

    let mut made = Made::new();
    made.forge(EtcdServer, |forge| {
        names(forge, &[(2, b"localhost"), (2, b"cp1")])
    });
    made.finds(&[("name-not-served", "etcd/server.crt")]);
}
