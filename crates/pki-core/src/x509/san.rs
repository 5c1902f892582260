//! The names a serving certificate answers to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Host, HostError};

/// A DNS name as a subject alternative name holds it: lower-case letters, digits and hyphens,
/// labels of at most 63 characters, 253 in all, no trailing dot; a first label `*` is allowed
/// (RFC 5280 section 4.2.1.6, RFC 1123 section 2.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DnsName(String);

impl DnsName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `localhost`.
    pub(crate) fn localhost() -> Self {
        Self("localhost".to_owned())
    }

    /// The names of the API server's service, in a cluster with this domain.
    pub(crate) fn service_names(domain: &Self) -> Vec<Self> {
        let service = "kubernetes.default.svc";
        [
            "kubernetes".to_owned(),
            "kubernetes.default".to_owned(),
            service.to_owned(),
            format!("{service}.{domain}"),
        ]
        .map(Self)
        .into()
    }

    /// A name as verifiers take it in a certificate and as clients dial it: with underscores, which
    /// no host name has.
    pub(crate) fn presented(text: &str) -> Result<Self, HostError> {
        match text.replace('_', "x").parse::<Self>() {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(HostError { why, .. }) => Err(HostError {
                text: text.to_owned(),
                why,
            }),
        }
    }

    /// Whether it is a wildcard right below a top label, as `*.local` is: Go takes it for what it
    /// says, OpenSSL, GnuTLS and webpki match it with nothing.
    pub(crate) fn is_wildcard_of_top(text: &str) -> bool {
        text.strip_prefix("*.")
            .is_some_and(|rest| !rest.contains('.'))
    }

    /// Whether a certificate name `self`, perhaps a wildcard, covers `wanted`, as Go's
    /// `VerifyHostname` decides: a wildcard stands for exactly one label.
    #[must_use]
    pub fn covers(&self, wanted: &Self) -> bool {
        if self == wanted {
            return true;
        }
        let Some(parent) = self.0.strip_prefix("*.") else {
            return false;
        };
        wanted
            .0
            .split_once('.')
            .is_some_and(|(label, rest)| label != "*" && rest == parent)
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for DnsName {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let invalid = |why| HostError {
            text: text.to_owned(),
            why,
        };
        if text.is_empty() {
            return Err(invalid("it is empty"));
        }
        if text.len() > 253 {
            return Err(invalid("it is longer than 253 characters"));
        }
        if text.contains("://") {
            return Err(invalid("it is a URL; give the host only"));
        }
        let name = text.strip_prefix("*.").unwrap_or(text);
        if name.contains('*') {
            return Err(invalid("a wildcard can only be the whole first label"));
        }
        let labels: Vec<&str> = name.split('.').collect();
        for label in &labels {
            if label.is_empty() {
                return Err(invalid("it has an empty label"));
            }
            if label.len() > 63 {
                return Err(invalid("it has a label longer than 63 characters"));
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err(invalid("a label starts or ends with a hyphen"));
            }
            if label.chars().any(|c| c.is_ascii_uppercase()) {
                return Err(invalid("it has capital letters; write it in lower case"));
            }
            if !label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                return Err(invalid(
                    "only lower-case letters, digits, hyphens and dots are allowed",
                ));
            }
        }
        if text.parse::<IpAddr>().is_ok() {
            return Err(invalid("it is an IP address, and a DNS name is wanted"));
        }
        // 999.1.1.1 or 1.2.3: every verifier takes these for addresses, and refuses.
        if labels
            .last()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()))
        {
            return Err(invalid(
                "its last label is a number, so it is neither a DNS name nor an IP address",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

crate::serde_as_text!(DnsName);

/// The names and addresses of one certificate, in the order kubeadm writes them: names sorted,
/// addresses in the order they were first given, nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct SubjectAltNames {
    names: Vec<DnsName>,
    addresses: Vec<IpAddr>,
}

impl SubjectAltNames {
    /// None, as client certificates have.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            names: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// The DNS names, sorted.
    #[must_use]
    pub fn names(&self) -> &[DnsName] {
        &self.names
    }

    /// The addresses, in the order given.
    #[must_use]
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.addresses.is_empty()
    }

    /// Every host: names, then addresses.
    pub fn hosts(&self) -> impl Iterator<Item = Host> + '_ {
        let names = self.names.iter().cloned().map(Host::Dns);
        names.chain(self.addresses.iter().copied().map(Host::Ip))
    }

    /// Whether one of them answers for `host`.
    #[must_use]
    pub fn covers(&self, host: &Host) -> bool {
        match host {
            Host::Dns(wanted) => self.names.iter().any(|name| name.covers(wanted)),
            Host::Ip(wanted) => self.addresses.contains(wanted),
        }
    }
}

