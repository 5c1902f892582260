//! The known name that a mistyped one was probably meant to be.

/// A known name, and by how many slips another differs from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near<'a> {
    /// The name.
    pub name: &'a str,
    /// Letters that are too many, too few, other or swapped.
    pub distance: usize,
}

/// Returns the known name nearest to `name`, unless none is near. Case does not count as a
/// difference: `certSans` is `certSANs`.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<Near<'a>> {
    let wanted = name.to_lowercase();
    // A third of the letters may differ; beyond that a suggestion is a guess. A very long name is
    // like none of ours, and measuring it would be quadratic work.
    let allowed = wanted.chars().count().min(60) / 3;
    if name.len() > 200 {
        return None;
    }
    known
        .map(|candidate| {
            let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
            Near {
                name: candidate,
                distance,
            }
        })
        .filter(|near| near.distance <= allowed)
        .min_by_key(|near| near.distance)
}

/// The names nearest to `name`, at most three, the nearest first: those a slip or two away,
/// then those that it is a part of. Dashes before a name do not count.
#[must_use]
pub fn nearest_few<'a>(name: &str, known: &'a [String]) -> Vec<&'a str> {
    let plain = |text: &str| text.trim_start_matches('-').to_lowercase();
    let wanted = plain(name.rsplit('/').next().unwrap_or(name));
    let length = wanted.chars().count();
    if length == 0 || name.len() > 200 {
        return Vec::new();
    }
    let allowed = length / 3;
    let mut found: Vec<(usize, &str)> = known
        .iter()
        .filter_map(|candidate| {
            let other = plain(candidate);
            let distance = strsim::osa_distance(&wanted, &other);
            let part = length >= 4 && other.contains(&wanted);
            // However near: what it is a part of comes after what it may have been meant to be.
            let rank = if distance <= allowed {
                distance
            } else {
                allowed + distance
            };
            (distance <= allowed || part).then_some((rank, candidate.as_str()))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["service-cidrs", "certSANs", "bind-port", "cert-dir"];

    fn near(name: &str) -> Option<&'static str> {
        nearest(name, KNOWN.iter().copied()).map(|near| near.name)
    }

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(near("service-cidr"), Some("service-cidrs"));
        assert_eq!(near("service_cidrs"), Some("service-cidrs"));
        assert_eq!(near("certSans"), Some("certSANs"));
        assert_eq!(near("bnid-port"), Some("bind-port"));
    }

    #[test]
    fn the_nearest_come_first_and_parts_after_them() {
        let known = [
            "--etcd-cafile",
            "--etcd-certfile",
            "etcd/ca.crt",
            "--oidc-ca-file",
        ];
        let known = known.map(str::to_owned);
        assert_eq!(
            nearest_few("etcd-cafile", &known),
            ["--etcd-cafile", "--etcd-certfile"]
        );
        assert_eq!(nearest_few("etcd-cafil", &known), ["--etcd-cafile"]);
        assert_eq!(nearest_few("certfile", &known), ["--etcd-certfile"]);
        assert_eq!(nearest_few("/x/etcd-cafile", &known)[0], "--etcd-cafile");
        assert_eq!(nearest_few("nginx", &known), [""; 0]);
        assert_eq!(nearest_few("", &known), [""; 0]);
    }

    #[test]
    fn a_different_word_finds_nothing() {
        assert_eq!(near("kubernetes-version"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"service-cidrs".repeat(100)), None);
    }
}
