//! What becomes of each row.

mod authority;
mod kubeconfig;
mod leaf;
mod service_account;

use super::{Creation, Plan, Problem, Refusal, Step, Warning};
use crate::observation::{Found, Inventory, RowFacts};
use crate::spec::{Artifact, CertSpec, Form, Part, RowId};
use crate::x509::{Certificate, NameError, Template};

/// Adds the steps, refusals and warnings of one row to the plan.
pub(super) fn judge(
    plan: &mut Plan,
    spec: &CertSpec,
    facts: &RowFacts,
    inventory: &Inventory,
) -> Result<(), NameError> {
    match facts {
        RowFacts::Pair { certificate, key } if spec.is_authority() => {
            authority::judge(plan, spec, certificate, key)
        }
        RowFacts::Pair { certificate, key } => leaf::judge(plan, spec, certificate, key, inventory),
        RowFacts::KeyPair { private, public } => {
            service_account::judge(plan, spec.id, private, public);
            Ok(())
        }
        RowFacts::Kubeconfig(found) => kubeconfig::judge(plan, spec, found, inventory),
    }
}

/// What a leaf's authority can do for it.
enum Issuer<'a> {
    /// It is made in the same plan.
    New,
    /// It is there, with these generations; `end` is where the issuing one ends, `None` where
    /// the key is elsewhere.
    There {
        generations: &'a [Certificate],
        issuing: Option<&'a Certificate>,
    },
    /// It is refused itself, and nothing more can be said.
    Refused,
}

impl Plan {
    fn refuse(&mut self, file: Artifact, problem: Problem) {
        self.refusals.push(Refusal { file, problem });
    }

    fn issuer<'a>(&self, id: RowId, inventory: &'a Inventory) -> Issuer<'a> {
        if self.refusals.iter().any(|refusal| refusal.file.id == id) {
            return Issuer::Refused;
        }
        if self.creations().any(|(created, _)| created == id) {
            return Issuer::New;
        }
        let generations = inventory.certificates(id);
        let issuing = match inventory.row(id) {
            RowFacts::Pair { key, .. } => key
                .present()
                .and_then(|key| crate::authority::issuing_certificate(generations, key).ok()),
            _ => None,
        };
        Issuer::There {
            generations,
            issuing,
        }
    }

    /// The certificate of a row that is missing, or the refusal to make it.
    fn new_leaf(
        &mut self,
        spec: &CertSpec,
        inventory: &Inventory,
    ) -> Result<Option<Template>, NameError> {
        let Some(authority) = spec.issuer else {
            return Ok(None);
        };
        let mut template = self.cluster.template(spec, self.now)?;
        match self.issuer(authority, inventory) {
            Issuer::New => {}
            Issuer::Refused => template = None,
            Issuer::There { issuing: None, .. } => {
                let file = missing_file(spec);
                self.refuse(file, Problem::ExternalAuthority { authority });
                template = None;
            }
            Issuer::There {
                issuing: Some(issuing),
                ..
            } => {
                let end = issuing.validity().not_after;
                if let Some(template) = &mut template
                    && end < template.validity.not_after
                {
                    template.validity = template.validity.clamped(end);
                    self.warnings.push(Warning::Clamped {
                        id: spec.id,
                        authority,
                        end,
                    });
                }
            }
        }
        Ok(template)
    }

    fn create(&mut self, id: RowId, creation: Creation) {
        self.steps.push(Step::create(id, creation, "missing"));
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
