/// Who renews a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenewedBy {
    /// The operator, with this tool or another.
    Operator,
    /// The kubelet, by itself, at 70 to 90 per cent of its life.
    Kubelet,
    /// Nobody: it goes when its bundle is narrowed.
    Nobody,
}
