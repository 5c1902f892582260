//! What is dialled, and what the certificate has for it.

use super::chains::{dialled, dns, root, server, signed, with_names};
use crate::scene::Case;
use crate::support::forge::tlv;

pub(super) fn cases() -> Vec<Case> {
    let rows: [(&str, &str); 24] = [
        ("*.local", "a.local"),
        ("*.lan", "node.lan"),
        ("*.example.org", "example.org"),
        ("*.example.org", "a.b.example.org"),
        ("*.example.org", "A.EXAMPLE.ORG"),
        ("*.cluster.local", "a.cluster.local"),
        ("*", "localhost"),
        ("localhost", "localhost"),
        ("a_b.example.org", "a_b.example.org"),
        ("*.example.org", "a_b.example.org"),
        ("a.example.org", "a.example.org."),
        ("*.example.org", "a.example.org."),
        ("a.example.org.", "a.example.org"),
        ("xn--bcher-kva.example.org", "xn--bcher-kva.example.org"),
        ("*.example.org", "xn--bcher-kva.example.org"),
        ("x*.example.org", "xn--bcher-kva.example.org"),
        ("*a.example.org", "ba.example.org"),
        ("a*b.example.org", "axb.example.org"),
        ("A.example.org", "a.example.org"),
        ("a.example.org", "b.example.org"),
        ("192.0.2.7", "192.0.2.7"),
        ("*.0.2.7", "192.0.2.7"),
        ("12345", "12345"),
        ("a-.example.org", "a-.example.org"),
    ];
    let rows = rows.into_iter().map(|(name, host)| {
        let own = signed(&with_names(server(), &[dns(name)]), "root");
        dialled(format!("{host} at {name}"), &[own], &[root()], host)
    });
    let addresses: [(&[u8], &str); 5] = [
        (&[192, 0, 2, 7], "192.0.2.7"),
        (&[192, 0, 2, 7], "192.0.2.8"),
        (
            &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            "2001:db8::1",
        ),
        (
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7],
            "192.0.2.7",
        ),
        (&[192, 0, 2, 7], "::ffff:192.0.2.7"),
    ];
    let addresses = addresses.into_iter().map(|(octets, host)| {
        let own = signed(&with_names(server(), &[tlv(0x87, octets)]), "root");
        let length = octets.len();
        dialled(
            format!("{host} at {length} octets"),
            &[own],
            &[root()],
            host,
        )
    });
    rows.chain(addresses).collect()
}
