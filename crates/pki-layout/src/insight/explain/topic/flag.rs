use super::super::{Question, disk, texts};
use super::sections::{Draft, label, losses, qualified};
use crate::report::ExplainedTopic;
use crate::table::cis::CisItem;
use crate::table::kubelet_files::BOOTSTRAP;
use crate::table::paths::PATHS;
use crate::table::reload::{ReloadSpec, restart};
use crate::table::{
    ComputedValue, FlagSpec, FlagValue, GatedFlag, NewerFlag, ObsoleteFlag, Place, Role, When,
};

pub(super) fn explained(flag: &'static FlagSpec, question: &Question<'_>) -> ExplainedTopic {
    let place = match flag.place {
        Place::Flag => format!("a flag of {}", flag.component),
        Place::KubeletConfiguration => {
            "a field of the kubelet's configuration file, /var/lib/kubelet/config.yaml".to_owned()
        }
        Place::FileOf(named) => {
            format!(
                "a field of the file that --{named} of {} names",
                flag.component
            )
        }
    };
    let answer = format!("{}: {}; {place}.", label(flag), flag.purpose);
    let mut draft = Draft::new("flag", qualified(flag), answer);
    draft.with_flag(flag);
    draft.section("set-to", "Set to", [set_to(flag, question)]);
    if let Some(artifact) = flag.artifact() {
        draft.about(artifact.id);
        if let Some(text) = texts::certificate(artifact.id) {
            let words = format!("{}: {}", artifact.id, text.answer);
            draft.section("certificate", "That is", [words]);
        }
    }
    let newer = NewerFlag::find(flag.component, flag.name);
    let newer = newer.map(|row| format!("there since {}", row.since));
    let gated = GatedFlag::find(flag.component, flag.name);
    let gated = gated.map(|row| format!("the feature gate {} is on {}", row.gate, row.on));
    let versions: Vec<String> = newer.into_iter().chain(gated).collect();
    draft.section("versions", "By version", versions);
    draft.section("missing", "If wrong", [texts::flags::text(flag)]);
    let paths = PATHS
        .iter()
        .filter(|path| path.involves(flag.component, flag.name));
    let (guarded, used): (Vec<_>, Vec<_>) = paths.partition(|path| losses(path, flag).is_some());
    let guarded = guarded.into_iter().filter_map(|path| {
        let losses = losses(path, flag)?;
        Some((path, losses))
    });
    draft.paths("Guards", guarded.collect::<Vec<_>>());
    draft.paths_in_short("Used on", &used);
    let items = CisItem::about(flag).map(|item| {
        let verdict = if item.kubeadm_passes {
            "passes"
        } else {
            "does not pass"
        };
        format!("{}: {} (kubeadm {verdict})", item.number, item.expectation)
    });
    draft.section("rules", "CIS", items.collect::<Vec<_>>());
    draft.reloads(ReloadSpec::of_flag(flag.component, flag.name), question);
    if let Some(artifact) = flag.artifact() {
        draft.expires(disk::row(artifact.id, question));
        if artifact.id.spec().issuer.is_some() {
            draft.section("renew", "Renew", [question.renewal_of(artifact.id)]);
        } else if let Some(text) = texts::certificate(artifact.id) {
            draft.section("renew", "Renew", [text.renewal]);
        }
    }
    if let Some(command) = restart(flag.component) {
        let why = match flag.place {
            Place::Flag => "after a change of the flag itself",
            Place::KubeletConfiguration | Place::FileOf(_) => "after a change of the field itself",
        };
        draft.section("restart", "Restart", [format!("{why}:"), command]);
    }
    draft.finish()
}

fn set_to(flag: &FlagSpec, question: &Question<'_>) -> String {
    let value = match flag.value {
        FlagValue::File { artifact, role } => {
            let path = question.observation.directories().path(artifact);
            let use_of = match role {
                Role::PrivateKey => "as private key",
                Role::OwnCertificate => "as what it shows",
                Role::ClientTrust | Role::ServerTrust => "as what it trusts",
                Role::IssuingCertificate => "as what it issues with",
                Role::TokenSigningKey => "to sign tokens with",
                Role::TokenVerificationKey => "to check tokens with",
                _ => "as who it is",
            };
            format!("{}, {use_of}", path.display())
        }
        FlagValue::Text(text) => text.to_owned(),
        FlagValue::Switch(on) => on.to_string(),
        FlagValue::Computed(computed) => match computed {
            ComputedValue::ServiceAccountIssuer => {
                "https://kubernetes.default.svc. and the cluster's domain".to_owned()
            }
            ComputedValue::ExternalEtcdEndpoints => "the members of the external etcd".to_owned(),
            ComputedValue::EtcdctlEndpoints => {
                "https://127.0.0.1:2379, or the members of the external etcd".to_owned()
            }
            ComputedValue::ClusterSigningDuration => {
                "what --cluster-signing-duration says".to_owned()
            }
            ComputedValue::BootstrapKubeconfig => {
                let directory = &question.observation.directories().kubeconfigs;
                directory.join(BOOTSTRAP).display().to_string()
            }
        },
        FlagValue::Given(_) => {
            return "nothing by pkigen: it is for you to set, or to leave".to_owned();
        }
    };
    match condition(flag.when) {
        "" => value,
        condition => format!("{value}; {condition}"),
    }
}

fn condition(when: When) -> &'static str {
    match when {
        When::Always | When::UnlessGiven(_) => "",
        When::LocalEtcd => "only where etcd runs on the node",
        When::ExternalEtcd => "only where etcd runs elsewhere",
        When::KubeletServing => {
            "only with `pkigen init --kubelet-serving`; kubeadm leaves it unset"
        }
        When::EmptyWithoutClusterCaKey => "empty where ca.key is kept elsewhere",
        When::OnRequest => "only where it is asked for",
    }
}

pub(super) fn obsolete(flag: &'static ObsoleteFlag) -> ExplainedTopic {
    let name = format!("{} --{}", flag.component, flag.name);
    let state = match (flag.removed, flag.deprecated) {
        (Some(removed), Some(deprecated)) => format!(
            "is gone: deprecated since {deprecated}, and since {removed} {} does not start with it",
            flag.component
        ),
        (Some(removed), None) => format!(
            "is gone: since {removed} {} does not start with it",
            flag.component
        ),
        (None, Some(deprecated)) => format!("is deprecated since {deprecated}"),
        (None, None) => "is deprecated".to_owned(),
    };
    let answer = match flag.successor() {
        Some(successor) => format!("{name} {state}; use {}.", label(successor)),
        None => format!("{name} {state}."),
    };
    let mut draft = Draft::new("obsolete-flag", name, answer);
    draft.section("note", "Note", [super::certificate::sentence(flag.note)]);
    if let Some(successor) = flag.successor() {
        draft.with_flag(successor);
        let words = format!("{}: {}", qualified(successor), successor.purpose);
        draft.section("replacement", "Instead", [words]);
        draft.section("missing", "If wrong", [texts::flags::text(successor)]);
    }
    draft.finish()
}
