//! Whether kubeconfigs hold what they must, and trust the API server that is there.

use super::evidence::ClientFiles;
use super::finding::{Findings, Place};
use super::node::{Kubeconfig, Node};
use super::{Rule, path};
use crate::inventory::{ClientFacts, Found};
use crate::spec::CertId;
use crate::x509::Certificate;

/// The parts of every kubeconfig that could be read. Whether the API server's own chain is in
/// order has been judged before.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    let server = server_chain(findings, node);
    for kubeconfig in &node.kubeconfigs {
        parts(findings, node, kubeconfig);
        trust(findings, node, kubeconfig, server);
    }
}

/// What the API server presents, where ca.crt verifies it: then a kubeconfig must too.
fn server_chain<'a>(findings: &Findings, node: &Node<'a>) -> Option<&'a [Certificate]> {
    let presented = node.presented(CertId::Apiserver)?;
    let chain = presented.certificates.present()?;
    let bundle = node.bundle(CertId::ClusterCa)?;
    let verifies = path::paths(chain, bundle.certificates).is_ok();
    let replaced = findings.has_at(Rule::PairMismatch, &bundle.file)
        || findings.has_at(Rule::AuthorityReplaced, &bundle.file);
    (verifies && !replaced).then_some(chain.as_slice())
}

fn parts(findings: &mut Findings, node: &Node<'_>, kubeconfig: &Kubeconfig<'_>) {
    let place = kubeconfig.place();
    broken(findings, place, &kubeconfig.facts.trust);
    match &kubeconfig.facts.client {
        ClientFacts::Embedded { certificate, key } => {
            broken(findings, place, certificate);
            // A key that is too short is said of its certificate.
            let odd = certificate
                .present()
                .and_then(|chain| chain.first())
                .is_some_and(|leaf| leaf.public_key().is_err());
            if !odd {
                broken(findings, place, key);
            }
        }
        ClientFacts::Files {
            certificate, key, ..
        } => {
            if key.is_none() {
                let message =
                    format!("it names the client-certificate {certificate} and no client-key");
                findings.file(Rule::KubeconfigUnusable, place, message);
            } else if let Some(files) = node.evidence.client_files.get(&kubeconfig.id) {
                dangling(findings, place, files);
            }
        }
        // A token or a plugin; that is for others to judge.
        ClientFacts::Other => {}
    }
}

fn dangling(findings: &mut Findings, place: Place<'_>, files: &ClientFiles) {
    let certificate = (&files.certificate, files.pair.certificate.is_absent());
    let key = (&files.key, files.pair.key.is_absent());
    let missing = [certificate, key].into_iter().find(|(_, absent)| *absent);
    if let Some((file, _)) = missing {
        let message = format!("it names {file}, which is not there");
        findings.file(Rule::KubeconfigUnusable, place, message);
    }
}

fn broken<T>(findings: &mut Findings, place: Place<'_>, found: &Found<T>) {
    if let Found::Broken { reason } | Found::Unreadable { reason } = found {
        findings.file(Rule::KubeconfigUnusable, place, format!("it {reason}"));
    }
}

fn trust(
    findings: &mut Findings,
    node: &Node<'_>,
    kubeconfig: &Kubeconfig<'_>,
    server: Option<&[Certificate]>,
) {
    let (Some(trust), Some(server)) = (kubeconfig.facts.trust.present(), server) else {
        return;
    };
    let subjects = |list: &[&Certificate]| {
        let subjects: Vec<String> = list
            .iter()
            .map(|one| format!("{} (serial {})", one.subject(), one.serial_number()))
            .collect();
        subjects.join("; ")
    };
    if path::paths(server, trust).is_err() {
        let issuer = server.first().map(|leaf| leaf.issuer().to_string());
        let message = format!(
            "it trusts {}; the API server's certificate is issued by another, {}",
            subjects(&trust.iter().collect::<Vec<_>>()),
            issuer.unwrap_or_default()
        );
        findings.file(Rule::KubeconfigDistrustsServer, kubeconfig.place(), message);
        return;
    }
    let Some(bundle) = node.bundle(CertId::ClusterCa) else {
        return;
    };
    // By key and name: an authority that was issued again is the same one.
    let same = |one: &Certificate, other: &Certificate| {
        one.spki_der() == other.spki_der() && one.subject() == other.subject()
    };
    let lacking: Vec<&Certificate> = bundle
        .certificates
        .iter()
        .filter(|authority| !trust.iter().any(|trusted| same(trusted, authority)))
        .collect();
    if !lacking.is_empty() {
        let message = format!(
            "it does not trust {}, as {} does",
            subjects(&lacking),
            bundle.file
        );
        findings.file(Rule::KubeconfigTrustNarrow, kubeconfig.place(), message);
    }
}
