//! OpenSSL's command, from the Debian package `openssl`.

use std::path::Path;
use std::process::{Command, Output};

use pkigen::cluster::Host;
use pkigen::pki_core::Purpose;
use pkigen::table::CERTS;
use time::OffsetDateTime;

use crate::support::{Presented, Tree};

/// Verifies a leaf strictly, trusting nothing but its anchors; the path is what stands behind
/// it in its file. What OpenSSL said, where it refuses.
pub(crate) fn verify(
    leaf: &Presented,
    at: OffsetDateTime,
    purpose: Purpose,
    host: Option<&Host>,
) -> Result<(), String> {
    let mut command = strict(&leaf.anchors, at);
    command.arg("-untrusted").arg(&leaf.file);
    command.args(["-purpose", purpose_name(purpose)]);
    match host {
        // A wildcard is asked about by a name it stands for.
        Some(Host::Dns(name)) => {
            let name = name.as_str().replacen('*', "any", 1);
            command.args(["-verify_hostname", &name]);
        }
        Some(Host::Ip(address)) => {
            command.args(["-verify_ip", &address.to_string()]);
        }
        None => {}
    }
    command.arg(&leaf.file);
    judged(leaf.name, &mut command)
}

/// The same without `-x509_strict`, for authorities that are not strictly right themselves.
pub(crate) fn verify_leniently(leaf: &Presented, at: OffsetDateTime) -> Result<(), String> {
    let mut command = trusting(&leaf.anchors, at);
    command.arg("-untrusted").arg(&leaf.file).arg(&leaf.file);
    judged(leaf.name, &mut command)
}

/// The authorities of a tree, their own signatures too.
pub(crate) fn verify_authorities(tree: &Tree, at: OffsetDateTime) {
    for spec in CERTS.iter().filter(|spec| spec.is_authority()) {
        let file = tree.path(&format!("pki/{}.crt", spec.stem()));
        let mut command = strict(&file, at);
        command.arg("-check_ss_sig").arg(&file);
        judged(spec.name, &mut command).unwrap();
    }
}

/// A private key that is sound.
pub(crate) fn check_key(file: &Path) {
    let mut command = Command::new("openssl");
    command.args(["pkey", "-check", "-noout", "-in"]).arg(file);
    judged(&file.display().to_string(), &mut command).unwrap();
}

fn strict(anchors: &Path, at: OffsetDateTime) -> Command {
    let mut command = trusting(anchors, at);
    command.arg("-x509_strict");
    command
}

fn trusting(anchors: &Path, at: OffsetDateTime) -> Command {
    let mut command = Command::new("openssl");
    command
        .args(["verify", "-no-CApath", "-no-CAstore", "-CAfile"])
        .arg(anchors);
    command.args(["-attime", &at.unix_timestamp().to_string()]);
    command
}

fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::ServerAuth => "sslserver",
        Purpose::ClientAuth => "sslclient",
        _ => panic!("OpenSSL's name of {purpose}"),
    }
}

fn judged(what: &str, command: &mut Command) -> Result<(), String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .output()
        .expect("openssl is required: install the Debian package openssl");
    if status.success() {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!(
        "{what}: {command:?}\n{}{}",
        text(&stdout),
        text(&stderr)
    ))
}
