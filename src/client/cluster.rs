//! One cluster, reached by plain HTTP requests: the verbs know group, version and resource, so there is no discovery.
//!
//! kube's typed `Api` hides response headers (warnings) and cannot ask for a Table or for field validation; the verbs
//! therefore send requests of their own through kube's client, which does TLS, credentials and proxies.

use super::answer::{Answer, Broken};
use super::error::Error;
use super::path::Path;
use super::trace::Level;
use super::{retry, transport};
use crate::api::namespace::NamespaceName;
use crate::client::Sink;
use bytes::Bytes;
use http::{Method, Request, Response};
use kube::client::Body;
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};

/// A cluster and the namespace to work in.
#[derive(Clone)]
pub struct Cluster {
    /// For the loops (reconciler) that work through kube's own `Api` and `watcher`.
    pub client: kube::Client,
    /// From `-n`, the context, or `default`.
    pub namespace: NamespaceName,
    /// Whether `-n` was given: a manifest for another namespace is then an error.
    pub namespace_is_explicit: bool,
    /// As the user knows it, for messages about the connection.
    pub server: http::Uri,
    pub(super) verbosity: Level,
    pub(super) request_timeout: Option<Duration>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.server)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

/// A request before it is sent.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: Path,
    query: Vec<(&'static str, String)>,
    accept: &'static str,
    body: Option<(&'static str, Vec<u8>)>,
}

impl Call {
    /// A request for `path`.
    pub fn new(method: Method, path: impl Into<Path>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), accept: "application/json", body: None }
    }

    /// Adds a query parameter; the value is encoded here.
    #[must_use]
    pub fn query(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Asks for another representation, for instance [`crate::api::table::ACCEPT`].
    #[must_use]
    pub fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Adds a body of that content type.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: Vec<u8>) -> Self {
        self.body = Some((content_type, body));
        self
    }

    /// Whether its answer goes on.
    fn streams(&self) -> bool {
        self.query.iter().any(|(key, _)| *key == "watch")
    }
}

impl Cluster {
    /// A client for `config`, which retries nothing by itself: a repeated POST could make two VMs of one. `quiet`: what a
    /// credential plugin writes to stderr is not shown.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Unsendable`] when TLS or credentials cannot be set up.
    pub fn new(mut config: kube::Config, namespace: Option<NamespaceName>, quiet: bool) -> Result<Self, Error> {
        config.default_retry = false;
        let server = config.cluster_url.clone();
        let namespace_is_explicit = namespace.is_some();
        let namespace = namespace.or_else(|| NamespaceName::given(&*config.default_namespace)).unwrap_or_default();
        // kube's own word for "not given" would be an empty path segment, too.
        config.default_namespace = namespace.to_string();
        let client = transport::client(config, quiet)?;
        Ok(Self { client, namespace, namespace_is_explicit, server, verbosity: Level(0), request_timeout: None })
    }

    /// From 6 on, requests are shown to the sink; each level shows more.
    #[must_use]
    pub fn with_verbosity(self, verbosity: u8) -> Self {
        Self { verbosity: Level(verbosity), ..self }
    }

    /// How long a single request may take.
    #[must_use]
    pub fn with_request_timeout(self, request_timeout: Option<Duration>) -> Self {
        Self { request_timeout, ..self }
    }

