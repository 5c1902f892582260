//! Clusters that somebody else made: nothing is found, and everybody accepts every certificate.

use super::bench::AUTHORITIES;
use super::oracle::{self, Presented};
use crate::support::{LEAVES, Tree, Workshop};

/// Fails the test unless exactly these rules are broken, each in its file.
#[track_caller]
pub(super) fn finds(tree: &Tree, arguments: &[&str], expected: &[(&str, &str)]) {
    let run = tree.pkigen(&[&["verify", "-o", "json"], arguments].concat());
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<(&str, &str)> = findings
        .iter()
        .map(|one| {
            let file = one["file"].as_str().unwrap();
            let file = file.strip_prefix("/etc/kubernetes/").unwrap_or(file);
            (one["rule"].as_str().unwrap(), file)
        })
        .collect();
    assert_eq!(found, expected, "{findings:#?}");
}

/// Fails the test unless all three accept every leaf of the tree.
#[track_caller]
pub(super) fn everybody_accepts(tree: &Tree) {
    for (name, file, authority) in LEAVES {
        if !tree.etc(file).exists() {
            continue;
        }
        let serves = ["apiserver", "etcd-server", "etcd-peer"].contains(name);
        let host = if *name == "apiserver" {
            "kubernetes"
        } else {
            "localhost"
        };
        let presented = Presented {
            chain: tree.pem(name),
            anchors: tree.pem(authority),
            serves,
            dials: *name != "apiserver",
            host: Some(host.to_owned()),
        };
        let (letters, said) = oracle::ask(&presented);
        assert_eq!(letters, "---", "{name}: {said:?}");
    }
}

/// How somebody makes certificates, as OpenSSL's configuration says it.
struct Maker {
    name: &'static str,
    /// Extensions of authorities.
    authority: &'static str,
    /// Options of the command that makes authorities.
    options: &'static str,
    /// What stands before the common name of an authority.
    prefix: &'static str,
    /// Extensions of every leaf, beside its names and purposes.
    leaf: &'static str,
    /// Whether administrators are in system:masters.
    masters: bool,
    /// The kind of the authorities' keys.
    kind: &'static str,
    /// Options of the command that signs leaves.
    sign: &'static str,
}

const MAKERS: &[Maker] = &[
    Maker {
        name: "kubeadm before 1.28: serial number 0, no basic constraints on leaves, masters",
        authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                    basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n",
        options: " -set_serial 0",
        prefix: "",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nauthorityKeyIdentifier=keyid\n",
        masters: true,
        kind: "2048",
        sign: "",
    },
    Maker {
        name: "OpenSSL's own configuration",
        authority: "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always,issuer\n\
                    basicConstraints=critical,CA:TRUE\nkeyUsage=cRLSign,keyCertSign\n\
                    nsCertType=sslCA,emailCA\nnsComment=made by hand\n",
        options: "",
        prefix: "/C=DE/ST=Berlin/L=Berlin/O=Example/OU=Infrastructure",
        leaf: "basicConstraints=CA:FALSE\nnsComment=OpenSSL Generated Certificate\n\
               subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\n\
               keyUsage=nonRepudiation,digitalSignature,keyEncipherment\n",
        masters: false,
        kind: "P-256",
        sign: "",
    },
    Maker {
        name: "cfssl",
        authority: "keyUsage=critical,keyCertSign,cRLSign\nbasicConstraints=critical,CA:TRUE,pathlen:2\n\
                    subjectKeyIdentifier=hash\n",
        options: "",
        prefix: "/C=US/ST=Oregon/L=Portland/O=Kubernetes/OU=CA",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n\
               subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        masters: true,
        kind: "2048",
        sign: "",
    },
    Maker {
        name: "cert-manager, without subject key identifiers on leaves",
        authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                    basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n",
        options: "",
        prefix: "",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n\
               authorityKeyIdentifier=keyid\n",
        masters: false,
        kind: "P-384",
        sign: "",
    },
    Maker {
        name: "Active Directory, whose padding is PSS",
        authority: "keyUsage=digitalSignature,keyCertSign,cRLSign\nbasicConstraints=critical,CA:TRUE\n\
                    subjectKeyIdentifier=hash\n1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:SubCA\n\
                    1.3.6.1.4.1.311.21.1=ASN1:INTEGER:0\n",
        options: " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest",
        prefix: "/DC=corp/DC=example",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nsubjectKeyIdentifier=hash\n\
               authorityKeyIdentifier=keyid\n1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:WebServer\n\
               1.3.6.1.4.1.311.21.7=DER:300E06062B0601040163020164020100\n\
               crlDistributionPoints=URI:ldap:///CN=ca\n\
               authorityInfoAccess=caIssuers;URI:http://pki.example.org/ca.crt\n\
               certificatePolicies=1.3.6.1.4.1.311.21.8.1\n",
        masters: false,
        kind: "2048",
        sign: " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest",
    },
];

