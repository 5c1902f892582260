//! Answers that are not what was asked for: each is refused with both sides, and nothing is written.

use std::fs;

use super::CLIENT;
use super::{bare, create, etc, import, signed};
use crate::support::{How, Tree, Workshop};

/// What comes back for one certificate, made by the authority that is to sign.
type Tampered = (
    &'static str,
    &'static str,
    fn(&Workshop),
    &'static [&'static str],
);

const SERVER: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                      extendedKeyUsage=serverAuth";
const NAMES: &str = "subjectAltName=DNS:cp1,DNS:kubernetes,DNS:kubernetes.default,\
                     DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,\
                     IP:10.96.0.1,IP:192.0.2.10";

/// A certificate for the key that waits.
fn issue(shop: &Workshop, subject: &str, extensions: &str) {
    issue_as(shop, subject, extensions, How::YEAR);
}

fn issue_as(shop: &Workshop, subject: &str, extensions: &str, how: How<'_>) {
    shop.signed_as("waiting", "ca", subject, extensions, how);
}

const TAMPERED: &[Tampered] = &[
    (
        "scheduler.conf",
        "another key",
        |shop| {
            shop.key("waiting", "P-256");
            issue(shop, "/CN=system:kube-scheduler", CLIENT);
        },
        &["public key"],
    ),
    (
        "scheduler.conf",
        "a group more",
        |shop| issue(shop, "/O=system:masters/CN=system:kube-scheduler", CLIENT),
        &["groups", "system:masters", "none"],
    ),
    (
        "scheduler.conf",
        "another name",
        |shop| issue(shop, "/CN=system:kube-controller-manager", CLIENT),
        &[
            "common name",
            "system:kube-controller-manager",
            "system:kube-scheduler",
        ],
    ),
    (
        "scheduler.conf",
        "two names",
        |shop| issue(shop, "/CN=system:kube-scheduler/CN=admin", CLIENT),
        &["common name", "admin"],
    ),
    (
        "scheduler.conf",
        "no name",
        |shop| issue(shop, "/OU=x", CLIENT),
        &["common name"],
    ),
    (
        "scheduler.conf",
        "a served name",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                &format!("{CLIENT}\nsubjectAltName=DNS:kubernetes"),
            );
        },
        &["alternative names", "DNS:kubernetes", "none"],
    ),
    (
        "scheduler.conf",
        "an address",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                &format!("{CLIENT}\nsubjectAltName=IP:192.0.2.10"),
            );
        },
        &["alternative names"],
    ),
    (
        "scheduler.conf",
        "a mail address",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                &format!("{CLIENT}\nsubjectAltName=email:a@example.com"),
            );
        },
        &["alternative names"],
    ),
    (
        "scheduler.conf",
        "a server's purpose too",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,serverAuth",
            );
        },
        &["purposes", "serverAuth"],
    ),
    (
        "scheduler.conf",
        "a server's purpose alone",
        |shop| issue(shop, "/CN=system:kube-scheduler", SERVER),
        &["purposes"],
    ),
    (
        "scheduler.conf",
        "no purpose",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature",
            );
        },
        &["purposes", "none", "clientAuth"],
    ),
    (
        "scheduler.conf",
        "an authority",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign\nextendedKeyUsage=clientAuth",
            );
        },
        &["basic constraints", "CA:TRUE", "CA:FALSE"],
    ),
    (
        "scheduler.conf",
        "a leaf that may sign",
        |shop| {
            issue(
                shop,
                "/CN=system:kube-scheduler",
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyCertSign\nextendedKeyUsage=clientAuth",
            );
        },
        &["key usage", "keyCertSign"],
    ),
    (
        "scheduler.conf",
        "expired",
        |shop| issue_as(shop, "/CN=system:kube-scheduler", CLIENT, How::days(-30)),
        &["validity"],
    ),
    (
        "scheduler.conf",
        "of another authority",
        |shop| {
            shop.key("ca", "P-256");
            shop.self_signed("ca", "/CN=other", crate::support::AUTHORITY);
            issue(shop, "/CN=system:kube-scheduler", CLIENT);
        },
        &["path"],
    ),
    (
        "scheduler.conf",
        "of another authority of the same name",
        |shop| {
            shop.key("ca", "P-256");
            shop.self_signed("ca", "/CN=kubernetes-ca", crate::support::AUTHORITY);
            issue(shop, "/CN=system:kube-scheduler", CLIENT);
        },
        &["path"],
    ),
    (
        "scheduler.conf",
        "signed by itself",
        |shop| {
            shop.self_signed("waiting", "/CN=system:kube-scheduler", CLIENT);
        },
        &["path"],
    ),
    (
        "admin.conf",
        "without its group",
        |shop| issue(shop, "/CN=kubernetes-admin", CLIENT),
        &["groups", "none", "kubeadm:cluster-admins"],
    ),
    (
        "admin.conf",
        "with masters beside its group",
        |shop| {
            issue(
                shop,
                "/O=kubeadm:cluster-admins/O=system:masters/CN=kubernetes-admin",
                CLIENT,
            );
        },
        &["groups", "system:masters"],
    ),
    (
        "kubelet.conf",
        "another node's",
        |shop| issue(shop, "/O=system:nodes/CN=system:node:cp2", CLIENT),
        &["common name", "system:node:cp2", "system:node:cp1"],
    ),
    (
        "apiserver",
        "a name less",
        |shop| {
            issue(
                shop,
                "/CN=kube-apiserver",
                &format!(
                    "{SERVER}\n{}",
                    NAMES.replace(",DNS:kubernetes.default.svc.cluster.local", "")
                ),
            );
        },
        &["alternative names", "kubernetes.default.svc.cluster.local"],
    ),
    (
        "apiserver",
        "a name more",
        |shop| {
            issue(
                shop,
                "/CN=kube-apiserver",
                &format!("{SERVER}\n{NAMES},DNS:etcd.example.com"),
            );
        },
        &["alternative names", "etcd.example.com"],
    ),
    (
        "apiserver",
        "a wildcard",
        |shop| {
            issue(
                shop,
                "/CN=kube-apiserver",
                &format!("{SERVER}\n{NAMES},DNS:*.example.com"),
            );
        },
        &["alternative names", "*.example.com"],
    ),
    (
        "apiserver",
        "an address of another node",
        |shop| {
            issue(
                shop,
                "/CN=kube-apiserver",
                &format!("{SERVER}\n{}", NAMES.replace("192.0.2.10", "192.0.2.11")),
            );
        },
        &["alternative names", "192.0.2.11", "192.0.2.10"],
    ),
    (
        "apiserver",
        "no names",
        |shop| issue(shop, "/CN=kube-apiserver", SERVER),
        &["alternative names", "none"],
    ),
    (
        "apiserver",
        "a client's purpose too",
        |shop| {
            issue(
                shop,
                "/CN=kube-apiserver",
                &format!(
                    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n{NAMES}"
                ),
            );
        },
        &["purposes", "clientAuth"],
    ),
    (
        "apiserver",
        "a group",
        |shop| {
            issue(
                shop,
                "/O=system:masters/CN=kube-apiserver",
                &format!("{SERVER}\n{NAMES}"),
            );
        },
        &["groups", "system:masters"],
    ),
];

