//! The whole picture on one screen.

use pki_core::{CERTS, Table};

use super::sections::Draft;
use crate::report::ExplainedTopic;
use crate::table::paths::{Method, PATHS, PathSpec, Proof, Protection};

/// What fits beside a name at 80 columns.
const SHOWN: usize = 24;

/// Authorities with what they sign, and with what each side shows every path that is there
/// without being asked for.
pub(super) fn overview() -> ExplainedTopic {
    let answer = "The components of a cluster know each other by certificates of three \
                  authorities.";
    let mut draft = Draft::new("overview", "overview", answer.to_owned());
    let authorities = CERTS.iter().filter(|spec| spec.is_authority());
    let lines = authorities.map(|spec| {
        let signs: Vec<&str> = Table::kubernetes()
            .signed_by(spec.id)
            .map(|signed| signed.name)
            .collect();
        format!("{} signs {}", spec.name, signs.join(", "))
    });
    draft.section("authorities", "Authorities", lines.collect::<Vec<_>>());
    for spec in CERTS {
        draft.about(spec.id);
    }
    let tokens = "sa.key signs the tokens of pods, sa.pub checks them";
    draft.section("tokens", "Tokens", [tokens]);
    let always = PATHS.iter().filter(|path| path.set_up_by.is_empty());
    let paths = always.map(|path| (path, row(path)));
    draft.paths("Paths", paths.collect::<Vec<_>>());
    draft.finish()
}

/// `SERVER SHOWS | CLIENT SHOWS | BY KUBEADM` of a path.
fn row(path: &PathSpec) -> String {
    let server = path.server_proof.as_ref().map_or("nothing", shown);
    let first = path.client_proofs.first().map_or("nothing", shown);
    let by_certificate = first.contains('.');
    let client = if path.client_proofs.len() > 2 && by_certificate && first.len() + 9 <= SHOWN {
        format!("{first}, tokens")
    } else {
        first.to_owned()
    };
    let held = protection(path.kubeadm.protection());
    format!("{server} | {client} | {held}")
}

fn shown(proof: &Proof) -> &'static str {
    match (proof.method, proof.credential) {
        (Method::Certificate, Some(id)) => id.spec().name,
        (Method::Certificate, None) if proof.presented_by.is_empty() => "its own",
        (Method::Certificate, None) => "its own, if any",
        _ => "token",
    }
}

const fn protection(protection: Protection) -> &'static str {
    match protection {
        Protection::Mutual => "mutual",
        Protection::ServerAuthenticated => "server",
        Protection::Unauthenticated => "unproven",
        Protection::Plain => "plain",
        Protection::Depends => "depends",
    }
}
