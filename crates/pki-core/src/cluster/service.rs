use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;

use super::ClusterError;

/// A service network. Its first address after the network's own is the API server's service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServiceCidr(IpNet);

/// kubeadm's limits: the service address allocator keeps a bitmap of the network.
const MIN_HOST_BITS: u8 = 4;
const MAX_HOST_BITS: u8 = 20;

impl ServiceCidr {
    /// The address of the service `kubernetes`.
    #[must_use]
    pub fn first_address(&self) -> IpAddr {
        match self.0.network() {
            IpAddr::V4(network) => Ipv4Addr::from_bits(network.to_bits().saturating_add(1)).into(),
            IpAddr::V6(network) => Ipv6Addr::from_bits(network.to_bits().saturating_add(1)).into(),
        }
    }

    /// Whether it is an IPv6 network.
    #[must_use]
    pub fn is_ipv6(&self) -> bool {
        matches!(self.0, IpNet::V6(_))
    }
}

impl FromStr for ServiceCidr {
    type Err = ClusterError;

    fn from_str(text: &str) -> Result<Self, ClusterError> {
        let invalid = |why| ClusterError::ServiceCidr {
            cidr: text.to_owned(),
            why,
        };
        let network: IpNet = text
            .parse()
            .map_err(|_| invalid("it is not a network such as 10.96.0.0/12"))?;
        let host_bits = network.max_prefix_len() - network.prefix_len();
        if host_bits < MIN_HOST_BITS {
            return Err(invalid(
                "it has fewer than 10 addresses, and the cluster's DNS takes the tenth; write /28 or \
                 a larger network",
            ));
        }
        if host_bits > MAX_HOST_BITS {
            return Err(invalid(
                "it is too large; write /12 or a smaller network, with IPv6 /108",
            ));
        }
        Ok(Self(network.trunc()))
    }
}

crate::serde_as_text!(ServiceCidr);

impl fmt::Display for ServiceCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
