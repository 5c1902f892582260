//! Who else holds the certificate of an authority that is renewed: bundles, chains and kubeconfigs
//! of this node. What is in the two directories is written in the same transaction; what lies
//! elsewhere is told.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pki_core::Certificate;
use pki_core::observation::{ClientFacts, Found};
use pki_core::x509::pem_with_renewed;
use zeroize::Zeroizing;

use crate::observe::{Contents, Observation, Sources};
use crate::record::STAGING;
use crate::store::{Target, Write};
use crate::tree::mode::{PUBLIC, SECRET};
use crate::tree::source::{Kind, Links};

/// A text with the new certificate in it, or what keeps it from being there.
type Renewed = Result<Option<Zeroizing<Vec<u8>>>, String>;

impl Observation {
    /// Has every file of the two directories, and what is to be written to them, hold the new
    /// certificates of these authorities in the place of the old ones.
    pub(super) fn renew_copies(
        &self,
        authorities: &[Certificate],
        writes: &mut Vec<Write>,
    ) -> Result<(), String> {
        for write in writes.iter_mut() {
            if let Some(renewed) = with_renewed(&write.contents, authorities)? {
                write.contents = renewed;
            }
        }
        for path in self.copies(authorities)? {
            if writes.iter().any(|write| write.path == path) {
                continue;
            }
            let on_disk = self.root().on_disk(&path);
            let named = |what: &str| format!("{} {what}", on_disk.display());
            if let Some(what) = self.root().obstacle(&path) {
                return Err(named(&format!("is {what}")));
            }
            let text = self.read_file(&path);
            let text = text.map_err(|error| named(&format!("cannot be read: {error}")))?;
            let renewed = with_renewed(&text, authorities);
            let renewed = renewed.map_err(|reason| named(&reason))?;
            let renewed = renewed.filter(|renewed| **renewed != *text);
            let secret = self.is_secret(&path);
            writes.extend(renewed.map(|contents| Write {
                path,
                contents,
                mode: if secret { SECRET } else { PUBLIC },
                owner: None,
                attributes: None,
                secret,
                link: false,
                target: Target::Replaced,
            }));
        }
        // What was issued elsewhere may be in its place already.
        writes.retain(|write| {
            let there = self.read_file(&write.path);
            !there.is_ok_and(|there| *there == **write.contents)
        });
        Ok(())
    }

    /// The files of the two directories that hold a certificate of these authorities, be it this
    /// one.
    pub(super) fn copies(&self, authorities: &[Certificate]) -> Result<Vec<PathBuf>, String> {
        let directories = self.directories();
        let mut files = BTreeSet::new();
        for directory in [&directories.certificates, &directories.kubeconfigs] {
            self.files_below(directory, &mut files)?;
        }
        // A link to one of them changes with it; one to elsewhere would go on leading to the old.
        let identity = |path: &PathBuf, links| {
            let status = self.status(path, links).ok();
            status.filter(|status| status.kind == Kind::File)?.identity
        };
        let known: Vec<_> = files
            .iter()
            .filter_map(|path| identity(path, Links::Stay))
            .collect();
        let is_told = |path: &PathBuf| {
            identity(path, Links::Stay).is_some()
                || identity(path, Links::Follow).is_some_and(|one| !known.contains(&one))
        };
        files.retain(is_told);
        let holds = |path: &PathBuf| match self.read_file(path) {
            // Why it cannot be written is said when it is to be.
            Ok(text) => with_renewed(&text, authorities).map_or(true, |found| found.is_some()),
            // What cannot be read, its readers cannot read either, and that is said of it.
            Err(_) => false,
        };
        Ok(files.into_iter().filter(holds).collect())
    }

    /// Whether a path is in one of the directories that are written.
    fn is_written(&self, path: &Path) -> bool {
        let directories = self.directories();
        let inside = [&directories.certificates, &directories.kubeconfigs];
        inside.iter().any(|directory| path.starts_with(directory))
    }

    /// The files that somebody was told of, in neither of the directories, that hold a certificate
    /// of these authorities other than `these`.
    pub(super) fn copies_elsewhere(
        &self,
        authorities: &[Certificate],
        these: &[Certificate],
    ) -> Vec<PathBuf> {
        if authorities.is_empty() {
            return Vec::new();
        }
        let machine = self.machine(&Sources::on_disk());
        let is_of = |one: &Certificate| authorities.iter().any(|new| new.is_renewal_of(one));
        let is_old = |one: &Certificate| is_of(one) && !these.contains(one);
        let mut paths = Vec::new();
        for ((path, _), file) in &machine.files {
            let Found::Present(contents) = &file.found else {
                continue;
            };
            let holds = match contents {
                Contents::Certificates(list) => list.iter().any(is_old),
                Contents::Kubeconfig { facts, .. } => {
                    let trust = facts.trust.present();
                    let is_embedded = !matches!(facts.client, ClientFacts::Files { .. });
                    is_embedded && trust.is_some_and(|trust| trust.iter().any(is_old))
                }
                _ => false,
            };
            let path = PathBuf::from(path);
            if holds && !self.is_written(&path) && !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// The files and links of a directory and those below, but for what transactions leave there.
    fn files_below(&self, directory: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), String> {
        let mut open = vec![directory.to_owned()];
        while let Some(directory) = open.pop() {
            let names = self.names_in(&directory);
            let names = names.map_err(|error| {
                let directory = self.root().on_disk(&directory);
                format!("{} cannot be read: {error}", directory.display())
            })?;
            for name in names.iter().filter(|name| *name != STAGING) {
                let path = directory.join(name);
                match self.status(&path, Links::Stay).map(|status| status.kind) {
                    Ok(Kind::Directory) => open.push(path),
                    Ok(Kind::File | Kind::Link) => {
                        files.insert(path);
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Whether a file holds a private key, be it in a kubeconfig.
    fn is_secret(&self, path: &Path) -> bool {
        let holds_key =
            |text: &[u8]| contains(text, b"client-key-data") || contains(text, b"token");
        self.is_private(path)
            || self
                .read_file(path)
                .is_ok_and(|text| is_kubeconfig(&text) && holds_key(&text))
    }
}

/// A text with all the new certificates in it; `None` where it holds none of them.
fn with_renewed(text: &[u8], authorities: &[Certificate]) -> Renewed {
    let mut changed: Option<Zeroizing<Vec<u8>>> = None;
    for authority in authorities {
        let now = changed.as_ref().map_or(text, |changed| changed.as_slice());
        let renewed = if is_kubeconfig(now) {
            let Ok(yaml) = std::str::from_utf8(now) else {
                continue;
            };
            let renewed = crate::kubeconfig::with_renewed(yaml, authority);
            let renewed = renewed.map_err(|error| error.reason)?;
            renewed.map(|text| Zeroizing::new(text.as_bytes().to_vec()))
        } else {
            pem_with_renewed(now, authority)
        };
        changed = renewed.or(changed);
    }
    Ok(changed)
}

/// Whether it is YAML in which certificates are embedded.
fn is_kubeconfig(text: &[u8]) -> bool {
    [
        &b"certificate-authority-data"[..],
        &b"client-certificate-data"[..],
    ]
    .iter()
    .any(|field| contains(text, field))
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
