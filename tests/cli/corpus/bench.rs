//! Trees to break: the certificates and keys in their files, and others put in their place.

use std::fs;
use std::sync::OnceLock;

use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::PrivateKey;

use super::forge::Forge;
use crate::support::{LEAVES, Tree, x509};

/// The authorities, below pki.
pub(super) const AUTHORITIES: [&str; 3] = ["ca", "front-proxy-ca", "etcd/ca"];
pub(super) const KUBECONFIGS: [&str; 5] = [
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];

/// Names are those of `renew`, and `ca`, `front-proxy-ca`, `etcd/ca` of the authorities.
impl Tree {
    /// The first certificate under a name.
    pub(super) fn certificate(&self, name: &str) -> Certificate {
        Certificate::all_from_pem(self.pem(name).as_bytes()).unwrap()[0].clone()
    }

    /// The certificates under a name, as PEM.
    pub(super) fn pem(&self, name: &str) -> String {
        let file = file_of(name);
        if is_kubeconfig(&file) {
            self.embedded(&file, "client-certificate-data")
        } else {
            fs::read_to_string(self.etc(&file)).unwrap()
        }
    }

    pub(super) fn private_key(&self, name: &str) -> PrivateKey {
        let file = file_of(name);
        let text = if is_kubeconfig(&file) {
            self.embedded(&file, "client-key-data")
        } else {
            fs::read_to_string(self.etc(&file.replace(".crt", ".key"))).unwrap()
        };
        PrivateKey::from_pem(text.as_bytes()).unwrap()
    }

    /// What a kubeconfig embeds in a field.
    pub(super) fn embedded(&self, file: &str, field: &str) -> String {
        let text = fs::read_to_string(self.etc(file)).unwrap();
        let data = x509::embedded(&text, field).unwrap();
        String::from_utf8(Base64::decode_vec(&data).unwrap()).unwrap()
    }

    /// Puts something else in a field of a kubeconfig.
    pub(super) fn embed(&self, file: &str, field: &str, content: &str) {
        let text = fs::read_to_string(self.etc(file)).unwrap();
        let old = x509::embedded(&text, field).unwrap();
        let new = Base64::encode_string(content.as_bytes());
        fs::write(self.etc(file), text.replace(&old, &new)).unwrap();
    }

    /// Puts these certificates under a name.
    pub(super) fn put_pem(&self, name: &str, content: &str) {
        let file = file_of(name);
        if is_kubeconfig(&file) {
            self.embed(&file, "client-certificate-data", content);
        } else {
            fs::write(self.etc(&file), content).unwrap();
        }
    }

    /// What every kubeconfig trusts.
    pub(super) fn trust_everywhere(&self, content: &str) {
        for file in KUBECONFIGS {
            if self.etc(file).exists() {
                self.embed(file, "certificate-authority-data", content);
            }
        }
    }

    /// Changes what a certificate says, signed again by its authority, or by itself. An authority
    /// is changed in the kubeconfigs that trust it too.
    pub(super) fn forge(&self, name: &str, change: impl FnOnce(Forge) -> Forge) {
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
pub(super) fn file_of(name: &str) -> String {
    let row = LEAVES.iter().find(|(known, ..)| *known == name);
    match row {
        Some((_, file, _)) => (*file).to_owned(),
        None if AUTHORITIES.contains(&name) => format!("pki/{name}.crt"),
        None => panic!("{name} is no name"),
    }
}

pub(super) fn authority_of(name: &str) -> Option<&'static str> {
    let row = LEAVES.iter().find(|(known, ..)| *known == name);
    row.map(|(.., authority)| *authority)
}

/// A key of no row, from those that are prepared.
pub(super) fn spare_key(number: usize) -> PrivateKey {
    let file = format!("../../tests/fixtures/keys/ecdsa-p256/{number:02}.pem");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    PrivateKey::from_pem(&fs::read(path).unwrap()).unwrap()
}

/// Another cluster, of the same names. Nobody may change it.
pub(super) fn other() -> &'static Tree {
    static MADE: OnceLock<Tree> = OnceLock::new();
    MADE.get_or_init(|| {
        let tree = Tree::empty();
        tree.init(&[]).exits(0);
        tree
    })
}
