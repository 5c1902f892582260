use std::net::IpAddr;

use time::OffsetDateTime;

use crate::spec::{Artifact, CredentialId, NodeName, Owner, RowId};
use crate::text::instant::readable;
use crate::x509::DnsName;

/// Something worth knowing that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// Only this machine can dial it.
    #[error("{address} is a loopback address: no other node can reach this API server")]
    LoopbackAddress {
        /// The advertise address.
        address: IpAddr,
    },
    /// A rotation is under way.
    #[error(
        "{file} holds {count} certificates: all are trusted and the one with the serial number \
         {issuing} issues; kube-controller-manager takes one certificate, and finds it in \
         ca-issuing.crt once its flags are set anew"
    )]
    SeveralAuthorities {
        /// The file.
        file: Artifact,
        /// How many certificates it holds.
        count: usize,
        /// Serial number of the one that issues.
        issuing: String,
    },
    /// The authority ends before the certificate was meant to.
    #[error(
        "{id} ends on {} with its authority {authority}, earlier than its configured lifetime; \
         rotate the authority before then",
        readable(*end)
    )]
    Clamped {
        /// The credential.
        id: CredentialId,
        /// Its authority.
        authority: RowId,
        /// When both end.
        end: OffsetDateTime,
    },
    /// The authority's key is not here.
    #[error(
        "{file} has no key beside it: the authority is external, and what it signs cannot be \
         made or renewed here"
    )]
    ExternalAuthority {
        /// The certificate file.
        file: Artifact,
    },
    /// A node's name is so long that the common name of its kubelet's certificate is beyond X.520.
    #[error(
        "the common name system:node:{node} has {length} characters, and X.520 allows 64: every \
         verifier takes it, and `openssl req` makes none; a shorter node name has no such limit"
    )]
    LongCommonName {
        /// The node.
        node: NodeName,
        /// How many characters the common name has.
        length: usize,
    },
    /// A wildcard that stands right below a top label.
    #[error(
        "{name} stands right below a top label: clients with Go take it for every name there, \
         those with OpenSSL, GnuTLS and rustls for none"
    )]
    WildcardOfTop {
        /// The name.
        name: DnsName,
    },
    /// No row of the table is a user's, and there are users: nothing is made for them.
    #[error("{user} is given, and no row of the table is for users; nothing is made for them")]
    NoRowForUser {
        /// The first of them.
        user: Owner,
    },
    /// A kubeconfig dials another server than a new one would.
    #[error("{file} dials {actual}, where the configuration says {expected}; it is kept")]
    OtherServer {
        /// The kubeconfig.
        file: Artifact,
        /// Whose it is.
        owner: Owner,
        /// What it dials.
        actual: String,
        /// What the configuration says.
        expected: String,
    },
    /// A kept client certificate has another identity than the table gives it.
    #[error("{file} is for {actual}, where the table says {expected}; it is kept")]
    OtherIdentity {
        /// The file.
        file: Artifact,
        /// Whose it is.
        owner: Owner,
        /// Its subject.
        actual: String,
        /// The table's.
        expected: String,
    },
}
