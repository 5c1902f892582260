use super::Host;

impl Host {
    /// The host of a URL (RFC 3986 section 3.2.2), or of what has no scheme:
    /// `https://[2001:db8::1]:6443/x`, `etcd.example.org:2379`, `::1`. `None` where nothing is
    /// written there that a certificate could name.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next()?;
        let authority = authority.rsplit('@').next()?;
        let host = match authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next()?,
            None if authority.matches(':').count() > 1 => authority,
            None => authority.split(':').next()?,
        };
        host.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_taken_out_of_urls() {
        for (url, expected) in [
            ("https://127.0.0.1:2379", Some("127.0.0.1")),
            ("https://[::1]:2379/x", Some("::1")),
            ("::1", Some("::1")),
            ("https://etcd.example.org", Some("etcd.example.org")),
            (
                "https://user:secret@api.example.org:6443#x",
                Some("api.example.org"),
            ),
            ("https://", None),
            ("https://not a host", None),
        ] {
            let host = Host::of_url(url).map(|host| host.to_string());
            assert_eq!(host.as_deref(), expected, "{url}");
        }
    }
}
