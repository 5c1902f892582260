//! The console blocks of the README and of every page of docs, run in order, each page in a
//! scratch directory of its own: what it says the command prints is what the command prints.
//! Dates are the day's, so they are masked.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Tree;
use crate::support::page::{masked, steps};

fn run_page(file: &Path) -> usize {
    let page = std::fs::read_to_string(file).unwrap();
    let steps = steps(&page);
    let name = file.file_name().unwrap().to_string_lossy();
    // A tree of kubeadm's, for the pages that are about such.
    let tree = Tree::kubeadm("rsa-2048");
    let scratch = tree.root();
    let scratch = scratch.parent().unwrap();
    std::fs::rename(tree.root(), scratch.join("kubeadm-node")).unwrap();
    // A checkout does not keep kubeadm's modes.
    let modes = "find kubeadm-node -name '*.key' -o -name '*.conf' | xargs chmod 600";
    let chmod = Command::new("sh")
        .args(["-c", modes])
        .current_dir(scratch)
        .status();
    assert!(chmod.unwrap().success());
    let binary = Path::new(env!("CARGO_BIN_EXE_pkigen"));
    let path = format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    for step in &steps {
        // The order of the two streams is the terminal's; a block shows one or the other.
        let run = Command::new("sh")
            .args(["-c", &format!("{} 2>&1", step.command)])
            .current_dir(scratch)
            .env("PATH", &path)
            .output()
            .unwrap();
        let output = String::from_utf8(run.stdout).unwrap();
        assert_eq!(
            masked(&output),
            masked(&step.output),
            "{name}: {}",
            step.command
        );
        assert_eq!(
            run.status.code(),
            Some(step.code),
            "{name}: {}",
            step.command
        );
    }
    steps.len()
}

#[test]
fn the_readme_says_what_the_command_prints() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    assert!(run_page(&readme) >= 4, "the README has console blocks");
}

#[test]
fn the_guide_says_what_the_command_prints() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let entries = std::fs::read_dir(docs).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    // Its nodes are in situations: `tests/cli` follows it.
    pages.retain(|page| !page.ends_with("situations.md"));
    pages.sort();
    let steps: usize = pages.iter().map(|page| run_page(page)).sum();
    assert!(steps >= 20, "the guide has console blocks: {steps}");
}

/// Every page that the summary names is there, and every page is in the summary.
#[test]
fn the_summary_lists_the_pages() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let summary = std::fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let links = summary.split("](").skip(1);
    let mut listed: Vec<&str> = links.filter_map(|rest| rest.split(')').next()).collect();
    listed.sort_unstable();
    let entries = std::fs::read_dir(&docs).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let names = paths.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let mut pages: Vec<String> = names.filter(|name| name != "SUMMARY.md").collect();
    pages.sort_unstable();
    assert_eq!(listed, pages);
}
