//! Copies of an authority's certificate that end before the authority itself does: it was issued
//! again, and somebody still goes by the old one.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::Rule;
use super::finding::{Findings, Place};
use super::node::{Authority, Node};
use crate::text::instant::readable;
use crate::x509::{Certificate, Usage};

/// Finds them in whatever somebody goes by. What has ended already is said of who is refused for it.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>, at: OffsetDateTime) {
    for authority in &node.authorities {
        let mut copies: BTreeMap<&str, OffsetDateTime> = BTreeMap::new();
        let mut own = None;
        for (newest, file) in newest(authority) {
            for (copy, certificates) in files(node) {
                let same = certificates.iter().filter(|one| one.is_renewal_of(newest));
                let ends = same.map(|one| one.validity().not_after);
                let end = ends.max().filter(|end| *end >= at);
                if let Some(end) = end.filter(|end| *end < newest.validity().not_after) {
                    copies.entry(copy).or_insert(end);
                    own = Some((newest, file));
                }
            }
        }
        let Some((newest, file)) = own else {
            continue;
        };
        let ends = readable(newest.validity().not_after);
        let (here, elsewhere): (Vec<_>, Vec<_>) = copies
            .into_iter()
            .partition(|(file, _)| is_written(node, file));
        if !here.is_empty() {
            let mut by_end: BTreeMap<OffsetDateTime, Vec<&str>> = BTreeMap::new();
            for (file, end) in here {
                by_end.entry(end).or_default().push(file);
            }
            let told = by_end.iter();
            let told =
                told.map(|(end, files)| format!("on {} in {}", readable(*end), files.join(", ")));
            let told: Vec<String> = told.collect();
            let message = format!(
                "it ends on {ends}, and copies of it that are in use end earlier: {}",
                told.join("; ")
            );
            let name = Some(authority.id.spec().name);
            findings.file(Rule::CopyEndsEarlier, Place { file, name }, message);
        }
        for (copy, end) in elsewhere {
            let message = format!(
                "its copy of {file} ends on {}, and that on {ends}",
                readable(end)
            );
            let place = Place {
                file: copy,
                name: None,
            };
            findings.file(Rule::CopyEndsEarlier, place, message);
        }
    }
}

/// The certificates of an authority, of each that was issued again the one that ends last, and its
/// file.
fn newest<'a>(authority: &'a Authority<'_>) -> Vec<(&'a Certificate, &'a str)> {
    let mut all: Vec<(&Certificate, &str)> = Vec::new();
    for (file, certificates) in authority.files() {
        for one in certificates {
            let known = all.iter_mut().find(|(known, _)| known.is_renewal_of(one));
            match known {
                Some(known) if known.0.validity().not_after < one.validity().not_after => {
                    *known = (one, file.place.file);
                }
                Some(_) => {}
                None => all.push((one, file.place.file)),
            }
        }
    }
    all
}

/// Every file with authorities that somebody goes by, or that is sent with a leaf.
fn files<'a>(node: &'a Node<'_>) -> BTreeMap<&'a str, Vec<&'a Certificate>> {
    let mut all: BTreeMap<&str, Vec<&Certificate>> = BTreeMap::new();
    let mut add = |file: &'a str, certificates: &'a [Certificate]| {
        all.entry(file).or_default().extend(certificates);
    };
    for authority in &node.authorities {
        for (file, _) in authority.files() {
            add(file.place.file, file.certificates);
        }
    }
    for presented in &node.presented {
        add(&presented.file, presented.certificates);
    }
    for kubeconfig in &node.kubeconfigs {
        let file = kubeconfig.facts.trust_file.as_ref();
        let trust = kubeconfig.facts.trust.present();
        add(
            file.unwrap_or(&kubeconfig.file),
            trust.map_or(&[], Vec::as_slice),
        );
    }
    let relations = node.facts.relations.iter().map(|relation| &relation.reader);
    // A row's kubeconfig may name another file.
    for reader in relations.filter(|one| one.kubeconfig.is_none() || one.row.is_none()) {
        add(reader.named(), &reader.certificates);
    }
    let told = node.facts.told_files.iter();
    for told in told.filter(|told| told.usage == Usage::Authority) {
        let certificates = told.file.certificates.present();
        add(&told.file.path, certificates.map_or(&[], Vec::as_slice));
    }
    all
}

/// Whether what renews an authority writes there.
fn is_written(node: &Node<'_>, file: &str) -> bool {
    let facts = node.facts;
    let directories = [&facts.certificates, &facts.kubeconfigs];
    let is_below = |directory: &&String| {
        let rest = file.strip_prefix(directory.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    directories.iter().any(is_below)
}
