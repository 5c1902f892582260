//! What lies on the disk: what is missing, what is not what its name says, who may change it.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Findings, Place, Problem};
use super::framing::ReadAs;
use super::node::Node;
use super::public_key::{rsa_size, unsupported_key};
use super::{Rule, framing, malformed};
use crate::cluster::Etcd;
use crate::observation::{FileKind, Found, NodeFacts, OddKey, RowFacts, ToldFile};
use crate::spec::{CertSpec, Need, OwnerKind, Part, RowId};

/// Everything that can be said without looking at what certificates say.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    let facts = node.facts;
    if let Some(journal) = &facts.pending {
        let message = "a run of pkigen was stopped before it was done";
        findings.file(Rule::PendingTransaction, place(journal, None), message);
    }
    missing(findings, facts);
    for spec in facts.table().rows() {
        row(findings, facts, spec);
    }
    outside(findings, facts);
    told(findings, facts);
    for (file, reason) in &facts.unread {
        let message = format!("it {reason}; what is told in it is not known");
        findings.file(Rule::NotChecked, place(file, None), message);
    }
    permissions(findings, facts);
}

fn place<'a>(file: &'a str, name: impl Into<Option<&'a str>>) -> Place<'a> {
    let name = name.into();
    Place { file, name }
}

/// A node with one of these is a control-plane node, and it needs the others.
const CONTROL_PLANE: [RowId; 3] = [
    RowId::Apiserver,
    RowId::ControllerManagerConf,
    RowId::SchedulerConf,
];
/// A node with one of these runs etcd.
const ETCD: [RowId; 3] = [
    RowId::EtcdServer,
    RowId::EtcdPeer,
    RowId::EtcdHealthcheckClient,
];

/// What a control-plane node cannot do without. Which node is one is told from what is there.
fn missing(findings: &mut Findings, facts: &NodeFacts) {
    let there = |id: RowId| facts.inventory.facts(id).is_some_and(RowFacts::is_there);
    let absent = |id: RowId| facts.inventory.facts(id).is_none_or(RowFacts::is_absent);
    if facts.table().rows().all(|spec| absent(spec.id)) {
        let message = format!(
            "there is none of the table's files, neither here nor in {}",
            facts.kubeconfigs
        );
        let nowhere = place(&facts.certificates, None);
        findings.file(Rule::MissingFile, nowhere, message);
        return;
    }
    let is_control_plane = CONTROL_PLANE.into_iter().any(there);
    let has_etcd = ETCD.into_iter().any(there);
    let external_etcd = facts
        .setup
        .as_ref()
        .is_some_and(|setup| *setup.cluster().etcd() != Etcd::Local);
    let rows = facts.table().rows();
    // A user's are with the user.
    let rows = rows.filter(|spec| spec.owner != OwnerKind::User);
    let needed = rows.filter(|spec| match spec.need {
        // That one is for people: no component reads it, and some take it away.
        Need::Always => is_control_plane && spec.id != RowId::AdminConf,
        // External etcd has certificates of its own, and only some of them are here.
        Need::LocalEtcd if external_etcd => false,
        Need::LocalEtcd => {
            has_etcd || (spec.id == RowId::EtcdCa && there(RowId::ApiserverEtcdClient))
        }
        Need::FirstNode | Need::NotForJoin | Need::KubeletServing => false,
    });
    for spec in needed.filter(|spec| absent(spec.id)) {
        let files: Vec<String> = spec.artifacts().iter().map(ToString::to_string).collect();
        let file = spec.artifacts().first().map(|file| facts.path(*file));
        let message = match files.as_slice() {
            [_] => format!("it is not there: {}", spec.title),
            _ => format!("{} are not there: {}", files.join(" and "), spec.title),
        };
        let file = file.unwrap_or_default();
        findings.file(Rule::MissingFile, place(&file, spec.name), message);
    }
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
            match (private, public) {
                (Found::Present(_), Found::Absent) => {
                    let message = format!("its public key {public_file} is not there");
                    findings.file(Rule::HalfPair, place(&key_file, spec.name), message);
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
    for (files, name) in files.into_values() {
        let certificate = place(&files.certificate, name);
        let found = &files.pair.certificate;
        pem(findings, facts, (certificate, ReadAs::Certificates), found);
        let key = place(&files.key, name);
        if files.key != files.certificate || files.pair.certificate.present().is_some() {
            key_content(findings, facts, (key, ReadAs::Key), &files.pair.key);
        }
    }
}

/// The files of certificates that components were told of, as far as they are no rows.
fn told(findings: &mut Findings, facts: &NodeFacts) {
    let rows = facts.table().artifacts();
    let mut known: BTreeSet<String> = rows.map(|file| facts.path(file)).collect();
    for ToldFile {
        by,
        file,
        is_mounted,
        ..
    } in &facts.told_files
    {
        let at = place(&file.path, None);
        if !is_mounted {
            let message = format!("{by} names it, and its container has no such path");
            findings.file(Rule::MissingFile, at, message);
        } else if known.insert(file.path.clone()) {
            if file.certificates.is_absent() {
                let message = format!("{by} names it, and it is not there");
                findings.file(Rule::MissingFile, at, message);
            }
            pem(
                findings,
                facts,
                (at, ReadAs::Certificates),
                &file.certificates,
            );
        }
    }
}

fn content<T>(
    findings: &mut Findings,
    problem: fn(String) -> Problem,
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
fn pem<T>(
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
