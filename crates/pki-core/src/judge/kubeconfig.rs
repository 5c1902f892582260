//! Whether kubeconfigs hold what they must, and trust the API server that is there.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::Rule;
use super::chain::{self, Chain};
use super::finding::{Findings, Place, listed};
use super::node::{Kubeconfig, Node};
use crate::authority::path::search::{leads_elsewhere, paths};
use crate::observation::{ClientFacts, ClientFiles, Found};
use crate::spec::{Part, RowId};
use crate::x509::{Certificate, Usage, url};

/// The parts of every kubeconfig that could be read. Whether the API server's own chain is in
/// order has been judged before.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>, at: OffsetDateTime) {
    let server = server_chain(findings, node);
    let mut narrow = Vec::new();
    let mut wide = false;
    for kubeconfig in &node.kubeconfigs {
        parts(findings, node, kubeconfig);
        if kubeconfig.facts.trust.is_absent() {
            without_authorities(findings, kubeconfig, server);
        }
        if let Some(server) = server
            && let Some(trust) = kubeconfig.facts.trust.present()
            && trusts(findings, node, kubeconfig.place(), trust, server, at)
        {
            let lacking = lacking(node, trust, at);
            wide |= lacking.is_empty();
            narrow.push((kubeconfig, lacking));
        }
    }
    if let Some(server) = server {
        for (file, trust) in others(node) {
            let place = Place { file, name: None };
            trusts(findings, node, place, trust, server, at);
        }
    }
    narrow.retain(|(_, lacking)| !lacking.is_empty());
    let alike = |(_, lacking): &(_, Vec<&Certificate>)| {
        narrow.first().is_some_and(|(_, first)| first == lacking)
    };
    // Where no kubeconfig has what ca.crt gained, it is one change that has not been finished.
    if let [(_, lacking), _, ..] = narrow.as_slice()
        && !wide
        && narrow.iter().all(alike)
        && let Some(authority) = node.authority(RowId::ClusterCa)
    {
        let names: Vec<&str> = narrow.iter().map(|(one, _)| one.id.spec().name).collect();
        let message = format!(
            "it trusts {}, which none of the kubeconfigs does: {}",
            subjects(lacking),
            names.join(", ")
        );
        findings.file(Rule::KubeconfigTrustNarrow, authority.place(), message);
        return;
    }
    for (kubeconfig, lacking) in narrow {
        let message = format!(
            "it does not trust {}, as {} does",
            subjects(&lacking),
            node.facts.path(RowId::ClusterCa.part(Part::Certificate))
        );
        findings.file(Rule::KubeconfigTrustNarrow, kubeconfig.place(), message);
    }
}

/// The kubeconfigs that were copied from another cluster: what they trust is not what the API
/// server comes from, and their client comes from what they trust and not from ca.crt.
pub(super) fn foreign(node: &Node<'_>) -> BTreeSet<RowId> {
    let chain = |id| Some(node.told(id)?.certificates);
    let (Some(server), Some(authority)) =
        (chain(RowId::Apiserver), node.authority(RowId::ClusterCa))
    else {
        return BTreeSet::new();
    };
    let servers = authority.checking(Usage::Server).certificates;
    let clients = authority.checking(Usage::Client).certificates;
    let known: BTreeSet<_> = servers.iter().chain(clients).map(identity).collect();
    let is_foreign = |kubeconfig: &&Kubeconfig<'_>| {
        let (Some(trust), Some(client)) = (kubeconfig.facts.trust.present(), chain(kubeconfig.id))
        else {
            return false;
        };
        !trust.iter().any(|one| known.contains(&identity(one)))
            && paths(server, servers).is_ok()
            && leads_elsewhere(server, trust)
            && paths(client, trust).is_ok()
            && leads_elsewhere(client, clients)
    };
    let kubeconfigs = node.kubeconfigs.iter().filter(is_foreign);
    kubeconfigs.map(|kubeconfig| kubeconfig.id).collect()
}

/// Key and name: an authority that was issued again is the same one.
fn identity(authority: &Certificate) -> (&[u8], &[u8]) {
    (authority.spki_der(), authority.subject().as_der())
}

