//! The facts about a node as the checks look at them: who presents which chain, and who trusts
//! which authorities.

use std::collections::BTreeSet;

use super::finding::Place;
use super::kubeconfig;
use crate::authority::Domain;
use crate::key::PublicKey;
use crate::observation::{
    CertificateFile, ClientFacts, ClientFiles, FileFacts, FileKind, Found, KubeconfigFacts,
    NodeFacts, Relation, RowFacts,
};
use crate::spec::{CertSpec, Part, RowId};
use crate::x509::{Certificate, Usage};

/// A certificate that somebody on this node presents.
#[derive(Debug)]
pub(super) struct Presented<'a> {
    /// The row, and what belongs to one: of a kubelet's own file, its kubeconfig's.
    pub(super) id: RowId,
    /// What it is called: the row's name, or the file's where it is no row.
    pub(super) name: &'a str,
    /// The file with the certificate.
    pub(super) file: String,
    /// The file with the key.
    pub(super) key_file: String,
    /// What is in them.
    pub(super) certificates: &'a [Certificate],
    pub(super) key: Option<&'a PublicKey>,
    pub(super) usage: Usage,
    /// Whose clients or servers its readers accept; `None` where nobody checks.
    pub(super) authority: Option<RowId>,
}

impl<'a> Presented<'a> {
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            file: &self.file,
            name: self.row(),
        }
    }

    /// The row's name, unless it is a file of the kubelet's own.
    pub(super) fn row(&self) -> Option<&'a str> {
        (self.id.spec().name == self.name).then_some(self.name)
    }

    /// The leaf: the first certificate.
    pub(super) fn leaf(&self) -> Option<&'a Certificate> {
        self.certificates.first()
    }
}

/// An authority: what its key issues as, and the files of those who believe it.
#[derive(Debug)]
pub(super) struct Authority<'a> {
    pub(super) id: RowId,
    /// The file of who may log in; of everything, where there is one file.
    pub(super) file: String,
    pub(super) key_file: String,
    pub(super) certificates: &'a [Certificate],
    pub(super) key: Option<&'a PublicKey>,
    /// What is in files of their own: of the issuing certificate, and of what callers believe.
    pub(super) issuing: Option<Trusted<'a>>,
    pub(super) servers: Option<Trusted<'a>>,
}

/// A file of certificates that could be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trusted<'a> {
    pub(super) place: Place<'a>,
    pub(super) certificates: &'a [Certificate],
}

impl<'a> Trusted<'a> {
    fn of(file: Option<&'a CertificateFile>) -> Option<Self> {
        let file = file?;
        Some(Self {
            place: Place {
                file: &file.path,
                name: None,
            },
            certificates: file.certificates.present()?,
        })
    }
}

impl Authority<'_> {
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            file: &self.file,
            name: Some(self.id.spec().name),
        }
    }

    fn clients(&self) -> Trusted<'_> {
        Trusted {
            place: self.place(),
            certificates: self.certificates,
        }
    }

    /// The file that what is used so is checked with.
    pub(super) fn checking(&self, usage: Usage) -> Trusted<'_> {
        match (usage, self.servers) {
            (Usage::Server, Some(servers)) => servers,
            _ => self.clients(),
        }
    }

    /// Whether this is one of its files.
    pub(super) fn has(&self, file: &str) -> bool {
        let files = [self.servers, self.issuing].into_iter().flatten();
        file == self.file || files.into_iter().any(|one| one.place.file == file)
    }

    /// Every file with certificates of the authority; what is in an earlier one too is left out.
    pub(super) fn files(&self) -> Vec<(Trusted<'_>, Vec<&Certificate>)> {
        let mut known: Vec<&Certificate> = Vec::new();
        let files = [Some(self.clients()), self.issuing, self.servers];
        let files = files.into_iter().flatten().map(|file| {
            let fresh = file.certificates.iter().filter(|one| !known.contains(one));
            let fresh: Vec<&Certificate> = fresh.collect();
            known.extend(fresh.iter().copied());
            (file, fresh)
        });
        files.collect()
    }
}

/// A kubeconfig that could be read.
#[derive(Debug)]
pub(super) struct Kubeconfig<'a> {
    pub(super) id: RowId,
    pub(super) file: String,
    pub(super) facts: &'a KubeconfigFacts,
}

impl Kubeconfig<'_> {
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            file: &self.file,
            name: Some(self.id.spec().name),
        }
    }
}

