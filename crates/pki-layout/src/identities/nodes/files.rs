//! The files of one node, as they are to lie below its `/`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pki_core::issue::{Content, Credential};
use pki_core::{Certificate, CredentialId, Form, Owner, Part, RowId};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Entrance, NodesOrder};
use crate::files::bundle::credential_files;
use crate::flags::{FlagSet, Format, kubelet_configuration_yaml, render};
use crate::kubeconfig::render_file;
use crate::record::{Issued, digest};
use crate::table::Component;
use crate::table::directories::below;
use crate::table::kubelet_files::{CLIENT, KUBELET_DIRECTORY, dated_client};
use crate::tree::{mode, mode_of};
use crate::{Directories, FlagOptions, LayoutError};

/// A file or a link; its path is below the node's `/`.
pub(super) struct NodeFile {
    pub(super) path: PathBuf,
    pub(super) mode: u32,
    pub(super) content: Held,
}

/// What is in it.
pub(super) enum Held {
    Bytes(Zeroizing<Vec<u8>>),
    /// Where a symbolic link leads to.
    Link(String),
}

/// A node whose certificates exist, and whose files do not yet.
pub(super) struct MadeNode {
    pub(super) name: String,
    pub(super) files: Vec<NodeFile>,
    pub(super) issued: Vec<Issued>,
}

/// What is the same for every node.
pub(super) struct Shared {
    directories: Directories,
    files: Vec<(PathBuf, Vec<u8>, String)>,
    install: String,
    kubelet_pem: String,
}

impl Shared {
    pub(super) fn new(
        entrance: &Entrance,
        order: &NodesOrder,
        options: &FlagOptions,
        directories: &Directories,
    ) -> Result<Self, LayoutError> {
        let authority = entrance.inventory.authority(RowId::ClusterCa);
        let trust = authority.trust();
        let clients = pem(trust.clients.certificates());
        let mut files = Vec::new();
        let mut add = |path: PathBuf, text: String| {
            let sha256 = digest(text.as_bytes());
            files.push((path, text.into_bytes(), sha256));
        };
        add(
            directories.path(RowId::ClusterCa.part(Part::Certificate)),
            clients,
        );
        if let Some(first) = order.nodes.first() {
            let node = entrance.node(first, order)?;
            let site = entrance.cluster.at(&node).through(&entrance.node);
            let set = FlagSet::of(Component::Kubelet, site, directories, options)?;
            let flags = directories.flags();
            let arguments = render(std::slice::from_ref(&set), Format::Args)?;
            add(below(&flags, "kubelet.args"), arguments);
            let fields = kubelet_configuration_yaml(&set)?;
            add(below(&flags, "kubelet-configuration.yaml"), fields);
        }
        let install = super::install::text(order, directories);
        Ok(Self {
            files,
            install,
            kubelet_pem: format!("{KUBELET_DIRECTORY}/{CLIENT}"),
            directories: directories.clone(),
        })
    }

    /// The files of a node, by its credentials.
    pub(super) fn node(
        &self,
        credentials: &[Credential],
        now: OffsetDateTime,
    ) -> Result<MadeNode, LayoutError> {
        let name = match credentials.first().map(|one| &one.id.owner) {
            Some(Owner::Node(name)) => name.to_string(),
            _ => String::new(),
        };
        let mut node = MadeNode {
            name,
            files: Vec::new(),
            issued: Vec::new(),
        };
        let mut sums = String::new();
        for (path, content, sha256) in &self.files {
            let _ = writeln!(sums, "{sha256}  {}", relative(path).display());
            node.files.push(file(path, mode::PUBLIC, content.clone()));
        }
        for credential in credentials {
            if let Some(certificate) = credential.content.certificate() {
                node.issued.push(Issued::of(&credential.id, certificate));
            }
            for one in self.credential(credential, now)? {
                if let Held::Bytes(bytes) = &one.content {
                    let _ = writeln!(sums, "{}  {}", digest(bytes), one.path.display());
                }
                node.files.push(one);
            }
        }
        let install = format!("# Install node {}\n\n{}", node.name, self.install);
        node.files.push(file(
            Path::new("INSTALL.md"),
            mode::PUBLIC,
            install.into_bytes(),
        ));
        node.files.push(file(
            Path::new("SHA256SUMS"),
            mode::PUBLIC,
            sums.into_bytes(),
        ));
        Ok(node)
    }

    fn credential(
        &self,
        credential: &Credential,
        now: OffsetDateTime,
    ) -> Result<Vec<NodeFile>, LayoutError> {
        let row = credential.id.row;
        if let (RowId::KubeletConf, Content::Kubeconfig { .. }) = (row, &credential.content) {
            return self.kubelet(credential, now);
        }
        let files = credential_files(credential)?.into_iter();
        let files = files.map(|(part, contents)| {
            let artifact = row.part(part);
            NodeFile {
                path: relative(&self.path(&credential.id, part)).to_owned(),
                mode: mode_of(artifact, pki_core::Profile::KubernetesIo),
                content: Held::Bytes(contents),
            }
        });
        Ok(files.collect())
    }

    fn path(&self, id: &CredentialId, part: Part) -> PathBuf {
        match id.row.spec().form {
            // Of a row that is in no tree the directories know no name.
            Form::Kubeconfig { file, .. } => below(&self.directories.kubeconfigs, file),
            _ => self.directories.path(id.row.part(part)),
        }
    }

    /// The kubelet's client certificate as the kubelet keeps it: what is embedded in a kubeconfig it
    /// never renews there, and once that has expired it exits at its next start.
    fn kubelet(
        &self,
        credential: &Credential,
        now: OffsetDateTime,
    ) -> Result<Vec<NodeFile>, LayoutError> {
        let Content::Kubeconfig {
            chain,
            key,
            trust,
            server,
            cluster,
            user,
        } = &credential.content
        else {
            return Ok(Vec::new());
        };
        let conf = self.path(&credential.id, Part::Kubeconfig);
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| LayoutError::Encode {
            path: conf.clone(),
            source,
        };
        let text = render_file(cluster, user, server, trust, &self.kubelet_pem)
            .map_err(|error| failed(error.into()))?;
        let key = key.to_pem().map_err(|error| failed(error.into()))?;
        let mut pair = Zeroizing::new(pem(chain).into_bytes());
        pair.extend_from_slice(key.as_bytes());
        let dated = dated_client(now);
        let directory = Path::new(KUBELET_DIRECTORY);
        Ok(vec![
            NodeFile {
                path: relative(&directory.join(&dated)).to_owned(),
                mode: mode::SECRET,
                content: Held::Bytes(pair),
            },
            NodeFile {
                path: relative(&directory.join(CLIENT)).to_owned(),
                mode: mode::PUBLIC,
                content: Held::Link(dated),
            },
            NodeFile {
                path: relative(&conf).to_owned(),
                mode: mode::SECRET,
                content: Held::Bytes(Zeroizing::new(text.into_bytes())),
            },
        ])
    }
}

fn file(path: &Path, mode: u32, content: Vec<u8>) -> NodeFile {
    NodeFile {
        path: relative(path).to_owned(),
        mode,
        content: Held::Bytes(Zeroizing::new(content)),
    }
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

fn pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(Certificate::to_pem).collect()
}
