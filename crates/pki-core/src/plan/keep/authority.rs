use super::super::draft::Draft;
use super::super::{Creation, Problem, Step, Warning};
use super::{broken, missing_file};
use crate::authority::path::PathError;
use crate::authority::{AuthorityError, check_may_issue};
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
    match (certificate, key) {
        (Found::Absent, Found::Absent) => {
            if let Some(problem) = plan.not_shared(spec.id) {
                plan.refuse(missing_file(spec), problem);
                return Ok(());
            }
            if let Some(template) = plan.site.template(spec, plan.now)? {
                let creation = match plan.inventory.signer(spec.id) {
                    Some(_) => Creation::ExternalAuthority(template),
                    None => Creation::Authority(template),
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
            plan.refuse(id.part(part), Problem::authority(&error));
            return;
        }
    };
    let issuing = issuer.certificate();
    if let Some(problem) = unfit(plan, issuing) {
        plan.refuse(file, problem);
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
