//! What others say of a certificate: `openssl verify -x509_strict`, `certtool --verify`, and
//! rustls, which asks webpki. All judge by the present. Go has no command that verifies a
//! certificate: what the table of rules says of it is for `tests/kubernetes`.

use std::process::Command;

use crate::support::{Presented, program, said};

/// The letters of those who refuse, `-` for the others, and all that they said.
pub(crate) fn ask(presented: &Presented) -> (String, Vec<String>) {
    let mut reasons = Vec::new();
    let mut letters = String::new();
    for (letter, refusal) in [
        ('O', openssl(presented)),
        ('G', certtool(presented)),
        ('W', presented.refused_by_rustls()),
    ] {
        letters.push(if refusal.is_some() { letter } else { '-' });
        reasons.extend(refusal.map(|reason| format!("{letter}: {reason}")));
    }
    (letters, reasons)
}

fn files(presented: &Presented) -> tempfile::TempDir {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("chain"), &presented.chain).unwrap();
    std::fs::write(directory.path().join("anchors"), &presented.anchors).unwrap();
    directory
}

fn openssl(presented: &Presented) -> Option<String> {
    let directory = files(presented);
    presented.purposes().into_iter().find_map(|server| {
        let mut command = Command::new("openssl");
        command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore"]);
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

fn certtool(presented: &Presented) -> Option<String> {
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

/// What a command said that did not succeed.
fn refused(command: &mut Command, package: &str) -> Option<String> {
    let output = program(command, package, "");
    (!output.status.success()).then(|| said(&output))
}
