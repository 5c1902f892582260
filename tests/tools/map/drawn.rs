//! SVG and DOT, drawn by others.

use std::process::Command;

use super::{CLUSTERS, of_kubeadm};
use crate::support::{pkigen, program};

fn map(arguments: &[&str], form: &str) -> String {
    pkigen([&["map", "-o", form], arguments].concat())
        .exits(0)
        .stdout
}

/// What a program makes of a text.
fn made_by(name: &str, package: &str, arguments: &[&str], text: &str) -> Vec<u8> {
    let output = program(Command::new(name).args(arguments), package, text);
    let quiet = output.status.success() && output.stderr.is_empty();
    assert!(quiet, "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn another_renderer_draws_the_picture() {
    for arguments in CLUSTERS {
        let svg = map(arguments, "svg");
        let png = made_by("rsvg-convert", "librsvg2-bin", &["--format=png"], &svg);
        assert!(png.starts_with(b"\x89PNG"));
    }
    let svg = of_kubeadm(&["-o", "svg"]).stdout;
    made_by("rsvg-convert", "librsvg2-bin", &["--format=png"], &svg);
}

#[test]
fn graphviz_draws_the_graph() {
    for arguments in CLUSTERS {
        let dot = map(arguments, "dot");
        let svg = made_by("dot", "graphviz", &["-Tsvg"], &dot);
        let svg = String::from_utf8(svg).unwrap();
        for name in [
            "kube-apiserver",
            "unauthenticated",
            "etcd-healthcheck-client",
            "10250",
        ] {
            let shown = svg.replace("&#45;", "-");
            assert!(
                shown.contains(name) || arguments.contains(&"pkigen"),
                "{name}"
            );
        }
    }
}
