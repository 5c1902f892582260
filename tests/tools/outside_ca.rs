//! Other programs as the authority: OpenSSL, GnuTLS and cfssl sign what `csr create` asks for, and
//! `csr import` finishes the node.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::node::node;
use crate::support::{NODE, Tree, program, run};

/// Which authority signs what, and for which purposes.
const SIGNED: [(&str, &str, &str); 12] = [
    ("apiserver", "ca", "server"),
    ("apiserver-kubelet-client", "ca", "client"),
    ("front-proxy-client", "front-proxy-ca", "client"),
    ("etcd-server", "etcd/ca", "peer"),
    ("etcd-peer", "etcd/ca", "peer"),
    ("etcd-healthcheck-client", "etcd/ca", "client"),
    ("apiserver-etcd-client", "etcd/ca", "client"),
    ("admin.conf", "ca", "client"),
    ("super-admin.conf", "ca", "client"),
    ("kubelet.conf", "ca", "client"),
    ("controller-manager.conf", "ca", "client"),
    ("scheduler.conf", "ca", "client"),
];

/// Signs one request in the directory that this runs in.
type Sign = fn(&Path, &str, &str, &str);

fn done(command: &mut Command, package: &str) -> Vec<u8> {
    let output = program(command, package, "");
    assert!(output.status.success(), "{command:?}: {output:?}");
    output.stdout
}

fn by_openssl(place: &Path, name: &str, authority: &str, _: &str) {
    let mut command = Command::new("openssl");
    command.current_dir(place).args([
        "x509",
        "-req",
        "-days",
        "200",
        "-copy_extensions",
        "copyall",
    ]);
    command.args([
        "-in",
        &format!("requests/{name}.csr"),
        "-out",
        &format!("answers/{name}.pem"),
    ]);
    command.args([
        "-CA",
        &format!("ca/{authority}.crt"),
        "-CAkey",
        &format!("ca/{authority}.key"),
    ]);
    done(&mut command, "openssl");
}

fn by_certtool(place: &Path, name: &str, authority: &str, _: &str) {
    fs::write(
        place.join("template"),
        "expiration_days = 200\nhonor_crq_extensions\n",
    )
    .unwrap();
    let mut command = Command::new("certtool");
    command
        .current_dir(place)
        .args(["--generate-certificate", "--template", "template"]);
    command.args(["--load-request", &format!("requests/{name}.csr")]);
    command.args(["--outfile", &format!("answers/{name}.pem")]);
    command.args(["--load-ca-certificate", &format!("ca/{authority}.crt")]);
    command.args(["--load-ca-privkey", &format!("ca/{authority}.key")]);
    done(&mut command, "gnutls-bin");
}

fn by_cfssl(place: &Path, name: &str, authority: &str, usage: &str) {
    let profile = |purposes: &[&str]| {
        let usages: Vec<&str> = ["signing", "digital signature"]
            .into_iter()
            .chain(purposes.iter().copied())
            .collect();
        serde_json::json!({"expiry": "4800h", "usages": usages})
    };
    let config = serde_json::json!({"signing": {"default": {"expiry": "4800h"}, "profiles": {
        "server": profile(&["server auth"]),
        "client": profile(&["client auth"]),
        "peer": profile(&["server auth", "client auth"]),
    }}});
    fs::write(place.join("cfssl.json"), config.to_string()).unwrap();
    let mut command = Command::new("cfssl");
    command.current_dir(place).args([
        "sign",
        "-loglevel",
        "5",
        "-config",
        "cfssl.json",
        "-profile",
        usage,
    ]);
    command.args([
        "-ca",
        &format!("ca/{authority}.crt"),
        "-ca-key",
        &format!("ca/{authority}.key"),
    ]);
    command.arg(format!("requests/{name}.csr"));
    let answer: serde_json::Value =
        serde_json::from_slice(&done(&mut command, "golang-cfssl")).unwrap();
    let text = answer["cert"].as_str().unwrap();
    fs::write(place.join(format!("answers/{name}.pem")), text).unwrap();
}

/// The keys of the node's authorities, in `ca` beside it.
fn moved_away(tree: &Tree) {
    fs::create_dir_all(tree.beside("ca/etcd")).unwrap();
    for name in ["ca", "front-proxy-ca", "etcd/ca"] {
        fs::copy(
            tree.pki(&format!("{name}.crt")),
            tree.beside(&format!("ca/{name}.crt")),
        )
        .unwrap();
        fs::rename(
            tree.pki(&format!("{name}.key")),
            tree.beside(&format!("ca/{name}.key")),
        )
        .unwrap();
    }
}

