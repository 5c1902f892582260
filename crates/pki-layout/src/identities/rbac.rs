//! The binding that gives a user a role, as a document for kubectl.

use pki_core::cluster::User;
use serde::Serialize;

/// What somebody may do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Role {
    /// Name of a `ClusterRole`, such as `view`.
    pub cluster_role: String,
    /// The namespace that it is for; everywhere without.
    pub namespace: Option<String>,
}

impl Role {
    /// A role everywhere, or in a namespace.
    #[must_use]
    pub fn new(cluster_role: impl Into<String>, namespace: Option<String>) -> Self {
        Self {
            cluster_role: cluster_role.into(),
            namespace,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Binding<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    role_ref: RoleRef<'a>,
    subjects: [Subject<'a>; 1],
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleRef<'a> {
    api_group: &'static str,
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'a> {
    api_group: &'static str,
    kind: &'static str,
    name: &'a str,
}

const GROUP: &str = "rbac.authorization.k8s.io";

/// The binding of a user to a role, as YAML.
///
/// ```
/// use pki_core::cluster::User;
/// use pki_layout::identities::{Role, binding};
///
/// let jane = User::person("jane", [])?;
/// let text = binding(&jane, &Role::new("view", Some("shop".to_owned())));
/// assert!(text.contains("kind: RoleBinding\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn binding(user: &User, role: &Role) -> String {
    let name = user.name().as_str();
    let binding = Binding {
        api_version: "rbac.authorization.k8s.io/v1",
        kind: if role.namespace.is_some() {
            "RoleBinding"
        } else {
            "ClusterRoleBinding"
        },
        metadata: Metadata {
            name: format!("pkigen:{name}:{}", role.cluster_role),
            namespace: role.namespace.as_deref(),
        },
        role_ref: RoleRef {
            api_group: GROUP,
            kind: "ClusterRole",
            name: &role.cluster_role,
        },
        subjects: [Subject {
            api_group: GROUP,
            kind: "User",
            name,
        }],
    };
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(&binding, options).unwrap_or_default()
}
