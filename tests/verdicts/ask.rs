//! What others say: `openssl verify` with and without `-x509_strict`, `certtool --verify`, rustls.

use std::process::Command;
use std::sync::Arc;

use crate::Refusers;
use crate::support::{Presented, program, said};

/// Why each refuses who does.
#[derive(Debug)]
pub(crate) struct Asked(Vec<(&'static str, String)>);

impl Asked {
    pub(crate) fn refusers(&self) -> Refusers {
        let all: Refusers = self.0.iter().map(|(who, _)| *who).collect();
        let is_lenient = all.contains("openssl");
        let mut all = all;
        if is_lenient {
            all.remove("openssl-strict");
        }
        all
    }
}

pub(crate) fn all(presented: &Presented) -> Asked {
    let aws = rustls::crypto::aws_lc_rs::default_provider();
    let answers = [
        ("openssl", openssl(presented, &[])),
        ("openssl-strict", openssl(presented, &["-x509_strict"])),
        ("gnutls", certtool(presented)),
        ("webpki", presented.refused_by_rustls_with(&Arc::new(aws))),
    ];
    let refusals = answers.into_iter();
    Asked(
        refusals
            .filter_map(|(who, why)| Some((who, why?)))
            .collect(),
    )
}

fn files(presented: &Presented) -> tempfile::TempDir {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("chain"), &presented.chain).unwrap();
    std::fs::write(directory.path().join("anchors"), &presented.anchors).unwrap();
    directory
}

fn openssl(presented: &Presented, more: &[&str]) -> Option<String> {
    let directory = files(presented);
    let mut command = Command::new("openssl");
    command
        .args(["verify", "-no-CApath", "-no-CAstore"])
        .args(more);
    command.args(["-CAfile", "anchors", "-untrusted", "chain"]);
    let purpose = if presented.serves {
        "sslserver"
    } else {
        "sslclient"
    };
    command.args(["-purpose", purpose]);
    if let Some(host) = &presented.host {
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
}

fn certtool(presented: &Presented) -> Option<String> {
    let directory = files(presented);
    let mut command = Command::new("certtool");
    command.args(["--verify", "--load-ca-certificate", "anchors"]);
    command.args(["--infile", "chain", "--verify-purpose"]);
    command.arg(format!(
        "1.3.6.1.5.5.7.3.{}",
        if presented.serves { 1 } else { 2 }
    ));
    if let Some(host) = &presented.host {
        command.args(["--verify-hostname", host]);
    }
    refused(command.current_dir(directory.path()), "gnutls-bin")
}

/// What a command said that did not succeed: the lines with an error.
fn refused(command: &mut Command, package: &str) -> Option<String> {
    let output = program(command, package, "");
    let text = said(&output);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.retain(|line| {
        let line = line.to_lowercase();
        ["error", "unable", "verif", "fail", "not "]
            .iter()
            .any(|word| line.contains(word))
    });
    lines.truncate(3);
    (!output.status.success()).then(|| lines.join(" / "))
}
