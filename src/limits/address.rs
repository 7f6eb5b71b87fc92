//! Whose address a request came from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// The client's address: the peer's, or, if the peer is one of the `trusted` proxies, the
/// right-most entry of `X-Forwarded-For` that is not.
///
/// `forwarded_for` are the header's values in the order they came. What stands left of the first
/// stranger was written by that stranger and is not read. An entry that is no address ends the
/// search at the last proxy that is known.
pub fn client_ip<'a>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'a [u8]>,
    trusted: &[IpNet],
) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = peer.to_canonical();
    let mut hops = forwarded_for.rev().flat_map(|value| value.rsplit(|byte| *byte == b','));
    while is_trusted(&client) {
        match hops.next().and_then(entry) {
            Some(hop) => client = hop,
            None => break,
        }
    }
    client
}

/// The address of one entry; some proxies add the port.
fn entry(raw: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(raw).ok()?.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    text.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| bracketed().map(IpAddr::V6))
        .map(|ip| ip.to_canonical())
}

/// What an address is counted as: itself, or its /64, which is what one IPv6 customer gets.
pub(super) fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}