impl FromIterator<Host> for SubjectAltNames {
    fn from_iter<I: IntoIterator<Item = Host>>(hosts: I) -> Self {
        let mut names = Vec::new();
        let mut addresses = Vec::new();
        for host in hosts {
            match host {
                Host::Dns(name) => names.push(name),
                Host::Ip(address) if addresses.contains(&address) => {}
                Host::Ip(address) => addresses.push(address),
            }
        }
        names.sort_unstable();
        names.dedup();
        Self { names, addresses }
    }
}

impl fmt::Display for SubjectAltNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.hosts().map(|host| host.to_string()).collect();
        f.write_str(&hosts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Result<Host, &'static str> {
        text.parse().map_err(|error: HostError| error.why)
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert!(matches!(host("api.example.org"), Ok(Host::Dns(_))));
        assert!(matches!(host("*.example.org"), Ok(Host::Dns(_))));
        assert!(matches!(host("192.0.2.1"), Ok(Host::Ip(_))));
        assert!(matches!(host("2001:db8::1"), Ok(Host::Ip(_))));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_ipv4() {
        assert_eq!(host("::ffff:192.0.2.1"), host("192.0.2.1"));
    }

    #[test]
    fn clients_dial_what_is_no_host_name() {
        for (dialled, name) in [("a_b.example", "a_b.example"), ("X.example.", "x.example")] {
            let host = Host::dialled(dialled).unwrap();
            assert_eq!(host.to_string(), name);
        }
        assert_eq!(Host::dialled("192.0.2.1"), "192.0.2.1".parse());
        for text in ["", ".", "a..", "a_b..", "a b", "-_", "https://x"] {
            assert!(Host::dialled(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn capitals_are_folded_in_hosts_and_refused_in_names() {
        assert_eq!(host("ELB.Example.ORG"), host("elb.example.org"));
        assert!("ELB.example.org".parse::<DnsName>().is_err());
    }

    #[test]
    fn what_no_verifier_would_match_is_refused() {
        let long_label = "a".repeat(64);
        let long_name = ["abcdefg"; 33].join(".");
        for text in [
            "",
            "*",
            "a_b",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a*.b",
            "a.*.b",
            "**.b",
            "1.2.3",
            "999.1.1.1",
            "x:6443",
            "https://x",
            "10.0.0.0/8",
            "[::1]",
            "fe80::1%eth0",
            "a b",
            "bücher.example",
            &long_label,
            &long_name,
        ] {
            assert!(host(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn the_longest_label_and_name_are_taken() {
        let label = "a".repeat(63);
        assert!(host(&label).is_ok());
        let name = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(name.len(), 253);
        assert!(host(&name).is_ok());
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        let wildcard: DnsName = "*.example.org".parse().unwrap();
        let covers = |name: &str| wildcard.covers(&name.parse().unwrap());
        assert!(covers("a.example.org"));
        assert!(covers("*.example.org"));
        assert!(!covers("example.org"));
        assert!(!covers("a.b.example.org"));
    }

    #[test]
    fn names_are_sorted_and_addresses_keep_their_order() {
        let names: SubjectAltNames = ["b", "192.0.2.2", "a", "192.0.2.1", "b", "192.0.2.2"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(names.to_string(), "a, b, 192.0.2.2, 192.0.2.1");
    }
}
