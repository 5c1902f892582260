//! Files as values: those of a bundle, and what is derived from the configuration and the tree.
//! Nothing here reads or writes.

pub(crate) mod bundle;
pub(crate) mod derived;
