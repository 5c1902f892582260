use const_oid::db::rfc5280 as oid;
use time::Duration;

use crate::judge::testing::{Made, NOW};
use crate::spec::RowId::{ClusterCa, EtcdCa};
use crate::x509::forge::Forge;

/// The cluster's authority changed in one way gives exactly this finding, and nothing below it
/// gives another.
#[track_caller]
fn authority(rule: &str, change: impl FnOnce(Forge) -> Forge) {
    let mut made = Made::new();
    made.forge(ClusterCa, change);
    made.finds(&[(rule, "ca.crt")]);
}

#[test]
fn dates() {
    authority("authority-expired", |mut forge| {
        forge.validity.not_after = NOW - Duration::seconds(1);
        forge
    });
    authority("authority-not-yet-valid", |mut forge| {
        forge.validity.not_before = NOW + Duration::seconds(1);
        forge
    });
}

#[test]
fn what_it_lacks() {
    authority("not-an-authority", |forge| {
        forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, vec![0x30, 0])
    });
    authority("not-an-authority", |forge| {
        forge.without(oid::ID_CE_BASIC_CONSTRAINTS)
    });
    // digitalSignature alone.
    authority("authority-key-usage", |forge| {
        forge.with(oid::ID_CE_KEY_USAGE, true, vec![3, 2, 7, 0x80])
    });
    authority("authority-key-usage", |forge| {
        forge.without(oid::ID_CE_KEY_USAGE)
    });
    authority("no-key-identifier", |forge| {
        forge.without(oid::ID_CE_SUBJECT_KEY_IDENTIFIER)
    });
}

#[test]
fn one_authority_s_fault_is_not_another_s() {
    let mut made = Made::new();
    made.forge(EtcdCa, |mut forge| {
        forge.validity.not_after = NOW - Duration::seconds(1);
        forge
    });
    made.finds(&[("authority-expired", "etcd/ca.crt")]);
}
