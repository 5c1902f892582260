use super::super::draft::Draft;
use super::super::{Creation, Problem, Step, Warning};
use super::{broken, missing_file};
use crate::authority::path::PathError;
use crate::authority::{
    AuthorityError, Issuer, check_may_issue, has_issued, named_issuer, own_name,
};
use crate::key::PublicKey;
use crate::observation::Found;
use crate::spec::{CertSpec, Part, RowId};
use crate::x509::{Certificate, NameError};

/// An authority is used as it is, whatever its name, or made.
pub(super) fn judge(
    plan: &mut Draft<'_>,
    spec: &CertSpec,
    certificate: &Found<Vec<Certificate>>,
    key: &Found<PublicKey>,
) -> Result<(), NameError> {
    let file = spec.id.part(Part::Certificate);
    let key_file = spec.id.part(Part::Key);
    for (file, problem) in [(file, broken(certificate)), (key_file, broken(key))] {
        if let Some(problem) = problem {
            plan.refuse(file, problem);
        }
    }
    if let Found::Present(certificates) = certificate
        && let Some(problem) = is_of_another(plan, certificates)
    {
        plan.refuse(file, problem);
        return Ok(());
    }
    if let Some(problem) = is_superiors(plan, spec.id) {
        plan.refuse(missing_file(spec), problem);
        return Ok(());
    }
    match (certificate, key) {
        (Found::Absent, Found::Absent) => {
            if let Some(problem) = plan.not_shared(spec.id) {
                plan.refuse(missing_file(spec), problem);
                return Ok(());
            }
            if let Some(other) = shares_key(plan, spec.id) {
                plan.refuse(missing_file(spec), Problem::SharedKey { other });
                return Ok(());
            }
            if let Some(mut template) = plan.site.template(spec, plan.now)? {
                let above = plan.inventory.superior();
                if let Some(superior) = above {
                    if let Some(problem) = may_not_be_below(plan, superior) {
                        plan.refuse(missing_file(spec), problem);
                        return Ok(());
                    }
                    let end = superior.certificate().validity().not_after;
                    template.validity = template.validity.clamped(end);
                }
                let creation = Creation::Authority {
                    template,
                    elsewhere: plan.inventory.signer(spec.id).is_some(),
                    below: above.is_some(),
                };
                plan.create(spec.id, creation);
            }
        }
        (Found::Absent, Found::Present(_)) => {
            plan.refuse(key_file, Problem::KeyWithoutCertificate);
        }
        (Found::Present(certificates), Found::Absent)
            if plan.inventory.signer(spec.id).is_none() =>
        {
            let problems: Vec<Problem> = certificates
                .iter()
                .filter_map(|certificate| unfit(plan, certificate))
                .collect();
            if problems.is_empty() {
                plan.warnings.push(Warning::ExternalAuthority { file });
                let reason = "external: the key is elsewhere";
                plan.keep(spec.id, certificates, reason);
            }
            for problem in problems {
                plan.refuse(file, problem);
            }
        }
        (Found::Present(certificates), Found::Absent | Found::Present(_)) => {
            judge_pair(plan, spec.id, certificates);
        }
        // Named above already.
        _ => {}
    }
    Ok(())
}

/// Whether the key that is given for an authority is that of the one above, which would sign itself.
fn is_superiors(plan: &Draft<'_>, id: RowId) -> Option<Problem> {
    let superior = plan.inventory.superior()?.certificate();
    let own = plan.inventory.signer(id)?;
    (own.spki_der() == superior.spki_der()).then(|| Problem::Superior {
        subject: superior.subject().clone(),
        problem: format!("its key was given for {id} too"),
    })
}

/// Another authority whose key is given as this one's too.
fn shares_key(plan: &Draft<'_>, id: RowId) -> Option<RowId> {
    let own = plan.inventory.signer(id)?;
    let others = plan.inventory.table().rows().map(|spec| spec.id);
    let mut others = others.filter(|other| *other != id);
    others.find(|other| plan.inventory.signer(*other) == Some(own))
}

/// Why the authority above signs no authority now.
fn may_not_be_below(plan: &Draft<'_>, superior: &Issuer) -> Option<Problem> {
    let all = std::iter::once(superior.certificate()).chain(superior.above());
    // Below each of them are those before it, and the new one.
    all.zip(1..).find_map(|(certificate, below)| {
        let problem = match unfit(plan, certificate) {
            Some(problem) => problem.to_string(),
            None if certificate.path_length().is_some_and(|most| most < below) => {
                format!(
                    "its path length constraint allows no {} below it",
                    authorities(below)
                )
            }
            None => return None,
        };
        Some(Problem::Superior {
            subject: certificate.subject().clone(),
            problem,
        })
    })
}

fn authorities(count: u64) -> String {
    match count {
        1 => "authority".to_owned(),
        count => format!("{count} authorities"),
    }
}

/// An authority that is there while one above is given: it must be that one's.
fn is_of_another(plan: &Draft<'_>, certificates: &[Certificate]) -> Option<Problem> {
    let superior = plan.inventory.superior()?.certificate();
    let first = certificates.first()?;
    let mut all = certificates.iter();
    (!all.any(|one| has_issued(superior, one))).then(|| Problem::NotBelow {
        actual: named_issuer(first),
        expected: own_name(superior),
    })
}

/// The key belongs to a certificate of the authority, in whichever of its files that is.
fn judge_pair(plan: &mut Draft<'_>, id: RowId, certificates: &[Certificate]) {
    let file = id.part(Part::Certificate);
    let issuer = match plan.inventory.authority(id).issuer() {
        Ok(issuer) => issuer,
        Err(error) => {
            // A key of none is the key's fault, the rest the certificate's.
            let part = match error {
                AuthorityError::KeyMismatch { .. } => Part::Key,
                _ => Part::Certificate,
            };
            let is_given = plan.inventory.signer(id).is_some();
            let problem = match (part, is_given) {
                (Part::Key, true) => Problem::OtherSigner {
                    reason: error.to_string(),
                },
                _ => Problem::authority(&error),
            };
            plan.refuse(id.part(part), problem);
            return;
        }
    };
    let issuing = issuer.certificate();
    if let Some(problem) = unfit(plan, issuing) {
        plan.refuse(
            file,
            match problem {
                Problem::Path(error @ PathError::Expired { .. }) if !issuing.is_self_issued() => {
                    Problem::EndedBelow(error)
                }
                problem => problem,
            },
        );
        return;
    }
    if certificates.len() > 1 && id == RowId::ClusterCa {
        plan.warnings.push(Warning::SeveralAuthorities {
            file,
            count: certificates.len(),
            issuing: issuing.serial_number().to_string(),
        });
    }
    let mut step = Step::keep(plan.id(id), certificates, "the pair matches");
    step.action = super::super::Action::Keep {
        expires: Some(issuing.validity().not_after),
    };
    plan.steps.push(step);
}

/// Why a certificate cannot be an authority now.
fn unfit(plan: &Draft<'_>, certificate: &Certificate) -> Option<Problem> {
    if let Err(error) = check_may_issue(certificate) {
        return Some(Problem::authority(&error));
    }
    let validity = certificate.validity();
    let at = plan.now;
    if validity.not_after < at {
        return Some(Problem::Path(PathError::Expired {
            not_after: validity.not_after,
            at,
        }));
    }
    if validity.not_before > at {
        return Some(Problem::Path(PathError::NotYetValid {
            not_before: validity.not_before,
            at,
        }));
    }
    None
}
