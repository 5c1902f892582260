use super::super::{Question, disk};
use super::certificate::sentence;
use super::sections::{Draft, checker, label, presenter};
use crate::report::ExplainedTopic;
use crate::table::paths::{Guard, Held, Method, PathSpec, Proof, Property, Side};

pub(super) fn explained(
    path: &'static PathSpec,
    reversed: bool,
    question: &Question<'_>,
) -> ExplainedTopic {
    let name = path.name();
    let answer = format!(
        "{name}: {} dials {} for {}; with kubeadm's defaults: {}.",
        path.client.title(),
        path.server.title(),
        path.purpose,
        path.protected(path.kubeadm),
    );
    let mut draft = Draft::new("path", name, answer);
    if reversed {
        let words = format!(
            "{} never dials {}: it answers on connections that the other has opened.",
            path.server.title(),
            path.client.title()
        );
        draft.section("direction", "Note", [words]);
    }
    draft.section(
        "protocol",
        "Spoken",
        [format!("{}, port {}", path.protocol, path.port)],
    );
    if let Some(proof) = &path.server_proof {
        draft.section(
            "server-shows",
            "Server",
            proof_lines(path, Side::Server, proof),
        );
    } else {
        draft.section(
            "server-shows",
            "Server",
            ["shows nothing that could be checked"],
        );
    }
    let client: Vec<String> = path
        .client_proofs
        .iter()
        .flat_map(|proof| proof_lines(path, Side::Client, proof))
        .collect();
    if client.is_empty() {
        draft.section("client-shows", "Client", ["shows nothing"]);
    } else {
        draft.section("client-shows", "Client", client);
    }
    let has = if path.kubeadm == path.ours {
        vec![properties(path.kubeadm)]
    } else {
        vec![
            format!("by kubeadm: {}", properties(path.kubeadm)),
            format!(
                "by pkigen, kubelet serving asked for: {}",
                properties(path.ours)
            ),
        ]
    };
    draft
        .section("has", "Has", has)
        .section("by-default", "By default", [path.by_default])
        .section("attack", "Attack", [path.attack])
        .section("advice", "Do this", [path.advice]);
    let depends = path.safeguards.iter().filter_map(|guard| {
        let flag = path.flag(guard.side, guard.flag)?;
        let losses: Vec<&str> = guard
            .loses
            .iter()
            .map(|property| property.words())
            .collect();
        Some(format!(
            "{} {}: {}",
            flag.component,
            label(flag),
            losses.join(", ")
        ))
    });
    draft.section("depends-on", "Depends on", depends.collect::<Vec<_>>());
    for guard in path.safeguards {
        if let Some(flag) = path.flag(guard.side, guard.flag) {
            draft.with_flag(flag);
        }
    }
    let mut on_disk = Vec::new();
    let mut seen = Vec::new();
    for (_, proof) in path.proofs() {
        for id in [proof.credential, proof.authority].into_iter().flatten() {
            draft.about(id);
            if !seen.contains(&id) {
                seen.push(id);
                on_disk.extend(disk::row(id, question));
            }
        }
    }
    draft.expires(on_disk);
    draft.finish()
}

fn proof_lines(path: &PathSpec, side: Side, proof: &Proof) -> Vec<String> {
    let what = match (proof.method, proof.credential) {
        (Method::Certificate, Some(id)) => {
            format!("{id}, shown by {}", presenter(path, side, proof))
        }
        (Method::Certificate, None) => {
            format!(
                "a certificate of its own, shown by {}",
                presenter(path, side, proof)
            )
        }
        (Method::Anonymous, _) => "nothing at all (anonymous)".to_owned(),
        (method, Some(id)) => format!("{} signed with {id}", method.words()),
        (method, None) => method.words().to_owned(),
    };
    let default = if proof.by_kubeadm {
        ""
    } else {
        " (not by default)"
    };
    let mut line = format!("{what}{default}");
    if !proof.checked_by.is_empty() || proof.authority.is_some() {
        line.push_str("; checked by ");
        line.push_str(&checker(path, side, proof));
    }
    line.push_str(". ");
    line.push_str(&sentence(proof.note));
    vec![line.trim_end().to_owned()]
}

/// The four properties, in words.
fn properties(guard: Guard) -> String {
    let words = [
        Property::ServerAuthentication,
        Property::ClientAuthentication,
        Property::Integrity,
        Property::Encryption,
    ]
    .map(|property| {
        let held = match guard.of(property) {
            Held::Yes => "yes",
            Held::Listeners => "against listeners only",
            Held::No => "no",
            Held::Depends => "as it is set up",
        };
        format!("{} {held}", property.words())
    });
    words.join(", ")
}
