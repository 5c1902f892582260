//! Kubeconfigs: writing new ones as kubeadm does, and reading what there is.

mod read;
mod write;

pub(crate) use read::{Keys, read};
pub(crate) use write::{NewKubeconfig, render};