/// Everything that is presented and trusted on a node.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) facts: &'a NodeFacts,
    pub(super) presented: Vec<Presented<'a>>,
    pub(super) authorities: Vec<Authority<'a>>,
    pub(super) kubeconfigs: Vec<Kubeconfig<'a>>,
    /// The kubeconfigs that are another cluster's, client and all.
    pub(super) foreign: BTreeSet<RowId>,
}

impl<'a> Node<'a> {
    pub(super) fn of(facts: &'a NodeFacts) -> Self {
        let mut node = Self {
            facts,
            presented: Vec::new(),
            authorities: Vec::new(),
            kubeconfigs: Vec::new(),
            foreign: BTreeSet::new(),
        };
        for spec in facts.table().rows() {
            match facts.inventory.facts(spec.id) {
                Some(RowFacts::Pair { certificate, key }) => node.pair(spec, certificate, key),
                Some(RowFacts::Kubeconfig(Found::Present(facts))) => node.kubeconfig(spec, facts),
                _ => {}
            }
        }
        let kubelet = &facts.kubelet;
        let named = facts.client_files.get(&RowId::KubeletConf);
        let client = kubelet.client.as_ref();
        let client = client
            .filter(|client| named.is_none_or(|named| named.certificate != client.certificate));
        let authority = Some(RowId::ClusterCa);
        node.kubelet(
            client,
            "kubelet-client-current.pem",
            Usage::Client,
            authority,
        );
        let server = kubelet.server.as_ref();
        node.kubelet(
            server,
            "kubelet-server-current.pem",
            Usage::Server,
            authority,
        );
        // What it signs for itself nobody checks, unless somebody is told to.
        let own = kubelet.own.as_ref();
        let is_checked =
            own.is_some_and(|own| node.relations_of(&own.certificate).next().is_some());
        let authority = authority.filter(|_| is_checked);
        node.kubelet(own, "kubelet.crt", Usage::Server, authority);
        for relation in &facts.relations {
            node.elsewhere(relation);
        }
        node.foreign = kubeconfig::foreign(&node);
        node
    }

    fn pair(
        &mut self,
        spec: &'static CertSpec,
        certificates: &'a Found<Vec<Certificate>>,
        key: &'a Found<PublicKey>,
    ) {
        let file = self.facts.path(spec.id.part(Part::Certificate));
        let key_file = self.facts.path(spec.id.part(Part::Key));
        let Some(usage) = spec.usage else {
            return;
        };
        if usage == Usage::Authority {
            if let Some(certificates) = certificates.present() {
                let found = self.facts.inventory.authority(spec.id);
                self.authorities.push(Authority {
                    id: spec.id,
                    file,
                    key_file,
                    certificates,
                    key: key.present(),
                    issuing: Trusted::of(found.issuing_file()),
                    servers: Trusted::of(found.callers_file()),
                });
            }
            return;
        }
        self.presented.push(Presented {
            id: spec.id,
            name: spec.name,
            file,
            key_file,
            certificates: all(certificates),
            key: key.present(),
            usage,
            authority: spec.issuer,
        });
    }

    fn kubeconfig(&mut self, spec: &'static CertSpec, facts: &'a KubeconfigFacts) {
        let file = self.facts.path(spec.id.part(Part::Kubeconfig));
        let files = self.facts.client_files.get(&spec.id);
        let presented = match (&facts.client, files) {
            (ClientFacts::Embedded { certificate, key }, _) => {
                Some((file.clone(), file.clone(), certificate, key))
            }
            (ClientFacts::Files { .. }, Some(files)) => Some((
                files.certificate.clone(),
                files.key.clone(),
                &files.pair.certificate,
                &files.pair.key,
            )),
            _ => None,
        };
        if let Some((file, key_file, certificates, key)) = presented {
            self.presented.push(Presented {
                id: spec.id,
                name: spec.name,
                file,
                key_file,
                certificates: all(certificates),
                key: key.present(),
                usage: Usage::Client,
                authority: spec.issuer,
            });
        }
        self.kubeconfigs.push(Kubeconfig {
            id: spec.id,
            file,
            facts,
        });
    }

    fn kubelet(
        &mut self,
        files: Option<&'a ClientFiles>,
        name: &'static str,
        usage: Usage,
        authority: Option<RowId>,
    ) {
        if let Some(files) = files {
            self.presented.push(Presented {
                id: RowId::KubeletConf,
                name,
                file: files.certificate.clone(),
                key_file: files.key.clone(),
                certificates: all(&files.pair.certificate),
                key: files.pair.key.present(),
                usage,
                authority,
            });
        }
    }

