//! `/healthz`, `/readyz` and `/metrics`, over plain HTTP: for a kubelet's probes and for Prometheus. Nothing that is told
//! here is secret, and nothing can be changed here.

use super::metrics::{MEDIA_TYPE, Metrics};
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

/// Answers until it is dropped. A connection that fails ends alone.
pub async fn serve(listener: TcpListener, metrics: Metrics) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    let mut connections = tokio::task::JoinSet::new();
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let metrics = metrics.clone();
                connections.spawn(async move {
                    let service = service_fn(|request| std::future::ready(answer(&request, &metrics)));
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

fn answer<B>(request: &Request<B>, metrics: &Metrics) -> Result<Response<Full<Bytes>>, Infallible> {
    const TEXT: &str = "text/plain; charset=utf-8";
    let (status, media_type, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, path) => match path {
            "/healthz" if metrics.is_healthy() => (StatusCode::OK, TEXT, "ok".to_owned()),
            "/healthz" => (StatusCode::INTERNAL_SERVER_ERROR, TEXT, "no request of a pass is answered\n".to_owned()),
            "/readyz" if metrics.is_ready() => (StatusCode::OK, TEXT, "ok".to_owned()),
            "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, TEXT, "sets and VMIs have not been listed yet\n".to_owned()),
            "/metrics" => (StatusCode::OK, MEDIA_TYPE, metrics.text()),
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

    fn status(method: &str, path: &str, metrics: &Metrics) -> u16 {
        let request = Request::builder().method(method).uri(path).body(()).unwrap();
        answer(&request, metrics).unwrap().status().as_u16()
    }

    #[test]
    fn only_what_is_there_is_served_and_only_to_read() {
        let metrics = Metrics::default();
        for (method, path, expected) in [
            ("GET", "/healthz", 200),
            ("HEAD", "/readyz", 200),
            ("GET", "/metrics", 200),
            ("GET", "/metrics/", 404),
            ("GET", "/", 404),
            ("POST", "/healthz", 405),
        ] {
            assert_eq!(status(method, path, &metrics), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_controller_that_sees_nothing_yet_is_alive_and_not_ready() {
        let metrics = Metrics::default();
        metrics.start();
        assert_eq!([status("GET", "/healthz", &metrics), status("GET", "/readyz", &metrics)], [200, 503]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_controller_that_nobody_answers_is_not_alive() {
        let metrics = Metrics::default();
        metrics.request_started();
        tokio::time::advance(Duration::from_secs(74)).await;
        assert_eq!(status("GET", "/healthz", &metrics), 200);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(status("GET", "/healthz", &metrics), 500);
    }
}