/// What the API server presents, where its authority verifies it: then a kubeconfig must too.
fn server_chain<'a>(findings: &Findings, node: &Node<'a>) -> Option<&'a [Certificate]> {
    let chain = node.told(RowId::Apiserver)?.certificates;
    let authority = node.authority(RowId::ClusterCa)?;
    let servers = authority.checking(Usage::Server).certificates;
    let verifies = paths(chain, servers).is_ok();
    let replaced = findings.has_at(Rule::PairMismatch, &authority.file)
        || findings.has_at(Rule::AuthorityReplaced, &authority.file);
    (verifies && !replaced).then_some(chain)
}

/// Whether what is in the kubeconfigs can be used, whomever they trust.
pub(super) fn usable(findings: &mut Findings, node: &Node<'_>) {
    for kubeconfig in &node.kubeconfigs {
        parts(findings, node, kubeconfig);
    }
}

/// The API server's own authority is one of the machine's only if somebody has put it there.
fn without_authorities(
    findings: &mut Findings,
    kubeconfig: &Kubeconfig<'_>,
    server: Option<&[Certificate]>,
) {
    let issuer = server.and_then(<[_]>::first).map(Certificate::issuer);
    if kubeconfig.facts.skips_verification {
        let message = "it has insecure-skip-tls-verify";
        findings.file(Rule::UnverifiedServer, kubeconfig.place(), message);
    } else if let Some(issuer) = issuer {
        let message = format!(
            "it names no authorities, so that the machine's own count; the API server's \
             certificate is issued by {issuer}"
        );
        findings.file(
            Rule::KubeconfigWithoutAuthorities,
            kubeconfig.place(),
            message,
        );
    }
}

fn parts(findings: &mut Findings, node: &Node<'_>, kubeconfig: &Kubeconfig<'_>) {
    let place = kubeconfig.place();
    if let Some(why) = unusable_server(&kubeconfig.facts.server) {
        let message = format!("its server is no URL: {:?}, {why}", kubeconfig.facts.server);
        findings.file(Rule::KubeconfigUnusable, place, message);
    }
    broken(findings, place, &kubeconfig.facts.trust);
    match &kubeconfig.facts.client {
        ClientFacts::Embedded { certificate, key } => {
            broken(findings, place, certificate);
            // A key that is too short is said of its certificate; not whether it is that one's.
            let odd = certificate
                .present()
                .and_then(|chain| chain.first())
                .is_some_and(|leaf| leaf.public_key().is_err());
            match key {
                Found::Broken { reason } if odd => {
                    let message = format!(
                        "whether its client-key is that of its certificate is not checked: it \
                         {reason}"
                    );
                    findings.file(Rule::NotChecked, place, message);
                }
                key => broken(findings, place, key),
            }
        }
        ClientFacts::Files {
            certificate, key, ..
        } => {
            if key.is_none() {
                let message =
                    format!("it names the client-certificate {certificate} and no client-key");
                findings.file(Rule::KubeconfigUnusable, place, message);
            } else if let Some(files) = node.facts.client_files.get(&kubeconfig.id) {
                dangling(findings, place, files);
            }
        }
        // A token or a plugin; that is for others to judge.
        ClientFacts::Other => {}
    }
}

/// Why client-go does not take it for a server, be it a URL or a host and a port (client-go,
/// rest `DefaultServerURL`).
fn unusable_server(server: &str) -> Option<&'static str> {
    let why = url::unparsed(server)?;
    url::unparsed(&format!("https://{server}")).map(|_| why)
}

fn dangling(findings: &mut Findings, place: Place<'_>, files: &ClientFiles) {
    let certificate = (&files.certificate, files.pair.certificate.is_absent());
    let key = (&files.key, files.pair.key.is_absent());
    let missing = [certificate, key].into_iter().find(|(_, absent)| *absent);
    if let Some((file, _)) = missing {
        let message = format!("it names {file}, which is not there");
        findings.file(Rule::KubeconfigUnusable, place, message);
    }
}