    /// What is presented from a file that is no row's: what a component was told.
    fn elsewhere(&mut self, relation: &'a Relation) {
        let presenter = &relation.presenter;
        if self.presented.iter().any(|one| one.file == presenter.file) {
            return;
        }
        let spec = relation.credential.spec();
        self.presented.push(Presented {
            id: spec.id,
            name: &presenter.file,
            file: presenter.file.clone(),
            key_file: presenter.file.clone(),
            certificates: &presenter.certificates,
            key: None,
            usage: relation.usage,
            authority: spec.issuer,
        });
    }

    /// Who checks what is in a file.
    pub(super) fn relations_of(&self, file: &str) -> impl Iterator<Item = &'a Relation> {
        let relations = self.facts.relations.iter();
        relations.filter(move |relation| relation.presenter.file == file)
    }

    /// Whether it is the client certificate that the kubelet rotates, while kubelet.conf holds one
    /// itself.
    pub(super) fn is_rotated_unnamed(&self, presented: &Presented<'_>) -> bool {
        let client = self.facts.kubelet.client.as_ref();
        let is_client = client.is_some_and(|client| client.certificate == presented.file);
        let mut kubeconfigs = self.kubeconfigs.iter();
        let conf = kubeconfigs.find(|one| one.id == RowId::KubeletConf);
        let is_held =
            |conf: &Kubeconfig<'_>| matches!(&conf.facts.client, ClientFacts::Embedded { .. });
        is_client && conf.is_some_and(is_held)
    }

    /// An authority whose certificates could be read.
    pub(super) fn authority(&self, id: RowId) -> Option<&Authority<'a>> {
        self.authorities.iter().find(|authority| authority.id == id)
    }

    /// Whether what is used so is to lead to a self-signed one. Where callers have a file of their own,
    /// the other is for Go's servers alone. And where what is above an authority is above another
    /// domain's too, who believed it would let in the clients of both: only callers do, and only where
    /// some of them take no other end.
    pub(super) fn wants_root(&self, authority: &Authority<'_>, usage: Usage) -> bool {
        let calls_above = authority
            .id
            .domain()
            .is_none_or(Domain::callers_believe_above);
        (usage == Usage::Server || authority.servers.is_none())
            && (calls_above || !self.shares_what_is_above(authority))
    }

    fn shares_what_is_above(&self, authority: &Authority<'_>) -> bool {
        let above = |one: &Authority<'_>| {
            let own = one.certificates.iter();
            let mut named = own.filter(|own| !own.is_self_issued());
            named.next().map(|own| own.issuer().clone())
        };
        let own = above(authority);
        let mut others = self.authorities.iter();
        own.is_some() && others.any(|other| other.id != authority.id && above(other) == own)
    }

    /// What a row presents.
    pub(super) fn presented(&self, id: RowId) -> Option<&Presented<'a>> {
        self.presented.iter().find(|presented| presented.id == id)
    }

    /// What is presented in the place of a row: what a component was told, else the row's own.
    pub(super) fn told(&self, id: RowId) -> Option<&Presented<'a>> {
        let mut relations = self.facts.relations.iter();
        let told = relations.find(|relation| relation.credential == id);
        let mut all = self.presented.iter();
        match told {
            Some(relation) => all.find(|one| one.file == relation.presenter.file),
            None => self.presented(id),
        }
    }

    /// Every file there could be a finding about, in the order of the report.
    pub(super) fn files(&self) -> Vec<String> {
        let facts = self.facts;
        let (directories, others): (Vec<&FileFacts>, Vec<&FileFacts>) = facts
            .files
            .iter()
            .partition(|file| file.kind == FileKind::Directory);
        let mut files = vec![facts.kubeconfigs.clone(), facts.certificates.clone()];
        files.extend(directories.into_iter().map(|file| file.path.clone()));
        let artifacts = facts.table().artifacts();
        files.extend(artifacts.map(|artifact| facts.path(artifact)));
        for authority in &self.authorities {
            let own = authority.files().into_iter();
            files.extend(own.map(|(file, _)| file.place.file.to_owned()));
        }
        files.extend(self.presented.iter().map(|one| one.file.clone()));
        files.extend(others.into_iter().map(|one| one.path.clone()));
        files
    }
}

fn all(found: &Found<Vec<Certificate>>) -> &[Certificate] {
    found.present().map_or(&[], Vec::as_slice)
}
