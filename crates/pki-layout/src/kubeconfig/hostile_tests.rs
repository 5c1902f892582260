//! Kubeconfigs that were made to cost.

use pki_core::key::PublicKey;
use pki_core::observation::Found;

use super::read_with;

const GOOD: &str = "\
apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: 'https://192.0.2.10:6443'}}]
users: [{name: u, user: {token: x}}]
";

fn error(text: &str) -> Option<String> {
    read_with(
        text.as_bytes(),
        |_| Found::Absent,
        PublicKey::of_private_pem,
    )
    .err()
}

#[test]
fn what_is_in_use_is_read() {
    assert_eq!(error(GOOD), None);
    let users: Vec<String> = (0..1_000)
        .map(|number| format!("- {{name: u{number}, user: {{token: x}}}}\n"))
        .collect();
    let many = GOOD.replace("users: [{name: u,", "x: [{name: u,")
        + "users:\n- {name: u}\n"
        + &users.concat();
    assert_eq!(error(&many), None);
}

#[test]
fn depth_is_limited() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let deep = |levels: usize| {
            let (open, close) = (open.repeat(levels), close.repeat(levels));
            error(&format!("{GOOD}x: {open}1{close}\n"))
        };
        assert_eq!(deep(20), None);
        for levels in [30, 100_000] {
            let error = deep(levels).unwrap();
            assert!(error.starts_with("is not a kubeconfig: "), "{error}");
            assert!(error.len() < 300, "{error}");
        }
    }
    let blocks = (0..1_000).fold(GOOD.to_owned(), |text, depth| {
        text + &" ".repeat(depth) + "a:\n"
    });
    assert!(error(&blocks).is_some());
}

#[test]
fn repetition_by_aliases_is_limited() {
    // Ten to the power of nine.
    let mut text = GOOD.to_owned() + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text = format!("{text}a{level}: &a{level} [{aliases}]\n");
    }
    assert!(error(&text).is_some());
    // Half a MiB, sixty times.
    let text = format!(
        "{GOOD}a: &a {}\nb: [{}]\n",
        "x".repeat(1 << 19),
        "*a, ".repeat(60)
    );
    let error = error(&text).unwrap();
    assert!(error.len() < 300, "{error}");
}

#[test]
fn entries_are_limited() {
    let many = format!("{GOOD}x: [{}]\n", "1, ".repeat(100_000));
    assert!(error(&many).is_some());
}