    /// Sends the request; a status of 400 and above becomes [`Error::Api`]. Warnings of the server go to `sink`.
    ///
    /// A GET is sent again, a bounded number of times, when the server asks for patience or when no answer came. Nothing
    /// else ever is: a POST that timed out may have made its object.
    ///
    /// # Errors
    /// [`Error::Api`] for a refusal, [`Error::Transport`] when no answer came, [`Error::RequestTimeout`] when none came in
    /// time.
    pub async fn send(&self, sink: &mut dyn Sink, call: Call) -> Result<Answer, Error> {
        let mut attempt = 0;
        loop {
            let answer = self.send_once(sink, call.clone()).await;
            let Some(pause) = retry::pause(&call.method, attempt, answer.as_ref()) else {
                let response = answer?;
                return self.accepted(&call, response).await;
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn send_once(&self, sink: &mut dyn Sink, call: Call) -> Result<Response<Answer>, Error> {
        let (method, streams) = (call.method.clone(), call.streams());
        let head = head(&call)?;
        let body = call.body.map(|(_, body)| body).unwrap_or_default();
        let url = format!("{}{}", self.server.to_string().trim_end_matches('/'), head.uri());
        self.verbosity.request(sink, &method, &url, head.headers());
        self.verbosity.body(sink, "Request", &body);
        let started = Instant::now();
        let deadline = self.request_timeout.map(|limit| tokio::time::Instant::now() + limit);
        let answer = self.client.send(head.map(|()| Body::from(body)));
        let answer = match deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, answer).await.map_err(|_| Error::RequestTimeout)?,
            None => answer.await,
        };
        let status = answer.as_ref().ok().map(Response::status);
        self.verbosity.answer(sink, &method, &url, status, started.elapsed());
        let response = answer.map_err(|source| self.transport(source))?;
        self.verbosity.answered(sink, response.headers());
        for warning in response.headers().get_all(http::header::WARNING) {
            if let Some(text) = warning.to_str().ok().and_then(warning_text) {
                sink.warning(&text);
            }
        }
        let response = response.map(|body| Answer::new(body, deadline.filter(|_| !streams)));
        if streams || !self.verbosity.shows_bodies() {
            return Ok(response);
        }
        self.shown(sink, response).await
    }

    /// The same answer, once its body has been shown.
    async fn shown(&self, sink: &mut dyn Sink, response: Response<Answer>) -> Result<Response<Answer>, Error> {
        let (head, body) = response.into_parts();
        let body = self.whole(body).await?;
        self.verbosity.body(sink, "Response", &body);
        Ok(Response::from_parts(head, Answer::new(Body::from(body), None)))
    }

    async fn accepted(&self, call: &Call, response: Response<Answer>) -> Result<Answer, Error> {
        if response.status().as_u16() < 400 {
            return Ok(response.into_body());
        }
        let code = response.status();
        let body = self.whole(response.into_body()).await?;
        Err(Error::from_answer(&call.method, call.path.as_str(), code, &body))
    }

    fn transport(&self, source: kube::Error) -> Error {
        Error::Transport { server: self.server.to_string(), source: Box::new(source) }
    }

    /// Sends the request and reads the whole answer.
    ///
    /// # Errors
    /// Those of [`Cluster::send`].
    pub async fn bytes(&self, sink: &mut dyn Sink, call: Call) -> Result<Bytes, Error> {
        let answer = self.send(sink, call).await?;
        self.whole(answer).await
    }

    /// Sends the request and decodes the answer.
    ///
    /// # Errors
    /// Those of [`Cluster::send`], and [`Error::Decode`] for an answer that is not what was asked for.
    pub async fn json<T: DeserializeOwned>(&self, sink: &mut dyn Sink, call: Call) -> Result<T, Error> {
        let what = format!("{} {}", call.method, call.path);
        let body = self.bytes(sink, call).await?;
        // serde would make a struct of an array, too; an API server never sends one.
        let decoded = match body.trim_ascii_start().first() {
            Some(b'[') => serde_json::from_slice::<serde_json::Map<_, _>>(&body)
                .and_then(|map| T::deserialize(serde_json::Value::Object(map))),
            _ => serde_json::from_slice(&body),
        };
        decoded.map_err(|source| Error::Decode { what, source })
    }

    /// The next part of an answer, or nothing at its end.
    ///
    /// # Errors
    /// [`Error::Transport`] when the answer breaks off, [`Error::BodyTimeout`] when it takes longer than one request may.
    pub async fn chunk(&self, answer: &mut Answer) -> Result<Option<Bytes>, Error> {
        answer.chunk().await.map_err(|broken| self.broken(broken))
    }

    async fn whole(&self, answer: Answer) -> Result<Bytes, Error> {
        answer.whole().await.map_err(|broken| self.broken(broken))
    }

    fn broken(&self, broken: Broken) -> Error {
        match broken {
            Broken::Lost(source) => self.transport(source),
            Broken::Late => Error::BodyTimeout,
        }
    }
}

/// The request but for its body.
fn head(call: &Call) -> Result<Request<()>, Error> {
    let mut target = call.path.to_string();
    for (index, (key, value)) in call.query.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(key);
        target.push('=');
        target.push_str(&percent_encode(value));
    }
    let request = Request::builder().method(call.method.clone()).uri(&target).header(http::header::ACCEPT, call.accept);
    // A server may compress each event of a watch on its own, which kube's decoder does not take.
    let request = if call.streams() { request.header(http::header::ACCEPT_ENCODING, "identity") } else { request };
    let request = match &call.body {
        Some((content_type, _)) => request.header(http::header::CONTENT_TYPE, *content_type),
        None => request,
    };
    request.body(()).map_err(|source| Error::BadRequest { target, source })
}

/// Encodes everything but RFC 3986's unreserved characters; fit for a path segment and for a query value.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The text of `299 - "text"` (RFC 7234 section 5.5), with its escapes undone.
fn warning_text(header: &str) -> Option<String> {
    let quoted = header.strip_prefix("299 ")?.split_once('"')?.1.rsplit_once('"')?.0;
    let mut text = String::with_capacity(quoted.len());
    let mut escaped = false;
    for character in quoted.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            text.push(character);
            escaped = false;
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::scripted;

    #[test]
    fn a_warning_header_is_unquoted() {
        assert_eq!(warning_text(r#"299 - "say \"hi\" \\o""#).as_deref(), Some(r#"say "hi" \o"#));
        assert_eq!(warning_text("199 - \"x\""), None);
        assert_eq!(warning_text("299 -"), None);
    }

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(percent_encode("a in (b,ü)"), "a%20in%20%28b%2C%C3%BC%29");
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_is_asked_again_for_a_get_and_for_nothing_else() {
        let (cluster, requests) = scripted::scripted(|_| (503, scripted::refusal("ServiceUnavailable")));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let failed = cluster.bytes(&mut scripted::silent(), Call::new(method, "/x")).await;
            assert!(failed.is_err());
        }
        assert_eq!(*requests.lock().unwrap(), ["POST /x", "PUT /x", "PATCH /x", "DELETE /x"]);
        requests.lock().unwrap().clear();
        let failed = cluster.bytes(&mut scripted::silent(), Call::new(Method::GET, "/x")).await;
        assert!(failed.is_err());
        assert_eq!(*requests.lock().unwrap(), ["GET /x"; 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_may_have_a_time_limit() {
        let service =
            tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, kube::Error>>());
        let (cluster, _) = scripted::scripted(|_| (200, serde_json::Value::Null));
        let cluster = Cluster { client: kube::Client::new(service, "here"), ..cluster };
        let cluster = cluster.with_request_timeout(Some(Duration::from_secs(5)));
        let late = cluster.bytes(&mut scripted::silent(), Call::new(Method::GET, "/x")).await;
        assert!(matches!(late, Err(Error::RequestTimeout)));
    }
}
