//! How a node asks for its certificates itself: with a bootstrap token, by which it may ask once and
//! which ends soon. Nothing is signed here, and no authority's key is needed.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use pki_core::spec::{KubeadmApi, KubernetesVersion};
use pki_core::text::hex;
use pki_core::{Certificate, ClusterBuilder, Form, Lifetime, NodeBuilder, NodeName, Random, RowId};
use rustix::fs::RenameFlags;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use time::{OffsetDateTime, UtcOffset};
use zeroize::Zeroizing;

use crate::aside::{self, Made};
use crate::error::Operation;
use crate::flags::{FlagSet, kubelet_configuration_yaml};
use crate::kubeconfig::render_token;
use crate::report::SCHEMA_VERSION;
use crate::table::Component;
use crate::view::schema::rfc3339;
use crate::{FlagOptions, LayoutError, Observation};

/// The group that kubeadm binds what a joining node may do to.
pub const JOINING_GROUP: &str = "system:bootstrappers:kubeadm:default-node-token";

const RBAC: &str = include_str!("bootstrap-rbac.yaml");

/// A bootstrap token: `id.secret`, six and sixteen lower-case letters and digits
/// (staging/src/k8s.io/cluster-bootstrap/token/api). Wiped when dropped.
pub struct Token {
    id: String,
    secret: Zeroizing<String>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A text that is no bootstrap token. It is not repeated: part of it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no bootstrap token: six lower-case letters and digits, a dot, and sixteen, such as \
     abcdef.0123456789abcdef"
)]
pub struct TokenError;

impl Token {
    /// Draws one.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] when the source cannot deliver.
    pub fn draw(random: &dyn Random) -> Result<Self, LayoutError> {
        Ok(Self {
            id: drawn(6, random)?.to_string(),
            secret: drawn(16, random)?,
        })
    }

    /// Reads one; blanks and line breaks around it do not count.
    ///
    /// # Errors
    ///
    /// [`TokenError`].
    pub fn read(text: &str) -> Result<Self, TokenError> {
        let (id, secret) = text.trim().split_once('.').ok_or(TokenError)?;
        let is_right = |part: &str, length| {
            part.len() == length
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if is_right(id, 6) && is_right(secret, 16) {
            Ok(Self {
                id: id.to_owned(),
                secret: Zeroizing::new(secret.to_owned()),
            })
        } else {
            Err(TokenError)
        }
    }

    /// Its public half, by which its Secret is called.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}.{}", self.id, *self.secret))
    }
}

/// Letters and digits, each as likely as the others.
fn drawn(length: usize, random: &dyn Random) -> Result<Zeroizing<String>, LayoutError> {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0; 32]);
    while text.len() < length {
        random.fill(bytes.as_mut()).map_err(|error| {
            let what = Path::new("a bootstrap token");
            LayoutError::io(Operation::Stage, what)(std::io::Error::other(error))
        })?;
        // Beyond the last multiple of 36 the first letters would be likelier.
        let fair = bytes.iter().filter(|byte| **byte < 252);
        let letters = fair.filter_map(|byte| ALPHABET.get(usize::from(byte % 36)));
        for letter in letters.take(length - text.len()) {
            text.push(char::from(*letter));
        }
    }
    Ok(text)
}

/// Which node, and what its token is.
#[derive(Debug)]
#[non_exhaustive]
pub struct BootstrapOrder {
    /// The node that it is for.
    pub node: NodeName,
    /// Its token.
    pub token: Token,
    /// How long the token lives.
    pub lifetime: Lifetime,
    /// The group that whoever shows it is in.
    pub group: String,
    /// The directory that is made.
    pub to: PathBuf,
    /// The version of Kubernetes, for kubeadm's configuration; the newest without.
    pub version: Option<KubernetesVersion>,
}

impl BootstrapOrder {
    /// For kubeadm's group, and a day.
    #[must_use]
    pub fn new(node: NodeName, token: Token, to: impl Into<PathBuf>) -> Self {
        Self {
            node,
            token,
            lifetime: Lifetime::DAY,
            group: JOINING_GROUP.to_owned(),
            to: to.into(),
            version: None,
        }
    }

    /// What is wrong with the group, where the API server would not take the token for it
    /// (staging/src/k8s.io/cluster-bootstrap/util/tokens).
    #[must_use]
    pub fn wrong_group(&self) -> Option<&'static str> {
        let rest = self.group.strip_prefix("system:bootstrappers:");
        let is_right = rest.is_some_and(|rest| {
            let allowed = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":-".contains(&byte)
            };
            rest.len() <= 256
                && rest.bytes().all(allowed)
                && rest
                    .bytes()
                    .last()
                    .is_some_and(|last| !b":-".contains(&last))
        });
        (!is_right).then_some(
            "a bootstrap token's group is system:bootstrappers: with lower-case letters, digits, colons \
             and dashes after it",
        )
    }
}

