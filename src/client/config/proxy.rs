//! Which proxy leads to a server: `proxy-url` of the kubeconfig, else the environment, by the rules of Go's
//! `http.ProxyFromEnvironment` (golang.org/x/net/http/httpproxy).

use super::server;
use crate::client::Error;
use http::Uri;
use std::net::IpAddr;

/// The proxy for `server`: `written` (the kubeconfig's `proxy-url`) whatever the environment says, else what `variable`
/// knows. `None` means straight to the server.
///
/// # Errors
/// [`Error::Input`] for an address that is none, in client-go's words.
pub(super) fn choose(
    server: &Uri,
    written: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Uri>, Error> {
    if let Some(written) = written.filter(|written| !written.is_empty()) {
        return parse(written).map(Some).map_err(Error::input);
    }
    let either =
        |upper: &str| variable(upper).or_else(|| variable(&upper.to_lowercase())).filter(|set| !set.is_empty());
    let name = if server.scheme_str() == Some("http") { "HTTP_PROXY" } else { "HTTPS_PROXY" };
    let Some(address) = either(name) else { return Ok(None) };
    if goes_direct(server, &either("NO_PROXY").unwrap_or_default()) {
        return Ok(None);
    }
    let whole = if address.contains("://") { address.clone() } else { format!("http://{address}") };
    parse(&whole).map(Some).map_err(|fault| Error::input(format!("invalid proxy address {address:?}: {fault}")))
}

/// The address of a proxy.
///
/// # Errors
/// What client-go says of one that it cannot use.
pub(super) fn parse(address: &str) -> Result<Uri, String> {
    let uri: Uri = address.parse().map_err(|_| format!("could not parse: {address}"))?;
    if uri.host().is_none_or(str::is_empty) || server::port(&uri) != server::Port::Usable {
        return Err(format!("could not parse: {address}"));
    }
    match uri.scheme_str() {
        Some("http" | "https" | "socks5") => Ok(uri),
        other => Err(format!("unsupported scheme {:?}, must be http, https, or socks5", other.unwrap_or_default())),
    }
}

/// Whether the server is this machine itself or one of those in `NO_PROXY`.
fn goes_direct(server: &Uri, exceptions: &str) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    let port = server.port_u16().unwrap_or(if server.scheme_str() == Some("http") { 80 } else { 443 });
    exceptions.split(',').map(|word| word.trim().to_lowercase()).any(|word| matches(&word, &host, address, port))
}

/// Whether a word of `NO_PROXY` (`*`, an address, a range, a name, `.name` or `*.name`, perhaps with a port) means it.
fn matches(word: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if word.is_empty() {
        return false;
    }
    if word == "*" {
        return true;
    }
    if let Some((network, length)) = word.split_once('/') {
        let network: Option<IpAddr> = network.parse().ok();
        return network
            .zip(length.parse().ok())
            .zip(address)
            .is_some_and(|((network, length), address)| within(network, length, address));
    }
    let (word, wanted) = match word.rsplit_once(':') {
        Some((before, digits)) if !before.contains(':') || before.ends_with(']') => (before, digits.parse().ok()),
        _ => (word, None),
    };
    if wanted.is_some_and(|wanted: u16| wanted != port) {
        return false;
    }
    let word = word.trim_matches(['[', ']']);
    if let Ok(named) = word.parse::<IpAddr>() {
        return address == Some(named);
    }
    let word = word.strip_prefix('*').unwrap_or(word);
    match word.strip_prefix('.') {
        Some(_) => host.ends_with(word),
        None => host == word || host.strip_suffix(word).is_some_and(|before| before.ends_with('.')),
    }
}

fn within(network: IpAddr, length: u32, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(length)).unwrap_or(0);
            length <= 32 && network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(length)).unwrap_or(0);
            length <= 128 && network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(server: &str, variables: &[(&str, &str)]) -> Option<String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        choose(&server.parse().unwrap(), None, variable).unwrap().map(|uri| uri.to_string())
    }

    #[test]
    fn the_environment_is_read_as_go_reads_it() {
        let proxy = Some("http://p:3128/".to_owned());
        assert_eq!(chosen("https://a:6443", &[("HTTPS_PROXY", "http://p:3128")]), proxy);
        assert_eq!(chosen("https://a:6443", &[("https_proxy", "p:3128")]), proxy);
        assert_eq!(chosen("https://a:6443", &[("HTTP_PROXY", "http://p:3128")]), None);
        assert_eq!(chosen("http://a:8080", &[("HTTP_PROXY", "http://p:3128")]), proxy);
        assert_eq!(chosen("https://a", &[("HTTPS_PROXY", ""), ("https_proxy", "")]), None);
        for server in ["https://localhost:6443", "https://127.0.0.9:6443", "https://[::1]:6443"] {
            assert_eq!(chosen(server, &[("HTTPS_PROXY", "http://p:3128")]), None, "{server}");
        }
    }

    #[test]
    fn exceptions_are_names_addresses_and_ranges() {
        let direct = |server: &str, no_proxy: &str| {
            chosen(server, &[("HTTPS_PROXY", "http://p:3128"), ("NO_PROXY", no_proxy)]).is_none()
        };
        for (server, no_proxy) in [
            ("https://a.example:6443", "*"),
            ("https://a.example:6443", "example"),
            ("https://a.example:6443", "x, .example"),
            ("https://a.example:6443", "*.example"),
            ("https://A.Example:6443", "a.eXample:6443"),
            ("https://10.1.2.3:6443", "10.0.0.0/8"),
            ("https://10.1.2.3:6443", "10.1.2.3"),
            ("https://[fd00::1]:6443", "fd00::/8"),
            ("https://[fd00::1]:6443", "[fd00::1]:6443"),
            ("https://1.2.3.4", "0.0.0.0/0"),
        ] {
            assert!(direct(server, no_proxy), "{server} {no_proxy}");
        }
        for (server, no_proxy) in [
            ("https://a.example:6443", "other,,"),
            ("https://example:6443", ".example"),
            ("https://badexample:6443", "example"),
            ("https://a.example:6443", "a.example:443"),
            ("https://11.1.2.3:6443", "10.0.0.0/8"),
            ("https://10.1.2.3:6443", "10.0.0.0/99"),
        ] {
            assert!(!direct(server, no_proxy), "{server} {no_proxy}");
        }
    }

    #[test]
    fn what_the_kubeconfig_says_counts_more() {
        let nothing = |_: &str| None;
        let server = "https://127.0.0.1:1".parse().unwrap();
        let written = choose(&server, Some("socks5://p:1"), nothing).unwrap();
        assert_eq!(written.unwrap().scheme_str(), Some("socks5"));
        let refused = choose(&server, Some("gopher://p:1"), nothing).unwrap_err();
        assert_eq!(refused.to_string(), "unsupported scheme \"gopher\", must be http, https, or socks5");
    }
}
