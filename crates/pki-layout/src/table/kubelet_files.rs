//! The files that the kubelet makes and keeps for itself, beside what it is given.

use std::path::{Path, PathBuf};

#[cfg(feature = "disk")]
use time::format_description::BorrowedFormatItem;
#[cfg(feature = "disk")]
use time::macros::format_description;
#[cfg(feature = "disk")]
use time::{OffsetDateTime, UtcOffset};

use pki_core::judge::expiration::RenewedBy;

use crate::Directories;

/// Where the kubelet keeps what it makes, unless its `--cert-dir` says otherwise.
pub(crate) const KUBELET_DIRECTORY: &str = "/var/lib/kubelet/pki";

/// The link to the file of its client certificate.
pub(crate) const CLIENT: &str = "kubelet-client-current.pem";
/// The same of its serving certificate.
pub(crate) const SERVER: &str = "kubelet-server-current.pem";
/// The kubeconfig that it asks for its first certificate with.
pub(crate) const BOOTSTRAP: &str = "bootstrap-kubelet.conf";

/// As Go writes `2006-01-02-15-04-05`.
#[cfg(feature = "disk")]
const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]-[hour]-[minute]-[second]");

/// The file of a client certificate that is made at an instant, which the link leads to.
#[cfg(feature = "disk")]
pub(crate) fn dated_client(at: OffsetDateTime) -> String {
    let date = at
        .to_offset(UtcOffset::UTC)
        .format(DATE)
        .unwrap_or_default();
    format!("kubelet-client-{date}.pem")
}

/// One of [`KUBELET_FILES`].
#[derive(Debug)]
#[non_exhaustive]
pub struct KubeletFile {
    /// Its name.
    pub name: &'static str,
    /// Whether it is in the kubelet's own directory; else in that of the kubeconfigs.
    pub own_directory: bool,
    /// Whether it holds a certificate, which expires.
    pub certificate: bool,
    /// What it is, in one line.
    pub title: &'static str,
    /// Who renews it.
    pub renewed_by: RenewedBy,
    /// Whether the kubelet asks the API server for it.
    pub is_asked_for: bool,
}

/// Every file of the kubelet's that has to do with who it is.
pub static KUBELET_FILES: &[KubeletFile] = &[
    KubeletFile {
        name: CLIENT,
        own_directory: true,
        certificate: true,
        title: "client certificate and key that the kubelet asked the API server for",
        renewed_by: RenewedBy::Kubelet,
        is_asked_for: true,
    },
    KubeletFile {
        name: SERVER,
        own_directory: true,
        certificate: true,
        title: "serving certificate and key that the kubelet asked the API server for",
        renewed_by: RenewedBy::Kubelet,
        is_asked_for: true,
    },
    KubeletFile {
        name: "kubelet.crt",
        own_directory: true,
        certificate: true,
        title: "serving certificate that the kubelet makes itself where it has no other",
        renewed_by: RenewedBy::Operator,
        is_asked_for: false,
    },
    KubeletFile {
        name: "kubelet.key",
        own_directory: true,
        certificate: false,
        title: "private key of kubelet.crt",
        renewed_by: RenewedBy::Operator,
        is_asked_for: false,
    },
    KubeletFile {
        name: BOOTSTRAP,
        own_directory: false,
        certificate: false,
        title: "kubeconfig with the token that a joining kubelet asks for its first certificate with",
        renewed_by: RenewedBy::Nobody,
        is_asked_for: false,
    },
];

impl KubeletFile {
    /// The row with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        KUBELET_FILES.iter().find(|file| file.name == name)
    }

    /// Where it is, as the running system sees it, with the kubelet's own directory.
    #[must_use]
    pub fn path(&self, directories: &Directories, kubelet: &Path) -> PathBuf {
        if self.own_directory {
            kubelet.join(self.name)
        } else {
            directories.kubeconfigs.join(self.name)
        }
    }
}
