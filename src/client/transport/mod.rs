//! The way to the server: kube's layers, over sockets that send at once, straight or through a proxy.
//!
//! kube leaves Nagle's algorithm on. A first request then waits for the server's delayed acknowledgement of the TLS
//! handshake, about 40 ms: longer than everything else that a short command does. It also runs an exec plugin twice, and
//! takes a token's file as it is, with its line end.

mod connector;
mod outgoing;

use super::auth::layer::{self, AuthLayer, ClientCertResolver, Source};
use crate::client::Error;
use base64::Engine as _;
use connector::{DIAL, Limited, PROXY, Secured};
use http::{HeaderValue, Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use kube::client::{Body, ClientBuilder, ConfigExt};
use outgoing::Outgoing;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::ClientConfig;
use tower::{BoxError, Service, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

/// When a connection is silent for so long, the system asks whether the other side is still there: a watch may be silent
/// for hours, and must notice that its server has gone.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A client for `config` that retries nothing by itself; with `quiet`, what credential plugins say is not shown.
///
/// # Errors
/// [`Error::Config`] or [`Error::Unsendable`] when TLS or credentials cannot be set up.
pub fn client(mut config: kube::Config, quiet: bool) -> Result<kube::Client, Error> {
    let source = Source::take(&mut config.auth_info, quiet);
    let mut sockets = HttpConnector::new();
    sockets.enforce_http(false);
    sockets.set_nodelay(true);
    sockets.set_keepalive(Some(KEEPALIVE));
    sockets.set_connect_timeout(config.connect_timeout);
    let sockets = Limited { inner: sockets, step: DIAL };
    let Some(proxy) = config.proxy_url.take() else { return through(sockets, config, source) };
    match proxy.scheme_str() {
        Some("socks5") => through(by_proxy(SocksV5::new(proxy, sockets)), config, source),
        Some("https") => {
            let secured = secured(sockets, config.rustls_client_config().map_err(Error::config)?, &config)?;
            through(by_proxy(authorized(Tunnel::new(proxy.clone(), secured), &proxy)), config, source)
        }
        _ => through(by_proxy(authorized(Tunnel::new(proxy.clone(), sockets), &proxy)), config, source),
    }
}

fn by_proxy<C>(inner: C) -> Limited<C> {
    Limited { inner, step: PROXY }
}

/// With the name and the password that stand in the proxy's address.
fn authorized<C>(tunnel: Tunnel<C>, proxy: &Uri) -> Tunnel<C> {
    let named = proxy.authority().and_then(|authority| authority.as_str().rsplit_once('@'));
    let Some((who, _)) = named else { return tunnel };
    let who: Vec<u8> = percent_encoding::percent_decode_str(who).collect();
    let who = if who.contains(&b':') { who } else { [who.as_slice(), b":"].concat() };
    let value = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(who));
    match HeaderValue::from_str(&value) {
        Ok(value) => tunnel.with_auth(value),
        Err(_) => tunnel,
    }
}

fn through<S>(sockets: S, config: kube::Config, source: Option<Source>) -> Result<kube::Client, Error>
where
    Secured<S>: Connect + Clone + Send + Sync + 'static,
{
    let mut tls = config.rustls_client_config().map_err(Error::config)?;
    match source {
        Some(source) => {
            let shown = Arc::new(ClientCertResolver::default());
            tls.client_auth_cert_resolver = shown.clone();
            let connector = secured(sockets, tls, &config)?;
            stack(AuthLayer::new(source, shown, connector), config)
        }
        None => stack(layer::client(secured(sockets, tls, &config)?), config),
    }
}

fn secured<S>(sockets: S, tls: ClientConfig, config: &kube::Config) -> Result<Secured<S>, Error> {
    Secured::new(sockets, tls, config.tls_server_name.as_deref()).map_err(Error::Config)
}

fn stack<S>(service: S, config: kube::Config) -> Result<kube::Client, Error>
where
    S: Service<Request<Body>, Response = Response<Incoming>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    let gzip = DecompressionLayer::new().gzip(!config.disable_compression);
    let service = ServiceBuilder::new().layer(gzip).map_err(Into::<BoxError>::into).service(service);
    Ok(ClientBuilder::new(Outgoing::new(service, &config)?, config.default_namespace).build())
}
