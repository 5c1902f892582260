//! Everything that the checks want to know of a node: what is in its files, whose they are, and
//! who uses which.

use std::path::Path;

use pki_core::observation::{
    CertificateFile, ClientFacts, ClientFiles, FileFacts, FileKind, FilePair, Found, NodeFacts,
    RowFacts, ToldFile,
};
use pki_core::{Part, RowId};

use super::file::FileUse;
use super::flag::HostPath;
use super::inventory::signing_file;
use super::{Machine, Observation, Sources};
use crate::table::{Component, Role};
use crate::tree::source::Links;

impl Observation {
    /// What the checks want to know. Never fails: what cannot be read is a fact too. Needs no
    /// configuration and writes nothing.
    #[must_use]
    pub fn facts(&self) -> NodeFacts {
        let directories = self.directories();
        let components = self.components(&Sources::on_disk());
        let shown = |path: &Path| path.display().to_string();
        let mut facts = NodeFacts::of(
            self.inventory_told(&components),
            shown(&directories.certificates),
            shown(&directories.kubeconfigs),
        );
        facts.names.clone_from(directories.names());
        facts.node = self.node_name();
        facts.user = self.root().user().0;
        for directory in [&directories.kubeconfigs, &directories.certificates] {
            self.add_file(&mut facts, directory, FileKind::Directory);
        }
        let table = self.root().table();
        let files: Vec<_> = table
            .artifacts()
            .map(|artifact| (artifact, directories.path(artifact)))
            .collect();
        for directory in files.iter().filter_map(|(_, path)| path.parent()) {
            self.add_file(&mut facts, directory, FileKind::Directory);
        }
        for (artifact, path) in files {
            let kind = match artifact.part {
                Part::Key | Part::Kubeconfig => FileKind::Secret,
                _ => FileKind::Public,
            };
            self.add_file(&mut facts, &path, kind);
        }
        for spec in table.rows() {
            self.add_row(&mut facts, spec.id);
        }
        self.add_kubelet(&mut facts);
        self.add_told(&mut facts, &components);
        facts.relations = self.relations(&components);
        facts.signing = self.signing(&components);
        let unread = components.unread.iter();
        let unread = unread.map(|unread| (unread.file.clone(), unread.reason.clone()));
        facts.unread = unread.collect();
        for file in &facts.files {
            if file.kind != FileKind::Directory
                && let Some(framing) = self.framing(Path::new(&file.path))
            {
                facts.framings.insert(file.path.clone(), framing);
            }
        }
        facts.malformed = self.malformed();
        match self.interrupted() {
            Ok(pending) => facts.pending = pending.map(|pending| shown(&pending.journal)),
            Err((directory, error)) => {
                let reason = format!("cannot be read, so that a change may be half done: {error}");
                facts.unread.insert(shown(&directory), reason);
            }
        }
        facts
    }

    /// What the inventory does not have of a row.
    fn add_row(&self, facts: &mut NodeFacts, id: RowId) {
        let broken_key = match facts.inventory.facts(id) {
            Some(RowFacts::Pair { key: found, .. } | RowFacts::KeyPair { private: found, .. }) => {
                matches!(found, Found::Broken { .. })
            }
            Some(RowFacts::Kubeconfig(Found::Present(kubeconfig))) => {
                if let ClientFacts::Files {
                    certificate,
                    key: Some(key),
                    ..
                } = &kubeconfig.client
                {
                    let kubeconfigs = &self.directories().kubeconfigs;
                    let (certificate, key) = (kubeconfigs.join(certificate), kubeconfigs.join(key));
                    let files = self.client_file_facts(&certificate, &key);
                    self.add_file(facts, &key, FileKind::Secret);
                    if key != certificate {
                        self.add_file(facts, &certificate, FileKind::Public);
                    }
                    facts.client_files.insert(id, files);
                }
                false
            }
            _ => false,
        };
        if broken_key {
            let path = self.directories().path(id.part(Part::Key));
            let odd = self.odd_key(&path);
            let path = path.display().to_string();
            facts.odd_keys.extend(odd.map(|odd| (path, odd)));
        }
    }

