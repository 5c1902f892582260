//! Requests and their answers: whether what is asked for is what the table says, and whether what came
//! back is what was asked for, and no more.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::authority::Trust;
use crate::authority::path::verify_usage;
use crate::plan::renew::Difference;
use crate::spec::CertSpec;
use crate::text::instant::readable;
use crate::x509::{
    Certificate, CertificateRequest, DistinguishedName, KeyUsageBits, Template, Usage,
};

/// May do everything, whatever RBAC says.
const MASTERS: &str = "system:masters";

/// Key usages of authorities alone.
const SIGNING: [&str; 2] = ["keyCertSign", "cRLSign"];

/// How an answer differs from what was asked for, with both sides of each; nothing where it is
/// right. What it gives more is as wrong as what it lacks: a name, a group or a purpose is a right.
///
/// `chain` is the certificate and the path above it. `trust` is what the readers believe.
#[must_use]
pub fn check_answer(
    request: &CertificateRequest,
    usage: Usage,
    chain: &[Certificate],
    trust: &Trust,
    now: OffsetDateTime,
) -> Vec<Difference> {
    let Some(leaf) = chain.first() else {
        return vec![difference(
            "certificate",
            "none",
            "one for the key of the request",
        )];
    };
    let mut differences = Vec::new();
    let mut compare = |field, actual: String, expected: String| {
        if actual != expected {
            differences.push(difference(field, actual, expected));
        }
    };
    let key = |spki: &[u8]| {
        crate::key::PublicKey::from_spki_der(spki).map_or_else(
            |error| error.to_string(),
            |key| key.identifier().to_string(),
        )
    };
    if leaf.spki_der() != request.spki_der() {
        compare("public key", key(leaf.spki_der()), key(request.spki_der()));
    }
    compare(
        "common name",
        common_names(leaf.subject()),
        common_names(request.subject()),
    );
    compare("groups", groups(leaf.subject()), groups(request.subject()));
    compare(
        "alternative names",
        set(leaf.alternative_names()),
        set(request.alternative_names()),
    );
    compare(
        "purposes",
        set(leaf.purpose_names()),
        set(request.purpose_names()),
    );
    compare(
        "basic constraints",
        constraint(leaf.is_authority()).to_owned(),
        constraint(request.is_authority()).to_owned(),
    );
    // Other usages restrict what is a right by its purpose; these are rights by themselves.
    let usages = leaf.key_usage().map_or_else(Vec::new, KeyUsageBits::names);
    if usages.iter().any(|usage| SIGNING.contains(usage)) {
        differences.push(difference(
            "key usage",
            usages.join(", "),
            "none that signs certificates or revocation lists",
        ));
    }
    let validity = leaf.validity();
    if !validity.contains(now) {
        let life = format!(
            "{} to {}",
            readable(validity.not_before),
            readable(validity.not_after)
        );
        differences.push(difference(
            "validity",
            life,
            format!("valid on {}", readable(now)),
        ));
    }
    // What is wrong by itself is said already, and would be said again of the path.
    if differences.is_empty() {
        let anchors = trust.checking(usage).certificates();
        if let Err(error) = verify_usage(chain, anchors, usage, now) {
            differences.push(difference(
                "path",
                format!("refused ({error})"),
                "to the authority that is here",
            ));
        }
    }
    differences
}

/// How what is asked for differs from what the table says of a row, with both sides of each. Groups that
/// an earlier kubeadm gave it are right too, but for the one that nobody can take away again.
#[must_use]
pub fn check_request(
    request: &CertificateRequest,
    spec: &CertSpec,
    template: &Template,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut compare = |field, actual: String, expected: String| {
        if actual != expected {
            differences.push(difference(field, actual, expected));
        }
    };
    let subject = request.subject();
    compare(
        "common name",
        common_names(subject),
        common_names(&template.subject),
    );
    let there: Vec<&str> = subject.groups().collect();
    let is_earlier = spec.rights.of_earlier(&there).is_some();
    if !is_earlier || there.contains(&MASTERS) {
        compare("groups", groups(subject), groups(&template.subject));
    }
    let hosts =
        |names: &crate::x509::SubjectAltNames| set(names.hosts().map(|host| host.to_string()));
    let asked = request.hosts();
    // Names of other types than those are no part of what can be compared.
    let count = asked.hosts().count();
    if request.alternative_names().len() == count {
        compare("alternative names", hosts(&asked), hosts(&template.hosts));
    } else {
        let all = set(request.alternative_names());
        compare("alternative names", all, hosts(&template.hosts));
    }
    let purposes = template.usage.purposes().iter().map(ToString::to_string);
    compare("purposes", set(request.purpose_names()), set(purposes));
    compare(
        "basic constraints",
        constraint(request.is_authority()).to_owned(),
        constraint(template.usage == Usage::Authority).to_owned(),
    );
    differences
}

fn difference(
    field: &'static str,
    actual: impl Into<String>,
    expected: impl Into<String>,
) -> Difference {
    Difference {
        field,
        actual: actual.into(),
        expected: expected.into(),
    }
}

fn constraint(is_authority: bool) -> &'static str {
    if is_authority { "CA:TRUE" } else { "CA:FALSE" }
}

/// All of them: Go takes the last, others the first.
fn common_names(name: &DistinguishedName) -> String {
    name.common_names().collect::<Vec<&str>>().join(", ")
}

fn groups(name: &DistinguishedName) -> String {
    set(name.groups().map(str::to_owned))
}

/// In whatever order.
fn set(all: impl IntoIterator<Item = String>) -> String {
    let all: BTreeSet<String> = all.into_iter().collect();
    if all.is_empty() {
        return "none".to_owned();
    }
    all.into_iter().collect::<Vec<String>>().join(", ")
}
