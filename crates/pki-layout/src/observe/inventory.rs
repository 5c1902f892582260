//! What exists of the table.

use pki_core::observation::{Inventory, RowFacts};
use pki_core::spec::Form;
use pki_core::{Part, Table};

use super::Observation;

impl Observation {
    /// Every file of the table. Never fails: what cannot be read is a fact too.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        self.inventory_of(&Table::kubernetes())
    }

    /// As [`inventory`](Self::inventory), of the rows of another table.
    #[must_use]
    pub fn inventory_of(&self, table: &Table) -> Inventory {
        let mut inventory = Inventory::empty();
        for spec in table.rows() {
            let path = |part| self.directories().path(spec.id.part(part));
            let facts = match spec.form {
                Form::Pair { .. } => RowFacts::Pair {
                    certificate: self.certificates(&path(Part::Certificate)),
                    key: self.public_half(&path(Part::Key)),
                },
                Form::KeyPair { .. } => RowFacts::KeyPair {
                    private: self.public_half(&path(Part::Key)),
                    public: self.public_keys(&path(Part::PublicKey)),
                },
                _ => RowFacts::Kubeconfig(self.own_kubeconfig(&path(Part::Kubeconfig))),
            };
            inventory.insert(spec.id, facts);
        }
        inventory
    }
}
