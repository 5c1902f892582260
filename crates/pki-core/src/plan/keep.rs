//! What becomes of each row.

mod authority;
mod kubeconfig;
mod leaf;
mod service_account;

use time::OffsetDateTime;

use super::draft::{Draft, Signs};
use super::{Action, Problem, Warning};
use crate::observation::{Found, RowFacts};
use crate::spec::{Artifact, CertSpec, Form, Part, RowId};
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
            // What is above it may have cut its life short.
            Signs::New => {
                if let Some(end) = self.end_of_new(authority) {
                    self.clamp(spec.id, authority, end, &mut template);
                }
            }
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
                    self.clamp(spec.id, authority, end, &mut template);
                }
            },
        }
        Ok(template)
    }

    /// Has a certificate end with its authority, and says so.
    fn clamp(
        &mut self,
        row: RowId,
        authority: RowId,
        end: OffsetDateTime,
        template: &mut Option<Template>,
    ) {
        if let Some(template) = template
            && end < template.validity.not_after
        {
            template.validity = template.validity.clamped(end);
            let id = self.id(row);
            self.warnings.push(Warning::Clamped { id, authority, end });
        }
    }

    /// When an authority ends that is made in the same plan.
    fn end_of_new(&self, authority: RowId) -> Option<OffsetDateTime> {
        let steps = self.steps.iter();
        let mut of_row = steps.filter(|step| step.id.row == authority);
        of_row.find_map(|step| match &step.action {
            Action::Create(creation) => Some(creation.template()?.validity.not_after),
            _ => None,
        })
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
