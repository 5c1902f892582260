//! An embedder's own rows beside those of Kubernetes: whatever is said of these is said of those.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use pkigen::pki_core::judge::expiration::{State, Threshold, judge};
use pkigen::pki_core::judge::{Finding, Rule, tree};
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::pki_core::remedy::{Command, Step};
use pkigen::pki_core::spec::{CertSpec, Form, HostRule, OwnerKind};
use pkigen::pki_layout::UndoRefusal;
use pkigen::table::{Table, Usage};
use pkigen::{
    Cluster, FlagOptions, KeyAlgorithm, LayoutError, Node, Outcome, Provider, Root, RowId,
    SoftwareKeys, SystemRandom,
};
use time::{Duration, OffsetDateTime};

use crate::support::{NOW, Tree};

static WEBHOOK: CertSpec = CertSpec::own(
    &WEBHOOK,
    "webhook",
    Form::Pair {
        stem: "webhook/server",
    },
)
.titled("what our admission webhook presents to the API server")
.owned_by(OwnerKind::Node)
.issued_by(RowId::ClusterCa, Usage::Server)
.named("webhook.example.org")
.serving(&[HostRule::NodeName, HostRule::AdvertiseAddress]);
static METRICS: CertSpec = CertSpec::own(&METRICS, "metrics", Form::Pair { stem: "metrics" })
    .titled("what our metrics adapter presents to extension API servers")
    .owned_by(OwnerKind::Node)
    .issued_by(RowId::FrontProxyCa, Usage::Client)
    .named("metrics-adapter");
const OWN: [RowId; 2] = [RowId::Own(&WEBHOOK), RowId::Own(&METRICS)];

fn provider() -> Provider<'static> {
    Provider::new(&SoftwareKeys, &SystemRandom)
}

fn days(days: i64) -> OffsetDateTime {
    NOW + Duration::days(days)
}

/// A control-plane node with both of them.
fn made() -> Tree {
    let table = Table::kubernetes().with([&WEBHOOK, &METRICS]).unwrap();
    let mut tree = Tree::empty();
    tree.root = tree.root.with_table(table);
    let done = init(&tree.root, None).unwrap();
    assert_eq!(done, Outcome::Done);
    tree
}

fn init(root: &Root, table: Option<Table>) -> Result<Outcome, LayoutError> {
    let mut cluster = Cluster::builder().key_algorithm(KeyAlgorithm::EcdsaP256);
    if let Some(table) = table {
        cluster = cluster.table(table);
    }
    let node = Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap());
    let done = root.init(cluster, node, &FlagOptions::new(), NOW, &provider())?;
    Ok(done.outcome)
}

fn findings(root: &Root, at: OffsetDateTime) -> Vec<Finding> {
    tree(&root.observe().facts(), at)
}

/// The files that a rule is broken in.
fn broken(findings: &[Finding], rule: Rule) -> BTreeSet<&str> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| finding.file.as_str()).collect()
}

#[test]
fn they_are_made_and_looked_at() {
    let tree = made();
    let root = &tree.root;
    assert_eq!(findings(root, NOW), []);
    assert_eq!(init(root, None).unwrap(), Outcome::Unchanged);

    let facts = root.observe().facts();
    assert_eq!(facts.certificate_count(), 10 + 5 + 2);
    let files: Vec<&str> = facts.files.iter().map(|file| file.path.as_str()).collect();
    for file in ["webhook", "webhook/server.key", "metrics.crt"] {
        let file = format!("/etc/kubernetes/pki/{file}");
        assert!(files.contains(&file.as_str()), "{file} in {files:?}");
    }
    let map = root.observe().map_facts(NOW);
    for row in OWN {
        let mut listed = map.certificates.iter();
        assert!(listed.any(|one| one.name == row.to_string() && one.state == Some(State::Valid)));
    }

    let key = tree.path("pki/webhook/server.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let directory = tree.path("pki/webhook");
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o777)).unwrap();
    let found = findings(root, NOW);
    let exposed = BTreeSet::from(["/etc/kubernetes/pki/webhook/server.key"]);
    assert_eq!(broken(&found, Rule::KeyExposed), exposed);
    let open = BTreeSet::from(["/etc/kubernetes/pki/webhook"]);
    assert_eq!(broken(&found, Rule::WritableByOthers), open);
}

