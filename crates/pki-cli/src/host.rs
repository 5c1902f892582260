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
    let elsewhere = (Ipv4Addr::new(192, 0, 2, 1), 9).into();
    let any = (Ipv4Addr::UNSPECIFIED, 0).into();
    source_address(any, elsewhere).or_else(|| ipv6_address().map(IpAddr::V6))
}

/// That of the default route for IPv6.
pub(crate) fn ipv6_address() -> Option<Ipv6Addr> {
    let elsewhere = (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into();
    let any = (Ipv6Addr::UNSPECIFIED, 0).into();
    match source_address(any, elsewhere)? {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    }
}

/// What would be this host's on packets from here to there.
fn source_address(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    // To addresses reserved for documentation (RFC 5737, RFC 3849). Connecting a datagram socket
    // looks the route up and sends nothing.
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}
