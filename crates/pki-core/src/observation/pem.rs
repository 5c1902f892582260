//! An inventory of what somebody keeps as bytes: in Secrets, in an object store.

use std::collections::BTreeMap;

use super::{Found, Inventory, RowFacts};
use crate::key::PublicKey;
use crate::spec::{CredentialId, Form, NodeName, Part};
use crate::x509::Certificate;

impl Inventory {
    /// What exists, from PEM: each part of each credential, whoever's it is; `node` is the one at
    /// hand. What is given for no part is absent, and what cannot be read is a fact too. Of
    /// private keys only the public halves are kept. A kubeconfig is no PEM: `pki-layout` reads
    /// it, for [`insert_of`](Self::insert_of).
    ///
    /// ```
    /// use pki_core::{CredentialId, Inventory, Owner, Part, RowId};
    ///
    /// let ca = CredentialId::new(RowId::ClusterCa, Owner::Cluster);
    /// let kept = [(ca, Part::Certificate, b"nonsense")];
    /// let inventory = Inventory::from_pem("cp1".parse()?, kept);
    /// assert!(inventory.row(RowId::ClusterCa).is_there());
    /// assert!(inventory.row(RowId::EtcdCa).is_absent());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_pem<B: AsRef<[u8]>>(
        node: NodeName,
        kept: impl IntoIterator<Item = (CredentialId, Part, B)>,
    ) -> Self {
        let mut credentials: BTreeMap<CredentialId, BTreeMap<Part, B>> = BTreeMap::new();
        for (id, part, contents) in kept {
            credentials.entry(id).or_default().insert(part, contents);
        }
        let mut inventory = Self::of_node(node);
        for (id, parts) in credentials {
            let facts = facts(id.row.spec().form, &parts);
            inventory.insert_of(id, facts);
        }
        inventory
    }
}

fn facts<B: AsRef<[u8]>>(form: Form, parts: &BTreeMap<Part, B>) -> RowFacts {
    match form {
        Form::Pair { .. } => RowFacts::Pair {
            certificate: found(parts, Part::Certificate, Certificate::all_from_pem),
            key: found(parts, Part::Key, PublicKey::of_private_pem),
        },
        Form::KeyPair { .. } => RowFacts::KeyPair {
            private: found(parts, Part::Key, PublicKey::of_private_pem),
            public: found(parts, Part::PublicKey, PublicKey::all_from_pem),
        },
        Form::Kubeconfig { .. } => {
            let unread = |_: &[u8]| Err("is a kubeconfig, and was read as PEM");
            RowFacts::Kubeconfig(found(parts, Part::Kubeconfig, unread))
        }
    }
}

fn found<B: AsRef<[u8]>, T, E: ToString>(
    parts: &BTreeMap<Part, B>,
    part: Part,
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Found<T> {
    match parts.get(&part).map(|contents| parse(contents.as_ref())) {
        None => Found::Absent,
        Some(Ok(content)) => Found::Present(content),
        Some(Err(error)) => Found::Broken {
            reason: error.to_string(),
        },
    }
}
