//! One address in the place of another in a text, whatever it is in: a flag, a URL, a list, a probe.

use std::net::IpAddr;

use super::Move;

/// Whether a text has an address in it.
pub(super) fn has(text: &str, address: IpAddr) -> bool {
    words(text).any(|word| word.address == Some(address))
}

/// The text with the new address wherever it has the old one. A network is none, and a longer number
/// is another address.
pub(super) fn replaced(text: &str, addresses: Move) -> String {
    let mut new = String::with_capacity(text.len());
    for word in words(text) {
        if word.address == Some(addresses.old) {
            new.push_str(&addresses.new.to_string());
        } else {
            new.push_str(word.text);
        }
    }
    new
}

/// A part of a text, and the address that it is.
struct Word<'a> {
    text: &'a str,
    address: Option<IpAddr>,
}

/// The parts of a text, in their order: all of them together are the text.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    let mut before = ' ';
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = address_length(rest, before);
        let (length, address) = match length {
            Some((length, address)) => (length, Some(address)),
            None => (rest.chars().next().map_or(0, char::len_utf8), None),
        };
        let (text, after) = rest.split_at(length);
        before = text.chars().last().unwrap_or(' ');
        rest = after;
        Some(Word { text, address })
    })
}

/// How long the address is that a text begins with.
fn address_length(text: &str, before: char) -> Option<(usize, IpAddr)> {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    let is_glued = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if is_glued(before) || !text.starts_with(is_part) {
        return None;
    }
    let run = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    // A port may follow an IPv4 address, and a full stop either; the longest that is one counts.
    let longest = (1..=run).rev().find_map(|length| {
        let address = text.get(..length)?.parse::<IpAddr>().ok()?;
        let after = text.get(length..)?;
        let next = after.chars().next().unwrap_or(' ');
        let mut following = after.chars();
        following.next();
        let then = following.next().unwrap_or(' ');
        let goes_on = match (next, address) {
            ('.' | ':' | '/' | '-', _) if next == '/' || next == '-' => {
                then.is_ascii_digit() || next == '-'
            }
            ('.', _) => then.is_ascii_alphanumeric(),
            (':', IpAddr::V4(_)) => false,
            (':', IpAddr::V6(_)) => true,
            (next, _) => next.is_ascii_alphanumeric() || next == '_',
        };
        (!goes_on).then_some((length, address))
    });
    longest.map(|(length, address)| (length, address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(text: &str) -> String {
        let addresses = Move::new("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        replaced(text, addresses.unwrap())
    }

    #[test]
    fn an_address_is_found_in_whatever_it_is_in() {
        for (text, expected) in [
            (
                "--advertise-address=10.0.0.1",
                "--advertise-address=10.0.0.2",
            ),
            ("https://10.0.0.1:6443", "https://10.0.0.2:6443"),
            (
                "https://10.0.0.1:2379,https://127.0.0.1:2379",
                "https://10.0.0.2:2379,https://127.0.0.1:2379",
            ),
            (
                "cp1=https://10.0.0.1:2380,cp2=https://10.0.0.3:2380",
                "cp1=https://10.0.0.2:2380,cp2=https://10.0.0.3:2380",
            ),
            ("host: 10.0.0.1\n", "host: 10.0.0.2\n"),
            ("endpoint: 10.0.0.1:6443", "endpoint: 10.0.0.2:6443"),
            (
                "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.1 --x\"",
                "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.2 --x\"",
            ),
            ("is 10.0.0.1.", "is 10.0.0.2."),
            ("https://10.0.0.1/healthz", "https://10.0.0.2/healthz"),
        ] {
            assert_eq!(moved(text), expected);
        }
    }

    #[test]
    fn what_is_another_address_stays() {
        for text in [
            "10.0.0.11",
            "110.0.0.1",
            "10.0.0.1/24",
            "10.0.0.1.example.org",
            "v10.0.0.1",
            "1.10.0.0.1",
            "10.0.0.1-rc1",
            "registry/pause:3.10.0.0.1",
        ] {
            assert_eq!(moved(text), text);
        }
    }

    #[test]
    fn one_address_of_ipv6_is_written_in_several_ways() {
        let addresses = Move::new(
            "2001:db8::1".parse().unwrap(),
            "2001:db8::2".parse().unwrap(),
        );
        let addresses = addresses.unwrap();
        let moved = |text: &str| replaced(text, addresses);
        assert_eq!(
            moved("https://[2001:db8::1]:6443"),
            "https://[2001:db8::2]:6443"
        );
        assert_eq!(moved("host: 2001:0db8:0:0::1"), "host: 2001:db8::2");
        assert_eq!(moved("2001:db8::11"), "2001:db8::11");
        assert_eq!(moved("2001:db8::1/64"), "2001:db8::1/64");
    }
}