    /// A certificate and a key at paths of the running system.
    fn client_file_facts(&self, certificate: &Path, key: &Path) -> ClientFiles {
        ClientFiles {
            certificate: certificate.display().to_string(),
            key: key.display().to_string(),
            pair: FilePair {
                certificate: self.certificates(certificate),
                key: self.public_half(key),
            },
        }
    }

    /// Mode and owner of what is at a path, if anything is.
    fn add_file(&self, facts: &mut NodeFacts, path: &Path, kind: FileKind) {
        let status = self.status(path, Links::Follow);
        // By what is in it, not by its name.
        let kind = match kind {
            FileKind::Public if self.is_private(path) => FileKind::Secret,
            kind => kind,
        };
        let path = path.display().to_string();
        if let Ok(status) = status
            && !facts.files.iter().any(|file| file.path == path)
        {
            facts.files.push(FileFacts {
                path,
                kind,
                mode: status.mode,
                owner: status.owner.0,
            });
        }
    }

    /// What the kubelet keeps in its own directory.
    fn add_kubelet(&self, facts: &mut NodeFacts) {
        let directory = self.kubelet().directory;
        let file = |name: &str| directory.join(name);
        let current = |name: &str| self.own_files(&file(name), &file(name));
        facts.kubelet.client = current("kubelet-client-current.pem");
        facts.kubelet.server = current("kubelet-server-current.pem");
        facts.kubelet.own = self.own_files(&file("kubelet.crt"), &file("kubelet.key"));
        self.add_file(facts, &directory, FileKind::Directory);
        for name in [
            "kubelet-client-current.pem",
            "kubelet-server-current.pem",
            "kubelet.key",
        ] {
            self.add_file(facts, &file(name), FileKind::Secret);
        }
    }

    /// What flags and fields name of certificates, but for what signs.
    fn add_told(&self, facts: &mut NodeFacts, components: &Machine) {
        for instance in &components.instances {
            for (flag, spec) in instance.named_files() {
                let role = spec.role().filter(|role| *role != Role::IssuingCertificate);
                if role.map(FileUse::of) == Some(FileUse::Certificates)
                    && Path::new(flag.text()).is_absolute()
                {
                    let by = format!("{} {}", instance.component, flag.shown());
                    let place = instance.on_host(flag.text());
                    let told = self.told_file(by, &flag.spot.file, flag.text(), place);
                    if told.file.certificates.is_there() {
                        self.add_file(facts, Path::new(&told.file.path), FileKind::Public);
                    }
                    facts.told_files.push(told);
                }
            }
        }
    }

    /// What kube-controller-manager signs with, as it was told.
    fn signing(&self, components: &Machine) -> Option<ToldFile> {
        let (told, place) = signing_file(components)?;
        let manager = components.instance(Component::KubeControllerManager)?;
        let flag = manager.flag("cluster-signing-cert-file");
        let told_in = flag.map_or(&manager.source.file, |flag| &flag.spot.file);
        let by = Component::KubeControllerManager.to_string();
        Some(self.told_file(by, told_in, told, place))
    }

    fn told_file(&self, by: String, told_in: &str, told: &str, place: HostPath) -> ToldFile {
        let is_mounted = told.is_empty() || place != HostPath::NotMounted;
        let (path, certificates) = match place {
            HostPath::At(path) if !told.is_empty() => {
                let certificates = self.certificates(Path::new(&path));
                (path, certificates)
            }
            _ => (told.to_owned(), Found::NotObserved),
        };
        let file = CertificateFile { path, certificates };
        ToldFile {
            by,
            told_in: told_in.to_owned(),
            file,
            is_mounted,
        }
    }

    /// `None` where the certificate is not there: not every kubelet has one of each.
    fn own_files(&self, certificate: &Path, key: &Path) -> Option<ClientFiles> {
        let files = self.client_file_facts(certificate, key);
        let found = &files.pair.certificate;
        (!matches!(found, Found::Absent | Found::NotObserved)).then_some(files)
    }
}
