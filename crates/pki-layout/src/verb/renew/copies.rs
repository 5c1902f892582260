//! Who else holds the certificate of an authority that is renewed: bundles, chains and kubeconfigs
//! of this node. What is in the two directories is written in the same transaction; what lies
//! elsewhere is told.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use pki_core::observation::{ClientFacts, Found};
use pki_core::x509::pem_with_renewed;
use pki_core::{Certificate, RowId};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::CopyLeft;
use crate::observe::{Contents, Observation, Sources};
use crate::record::STAGING;
use crate::store::{Target, Write};
use crate::tree::mode::{PUBLIC, SECRET};
use crate::tree::source::{Kind, Links};

/// A text with the new certificate in it, or what keeps it from being there.
type Renewed = Result<Option<Zeroizing<Vec<u8>>>, String>;

/// The certificate of an authority that copies are sought of: the new one, or where that is still to
/// be signed the old one in its stead.
pub(super) struct Sought {
    pub(super) row: RowId,
    pub(super) certificate: Certificate,
    pub(super) is_new: bool,
}

impl Sought {
    /// Whether a certificate is one that the new one takes the place of.
    fn replaces(&self, old: &Certificate) -> bool {
        self.certificate.is_renewal_of(old) && !(self.is_new && *old == self.certificate)
    }
}

/// What the two directories hold of authorities that are renewed.
#[derive(Default)]
pub(super) struct Copies {
    /// The files that change, and what they become.
    files: Vec<(PathBuf, Zeroizing<Vec<u8>>)>,
    /// Those that hold a copy and cannot be written.
    pub(super) left: Vec<CopyLeft>,
    /// Those of which it is not known: each with why not.
    pub(super) not_searched: Vec<String>,
    /// When the first of those ends that are replaced.
    pub(super) first_end: Option<OffsetDateTime>,
}

impl Copies {
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().map(|(path, _)| path)
    }
}

impl Observation {
    /// Has every file of the two directories, and what is to be written to them, hold the new
    /// certificates of these authorities in the place of the old ones.
    pub(super) fn renew_copies(
        &self,
        sought: &[Sought],
        writes: &mut Vec<Write>,
    ) -> Result<Copies, String> {
        for write in writes.iter_mut() {
            if let Some(renewed) = replaced(&write.contents, sought)? {
                write.contents = renewed;
            }
        }
        let planned: BTreeSet<PathBuf> = writes.iter().map(|write| write.path.clone()).collect();
        let mut copies = self.copies(sought, &planned)?;
        for (path, contents) in copies.files.drain(..) {
            let secret = self.is_secret(&path);
            writes.push(Write {
                path,
                contents,
                mode: if secret { SECRET } else { PUBLIC },
                owner: None,
                attributes: None,
                secret,
                link: false,
                target: Target::Replaced,
            });
        }
        // What was issued elsewhere may be in its place already.
        writes.retain(|write| {
            let there = self.read_file(&write.path);
            !there.is_ok_and(|there| *there == **write.contents)
        });
        Ok(copies)
    }