/// Replaces every certificate of a tree; the keys of leaves stay.
fn remake(tree: &Tree, maker: &Maker) {
    let shop = Workshop::new();
    for (number, name) in AUTHORITIES.into_iter().enumerate() {
        let stem = format!("ca{number}");
        tree.put(&format!("{name}.key"), shop.key(&stem, maker.kind));
        let subject = format!("{}/CN={}", maker.prefix, name.replace('/', "-"));
        let certificate = shop.self_signed_with(&stem, &subject, maker.authority, maker.options);
        tree.put(&format!("{name}.crt"), certificate);
    }
    tree.trust_everywhere(&tree.pem("ca"));
    for (name, _, authority) in LEAVES {
        let old = tree.certificate(name);
        shop.write(
            "leaf.key",
            tree.private_key(name).to_pem().unwrap().as_bytes(),
        );
        let number = AUTHORITIES.iter().position(|one| one == authority).unwrap();
        let groups: Vec<&str> = match *name {
            "admin.conf" | "apiserver-kubelet-client" if maker.masters => vec!["system:masters"],
            _ => old.subject().groups().collect(),
        };
        let groups = groups.iter().map(|group| format!("/O={group}"));
        let groups = groups.collect::<Vec<_>>().concat();
        let subject = format!("{groups}/CN={}", old.subject().common_name().unwrap());
        let purposes = old.purpose_names().join(",");
        let mut extensions = format!("{}extendedKeyUsage={purposes}\n", maker.leaf);
        let names: Vec<String> = old.alternative_names();
        if !names.is_empty() {
            extensions += "subjectAltName=";
            extensions += &(names.join(",") + "\n");
        }
        let issuer = format!("ca{number}");
        let leaf = shop.signed_with("leaf", &issuer, &subject, &extensions, maker.sign);
        tree.put_pem(name, &String::from_utf8(leaf).unwrap());
    }
}

#[test]
fn what_others_make() {
    std::thread::scope(|scope| {
        for maker in MAKERS {
            scope.spawn(|| {
                let tree = Tree::good();
                remake(&tree, maker);
                eprintln!("{}", maker.name);
                finds(&tree, &[], &[]);
                everybody_accepts(&tree);
            });
        }
    });
}

/// Go gave authorities no key identifier before 1.15, and they live for ten years. It is found,
/// of the authorities alone.
#[test]
fn kubeadm_before_1_19() {
    let tree = Tree::good();
    let maker = Maker {
        name: "kubeadm before 1.19",
        authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                    basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\n",
        options: " -set_serial 0",
        prefix: "",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nauthorityKeyIdentifier=none\n\
               subjectKeyIdentifier=none\n",
        masters: true,
        kind: "P-256",
        sign: "",
    };
    remake(&tree, &maker);
    let rule = "no-key-identifier";
    let expected = ["pki/ca.crt", "pki/front-proxy-ca.crt", "pki/etcd/ca.crt"];
    finds(&tree, &[], &expected.map(|file| (rule, file)));
}
