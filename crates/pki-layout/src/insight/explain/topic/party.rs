use super::super::lookup::named;
use super::super::{Question, Topic, texts};
use super::sections::{Draft, label};
use crate::report::ExplainedTopic;
use crate::table::paths::PATHS;
use crate::table::reload::restart;
use crate::table::{ByVersion, FlagSpec, OBSOLETE_FLAGS, ObsoleteFlag, Party, Role};

pub(super) fn explained(party: Party, question: &Question<'_>) -> ExplainedTopic {
    let name = party
        .component()
        .map_or(party.name(), |component| component.name());
    let Some(text) = texts::party(party) else {
        return Draft::new("party", name, party.title().to_owned()).finish();
    };
    let mut draft = Draft::new("party", name, text.answer.to_owned());
    draft.section("certificates", "Certificates", [text.certificates]);
    if let Some(component) = party.component() {
        let flags: Vec<&FlagSpec> = FlagSpec::of(component).collect();
        for flag in &flags {
            draft.with_flag(flag);
        }
        for (id, title, roles) in [
            (
                "shows",
                "Shows",
                &[Role::OwnCertificate, Role::Kubeconfig][..],
            ),
            (
                "trusts",
                "Trusts",
                &[Role::ClientTrust, Role::ServerTrust][..],
            ),
            (
                "signs",
                "Signs with",
                &[Role::IssuingCertificate, Role::TokenSigningKey][..],
            ),
        ] {
            let mut lines = Vec::new();
            for flag in flags.iter().filter(|flag| flag.is_ours()) {
                if let Some(artifact) = flag.artifact()
                    && flag.role().is_some_and(|role| roles.contains(&role))
                {
                    draft.about(artifact.id);
                    lines.push(format!("{artifact}, by {}", label(flag)));
                }
            }
            draft.section(id, title, lines);
        }
    }
    let dials = PATHS.iter().filter(|path| path.client == party);
    let dials = dials.map(|path| {
        (
            path,
            format!("{}; {}", path.purpose, path.protected(path.kubeadm)),
        )
    });
    draft.paths("Dials", dials.collect::<Vec<_>>());
    let dialled = PATHS
        .iter()
        .filter(|path| path.server == party && path.client != party);
    let dialled = dialled.map(|path| {
        (
            path,
            format!("{}; {}", path.purpose, path.protected(path.kubeadm)),
        )
    });
    draft.paths("Is dialled", dialled.collect::<Vec<_>>());
    if let Some(component) = party.component() {
        let ours = FlagSpec::of(component)
            .filter(|flag| flag.is_ours())
            .map(label);
        draft.section("flags", "Flags", [ours.collect::<Vec<_>>().join(", ")]);
        let flag = FlagSpec::of(component)
            .filter(|flag| !flag.is_ours())
            .map(label);
        draft.section(
            "more-flags",
            "Others",
            [flag.collect::<Vec<_>>().join(", ")],
        );
        let old = OBSOLETE_FLAGS
            .iter()
            .filter(|flag| flag.component == component);
        let old = old.map(|flag: &ObsoleteFlag| format!("--{}", flag.name));
        draft.section(
            "obsolete",
            "No longer",
            [old.collect::<Vec<_>>().join(", ")],
        );
        let versions = ByVersion::of(Some(component)).map(|row| row.told(question.version));
        draft.section("versions", "By version", versions.collect::<Vec<_>>());
        draft.restart(restart(component));
        let also = named(component.name()).filter_map(|topic| match topic {
            Topic::Certificate { id, .. } => Some(format!(
                "{} is also the common name of the certificate {id}: pkigen explain {id}",
                component.name()
            )),
            _ => None,
        });
        draft.section("see-also", "See also", also.collect::<Vec<_>>());
    }
    draft.finish()
}
