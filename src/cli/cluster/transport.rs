//! The way to the server: kube's stack, over sockets that send at once.
//!
//! kube leaves Nagle's algorithm on. A first request then waits for the server's delayed acknowledgement of the TLS
//! handshake, about 40 ms: longer than everything else that a short command does.

use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{ClientBuilder, ConfigExt};
use std::time::Duration;
use tower::{BoxError, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

/// When a connection is silent for so long, the system asks whether the other side is still there: a watch may be silent
/// for hours, and must notice that its server has gone.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A client for `config` that retries nothing by itself.
///
/// # Errors
/// When TLS or credentials cannot be set up.
pub(super) fn client(config: kube::Config) -> kube::Result<kube::Client> {
    if config.proxy_url.is_some() {
        return kube::Client::try_from(config);
    }
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_keepalive(Some(KEEPALIVE));
    connector.set_connect_timeout(config.connect_timeout);
    let connector = config.rustls_https_connector_with_connector(connector)?;
    let gzip = DecompressionLayer::new().gzip(!config.disable_compression);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(gzip)
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(HttpClient::builder(TokioExecutor::new()).build(connector));
    Ok(ClientBuilder::new(service, config.default_namespace).build())
}
