use std::collections::BTreeSet;

use super::Whereabouts;
use crate::spec::{CertSpec, Form, Need, OwnerKind, RowId, Table};

/// A node with one of these is a control-plane node, and it needs the others.
const CONTROL_PLANE: [RowId; 3] = [
    RowId::Apiserver,
    RowId::ControllerManagerConf,
    RowId::SchedulerConf,
];
/// A node with one of these runs etcd.
const ETCD: [RowId; 3] = [
    RowId::EtcdServer,
    RowId::EtcdPeer,
    RowId::EtcdHealthcheckClient,
];

/// Whether a node with these rows is a control-plane node.
#[must_use]
pub fn is_control_plane(there: impl Fn(RowId) -> bool) -> bool {
    CONTROL_PLANE.into_iter().any(there)
}

/// The rows that a node cannot do without. Which node it is is told from what is there, and from what
/// is asked for; of a node where nothing is, nothing is known. Of what is in the place of a row the row
/// is not needed, and where nothing is in a whole directory, none of what would be in it.
#[must_use]
pub fn needed(
    table: &Table,
    whereabouts: &Whereabouts,
    there: impl Fn(RowId) -> bool,
    asked_for: &BTreeSet<RowId>,
    external_etcd: bool,
) -> Vec<&'static CertSpec> {
    let is_control_plane = is_control_plane(&there);
    let has_etcd = ETCD.into_iter().any(&there);
    let rows = table.rows();
    // A user's are with the user.
    let rows = rows.filter(|spec| spec.owner != OwnerKind::User);
    let found_nothing = whereabouts.nothing.is_some();
    let rows = rows.filter(|spec| {
        let is_kubeconfig = matches!(spec.form, Form::Kubeconfig { .. });
        (is_kubeconfig || !found_nothing) && !whereabouts.elsewhere.contains_key(&spec.id)
    });
    let rows = rows.filter(|spec| match spec.need {
        // That one is for people: no component reads it, and some take it away.
        _ if asked_for.contains(&spec.id) => true,
        Need::Always => is_control_plane && spec.id != RowId::AdminConf,
        // External etcd has certificates of its own, and only some of them are here.
        Need::LocalEtcd if external_etcd => false,
        // A member of etcd may be a machine of its own, which has no API server.
        Need::LocalEtcd if spec.id == RowId::ApiserverEtcdClient => has_etcd && is_control_plane,
        Need::LocalEtcd => {
            has_etcd || (spec.id == RowId::EtcdCa && there(RowId::ApiserverEtcdClient))
        }
        Need::NotForJoin => whereabouts.has_kubelet,
        Need::FirstNode | Need::KubeletServing => false,
    });
    rows.collect()
}