/// An answer for `name`, by the authority in `ca`.
fn answer(tree: &Tree, name: &str, make: fn(&Workshop)) {
    let read = |name: &str| fs::read(tree.beside("ca").join(name)).unwrap();
    let shop = Workshop::of(read("ca.crt"), read("ca.key"));
    let key = fs::read(tree.pki(&format!("requests/{name}.key"))).unwrap();
    shop.write("waiting.key", key);
    make(&shop);
    let place = tree.beside("certificates").join(format!("{name}.crt"));
    fs::write(place, shop.read("waiting.crt")).unwrap();
}

#[test]
fn what_is_not_what_was_asked_for() {
    assert!(TAMPERED.len() >= 25);
    let tree = bare();
    signed(&tree);
    for (name, what, make, said) in TAMPERED {
        let place = tree.beside("certificates").join(format!("{name}.crt"));
        let right = fs::read(&place).unwrap();
        answer(&tree, name, *make);
        let before = etc(&tree);
        let run = import(&tree, &["certificates"]);
        assert_eq!(run.code, 1, "{what}: {run:#?}");
        let start = format!("refused: {name}: what has come is not what was asked for");
        run.says(&[&start, "nothing was written"]).says(said);
        before.assert_untouched(&etc(&tree));
        fs::write(place, right).unwrap();
    }
    // And one that says the same is taken, whoever has signed it.
    answer(&tree, "scheduler.conf", |shop| {
        issue(shop, "/C=DE/OU=Platform/CN=system:kube-scheduler", CLIENT);
    });
    import(&tree, &["certificates"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// Whatever the files are called, and whatever else is with them.
#[test]
fn certificates_are_found_by_their_keys() {
    let tree = bare();
    let certificates = signed(&tree);
    let mut all = b"what the company's form says\n".to_vec();
    for entry in fs::read_dir(&certificates).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "crt") {
            all.extend(fs::read(&path).unwrap());
        }
    }
    fs::create_dir(tree.beside("mail")).unwrap();
    fs::write(tree.beside("mail/bundle.pem"), all).unwrap();
    fs::write(tree.beside("mail/readme.txt"), "as discussed").unwrap();
    import(&tree, &["mail"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// One that outlives what is there is the newer one.
#[test]
fn of_several_the_one_that_ends_last() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    for (to, life) in [("short", "10d"), ("long", "200d")] {
        let arguments = [
            "requests",
            "--authorities",
            "ca",
            "--to",
            to,
            "--certificate-validity",
            life,
        ];
        super::sign(&tree, &arguments).exits(0);
    }
    fs::create_dir(tree.beside("both")).unwrap();
    for from in ["short", "long"] {
        let text = fs::read(tree.beside(from).join("apiserver.crt")).unwrap();
        fs::write(tree.beside("both").join(format!("{from}.pem")), text).unwrap();
    }
    import(&tree, &["both"]).exits(1);
    let long = fs::read_to_string(tree.beside("long/apiserver.crt")).unwrap();
    assert_eq!(tree.text("apiserver.crt"), long);
}
