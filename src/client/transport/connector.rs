//! The steps of a connection, each with Go's limit: dialing, the conversation with a proxy, the TLS handshake.
//!
//! hyper-rustls' connector has no limit for its handshake: a port that takes the connection and stays silent would be
//! waited for without end.

use hyper::rt::{Read, Write};
use hyper_rustls::{DefaultServerNameResolver, MaybeHttpsStream, ResolveServerName};
use hyper_util::client::legacy::connect::Connection;
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use tower::{BoxError, Service};

/// client-go's dialer, name resolution included.
pub(super) const DIAL: Step = Step { limit: Duration::from_secs(30), late: "dial tcp: i/o timeout" };
/// The whole way through a proxy; Go's `http.Transport` gives a minute to the answer to its CONNECT.
pub(super) const PROXY: Step = Step { limit: Duration::from_secs(60), late: "context deadline exceeded" };
/// client-go's `http.Transport`.
const HANDSHAKE: Step = Step { limit: Duration::from_secs(10), late: "net/http: TLS handshake timeout" };

/// A step of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    limit: Duration,
    /// What Go says when it takes longer.
    late: &'static str,
}

/// A step has taken too long.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Late(&'static str);

impl Step {
    async fn limited<T, E: Into<BoxError>>(self, step: impl Future<Output = Result<T, E>>) -> Result<T, BoxError> {
        match tokio::time::timeout(self.limit, step).await {
            Ok(ended) => ended.map_err(Into::into),
            Err(_) => Err(Late(self.late).into()),
        }
    }
}

type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// A connector that gives up.
#[derive(Clone, Debug)]
pub(super) struct Limited<C> {
    pub(super) inner: C,
    pub(super) step: Step,
}

impl<C> Service<http::Uri> for Limited<C>
where
    C: Service<http::Uri>,
    C::Response: 'static,
    C::Error: Into<BoxError> + 'static,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Connecting<C::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: http::Uri) -> Self::Future {
        Box::pin(self.step.limited(self.inner.call(to)))
    }
}

/// A connector that speaks TLS, over the connections of another one, with servers whose address begins with `https`.
#[derive(Clone)]
pub(super) struct Secured<C> {
    inner: C,
    tls: Arc<ClientConfig>,
    /// Whose certificate is expected; `None`: that of the address.
    name: Option<ServerName<'static>>,
}

impl<C> Secured<C> {
    /// # Errors
    /// A `name` that is none.
    pub(super) fn new(inner: C, tls: ClientConfig, name: Option<&str>) -> Result<Self, BoxError> {
        let name = name.map(|name| ServerName::try_from(name.to_owned())).transpose()?;
        Ok(Self { inner, tls: Arc::new(tls), name })
    }
}

impl<C> Service<http::Uri> for Secured<C>
where
    C: Service<http::Uri>,
    C::Response: Connection + Read + Write + Send + Unpin + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    type Response = MaybeHttpsStream<C::Response>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: http::Uri) -> Self::Future {
        let secure = to.scheme() == Some(&http::uri::Scheme::HTTPS);
        let name = match &self.name {
            Some(name) => Ok(name.clone()),
            None => DefaultServerNameResolver::default().resolve(&to),
        };
        let (connecting, tls) = (self.inner.call(to), Arc::clone(&self.tls));
        Box::pin(async move {
            let connection = connecting.await.map_err(Into::into)?;
            if !secure {
                return Ok(connection.into());
            }
            let handshake = TlsConnector::from(tls).connect(name?, TokioIo::new(connection));
            Ok(HANDSHAKE.limited(handshake).await?.into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::ServiceExt as _;

    #[tokio::test(start_paused = true)]
    async fn each_step_is_given_up_in_gos_words() {
        for (step, seconds, words) in [
            (DIAL, 30, "dial tcp: i/o timeout"),
            (PROXY, 60, "context deadline exceeded"),
            (HANDSHAKE, 10, "net/http: TLS handshake timeout"),
        ] {
            let silent = tower::service_fn(|_: http::Uri| std::future::pending::<Result<(), BoxError>>());
            let begun = tokio::time::Instant::now();
            let given_up = Limited { inner: silent, step }.oneshot(http::Uri::from_static("https://a")).await;
            assert_eq!(given_up.unwrap_err().to_string(), words);
            assert_eq!(begun.elapsed(), Duration::from_secs(seconds), "{words}");
        }
    }
}
