//! Who talks to whom, how each side knows the other, and what is lost without it.
//!
//! [`PATHS`] is the third table, pure data beside the certificates and the flags: map, audit and
//! explanations are made from it. After section 3 of the talk the project began with (`KubeCon`
//! 2019, "How Kubernetes components communicate securely in your cluster"), for Kubernetes 1.36.

mod proof;
mod table;
#[cfg(test)]
mod tests;

use pki_core::spec::Party;
pub use proof::{Guard, Held, Method, Proof, Property, Protection, Safeguard, Side};
#[cfg(feature = "insight")]
pub(crate) use table::CHANNEL;
pub use table::PATHS;

use crate::table::{Component, FlagSpec};

/// One row of [`PATHS`]: one kind of connection.
#[derive(Debug)]
#[non_exhaustive]
pub struct PathSpec {
    /// Who opens the connection.
    pub client: Party,
    /// Who accepts it.
    pub server: Party,
    /// What it is for, in one line.
    pub purpose: &'static str,
    /// What is spoken on it.
    pub protocol: &'static str,
    /// Where the server usually listens, such as `10250`.
    pub port: &'static str,
    /// The flags of the client that set it up: where none of them is given, nothing goes over it.
    /// Empty where it is there in every cluster, or set up from elsewhere.
    pub set_up_by: &'static [&'static str],
    /// How the server shows who it is; `None` where it cannot.
    pub server_proof: Option<Proof>,
    /// The ways in which a client can show who it is, what kubeadm does first. Empty where it
    /// cannot.
    pub client_proofs: &'static [Proof],
    /// What holds with kubeadm's defaults.
    pub kubeadm: Guard,
    /// What holds with the flags that this project sets, the kubelet's serving certificate
    /// asked for.
    pub ours: Guard,
    /// The flags and fields that it depends on.
    pub safeguards: &'static [Safeguard],
    /// How kubeadm leaves it, in a sentence.
    pub by_default: &'static str,
    /// What an attacker on the network can do where the safeguards are missing.
    pub attack: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

impl PathSpec {
    /// Its name: `apiserver->kubelet`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}->{}", self.client.name(), self.server.name())
    }

    /// The row between two parties.
    #[must_use]
    pub fn find(client: Party, server: Party) -> Option<&'static Self> {
        PATHS
            .iter()
            .find(|path| path.client == client && path.server == server)
    }

    /// What protects it with this guard, in words: mutual TLS only where both sides show
    /// certificates.
    #[must_use]
    pub fn protected(&self, guard: Guard) -> &'static str {
        let first = self.client_proofs.first().map(|proof| proof.method);
        match guard.protection() {
            Protection::Mutual if first != Some(Method::Certificate) => {
                "TLS, both sides authenticated"
            }
            protection => protection.words(),
        }
    }

    /// One of its ends.
    #[must_use]
    pub const fn party(&self, side: Side) -> Party {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }

    /// The row of a flag of one of its ends.
    #[must_use]
    pub fn flag(&self, side: Side, name: &str) -> Option<&'static FlagSpec> {
        FlagSpec::find(self.party(side).component()?, name)
    }

    /// Every proof on it with the side that gives it, the server's first.
    pub fn proofs(&self) -> impl Iterator<Item = (Side, &Proof)> {
        let server = self.server_proof.iter().map(|proof| (Side::Server, proof));
        server.chain(self.client_proofs.iter().map(|proof| (Side::Client, proof)))
    }

    /// Whether a flag or field of this component has a part in it.
    #[must_use]
    pub fn involves(&self, component: Component, name: &str) -> bool {
        let is = |side: Side| self.party(side).component() == Some(component);
        let proofs = self.proofs().any(|(side, proof)| {
            (is(side) && proof.presented_by.contains(&name))
                || (is(side.other()) && proof.checked_by.contains(&name))
        });
        let safeguard = |guard: &Safeguard| is(guard.side) && guard.flag == name;
        proofs || self.safeguards.iter().any(safeguard)
    }
}
