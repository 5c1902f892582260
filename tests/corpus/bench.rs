//! Trees to break: the certificates and keys in their files, and others put in their place.

use std::fs;
use std::sync::OnceLock;

use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::PrivateKey;

use crate::support::forge::Forge;
use crate::support::{LEAVES, Presented, Tree, fixture, x509};

/// The authorities, below pki.
pub(crate) const AUTHORITIES: [&str; 3] = ["ca", "front-proxy-ca", "etcd/ca"];
pub(crate) const KUBECONFIGS: [&str; 5] = [
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];

/// Names are those of `renew`, and `ca`, `front-proxy-ca`, `etcd/ca` of the authorities.
impl Tree {
    /// The first certificate under a name.
    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        Certificate::all_from_pem(self.pem(name).as_bytes()).unwrap()[0].clone()
    }

    /// The certificates under a name, as PEM.
    pub(crate) fn pem(&self, name: &str) -> String {
        let file = file_of(name);
        if is_kubeconfig(&file) {
            self.embedded(&file, "client-certificate-data")
        } else {
            fs::read_to_string(self.etc(&file)).unwrap()
        }
    }

    pub(crate) fn private_key(&self, name: &str) -> PrivateKey {
        let file = file_of(name);
        let text = if is_kubeconfig(&file) {
            self.embedded(&file, "client-key-data")
        } else {
            fs::read_to_string(self.etc(&file.replace(".crt", ".key"))).unwrap()
        };
        PrivateKey::from_pem(text.as_bytes()).unwrap()
    }

    /// What a kubeconfig embeds in a field.
    pub(crate) fn embedded(&self, file: &str, field: &str) -> String {
        let text = fs::read_to_string(self.etc(file)).unwrap();
        let data = x509::embedded(&text, field).unwrap();
        String::from_utf8(Base64::decode_vec(&data).unwrap()).unwrap()
    }

    /// Puts something else in a field of a kubeconfig.
    pub(crate) fn embed(&self, file: &str, field: &str, content: &str) {
        let text = fs::read_to_string(self.etc(file)).unwrap();
        let old = x509::embedded(&text, field).unwrap();
        let new = Base64::encode_string(content.as_bytes());
        fs::write(self.etc(file), text.replace(&old, &new)).unwrap();
    }

    /// Puts these certificates under a name.
    pub(crate) fn put_pem(&self, name: &str, content: &str) {
        let file = file_of(name);
        if is_kubeconfig(&file) {
            self.embed(&file, "client-certificate-data", content);
        } else {
            fs::write(self.etc(&file), content).unwrap();
        }
    }

    /// What is presented under a name to those who trust an authority.
    pub(crate) fn presented(&self, name: &str, authority: &str) -> Presented {
        let host = match name {
            "apiserver" => "kubernetes",
            _ => "localhost",
        };
        Presented {
            chain: self.pem(name),
            anchors: self.pem(authority),
            serves: ["apiserver", "etcd-server", "etcd-peer"].contains(&name),
            dials: name != "apiserver",
            host: Some(host.to_owned()),
        }
    }

    /// What every kubeconfig trusts.
    pub(crate) fn trust_everywhere(&self, content: &str) {
        for file in KUBECONFIGS {
            if self.etc(file).exists() {
                self.embed(file, "certificate-authority-data", content);
            }
        }
    }

    /// Changes what a certificate says, signed again by its authority, or by itself. An authority
    /// is changed in the kubeconfigs that trust it too.
    pub(crate) fn forge(&self, name: &str, change: impl FnOnce(Forge) -> Forge) {
        let signer = authority_of(name).unwrap_or(name);
        let forged = change(Forge::of(&self.certificate(name)));
        let forged = forged.sign(&self.private_key(signer));
        self.put_pem(name, &forged);
        if name == "ca" {
            self.trust_everywhere(&forged);
        }
    }
}

fn is_kubeconfig(file: &str) -> bool {
    KUBECONFIGS.contains(&file)
}

/// The file below `/etc/kubernetes`.
pub(crate) fn file_of(name: &str) -> String {
    let row = LEAVES.iter().find(|(known, ..)| *known == name);
    match row {
        Some((_, file, _)) => (*file).to_owned(),
        None if AUTHORITIES.contains(&name) => format!("pki/{name}.crt"),
        None => panic!("{name} is no name"),
    }
}

pub(crate) fn authority_of(name: &str) -> Option<&'static str> {
    let row = LEAVES.iter().find(|(known, ..)| *known == name);
    row.map(|(.., authority)| *authority)
}

/// A key of no row, from those that are prepared.
pub(crate) fn spare_key(number: usize) -> PrivateKey {
    let path = fixture(&format!("keys/ecdsa-p256/{number:02}.pem"));
    PrivateKey::from_pem(&fs::read(path).unwrap()).unwrap()
}

/// Another cluster, of the same names. Nobody may change it.
pub(crate) fn other() -> &'static Tree {
    static MADE: OnceLock<Tree> = OnceLock::new();
    MADE.get_or_init(|| {
        let tree = Tree::empty();
        tree.init(&[]).exits(0);
        tree
    })
}
