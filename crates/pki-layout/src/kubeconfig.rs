//! Kubeconfigs: writing new ones as kubeadm does, and reading what there is.

mod read;
mod splice;
mod write;

#[cfg(test)]
mod hostile_tests;

pub(crate) use read::{options, public_half, read, trust_of_file};
pub(crate) use splice::{own_key, splice};
pub(crate) use write::{NewKubeconfig, render};