#[test]
fn their_dates_their_keys_and_their_absence_are_judged() {
    let tree = made();
    let root = &tree.root;
    let expirations = root.observe().expirations();
    let judged = judge(&expirations, days(400), Threshold::default());
    let states = judged.rows.iter().filter(|(row, _)| OWN.contains(&row.id));
    let states: Vec<State> = states.map(|(_, state)| *state).collect();
    assert_eq!(states, [State::Expired, State::Expired]);
    let found = findings(root, days(400));
    let expired = broken(&found, Rule::Expired);
    assert!(expired.contains("/etc/kubernetes/pki/webhook/server.crt"));
    assert!(expired.contains("/etc/kubernetes/pki/metrics.crt"));
    let finding = found
        .iter()
        .find(|one| one.file.ends_with("webhook/server.crt"));
    let renew = Step::Run(Command::Renew {
        names: vec!["webhook".to_owned()],
        reconcile: false,
        reuse_key: false,
        accept: Vec::new(),
    });
    let steps = finding.unwrap().remedy.executable().unwrap();
    assert!(steps.contains(&renew), "{steps:?}");

    let (key, others) = (
        tree.read("pki/webhook/server.key"),
        tree.read("pki/metrics.key"),
    );
    tree.write("pki/webhook/server.key", &others);
    let found = findings(root, NOW);
    let mismatch = BTreeSet::from(["/etc/kubernetes/pki/webhook/server.crt"]);
    assert_eq!(broken(&found, Rule::PairMismatch), mismatch);

    tree.write("pki/webhook/server.key", &key);
    tree.remove("pki/metrics.crt");
    tree.remove("pki/metrics.key");
    let found = findings(root, NOW);
    let missing = BTreeSet::from(["/etc/kubernetes/pki/metrics.crt"]);
    assert_eq!(broken(&found, Rule::MissingFile), missing);
}

#[test]
fn they_are_renewed_with_the_others() {
    let root = &made().root;
    let renewal = root
        .renew(&RenewRule::all(), days(400), &provider())
        .unwrap();
    assert!(!renewal.has_findings(), "{renewal:#?}");
    let renewed: BTreeSet<RowId> = renewal.renewed.iter().map(|one| one.id.row).collect();
    assert!(OWN.iter().all(|row| renewed.contains(row)));
    assert_eq!(findings(root, days(400)), []);
}

#[test]
fn what_would_break_them_is_refused() {
    let root = &made().root;
    let mut rule = RenewRule::all();
    rule.names = OWN.to_vec();
    root.renew(&rule, days(300), &provider()).unwrap();
    // The others have expired either way; these would be the undoing's fault.
    let undone = root.undo(None, days(400)).unwrap();
    let refusals = undone.refusals.iter().flat_map(|refusal| match refusal {
        UndoRefusal::Unsound { offences, .. } => offences,
        other => panic!("{other}"),
    });
    let offending: BTreeSet<(&str, Rule)> = refusals
        .map(|offence| (offence.file.as_str(), offence.rule))
        .collect();
    let wanted =
        ["metrics.crt", "webhook/server.crt"].map(|name| format!("/etc/kubernetes/pki/{name}"));
    let wanted = wanted.iter().map(|file| (file.as_str(), Rule::Expired));
    assert_eq!(offending, wanted.collect());

    let undone = root.undo(None, days(301)).unwrap();
    assert_eq!((undone.refusals, undone.rows), (Vec::new(), OWN.to_vec()));
}

#[test]
fn a_cluster_of_other_rows_than_the_trees_is_an_error() {
    let tree = made();
    let other = init(&tree.root, Some(Table::kubernetes())).unwrap_err();
    assert!(matches!(other, LayoutError::OtherTable), "{other}");
    let same = tree.root.table().clone();
    assert_eq!(init(&tree.root, Some(same)).unwrap(), Outcome::Unchanged);
}

#[test]
fn a_row_serves_a_name_of_its_own() {
    static NAMED: CertSpec = CertSpec::own(&NAMED, "named", Form::Pair { stem: "named" })
        .issued_by(RowId::ClusterCa, Usage::Server)
        .named("named")
        .serving(&[
            HostRule::Own("named.example.svc"),
            HostRule::Own("2001:db8::7"),
        ]);
    static NONSENSE: CertSpec =
        CertSpec::own(&NONSENSE, "nonsense", Form::Pair { stem: "nonsense" })
            .issued_by(RowId::ClusterCa, Usage::Server)
            .serving(&[HostRule::Own("no name")]);
    let table = Table::kubernetes().with([&NAMED]).unwrap();
    let mut tree = Tree::empty();
    tree.root = tree.root.with_table(table.clone());
    assert_eq!(init(&tree.root, Some(table)).unwrap(), Outcome::Done);
    let chain = pkigen::Certificate::all_from_pem(&tree.read("pki/named.crt")).unwrap();
    let names = chain[0].alternative_names();
    assert_eq!(names, ["DNS:named.example.svc", "IP:2001:db8::7"]);
    let wrong = Table::kubernetes().with([&NONSENSE]).unwrap_err();
    assert!(
        wrong
            .to_string()
            .contains("neither a DNS name nor an address")
    );
}
