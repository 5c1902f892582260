//! Several renewals of one tree at once.

use std::process::{Command, Stdio};

use crate::support::{PKIGEN, Tree, run};

const RUNS: usize = 10;

/// One goes after the other, or says who holds the lock; whatever comes of it fits together.
#[test]
fn many_renewals_at_once() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "init");
    let children: Vec<_> = (0..RUNS)
        .map(|_| {
            let mut command = Command::new(PKIGEN);
            command.args(["renew", "all", "-o", "json", "--root"]);
            command.arg(tree.path()).stdin(Stdio::null());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let mut serials = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => {
                let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(report["outcome"], "done", "{report:#}");
                let rows = report["rows"].as_array().unwrap().iter();
                let row = rows.clone().find(|row| row["name"] == "apiserver").unwrap();
                serials.push(row["serialNumber"].as_str().unwrap().to_owned());
            }
            Some(3) => assert!(stderr.contains("the process "), "{stderr}"),
            _ => panic!("{:?}: {stderr}", output.status),
        }
    }
    eprintln!(
        "{} of {RUNS} renewals at once did their work",
        serials.len()
    );
    assert!(!serials.is_empty());
    // Each made certificates of its own.
    let count = serials.len();
    serials.sort();
    serials.dedup();
    assert_eq!(serials.len(), count);
    tree.assert_complete("renewals at once");
}
