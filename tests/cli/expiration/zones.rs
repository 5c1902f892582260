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
