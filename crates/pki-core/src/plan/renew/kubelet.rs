//! A kubelet.conf that names the files of a certificate which the kubelet renews itself: left to
//! the kubelet while it is of use, and issued again once it is not, because the kubelet has no
//! other way back.

use time::OffsetDateTime;

use super::decide::{Sites, broken};
use super::signing::{check_authority, check_issuer, check_key, issuer};
use super::{
    Adaptation, Difference, KubeconfigChange, Reissue, RenewAction, RenewProblem, RenewRule,
    kubeconfig,
};
use crate::authority::path::PathError;
use crate::cluster::Site;
use crate::observation::{
    ClientFacts, Found, Inventory, KubeconfigFacts, Lapse, Rotated, RowFacts, is_control_plane,
};
use crate::spec::{CertSpec, CredentialId};
use crate::text::one_line;
use crate::x509::Validity;

/// The difference that is of the certificate as a whole.
pub(crate) const IDENTITY: &str = "certificate";

/// What is there of a kubelet.conf.
struct Kubelet<'a> {
    spec: &'a CertSpec,
    facts: &'a KubeconfigFacts,
    rotated: &'a Rotated,
    /// The certificate's file, as it is named.
    file: String,
}

/// What becomes of it; `None` for every other credential.
pub(super) fn decide(
    id: &CredentialId,
    facts: &RowFacts,
    inventory: &Inventory,
    rule: &RenewRule,
    sites: Option<&Sites<'_>>,
    now: OffsetDateTime,
) -> Option<RenewAction> {
    let RowFacts::Kubeconfig(Found::Present(facts)) = facts else {
        return None;
    };
    let ClientFacts::Files {
        certificate,
        rotated: Some(rotated),
        ..
    } = &facts.client
    else {
        return None;
    };
    let kubelet = Kubelet {
        spec: id.row.spec(),
        facts,
        rotated,
        file: one_line(certificate),
    };
    let site = match sites {
        Some(sites) => match sites.get(&id.owner) {
            Some(site) => Some(*site),
            None => {
                return Some(RenewAction::NotOurs {
                    reason: format!("the configuration does not know {}", id.owner),
                });
            }
        },
        None => None,
    };
    let lapse = rotated.lapse(now);
    let lapse = lapse.or_else(|| kubelet.comes_from_another(inventory));
    let change = site.and_then(|site| kubelet.change(site, inventory));
    if lapse.is_none() && !rotated.is_no_link {
        return Some(kubelet.valid(site.is_some(), change));
    }
    let again = kubelet.again(inventory, rule, site, now, lapse.as_ref(), change.clone());
    Some(match again {
        // It is of use until it ends, and then says so.
        Err(RenewAction::External { .. }) if lapse.is_none() => {
            kubelet.valid(site.is_some(), change)
        }
        Err(RenewAction::External { authority }) => broken(match lapse {
            Some(lapse) => RenewProblem::Lapsed {
                file: kubelet.file,
                lapse,
                authority,
                on_worker: !is_control_plane(|row| {
                    inventory.facts(row).is_some_and(RowFacts::is_there)
                }),
            },
            None => return Some(RenewAction::External { authority }),
        }),
        Ok(action) | Err(action) => action,
    })
}

impl Kubelet<'_> {
    /// Whether the certificate is of another authority than the one here.
    fn comes_from_another(&self, inventory: &Inventory) -> Option<Lapse> {
        let chain = self.rotated.pair.certificate.present()?;
        let known = inventory.authority(self.spec.issuer?).certificates();
        let error = check_issuer(chain, &known).err()?;
        let is_another = !known.is_empty() && matches!(error, PathError::UnknownIssuer { .. });
        is_another.then_some(Lapse::OtherAuthority)
    }

    fn change(
        &self,
        site: Site<'_>,
        inventory: &Inventory,
    ) -> Option<(KubeconfigChange, Vec<Difference>)> {
        let authority = inventory.authority(self.spec.issuer?);
        let (mut change, differences) =
            kubeconfig::change(self.spec, site, self.facts, &authority)?;
        // What trusts enough already stays, in a file of its own perhaps.
        if !differences.iter().any(|one| one.field == kubeconfig::TRUST) {
            change.trust = None;
        }
        Some((change, differences))
    }

    /// The certificate is the kubelet's to renew; what is beside it is not.
    fn valid(
        &self,
        is_compared: bool,
        change: Option<(KubeconfigChange, Vec<Difference>)>,
    ) -> RenewAction {
        let file = &self.file;
        match change {
            Some((change, differences)) if !differences.is_empty() => {
                RenewAction::Adapt(Box::new(Adaptation {
                    file: file.clone(),
                    change,
                    differences,
                }))
            }
            _ if is_compared => RenewAction::AsConfigured,
            _ => RenewAction::NotOurs {
                reason: format!(
                    "its certificate is in {file}, which is valid, and which the kubelet renews \
                     itself"
                ),
            },
        }
    }

    fn again(
        &self,
        inventory: &Inventory,
        rule: &RenewRule,
        site: Option<Site<'_>>,
        now: OffsetDateTime,
        lapse: Option<&Lapse>,
        change: Option<(KubeconfigChange, Vec<Difference>)>,
    ) -> Result<RenewAction, RenewAction> {
        let Some(authority) = self.spec.issuer else {
            return Err(RenewAction::Missing);
        };
        let issuer = issuer(authority, inventory)?;
        let issuing = issuer.certificate();
        check_authority(authority, issuing, issuing.validity(), now)?;
        let end = issuer.certificate().validity().not_after;
        let pair = &self.rotated.pair;
        let chain = pair.certificate.present().unwrap_or(&self.rotated.last);
        if let Some(site) = site {
            let template = site.template(self.spec, now);
            let Some(mut template) = template.map_err(|error| broken(error.into()))? else {
                return Err(RenewAction::Missing);
            };
            template.validity = template.validity.clamped(end);
            let actual = lapse.map_or_else(|| "not behind a link".to_owned(), Lapse::to_string);
            let identity = Difference {
                field: IDENTITY,
                actual,
                expected: "valid".to_owned(),
            };
            let (kubeconfig, others) = change.unzip();
            let others = others.into_iter().flatten();
            return Ok(RenewAction::Reissue(Box::new(Reissue {
                chain: chain.clone(),
                template,
                differences: [identity].into_iter().chain(others).collect(),
                kubeconfig,
                kept: Vec::new(),
                dialling: Vec::new(),
            })));
        }
        let Some(leaf) = chain.first() else {
            let file = self.file.clone();
            let lapse = lapse.cloned().unwrap_or(Lapse::Missing);
            return Err(broken(RenewProblem::Unidentified { file, lapse }));
        };
        let certificates = inventory.authority(authority).certificates();
        check_issuer(chain, &certificates).map_err(|error| broken(error.into()))?;
        check_key(leaf, &pair.key, rule).map_err(broken)?;
        let validity = Validity::starting(now, rule.lifetime);
        Ok(RenewAction::Renew {
            chain: chain.clone(),
            validity: validity.clamped(end),
            clamped: end < validity.not_after,
        })
    }
}
