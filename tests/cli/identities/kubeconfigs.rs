use std::fs;

use super::pkigen;
use crate::support::Tree;

fn made() -> Tree {
    let tree = Tree::good();
    fs::copy(tree.etc("admin.conf"), tree.beside("admin.conf")).unwrap();
    tree
}

#[test]
fn server_and_names_become_others_wherever_they_are_named() {
    let tree = made();
    let arguments = [
        "kubeconfig",
        "admin.conf",
        "--server",
        "lb.example.org:443",
        "--cluster-name",
        "shop",
        "--user-name",
        "root",
        "--context-name",
        "shop-root",
    ];
    pkigen(&tree, &arguments).exits(0).shows(&[
        "server: https://lb.example.org:443\n",
        "cluster: shop\n",
        "user: root\n",
        "current-context: shop-root\n",
    ]);
}

#[test]
fn what_is_embedded_goes_into_files_and_back() {
    let tree = made();
    let to_files = [
        "kubeconfig",
        "admin.conf",
        "--files",
        "parts",
        "--to",
        "files.conf",
    ];
    pkigen(&tree, &to_files).exits(0);
    let text = fs::read_to_string(tree.beside("files.conf")).unwrap();
    assert!(!text.contains("-data:"), "{text}");
    let whole = tree
        .beside("parts/kubernetes-admin.key")
        .display()
        .to_string();
    assert!(text.contains(&whole), "{text}");
    let back = pkigen(&tree, &["kubeconfig", "files.conf", "--embed"]).exits(0);
    let there = fs::read_to_string(tree.beside("admin.conf")).unwrap();
    assert_eq!(back.stdout, there);
}

#[test]
fn several_become_one_file() {
    let tree = made();
    let into = ["--merge-into", "config"];
    let merge = |arguments: &[&str]| {
        pkigen(
            &tree,
            &[&["kubeconfig", "admin.conf"], arguments, &into[..]].concat(),
        )
    };
    merge(&[]).exits(0);
    let once = fs::read_to_string(tree.beside("config")).unwrap();
    merge(&[]).exits(0);
    assert_eq!(fs::read_to_string(tree.beside("config")).unwrap(), once);
    let other = ["--server", "other.example.org"];
    merge(&other)
        .exits(2)
        .says(&["another cluster named \"kubernetes\" already", "--replace"]);
    assert_eq!(fs::read_to_string(tree.beside("config")).unwrap(), once);
    let named = [
        "--server",
        "other.example.org",
        "--cluster-name",
        "other",
        "--user-name",
        "other",
        "--context-name",
        "other",
        "--use",
    ];
    merge(&named).exits(0);
    let both = fs::read_to_string(tree.beside("config")).unwrap();
    assert!(
        both.contains("current-context: other\n") && both.contains("https://192.0.2.10:6443"),
        "{both}"
    );
    merge(&["--server", "third.example.org", "--replace"]).exits(0);
    let minified = pkigen(
        &tree,
        &["kubeconfig", "config", "--context", "other", "--minify"],
    )
    .exits(0);
    assert!(
        !minified.stdout.contains("third.example.org"),
        "{minified:?}"
    );
    assert!(!tree.beside("config.lock").exists());
}

#[test]
fn a_file_that_kubectl_has_locked_is_left_alone() {
    let tree = made();
    tree.put_beside("config.lock", "");
    let run = pkigen(
        &tree,
        &["kubeconfig", "admin.conf", "--merge-into", "config"],
    );
    run.exits(3).says(&["config.lock"]);
    assert!(!tree.beside("config").exists());
}

#[test]
fn another_user_of_the_file_takes_the_context() {
    let tree = made();
    let other = [
        "kubeconfig",
        "admin.conf",
        "--user-name",
        "second",
        "--context-name",
        "second",
        "--cluster-name",
        "second",
        "--merge-into",
        "config",
    ];
    pkigen(
        &tree,
        &["kubeconfig", "admin.conf", "--merge-into", "config"],
    )
    .exits(0);
    pkigen(&tree, &other).exits(0);
    let run = pkigen(
        &tree,
        &["kubeconfig", "config", "--user", "second", "--minify"],
    )
    .exits(0);
    run.shows(&["user: second\n", "cluster: kubernetes\n"]);
}
