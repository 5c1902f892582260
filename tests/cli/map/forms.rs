//! Text, SVG and the page: what is in them.

use super::{CLUSTERS, of_kubeadm};
use crate::support::{command, pkigen, run};

fn map(arguments: &[&str], form: &str) -> String {
    let all = [&["map", "-o", form], arguments].concat();
    let run = pkigen(all).exits(0);
    assert_eq!(run.stderr, "");
    run.stdout
}

#[test]
fn text_fits_a_terminal_and_needs_no_colour() {
    for arguments in CLUSTERS {
        let text = map(arguments, "text");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
            assert!(!line.ends_with(' '), "{line:?}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let colour = pkigen(["map", "--color", "always"]).exits(0).stdout;
    assert!(colour.contains("\u{1b}["));
    let none = run(command()
        .args(["map", "--color", "auto"])
        .env("NO_COLOR", "1"));
    assert!(!none.stdout.contains('\u{1b}'));
    // The word is there beside the colour.
    let kubelet = "  apiserver          ~~> kubelet              10250     unauthenticated";
    assert!(none.stdout.contains(kubelet), "{}", none.stdout);
    for line in of_kubeadm(&[]).stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn pkigens_flags_authenticate_kubelets() {
    let text = map(&["--defaults", "pkigen"], "text");
    let kubelet = "  apiserver          ==> kubelet              10250     mutual";
    assert!(text.contains(kubelet), "{text}");
}

#[test]
fn pictures_name_nothing_elsewhere() {
    for form in ["svg", "html"] {
        let text = map(&[], form).replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for marker in [
            "src=",
            "url(",
            "@import",
            "xlink:",
            "<link rel=\"stylesheet",
        ] {
            assert!(!text.contains(marker), "{marker} in {form}");
        }
        // A link leads to somewhere on the page, or is the empty picture that stands for a sign.
        for link in text.split("href=\"").skip(1) {
            assert!(
                link.starts_with('#') || link.starts_with("data:,"),
                "{link:.40}"
            );
        }
    }
}

#[test]
fn a_page_is_small() {
    let nodes = [
        "--node", "cp2", "--node", "cp3", "--node", "cp4", "--node", "cp5",
    ];
    for arguments in [&[][..], &nodes] {
        let page = of_kubeadm(&[arguments, &["-o", "html"]].concat()).stdout;
        assert!(page.len() < 240 * 1024, "{} bytes", page.len());
    }
}

#[test]
fn names_are_checked() {
    pkigen(["map", "--node", "<script>"])
        .exits(2)
        .says(&["--node", "<script>"]);
}

#[test]
fn what_does_not_go_together_is_said() {
    pkigen(["map", "--root", "/", "--defaults", "kubeadm"])
        .exits(2)
        .says(&["--defaults", "leave one of them out"]);
    let nodes = (0..10).flat_map(|number| ["--node".to_owned(), format!("cp{number}-x")]);
    let arguments = std::iter::once("map".to_owned()).chain(nodes);
    pkigen(arguments)
        .exits(2)
        .says(&["--node: a map has room for 9"]);
}

/// A configuration names the node and the external etcd; without it the picture has no names.
#[test]
fn a_configuration_is_drawn() {
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/ha-external-etcd.toml"
    );
    let text = pkigen(["map", "--config", example]).exits(0).stdout;
    assert!(text.contains("  etcd           external: "), "{text}");
    assert!(!text.contains("control-plane node"), "{text}");
}
