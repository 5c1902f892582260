//! What a node cannot do without, and has not.

use super::Rule;
use super::files::place;
use super::finding::{Findings, Problem};
use super::remedies::Patient;
use super::rules::questions::RESTORE;
use crate::cluster;
use crate::observation::{
    NodeFacts, NothingFound, RowFacts, Whereabouts, is_control_plane, needed,
};
use crate::plan::remedies::{PUT_BACK_TOKEN_KEY, WHERE, forgotten};
use crate::remedy::{Question, Remedy, Step};
use crate::spec::{Component, Party, RowId};

static ANOTHER: Question = Question::new(
    "name the directory where they are",
    "where they are is not known",
);

/// What a control-plane node cannot do without.
pub(super) fn judge(findings: &mut Findings, facts: &NodeFacts) {
    let there = |id: RowId| facts.inventory.facts(id).is_some_and(RowFacts::is_there);
    let absent = |id: RowId| facts.inventory.facts(id).is_none_or(RowFacts::is_absent);
    let mut whereabouts = facts.inventory.whereabouts().clone();
    if whereabouts.nothing.is_none() && facts.table().rows().all(|spec| absent(spec.id)) {
        whereabouts.nothing = Some(NothingFound {
            directory: facts.certificates.clone(),
            kubeconfigs: Some(facts.kubeconfigs.clone()),
            dangling: false,
            unused: false,
        });
    }
    if let Some(message) = whereabouts.told() {
        let rule = rule(&whereabouts);
        findings.file(rule, place(&facts.certificates, None), message);
        findings.mend_at(rule, &facts.certificates, &where_to_look(&whereabouts));
    }
    let external_etcd = facts
        .setup
        .as_ref()
        .is_some_and(|setup| *setup.cluster().etcd() != cluster::Etcd::Local);
    let requested = facts.inventory.requested();
    let needed = needed(facts.table(), &whereabouts, there, requested, external_etcd);
    for spec in needed.into_iter().filter(|spec| absent(spec.id)) {
        let files: Vec<String> = spec.artifacts().iter().map(ToString::to_string).collect();
        let file = spec.artifacts().first().map(|file| facts.path(*file));
        let message = match files.as_slice() {
            [_] => format!("it is not there: {}", spec.title),
            _ => format!("{} are not there: {}", files.join(" and "), spec.title),
        };
        let file = file.unwrap_or_default();
        let problem = Problem::new(Rule::MissingFile, message);
        let problem = match does_not_start(spec.id) {
            Some(readers) => problem.refused_by(readers.iter().copied().map(Party::Component)),
            None => problem,
        };
        findings.file_problem(place(&file, spec.name), problem);
        if spec.id == RowId::ServiceAccount {
            findings.mend_at(
                Rule::MissingFile,
                &file,
                &forgotten(&PUT_BACK_TOKEN_KEY, &file),
            );
        }
        // Where there is no control plane, what completes one is no help.
        if !is_control_plane(there) && !requested.contains(&spec.id) {
            findings.mend_at(Rule::MissingFile, &file, &Remedy::ask(&RESTORE));
        }
    }
}

/// Who ends at its start without a row's files, as kubeadm tells its components of them. Of an
/// embedder's own rows nobody knows.
const fn does_not_start(row: RowId) -> Option<&'static [Component]> {
    use Component::{Etcd, Etcdctl, KubeApiserver, KubeControllerManager, KubeScheduler, Kubelet};
    Some(match row {
        RowId::ClusterCa => &[KubeApiserver, KubeControllerManager, Kubelet],
        RowId::FrontProxyCa | RowId::ServiceAccount => &[KubeApiserver, KubeControllerManager],
        RowId::EtcdCa => &[Etcd, KubeApiserver],
        RowId::Apiserver
        | RowId::ApiserverKubeletClient
        | RowId::FrontProxyClient
        | RowId::ApiserverEtcdClient => &[KubeApiserver],
        RowId::EtcdServer | RowId::EtcdPeer => &[Etcd],
        RowId::EtcdHealthcheckClient => &[Etcdctl],
        RowId::KubeletConf => &[Kubelet],
        RowId::ControllerManagerConf => &[KubeControllerManager],
        RowId::SchedulerConf => &[KubeScheduler],
        // These are for people.
        RowId::AdminConf | RowId::SuperAdminConf => &[],
        _ => return None,
    })
}

/// What to do where nothing is.
#[must_use]
pub fn where_to_look(whereabouts: &Whereabouts) -> Remedy {
    let rule = rule(whereabouts);
    let mut remedy = rule.spec().remedy.of(&Patient::of(None, ""));
    if rule == Rule::MissingFile {
        return Remedy::ask(&ANOTHER).or(remedy);
    }
    for step in remedy.ways.iter_mut().flatten() {
        if let Step::Ask(question, about) = step
            && **question == WHERE
        {
            *about = whereabouts.certificates().map(str::to_owned);
        }
    }
    remedy
}

/// Which rule is broken where nothing is. Where there is more, what would be made here nobody else
/// would trust.
fn rule(whereabouts: &Whereabouts) -> Rule {
    let nothing = whereabouts.nothing.as_ref();
    let at_all = nothing.is_some_and(|one| one.kubeconfigs.is_some() && !one.dangling);
    if at_all && whereabouts.directories().is_empty() {
        Rule::MissingFile
    } else {
        Rule::FilesElsewhere
    }
}
