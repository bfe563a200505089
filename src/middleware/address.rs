//! Which address a request comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;

use crate::settings::ServerSettings;

/// The address that a request is counted under.
///
/// That of the connection; or, where that is a trusted proxy's, the last one that its header names and that is no trusted
/// proxy's itself. What stands further left in the header, anybody may have written. Addresses of IPv6 count by /64: that
/// is what one household gets.
pub(super) fn client_address(request: &HttpRequest, settings: &ServerSettings) -> IpAddr {
    // A request without a connection is one of a test.
    let connection = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let mut client = connection.to_canonical();
    if settings.trusted_proxies.contains(client) {
        for address in named_addresses(request, settings.forwarded_header.name()).into_iter().rev() {
            let Some(address) = address else { break }; // hidden or no address: the proxy is all that is known
            client = address;
            if !settings.trusted_proxies.contains(client) {
                break;
            }
        }
    }
    counted_as(client)
}

/// Whether some proxy says that it sends a request for somebody else.
pub(super) fn is_forwarded(request: &HttpRequest) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| request.headers().contains_key(*name))
}

/// The addresses that a header names, in its order; `None` for what is none.
///
/// Both `X-Forwarded-For: 192.0.2.1, 10.0.0.1` and `Forwarded: for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"`.
fn named_addresses(request: &HttpRequest, header: &str) -> Vec<Option<IpAddr>> {
    let lines = request.headers().get_all(header).map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(named_address).collect()
}

fn named_address(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let named = pairs.map(|(name, value)| (name.trim(), value)).find(|(name, _)| name.eq_ignore_ascii_case("for"));
    let text = named.map_or(element, |(_, value)| value).trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse().map(|with_port: SocketAddr| with_port.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn counted_as(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_both_headers_write_them() {
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for (element, expected) in [
            (" 192.0.2.1 ", address("192.0.2.1")),
            ("192.0.2.1:4711", address("192.0.2.1")),
            ("2001:db8::1", address("2001:db8::1")),
            ("::ffff:192.0.2.1", address("192.0.2.1")),
            ("for=192.0.2.1;proto=https;by=10.0.0.1", address("192.0.2.1")),
            (" proto=https; For=\"[2001:db8::1]:4711\"", address("2001:db8::1")),
            ("for=\"[2001:db8::1]\"", address("2001:db8::1")),
            ("for=_hidden", None),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(named_address(element), expected, "{element}");
        }
    }

    #[test]
    fn a_household_of_ipv6_counts_as_one() {
        let counted = |text: &str| counted_as(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("192.0.2.77"), "192.0.2.77");
    }
}
