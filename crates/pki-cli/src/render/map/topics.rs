//! What can be chosen on the page, what is said of it, and what belongs together.

use std::collections::BTreeSet;

use pki_core::{CERTS, RowId, Table};
use pki_layout::explain::{Question, Topic};
use pki_layout::map::{CertificateFact, MapFacts};
use pki_layout::report::ExplainedTopic;
use pki_layout::table::paths::{PATHS, PathSpec};
use pki_layout::table::{Component, FLAGS, FlagSpec, KUBELET_FILES, KubeletFile, Party, Place};

use super::id;
use super::scene::shown_by;

/// Something that can be chosen.
#[derive(Debug)]
pub(super) struct Choice {
    /// Its name in the page and in the address.
    pub(super) id: String,
    pub(super) explained: ExplainedTopic,
    pub(super) paths: Vec<&'static PathSpec>,
    pub(super) certificates: Vec<RowId>,
    pub(super) flags: Vec<&'static FlagSpec>,
    pub(super) parties: Vec<Party>,
    /// The path that it is itself.
    pub(super) path: Option<&'static PathSpec>,
}

pub(super) fn party_id(party: Party) -> String {
    format!("party-{}", id(party.name()))
}

pub(super) fn path_id(path: &PathSpec) -> String {
    format!("path-{}", id(&path.name()))
}

pub(super) fn certificate_id(name: &str) -> String {
    format!("cert-{}", id(name))
}

pub(super) fn flag_id(flag: &FlagSpec) -> String {
    format!("flag-{}-{}", flag.component, id(flag.name))
}

/// What explains a certificate that was found: its row, or that of a file of the kubelet's.
pub(super) fn topic(fact: &CertificateFact) -> Option<String> {
    let known = fact.id.is_some() || KubeletFile::find(&fact.name).is_some();
    known.then(|| certificate_id(&fact.name))
}

/// A flag as it is written.
pub(super) fn flag_name(flag: &FlagSpec) -> String {
    match flag.place {
        Place::Flag => format!("--{}", flag.name),
        _ => flag.name.to_owned(),
    }
}

/// Everything, with its explanation.
pub(super) fn choices(question: &Question<'_>) -> Vec<Choice> {
    let parties = Party::ENDS.into_iter().map(|party| {
        let of = |path: &&PathSpec| path.client == party || path.server == party;
        Choice {
            id: party_id(party),
            explained: Topic::Party(party).explained(question),
            paths: PATHS.iter().filter(of).collect(),
            certificates: certificates()
                .filter(|id| shown_by(*id).contains(&party))
                .collect(),
            flags: party
                .component()
                .map(FlagSpec::of)
                .into_iter()
                .flatten()
                .collect(),
            parties: Vec::new(),
            path: None,
        }
    });
    let paths = PATHS.iter().map(|path| {
        let topic = Topic::Path {
            path,
            reversed: false,
        };
        let mut ids = BTreeSet::new();
        for (_, proof) in path.proofs() {
            ids.extend(proof.credential);
            ids.extend(proof.authority);
        }
        Choice {
            id: path_id(path),
            explained: topic.explained(question),
            paths: Vec::new(),
            certificates: ids.into_iter().collect(),
            flags: FLAGS
                .iter()
                .filter(|flag| path.involves(flag.component, flag.name))
                .collect(),
            parties: vec![path.client, path.server],
            path: Some(path),
        }
    });
    let certificates = certificates().map(|id| Choice {
        id: certificate_id(id.spec().name),
        explained: Topic::certificate(id).explained(question),
        paths: PATHS.iter().filter(|path| uses(path, id)).collect(),
        certificates: id
            .spec()
            .issuer
            .into_iter()
            .chain(Table::kubernetes().signed_by(id).map(|one| one.id))
            .collect(),
        flags: FlagSpec::reading(id).collect(),
        parties: shown_by(id),
        path: None,
    });
    let files = KUBELET_FILES.iter().map(|file| Choice {
        id: certificate_id(file.name),
        explained: Topic::KubeletFile(file).explained(question),
        paths: Vec::new(),
        certificates: Vec::new(),
        flags: Vec::new(),
        parties: vec![Party::Component(Component::Kubelet)],
        path: None,
    });
    let flags = FLAGS.iter().map(|flag| Choice {
        id: flag_id(flag),
        explained: Topic::Flag(flag).explained(question),
        paths: PATHS
            .iter()
            .filter(|path| path.involves(flag.component, flag.name))
            .collect(),
        certificates: flag
            .artifact()
            .map(|artifact| artifact.id)
            .into_iter()
            .collect(),
        flags: Vec::new(),
        parties: vec![Party::Component(flag.component)],
        path: None,
    });
    parties
        .chain(paths)
        .chain(certificates)
        .chain(files)
        .chain(flags)
        .collect()
}

fn certificates() -> impl Iterator<Item = RowId> {
    CERTS.iter().map(|spec| spec.id)
}

/// Whether a certificate is shown on a path, or what is shown is checked with it.
fn uses(path: &PathSpec, id: RowId) -> bool {
    path.proofs()
        .any(|(_, proof)| proof.credential == Some(id) || proof.authority == Some(id))
}

impl Choice {
    /// What belongs to it, by ids.
    pub(super) fn related(&self) -> impl Iterator<Item = String> {
        let paths = self.paths.iter().map(|path| path_id(path));
        let certificates = self
            .certificates
            .iter()
            .map(|id| certificate_id(id.spec().name));
        let flags = self.flags.iter().map(|flag| flag_id(flag));
        let parties = self.parties.iter().map(|party| party_id(*party));
        paths.chain(certificates).chain(flags).chain(parties)
    }
}

/// How a path is protected here.
pub(super) fn protection(
    facts: &MapFacts,
    path: &PathSpec,
) -> pki_layout::table::paths::Protection {
    let fact = facts
        .paths
        .iter()
        .find(|fact| std::ptr::eq(fact.path, path));
    fact.map_or(path.kubeadm.protection(), |fact| fact.protection)
}
