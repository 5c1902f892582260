use std::sync::Arc;

use crate::spec::{Component, Party, RowId};
use crate::x509::{Certificate, Host, Usage};

/// Who presents which chain to whom, and what it is checked by. Both are there; whether one is
/// accepted by the other is for a judge to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Who opens the connection.
    pub client: Party,
    /// Who accepts it.
    pub server: Party,
    /// Whether the one who presents is the server, or the client.
    pub usage: Usage,
    /// What the table has in this place.
    pub credential: RowId,
    /// What is presented.
    pub presenter: End,
    /// What it is checked by.
    pub reader: End,
    /// The names that a server is dialled by, each with who does.
    pub hosts: Vec<(Host, String)>,
    /// What it is dialled by that is no name and no address, as it is written, each with who does.
    pub unknown_hosts: Vec<(String, String)>,
}

/// One side of a [`Relation`]: a file, and who goes by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The component that is told of the file; `None` where a person uses it by hand.
    pub component: Option<Component>,
    /// Which of the components that were found it is, counted from 0. `None` where none was
    /// found, and the table's own file is taken.
    pub instance: Option<usize>,
    /// The flag or field that names the file, by its name in the table; `None` for what nobody
    /// is told of.
    pub flag: Option<&'static str>,
    /// Where the certificates are, as the running system sees it.
    pub file: String,
    /// The kubeconfig that has them, or names their file.
    pub kubeconfig: Option<String>,
    /// The row that the file, or the kubeconfig, is of.
    pub row: Option<RowId>,
    /// The leaf and what follows it, or the authorities.
    pub certificates: Arc<[Certificate]>,
}

impl Relation {
    /// Who checks what is presented.
    #[must_use]
    pub fn checked_by(&self) -> Party {
        match self.usage {
            Usage::Server => self.client,
            _ => self.server,
        }
    }
}

impl End {
    /// The file that was named: the kubeconfig, where there is one.
    #[must_use]
    pub fn named(&self) -> &str {
        self.kubeconfig.as_deref().unwrap_or(&self.file)
    }
}
