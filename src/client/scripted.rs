//! A cluster for tests whose answers are written down, and which keeps the requests.

use super::Cluster;
use crate::client::Sink;
use http::{Request, Response};
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// `METHOD path?query body`, one for each request.
pub(crate) type Requests = Arc<Mutex<Vec<String>>>;

/// A cluster in namespace `here`. `answer` gets `METHOD path?query` and says status and body.
pub(crate) fn scripted(answer: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static) -> (Cluster, Requests) {
    scripted_bytes(move |line| {
        let (status, body) = answer(line);
        (status, body.to_string().into_bytes())
    })
}

/// The same with bodies that need not be one JSON value, such as the events of a watch.
pub(crate) fn scripted_bytes(answer: impl Fn(&str) -> (u16, Vec<u8>) + Send + Sync + 'static) -> (Cluster, Requests) {
    let requests = Requests::default();
    let answer = Arc::new(answer);
    let kept = Arc::clone(&requests);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
        async move {
            let line = format!("{} {}", request.method(), request.uri());
            let body = request.into_body().collect().await?.to_bytes();
            kept.lock().unwrap().push(format!("{line} {}", String::from_utf8_lossy(&body)).trim_end().to_owned());
            let (status, body) = answer(&line);
            let response = Response::builder().status(status).header("Retry-After", "0");
            Ok::<_, kube::Error>(response.body(Body::from(body)).unwrap())
        }
    });
    let cluster = Cluster {
        client: kube::Client::new(service, "here"),
        namespace: crate::api::namespace::NamespaceName::given("here").unwrap(),
        namespace_is_explicit: false,
        server: http::Uri::from_static("https://cluster.test"),
        verbosity: super::trace::Level(0),
        request_timeout: None,
    };
    (cluster, requests)
}

/// A sink that keeps nothing.
pub(crate) struct Silent;

impl Sink for Silent {
    fn warning(&mut self, _: &str) {}

    fn trace(&mut self, _: &str) {}
}

/// A sink that keeps nothing.
pub(crate) fn silent() -> Silent {
    Silent
}

/// The body of a refusal.
pub(crate) fn refusal(reason: &str) -> Value {
    serde_json::json!({"kind": "Status", "status": "Failure", "reason": reason, "message": reason})
}
