//! Every row of every table is explained, and no text is another's.

use std::collections::BTreeSet;

use pki_core::CERTS;

use super::*;
use crate::table::{Component, FLAGS, FlagSpec, KUBELET_FILES};

#[test]
fn every_row_has_its_text_in_the_order_of_its_table() {
    let texts: Vec<RowId> = CERTIFICATE_TEXTS.iter().map(|text| text.id).collect();
    let rows: Vec<RowId> = CERTS.iter().map(|spec| spec.id).collect();
    assert_eq!(texts, rows);
    let texts: Vec<&str> = KUBELET_FILE_TEXTS.iter().map(|text| text.name).collect();
    let rows: Vec<&str> = KUBELET_FILES.iter().map(|file| file.name).collect();
    assert_eq!(texts, rows);
    let texts: Vec<Party> = PARTY_TEXTS.iter().map(|text| text.party).collect();
    assert_eq!(texts, Party::ENDS);
    for component in Component::ALL {
        let texts: Vec<&str> = flags::of(component).iter().map(|text| text.name).collect();
        let rows: Vec<&str> = FlagSpec::of(component).map(|flag| flag.name).collect();
        assert_eq!(texts, rows, "{component}");
    }
}

fn all() -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for text in CERTIFICATE_TEXTS {
        let parts = [text.answer, text.missing, text.stolen, text.renewal];
        all.extend(parts.map(|part| (text.id.to_string(), part)));
    }
    for text in KUBELET_FILE_TEXTS {
        let parts = [text.answer, text.used, text.missing, text.renewal];
        all.extend(parts.map(|part| (text.name.to_owned(), part)));
    }
    for text in PARTY_TEXTS {
        let parts = [text.answer, text.certificates];
        all.extend(parts.map(|part| (text.party.name().to_owned(), part)));
    }
    for flag in FLAGS {
        all.push((
            format!("{} {}", flag.component, flag.name),
            flags::text(flag),
        ));
    }
    all
}

#[test]
fn texts_are_sentences() {
    for (name, text) in all().iter().filter(|(_, text)| !text.is_empty()) {
        assert!(text.ends_with('.'), "{name}: {text}");
        assert!(
            !text.contains("  ") && !text.contains('\n'),
            "{name}: {text}"
        );
        assert!(text.is_ascii(), "{name}: {text}");
    }
    // Only what the reload table says already needs no words about its renewal.
    let empty = CERTIFICATE_TEXTS.iter();
    assert!(
        empty
            .clone()
            .all(|text| !text.missing.is_empty() && !text.stolen.is_empty())
    );
}

/// Signers and ports that stand beside each other may share a sentence; nothing else does.
#[test]
fn no_text_is_boiler_plate() {
    let mut seen = BTreeSet::new();
    for (name, text) in all() {
        let few_words = text.split_whitespace().count() < 25;
        if !few_words {
            assert!(seen.insert(text), "{name}: {text}");
        }
    }
}
