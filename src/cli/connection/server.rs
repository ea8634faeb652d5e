//! The address of a server, as client-go reads it (`rest.DefaultServerURL`).

use crate::cli::error::Error;
use http::Uri;

/// The address with its scheme: without one, plain HTTP is meant.
///
/// # Errors
/// [`Error::Plain`] and [`Error::Verbatim`] for what no request can be sent to, in kubectl's words. A port that is none is
/// refused, too: the usual one would be somebody else's.
pub(super) fn complete(text: &str) -> Result<String, Error> {
    let no_address = || Error::plain(format!("host must be a URL or a host:port pair: {text:?}"));
    if text.chars().any(char::is_control) {
        return Err(unreachable("net/url: invalid control character in URL"));
    }
    let has_scheme = text.contains("://");
    let whole = if has_scheme { text.to_owned() } else { format!("http://{text}") };
    let uri: Uri = whole.parse().map_err(|_| no_address())?;
    if !has_scheme && uri.path_and_query().is_some_and(|path| path != "/") {
        return Err(no_address());
    }
    match uri.scheme_str() {
        Some("http" | "https") => {}
        Some(other) => return Err(unreachable(&format!("unsupported protocol scheme {other:?}"))),
        None => return Err(no_address()),
    }
    if uri.host().is_none_or(str::is_empty) {
        return Err(unreachable("http: no Host in request URL"));
    }
    match port(&uri) {
        Port::Usable => Ok(whole),
        Port::TooLarge(port) => Err(unreachable(&format!("dial tcp: address {port}: invalid port"))),
        Port::NoNumber => Err(no_address()),
    }
}

/// What stands behind the host of an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Port {
    /// A port, or none.
    Usable,
    /// Digits.
    TooLarge(String),
    NoNumber,
}

/// The port of an address. `http` takes anything for one, and then knows none.
pub(super) fn port(uri: &Uri) -> Port {
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    let text = address.strip_prefix(uri.host().unwrap_or_default()).unwrap_or_default();
    match text.strip_prefix(':') {
        None | Some("") => Port::Usable,
        Some(digits) if !digits.bytes().all(|byte| byte.is_ascii_digit()) => Port::NoNumber,
        Some(digits) if digits.parse::<u16>().is_err() => Port::TooLarge(digits.to_owned()),
        Some(_) => Port::Usable,
    }
}

fn unreachable(why: &str) -> Error {
    Error::Verbatim(format!("Unable to connect to the server: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_a_scheme_http_is_meant() {
        for (text, whole) in [
            ("127.0.0.1:8001", "http://127.0.0.1:8001"),
            ("localhost", "http://localhost"),
            ("[::1]:1", "http://[::1]:1"),
            ("host/", "http://host/"),
            ("https://a:6443/k8s/clusters/c", "https://a:6443/k8s/clusters/c"),
            ("HTTPS://a:", "HTTPS://a:"),
        ] {
            assert_eq!(complete(text).unwrap(), whole);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_in_kubectls_words() {
        for text in
            ["a/b", "127.0.0.1:1/x", "https://", "https://a b", "https://[::1", "https://a:-1", "https://a:1a", "a?b"]
        {
            let refused = complete(text).unwrap_err().to_string();
            assert_eq!(refused, format!("host must be a URL or a host:port pair: {text:?}"));
        }
        for (text, why) in [
            ("a\nb", "net/url: invalid control character in URL"),
            ("ftp://a", "unsupported protocol scheme \"ftp\""),
            ("https://a:99999", "dial tcp: address 99999: invalid port"),
            ("http://:1", "http: no Host in request URL"),
        ] {
            assert_eq!(complete(text).unwrap_err().to_string(), format!("Unable to connect to the server: {why}"));
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_names_a_scheme_a_host_and_a_port_that_is_one(text in r"(https?|ftp|)(://|:|/|)[a-z0-9.:/@\[\]%?#\\ \n\x00ä-]{0,24}") {
            if let Ok(whole) = complete(&text) {
                let uri: Uri = whole.parse().unwrap();
                prop_assert!(matches!(uri.scheme_str(), Some("http" | "https")));
                prop_assert!(!uri.host().unwrap().is_empty());
                prop_assert_eq!(port(&uri), Port::Usable);
            }
        }
    }
}
