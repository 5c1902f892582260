//! Name constraints: which names an authority leaves out, and for whom. That one is left out is
//! webpki's word; it refuses some that others do not.

use std::net::IpAddr;

use const_oid::db::rfc3280::EMAIL_ADDRESS;
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_CE_NAME_CONSTRAINTS};

use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{
    ADDRESS, DIRECTORY, DNS, Element, Elements, MAIL, OBJECT_IDENTIFIER, SEQUENCE, URI,
};
use crate::x509::{Certificate, Oid, Purpose};

const PERMITTED: u8 = 0xa0;
const EXCLUDED: u8 = 0xa1;

/// The constraints of an authority, each with the tag of its kind.
#[derive(Debug, Default)]
pub(super) struct Constraints<'a> {
    permitted: Vec<(u8, &'a [u8])>,
    excluded: Vec<(u8, &'a [u8])>,
}

impl<'a> Constraints<'a> {
    pub(super) fn of(authority: &'a Certificate) -> Self {
        let extension = authority.extension(ID_CE_NAME_CONSTRAINTS);
        let content = extension.and_then(|one| Elements::inside(&one.value, SEQUENCE));
        let Some(mut content) = content else {
            return Self::default();
        };
        let mut list = |tag| {
            let subtrees = Elements::of(content.read(tag).unwrap_or_default());
            let names = subtrees.filter_map(|subtree| Elements::of(subtree.value).next());
            names.map(|name| (name.tag, name.value)).collect()
        };
        Self {
            permitted: list(PERMITTED),
            excluded: list(EXCLUDED),
        }
    }

    /// Whether a name of this kind is left out, where `matches` compares it with a constraint.
    fn leaves_out(&self, kind: u8, matches: impl Fn(&[u8]) -> bool) -> bool {
        let of_kind = |list: &[(u8, &'a [u8])]| -> Vec<&'a [u8]> {
            let own = list.iter().filter(|(tag, _)| *tag == kind);
            own.map(|(_, value)| *value).collect()
        };
        let permitted = of_kind(&self.permitted);
        let is_excluded = of_kind(&self.excluded).into_iter().any(&matches);
        is_excluded || (!permitted.is_empty() && !permitted.into_iter().any(matches))
    }

    fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }

    /// Whether a mail address in the subject is left out by the constraints on them.
    fn is_mail_in_subject_left_out(&self, leaf: &Certificate) -> bool {
        let sets = inside(leaf.subject().as_der()).unwrap_or_default();
        let attributes = sets.iter().flat_map(|set| Elements::of(set.value));
        let mut mails = attributes.filter_map(|attribute| {
            let mut parts = Elements::of(attribute.value);
            let is_mail = parts.read(OBJECT_IDENTIFIER)? == EMAIL_ADDRESS.as_bytes();
            let value = parts.next().filter(|_| is_mail)?;
            Some(String::from_utf8_lossy(value.value).to_ascii_lowercase())
        });
        mails.any(|mail| self.leaves_out(MAIL, |one| is_mail_of(&mail, one)))
    }

    /// The subject itself, which OpenSSL holds to the constraints on directory names.
    fn of_subject(&self, leaf: &Certificate) -> Option<Party> {
        let subject = inside(leaf.subject().as_der()).unwrap_or_default();
        let is_below = |name: &[u8]| {
            let name = inside(name).unwrap_or_default();
            let mut pairs = name.iter().zip(&subject);
            name.len() <= subject.len() && pairs.all(|(one, other)| one.whole == other.whole)
        };
        (!subject.is_empty() && self.leaves_out(DIRECTORY, is_below)).then_some(OpenSsl)
    }

    pub(super) fn are_about(&self, kind: u8) -> bool {
        let mut all = self.permitted.iter().chain(&self.excluded);
        all.any(|(tag, _)| *tag == kind)
    }

    /// Who refuses this leaf for the sake of these constraints.
    pub(super) fn refusers(&self, leaf: &Certificate) -> Vec<Party> {
        let mut by = Vec::new();
        let names = leaf.general_name_elements();
        for name in &names {
            by.extend(self.of_name(name.tag, name.value));
        }
        let has = |kind| names.iter().any(|name| name.tag == kind);
        if !has(DNS) {
            by.extend(self.of_common_names(leaf));
        }
        if self.is_mail_in_subject_left_out(leaf) {
            // GnuTLS looks there only where there is none among the alternative names.
            by.push(OpenSsl);
            by.extend((!has(MAIL)).then_some(GnuTls));
        }
        let count = names.len() + leaf.subject().len();
        by.extend(self.are_too_many_for(count).then_some(OpenSsl));
        by.extend(self.of_subject(leaf));
        by.sort_unstable();
        by.dedup();
        by
    }

    fn of_name(&self, tag: u8, value: &[u8]) -> Vec<Party> {
        let text = String::from_utf8_lossy(value).to_ascii_lowercase();
        match tag {
            DNS => {
                if self.leaves_out(DNS, |one| is_below(&text, one)) {
                    // GnuTLS passes over a dot at the end of a constraint.
                    let dotless =
                        |one: &[u8]| is_below(&text, one.strip_suffix(b".").unwrap_or(one));
                    let gnutls = self.leaves_out(DNS, dotless).then_some(GnuTls);
                    return [Go, OpenSsl, Webpki].into_iter().chain(gnutls).collect();
                }
                // A wildcard that stands for a name which is excluded.
                let reaches = |one: &[u8]| {
                    let one = String::from_utf8_lossy(one).to_ascii_lowercase();
                    let (Some(rest), Some((_, above))) =
                        (text.strip_prefix("*."), one.split_once('.'))
                    else {
                        return false;
                    };
                    rest == above
                };
                let mut excluded = self.excluded.iter().filter(|(tag, _)| *tag == DNS);
                if excluded.any(|(_, one)| reaches(one)) {
                    return vec![Go, Webpki];
                }
                Vec::new()
            }
            ADDRESS if self.leaves_out(ADDRESS, |one| is_within(value, one)) => {
                let mut permitted = self.permitted.iter().filter(|(tag, _)| *tag == ADDRESS);
                // To GnuTLS one version says nothing of the other.
                let is_of_version = permitted.any(|(_, one)| one.len() == 2 * value.len())
                    || self
                        .excluded
                        .iter()
                        .any(|(tag, one)| *tag == ADDRESS && is_within(value, one));
                if is_of_version {
                    vec![Go, OpenSsl, GnuTls, Webpki]
                } else {
                    vec![Go, OpenSsl, Webpki]
                }
            }
            // webpki knows no constraints on these two, and refuses.
            MAIL if self.leaves_out(MAIL, |one| is_mail_of(&text, one)) => {
                vec![Go, OpenSsl, GnuTls, Webpki]
            }
            // Go wants a host in every URI, whatever the constraints are about.
            URI if !self.is_empty() && is_without_host(host_of(&text)) => {
                if self.are_about(URI) {
                    vec![Go, GnuTls, Webpki]
                } else {
                    vec![Go]
                }
            }
            URI if self.are_about(URI) => {
                let host = host_of(&text);
                if self.leaves_out(URI, |one| is_host_of(host, one)) {
                    vec![Go, OpenSsl, Webpki]
                } else {
                    vec![Webpki]
                }
            }
            MAIL if self.are_about(MAIL) => vec![Webpki],
            MAIL | ADDRESS | URI | DIRECTORY => Vec::new(),
            // OpenSSL knows no constraints on the rest, and refuses.
            other if self.are_about(other) => vec![OpenSsl],
            _ => Vec::new(),
        }
    }

    /// Where there is no DNS name, OpenSSL holds every common name that looks like a host's to the
    /// constraints on DNS names (`crypto/x509/v3_ncons.c`, `cn2dnsid`). GnuTLS does of what may be a
    /// server's whatever it looks like, and takes no more than one.
    fn of_common_names(&self, leaf: &Certificate) -> Vec<Party> {
        let names = leaf.subject().common_names().map(str::to_ascii_lowercase);
        let names: Vec<String> = names.collect();
        let is_label = |label: &str| {
            let is_letter = |octet: u8| octet.is_ascii_alphanumeric() || b"-_".contains(&octet);
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(is_letter)
        };
        let is_host = |name: &str| name.contains('.') && name.split('.').all(is_label);
        let is_out = |name: &String| self.leaves_out(DNS, |one| is_below(name, one));
        let by_openssl = names.iter().any(|name| is_host(name) && is_out(name));
        let by_gnutls = self.are_about(DNS)
            && may_serve(leaf)
            && match names.as_slice() {
                [] => false,
                [one] => is_out(one),
                _ => true,
            };
        let by = [(OpenSsl, by_openssl), (GnuTls, by_gnutls)];
        let by = by.into_iter().filter(|(_, refuses)| *refuses);
        by.map(|(party, _)| party).collect()
    }

    /// OpenSSL gives up where there are many names and many constraints
    /// (`crypto/x509/v3_ncons.c`, `NAME_CHECK_MAX`).
    fn are_too_many_for(&self, names: usize) -> bool {
        const MOST: usize = 1 << 20;
        names * (self.permitted.len() + self.excluded.len()) > MOST
    }
}

/// Whether its purposes allow it to be a server.
fn may_serve(leaf: &Certificate) -> bool {
    let purposes = leaf.purposes();
    let is_any = |purpose: &Oid| *purpose == ANY_EXTENDED_KEY_USAGE;
    purposes.is_empty() || purposes.iter().any(is_any) || leaf.has_purpose(Purpose::ServerAuth)
}

/// The relative names of a name.
fn inside(name: &[u8]) -> Option<Vec<Element<'_>>> {
    Elements::inside(name, SEQUENCE).map(Iterator::collect)
}

/// The domain itself, or a name below it (RFC 5280 section 4.2.1.10).
fn is_below(name: &str, constraint: &[u8]) -> bool {
    let constraint = String::from_utf8_lossy(constraint).to_ascii_lowercase();
    if constraint.is_empty() {
        return true;
    }
    let Some(before) = name.strip_suffix(constraint.as_str()) else {
        return false;
    };
    before.is_empty() || before.ends_with('.') || constraint.starts_with('.')
}

/// In the network that an address and its mask describe.
fn is_within(address: &[u8], constraint: &[u8]) -> bool {
    let Some((network, mask)) = constraint.split_at_checked(constraint.len() / 2) else {
        return false;
    };
    network.len() == address.len()
        && address
            .iter()
            .zip(network)
            .zip(mask)
            .all(|((one, other), mask)| one & mask == other & mask)
}

/// The mailbox itself, one of the host, or with a dot before it one of a host below.
fn is_mail_of(mail: &str, constraint: &[u8]) -> bool {
    let constraint = String::from_utf8_lossy(constraint).to_ascii_lowercase();
    if constraint.contains('@') {
        return mail == constraint;
    }
    let host = mail.rsplit_once('@').map_or("", |(_, host)| host);
    is_host_of(host, constraint.as_bytes())
}

/// The host itself, or with a dot before it one below.
fn is_host_of(host: &str, constraint: &[u8]) -> bool {
    let constraint = String::from_utf8_lossy(constraint).to_ascii_lowercase();
    if constraint.starts_with('.') {
        host.ends_with(constraint.as_str())
    } else {
        constraint.is_empty() || host == constraint
    }
}

fn is_without_host(host: &str) -> bool {
    host.is_empty() || host.parse::<IpAddr>().is_ok()
}

fn host_of(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}
