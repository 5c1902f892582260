//! What `kubectl` 1.33.1 loads and what it refuses, asked of it with `config view --raw` and
//! `get --raw`.

use pki_core::key::PublicKey;
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts};

use super::read::first_document;
use super::read_with;

const CONTEXT: &str = "\
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {token: x}}]
";

fn read(text: &str) -> Result<KubeconfigFacts, String> {
    read_with(
        text.as_bytes(),
        |_| Found::Present(Vec::new()),
        PublicKey::of_private_pem,
    )
}

fn cluster(fields: &str) -> KubeconfigFacts {
    read(&format!(
        "{CONTEXT}clusters: [{{name: k, cluster: {{server: 'https://x'{fields}}}}}]\n"
    ))
    .unwrap()
}

fn server(text: &str) -> String {
    read(text).unwrap().server
}

#[test]
fn it_reads_the_first_document() {
    let clusters = "clusters: [{name: k, cluster: {server: 'https://first'}}]\n";
    let first = format!("{CONTEXT}{clusters}");
    let second = first.replace("first", "second");
    for text in [
        format!("{first}---\n{second}"),
        format!("---\n{first}---\n{second}"),
        format!("# a comment\n\n---\n{first}...\n{second}"),
        format!("%YAML 1.1\n---\n{first}--- # another\n{second}"),
        format!("{first}---\r\n{second}"),
        format!("{first}---\n  : no [ YAML"),
    ] {
        assert_eq!(server(&text), "https://first", "{text}");
    }
    // The first is empty then, for kubectl too.
    assert!(read(&format!("---\n---\n{first}")).is_err());
    let whole = "a: |\n  ---\nb: ----\n";
    assert_eq!(first_document(whole), whole);
}

#[test]
fn of_a_key_that_is_there_twice_the_last_counts() {
    let text = format!(
        "current-context: other\n{CONTEXT}clusters: []\nclusters:\n- name: k\n  cluster:\n    \
         server: https://first\n    server: https://last\n"
    );
    assert_eq!(server(&text), "https://last");
}

#[test]
fn of_a_name_that_is_there_twice_it_refuses_both() {
    let text = format!(
        "{CONTEXT}clusters: [{{name: k, cluster: {{server: 'https://x'}}}}, {{name: k}}]\n"
    );
    assert_eq!(
        read(&text).unwrap_err(),
        "has two clusters of the name \"k\""
    );
}

#[test]
fn without_authorities_it_takes_the_machine_s() {
    for fields in [
        "",
        ", certificate-authority-data: ''",
        ", certificate-authority-data: null",
        ", certificate-authority: ''",
    ] {
        let facts = cluster(fields);
        assert_eq!(
            (facts.trust, facts.skips_verification),
            (Found::Absent, false)
        );
    }
    let facts = cluster(", insecure-skip-tls-verify: true");
    assert_eq!(
        (facts.trust, facts.skips_verification),
        (Found::Absent, true)
    );
}

#[test]
fn it_takes_no_two_of_what_excludes_each_other() {
    let broken = |facts: KubeconfigFacts| match facts.trust {
        Found::Broken { reason } => reason,
        other => panic!("{other:?}"),
    };
    for (fields, reason) in [
        (
            ", certificate-authority-data: IyBub25l, certificate-authority: x",
            "has both certificate-authority-data and certificate-authority, which kubectl refuses",
        ),
        (
            ", certificate-authority-data: IyBub25l, insecure-skip-tls-verify: true",
            "has both insecure-skip-tls-verify and authorities to verify by, which kubectl refuses",
        ),
        (
            ", certificate-authority: x, insecure-skip-tls-verify: true",
            "has both insecure-skip-tls-verify and authorities to verify by, which kubectl refuses",
        ),
    ] {
        assert_eq!(broken(cluster(fields)), reason);
    }
    let user = |fields: &str| {
        let cluster = "clusters: [{name: k, cluster: {server: 'https://x'}}]\n";
        let context = CONTEXT.replace("token: x", fields);
        read(&format!("{context}{cluster}")).unwrap().client
    };
    let both = user("client-certificate-data: IyBub25l, client-certificate: x");
    let ClientFacts::Embedded { certificate, key } = both else {
        panic!("{both:?}");
    };
    assert!(matches!(certificate, Found::Broken { reason } if reason.starts_with("has both ")));
    assert!(matches!(key, Found::Broken { .. }));
    let both = user("client-certificate-data: IyBub25l, client-key-data: IyBub25l, client-key: x");
    assert!(
        matches!(both, ClientFacts::Embedded { key: Found::Broken { reason }, .. }
            if reason.starts_with("has both "))
    );
    assert_eq!(user("client-certificate-data: ''"), ClientFacts::Other);
}
