//! What lies on the disk: what is missing, what is not what its name says, who may change it.

use std::collections::BTreeMap;

use super::finding::{Findings, Place, Problem};
use super::framing::ReadAs;
use super::node::Node;
use super::public_key::{rsa_size, unsupported_key};
use super::rules::questions::{RESTORE, RESTORE_OTHER};
use super::{Rule, framing, malformed, manifest, missing, told};
use crate::observation::{FileKind, Found, NodeFacts, OddKey, RowFacts};
use crate::remedy::{Command, Edit, EditPlace, Init, Remedy, Step};
use crate::spec::{CertSpec, Part, RowId};

/// Everything that can be said without looking at what certificates say.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    let facts = node.facts;
    if let Some(journal) = &facts.pending {
        let message = "a run of pkigen was stopped before it was done";
        findings.file(Rule::PendingTransaction, place(journal, None), message);
    }
    missing::judge(findings, facts);
    for spec in facts.table().rows() {
        row(findings, facts, spec);
    }
    outside(findings, facts);
    told::files(findings, facts);
    manifest::add(findings, &facts.manifests);
    for (file, reason) in &facts.unread {
        let message = format!("it {reason}; what is told in it is not known");
        findings.file(Rule::NotChecked, place(file, None), message);
    }
    permissions(findings, facts);
}

pub(super) fn place<'a>(file: &'a str, name: impl Into<Option<&'a str>>) -> Place<'a> {
    let name = name.into();
    Place { file, name }
}

/// The files of one row.
fn row(findings: &mut Findings, facts: &NodeFacts, spec: &'static CertSpec) {
    let path = |part| facts.path(spec.id.part(part));
    match facts.inventory.facts(spec.id) {
        Some(RowFacts::Pair { certificate, key }) => {
            let (certificate_file, key_file) = (path(Part::Certificate), path(Part::Key));
            let certificate_place = place(&certificate_file, spec.name);
            pem(
                findings,
                facts,
                (certificate_place, ReadAs::Certificates),
                certificate,
            );
            let odd_certificate = certificate
                .present()
                .and_then(|chain| chain.first())
                .is_some_and(|leaf| leaf.public_key().is_err());
            // A key that is too short is said of its certificate.
            if !(odd_certificate && facts.odd_keys.contains_key(&key_file)) {
                let at = (place(&key_file, spec.name), ReadAs::key_of(spec));
                key_content(findings, facts, at, key);
            }
            match (certificate, key) {
                // An authority's key may be kept elsewhere.
                (Found::Present(_), Found::Absent) if !spec.is_authority() => {
                    let message = format!("its key {key_file} is not there");
                    findings.file(Rule::HalfPair, place(&certificate_file, spec.name), message);
                }
                (Found::Absent, Found::Present(_)) => {
                    let message = format!("its certificate {certificate_file} is not there");
                    findings.file(Rule::HalfPair, place(&key_file, spec.name), message);
                }
                _ => {}
            }
        }
        Some(RowFacts::KeyPair { private, public }) => {
            let (key_file, public_file) = (path(Part::Key), path(Part::PublicKey));
            let at = (place(&key_file, spec.name), ReadAs::key_of(spec));
            key_content(findings, facts, at, private);
            // The public half of a key that is of no use is of none either.
            if !facts.odd_keys.contains_key(&key_file) {
                let public_place = place(&public_file, spec.name);
                pem(
                    findings,
                    facts,
                    (public_place, ReadAs::Certificates),
                    public,
                );
            }
            // What is made of the private key is no loss, unless it held others beside it.
            let init = Step::Run(Command::Init(Init::default()));
            match (private, public) {
                (Found::Present(_), Found::Absent) => {
                    let message = format!("its public key {public_file} is not there");
                    findings.file(Rule::HalfPair, place(&key_file, spec.name), message);
                    let restored = Remedy::ask(&RESTORE_OTHER);
                    let remedy = restored.or(Remedy::step(init));
                    findings.mend_at(Rule::HalfPair, &key_file, &remedy);
                }
                (Found::Present(_), Found::Broken { .. }) => {
                    let away = Edit::new(&public_file, EditPlace::File, None);
                    let rebuilt = Remedy::steps([Step::Edit(away), init]);
                    let remedy = Remedy::ask(&RESTORE).or(rebuilt);
                    findings.mend_at(Rule::MalformedFile, &public_file, &remedy);
                }
                (Found::Absent, Found::Present(_)) => {
                    let message = format!("its private key {key_file} is not there");
                    findings.file(Rule::HalfPair, place(&public_file, spec.name), message);
                }
                _ => {}
            }
        }
        Some(RowFacts::Kubeconfig(found)) => {
            let file = path(Part::Kubeconfig);
            content(
                findings,
                |message| Problem::new(Rule::KubeconfigUnusable, message),
                place(&file, spec.name),
                found,
            );
        }
        None => {}
    }
}

