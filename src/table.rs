//! What credentials there are: one row for each, of Kubernetes and of an embedder's own.
//!
//! # Example
//!
//! ```
//! use pkigen::table::{
//!     CERTS, CertSpec, CredentialId, Form, HostRule, Need, Owner, OwnerKind, Part, RowId, Table,
//!     Usage,
//! };
//!
//! static WEBHOOK: CertSpec = CertSpec::own(&WEBHOOK, "webhook", Form::Pair { stem: "webhook" })
//!     .titled("what our admission webhook presents to the API server")
//!     .owned_by(OwnerKind::Node)
//!     .issued_by(RowId::ClusterCa, Usage::Server)
//!     .named("webhook.example.svc")
//!     .serving(&[HostRule::Own("webhook.example.svc"), HostRule::NodeName]);
//!
//! let table = Table::kubernetes().with([&WEBHOOK])?;
//! assert_eq!(table.rows().count(), CERTS.len() + 1);
//! let row = table.find("webhook").ok_or("no such row")?;
//! assert_eq!(row.part(Part::Certificate).to_string(), "webhook.crt");
//! assert_eq!(row.spec().need, Need::Always);
//!
//! // Whose it is makes it a credential.
//! let owner = Owner::Node("cp1".parse()?);
//! let id = CredentialId { row: RowId::Apiserver, owner };
//! assert_eq!(id.row.spec().name, "apiserver");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::spec::{CommonNameRule, HostRule, OwnerKind, ServerRule, TableError};
pub use pki_core::{
    Artifact, CERTS, CertSpec, CredentialId, Form, Need, Owner, Part, RowId, Table, Usage,
};
