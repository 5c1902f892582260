use crate::x509::Profile;

/// A cell of the table that may differ between profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByProfile<T> {
    /// In profile `kubernetes-io`.
    pub kubernetes_io: T,
    /// In profile `kubeadm`.
    pub kubeadm: T,
}

impl<T: Copy> ByProfile<T> {
    /// The same in both.
    #[must_use]
    pub const fn same(value: T) -> Self {
        Self {
            kubernetes_io: value,
            kubeadm: value,
        }
    }

    /// The cell of one profile.
    #[must_use]
    pub const fn of(&self, profile: Profile) -> T {
        match profile {
            Profile::KubernetesIo => self.kubernetes_io,
            Profile::Kubeadm => self.kubeadm,
        }
    }
}
