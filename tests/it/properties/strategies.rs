//! Random descriptions of clusters that hold together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pkigen::cluster::{DnsName, Etcd, Host, Lifetime};
use pkigen::pki_core::cluster::{Endpoint, NodeName, ServiceCidr};
use pkigen::{KeyAlgorithm, Profile};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::Described;

/// A lower-case DNS name of one to four labels.
pub(super) fn dns_name() -> impl Strategy<Value = DnsName> {
    "([a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\\.){0,3}[a-z]([a-z0-9-]{0,20}[a-z0-9])?"
        .prop_map(|text| text.parse().unwrap())
}

/// The same, perhaps as a wildcard.
fn served_name() -> impl Strategy<Value = DnsName> {
    (any::<bool>(), dns_name()).prop_map(|(wildcard, name)| {
        let prefix = if wildcard { "*." } else { "" };
        format!("{prefix}{name}").parse().unwrap()
    })
}

/// An address that one host can have.
fn address() -> impl Strategy<Value = IpAddr> {
    let v4 = (1u8..=168, any::<[u8; 3]>())
        .prop_map(|(first, [b, c, d])| IpAddr::V4(Ipv4Addr::new(first, b, c, d)));
    let v6 = any::<[u16; 7]>()
        .prop_map(|[b, c, d, e, f, g, h]| IpAddr::V6(Ipv6Addr::new(0x2001, b, c, d, e, f, g, h)));
    prop_oneof![v4, v6]
}

pub(super) fn host() -> impl Strategy<Value = Host> {
    prop_oneof![
        served_name().prop_map(Host::from),
        address().prop_map(Host::from)
    ]
}

/// No two the same, as descriptions demand.
fn hosts() -> impl Strategy<Value = Vec<Host>> {
    vec(host(), 0..5).prop_map(|hosts| {
        let mut unique = Vec::new();
        for host in hosts {
            if !unique.contains(&host) {
                unique.push(host);
            }
        }
        unique
    })
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let host = prop_oneof![
        dns_name().prop_map(|name| name.to_string()),
        address().prop_map(|address| match address {
            IpAddr::V6(v6) => format!("[{v6}]"),
            IpAddr::V4(v4) => v4.to_string(),
        }),
    ];
    (host, option::of(1u16..)).prop_map(|(host, port)| {
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{host}{port}").parse().unwrap()
    })
}

fn service_cidrs() -> impl Strategy<Value = Vec<ServiceCidr>> {
    let v4 = (any::<u32>(), 12u8..=28)
        .prop_map(|(bits, length)| format!("{}/{length}", Ipv4Addr::from_bits(bits)));
    let v6 = (any::<u128>(), 108u8..=124)
        .prop_map(|(bits, length)| format!("{}/{length}", Ipv6Addr::from_bits(bits)));
    (v4, v6, 0..4).prop_map(|(v4, v6, which)| {
        let chosen = match which {
            0 => vec![v4],
            1 => vec![v6],
            2 => vec![v4, v6],
            _ => vec![v6, v4],
        };
        chosen.iter().map(|cidr| cidr.parse().unwrap()).collect()
    })
}

/// Where it is, and what a local member serves beyond the table.
fn etcd() -> impl Strategy<Value = (Etcd, Vec<Host>, Vec<Host>)> {
    let local = (hosts(), hosts()).prop_map(|(server, peer)| (Etcd::Local, server, peer));
    let external = dns_name().prop_map(|name| {
        let etcd = Etcd::External {
            endpoints: vec![format!("https://{name}:2379")],
            ca_file: Some("/etc/etcd/ca.crt".to_owned()),
            client_pair: None,
        };
        (etcd, Vec::new(), Vec::new())
    });
    prop_oneof![4 => local, 1 => external]
}

/// A leaf's life, and an authority's that is no shorter.
fn lifetimes() -> impl Strategy<Value = (Lifetime, Lifetime)> {
    let century = 100 * 365 * 24 * 3600i64;
    (1..=century, 1..=century).prop_map(|(one, other)| {
        let life = |seconds| Lifetime::new(time::Duration::seconds(seconds)).unwrap();
        (life(one.min(other)), life(one.max(other)))
    })
}

/// A cluster of ECDSA keys: what is decided does not depend on the kind of key.
pub(super) fn cluster() -> impl Strategy<Value = Described> {
    let node = dns_name().prop_map(|name| name.as_str().parse::<NodeName>().unwrap());
    let where_it_is = (node, address(), 1u16.., option::of(endpoint()));
    let what_it_serves = (service_cidrs(), dns_name(), hosts(), etcd());
    let profile = proptest::sample::select(Profile::ALL.to_vec());
    let how = (
        profile,
        lifetimes(),
        any::<bool>(),
        "[ -~]{1,20}|[a-zäöü:#'\"]{1,10}",
    );
    let all = (where_it_is, what_it_serves, how).prop_map(
        |((node, address, port, endpoint), (cidrs, domain, hosts, etcd), how)| {
            let (profile, (leaf, authority), serving, name) = how;
            let (etcd, server, peer) = etcd;
            let builder = Described::new(node, address)
                .bind_port(port)
                .service_cidrs(cidrs)
                .dns_domain(domain)
                .apiserver_hosts(hosts)
                .etcd(etcd)
                .etcd_server_hosts(server)
                .etcd_peer_hosts(peer)
                .profile(profile)
                .key_algorithm(KeyAlgorithm::EcdsaP256)
                .certificate_lifetime(leaf)
                .authority_lifetime(authority)
                .kubelet_serving(serving)
                .cluster_name(name);
            match endpoint {
                Some(endpoint) => builder.control_plane_endpoint(endpoint),
                None => builder,
            }
        },
    );
    all.prop_filter("it holds together", |builder| {
        builder.clone().build().is_ok()
    })
}
