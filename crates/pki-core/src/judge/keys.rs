//! Whether keys belong to what they lie beside, and to nothing else; and
//! whether an authority that signs is the first of its file.

use std::collections::BTreeMap;

use der::Decode as _;
use spki::SubjectPublicKeyInfoRef;

use super::finding::{Findings, Place, Problem, listed};
use super::node::{Authority, Node, Presented};
use super::{Rule, malformed};
use crate::authority::path::search::paths;
use crate::key::PublicKey;
use crate::observation::{CertificateFile, Found, RowFacts};
use crate::spec::{Part, RowId};
use crate::x509::Certificate;

/// Every pair, and every key that is there twice.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    for presented in &node.presented {
        pair(findings, node, presented);
    }
    for one in &node.authorities {
        authority(findings, node, one);
    }
    signing(findings, node);
    service_account(findings, node);
    reused(findings, node);
}

fn pair(findings: &mut Findings, node: &Node<'_>, presented: &Presented<'_>) {
    let chain = presented.certificates;
    // What is not there, or does not decode, is a finding of its file.
    let Some(leaf) = chain.first() else {
        return;
    };
    let Some(key) = presented.key else {
        if node.facts.odd_keys.contains_key(&presented.key_file) {
            let message = format!(
                "whether the key in {} is that of its certificate is not checked: it is of a kind \
                 that is not used here",
                presented.key_file
            );
            findings.file(Rule::NotChecked, presented.place(), message);
        }
        return;
    };
    let own = |certificate: &Certificate| is_of(key, certificate);
    if own(leaf) {
        return;
    }
    if let Some(position) = chain.iter().position(own) {
        let message = format!(
            "its key belongs to certificate {}, {}; the first is {}",
            position + 1,
            chain.get(position).map_or_else(String::new, subject),
            subject(leaf)
        );
        findings.file(Rule::LeafNotFirst, presented.place(), message);
        return;
    }
    let key_name = key.identifier();
    let message = format!(
        "the key in {} is {key_name}; the certificate's is {}",
        presented.key_file,
        crate::authority::key_name(leaf)
    );
    findings.file_of(Rule::PairMismatch, presented.place(), leaf, message);
}

/// By the bits alone: what the certificate says about their kind may be wrong by itself.
fn is_of(key: &PublicKey, certificate: &Certificate) -> bool {
    certificate.spki_der() == key.spki_der()
        || SubjectPublicKeyInfoRef::from_der(certificate.spki_der())
            .is_ok_and(|info| info.subject_public_key.raw_bytes() == key.subject_public_key())
}

fn subject(certificate: &Certificate) -> String {
    certificate.subject().to_string()
}

/// An authority's key belongs to one of its certificates, in whichever of its files that is; and
/// kubeadm wants it first among those that are believed.
fn authority(findings: &mut Findings, node: &Node<'_>, authority: &Authority<'_>) {
    // It may be kept elsewhere. Of one that is odd, kubeadm takes no certificate, whosever it is.
    let Some(key) = authority.key else {
        return;
    };
    let own = |certificate: &Certificate| is_of(key, certificate);
    let position = authority.certificates.iter().position(own);
    if signs(node, authority) && authority.certificates.len() > 1 && position.is_some() {
        one_to_sign_with(findings, authority.place(), authority.certificates);
    }
    match position {
        Some(0) => {}
        Some(position) => {
            let message = format!(
                "the key in {} is that of certificate {}, not of the first",
                authority.key_file,
                position + 1
            );
            findings.file(Rule::IssuingNotFirst, authority.place(), message);
        }
        None => {
            let files = authority.files();
            let issuing = files
                .iter()
                .find(|(file, _)| file.certificates.iter().any(own));
            if let Some((file, _)) = issuing {
                leads_up(findings, node, authority, file.place);
                return;
            }
            let keys = files.iter().flat_map(|(_, certificates)| certificates);
            let keys: Vec<String> = keys.map(|one| crate::authority::key_name(one)).collect();
            let message = format!(
                "the key in {} is {}; the certificate's is {}",
                authority.key_file,
                key.identifier(),
                listed(keys.into_iter(), " or ")
            );
            findings.file(Rule::PairMismatch, authority.place(), message);
        }
    }
}

/// What issues from a file of its own must lead to what is believed, or nobody accepts it.
fn leads_up(findings: &mut Findings, node: &Node<'_>, authority: &Authority<'_>, at: Place<'_>) {
    // The key is one of these certificates': there is no issuer only where that is no authority,
    // which is a finding.
    let Ok(issuer) = node.facts.inventory.authority(authority.id).issuer() else {
        return;
    };
    let path = issuer.path();
    let Err(broken) = paths(&path, authority.certificates) else {
        return;
    };
    let issuing = issuer.certificate();
    let problem = if broken.is_certain() {
        let believed = authority.certificates.iter();
        let message = format!(
            "{} signs here, and is issued by {}; {} has only {}",
            subject(issuing),
            issuing.issuer(),
            authority.file,
            listed(believed.map(subject), "; ")
        );
        Problem::new(Rule::UnknownIssuer, message)
    } else {
        let message = format!(
            "{} signs here, and whether {} leads to it is not known: {}",
            subject(issuing),
            authority.file,
            broken.error(issuing)
        );
        Problem::new(Rule::NotChecked, message)
    };
    findings.certificate(at, issuing, problem);
}

