//! `/healthz`, `/readyz` and `/metrics`, over plain HTTP: for a kubelet's probes and for Prometheus. Nothing that is told
//! here is secret, and nothing can be changed here.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How long a client may take to ask.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many clients are served at once; the others wait.
const CLIENTS: usize = 32;

/// The media type of [`Probed::metrics`].
pub const METRICS_MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a service tells of itself.
pub trait Probed: Clone + Send + Sync + 'static {
    /// Whether it gets on; if not, a kubelet restarts it. `Err` says why not.
    ///
    /// # Errors
    /// One sentence, for a person.
    fn health(&self) -> Result<(), &'static str>;
    /// Whether it does its work, or stands by. `Err` says why not.
    ///
    /// # Errors
    /// One sentence, for a person.
    fn readiness(&self) -> Result<(), &'static str>;
    /// Its metrics in the OpenMetrics text format.
    fn metrics(&self) -> String;
}

/// Answers until it is dropped. A connection that fails ends alone.
pub async fn serve(listener: TcpListener, service: impl Probed) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    let mut connections = tokio::task::JoinSet::new();
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let probed = service.clone();
                connections.spawn(async move {
                    let service = service_fn(|request| std::future::ready(answer(&request, &probed)));
                    let mut http = hyper::server::conn::http1::Builder::new();
                    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
                    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
                        tracing::debug!(%error, "a probe's connection ended");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a probe's connection");
                // Out of file descriptors, most likely: trying again at once would only burn the CPU.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn answer<B>(request: &Request<B>, service: &impl Probed) -> Result<Response<Full<Bytes>>, Infallible> {
    const TEXT: &str = "text/plain; charset=utf-8";
    let told = |result: Result<(), &str>, failure| match result {
        Ok(()) => (StatusCode::OK, TEXT, "ok".to_owned()),
        Err(why) => (failure, TEXT, format!("{why}\n")),
    };
    let (status, media_type, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, path) => match path {
            "/healthz" => told(service.health(), StatusCode::INTERNAL_SERVER_ERROR),
            "/readyz" => told(service.readiness(), StatusCode::SERVICE_UNAVAILABLE),
            "/metrics" => (StatusCode::OK, METRICS_MEDIA_TYPE, service.metrics()),
            _ => (StatusCode::NOT_FOUND, TEXT, "404 page not found\n".to_owned()),
        },
        _ => (StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET is served\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(media_type));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, http::HeaderValue::from_static("GET, HEAD"));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Default)]
    struct Service {
        unhealthy: bool,
        unready: bool,
    }

    impl Probed for Service {
        fn health(&self) -> Result<(), &'static str> {
            if self.unhealthy { Err("stuck") } else { Ok(()) }
        }

        fn readiness(&self) -> Result<(), &'static str> {
            if self.unready { Err("not yet") } else { Ok(()) }
        }

        fn metrics(&self) -> String {
            "# EOF\n".to_owned()
        }
    }

    fn status(method: &str, path: &str, service: Service) -> u16 {
        let request = Request::builder().method(method).uri(path).body(()).unwrap();
        answer(&request, &service).unwrap().status().as_u16()
    }

    #[test]
    fn only_what_is_there_is_served_and_only_to_read() {
        for (method, path, expected) in [
            ("GET", "/healthz", 200),
            ("HEAD", "/readyz", 200),
            ("GET", "/metrics", 200),
            ("GET", "/metrics/", 404),
            ("GET", "/", 404),
            ("POST", "/healthz", 405),
        ] {
            assert_eq!(status(method, path, Service::default()), expected, "{method} {path}");
        }
    }

    #[test]
    fn health_and_readiness_are_two_things() {
        let unready = Service { unready: true, unhealthy: false };
        assert_eq!([status("GET", "/healthz", unready), status("GET", "/readyz", unready)], [200, 503]);
        let unhealthy = Service { unhealthy: true, unready: false };
        assert_eq!([status("GET", "/healthz", unhealthy), status("GET", "/readyz", unhealthy)], [500, 200]);
    }
}
