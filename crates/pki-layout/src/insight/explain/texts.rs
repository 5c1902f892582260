//! What is said of the rows of the tables beyond what the rows hold: one text beside each.

mod certificates;
pub(crate) mod flags;
mod kubelet;
mod parties;
#[cfg(test)]
mod tests;

pub(crate) use certificates::{CERTIFICATE_TEXTS, CertificateText};
pub(crate) use kubelet::{KUBELET_FILE_TEXTS, KubeletFileText};
pub(crate) use parties::{PARTY_TEXTS, PartyText};
use pki_core::RowId;

use crate::table::{KubeletFile, Party};

/// The text of a row. A test holds that every row has one.
pub(crate) fn certificate(id: RowId) -> Option<&'static CertificateText> {
    CERTIFICATE_TEXTS.iter().find(|text| text.id == id)
}

/// The text of a file of the kubelet's. A test holds that every one has one.
pub(crate) fn kubelet_file(file: &KubeletFile) -> Option<&'static KubeletFileText> {
    KUBELET_FILE_TEXTS
        .iter()
        .find(|text| text.name == file.name)
}

/// The text of a party. A test holds that every one has one.
pub(crate) fn party(party: Party) -> Option<&'static PartyText> {
    PARTY_TEXTS.iter().find(|text| text.party == party)
}
