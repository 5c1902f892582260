use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pki_core::authority::path::verify_usage;
use pki_core::issue::check_request;
use pki_core::key::Passphrase;
use pki_core::plan::renew::Difference;
use pki_core::text::hex;
use pki_core::x509::{CertificateRequest, Profile, Template, Usage, Validity};
use pki_core::{
    Authority, CertSpec, Certificate, Cluster, ClusterBuilder, Lifetime, Node, NodeBuilder, Part,
    Random, RowId, Signers, Table,
};
use time::OffsetDateTime;

use super::Carried;
use super::RequestError;
use super::signed::{Signed, SignedRow};
use crate::LayoutError;
use crate::manifest::{CertificateManifest, CertificateRow, MANIFEST, RequestManifest, RequestRow};
use crate::observe::requested::{key_of, one_request};
use crate::offline::{open_pair, open_with};
use crate::view::schema::rfc3339;

/// Who signs, and by what rules.
#[derive(Debug)]
#[non_exhaustive]
pub struct Signing<'a> {
    /// The directory of the authorities, laid out as a certificate directory is: `ca.crt` and
    /// `ca.key`, `front-proxy-ca.crt`, `etcd/ca.crt`. Needed for what they sign.
    pub authorities: Option<&'a Path>,
    /// What is above them. Needed for certificates of authorities themselves.
    pub superior: Option<Arc<Authority>>,
    /// What opens their keys, where these are encrypted.
    pub passphrase: Option<&'a Passphrase>,
    /// The keys of authorities that are kept elsewhere than in the directory.
    pub signers: Signers,
    /// The cluster and the node that asks. Without them the names that are served are taken as they
    /// are asked for, and everything else is the table's.
    pub described: Option<(ClusterBuilder, NodeBuilder)>,
    /// The rows that are issued as they are asked for, although the table says something else.
    pub accept: BTreeSet<RowId>,
    /// Life of the certificates.
    pub lifetime: Lifetime,
    /// Life of those of authorities.
    pub authority_lifetime: Lifetime,
}

impl<'a> Signing<'a> {
    /// By the authorities of a directory, for this long; what is above them is to be given where it
    /// signs too.
    #[must_use]
    pub fn new(authorities: Option<&'a Path>, lifetime: Lifetime) -> Self {
        Self {
            authorities,
            superior: None,
            passphrase: None,
            signers: Signers::new(),
            described: None,
            accept: BTreeSet::new(),
            lifetime,
            authority_lifetime: Lifetime::DECADE,
        }
    }
}

