//! Rights that a certificate carries: kept where the configuration is followed, unless somebody has
//! seen to the binding that takes their place.

use super::{RenewAction, RenewPlan};
use crate::spec::{Binding, CertSpec, CredentialId};
use crate::x509::{Certificate, DistinguishedName, NameError};

/// The subject with the groups that an earlier kubeadm gave, where it is right in all else.
pub(super) fn kept(
    spec: &CertSpec,
    leaf: &Certificate,
    configured: &DistinguishedName,
) -> Result<Option<DistinguishedName>, NameError> {
    let groups: Vec<&str> = leaf.subject().groups().collect();
    let user = configured.common_name();
    if user != leaf.subject().common_name() || spec.rights.of_earlier(&groups).is_none() {
        return Ok(None);
    }
    DistinguishedName::new(user.unwrap_or_default(), &groups).map(Some)
}

impl RenewPlan {
    /// The credentials that lose a right by it, and the binding that has to be in the cluster
    /// instead.
    pub fn removed_rights(&self) -> impl Iterator<Item = (&CredentialId, Option<Binding>)> {
        self.steps().iter().filter_map(|step| {
            let RenewAction::Reissue(reissue) = &step.action else {
                return None;
            };
            let row = step.id.row;
            let old: Vec<&str> = reissue.chain.first()?.subject().groups().collect();
            row.spec().earlier_rights(&old)?;
            let mut groups = reissue.template.subject.groups();
            let own = row.spec().groups;
            let is_own = groups.all(|group| own.contains(&group));
            is_own.then_some((&step.id, row.spec().rights.binding))
        })
    }
}
