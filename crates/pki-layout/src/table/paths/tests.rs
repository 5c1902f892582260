use std::collections::BTreeSet;

use super::*;
use crate::table::{FLAGS, Role, Takes};

#[test]
fn names_are_unique_and_parties_are_found() {
    let names: BTreeSet<String> = PATHS.iter().map(PathSpec::name).collect();
    assert_eq!(names.len(), PATHS.len());
    let mut known = BTreeSet::new();
    for party in Party::ENDS {
        for name in std::iter::once(&party.name()).chain(party.aliases()) {
            assert!(known.insert(*name), "{name} is two parties");
            assert_eq!(Party::find(name), Some(party));
        }
        let used = PATHS
            .iter()
            .any(|path| path.client == party || path.server == party);
        assert!(used, "{}", party.name());
    }
}

#[test]
fn every_flag_of_a_path_exists() {
    for path in PATHS {
        let exists = |side: Side, name: &str| {
            assert!(path.flag(side, name).is_some(), "{}: {name}", path.name());
        };
        for (side, proof) in path.proofs() {
            for name in proof.presented_by {
                exists(side, name);
            }
            for name in proof.checked_by {
                exists(side.other(), name);
            }
        }
        for name in path.set_up_by {
            exists(Side::Client, name);
        }
        for guard in path.safeguards {
            exists(guard.side, guard.flag);
            assert!(!guard.loses.is_empty());
        }
    }
}

/// Who shows a certificate of the table is given that very file, and who checks it the authority
/// that signs it.
#[test]
fn proofs_agree_with_certificates_and_flags() {
    for path in PATHS {
        for (side, proof) in path.proofs() {
            let Some(id) = proof.credential else {
                assert_eq!(proof.authority, None);
                continue;
            };
            assert_eq!(id.spec().issuer, proof.authority, "{}", path.name());
            for name in proof.presented_by {
                let artifact = path.flag(side, name).unwrap().artifact();
                assert_eq!(artifact.unwrap().id, id, "{}: {name}", path.name());
            }
            let authority = |name: &&str| {
                let flag = path.flag(side.other(), name).unwrap();
                let trusts = matches!(flag.role(), Some(Role::ClientTrust | Role::ServerTrust));
                match flag.artifact() {
                    Some(artifact) if trusts => {
                        assert_eq!(
                            Some(artifact.id),
                            proof.authority,
                            "{}: {name}",
                            path.name()
                        );
                    }
                    _ => {}
                }
            };
            proof.checked_by.iter().for_each(authority);
            // The usage fits the side.
            if let Some(usage) = id.spec().usage {
                let purposes = usage.purposes();
                let wanted = match side {
                    Side::Server => pki_core::Purpose::ServerAuth,
                    Side::Client => pki_core::Purpose::ClientAuth,
                };
                assert!(purposes.contains(&wanted), "{}: {id}", path.name());
            }
        }
    }
}

#[test]
fn guards_agree_with_proofs() {
    for path in PATHS {
        for guard in [path.kubeadm, path.ours] {
            if guard.server == Held::Yes {
                assert!(path.server_proof.is_some(), "{}", path.name());
            }
            if guard.client == Held::Yes {
                assert!(!path.client_proofs.is_empty(), "{}", path.name());
            }
            assert!(guard.encryption != Held::No || guard.protection() == Protection::Plain);
        }
        // What is set here is never less than what kubeadm sets.
        assert!(
            path.ours.protection() <= path.kubeadm.protection(),
            "{}",
            path.name()
        );
    }
}

/// Every flag that decides who is believed has its path.
#[test]
fn every_flag_that_names_a_certificate_is_of_a_path() {
    // Signing is no connection; roots of pods and further names belong to paths by their notes.
    let signs = |name: &str| name.starts_with("cluster-signing-") || name == "root-ca-file";
    let aside = [
        "service-account-private-key-file",
        "service-account-signing-key-file",
        "tls-sni-cert-key",
        "client-cert-file",
        "client-key-file",
        "peer-client-cert-file",
        "peer-client-key-file",
        "bootstrap-kubeconfig",
        "config",
        "config-file",
    ];
    for flag in FLAGS {
        if !matches!(flag.takes(), Takes::File(_)) || signs(flag.name) || aside.contains(&flag.name)
        {
            continue;
        }
        let used = PATHS
            .iter()
            .any(|path| path.involves(flag.component, flag.name));
        assert!(used, "{} {}", flag.component, flag.name);
    }
}

#[test]
fn texts_are_sentences_of_their_own() {
    let mut seen = BTreeSet::new();
    for path in PATHS {
        for text in [path.by_default, path.attack, path.advice] {
            assert!(text.ends_with('.') && text.len() > 20, "{text}");
            assert!(!text.contains("  "), "{text}");
        }
        assert!(!path.purpose.ends_with('.'));
        assert!(seen.insert(path.purpose), "{}", path.purpose);
    }
}
