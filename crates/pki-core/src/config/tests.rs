//! Both formats: telling them apart, and surviving what is neither.

#![allow(clippy::unwrap_used, reason = "a test stops when it is not so")]

use super::*;

const FIXTURE: &str = include_str!("fixtures/full-v1beta4.yaml");
const TOML: &str = "node-name = \"cp1\"\nservice-cidrs = [\"10.96.0.0/12\"]\n[etcd.local]\n";

#[test]
fn nothing_of_a_private_key_is_quoted() {
    let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIM9xBkZ/VmEp3bTp+TybIa30jbot4iGFDK7tZUxVMEsBoAoGCCqGSM49\n";
    for text in [
        key.to_owned(),
        format!("node-name = \"{key}\""),
        format!("apiVersion: {key}"),
    ] {
        let error = parse("ca.key", &text).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ca.key: the file holds a private key, and is no configuration"
        );
    }
}

#[test]
fn content_decides_the_format_and_the_name_does_not() {
    for text in [
        "apiVersion: x",
        "# comment\n\nkind: x",
        "a = 1\n---\n",
        "\"kind\": x",
        "'apiVersion' : x",
        "{\"kind\": \"x\"}",
        "\u{feff}  # json\n  {",
        "%YAML 1.2",
    ] {
        assert_eq!(format_of(text), Format::Kubeadm, "{text:?}");
    }
    for text in [
        "",
        "\u{feff}",
        "# kind: x",
        "kind = \"x\"",
        "  kind: x",
        "a = {b = 1}",
        "kindness: x",
    ] {
        assert_eq!(format_of(text), Format::Toml, "{text:?}");
    }
    assert_eq!(
        parse("cluster.yaml", TOML).unwrap().settings.format,
        Some(Format::Toml)
    );
    assert_eq!(
        parse("k.toml", FIXTURE).unwrap().settings.format,
        Some(Format::Kubeadm)
    );
}

#[test]
fn a_text_over_the_limit_is_refused_unread() {
    let fits = "#".repeat(SIZE_LIMIT);
    assert_eq!(parse("c", &fits).unwrap().settings.node_name, None);
    let error = parse("c.toml", &format!("{fits}#")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "c.toml: the file has 1048577 bytes, and a configuration has at most 1048576"
    );
}

#[test]
fn yaml_without_a_type_is_told_why_it_is_read_as_toml() {
    let error = parse("c.yaml", "# mine\nclusterName: prod\n").unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("c.yaml:2:12: not valid TOML: "),
        "{message}"
    );
    assert!(message.contains("`apiVersion:`"), "{message}");
}

#[test]
fn garbage_is_an_error() {
    for text in [
        "\0\u{1}\u{2}",
        "---\n\0",
        "kind: \u{7}",
        "{",
        "{]",
        "\u{7f}ELF\u{2}\u{1}\u{1}\0\0",
        "---\n\t- a",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "kind: x\n...\n}{",
        "--- |\n --- >\n",
        "kind: *nothing",
        "kind: &a [*a]",
        "? [a]\n: b\nkind: c",
        "kind: !!float x",
    ] {
        let error = parse("c", text).unwrap_err().to_string();
        assert!(error.starts_with("c:"), "{text:?}: {error}");
        assert!(!error.contains(char::is_control), "{text:?}: {error}");
    }
}

#[test]
fn depth_is_limited() {
    let open = "[".repeat(100_000);
    assert!(matches!(
        parse("c", &format!("kind: {open}")),
        Err(ConfigError::Syntax { .. })
    ));
    assert!(matches!(
        parse("c", &format!("a = {open}")),
        Err(ConfigError::Syntax { .. })
    ));
    let blocks = (0..1_000).fold("kind: x\n".to_owned(), |text, depth| {
        text + &" ".repeat(depth) + "a:\n"
    });
    assert!(parse("c", &blocks).is_err());
}

#[test]
fn repetition_by_aliases_is_limited() {
    let mut text = "kind: x\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text = format!("{text}a{level}: &a{level} [{aliases}]\n");
    }
    let error = parse("c", &text).unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { .. }), "{error}");
}

/// Prefixes, and hundreds of fixed mutations, of valid files: any result but a panic.
#[test]
fn damaged_files_never_panic() {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for text in [FIXTURE, TOML] {
        for (end, _) in text.char_indices().step_by(3) {
            let _ = parse("c", text.get(..end).unwrap());
        }
        let alphabet: Vec<char> = "{}[]:,-#&*!|>'\"%@`=\n\t \0~<?é\u{feff}0.eT"
            .chars()
            .collect();
        for _ in 0..500 {
            let mut letters: Vec<char> = text.chars().collect();
            for _ in 0..=random(3) {
                let at = random(letters.len());
                if let Some(letter) = letters.get_mut(at) {
                    *letter = *alphabet.get(random(alphabet.len())).unwrap();
                }
            }
            let damaged: String = letters.into_iter().collect();
            if let Err(error) = parse("c", &damaged) {
                assert!(error.to_string().starts_with("c:"), "{error}");
            }
        }
    }
}
