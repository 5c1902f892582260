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
        Self::dialled(host).ok()
    }
}

/// Why Go's `net/url` does not parse it.
pub(crate) fn unparsed(text: &str) -> Option<&'static str> {
    if text.bytes().any(|octet| octet < 0x20 || octet == 0x7f) {
        return Some("which has a control character");
    }
    let mut escapes = text.split('%').skip(1);
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !escapes.all(is_escape) {
        return Some("which has an escape that is none");
    }
    let (scheme, _) = text.split_once(':').unwrap_or(("", text));
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet));
    if text.contains(':') && !is_scheme && !text.starts_with('/') {
        return Some("which has a scheme that is none");
    }
    let Some((name, port)) = name_and_port(authority(text)?) else {
        return Some("whose address does not end");
    };
    if !port.is_empty()
        && !port
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|one| one.is_ascii_digit()))
    {
        return Some("whose port is none");
    }
    if name.contains([' ', '\\', '^', '`', '{', '|', '}']) {
        return Some("whose host has a letter that it cannot have");
    }
    None
}

/// The name in a URL that has one: nothing where it is an address in brackets.
pub(crate) fn name(text: &str) -> Option<&str> {
    let (name, _) = name_and_port(authority(text)?)?;
    Some(name)
}

/// What stands between the slashes, without the user.
fn authority(text: &str) -> Option<&str> {
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next()
}

/// The name before a port; none where brackets are not closed.
fn name_and_port(host: &str) -> Option<(&str, &str)> {
    match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(_, port)| ("", port)),
        None => Some(host.split_at(host.find(':').unwrap_or(host.len()))),
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
            ("https://etcd_1:2379", Some("etcd_1")),
            ("https://API.example.org.:6443", Some("api.example.org")),
            ("https://", None),
            ("https://not a host", None),
        ] {
            let host = Host::of_url(url).map(|host| host.to_string());
            assert_eq!(host.as_deref(), expected, "{url}");
        }
    }
}
