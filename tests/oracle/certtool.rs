//! GnuTLS's command, from the Debian package `gnutls-bin`. It judges by the present.

use std::process::Command;

use pkigen::cluster::Host;

use crate::support::Presented;

/// A leaf is accepted for each of its purposes and each of its names, and for no other name.
pub(crate) fn verify(leaf: &Presented) {
    for purpose in leaf.usage.purposes() {
        let oid = purpose.oid().to_string();
        let (accepted, said) = judged(leaf, &["--verify-purpose", &oid]);
        assert!(accepted, "{} for {purpose}: {said}", leaf.name);
    }
    for host in &leaf.hosts {
        let host = match host {
            Host::Dns(name) => name.as_str().replacen('*', "any", 1),
            Host::Ip(address) => address.to_string(),
        };
        let (accepted, said) = judged(leaf, &["--verify-hostname", &host]);
        assert!(accepted, "{} as {host}: {said}", leaf.name);
    }
    if leaf.usage.serves() {
        let (accepted, said) = judged(leaf, &["--verify-hostname", "other.example.org"]);
        assert!(!accepted, "{}: {said}", leaf.name);
    }
}

fn judged(leaf: &Presented, options: &[&str]) -> (bool, String) {
    let mut command = Command::new("certtool");
    command
        .arg("--verify")
        .arg("--load-ca-certificate")
        .arg(&leaf.anchors);
    command.arg("--infile").arg(&leaf.file).args(options);
    let output = command
        .output()
        .expect("certtool is required: install the Debian package gnutls-bin");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), said)
}
