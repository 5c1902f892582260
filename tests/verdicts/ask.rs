//! What others say: `openssl verify` with and without `-x509_strict`, `certtool --verify`, rustls
//! with either of its providers.

use std::sync::Arc;

use crate::Refusers;
use crate::support::Presented;
use crate::support::ask::{certtool, openssl};

/// Why each refuses who does.
#[derive(Debug)]
pub(crate) struct Asked {
    refusals: Vec<(&'static str, String)>,
    /// What rustls says with ring, which is not its usual provider.
    ring: Option<String>,
}

impl Asked {
    pub(crate) fn refusers(&self) -> Refusers {
        let all: Refusers = self.refusals.iter().map(|(who, _)| *who).collect();
        let is_lenient = all.contains("openssl");
        let mut all = all;
        if is_lenient {
            all.remove("openssl-strict");
        }
        all
    }

    /// Which of rustls' two providers it is refused with.
    pub(crate) fn providers(&self) -> [Refusers; 2] {
        let only = |refuses: bool| Refusers::from_iter(refuses.then_some("webpki"));
        [
            only(self.refusers().contains("webpki")),
            only(self.ring.is_some()),
        ]
    }
}

pub(crate) fn all(presented: &Presented) -> Asked {
    let aws = rustls::crypto::aws_lc_rs::default_provider();
    let answers = [
        ("openssl", openssl(presented, &[])),
        ("openssl-strict", openssl(presented, &["-x509_strict"])),
        ("gnutls", certtool(presented)),
        ("webpki", presented.refused_by_rustls_with(&Arc::new(aws))),
    ];
    let refusals = answers.into_iter();
    Asked {
        refusals: refusals
            .filter_map(|(who, why)| Some((who, why?)))
            .collect(),
        ring: presented.refused_by_rustls(),
    }
}