/// Whether kube-controller-manager signs with the file of those who are believed.
fn signs(node: &Node<'_>, authority: &Authority<'_>) -> bool {
    let signing = node.facts.signing.as_ref();
    let told = signing.map(|signing| signing.file.path.as_str());
    let own = authority.issuing.map(|file| file.place.file);
    authority.id == RowId::ClusterCa && told.or(own).is_none_or(|file| file == authority.file)
}

/// The file that kube-controller-manager signs with, where it is one of its own, or where its
/// container does not have it.
fn signing(findings: &mut Findings, node: &Node<'_>) {
    let Some(signing) = &node.facts.signing else {
        return;
    };
    let CertificateFile { path, certificates } = &signing.file;
    let place = Place {
        file: path,
        name: None,
    };
    if !signing.is_mounted {
        let message = "kube-controller-manager signs with it, and its container has no such path";
        findings.file(Rule::MissingFile, place, message);
        return;
    }
    if *path == node.facts.path(RowId::ClusterCa.part(Part::Certificate)) {
        return;
    }
    match certificates {
        Found::Present(certificates) if certificates.len() > 1 => {
            one_to_sign_with(findings, place, certificates);
        }
        Found::Absent if !path.is_empty() => {
            let message = "it is not there, and kube-controller-manager signs with it";
            findings.file(Rule::MissingFile, place, message);
        }
        Found::Broken { reason } => {
            let problem = match node.facts.malformed.get(path) {
                Some(error) => malformed::of_certificates(error),
                None => malformed::problem(format!("it {reason}")),
            };
            let message = format!(
                "{}, and kube-controller-manager signs with it",
                problem.message
            );
            findings.file_problem(place, Problem { message, ..problem });
        }
        Found::Unreadable { reason } => {
            let message = format!("it cannot be read: {reason}");
            findings.file(Rule::UnreadableFile, place, message);
        }
        // One, as it is to be; or of another machine, of which nobody has it here.
        Found::Present(_) | Found::Absent | Found::NotObserved => {}
    }
}

fn one_to_sign_with(findings: &mut Findings, place: Place<'_>, certificates: &[Certificate]) {
    let message = format!(
        "it holds {} certificates; kube-controller-manager signs with this file, and takes \
         exactly one",
        certificates.len()
    );
    findings.file(Rule::SigningBundle, place, message);
}

fn service_account(findings: &mut Findings, node: &Node<'_>) {
    let id = RowId::ServiceAccount;
    if let Some(RowFacts::KeyPair {
        private: Found::Present(private),
        public: Found::Present(public),
    }) = node.facts.inventory.facts(id)
        && !public.contains(private)
    {
        let keys: Vec<String> = public
            .iter()
            .map(|key| key.identifier().to_string())
            .collect();
        let message = format!(
            "it holds the key {}; sa.key's is {}",
            keys.join(", "),
            private.identifier()
        );
        let file = node.facts.path(id.part(Part::PublicKey));
        let place = Place {
            file: &file,
            name: Some(id.spec().name),
        };
        findings.file(Rule::ServiceAccountMismatch, place, message);
    }
}

/// One private key in two places: whatever is said of one holds for the other.
fn reused(findings: &mut Findings, node: &Node<'_>) {
    // Of each key the places that are right by themselves, in the order of the table.
    let mut places: BTreeMap<&[u8], Vec<(String, Option<&str>)>> = BTreeMap::new();
    for authority in &node.authorities {
        if let Some(key) = authority.key
            && !findings.has_at(Rule::PairMismatch, &authority.file)
        {
            let name = Some(authority.id.spec().name);
            places
                .entry(key.spki_der())
                .or_default()
                .push((authority.key_file.clone(), name));
        }
    }
    if let Some(RowFacts::KeyPair {
        private: Found::Present(key),
        ..
    }) = node.facts.inventory.facts(RowId::ServiceAccount)
    {
        let path = |part| node.facts.path(RowId::ServiceAccount.part(part));
        let (file, public) = (path(Part::Key), path(Part::PublicKey));
        if !findings.has_at(Rule::ServiceAccountMismatch, &public) {
            places.entry(key.spki_der()).or_default().push((file, None));
        }
    }
    for presented in &node.presented {
        if let Some(key) = presented.key
            && !findings.has_at(Rule::PairMismatch, &presented.file)
        {
            let entry = places.entry(key.spki_der()).or_default();
            if !entry.iter().any(|(file, _)| *file == presented.key_file) {
                entry.push((presented.key_file.clone(), presented.row()));
            }
        }
    }
    for files in places.into_values() {
        let Some(((first, _), others)) = files.split_first() else {
            continue;
        };
        for (file, name) in others {
            let is_authority = |file: &String| {
                let mut authorities = node.authorities.iter();
                authorities.any(|authority| authority.key_file == *file)
            };
            let authorities = is_authority(first) && is_authority(file);
            // Two authorities with one key are the trust files' matter.
            if !authorities {
                let place = Place { file, name: *name };
                let message = format!("it is the private key that {first} holds too");
                findings.file(Rule::KeyReused, place, message);
            }
        }
    }
}
