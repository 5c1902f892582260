//! Mermaid's own parser and renderer, run in the browser.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::CLUSTERS;
use super::driver::Browser;
use crate::support::pkigen;

#[test]
fn mermaid_draws_the_flowchart() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/mermaid/node_modules/mermaid/dist/mermaid.min.js");
    let script = fs::read_to_string(&script).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `npm install --prefix target/mermaid mermaid@11` puts it there",
            script.display()
        )
    });
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("mermaid.js"), script).unwrap();
    let page = directory.path().join("page.html");
    fs::write(
        &page,
        "<!doctype html><meta charset=utf-8><script src=mermaid.js></script>",
    )
    .unwrap();
    let browser = Browser::open(1200, 800);
    browser.visit(&page);
    for arguments in CLUSTERS {
        let text = pkigen([&["map", "-o", "mermaid"], arguments].concat())
            .exits(0)
            .stdout;
        let drawn = browser.wait(
            "await mermaid.parse(arguments[0]); \
             const { svg } = await mermaid.render('map', arguments[0]); return svg;",
            &[json!(text)],
        );
        let drawn = drawn.as_str().unwrap_or_default();
        assert!(drawn.starts_with("<svg"), "{arguments:?}: {drawn:.300}");
        for name in [
            "kube-apiserver",
            "etcd-healthcheck-client",
            "monitoring",
            "6443",
        ] {
            assert!(drawn.contains(name), "{arguments:?}: {name}");
        }
    }
}
