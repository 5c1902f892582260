//! Who else there is in a cluster than this control-plane node: further nodes and users. What is
//! issued for them is carried away, and only remembered here.

mod bootstrap;
mod further;
mod issued;
mod kubeconfig;
mod nodes;
mod rbac;
mod user;

pub use bootstrap::{BootstrapOrder, BootstrapReport, JOINING_GROUP, Token, TokenError};
pub use issued::{IssuedReport, IssuedRow, hand_out, read_handed, read_ledger};
pub use kubeconfig::{Destination, remake_kubeconfig};
pub use nodes::{NewNode, NodeForm, NodesIssued, NodesOrder, NodesProgress, NodesReport};
pub use rbac::{Role, binding};
pub use user::{UserIssued, UserOrder, UserReport};

pub use crate::store::{Ledger, LedgerRow};