/// What was made. The token is in none of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BootstrapReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `BootstrapReport`.
    pub kind: &'static str,
    /// `done`.
    pub outcome: &'static str,
    /// The node.
    pub node: String,
    /// The directory that was made.
    pub directory: String,
    /// The files in it.
    pub files: Vec<String>,
    /// The public half of the token, by which its Secret is called.
    pub token_id: String,
    /// When the token ends.
    pub expires: String,
    /// The group that whoever shows it is in.
    pub group: String,
    /// URL of the API server.
    pub server: String,
    /// What `kubeadm join` pins: `sha256:` and the digest of the public key of each authority.
    pub ca_cert_hashes: Vec<String>,
}

impl Observation {
    /// Makes what a node needs to ask for its certificates itself, in a directory of its own.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Nothing is there then.
    pub fn bootstrap(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        order: &BootstrapOrder,
        now: OffsetDateTime,
    ) -> Result<BootstrapReport, LayoutError> {
        // It asks for its serving certificate too, and names no file of one.
        let entrance = self.entrance(cluster, node.kubelet_serving(false), [])?;
        let authority = entrance.inventory.authority(RowId::ClusterCa);
        let trust = authority
            .trust()
            .of_kubeconfig(true)
            .certificates()
            .to_vec();
        if trust.is_empty() {
            let path = self
                .root()
                .path(RowId::ClusterCa.part(pki_core::Part::Certificate));
            return Err(LayoutError::NoAuthority { path });
        }
        let server = match RowId::AdminConf.spec().form {
            Form::Kubeconfig { server, .. } => {
                entrance.cluster.at(&entrance.node).server_url(server)
            }
            _ => String::new(),
        };
        let expires = now
            .saturating_add(order.lifetime.duration())
            .to_offset(UtcOffset::UTC);
        let expires = expires.replace_nanosecond(0).unwrap_or(expires);
        let pins: Vec<String> = trust.iter().map(pin).collect();
        let name = entrance.cluster.cluster_name();
        let conf = render_token(name, &server, &trust, &order.token.text());
        let conf = conf.map_err(|error| LayoutError::Encode {
            path: "bootstrap-kubelet.conf".into(),
            source: error.into(),
        })?;
        let ca: String = trust.iter().map(Certificate::to_pem).collect();
        let site = entrance.cluster.at(&entrance.node);
        let options = FlagOptions::default();
        let set = FlagSet::of(Component::Kubelet, site, self.directories(), &options)?;
        let configuration = kubelet_configuration_yaml(&set)?;
        let files = [
            ("INSTALL.md", 0o644, install(order, self)),
            ("bootstrap-kubelet.conf", 0o600, conf),
            ("ca.crt", 0o644, ca.into()),
            (
                "cluster-info.yaml",
                0o644,
                cluster_info(&server, &trust).into(),
            ),
            ("kubelet-configuration.yaml", 0o644, configuration.into()),
            ("join.yaml", 0o600, join(order, &server, &pins)),
            (
                "rbac.yaml",
                0o644,
                RBAC.replace("GROUP", &order.group).into(),
            ),
            ("token.yaml", 0o600, secret(order, expires)),
        ];
        let members = files
            .iter()
            .map(|(name, mode, text): &(&str, u32, Zeroizing<String>)| {
                (*name, *mode, text.as_bytes())
            });
        let made = Made::Directory(0o700, members.collect());
        aside::place(&order.to, &made, RenameFlags::NOREPLACE)?;
        Ok(BootstrapReport {
            schema_version: SCHEMA_VERSION,
            kind: "BootstrapReport",
            outcome: "done",
            node: order.node.to_string(),
            directory: order.to.display().to_string(),
            files: files.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            token_id: order.token.id.clone(),
            expires: rfc3339(expires),
            group: order.group.clone(),
            server,
            ca_cert_hashes: pins,
        })
    }
}

/// As kubeadm pins an authority: cmd/kubeadm/app/util/pubkeypin.
fn pin(certificate: &Certificate) -> String {
    format!(
        "sha256:{}",
        hex::plain(&Sha256::digest(certificate.spki_der()))
    )
}

/// The Secret that kube-apiserver knows the token by.
fn secret(order: &BootstrapOrder, expires: OffsetDateTime) -> Zeroizing<String> {
    let BootstrapOrder {
        node, token, group, ..
    } = order;
    Zeroizing::new(format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: bootstrap-token-{id}\n  namespace: kube-system\n\
         type: bootstrap.kubernetes.io/token\nstringData:\n  auth-extra-groups: {group}\n  \
         description: for node {node}, made by pkigen\n  expiration: \"{expires}\"\n  token-id: \"{id}\"\n  \
         token-secret: \"{secret}\"\n  usage-bootstrap-authentication: \"true\"\n  \
         usage-bootstrap-signing: \"true\"\n",
        id = token.id,
        secret = *token.secret,
        expires = rfc3339(expires),
    ))
}

