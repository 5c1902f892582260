//! Name constraints, where those who read them differ.

use const_oid::db::rfc5280::ID_CE_NAME_CONSTRAINTS;

use crate::judge::Rule;
use crate::judge::finding::Problem;
use crate::spec::Party;
use crate::x509::Certificate;
use crate::x509::elements::{Element, Elements, SEQUENCE};

const PERMITTED: u8 = 0xa0;
const ADDRESS: u8 = 0x87;
const DIRECTORY: u8 = 0xa4;

/// The names that an authority permits, each with its tag.
fn permitted(authority: &Certificate) -> Vec<(u8, &[u8])> {
    let mut extensions = authority.extensions().iter();
    let extension = extensions.find(|one| one.oid == ID_CE_NAME_CONSTRAINTS);
    let content = extension.and_then(|one| Elements::inside(&one.value, SEQUENCE));
    let list = content.and_then(|mut content| content.read(PERMITTED));
    let subtrees = Elements::of(list.unwrap_or_default());
    let names = subtrees.filter_map(|subtree| Elements::of(subtree.value).next());
    names.map(|name| (name.tag, name.value)).collect()
}

/// Whether it permits addresses of version 6 alone, which to GnuTLS says nothing of those of
/// version 4.
pub(super) fn permits_only_ipv6(authority: &Certificate) -> bool {
    let names = permitted(authority);
    !names.is_empty()
        && names
            .iter()
            .all(|(tag, value)| (*tag, value.len()) == (ADDRESS, 32))
}

/// A subject below none of the directory names that are permitted, to which OpenSSL holds it.
pub(super) fn of_directory(authority: &Certificate, leaf: &Certificate) -> Option<Problem> {
    let names = permitted(authority).into_iter();
    let mut names = names.filter(|(tag, _)| *tag == DIRECTORY).peekable();
    names.peek()?;
    let subject = inside(leaf.subject().as_der()).unwrap_or_default();
    let is_below = |name: Vec<Element<'_>>| {
        name.len() <= subject.len()
            && name
                .iter()
                .zip(&subject)
                .all(|(one, other)| one.whole == other.whole)
    };
    let is_permitted = names.any(|(_, name)| inside(name).is_some_and(is_below));
    if is_permitted {
        return None;
    }
    let message = format!(
        "the name constraints of {} permit directory names, and {} is below none of them",
        authority.subject(),
        leaf.subject()
    );
    Some(Problem::new(Rule::NameConstraint, message).refused_by([Party::OpenSsl]))
}

/// The relative names of a name.
fn inside(name: &[u8]) -> Option<Vec<Element<'_>>> {
    Elements::inside(name, SEQUENCE).map(Iterator::collect)
}
