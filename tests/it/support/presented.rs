//! The certificates that somebody presents, as files another program can read.

use std::path::{Path, PathBuf};

use pkigen::Certificate;
use pkigen::cluster::Host;
use pkigen::pki_core::authority::path::{PathError, verify_usage};
use pkigen::pki_core::spec::Form;
use pkigen::table::{CERTS, Usage};
use time::OffsetDateTime;

use super::{Tree, decoded, embedded};

/// A leaf, and what its reader trusts.
#[derive(Debug)]
pub(crate) struct Presented {
    /// Name of the row.
    pub(crate) name: &'static str,
    /// The leaf and the path above it.
    pub(crate) file: PathBuf,
    /// The authorities.
    pub(crate) anchors: PathBuf,
    pub(crate) usage: Usage,
    /// The names it says it serves, as x509-cert reads them.
    pub(crate) hosts: Vec<Host>,
}

/// Every leaf that is in a tree. What kubeconfigs embed is written into files beside the tree.
pub(crate) fn presented(tree: &Tree) -> Vec<Presented> {
    let leaves = CERTS.iter().filter(|spec| !spec.is_authority());
    let leaves = leaves.filter_map(|spec| {
        let usage = spec.usage?;
        let (file, anchors) = match spec.form {
            Form::Pair { stem } => {
                let authority = spec.issuer?.spec().stem();
                let path = |stem| tree.path(&format!("pki/{stem}.crt"));
                (path(stem), path(authority))
            }
            Form::Kubeconfig { file, .. } if tree.path(file).exists() => {
                let text = tree.text(file);
                let extracted = |field: &str| {
                    let path = tree.root.prefix().join(format!("{file}.{field}"));
                    std::fs::write(&path, embedded(&text, field)).unwrap();
                    path
                };
                let (client, trust) = ("client-certificate-data", "certificate-authority-data");
                (extracted(client), extracted(trust))
            }
            _ => return None,
        };
        if !file.exists() {
            return None;
        }
        let pem = std::fs::read_to_string(&file).unwrap();
        let hosts = hosts(&decoded(&pem)[0]);
        Some(Presented {
            name: spec.name,
            file,
            anchors,
            usage,
            hosts,
        })
    });
    let leaves: Vec<Presented> = leaves.collect();
    assert!(!leaves.is_empty(), "nothing is presented");
    leaves
}

/// webpki accepts every leaf of a tree for its use, at each of these instants, and no leaf of one
/// use for the other.
pub(crate) fn webpki_accepts(tree: &Tree, instants: &[OffsetDateTime]) {
    for leaf in presented(tree) {
        for at in instants {
            leaf.judged_by_webpki(leaf.usage, *at).unwrap();
        }
        let unwanted = match leaf.usage {
            Usage::Client => Usage::Server,
            Usage::Server => Usage::Client,
            _ => continue,
        };
        leaf.judged_by_webpki(unwanted, instants[0]).unwrap_err();
    }
}

impl Presented {
    /// What webpki says of it.
    pub(crate) fn judged_by_webpki(
        &self,
        usage: Usage,
        at: OffsetDateTime,
    ) -> Result<(), PathError> {
        let read = |path: &Path| Certificate::all_from_pem(&std::fs::read(path).unwrap()).unwrap();
        verify_usage(&read(&self.file), &read(&self.anchors), usage, at)
    }
}

fn hosts(certificate: &x509_cert::Certificate) -> Vec<Host> {
    use x509_cert::ext::pkix::SubjectAltName;
    use x509_cert::ext::pkix::name::GeneralName;
    let extension = certificate
        .tbs_certificate()
        .get_extension::<SubjectAltName>()
        .unwrap();
    let names = extension.map(|(_, names)| names.0).unwrap_or_default();
    let host = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => name.as_str().parse().unwrap(),
        GeneralName::IpAddress(octets) => match <[u8; 4]>::try_from(octets.as_bytes()) {
            Ok(octets) => Host::Ip(octets.into()),
            Err(_) => Host::Ip(<[u8; 16]>::try_from(octets.as_bytes()).unwrap().into()),
        },
        other => panic!("a name of another type: {other:?}"),
    };
    names.iter().map(host).collect()
}
