//! How findings are told: on a screen, to programs, to code scanners, as a page.

use std::fs;

use serde_json::Value;

use super::{KUBELET, Node, fixture};

/// Something of everything: a missing flag, a wrong authority, a mode, a warning, a broken source.
fn broken() -> Node {
    let node = Node::good();
    node.set("kube-apiserver", "kubelet-certificate-authority", None);
    node.set("kube-apiserver", "anonymous-auth", None);
    let file = "/etc/kubernetes/pki/ca.crt";
    node.set("kube-apiserver", "etcd-cafile", Some(file));
    node.chmod(KUBELET, 0o644);
    node.write("/etc/kubernetes/manifests/odd <name>&.yaml", "a: [\n");
    node
}

#[test]
fn text_fits_the_screen_and_colour_is_not_needed() {
    let node = broken();
    for color in ["never", "always"] {
        let run = node.audit(&["--color", color]).exits(1);
        for line in run.stdout.lines() {
            let plain: String = line
                .split('\u{1b}')
                .enumerate()
                .map(|(at, part)| {
                    if at == 0 {
                        part
                    } else {
                        part.split_once('m').map_or("", |(_, rest)| rest)
                    }
                })
                .collect();
            // A command is in one line, however long the tree's name is.
            let is_command = plain.contains('`');
            assert!(is_command || plain.chars().count() <= 80, "{plain}");
        }
    }
    let run = node.audit(&[]);
    run.shows(&[
        "Communication paths\nPATH ",
        "apiserver->etcd                 refused                        CIS 1.2.26\n",
        "missing-flag  CIS 1.2.5 (1.5: 1.2.6)\n",
        "  flag     kube-apiserver --kubelet-certificate-authority\n",
        "  remedy   Let every kubelet have a serving certificate of",
        "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt.\n",
        "unsafe-setting  CIS 1.2.1 (warning)\n",
        "  place    /etc/kubernetes/manifests/kube-apiserver.yaml:",
        "4 findings, 1 warning\n",
    ]);
}

#[test]
fn what_was_not_found_is_said() {
    let node = Node::good();
    fs::remove_file(node.tree().etc("manifests/etcd.yaml")).unwrap();
    fs::remove_file(node.tree().at(KUBELET)).unwrap();
    let run = node.audit(&[]);
    run.shows(&["not found, and so not audited: kubelet, etcd\n"]);
}

#[test]
fn json_has_a_version_and_every_path_and_item() {
    let report = broken().audit(&["-o", "json"]).exits(1).json();
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["kind"], "AuditReport");
    assert_eq!(report["outcome"], "findings");
    assert_eq!(report["benchmark"], "2.0.1");
    assert_eq!(report["kubernetesVersion"], "1.36");
    assert_eq!(
        report["paths"].as_array().unwrap().len(),
        pki_layout::table::paths::PATHS.len()
    );
    assert_eq!(
        report["items"].as_array().unwrap().len(),
        pki_layout::table::cis::CIS_ITEMS.len()
    );
    let first = &report["findings"][0];
    assert_eq!(first["rule"], "missing-flag");
    assert_eq!(first["cis"][0]["number"], "1.2.5");
    assert_eq!(first["cis"][0]["in1.5"], "1.2.6");
    assert_eq!(first["paths"][0]["path"], "apiserver->kubelet");
    assert_eq!(
        first["paths"][0]["loses"],
        serde_json::json!(["server authentication", "integrity", "encryption"])
    );
    let clean = Node::good().audit(&["-o", "json"]).exits(0).json();
    assert_eq!(clean["outcome"], "clean");
}

/// Against the schema that OASIS publishes with the standard.
#[test]
fn sarif_validates_against_its_schema() {
    let schema = fs::read_to_string(fixture("sarif/sarif-schema-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // The published pattern has a bracket too many, and is no regular expression by the rules that
    // the validator holds schemas to; no log here has a language.
    for owner in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][owner]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    for node in [broken(), Node::good()] {
        let log = node.audit(&["-o", "sarif"]).json();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
    }
    // The validator does tell.
    let mut log = broken().audit(&["-o", "sarif"]).json();
    log["runs"][0]["results"][0]["level"] = "severe".into();
    assert!(!validator.is_valid(&log));
}

#[test]
fn sarif_says_what_the_report_says() {
    let node = broken();
    let report = node.audit(&["-o", "json"]).json();
    let log = node.audit(&["-o", "sarif"]).exits(1).json();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rows = ["findings", "warnings"].map(|list| report[list].as_array().unwrap().clone());
    assert_eq!(results.len(), rows[0].len() + rows[1].len());
    for (result, row) in results.iter().zip(rows[0].iter().chain(&rows[1])) {
        assert_eq!(result["ruleId"], row["rule"]);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], row["rule"]);
        let text = result["message"]["text"].as_str().unwrap();
        assert!(text.contains(row["message"].as_str().unwrap()));
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["region"]["startLine"], row["place"]["line"]);
    }
    let levels: Vec<&str> = results
        .iter()
        .map(|one| one["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["error", "error", "error", "error", "warning"]);
    let odd = results
        .iter()
        .find(|one| one["ruleId"] == "unread-source")
        .unwrap();
    assert_eq!(
        odd["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "etc/kubernetes/manifests/odd%20%3Cname%3E%26.yaml"
    );
}

/// A page by itself: nothing is fetched, nothing runs, and what was found cannot break it.
#[test]
fn html_is_one_page_and_accessible() {
    let run = broken().audit(&["-o", "html"]).exits(1);
    let page = &run.stdout;
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    for forbidden in [
        "<script",
        "src=",
        "http://",
        "https://fonts",
        "@import",
        "url(",
        "odd <name>",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("odd &lt;name&gt;&amp;.yaml"));
    for wanted in [
        "<title>",
        "prefers-color-scheme: dark",
        "@media print",
        "name=\"viewport\"",
        "<caption>",
        "<nav aria-label=",
        "default-src 'none'",
        "<h1>",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    // Every heading of a table says what it heads, and no level is left out.
    assert_eq!(
        page.matches("<th ").count(),
        page.matches("<th scope=").count()
    );
    assert!(!page.contains("<th>") && !page.contains("<h4"));
    for (open, close) in [
        ("<table", "</table>"),
        ("<section", "</section>"),
        ("<article", "</article>"),
    ] {
        assert_eq!(page.matches(open).count(), page.matches(close).count());
    }
    for anchor in ["paths", "findings", "items", "sources"] {
        assert!(page.contains(&format!("href=\"#{anchor}\"")));
        assert!(page.contains(&format!("<h2 id=\"{anchor}\">")));
    }
}
