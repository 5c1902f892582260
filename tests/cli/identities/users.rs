use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::Tree;

#[test]
fn a_user_gets_a_kubeconfig_that_ends_soon() {
    let tree = Tree::good();
    let run = tree.pkigen(&[
        "user",
        "jane",
        "--group",
        "developers",
        "--group",
        "on-call",
    ]);
    let run = run.exits(0).says(&[
        "jane in groups on-call, developers until",
        "credential id X509SHA256=",
        "Kubernetes does not revoke certificates",
    ]);
    let path = tree.put_beside("jane.conf", &run.stdout);
    let report = tree
        .pkigen(&["inspect", path.to_str().unwrap(), "-o", "json"])
        .json();
    let text = report.to_string();
    assert!(
        text.contains("O=developers+O=on-call, CN=jane") || text.contains("CN=jane"),
        "{text}"
    );
    assert!(text.contains("https://192.0.2.10:6443"), "{text}");
}

#[test]
fn it_is_remembered_before_it_is_handed_out() {
    let tree = Tree::good();
    let arguments = [
        "user",
        "jane",
        "--group",
        "dev",
        "--to",
        "jane.conf",
        "--bind",
        "view",
        "--namespace",
        "shop",
    ];
    let run = tree.pkigen(&arguments).exits(0);
    run.shows(&[
        "kind: RoleBinding\n",
        "  namespace: shop\n",
        "  name: pkigen:jane:view\n",
    ]);
    let mode = fs::metadata(tree.beside("jane.conf"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let report = tree
        .pkigen(&["issued", "jane", "-o", "json"])
        .exits(0)
        .json();
    let row = &report["certificates"][0];
    assert_eq!(row["name"], "jane");
    assert_eq!(row["groups"][0], "dev");
    assert_eq!(row["valid"], true);
    let sha256 = row["sha256"].as_str().unwrap();
    assert_eq!(row["credentialId"], format!("X509SHA256={sha256}"));
    assert!(
        row["command"]
            .as_str()
            .unwrap()
            .starts_with("pkigen --root")
    );
    // By whatever names it.
    for who in [
        sha256,
        row["serialNumber"].as_str().unwrap(),
        row["credentialId"].as_str().unwrap(),
    ] {
        let found = tree.pkigen(&["issued", who, "-o", "json"]).exits(0).json();
        assert_eq!(found["certificates"].as_array().unwrap().len(), 1, "{who}");
    }
    tree.pkigen(&["issued", "john"])
        .exits(1)
        .shows(&["No certificate"]);
    for kind in ["user", "dev"] {
        let found = tree.pkigen(&["issued", kind, "-o", "json"]).exits(0).json();
        assert_eq!(found["certificates"][0]["name"], "jane", "{kind}");
    }
    // What was put in its place is known from the transactions.
    let all = tree.pkigen(&["issued", "-o", "json"]).exits(0).json();
    assert_eq!(all["certificates"].as_array().unwrap().len(), 16);
}

#[test]
fn what_has_ended_is_told_from_what_is_valid() {
    let tree = Tree::good();
    tree.pkigen(&["user", "jane", "--for", "1h", "--to", "jane.conf"])
        .exits(0);
    let later = time::OffsetDateTime::now_utc() + time::Duration::hours(2);
    let later = later
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    tree.pkigen(&["issued", "jane", "--valid", "--at", &later])
        .exits(1);
    tree.pkigen(&["issued", "jane", "--at", &later])
        .exits(0)
        .shows(&["not valid until"]);
}

#[test]
fn rights_beyond_rbac_take_a_reason() {
    let tree = Tree::good();
    let masters = [
        "user",
        "jane",
        "--group",
        "system:masters",
        "--to",
        "jane.conf",
    ];
    let before = tree.snapshot();
    tree.pkigen(&masters)
        .exits(2)
        .says(&["its rights bypass RBAC", "--break-glass REASON"]);
    before.assert_untouched(&tree.snapshot());
    tree.pkigen(&[&masters[..], &["--break-glass", " "]].concat())
        .exits(2)
        .says(&["it says no reason"]);
    let run = tree.pkigen(&[&masters[..], &["--break-glass", "INC-42: RBAC is gone"]].concat());
    run.exits(0)
        .says(&["nothing but another cluster CA takes that away"]);
    tree.pkigen(&["issued", "jane"])
        .exits(0)
        .shows(&["because: INC-42: RBAC is gone"]);
}

#[test]
fn a_line_that_was_cut_short_is_not_built_upon() {
    let tree = Tree::good();
    tree.pkigen(&["user", "jane", "--to", "jane.conf"]).exits(0);
    let ledger = tree.etc(".pkigen/issued");
    let whole = fs::read_to_string(&ledger).unwrap();
    fs::write(&ledger, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
    tree.pkigen(&["issued", "jane"])
        .exits(1)
        .says(&["issued, line 2"]);
    tree.pkigen(&["user", "john", "--to", "john.conf"]).exits(0);
    let lines = fs::read_to_string(&ledger).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    tree.pkigen(&["issued", "john"]).exits(0);
}

#[test]
fn ledgers_of_other_nodes_are_read_beside() {
    let (here, there) = (Tree::good(), Tree::good());
    there
        .pkigen(&["user", "jane", "--to", "jane.conf"])
        .exits(0);
    let ledger = there.etc(".pkigen/issued").display().to_string();
    let root = there.root().display().to_string();
    for from in [&ledger, &root] {
        let run = here.pkigen(&["issued", "jane", "--from", from]).exits(0);
        run.shows(&["jane: user", &format!("as {from} says")]);
    }
}

#[test]
fn without_the_authority_s_key_nothing_is_issued() {
    let tree = Tree::good();
    tree.remove(&["ca.key"]);
    let before = tree.snapshot();
    tree.pkigen(&["user", "jane", "--to", "jane.conf"])
        .exits(1)
        .says(&["nothing was issued"]);
    // That its place could be written was seen first.
    let changes = before.changes(&tree.snapshot());
    assert!(
        changes.iter().all(|change| change == " changed"),
        "{changes:?}"
    );
}