impl Signing<'_> {
    /// Signs what was carried here. Of a request nothing counts but its key and the proof that who made
    /// it has that: the table says the rest. Where what is asked for is something else, all is
    /// refused, and nothing is signed.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] when the requests or an authority cannot be used.
    pub fn sign(
        &self,
        carried: &Carried,
        now: OffsetDateTime,
        random: &dyn Random,
    ) -> Result<Signed, LayoutError> {
        let table = Table::kubernetes();
        let manifest = manifest(carried, &table)?;
        let mut authorities: BTreeMap<RowId, Authority> = BTreeMap::new();
        let mut work = Vec::new();
        for row in &manifest.requests {
            let unusable = |reason: String| {
                LayoutError::Request(RequestError::Unusable {
                    path: PathBuf::from(&row.file),
                    reason,
                })
            };
            let id = table
                .find(&row.name)
                .filter(|id| id.spec().issuer.is_some() || id.spec().is_authority());
            let id = id.ok_or_else(|| {
                unusable(format!(
                    "{:?} is no row of the table with a certificate",
                    row.name
                ))
            })?;
            let content = carried.iter().find(|(name, _)| *name == row.file);
            let (_, content) =
                content.ok_or_else(|| unusable("it did not come along".to_owned()))?;
            let request = one_request(content, row).map_err(unusable)?;
            request
                .public_key()
                .map_err(|error| unusable(format!("its key {error}")))?;
            let (template, differences) = self.wanted(id.spec(), &request, &manifest, now)?;
            match (id.spec().issuer, &self.superior) {
                (Some(authority), _) => {
                    if let Entry::Vacant(place) = authorities.entry(authority) {
                        place.insert(self.open(authority)?);
                    }
                }
                (None, Some(_)) => {}
                (None, None) => {
                    return Err(LayoutError::Request(RequestError::NoSuperior { row: id }));
                }
            }
            let accepted = !differences.is_empty() && self.accept.contains(&id);
            work.push((id, request, template, differences, accepted));
        }
        let is_refused = work
            .iter()
            .any(|(.., differences, accepted)| !differences.is_empty() && !accepted);
        let mut signed = Signed {
            rows: Vec::new(),
            carried: Carried::new(),
        };
        let mut certificates = Vec::new();
        for (id, request, template, differences, accepted) in work {
            let mut row = SignedRow {
                row: id,
                key: key_of(&request),
                certificate: None,
                clamped: false,
                differences,
                accepted,
            };
            let authority = match id.spec().issuer {
                Some(authority) => authorities.get(&authority),
                None => self.superior.as_deref(),
            };
            if let Some(authority) = authority.filter(|_| !is_refused) {
                let (chain, clamped) =
                    issue(id, authority, &request, template, accepted, now, random)?;
                row.clamped = clamped;
                row.certificate = chain.first().cloned();
                let text: String = chain.iter().map(Certificate::to_pem).collect();
                let file = format!("{id}.crt");
                if let Some(leaf) = chain.first() {
                    certificates.push(CertificateRow {
                        name: id.to_string(),
                        file: file.clone(),
                        sha256: hex::plain(&leaf.fingerprint()),
                        not_after: rfc3339(leaf.validity().not_after),
                    });
                }
                signed.carried.push((file, text.into_bytes()));
            }
            signed.rows.push(row);
        }
        if !is_refused {
            let text = CertificateManifest::new(certificates).to_json();
            let text = text.map_err(|error| {
                LayoutError::Request(RequestError::Unusable {
                    path: MANIFEST.into(),
                    reason: error.to_string(),
                })
            })?;
            signed.carried.push((MANIFEST.to_owned(), text));
            signed.carried.sort();
        }
        Ok(signed)
    }

    fn open(&self, authority: RowId) -> Result<Authority, LayoutError> {
        let Some(directory) = self.authorities else {
            return Err(LayoutError::Request(RequestError::NoAuthorities {
                authority,
            }));
        };
        let file = |part| directory.join(authority.part(part).to_string());
        let certificate = file(Part::Certificate);
        match self.signers.get(authority.spec().name) {
            Some(key) => open_with(&certificate, Box::new(key)),
            None => open_pair(&certificate, &file(Part::Key), self.passphrase),
        }
    }

    /// What the table says, by the profile that the request is nearest to where nobody says which, and
    /// how the request differs.
    fn wanted(
        &self,
        spec: &CertSpec,
        request: &CertificateRequest,
        manifest: &RequestManifest,
        now: OffsetDateTime,
    ) -> Result<(Template, Vec<Difference>), LayoutError> {
        let mut best: Option<(Template, Vec<Difference>)> = None;
        for profile in Profile::ALL {
            let (cluster, node) = self.site(profile, manifest)?;
            let Some(mut template) = cluster.at(&node).template(spec, now)? else {
                continue;
            };
            let lifetime = if spec.is_authority() {
                self.authority_lifetime
            } else {
                self.lifetime
            };
            template.validity = Validity::starting(now, lifetime);
            if spec.is_authority() {
                // What it has signed names its key so, and what it may not do it may not do again.
                template.key_identifier = request.subject_key_identifier();
                template.restrictions = request.restrictions();
            }
            if self.described.is_none() && template.usage.serves() {
                template.hosts = request.hosts();
            }
            let differences = check_request(request, spec, &template);
            let fewer = |(_, known): &(Template, Vec<Difference>)| differences.len() < known.len();
            if best.as_ref().is_none_or(fewer) {
                best = Some((template, differences));
            }
        }
        best.ok_or_else(|| {
            LayoutError::Request(RequestError::Unusable {
                path: spec.name.into(),
                reason: "it has no certificate".to_owned(),
            })
        })
    }

    fn site(
        &self,
        profile: Profile,
        manifest: &RequestManifest,
    ) -> Result<(Cluster, Node), LayoutError> {
        if let Some((cluster, node)) = &self.described {
            let cluster = cluster.clone().profile_or(Some(profile)).build()?;
            let node = node.clone().build(&cluster)?;
            return Ok((cluster, node));
        }
        let unusable = |reason: String| {
            LayoutError::Request(RequestError::Unusable {
                path: MANIFEST.into(),
                reason,
            })
        };
        // No name of it counts: those that are served are taken from the request.
        let nowhere = std::net::Ipv4Addr::new(192, 0, 2, 1).into();
        let name = manifest.node.as_deref().unwrap_or("node");
        let name = name
            .parse()
            .map_err(|error| unusable(format!("{name:?} is no name of a node: {error}")))?;
        let cluster = Cluster::builder().profile(profile).build()?;
        let node = Node::builder(name, nowhere).build(&cluster)?;
        Ok((cluster, node))
    }
}

