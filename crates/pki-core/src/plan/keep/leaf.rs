use super::super::draft::{Draft, Signs};
use super::super::{Creation, Problem, Warning};
use super::broken;
use crate::authority::path::{serves_host, verify_usage};
use crate::key::PublicKey;
use crate::observation::Found;
use crate::spec::{CertSpec, Part};
use crate::x509::{Certificate, NameError, Usage};

/// A leaf is kept when its pair matches, it verifies for its use and serves every name.
pub(super) fn judge(
    plan: &mut Draft<'_>,
    spec: &CertSpec,
    certificate: &Found<Vec<Certificate>>,
    key: &Found<PublicKey>,
) -> Result<(), NameError> {
    let Some(usage) = spec.usage else {
        return Ok(());
    };
    let file = spec.id.part(Part::Certificate);
    let key_file = spec.id.part(Part::Key);
    for (file, problem) in [(file, broken(certificate)), (key_file, broken(key))] {
        if let Some(problem) = problem {
            plan.refuse(file, problem);
        }
    }
    match (certificate, key) {
        (Found::Absent, Found::Absent) => {
            if let Some(template) = plan.new_leaf(spec)? {
                plan.create(spec.id, Creation::Leaf(template));
            }
        }
        (Found::Absent, _) => plan.refuse(key_file, Problem::KeyWithoutCertificate),
        (Found::Present(_), Found::Absent) => {
            plan.refuse(file, Problem::CertificateWithoutKey);
        }
        (Found::Present(chain), Found::Present(key)) => {
            let mut problems = pair_problems(plan, spec, chain, key, usage);
            problems.extend(missing_hosts(plan, spec, chain));
            if problems.is_empty() {
                warn_of_identity(plan, spec, chain);
                let reason = "valid, and serves every name";
                let reason = if usage.serves() { reason } else { "valid" };
                plan.keep(spec.id, chain, reason);
            }
            for problem in problems {
                plan.refuse(file, problem);
            }
        }
        _ => {}
    }
    Ok(())
}

/// What is wrong with a certificate and a key that are both there.
pub(super) fn pair_problems(
    plan: &Draft<'_>,
    spec: &CertSpec,
    chain: &[Certificate],
    key: &PublicKey,
    usage: Usage,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(leaf) = chain.first()
        && leaf.spki_der() != key.spki_der()
        // Of an authority where a leaf belongs more is wrong, and that is said.
        && !leaf.is_authority()
    {
        problems.push(match leaf.public_key() {
            Ok(own) => Problem::KeyMismatch {
                expected: own.identifier().to_string(),
                actual: key.identifier().to_string(),
            },
            Err(error) => Problem::PublicKey {
                reason: error.to_string(),
            },
        });
    }
    let Some(authority) = spec.issuer else {
        return problems;
    };
    match plan.signs(authority) {
        Signs::Refused => {}
        Signs::New => problems.push(Problem::NoAuthority { authority }),
        Signs::There(facts) => {
            let trust = facts.trust();
            let anchors = trust.checking(usage).certificates();
            if let Err(error) = verify_usage(chain, anchors, usage, plan.now) {
                problems.push(Problem::Path(error));
            }
        }
    }
    problems
}

fn missing_hosts(plan: &Draft<'_>, spec: &CertSpec, chain: &[Certificate]) -> Option<Problem> {
    let leaf = chain.first()?;
    let there = leaf.hosts();
    let hosts = plan.site.hosts(spec);
    let missing: Vec<_> = hosts
        .hosts()
        // One that is not understood serves nobody, whatever names it has: that is said already.
        .filter(|host| !serves_host(leaf, host) && !there.covers(host))
        .collect();
    (!missing.is_empty()).then_some(Problem::MissingHosts { missing })
}

/// An identity that RBAC does not expect is said: it may be meant.
pub(super) fn warn_of_identity(plan: &mut Draft<'_>, spec: &CertSpec, chain: &[Certificate]) {
    let Some(leaf) = chain.first() else { return };
    // A server's name is what it serves; what a client is called decides what it may do.
    if spec.usage != Some(Usage::Client) {
        return;
    }
    let expected = plan.site.common_name(spec);
    let groups = plan.site.groups(spec);
    let there: Vec<&str> = leaf.subject().groups().collect();
    let same_groups = groups.iter().all(|group| there.contains(group))
        || spec.rights.of_earlier(&there).is_some();
    if leaf.subject().common_name() != Some(expected.as_str()) || !same_groups {
        let file = super::missing_file(spec);
        let mut expected = format!("CN={expected}");
        for group in groups {
            expected = format!("O={group}, {expected}");
        }
        plan.warnings.push(Warning::OtherIdentity {
            file,
            owner: plan.id(spec.id).owner,
            actual: leaf.subject().to_string(),
            expected,
        });
    }
}
