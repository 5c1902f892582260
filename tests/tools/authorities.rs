//! What OpenSSL says of chains below an intermediate, in every layout of its files.

use std::process::Command;

use crate::support::{Company, Presented, program, said};

#[track_caller]
fn verifies(presented: &Presented, partial: bool) {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("chain"), &presented.chain).unwrap();
    std::fs::write(directory.path().join("anchors"), &presented.anchors).unwrap();
    let purpose = if presented.serves {
        "sslserver"
    } else {
        "sslclient"
    };
    let mut command = Command::new("openssl");
    command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore"]);
    command.args(["-purpose", purpose]);
    if partial {
        command.arg("-partial_chain");
    }
    command.args(["-CAfile", "anchors", "-untrusted", "chain", "chain"]);
    let output = program(command.current_dir(directory.path()), "openssl", "");
    assert!(output.status.success(), "{presented:?}: {}", said(&output));
}

#[test]
fn chains_below_an_intermediate_are_accepted_before_and_after_renewal() {
    for company in [
        Company::in_a_file_of_its_own(),
        Company::in_one_file(),
        Company::with_callers(),
    ] {
        for _ in 0..2 {
            for (presented, partial) in company.presented() {
                verifies(&presented, partial);
            }
            company.tree.pkigen(&["renew", "all"]).exits(0);
        }
    }
}