fn broken<T>(findings: &mut Findings, place: Place<'_>, found: &Found<T>) {
    if let Found::Broken { reason } | Found::Unreadable { reason } = found {
        findings.file(Rule::KubeconfigUnusable, place, format!("it {reason}"));
    }
}

/// What kubeconfigs trust that are no rows: somebody was told of them.
fn others<'a>(node: &Node<'a>) -> BTreeMap<&'a str, &'a [Certificate]> {
    let relations = node.facts.relations.iter();
    let readers = relations
        .filter(|relation| relation.credential == RowId::Apiserver)
        .map(|relation| &relation.reader);
    readers
        .filter(|reader| reader.kubeconfig.is_some() && reader.row.is_none())
        .map(|reader| (reader.named(), &*reader.certificates))
        .collect()
}

/// Whether these authorities of a kubeconfig trust the API server's chain.
fn trusts(
    findings: &mut Findings,
    node: &Node<'_>,
    place: Place<'_>,
    trust: &[Certificate],
    server: &[Certificate],
    at: OffsetDateTime,
) -> bool {
    // Mostly it is the authority's file word for word, which has been asked already.
    let is_bundle = node
        .authority(RowId::ClusterCa)
        .is_some_and(|authority| authority.checking(Usage::Server).certificates == trust);
    if is_bundle {
        return true;
    }
    match (paths(server, trust), server.first()) {
        (Ok(_), _) => {
            accepts(findings, node, place, trust, at);
            return true;
        }
        (Err(broken), Some(leaf)) if !broken.is_certain() => {
            let message = format!(
                "whether it trusts the API server's certificate is not known: {}",
                broken.error(leaf)
            );
            findings.file(Rule::NotChecked, place, message);
            return false;
        }
        (Err(_), _) => {}
    }
    let issuer = server.first().map(|leaf| leaf.issuer().to_string());
    let is_foreign = |one: &RowId| Some(one.spec().name) == place.name;
    let client = if node.foreign.iter().any(is_foreign) {
        "; its own certificate comes from the one that it trusts: it is another cluster's"
    } else {
        ""
    };
    let message = format!(
        "it trusts {}; the API server's certificate is issued by another, {}{client}",
        subjects(&trust.iter().collect::<Vec<_>>()),
        issuer.unwrap_or_default()
    );
    findings.file(Rule::KubeconfigDistrustsServer, place, message);
    false
}

/// Of what it trusts, another certificate of the same authority may have ended: a path that its
/// reader does not accept is none.
fn accepts(
    findings: &mut Findings,
    node: &Node<'_>,
    place: Place<'_>,
    trust: &[Certificate],
    at: OffsetDateTime,
) {
    let Some(presented) = node.told(RowId::Apiserver) else {
        return;
    };
    let chain = Chain {
        place: presented.place(),
        certificates: presented.certificates,
        usage: Usage::Server,
        trust: place,
        anchors: trust,
        wants_root: false,
    };
    if let (Err(unchained), Some(leaf)) = (chain::judge(findings, &chain, at), presented.leaf()) {
        findings.certificate(place, leaf, unchained.problem);
    }
}

/// The authorities of ca.crt that are not trusted. From one that has ended nothing comes any more;
/// one below what is trusted is presented with what it signs.
fn lacking<'a>(node: &Node<'a>, trust: &[Certificate], at: OffsetDateTime) -> Vec<&'a Certificate> {
    let trusted: BTreeSet<_> = trust.iter().map(identity).collect();
    let authority = node.authority(RowId::ClusterCa).into_iter();
    authority
        .flat_map(|authority| authority.certificates)
        .filter(|authority| authority.validity().not_after >= at)
        .filter(|authority| !trusted.contains(&identity(authority)))
        .filter(|authority| paths(std::slice::from_ref(authority), trust).is_err())
        .collect()
}

fn subjects(list: &[&Certificate]) -> String {
    let subjects = list
        .iter()
        .map(|one| format!("{} (serial {})", one.subject(), one.serial_number()));
    listed(subjects, "; ")
}