/// What is asked for; without a manifest every request by the name of its file.
fn manifest(carried: &Carried, table: &Table) -> Result<RequestManifest, LayoutError> {
    let unusable = |reason: String| {
        LayoutError::Request(RequestError::Unusable {
            path: MANIFEST.into(),
            reason,
        })
    };
    if let Some((_, text)) = carried.iter().find(|(name, _)| name == MANIFEST) {
        let manifest = RequestManifest::read(text).map_err(unusable)?;
        if manifest.requests.is_empty() {
            return Err(unusable("nothing is asked for in it".to_owned()));
        }
        return Ok(manifest);
    }
    let mut rows = Vec::new();
    let mut node = None;
    for (file, text) in carried {
        let Some(name) = file
            .strip_suffix(".csr")
            .filter(|name| table.find(name).is_some())
        else {
            continue;
        };
        let requests = CertificateRequest::all_from_pem(text);
        let requests = requests.map_err(|error| {
            LayoutError::Request(RequestError::Unusable {
                path: file.into(),
                reason: error.to_string(),
            })
        })?;
        if let [request] = requests.as_slice() {
            // Whose node it is, the name of its kubelet says.
            let name_of_kubelet = request.subject().common_name();
            let of_node = name_of_kubelet.and_then(|name| name.strip_prefix("system:node:"));
            node = node.or_else(|| of_node.map(str::to_owned));
            rows.push(RequestRow {
                name: name.to_owned(),
                authority: String::new(),
                file: file.clone(),
                sha256: hex::plain(&request.fingerprint()),
                created: String::new(),
                key: key_of(request),
                replaces: None,
                subject: request.subject().to_string(),
                alternative_names: request.alternative_names(),
                purposes: request.purpose_names(),
                server: None,
                cluster: None,
            });
        }
    }
    if rows.is_empty() {
        return Err(unusable(
            "there is none, and no request that is called as a row of the table is".to_owned(),
        ));
    }
    Ok(RequestManifest::new(node, rows))
}

fn issue(
    id: RowId,
    authority: &Authority,
    request: &CertificateRequest,
    mut template: Template,
    accepted: bool,
    now: OffsetDateTime,
    random: &dyn Random,
) -> Result<(Vec<Certificate>, bool), LayoutError> {
    let failed = |reason: String| {
        LayoutError::Request(RequestError::Unusable {
            path: format!("{id}.csr").into(),
            reason,
        })
    };
    if accepted {
        template.subject = request.subject().clone();
        template.hosts = request.hosts();
    }
    // A leaf is as good as before to whoever believes the one that signs, whatever became of its root.
    let above = authority.issuer().above().iter();
    let above = above.filter(|_| template.usage == Usage::Authority);
    for one in std::iter::once(authority.issuing()).chain(above) {
        if !one.validity().contains(now) {
            return Err(LayoutError::Request(RequestError::NotValid {
                subject: one.subject().to_string(),
                not_before: rfc3339(one.validity().not_before),
                not_after: rfc3339(one.validity().not_after),
            }));
        }
    }
    let end = authority.issuing().validity().not_after;
    let clamped = end < template.validity.not_after;
    template.validity = template.validity.clamped(end);
    let key = request
        .public_key()
        .map_err(|error| failed(error.to_string()))?;
    let certificate = authority.issue(&template, &key, random);
    let certificate = certificate.map_err(|error| failed(error.to_string()))?;
    let mut chain = vec![certificate];
    chain.extend(authority.issuer().path());
    // What is above may constrain what it may say.
    let anchors = authority.trust().checking(template.usage).certificates();
    verify_usage(&chain, anchors, template.usage, now)
        .map_err(|error| failed(format!("its readers would refuse it: {error}")))?;
    Ok((chain, clamped))
}
