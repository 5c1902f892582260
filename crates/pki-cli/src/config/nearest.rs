//! The known name that a mistyped one was probably meant to be.

/// Returns the known name nearest to `name`, unless none is near. Case does not count as a
/// difference: `certSans` is `certSANs`.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["service-cidrs", "certSANs", "bind-port", "cert-dir"];

    fn near(name: &str) -> Option<&'static str> {
        nearest(name, KNOWN.iter().copied())
    }

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(near("service-cidr"), Some("service-cidrs"));
        assert_eq!(near("service_cidrs"), Some("service-cidrs"));
        assert_eq!(near("certSans"), Some("certSANs"));
        assert_eq!(near("bnid-port"), Some("bind-port"));
    }

    #[test]
    fn a_different_word_finds_nothing() {
        assert_eq!(near("kubernetes-version"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"service-cidrs".repeat(100)), None);
    }
}
