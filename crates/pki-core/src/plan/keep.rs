//! What becomes of each row.

mod authority;
mod kubeconfig;
mod leaf;
mod service_account;

use super::draft::{Draft, Signs};
use super::{Problem, Warning};
use crate::observation::{Found, RowFacts};
use crate::spec::{Artifact, CertSpec, Form, Part};
use crate::x509::{NameError, Template};

/// Adds the steps, refusals and warnings of one row to the plan.
pub(super) fn judge(
    plan: &mut Draft<'_>,
    spec: &CertSpec,
    facts: &RowFacts,
) -> Result<(), NameError> {
    match facts {
        RowFacts::Pair { certificate, key } if spec.is_authority() => {
            authority::judge(plan, spec, certificate, key)
        }
        RowFacts::Pair { certificate, key } => leaf::judge(plan, spec, certificate, key),
        RowFacts::KeyPair { private, public } => {
            service_account::judge(plan, spec.id, private, public);
            Ok(())
        }
        RowFacts::Kubeconfig(found) => kubeconfig::judge(plan, spec, found),
    }
}

impl Draft<'_> {
    /// The certificate of a row that is missing, or the refusal to make it.
    fn new_leaf(&mut self, spec: &CertSpec) -> Result<Option<Template>, NameError> {
        let Some(authority) = spec.issuer else {
            return Ok(None);
        };
        let mut template = self.site.template(spec, self.now)?;
        match self.signs(authority) {
            Signs::New => {}
            Signs::Refused => template = None,
            Signs::There(facts) => match facts.issuer() {
                Err(_) if self.inventory.requested().contains(&spec.id) => {
                    self.wait(spec.id, authority);
                    template = None;
                }
                Err(_) => {
                    let file = missing_file(spec);
                    self.refuse(file, Problem::ExternalAuthority { authority });
                    template = None;
                }
                Ok(issuer) => {
                    let end = issuer.certificate().validity().not_after;
                    if let Some(template) = &mut template
                        && end < template.validity.not_after
                    {
                        template.validity = template.validity.clamped(end);
                        self.warnings.push(Warning::Clamped {
                            id: self.id(spec.id),
                            authority,
                            end,
                        });
                    }
                }
            },
        }
        Ok(template)
    }
}

/// The file to name when a whole row is missing.
fn missing_file(spec: &CertSpec) -> Artifact {
    spec.id.part(match spec.form {
        Form::Pair { .. } => Part::Certificate,
        Form::KeyPair { .. } => Part::Key,
        Form::Kubeconfig { .. } => Part::Kubeconfig,
    })
}

/// The problem with a file that is there and has no usable content.
fn broken<T>(found: &Found<T>) -> Option<Problem> {
    match found {
        Found::Absent | Found::NotObserved | Found::Present(_) => None,
        Found::Broken { reason } => Some(Problem::Broken {
            reason: reason.clone(),
        }),
        Found::Unreadable { reason } => Some(Problem::Unreadable {
            reason: reason.clone(),
        }),
    }
}