/// The kubelet's files, and those that kubeconfigs name.
fn outside(findings: &mut Findings, facts: &NodeFacts) {
    let kubelet = &facts.kubelet;
    let own = [&kubelet.client, &kubelet.server, &kubelet.own];
    let mut files: BTreeMap<&str, _> = BTreeMap::new();
    for one in own.into_iter().flatten() {
        files.insert(&one.certificate, (one, None));
    }
    for (id, one) in &facts.client_files {
        files.insert(&one.certificate, (one, Some(id.spec().name)));
    }
    let is_rotated = |name: Option<&str>| {
        let conf = RowId::KubeletConf;
        name == Some(conf.spec().name)
            && facts
                .inventory
                .facts(conf)
                .is_some_and(RowFacts::is_rotated)
    };
    if let Some(file) = &kubelet.awaited {
        let message = "it is not there: the kubelet asks for a serving certificate, and none is \
                       issued, so that it serves nothing";
        findings.file(Rule::ServingNotIssued, place(file, None), message);
    }
    for file in &kubelet.not_links {
        let named = facts.client_files.get(&RowId::KubeletConf);
        let named = named.filter(|named| named.certificate == *file);
        let name = named.map(|_| RowId::KubeletConf.spec().name);
        let message = "it is a file, and no link to one, so that the kubelet cannot replace it";
        findings.file(Rule::KubeletNoLink, place(file, name), message);
    }
    for (files, name) in files.into_values() {
        let certificate = place(&files.certificate, name);
        let found = &files.pair.certificate;
        // What has taken the place of a kubelet's identity is said of its kubeconfig.
        if is_rotated(name) && matches!(found, Found::Broken { .. }) {
            continue;
        }
        pem(findings, facts, (certificate, ReadAs::Certificates), found);
        let key = place(&files.key, name);
        if files.key != files.certificate || files.pair.certificate.present().is_some() {
            key_content(findings, facts, (key, ReadAs::Key), &files.pair.key);
        }
    }
}

pub(super) fn content<T>(
    findings: &mut Findings,
    problem: impl Fn(String) -> Problem,
    place: Place<'_>,
    found: &Found<T>,
) {
    match found {
        Found::Broken { reason } if reason.starts_with("certificate ") => {
            findings.file_problem(place, problem(format!("its {reason}")));
        }
        Found::Broken { reason } => {
            findings.file_problem(place, problem(format!("it {reason}")));
        }
        Found::Unreadable { reason } => {
            findings.file(
                Rule::UnreadableFile,
                place,
                format!("it cannot be read: {reason}"),
            );
        }
        Found::Absent | Found::NotObserved | Found::Present(_) => {}
    }
}

/// What a file of PEM holds, and how it is framed.
pub(super) fn pem<T>(
    findings: &mut Findings,
    facts: &NodeFacts,
    (place, read_as): (Place<'_>, ReadAs),
    found: &Found<T>,
) {
    if let Some(error) = facts.framings.get(place.file) {
        // What is certificate and key in one file is looked at twice.
        if !findings.has_at(Rule::PemFraming, place.file)
            && let Some(problem) = framing::problem(*error, read_as)
        {
            findings.file_problem(place, problem);
        }
        if framing::hides(error.framing, read_as) {
            return;
        }
    }
    let malformed = facts.malformed.get(place.file);
    match (
        found,
        malformed.filter(|_| matches!(read_as, ReadAs::Certificates)),
    ) {
        (Found::Broken { .. }, Some(error)) => {
            findings.file_problem(place, malformed::of_certificates(error));
        }
        _ => content(findings, malformed::problem, place, found),
    }
}

fn key_content<T>(
    findings: &mut Findings,
    facts: &NodeFacts,
    (place, read_as): (Place<'_>, ReadAs),
    found: &Found<T>,
) {
    let problem = match facts.odd_keys.get(place.file) {
        Some(OddKey::RsaSize { bits }) => rsa_size(*bits),
        Some(OddKey::Kind { name }) => unsupported_key(name),
        None => return pem(findings, facts, (place, read_as), found),
    };
    findings.file_problem(place, problem);
}

fn permissions(findings: &mut Findings, facts: &NodeFacts) {
    const GROUP_WRITE: u32 = 0o020;
    const OTHERS: u32 = 0o007;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    for file in &facts.files {
        let at = place(&file.path, row_name(facts, &file.path));
        let mode = file.mode;
        if file.owner != 0 && file.owner != facts.user {
            let message = if facts.user == 0 {
                format!("it belongs to user {}, not to root", file.owner)
            } else {
                format!(
                    "it belongs to user {}, neither to root nor to user {}",
                    file.owner, facts.user
                )
            };
            findings.file(Rule::ForeignOwner, at, message);
        }
        match file.kind {
            FileKind::Secret if mode & (OTHERS | GROUP_WRITE) != 0 => {
                let message = format!(
                    "its mode is {mode:04o}; others may not have access to a private key, nor a \
                     group write it"
                );
                findings.file(Rule::KeyExposed, at, message);
            }
            // What is in a sticky directory of root's, as /tmp is, only its owner can replace.
            FileKind::Directory if mode & STICKY != 0 && file.owner == 0 => {}
            FileKind::Directory | FileKind::Public if mode & OTHERS_WRITE != 0 => {
                let message = format!("its mode is {mode:04o}, which lets everybody write");
                findings.file(Rule::WritableByOthers, at, message);
            }
            _ => {}
        }
    }
}

/// The name of the row that a file belongs to.
fn row_name(facts: &NodeFacts, path: &str) -> Option<&'static str> {
    let row = facts.table().rows().find(|spec| {
        let mut files = spec.artifacts().into_iter();
        files.any(|file| facts.path(file) == path)
    });
    row.map(|spec| spec.name)
}
