//! Life zones and the line that counts them.

use super::{check_at, row};
use crate::support::Tree;

/// The fixture's leaves live from November 23, 2026 for a year, its authorities for ten.
#[test]
fn a_life_goes_through_the_zones() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for (at, code, line, percent, zone) in [
        (
            "2026-12-01T00:00:00Z",
            0,
            "15 green, 0 yellow, 0 red, 0 expired; next: ",
            99,
            "green",
        ),
        (
            "2027-09-01T00:00:00Z",
            0,
            "3 green, 12 yellow, 0 red, 0 expired; next: ",
            23,
            "yellow",
        ),
        (
            "2027-11-01T00:00:00Z",
            0,
            "3 green, 0 yellow, 12 red, 0 expired; next: ",
            7,
            "red",
        ),
        (
            "2028-01-01T00:00:00Z",
            1,
            "3 green, 0 yellow, 0 red, 12 expired; next: ca in ",
            0,
            "expired",
        ),
    ] {
        let text = check_at(&tree, at, &[]).exits(code).stdout;
        let last = text.lines().last().unwrap();

        assert!(last.starts_with(line), "{at}: {last}");
        assert!(last.len() <= 80, "{last}");
        let report = check_at(&tree, at, &["-o", "json"]).exits(code).json();
        let apiserver = row(&report, "certificates", "apiserver");
        assert_eq!(apiserver["lifetimeLeft"], percent, "{at}");
        assert_eq!(apiserver["zone"], zone, "{at}");
        let summary = &report["summary"];
        let count =
            ["green", "yellow", "red", "expired"].map(|zone| summary[zone].as_u64().unwrap());
        assert_eq!(count.iter().sum::<u64>(), 15, "{at}: {summary}");
        assert!(
            summary["next"]["residualTime"].as_i64().unwrap() > 0,
            "{at}: {summary}"
        );
    }
}

#[test]
fn what_is_missing_is_not_counted_and_what_is_broken_is_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    std::fs::remove_file(tree.etc("admin.conf")).unwrap();
    std::fs::write(tree.pki("etcd/peer.crt"), "junk").unwrap();
    let text = check_at(&tree, "2026-12-01T00:00:00Z", &[]).exits(1).stdout;
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("13 green, 0 yellow, 0 red, 0 expired, 1 unreadable; next: "),
        "{last}"
    );
}

/// A year before its end nothing is wrong with an authority, and it can have new dates in peace.
#[test]
fn an_authority_that_ends_sooner_than_what_it_issues() {
    let tree = Tree::kubeadm("rsa-2048");
    tree.pkigen(&["renew", "all", "--at", "2035-11-01T00:00:00Z"])
        .exits(0);
    let said = "ends sooner than a certificate that it issues now";
    for (at, notes) in [("2035-11-21T18:30:46Z", 0), ("2035-11-21T18:30:49Z", 3)] {
        let report = check_at(&tree, at, &["-o", "json"]).exits(0).json();
        let told = report["notes"].as_array().unwrap();
        assert_eq!(told.len(), notes, "{told:?}");
        assert_eq!(
            row(&report, "certificateAuthorities", "ca")["state"],
            "valid"
        );
        let run = check_at(&tree, at, &[]).exits(0);
        assert_eq!(run.stdout.matches(said).count(), notes, "{run:#?}");
        let remedy = tree.typed("pkigen renew ca front-proxy-ca etcd-ca");
        assert_eq!(run.stdout.contains(&remedy), notes > 0, "{run:#?}");
    }
    // What is issued for a month ends before it.
    let config = "certificate-validity = \"30d\"\n";
    tree.put_beside("want.toml", config);
    let arguments = ["--config", "want.toml", "-o", "json"];
    let report = check_at(&tree, "2035-11-21T18:30:49Z", &arguments).json();
    assert_eq!(report["notes"].as_array().unwrap().len(), 0, "{report:#}");
}
