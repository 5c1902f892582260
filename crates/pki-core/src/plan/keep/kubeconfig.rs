use super::super::draft::{Draft, Signs};
use super::super::{Creation, Problem, Warning};
use super::broken;
use super::leaf::{pair_problems, warn_of_identity};
use crate::observation::{ClientFacts, FilePair, Found, KubeconfigFacts};
use crate::spec::{CertSpec, Form, Part};
use crate::text::one_line;
use crate::x509::{Certificate, NameError, Usage};

/// A kubeconfig is kept when it trusts this cluster's authority and its own certificate, where
/// it has one, is right.
pub(super) fn judge(
    plan: &mut Draft<'_>,
    spec: &CertSpec,
    found: &Found<KubeconfigFacts>,
) -> Result<(), NameError> {
    let Form::Kubeconfig { server, .. } = spec.form else {
        return Ok(());
    };
    let file = spec.id.part(Part::Kubeconfig);
    let server = plan.site.server_url(server);
    if let Some(problem) = broken(found) {
        plan.refuse(file, problem);
        return Ok(());
    }
    let Some(facts) = found.present() else {
        if let Some(template) = plan.new_leaf(spec)? {
            plan.create(spec.id, Creation::Kubeconfig { template, server });
        }
        return Ok(());
    };
    let mut problems = trust_problems(plan, spec, facts);
    let mut certificates: &[Certificate] = &[];
    let mut reason = "it authenticates without a certificate";
    match &facts.client {
        ClientFacts::Embedded { certificate, key } => {
            problems.extend(broken(certificate));
            problems.extend(broken(key));
            if let (Found::Present(chain), Found::Present(key)) = (certificate, key) {
                problems.extend(pair_problems(plan, spec, chain, key, Usage::Client));
                certificates = chain;
                reason = match &facts.trust {
                    Found::Absent => "valid, and names no authorities",
                    _ => "valid, and trusts this cluster's authority",
                };
            }
        }
        ClientFacts::Files {
            certificate,
            own,
            rotated,
            ..
        } => {
            let defect = rotated.as_ref().and_then(|rotated| rotated.defect());
            problems.extend(defect.map(|lapse| Problem::Lapsed {
                file: one_line(certificate),
                lapse,
            }));
            let rotated = rotated.as_ref().map(|rotated| &rotated.pair);
            let pair = own.as_deref().or(rotated);
            if let Some(FilePair {
                certificate: Found::Present(chain),
                key: Found::Present(key),
            }) = pair
                && problems.is_empty()
            {
                problems.extend(pair_problems(plan, spec, chain, key, Usage::Client));
            }
            reason = "its certificate is in a file of its own";
        }
        ClientFacts::Other => {}
    }
    if problems.is_empty() {
        warn_of_identity(plan, spec, certificates);
        if facts.server != server {
            plan.warnings.push(Warning::OtherServer {
                file,
                owner: plan.id(spec.id).owner,
                actual: facts.server.clone(),
                expected: server,
            });
        }
        plan.keep(spec.id, certificates, reason);
    }
    for problem in problems {
        plan.refuse(file, problem);
    }
    Ok(())
}

fn trust_problems(plan: &Draft<'_>, spec: &CertSpec, facts: &KubeconfigFacts) -> Vec<Problem> {
    let mut problems: Vec<Problem> = broken(&facts.trust).into_iter().collect();
    let Some(authority) = spec.issuer else {
        return problems;
    };
    if let (Found::Present(trust), Signs::There(facts)) = (&facts.trust, plan.signs(authority))
        && !facts.is_trusted_by(trust)
    {
        problems.push(Problem::OtherTrust);
    }
    problems
}
