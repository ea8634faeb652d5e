//! The address of a server, as client-go reads it (`rest.DefaultServerURL`).

use crate::client::Error;
use http::Uri;

/// The address with its scheme: without one, plain HTTP is meant.
///
/// # Errors
/// [`Error::Input`] and [`Error::Unsendable`] for what no request can be sent to, in kubectl's words. A port that is none is
/// refused, too: the usual one would be somebody else's.
pub(super) fn complete(text: &str) -> Result<String, Error> {
    let no_address = || Error::input(format!("host must be a URL or a host:port pair: {text:?}"));
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

/// Name and password, both decoded.
pub(super) type UserInfo = (String, String);

/// The address without the name and the password that stand in it, and those. They are nobody's to see in messages.
pub(super) fn without_user(whole: &str) -> (String, Option<UserInfo>) {
    let Some((scheme, rest)) = whole.split_once("://") else { return (whole.to_owned(), None) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((who, address)) = authority.rsplit_once('@') else { return (whole.to_owned(), None) };
    let (name, password) = who.split_once(':').unwrap_or((who, ""));
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    (format!("{scheme}://{address}{path}"), Some((decoded(name), decoded(password))))
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
    Error::Unsendable(why.to_string())
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
            assert_eq!(complete(text).unwrap_err().to_string(), format!("{why}"));
        }
    }

    #[test]
    fn who_stands_in_an_address_is_taken_out_of_it() {
        let (address, who) = without_user("https://me%40home:a%3Ab@host:1/x@y");
        assert_eq!((address.as_str(), who), ("https://host:1/x@y", Some(("me@home".into(), "a:b".into()))));
        assert_eq!(without_user("http://me@host"), ("http://host".into(), Some(("me".into(), String::new()))));
        assert_eq!(without_user("https://host/a@b"), ("https://host/a@b".into(), None));
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
