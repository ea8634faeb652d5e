//! The address to serve at, as it is typed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) SocketAddr);

/// Reads `PORT` (on loopback: what is told there is nobody else's business by default), `IP:PORT`, `localhost:PORT`, or
/// `:PORT`, which means all addresses here as it does in Go.
pub(super) fn parse(text: &str) -> Result<Address, String> {
    let on = |address: Ipv4Addr, port: &str| Some(SocketAddr::new(IpAddr::V4(address), port.parse().ok()?));
    let address = if let Some(port) = text.strip_prefix(':') {
        on(Ipv4Addr::UNSPECIFIED, port)
    } else if let Some(port) = text.strip_prefix("localhost:") {
        on(Ipv4Addr::LOCALHOST, port)
    } else {
        on(Ipv4Addr::LOCALHOST, text).or_else(|| text.parse().ok())
    };
    address.map(Address).ok_or_else(|| "expected PORT, IP:PORT or :PORT".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_port_is_on_loopback() {
        for (text, expected) in [
            ("8080", "127.0.0.1:8080"),
            ("0", "127.0.0.1:0"),
            ("localhost:8080", "127.0.0.1:8080"),
            (":8080", "0.0.0.0:8080"),
            ("10.0.0.1:80", "10.0.0.1:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(parse(text).unwrap().0.to_string(), expected, "{text}");
        }
        for text in ["", ":", "70000", "example.com:80", "10.0.0.1", "8080x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
