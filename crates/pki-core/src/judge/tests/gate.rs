//! One tree before and one afterwards, made alike but for what is said.

use std::collections::BTreeSet;

use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;
use time::{Duration, OffsetDateTime};

use crate::judge::gate::{Offence, Picture, remedies, told};
use crate::judge::testing::{Made, NOW, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::remedy::{Command, Remedy};
use crate::spec::RowId::{self, AdminConf, Apiserver, ClusterCa, EtcdServer, SchedulerConf};
use crate::x509::forge::Forge;

/// The files that are written, without their directory.
fn offences(before: &Made, after: &Made, at: OffsetDateTime, written: &[&str]) -> Vec<Offence> {
    let written: BTreeSet<String> = written
        .iter()
        .map(|file| format!("/etc/kubernetes/{file}"))
        .collect();
    let picture = |made: &Made| Picture::of(&made.observed(), at);
    picture(after).offences(&written, || picture(before))
}

fn rules(offences: &[Offence]) -> Vec<&'static str> {
    offences.iter().map(|offence| offence.rule.id()).collect()
}

/// The same certificate with another serial number, as a renewal makes it.
fn renewed(made: &mut Made, id: RowId) {
    made.forge(id, |forge| Forge {
        serial: vec![1, 2, 3],
        ..forge
    });
}

fn serves(made: &mut Made, names_there: &[(u8, &[u8])]) {
    made.forge(Apiserver, |forge| names(forge, names_there));
}

const ADDRESS: (u8, &[u8]) = (7, &[192, 0, 2, 10]);
const SHORT: (u8, &[u8]) = (2, b"kubernetes");
const LONG: (u8, &[u8]) = (2, b"kubernetes.default");
const SERVICE: (u8, &[u8]) = (2, b"kubernetes.default.svc");

#[test]
fn what_is_right_afterwards_is_not_compared() {
    let after = Made::new();
    let picture = Picture::of(&after.observed(), NOW);
    let all = BTreeSet::from(["/etc/kubernetes/pki/apiserver.crt".to_owned()]);
    assert_eq!(picture.offences(&all, || unreachable!()), []);
}

#[test]
fn the_same_rule_for_the_same_reason_is_no_offence() {
    let (mut before, mut after) = (Made::new(), Made::new());
    serves(&mut before, &[ADDRESS, SHORT]);
    serves(&mut after, &[ADDRESS, SHORT]);
    renewed(&mut after, Apiserver);
    let written = ["pki/apiserver.crt"];
    assert_eq!(offences(&before, &after, NOW, &written), []);
    // One that is missing no longer makes it better.
    serves(&mut after, &[ADDRESS, SHORT, LONG]);
    assert_eq!(offences(&before, &after, NOW, &written), []);
}

#[test]
fn the_same_rule_for_another_reason_is_one() {
    let (mut before, mut after) = (Made::new(), Made::new());
    serves(&mut before, &[ADDRESS, SHORT, LONG]);
    serves(&mut after, &[ADDRESS, LONG, SERVICE]);
    let found = offences(&before, &after, NOW, &["pki/apiserver.crt"]);
    assert_eq!(rules(&found), ["name-not-served"]);
    assert!(found[0].message.contains("kubernetes (every"), "{found:?}");
}

/// Nobody accepted it before, and yet it is another thing to be refused for ever.
#[test]
fn expired_never_becomes_distrusted() {
    let (mut before, mut after) = (Made::new(), Made::new());
    let now = NOW + Duration::days(400);
    let forged = Forge::of(&before.certificate(Apiserver));
    after.put(
        Apiserver,
        vec![forged.sign(&spare_key(1, KeyAlgorithm::EcdsaP256))],
    );
    let found = offences(&before, &after, now, &["pki/apiserver.crt"]);
    let rules: BTreeSet<&str> = rules(&found).into_iter().collect();
    assert!(rules.contains("bad-signature"), "{found:#?}");
    assert!(!rules.contains("expired"), "{found:#?}");
    // What has expired may stay so.
    renewed(&mut before, Apiserver);
    let same = offences(&before, &Made::new(), now, &["pki/apiserver.crt"]);
    assert_eq!(same, []);
}

/// Five readers, one sentence, and one thing to do.
#[test]
fn a_server_of_an_authority_that_its_clients_do_not_know() {
    let (before, mut after) = (Made::new(), Made::new());
    let key = spare_key(1, KeyAlgorithm::EcdsaP256);
    let mut forge = Forge::of(&after.certificate(ClusterCa));
    forge.spki = key.public_key().spki_der().to_vec();
    forge.serial = vec![7];
    let second = forge.sign(&key);
    let first = after.certificate(ClusterCa);
    after.put(ClusterCa, vec![second, first.clone()]);
    let forged = Forge::of(&after.certificate(Apiserver));
    after.put(Apiserver, vec![forged.sign(&key)]);
    let found = offences(&before, &after, NOW, &["pki/apiserver.crt", "pki/ca.crt"]);
    let distrust: Vec<Offence> = found
        .iter()
        .filter(|one| one.rule.id() == "kubeconfig-distrusts-server")
        .cloned()
        .collect();
    assert_eq!(distrust.len(), 5, "{found:#?}");
    let told = told(&distrust);
    assert_eq!(told.len(), 1, "{told:#?}");
    let both = format!(
        "it comes from CN=kubernetes-ca (serial 07), and who dials it trusts CN=kubernetes-ca \
         (serial {})",
        first.serial_number()
    );
    assert!(told[0].contains(&both), "{told:#?}");
    let together = Command::Renew {
        names: vec!["all".to_owned()],
        reconcile: true,
        reuse_key: false,
        accept: Vec::new(),
    };
    assert_eq!(remedies(&distrust), [Remedy::run(together)]);
}

/// Only what the change does counts: a file that nobody writes may be as wrong as it likes.
#[test]
fn what_is_not_touched_is_not_asked_about() {
    let (before, mut after) = (Made::new(), Made::new());
    after.put(EtcdServer, vec![before.certificate(AdminConf)]);
    let found = offences(&before, &after, NOW, &["admin.conf"]);
    // Its certificate is another; that its key is not beside it is said of a file.
    assert!(found.iter().all(|one| one.reader.is_some()), "{found:#?}");
    let found = offences(&before, &after, NOW, &["pki/etcd/server.crt"]);
    assert!(rules(&found).contains(&"pair-mismatch"), "{found:#?}");
    assert_eq!(offences(&after, &after, NOW, &["pki/etcd/server.crt"]), []);
}

/// What a client stands for is a matter of who reads it.
#[test]
fn another_user_is_an_offence() {
    let (before, mut after) = (Made::new(), Made::new());
    let subject = after.certificate(AdminConf).subject().as_der().to_vec();
    after.forge(SchedulerConf, |forge| Forge { subject, ..forge });
    let found = offences(&before, &after, NOW, &["scheduler.conf"]);
    assert_eq!(rules(&found), ["wrong-identity"]);
    let reader = found[0].reader.as_ref().map(|reader| reader.who);
    assert_eq!(reader, Some("kube-apiserver"));
}

/// Alternative names with these tags: 2 for DNS, 7 for addresses.
fn names(forge: Forge, names: &[(u8, &[u8])]) -> Forge {
    let mut list = Vec::new();
    for (tag, value) in names {
        list.extend([0x80 | tag, u8::try_from(value.len()).unwrap()]);
        list.extend(*value);
    }
    let mut value = vec![0x30, u8::try_from(list.len()).unwrap()];
    value.extend(list);
    forge.with(ID_CE_SUBJECT_ALT_NAME, false, value)
}