    /// The files of the two directories that hold an old certificate of these authorities, but for
    /// those that are planned to be written anyway. What keeps one of them from being written is an
    /// error: it would be left behind.
    pub(super) fn copies(
        &self,
        sought: &[Sought],
        planned: &BTreeSet<PathBuf>,
    ) -> Result<Copies, String> {
        let mut copies = Copies::default();
        for path in self.candidates()? {
            let on_disk = self.root().on_disk(&path);
            let named = |what: &str| format!("{} {what}", on_disk.display());
            let text = match self.read_file(&path) {
                Ok(text) => text,
                // A link to what is not there.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    copies
                        .not_searched
                        .push(named(&format!("cannot be read: {error}")));
                    continue;
                }
            };
            let there = certificates_in(&text);
            let old = |one: &Certificate| sought.iter().any(|sought| sought.replaces(one));
            let ends = there.iter().filter(|one| old(one));
            let end = ends.map(|one| one.validity().not_after).min();
            if planned.contains(&path) {
                copies.first_end = copies.first_end.into_iter().chain(end).min();
                continue;
            }
            let renewed = replaced(&text, sought).map_err(|reason| named(&reason))?;
            if let Some(contents) = renewed {
                if let Some(what) = self.root().obstacle(&path) {
                    return Err(named(&format!("is {what}")));
                }
                copies.first_end = copies.first_end.into_iter().chain(end).min();
                copies.files.push((path, contents));
            } else if let Some(sought) = sought.iter().find(|sought| {
                let mut there = there.iter();
                there.any(|one| sought.replaces(one))
            }) {
                copies.left.push(CopyLeft {
                    authority: sought.row,
                    path,
                    why: "only PEM and kubeconfigs are written",
                });
            }
        }
        Ok(copies)
    }

    /// The files of the two directories.
    fn candidates(&self) -> Result<BTreeSet<PathBuf>, String> {
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
        Ok(files)
    }

    /// Whether a path is in one of the directories that are written.
    fn is_written(&self, path: &Path) -> bool {
        let directories = self.directories();
        let inside = [&directories.certificates, &directories.kubeconfigs];
        inside.iter().any(|directory| path.starts_with(directory))
    }

    /// The files that somebody was told of, in neither of the directories, that hold an old
    /// certificate of these authorities.
    pub(super) fn copies_elsewhere(&self, sought: &[Sought]) -> Vec<CopyLeft> {
        if sought.is_empty() {
            return Vec::new();
        }
        let machine = self.machine(&Sources::on_disk());
        let mut left: Vec<CopyLeft> = Vec::new();
        for ((path, _), file) in &machine.files {
            let Found::Present(contents) = &file.found else {
                continue;
            };
            let there: &[Certificate] = match contents {
                Contents::Certificates(list) => list,
                Contents::Kubeconfig { facts, .. } => match &facts.client {
                    ClientFacts::Files { .. } => continue,
                    _ => facts.trust.present().map_or(&[], Vec::as_slice),
                },
                _ => continue,
            };
            let mut held = sought.iter();
            let held = held.find(|sought| there.iter().any(|one| sought.replaces(one)));
            let path = PathBuf::from(path);
            let is_known = left.iter().any(|one| one.path == path);
            if let Some(sought) = held.filter(|_| !is_known && !self.is_written(&path)) {
                left.push(CopyLeft {
                    authority: sought.row,
                    path,
                    why: "it lies in neither of the directories that are written",
                });
            }
        }
        left
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

/// A text with all the new certificates in it; `None` where it holds no old one.
fn replaced(text: &[u8], sought: &[Sought]) -> Renewed {
    let mut changed: Option<Zeroizing<Vec<u8>>> = None;
    for one in sought {
        let now = changed.as_ref().map_or(text, |changed| changed.as_slice());
        let renewed = if is_kubeconfig(now) {
            let Ok(yaml) = std::str::from_utf8(now) else {
                continue;
            };
            let renewed = crate::kubeconfig::with_renewed(yaml, &one.certificate);
            let renewed = renewed.map_err(|error| error.reason)?;
            renewed.map(|text| Zeroizing::new(text.as_bytes().to_vec()))
        } else {
            pem_with_renewed(now, &one.certificate)
        };
        let renewed = renewed.filter(|renewed| !one.is_new || **renewed != *now);
        changed = renewed.or(changed);
    }
    Ok(changed)
}

/// The certificates in a text of whatever kind: PEM, however far it is indented, and what is embedded
/// as authorities, be it in a kubeconfig that is in something else.
fn certificates_in(text: &[u8]) -> Vec<Certificate> {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let plain = Certificate::all_from_pem(lines.join("\n").as_bytes());
    let embedded = text.split(AUTHORITIES).skip(1).filter_map(|rest| {
        let data = rest.trim_start_matches(['"', ':', ' ', '\\']);
        let is_data = |one: char| one.is_ascii_alphanumeric() || "+/=".contains(one);
        let end = data.find(|one| !is_data(one)).unwrap_or(data.len());
        let pem = Base64::decode_vec(data.get(..end)?).ok()?;
        Certificate::all_from_pem(&pem).ok()
    });
    plain.into_iter().chain(embedded).flatten().collect()
}

/// The field with a kubeconfig's authorities.
const AUTHORITIES: &str = "certificate-authority-data";

/// Whether it is YAML in which certificates are embedded.
fn is_kubeconfig(text: &[u8]) -> bool {
    [AUTHORITIES.as_bytes(), &b"client-certificate-data"[..]]
        .iter()
        .any(|field| contains(text, field))
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
