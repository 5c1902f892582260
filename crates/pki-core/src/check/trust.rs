//! Whether the places that accept clients accept each only their own.

use super::Rule;
use super::finding::{Findings, Place};
use super::node::Node;
use crate::spec::CertId;
use crate::verify::{Signature, signature};
use crate::x509::Certificate;

/// A place that accepts the clients of its authorities.
struct Domain<'a> {
    name: &'static str,
    files: Vec<(&'a str, &'a [Certificate])>,
}

/// Compares every two domains.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    let file = |id: CertId| {
        let bundle = node.bundle(id)?;
        Some((bundle.file.as_str(), bundle.certificates))
    };
    let mut cluster: Vec<_> = file(CertId::ClusterCa).into_iter().collect();
    if let Some(kubelet) = &node.evidence.kubelet.client_ca
        && let Some(certificates) = kubelet.certificates.present()
        && !cluster.iter().any(|(file, _)| *file == kubelet.path)
    {
        cluster.push((&kubelet.path, certificates));
    }
    let domains = [
        Domain {
            name: "the API server and the kubelet",
            files: cluster,
        },
        Domain {
            name: "the API server's aggregation layer",
            files: file(CertId::FrontProxyCa).into_iter().collect(),
        },
        Domain {
            name: "etcd",
            files: file(CertId::EtcdCa).into_iter().collect(),
        },
    ];
    for (position, second) in domains.iter().enumerate() {
        for first in domains.iter().take(position) {
            compare(findings, first, second);
        }
    }
}

fn compare(findings: &mut Findings, first: &Domain<'_>, second: &Domain<'_>) {
    for (file, certificates) in &second.files {
        for (other_file, others) in &first.files {
            let place = Place { file, name: None };
            for certificate in *certificates {
                if let Some(message) = shared(certificate, others, other_file, first, second) {
                    findings.file(Rule::SharedTrust, place, message);
                } else if let Some(other) = same_key(certificate, others) {
                    let message = format!(
                        "the key of {} is also that of {} in {other_file}, where the clients of \
                         {} come from",
                        certificate.subject(),
                        other.subject(),
                        first.name
                    );
                    findings.file(Rule::SharedAuthorityKey, place, message);
                }
            }
        }
    }
}

/// How clients of one domain come to be accepted in the other through this certificate.
fn shared(
    certificate: &Certificate,
    others: &[Certificate],
    other_file: &str,
    first: &Domain<'_>,
    second: &Domain<'_>,
) -> Option<String> {
    let subject = certificate.subject();
    let (this, that) = (second.name, first.name);
    if others.iter().any(|other| is_same(certificate, other)) {
        return Some(format!(
            "{subject} is trusted in {other_file} too: its clients are accepted by {this} and by \
             {that}"
        ));
    }
    // An authority below one that the other place trusts: its clients are accepted there, if
    // they bring its certificate along.
    let above = |lower: &Certificate, upper: &Certificate| {
        lower.issuer() == upper.subject()
            && lower != upper
            && signature(lower, upper) == Signature::Valid
    };
    if let Some(other) = others.iter().find(|other| above(certificate, other)) {
        return Some(format!(
            "{subject} is issued by {}, which {other_file} trusts: its clients are accepted by \
             {that} too",
            other.subject()
        ));
    }
    let other = others.iter().find(|other| above(other, certificate))?;
    Some(format!(
        "{subject} has issued {}, which {other_file} trusts: the clients of {that} are accepted \
         by {this} too",
        other.subject()
    ))
}

fn is_same(one: &Certificate, other: &Certificate) -> bool {
    one.subject() == other.subject() && one.spki_der() == other.spki_der()
}

fn same_key<'a>(certificate: &Certificate, others: &'a [Certificate]) -> Option<&'a Certificate> {
    let mut others = others.iter();
    others.find(|other| other.spki_der() == certificate.spki_der())
}
