//! The server: it takes a request apart, and puts the response together.

use super::content_negotiation::negotiate;
use super::query::Query;
use super::representation::Representation;
use super::request_context::RequestContext;
use super::request_info::{Route, route};
use super::response::{self, Reply};
use super::status::Status;
use super::storage::Store;
use super::{Options, body, bootstrap, handlers, non_resource};
use bytes::Bytes;
use http::{Request, Response};
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// The body of every answer; a watch's goes on until it is dropped.
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

/// The longest body of a request, in bytes (`MaxRequestBodyBytes` of apiserver's `server/config.go`).
pub(super) const LONGEST_BODY: usize = 3 << 20;

/// An API server in this process. Cheap to clone; all clones share one store.
#[derive(Clone, Debug)]
pub struct Server {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: Options,
    store: Mutex<Store>,
    /// The revision of the last write, for watches to wait on.
    written: tokio::sync::watch::Sender<u64>,
}

impl Server {
    /// A server with the namespaces and definitions that a fresh cluster has.
    pub fn new(options: Options) -> Self {
        let mut store = Store::new(options.history);
        bootstrap::fill(&mut store, &options);
        let (written, _) = tokio::sync::watch::channel(store.revision());
        Self { inner: Arc::new(Inner { options, store: Mutex::new(store), written }) }
    }

    /// A client that calls this server without a socket. Needs a Tokio runtime.
    pub fn client(&self) -> kube::Client {
        kube::Client::new(self.clone(), "default")
    }

    /// What it was made with.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        // A panic elsewhere leaves the store as it was: every write to it is one context.
        self.inner.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The revision of the last write, as it changes.
    pub(super) fn revisions(&self) -> tokio::sync::watch::Receiver<u64> {
        self.inner.written.subscribe()
    }

    /// Wakes the watches. Called after every write.
    pub(super) fn announce(&self, store: &Store) {
        self.inner.written.send_replace(store.revision());
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        (self.inner.options.now)()
    }

    /// Answers one request; refusals are answers too.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = request.into_parts();
        let body = match body::read(body, LONGEST_BODY).await {
            Ok(body) => body,
            Err(why) => return response::encode(&parts, Reply::Status(Status::bad_request(why)), Vec::new()),
        };
        // A error of ours is one request's misfortune: the store is whole (see `store`), and the others go on.
        let answered = std::panic::catch_unwind(AssertUnwindSafe(|| self.answer(&parts, body.as_ref())));
        answered.unwrap_or_else(|_| {
            let refused = Status::internal("this request made the API server panic");
            response::encode(&parts, Reply::Status(refused), Vec::new())
        })
    }

    fn answer(&self, parts: &http::request::Parts, body: Option<&Bytes>) -> Response<Body> {
        let query = Query::parse(parts.uri.query().unwrap_or(""));
        let info = match route(parts.uri.path()) {
            // A custom resource's handler knows only lists and watches across namespaces.
            Route::Resource(info) if info.misses_its_namespace(&parts.method) => {
                return non_resource::answer(self, parts);
            }
            Route::Resource(info) => info,
            Route::NoResource => return response::encode(parts, Reply::Status(Status::no_such_resource()), Vec::new()),
            Route::Other => return non_resource::answer(self, parts),
        };
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let wanted = match negotiate(accept, info.kind, info.name.is_none()) {
            Ok(wanted) => wanted,
            Err(refused) => return response::encode(parts, Reply::Status(refused), Vec::new()),
        };
        let representation = match Representation::of(&info, wanted, &query) {
            Ok(view) => view,
            Err(refused) => return response::encode(parts, Reply::Status(refused), Vec::new()),
        };
        let nothing = Bytes::new();
        let warnings = info.kind.deprecation_warning(&info.version);
        let warnings = Mutex::new(warnings.into_iter().map(str::to_owned).collect());
        let context = RequestContext {
            server: self,
            method: &parts.method,
            info: &info,
            query: &query,
            headers: &parts.headers,
            body: body.unwrap_or(&nothing),
            body_too_long: body.is_none(),
            wanted,
            representation,
            warnings,
        };
        let reply = handlers::dispatch(&context).unwrap_or_else(Reply::Status);
        let warnings = context.warnings.into_inner().unwrap_or_else(PoisonError::into_inner);
        response::encode(parts, reply, warnings)
    }
}

impl<B> tower::Service<Request<B>> for Server
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move { Ok(server.handle(request).await) })
    }
}
