//! What the judge says.

use pki_core::judge::{LooseFiles, Rule, loose};
use pki_core::{Certificate, Usage};
use time::OffsetDateTime;

use crate::Refusers;
use crate::scene::Case;

/// The rules that are broken, and who refuses for their sake.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) refusers: Refusers,
    pub(crate) rules: Vec<String>,
    /// The same, rule by rule.
    pub(crate) refusals: Vec<(Rule, Refusers)>,
}

pub(crate) const ASKED: [&str; 5] = ["go", "openssl", "openssl-strict", "gnutls", "webpki"];

pub(crate) fn judge(case: &Case) -> Judged {
    let presented = &case.presented;
    let read = |pem: &str| Certificate::all_from_pem(pem.as_bytes());
    let (chain, anchors) = match (read(&presented.chain), read(&presented.anchors)) {
        (Ok(chain), Ok(anchors)) => (chain, anchors),
        (Err(error), _) | (_, Err(error)) => {
            return Judged {
                refusers: Refusers::from(["go"]),
                rules: vec![error.to_string()],
                refusals: Vec::new(),
            };
        }
    };
    let hosts = presented.host.iter().filter_map(|host| host.parse().ok());
    let files = LooseFiles {
        file: "leaf".to_owned(),
        chain,
        intermediates: Vec::new(),
        anchors_file: "root".to_owned(),
        anchors,
        key: None,
        hosts: hosts.collect(),
        usage: Some(if presented.serves {
            Usage::Server
        } else {
            Usage::Client
        }),
    };
    let mut judged = Judged::default();
    for finding in loose(&files, OffsetDateTime::now_utc()) {
        judged.rules.push(finding.rule.to_string());
        let refusers = finding.refused_by.iter().map(|party| party.called());
        let refusers: Refusers = refusers.filter(|one| ASKED.contains(one)).collect();
        judged.refusers.extend(&refusers);
        judged.refusals.push((finding.rule, refusers));
    }
    if judged.refusers.contains("openssl") {
        judged.refusers.remove("openssl-strict");
    }
    judged
}
