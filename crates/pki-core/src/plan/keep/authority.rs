use super::super::draft::Draft;
use super::super::{Creation, Problem, Step, Warning};
use super::{broken, missing_file};
use crate::authority::path::PathError;
use crate::authority::{check_may_issue, issuing_certificate};
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
        (Found::Absent, Found::Absent) if plan.setup.joins() => {
            plan.refuse(missing_file(spec), Problem::NotCopied);
        }
        (Found::Absent, Found::Absent) => {
            if let Some(template) = plan.site.template(spec, plan.now)? {
                plan.create(spec.id, Creation::Authority(template));
            }
        }
        (Found::Absent, Found::Present(_)) => {
            plan.refuse(key_file, Problem::KeyWithoutCertificate);
        }
        (Found::Present(generations), Found::Absent) => {
            let problems: Vec<Problem> = generations
                .iter()
                .filter_map(|certificate| unfit(plan, certificate))
                .collect();
            if problems.is_empty() {
                plan.warnings.push(Warning::ExternalAuthority { file });
                let reason = "external: the key is elsewhere";
                plan.keep(spec.id, generations, reason);
            }
            for problem in problems {
                plan.refuse(file, problem);
            }
        }
        (Found::Present(generations), Found::Present(key)) => {
            judge_pair(plan, spec.id, generations, key);
        }
        // Named above already.
        _ => {}
    }
    Ok(())
}

fn judge_pair(plan: &mut Draft<'_>, id: RowId, generations: &[Certificate], key: &PublicKey) {
    let file = id.part(Part::Certificate);
    let issuing = match issuing_certificate(generations, key) {
        Ok(issuing) => issuing,
        Err(error) => {
            plan.refuse(id.part(Part::Key), Problem::authority(&error));
            return;
        }
    };
    if let Some(problem) = unfit(plan, issuing) {
        plan.refuse(file, problem);
        return;
    }
    if generations.len() > 1 && id == RowId::ClusterCa {
        plan.warnings.push(Warning::SeveralAuthorities {
            file,
            count: generations.len(),
            issuing: issuing.serial_number().to_string(),
        });
    }
    let mut step = Step::keep(plan.id(id), generations, "the pair matches");
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
