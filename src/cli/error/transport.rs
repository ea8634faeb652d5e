//! Why no answer came, in Go's words where Go has some.

use rustls::CertificateError;
use std::error::Error as _;
use std::io::ErrorKind;
use tokio_rustls::rustls;

/// Whether nothing listens there.
pub(super) fn is_refused(error: &kube::Error) -> bool {
    io_causes(error).any(|io| io.kind() == ErrorKind::ConnectionRefused)
}

/// Whether the connection was lost on the way, as opposed to never made.
pub(super) fn is_broken(error: &kube::Error) -> bool {
    let lost =
        [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof];
    let by_system = io_causes(error).any(|io| lost.contains(&io.kind()));
    by_system
        || causes(error)
            .any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message))
}

/// `host:port` of the server, the port only where it was written.
pub(super) fn host(server: &str) -> String {
    let uri: Option<http::Uri> = server.parse().ok();
    uri.and_then(|uri| uri.authority().map(ToString::to_string)).unwrap_or_else(|| server.to_owned())
}

/// The innermost cause, which is what a reader can act on.
pub(super) fn reason(error: &kube::Error) -> String {
    if let Some(text) = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>().map(tls)) {
        return text;
    }
    // An io::Error may hide the TLS error inside.
    let inner = |io: &std::io::Error| io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).map(tls);
    if let Some(text) = io_causes(error).find_map(inner) {
        return text;
    }
    let innermost = causes(error).last().map_or_else(|| error.to_string(), ToString::to_string);
    match io_causes(error).last() {
        Some(io) if io.kind() == ErrorKind::UnexpectedEof => "EOF".to_owned(),
        Some(io) if io.kind() == ErrorKind::ConnectionReset => "read: connection reset by peer".to_owned(),
        Some(io) if io.kind() == ErrorKind::TimedOut => "dial tcp: i/o timeout".to_owned(),
        Some(io) if io.to_string().contains("failed to lookup address") => "dial tcp: lookup: no such host".to_owned(),
        _ => innermost,
    }
}

fn tls(error: &rustls::Error) -> String {
    let prefix = "tls: failed to verify certificate: x509:";
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => format!("{prefix} certificate signed by unknown authority"),
            CertificateError::NotValidForNameContext { expected, presented } => {
                format!("{prefix} certificate is valid for {}, not {}", names(presented), expected.to_str())
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

/// `DnsName("a")` and `IpAddress(1.2.3.4)`, as rustls keeps them, without their wrapping.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
        inner.trim_matches('"').to_owned()
    };
    presented.iter().map(bare).collect::<Vec<_>>().join(", ")
}

fn causes<'a>(error: &'a kube::Error) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}

fn io_causes(error: &kube::Error) -> impl Iterator<Item = &std::io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>())
}