/// The `ConfigMap` by which a node that has the pin finds the cluster, as kubeadm writes it.
fn cluster_info(server: &str, trust: &[Certificate]) -> String {
    let ca: String = trust.iter().map(Certificate::to_pem).collect();
    let ca = Base64::encode_string(ca.as_bytes());
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cluster-info\n  namespace: kube-public\ndata:\n  \
         kubeconfig: |\n    apiVersion: v1\n    clusters:\n    - cluster:\n        \
         certificate-authority-data: {ca}\n        server: {server}\n      name: \"\"\n    contexts: null\n    \
         current-context: \"\"\n    kind: Config\n    preferences: {{}}\n    users: null\n"
    )
}

/// What `kubeadm join --config` takes.
fn join(order: &BootstrapOrder, server: &str, pins: &[String]) -> Zeroizing<String> {
    let api = KubeadmApi::written_for(order.version.unwrap_or_default()).name();
    let endpoint = server.strip_prefix("https://").unwrap_or(server);
    let pins = pins.join("\n    - ");
    Zeroizing::new(format!(
        "apiVersion: kubeadm.k8s.io/{api}\nkind: JoinConfiguration\ndiscovery:\n  bootstrapToken:\n    \
         apiServerEndpoint: \"{endpoint}\"\n    caCertHashes:\n    - {pins}\n    token: \"{token}\"\n\
         nodeRegistration:\n  name: \"{node}\"\n",
        token = *order.token.text(),
        node = order.node,
    ))
}

fn install(order: &BootstrapOrder, observation: &Observation) -> Zeroizing<String> {
    let directories = observation.directories();
    let (ca, conf) = (
        directories.path(RowId::ClusterCa.part(pki_core::Part::Certificate)),
        directories.kubeconfigs.join("bootstrap-kubelet.conf"),
    );
    Zeroizing::new(format!(
        "# Let node {} ask for its certificates\n\n\
         With an administrator's kubeconfig, in this directory:\n\n\
         1. Make the token known: `kubectl apply -f token.yaml`. Where kubeadm has not made the cluster, what \
         a node that joins may do, and how it finds the cluster, too: `kubectl apply -f rbac.yaml -f \
         cluster-info.yaml`. kube-apiserver needs --enable-bootstrap-token-auth, and \
         kube-controller-manager the controllers bootstrapsigner and tokencleaner, which sign cluster-info \
         for the token (the file has no signature: only they have one to give) and take the token away \
         once it has ended.\n\n\
         Then on the node, as root, either:\n\n\
         2. with kubeadm, where kubeadm made the cluster: `kubeadm join --config join.yaml`\n\n\
         or, where the kubelet is run by hand:\n\n\
         2. Put ca.crt in its place: `install -D -m 0644 ca.crt {ca}`\n\
         3. Put the kubeconfig in its place: `install -D -m 0600 bootstrap-kubelet.conf {conf}`\n\
         4. Set the fields of kubelet-configuration.yaml in the kubelet's configuration: without them it \
         lets everybody in\n\
         5. Start the kubelet with --config=FILE of that, --hostname-override={name}, \
         --bootstrap-kubeconfig={conf} and --kubeconfig={kubelet}\n\n\
         And in either case take this directory away: until the token ends, whoever has it may join as any \
         node.\n",
        order.node,
        name = order.node,
        ca = ca.display(),
        conf = conf.display(),
        kubelet = directories
            .path(RowId::KubeletConf.part(pki_core::Part::Kubeconfig))
            .display(),
    ))
}

#[cfg(test)]
mod tests {
    use pki_core::SeededRandom;

    use super::*;

    #[test]
    fn a_token_is_what_kubeadm_reads() {
        let token = Token::draw(&SeededRandom::new([7; 32])).unwrap();
        let again = Token::read(&format!(" {}\n", *token.text())).unwrap();
        assert_eq!(*again.text(), *token.text());
        for text in [
            "",
            "abcdef",
            "abcdef.0123456789abcde",
            "abcdef.0123456789abcdefg",
            "ABCDEF.0123456789abcdef",
            "abcde.0123456789abcdef",
            "abcdef.0123456789abcde-",
        ] {
            assert_eq!(Token::read(text).unwrap_err(), TokenError, "{text}");
        }
        assert!(!format!("{token:?}").contains(token.secret.as_str()));
    }

    #[test]
    fn a_group_is_one_that_tokens_may_have() {
        let wrong = |group: &str| {
            let token = Token::draw(&SeededRandom::new([7; 32])).unwrap();
            let mut order = BootstrapOrder::new("w1".parse().unwrap(), token, "to");
            group.clone_into(&mut order.group);
            order.wrong_group().is_some()
        };
        assert!(!wrong(JOINING_GROUP));
        assert!(!wrong("system:bootstrappers:workers"));
        for group in [
            "workers",
            "system:masters",
            "system:bootstrappers:",
            "system:bootstrappers:a-",
            "system:bootstrappers:A",
        ] {
            assert!(wrong(group), "{group}");
        }
    }
}
