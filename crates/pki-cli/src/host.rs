//! What this machine says about itself, where nobody else does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The host's name, in lower case as the kubelet registers it.
pub(crate) fn name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().ok()?.trim().to_lowercase();
    (!name.is_empty() && name != "(none)").then_some(name)
}

/// The address of the default route: the one packets to elsewhere would carry.
pub(crate) fn address() -> Option<IpAddr> {
    // Addresses reserved for documentation (RFC 5737, RFC 3849). Connecting a datagram socket
    // looks the route up and sends nothing.
    let elsewhere_v4 = (Ipv4Addr::new(192, 0, 2, 1), 9).into();
    let elsewhere_v6 = (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into();
    let any_v4 = (Ipv4Addr::UNSPECIFIED, 0).into();
    let any_v6 = (Ipv6Addr::UNSPECIFIED, 0).into();
    source_address(any_v4, elsewhere_v4).or_else(|| source_address(any_v6, elsewhere_v6))
}

fn source_address(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}
