//! What others say of a certificate that is presented: OpenSSL's command and GnuTLS's. Both judge by
//! the present.

use std::process::Command;

use super::{Presented, program, said};

/// Why `openssl verify` refuses it, if it does; `more` are further options.
pub(crate) fn openssl(presented: &Presented, more: &[&str]) -> Option<String> {
    let directory = files(presented);
    presented.purposes().into_iter().find_map(|server| {
        let mut command = Command::new("openssl");
        command.args(["verify", "-no-CApath", "-no-CAstore"]);
        command.args(more);
        command.args(["-CAfile", "anchors", "-untrusted", "chain"]);
        command.args(["-purpose", if server { "sslserver" } else { "sslclient" }]);
        if let Some(host) = presented.host.as_ref().filter(|_| server) {
            let is_address = host.parse::<std::net::IpAddr>().is_ok();
            let option = if is_address {
                "-verify_ip"
            } else {
                "-verify_hostname"
            };
            command.args([option, host]);
        }
        refused(
            command.arg("chain").current_dir(directory.path()),
            "openssl",
        )
    })
}

/// Why `certtool --verify` refuses it, if it does.
pub(crate) fn certtool(presented: &Presented) -> Option<String> {
    let directory = files(presented);
    presented.purposes().into_iter().find_map(|server| {
        let mut command = Command::new("certtool");
        command.args(["--verify", "--load-ca-certificate", "anchors"]);
        command.args(["--infile", "chain", "--verify-purpose"]);
        command.arg(format!("1.3.6.1.5.5.7.3.{}", if server { 1 } else { 2 }));
        if let Some(host) = presented.host.as_ref().filter(|_| server) {
            command.args(["--verify-hostname", host]);
        }
        refused(command.current_dir(directory.path()), "gnutls-bin")
    })
}

fn files(presented: &Presented) -> tempfile::TempDir {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("chain"), &presented.chain).unwrap();
    std::fs::write(directory.path().join("anchors"), &presented.anchors).unwrap();
    directory
}

/// What a command said that did not succeed.
fn refused(command: &mut Command, package: &str) -> Option<String> {
    let output = program(command, package, "");
    (!output.status.success()).then(|| said(&output))
}
