//! Rows that are in no control plane's tree: what is issued there for others to carry away.

use super::{CertSpec, CommonNameRule, Form, Need, OwnerKind, RowId, ServerRule};
use crate::x509::Usage;

/// The kubeconfig of somebody who logs in with a certificate.
pub static USER: CertSpec = CertSpec::own(
    &USER,
    "user",
    Form::Kubeconfig {
        file: "user.conf",
        server: ServerRule::ControlPlaneEndpoint,
    },
)
.titled("what somebody presents to the API server, as kubeconfig")
.owned_by(OwnerKind::User)
.issued_by(RowId::ClusterCa, Usage::Client)
.named_by(CommonNameRule::UserName);

/// The kubeconfig of a node's kube-proxy, where it is no `DaemonSet` with a service account. Kubernetes
/// binds the name by itself: `system:node-proxier`, plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
pub static KUBE_PROXY: CertSpec = CertSpec {
    // A worker has it too.
    need: Need::NotForJoin,
    ..CertSpec::own(
        &KUBE_PROXY,
        "kube-proxy.conf",
        Form::Kubeconfig {
            file: "kube-proxy.conf",
            server: ServerRule::ControlPlaneEndpoint,
        },
    )
    .titled("what a node's kube-proxy presents to the API server, as kubeconfig")
    .owned_by(OwnerKind::Node)
    .issued_by(RowId::ClusterCa, Usage::Client)
    .named("system:kube-proxy")
};