fn round_trip(tree: &Tree, create: &[&str], sign: Sign) {
    run(tree
        .command(&["csr", "create", "--to", "requests"])
        .args(create))
    .exits(0);
    fs::create_dir(tree.beside("answers")).unwrap();
    let mut asked = 0;
    for (name, authority, usage) in SIGNED {
        if tree.beside(&format!("requests/{name}.csr")).exists() {
            sign(&tree.beside(""), name, authority, usage);
            asked += 1;
        }
    }
    assert!(asked >= 11, "{asked} of 12 were asked for");
    tree.pkigen(&["csr", "import", "answers"]).exits(0);
    let judged = tree.pkigen(&["verify"]);
    assert_eq!(judged.code, 0, "{}", judged.stdout);
    let pki = tree.pki("");
    let openssl = |leaf: &str, authority: &str| {
        let mut command = Command::new("openssl");
        let command = command
            .current_dir(&pki)
            .args(["verify", "-x509_strict", "-CAfile"]);
        let command = command.args([format!("{authority}.crt"), format!("{leaf}.crt")]);
        done(command, "openssl");
    };
    openssl("apiserver", "ca");
    openssl("etcd/peer", "etcd/ca");
    openssl("front-proxy-client", "front-proxy-ca");
}

const OTHERS: [(&str, Sign); 3] = [
    ("openssl", by_openssl),
    ("certtool", by_certtool),
    ("cfssl", by_cfssl),
];

/// Everything below the authorities is missing; keys on P-256.
#[test]
fn a_new_node() {
    for (name, sign) in OTHERS {
        eprintln!("{name}");
        let tree = Tree::good();
        moved_away(&tree);
        for (row, ..) in SIGNED {
            let stem = row
                .replace("etcd-server", "etcd/server")
                .replace("etcd-peer", "etcd/peer");
            let stem = stem.replace("etcd-healthcheck", "etcd/healthcheck");
            for file in [
                tree.pki(&format!("{stem}.crt")),
                tree.pki(&format!("{stem}.key")),
                tree.etc(row),
            ] {
                let _ = fs::remove_file(file);
            }
        }
        round_trip(&tree, NODE, sign);
    }
}

/// OpenSSL is the root: intermediates ask it for their own new dates.
#[test]
fn intermediates_of_a_root_that_is_openssl() {
    let tree = Tree::empty();
    fs::create_dir(tree.beside("company")).unwrap();
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        done(
            command.current_dir(tree.beside("company")).args(arguments),
            "openssl",
        );
    };
    let subject = "/DC=com/DC=example/O=Example/CN=Root";
    let new = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "4000",
    ];
    let usage = "keyUsage=critical,keyCertSign,cRLSign";
    let files = [
        "-keyout", "ca.key", "-out", "ca.crt", "-subj", subject, "-addext", usage,
    ];
    openssl(&[&new[..], &files].concat());
    tree.init(&["--root-ca", "company"]).exits(0);
    run(tree
        .command(&["csr", "create", "--to", "company/requests"])
        .args(["ca", "front-proxy-ca", "etcd-ca"]))
    .exits(0);
    for name in ["ca", "front-proxy-ca", "etcd-ca"] {
        let (request, answer) = (format!("requests/{name}.csr"), format!("{name}.pem"));
        let sign = [
            "x509",
            "-req",
            "-days",
            "3000",
            "-copy_extensions",
            "copyall",
        ];
        let by = [
            "-CA", "ca.crt", "-CAkey", "ca.key", "-in", &request, "-out", &answer,
        ];
        openssl(&[&sign[..], &by].concat());
        let answer = format!("company/{answer}");
        tree.pkigen(&["renew", name, "--certificate", &answer])
            .exits(0)
            .shows(&["renewed"]);
    }
    tree.pkigen(&["verify"]).exits(0);
    let pki = tree.pki("").display().to_string();
    for (leaf, authority) in [("apiserver", "ca"), ("etcd/peer", "etcd/ca")] {
        let (leaf, authority) = (
            format!("{pki}/{leaf}.crt"),
            format!("{pki}/{authority}.crt"),
        );
        let verify = ["verify", "-x509_strict", "-CAfile", "ca.crt"];
        openssl(&[&verify[..], &["-untrusted", &authority, &leaf]].concat());
    }
}

/// As the remedy says where a key is kept elsewhere: take away the flags that name it.
fn signs_nothing(tree: &Tree) {
    let manifest = tree.etc("manifests/kube-controller-manager.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    let kept: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains("--cluster-signing-"))
        .collect();
    assert_ne!(kept, text);
    fs::write(manifest, kept).unwrap();
}

/// A node of kubeadm's, whose certificates end; RSA keys.
#[test]
fn a_node_of_kubeadms() {
    for (name, sign) in OTHERS {
        eprintln!("{name}");
        let tree = node("rsa-2048");
        moved_away(&tree);
        signs_nothing(&tree);
        round_trip(
            &tree,
            &["--within", "90000h", "--config", "kubeadm.yaml"],
            sign,
        );
    }
}
