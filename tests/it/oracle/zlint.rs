//! zlint (github.com/zmap/zlint), where it is installed.

use std::io::{ErrorKind, Write as _};
use std::process::Command;
use std::sync::Once;

use pkigen::Profile;
use serde_json::Value;

use crate::support::Tree;

/// Requirements on the public web's certificates. `-includeSources` does not know all of its
/// own sources (3.6.2), so the unwanted ones are excluded.
const EXCLUDED_SOURCES: &str = "CABF_BR,CABF_EV,CABF_SMIME_BR,ETSI_ESI,Mozilla,Apple";

/// Lints that no certificate of a cluster can pass, should they be asked all the same.
const EXPECTED: &[&str] = &[
    "e_dnsname_not_valid_tld",
    "e_ext_san_contains_reserved_ip",
    "e_sub_cert_aia_does_not_contain_ocsp_url",
    "e_sub_cert_aia_missing",
    "e_sub_cert_certificate_policies_missing",
    "e_sub_cert_cert_policy_empty",
    "e_subject_common_name_not_exactly_from_san",
    "e_ca_country_name_missing",
    "e_ca_organization_name_missing",
];

/// Lints that kubeadm's key usage and missing subject key identifier do not pass.
const EXPECTED_OF_KUBEADM: &[&str] = &[
    "e_ecdsa_allowed_ku",
    "e_key_usage_and_extended_key_usage_inconsistent",
    "e_rsa_allowed_ku_no_encipherment_ca",
    "w_ext_subject_key_identifier_missing_sub_cert",
];

/// No error and no warning on any certificate of the tree.
pub(super) fn accepts(tree: &Tree, profile: Profile) {
    for name in tree.files().keys().filter(|name| name.ends_with(".crt")) {
        let mut command = Command::new("zlint");
        command
            .args(["-excludeSources", EXCLUDED_SOURCES])
            .arg(tree.path(name));
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                skip();
                return;
            }
            Err(error) => panic!("zlint: {error}"),
        };
        assert!(output.status.success(), "zlint on {name}: {output:?}");
        let findings = findings(&output.stdout, profile);
        assert!(findings.is_empty(), "{name}: {findings:?}");
    }
}

/// Says so once, past the test harness, which swallows what a passing test prints.
fn skip() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let said = b"SKIPPED: zlint is not installed; get it with \
                    `go install github.com/zmap/zlint/v3/cmd/zlint@latest`\n";
        std::io::stderr().write_all(said).unwrap();
    });
}

/// The lints that found something: `{"lint": {"result": "pass"}, ...}`.
fn findings(json: &[u8], profile: Profile) -> Vec<String> {
    let lints: Value = serde_json::from_slice(json).unwrap();
    let bad = |value: &Value| matches!(value["result"].as_str(), Some("warn" | "error" | "fatal"));
    let expected = |lint: &str| {
        EXPECTED.contains(&lint)
            || profile == Profile::Kubeadm && EXPECTED_OF_KUBEADM.contains(&lint)
    };
    let lints = lints.as_object().unwrap().iter();
    lints
        .filter(|(lint, value)| bad(value) && !expected(lint))
        .map(|(lint, _)| lint.clone())
        .collect()
}

#[test]
fn findings_are_read() {
    let json = br#"{"e_one": {"result": "error"}, "w_two": {"result": "warn"},
        "n_three": {"result": "info"}, "e_four": {"result": "pass"},
        "e_ecdsa_allowed_ku": {"result": "error"}, "e_dnsname_not_valid_tld": {"result": "error"}}"#;
    assert_eq!(
        findings(json, Profile::KubernetesIo),
        ["e_ecdsa_allowed_ku", "e_one", "w_two"]
    );
    assert_eq!(findings(json, Profile::Kubeadm), ["e_one", "w_two"]);
}
