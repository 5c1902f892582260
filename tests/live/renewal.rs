//! Renewal under way: servers that run, and many at once.

mod cluster;
mod server;

use std::process::Command;

use crate::support::run;

/// Serial number of the certificate that a server presents to a new connection.
fn presented_serial(address: &str, options: &[&str]) -> String {
    let mut client = Command::new("openssl");
    client.args(["s_client", "-connect", address]).args(options);
    let shown = run(&mut client).stdout;
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----\n");
    let pem = shown.find(begin).and_then(|at| {
        shown[at..]
            .find(end)
            .map(|to| &shown[at..at + to + end.len()])
    });
    let pem = pem.unwrap_or_else(|| panic!("{address} presents nothing: {shown}"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    serial_of(file.path())
}

/// Serial number of the certificate in a file.
fn serial_of(path: &std::path::Path) -> String {
    let mut command = Command::new("openssl");
    command.args(["x509", "-noout", "-serial", "-in"]).arg(path);
    run(&mut command).expect(0, "openssl x509").stdout
}
