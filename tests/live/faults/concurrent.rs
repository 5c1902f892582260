//! Several runs at once.

use std::process::Stdio;

use crate::support::Tree;

#[test]
fn of_many_runs_at_once_one_does_the_work() {
    // Where they meet is a matter of luck.
    for _ in 0..4 {
        one_of_many_does_the_work();
    }
}

fn one_of_many_does_the_work() {
    let tree = Tree::new();
    let children: Vec<_> = (0..20)
        .map(|_| {
            let mut command = tree.init();
            command.args(["-o", "json"]);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let mut outcomes = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        outcomes.push(report["outcome"].as_str().unwrap().to_owned());
    }
    outcomes.sort();
    let mut expected = vec!["unchanged"; 20];
    expected[0] = "done";
    assert_eq!(outcomes, expected);
    tree.assert_complete("20 runs");
}
