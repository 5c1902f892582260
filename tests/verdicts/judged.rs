//! What the judge says.

use pki_core::judge::{Finding, LooseFiles, Rule, certificates_file, loose};
use pki_core::{Host, Usage};
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
    let read = |pem: &str| certificates_file("file", pem.as_bytes());
    let ((chain, unread), (anchors, untrusted)) =
        (read(&presented.chain), read(&presented.anchors));
    let mut judged = Judged::default();
    judged.add(&unread);
    judged.add(&untrusted);
    if chain.is_empty() || anchors.is_empty() {
        return judged;
    }
    let hosts = presented
        .host
        .iter()
        .filter_map(|host| Host::dialled(host).ok());
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
    judged.add(&loose(&files, OffsetDateTime::now_utc()));
    if judged.refusers.contains("openssl") {
        judged.refusers.remove("openssl-strict");
    }
    judged
}

impl Judged {
    fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.rules.push(finding.rule.to_string());
            let refusers = finding.refused_by.iter().map(|party| party.called());
            let refusers: Refusers = refusers.filter(|one| ASKED.contains(one)).collect();
            self.refusers.extend(&refusers);
            self.refusals.push((finding.rule, refusers));
        }
    }
}
