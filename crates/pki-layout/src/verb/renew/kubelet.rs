//! A kubelet's client certificate as the kubelet itself writes it: a file with the date in its
//! name, and the link that leads to the newest. Its kubeconfig names the link and embeds nothing:
//! what is embedded is never renewed, and once it has expired the kubelet exits at its next start,
//! whatever is behind the link.

use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use pki_core::issue::Renewed;
use pki_core::key::PrivateKey;
use pki_core::observation::ClientFacts;
use pki_core::plan::renew::{Adaptation, KubeconfigChange, RenewAction, RenewPlan};
use pki_core::{Part, RowId};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use crate::kubeconfig::{splice_cluster, splice_file};
use crate::observe::Observation;
use crate::store::{Target, Write};
use crate::table::kubelet_files::{CLIENT, dated_client};
use crate::tree::mode::{PUBLIC, SECRET};

impl Observation {
    /// Where the files of a certificate are, if a kubeconfig names some that the kubelet renews.
    pub(crate) fn rotated_files(&self, id: RowId) -> Option<(PathBuf, PathBuf)> {
        let file = self.directories().path(id.part(Part::Kubeconfig));
        match self.own_kubeconfig(&file).present()?.client.clone() {
            ClientFacts::Files {
                certificate,
                key: Some(key),
                rotated: Some(_),
                ..
            } => Some((self.named(&certificate), self.named(&key))),
            _ => None,
        }
    }

    /// The files of a kubelet's new certificate: the dated one first, the link last.
    pub(super) fn kubelet_writes(
        &self,
        renewed: &Renewed,
        key: &PrivateKey,
        plan: &RenewPlan,
    ) -> Result<Vec<Write>, String> {
        let directory = self.kubelet().directory;
        let (dated, link) = (self.dated(plan.now()), directory.join(CLIENT));
        let mut pem = Zeroizing::new(Vec::new());
        for certificate in &renewed.chain {
            pem.extend_from_slice(certificate.to_pem().as_bytes());
        }
        let key = key.to_pem().map_err(|error| error.to_string())?;
        pem.extend_from_slice(key.as_bytes());
        let mut writes = vec![Write {
            path: dated.clone(),
            contents: pem,
            mode: SECRET,
            owner: None,
            attributes: None,
            secret: true,
            link: false,
            target: Target::New,
        }];
        let change = match plan.action(&renewed.id) {
            Some(RenewAction::Reissue(reissue)) => reissue.kubeconfig.as_ref(),
            _ => None,
        };
        writes.extend(self.kubelet_conf(renewed.id.row, Some(&link), change)?);
        writes.push(Write {
            contents: Zeroizing::new(dated.as_os_str().as_bytes().to_vec()),
            // A link has none of its own.
            mode: PUBLIC,
            owner: None,
            attributes: None,
            secret: false,
            link: true,
            target: self.taken(&link),
            path: link,
        });
        Ok(writes)
    }

    /// The kubeconfig of a certificate that stays as it is.
    pub(super) fn adapted(&self, id: RowId, adaptation: &Adaptation) -> Result<Vec<Write>, String> {
        let write = self.kubelet_conf(id, None, Some(&adaptation.change))?;
        Ok(write.into_iter().collect())
    }

    /// `None` where it says already what it is to say.
    fn kubelet_conf(
        &self,
        id: RowId,
        link: Option<&PathBuf>,
        change: Option<&KubeconfigChange>,
    ) -> Result<Option<Write>, String> {
        let text = self
            .kubeconfig_text(id)
            .map_err(|error| error.to_string())?;
        let spliced = match (link, change) {
            (Some(link), change) => splice_file(&text, &link.display().to_string(), change),
            (None, Some(change)) => splice_cluster(&text, change),
            (None, None) => return Ok(None),
        };
        let spliced = spliced.map_err(|error| format!("it {error}"))?;
        if *spliced == *text {
            return Ok(None);
        }
        let path = self.directories().path(id.part(Part::Kubeconfig));
        if let Some(what) = self.root().obstacle(&path) {
            let path = self.root().on_disk(&path);
            return Err(format!("{} is {what}", path.display()));
        }
        Ok(Some(Write {
            contents: Zeroizing::new(spliced.as_bytes().to_vec()),
            mode: SECRET,
            owner: None,
            attributes: None,
            secret: true,
            link: false,
            target: Target::Replaced,
            path,
        }))
    }

    /// The files that a new certificate of the kubelet's is in.
    pub(super) fn kubelet_files(&self, now: OffsetDateTime) -> [PathBuf; 2] {
        [self.dated(now), self.kubelet().directory.join(CLIENT)]
    }

    /// A name that is free: that of the instant, or of the next second that has one.
    fn dated(&self, now: OffsetDateTime) -> PathBuf {
        let directory = self.kubelet().directory;
        let mut at = now;
        loop {
            let path = directory.join(dated_client(at));
            if !self.is_taken(&path) {
                return path;
            }
            at = at.saturating_add(Duration::SECOND);
        }
    }

    fn taken(&self, path: &std::path::Path) -> Target {
        if self.is_taken(path) {
            Target::Replaced
        } else {
            Target::New
        }
    }
}
