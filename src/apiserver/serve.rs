//! The server on a socket: TLS and a bearer token, as kubectl sends credentials over nothing less.

use crate::apiserver::tls::{Identity, TlsError};
use crate::apiserver::{Body, Server, response};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// What the public may see without a token, as on a real server.
const PUBLIC: [&str; 4] = ["/healthz", "/livez", "/readyz", "/version"];

/// Answers on `listener` until `shutdown` is cancelled, then drops every connection, watches included.
///
/// # Errors
/// When the certificate cannot be used. A connection that fails ends alone.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    identity: &Identity,
    token: String,
    shutdown: CancellationToken,
) -> Result<(), TlsError> {
    let acceptor = identity.acceptor()?;
    let token: Arc<str> = token.into();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(server.clone(), stream, acceptor.clone(), Arc::clone(&token)));
                }
                Err(error) => tracing::warn!(%error, "cannot accept a connection"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(server: Server, stream: TcpStream, acceptor: TlsAcceptor, token: Arc<str>) {
    // Small answers and watch events should leave at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let stream = match acceptor.accept(stream).await {
        Ok(stream) => stream,
        Err(error) => return tracing::debug!(%error, "TLS handshake failed"),
    };
    let service = service_fn(|request: Request<Incoming>| guarded(&server, request, &token));
    let http = hyper::server::conn::http1::Builder::new();
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "connection ended");
    }
}

async fn guarded(server: &Server, request: Request<Incoming>, token: &str) -> Result<Response<Body>, Infallible> {
    let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let admitted = match sent {
        Some(sent) => sent.strip_prefix("Bearer ").is_some_and(|sent| is_same(sent.trim(), token)),
        None => PUBLIC.contains(&request.uri().path().trim_end_matches('/')),
    };
    if !admitted {
        let (parts, _) = request.into_parts();
        return Ok(response::unauthorized(&parts));
    }
    Ok(server.handle(request).await)
}

/// Compares in a time that does not tell how much of a guess is right.
fn is_same(guess: &str, token: &str) -> bool {
    let (guess, token) = (guess.as_bytes(), token.as_bytes());
    let different = guess.iter().zip(token).fold(0, |different, (a, b)| different | (a ^ b));
    guess.len() == token.len() && different == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        assert!(is_same("abc", "abc"));
        for guess in ["", "ab", "abd", "abcd"] {
            assert!(!is_same(guess, "abc"), "{guess}");
        }
    }
}
