//! Why no answer came, in Go's words where Go has some.

use crate::text::decoding;
use rustls::CertificateError;
use std::error::Error as _;
use std::io::ErrorKind;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::ServerName;

/// Whether nothing listens there.
pub(crate) fn is_refused(error: &kube::Error) -> bool {
    io_causes(error).any(|io| io.kind() == ErrorKind::ConnectionRefused)
}

/// Whether the connection was lost on the way, as opposed to never made.
pub(crate) fn is_broken(error: &kube::Error) -> bool {
    let lost =
        [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof];
    let by_system = io_causes(error).any(|io| lost.contains(&io.kind()));
    by_system
        || causes(error)
            .any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message))
}

/// `host:port` of the server, the port only where it was written, and without a name and password before it.
pub(crate) fn host(server: &str) -> String {
    let uri: Option<http::Uri> = server.parse().ok();
    let authority = uri.and_then(|uri| uri.authority().map(ToString::to_string)).unwrap_or_else(|| server.to_owned());
    authority.rsplit_once('@').map_or(authority.as_str(), |(_, host)| host).to_owned()
}

/// The innermost cause, which is what a reader can act on.
pub(crate) fn reason(error: &kube::Error, server: &str) -> String {
    if let kube::Error::SerdeError(source) = error {
        return format!("unable to decode the answer: {}", decoding::cause(source));
    }
    if let Some(text) = causes(error).find_map(tls_inside) {
        return text;
    }
    let innermost = causes(error).last().map_or_else(|| error.to_string(), ToString::to_string);
    match io_causes(error).last() {
        Some(io) if io.kind() == ErrorKind::UnexpectedEof => "EOF".to_owned(),
        Some(io) if io.kind() == ErrorKind::ConnectionReset => "read: connection reset by peer".to_owned(),
        Some(io) if io.kind() == ErrorKind::TimedOut => "dial tcp: i/o timeout".to_owned(),
        Some(io) if io.to_string().contains("failed to lookup address") => {
            let host = host(server);
            let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
            format!("dial tcp: lookup {name}: no such host")
        }
        // hyper-util keeps the type of this one to itself.
        None if innermost == "tunnel error: proxy authorization required" => "Proxy Authentication Required".to_owned(),
        _ => innermost,
    }
}

/// An error of TLS, at whatever depth an `io::Error` hides it: `source()` skips what such an error wraps.
fn tls_inside(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    let inner = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
    tls_inside(inner)
}

fn tls(error: &rustls::Error) -> String {
    let prefix = "tls: failed to verify certificate: x509:";
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => format!("{prefix} certificate signed by unknown authority"),
            CertificateError::NotValidForNameContext { expected, presented } => {
                let kind = match expected {
                    ServerName::IpAddress(_) => "IpAddress(",
                    _ => "DnsName(",
                };
                format!("{prefix} certificate is valid for {}, not {}", names(presented, kind), expected.to_str())
            }
            CertificateError::NotValidForName => format!("{prefix} certificate is not valid for this name"),
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                format!("{prefix} certificate has expired or is not yet valid: {certificate}")
            }
            other => format!("{prefix} {other}"),
        },
        rustls::Error::InvalidMessage(_) => "http: server gave HTTP response to HTTPS client".to_owned(),
        other => format!("tls: {other}"),
    }
}

/// The names of one kind in what rustls keeps as `DnsName("a")` and `IpAddress(1.2.3.4)`.
fn names(presented: &[String], kind: &str) -> String {
    let bare = |name: &String| Some(name.strip_prefix(kind)?.strip_suffix(')')?.trim_matches('"').to_owned());
    presented.iter().filter_map(bare).collect::<Vec<_>>().join(", ")
}

fn causes<'a>(error: &'a kube::Error) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}

fn io_causes(error: &kube::Error) -> impl Iterator<Item = &std::io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> kube::Error {
        kube::Error::Service(error.into())
    }

    #[test]
    fn a_refused_connection_is_told_from_a_lost_one() {
        let refused = service(std::io::Error::from(ErrorKind::ConnectionRefused));
        assert!(is_refused(&refused) && !is_broken(&refused));
        let reset = service(std::io::Error::from(ErrorKind::ConnectionReset));
        assert!(!is_refused(&reset) && is_broken(&reset));
        assert_eq!(host("https://a:6443/x"), "a:6443");
        assert_eq!(host("https://u:p@a:6443/x"), "a:6443");
    }

    #[test]
    fn certificates_are_refused_in_gos_words_however_deep_they_lie() {
        let expected = ServerName::try_from("localhost").unwrap();
        let presented = vec!["DnsName(\"kubernetes\")".to_owned(), "IpAddress(127.0.0.1)".to_owned()];
        let certificate = CertificateError::NotValidForNameContext { expected, presented };
        let deep = std::io::Error::other(std::io::Error::other(rustls::Error::InvalidCertificate(certificate)));
        assert_eq!(
            reason(&service(deep), ""),
            "tls: failed to verify certificate: x509: certificate is valid for kubernetes, not localhost"
        );
    }

    #[test]
    fn a_name_that_no_one_knows_is_named() {
        let io = std::io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(reason(&service(io), "https://nohost.invalid:1"), "dial tcp: lookup nohost.invalid: no such host");
    }
}
