//! What the configuration makes of a kubeconfig beside its certificate.

use super::{Difference, KubeconfigChange};
use crate::cluster::Site;
use crate::observation::{AuthorityFacts, KubeconfigFacts};
use crate::spec::{CertSpec, Form};
use crate::x509::Certificate;

/// The server and the authorities that a kubeconfig is to have, and how what is there differs;
/// nothing of what is no kubeconfig.
pub(super) fn change(
    spec: &CertSpec,
    site: Site<'_>,
    facts: &KubeconfigFacts,
    authority: &AuthorityFacts<'_>,
) -> Option<(KubeconfigChange, Vec<Difference>)> {
    let Form::Kubeconfig { server: rule, .. } = spec.form else {
        return None;
    };
    let mut differences = Vec::new();
    let mut server = site.server_url(rule);
    if site.is_right_server(rule, &facts.server) {
        server.clone_from(&facts.server);
    } else {
        differences.push(Difference {
            field: "server",
            actual: facts.server.clone(),
            expected: server.clone(),
        });
    }
    let believed = authority.trust();
    let believed = believed.of_kubeconfig(spec.id.is_handed_on());
    let wanted = believed.certificates();
    // Where it names no authorities, somebody has put it so.
    let keeps_none = facts.trust.is_absent();
    let trust = facts.trust.present().map_or(&[][..], Vec::as_slice);
    if !keeps_none && !wanted.iter().all(|one| trust.contains(one)) {
        let names = |list: &[Certificate]| {
            let names = list.iter().map(|one| one.serial_number().to_string());
            names.collect::<Vec<_>>().join(", ")
        };
        differences.push(Difference {
            field: TRUST,
            actual: names(trust),
            expected: names(wanted),
        });
    }
    let trust = (!keeps_none).then(|| wanted.to_vec());
    Some((KubeconfigChange { server, trust }, differences))
}

/// The difference that is of whom a kubeconfig trusts.
pub(crate) const TRUST: &str = "trusted authorities";
