//! The API server: one `handle(Request) -> Response`.
//!
//! The same [`Server`] answers over TLS ([`serve`]) and in process ([`Server::client`]). It knows no controller: garbage
//! collection, namespaces and VMIs are ordinary clients of it.

pub mod accept;
mod allocate;
pub mod apply;
mod binding;
mod body;
pub mod columns;
mod continuation;
pub mod convert;
mod create;
mod decode;
mod delete;
pub mod discovery;
pub mod fault;
mod fields;
pub mod gc;
mod go_types;
mod json_patch;
pub mod kinds;
mod list;
pub mod managed_fields;
pub mod object;
pub mod openapi;
mod patch;
pub mod protobuf;
pub mod query;
pub mod request;
mod respond;
mod review;
mod rules;
mod scale;
pub mod schema;
mod seed;
pub mod serve;
pub mod shape;
pub mod status;
pub mod store;
mod strategic;
pub mod table;
pub mod tls;

mod update;
pub mod validation;
mod watch;
mod write;

#[cfg(test)]
mod tests;

use accept::Wanted;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use query::Query;
use request::{Route, Target};
use respond::Reply;
use shape::View;
use status::{Refused, Status};
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use store::Store;

/// The body of every answer; a watch's goes on until it is dropped.
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

/// The longest body of a request, in bytes (`MaxRequestBodyBytes` of apiserver's `server/config.go`).
const LONGEST_BODY: usize = 3 << 20;

/// What a server is made with; the defaults are those of the real one.
#[derive(Clone, Debug)]
pub struct Options {
    /// The clock behind `creationTimestamp` and `deletionTimestamp`.
    pub now: fn() -> jiff::Timestamp,
    /// The source of uids, and of the random end of generated names.
    pub uid: fn() -> uuid::Uuid,
    /// How many writes a watch can go back to.
    pub history: usize,
    /// What `/version` says, for instance `v1.37.2`.
    pub version: String,
    /// Who the one user is, in the answers to access reviews.
    pub user: String,
    /// The time between two bookmarks of a watch.
    pub bookmark_period: std::time::Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            now: jiff::Timestamp::now,
            uid: uuid::Uuid::new_v4,
            history: 10_000,
            version: "v1.37.2".to_owned(),
            user: "admin".to_owned(),
            bookmark_period: std::time::Duration::from_secs(60),
        }
    }
}

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

/// One request to a resource, with everything that was sent along.
struct Call<'a> {
    server: &'a Server,
    method: &'a Method,
    target: &'a Target,
    query: &'a Query,
    headers: &'a HeaderMap,
    body: &'a Bytes,
    /// The body was longer than [`LONGEST_BODY`], and is not here.
    body_too_long: bool,
    wanted: Wanted,
    view: View,
    /// Texts of `Warning` headers, gathered on the way.
    warnings: Mutex<Vec<String>>,
}

impl Server {
    /// A server with the namespaces and definitions that a fresh cluster has.
    pub fn new(options: Options) -> Self {
        let mut store = Store::new(options.history);
        seed::fill(&mut store, &options);
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

    fn store(&self) -> MutexGuard<'_, Store> {
        // A panic elsewhere leaves the store as it was: every write to it is one call.
        self.inner.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the watches. Called after every write.
    fn announce(&self, store: &Store) {
        self.inner.written.send_replace(store.revision());
    }

    fn now(&self) -> jiff::Timestamp {
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
            Err(why) => return respond::encode(&parts, Reply::Status(Status::bad_request(why)), Vec::new()),
        };
        // A fault of ours is one request's misfortune: the store is whole (see `store`), and the others go on.
        let answered = std::panic::catch_unwind(AssertUnwindSafe(|| self.answer(&parts, body.as_ref())));
        answered.unwrap_or_else(|_| {
            let refused = Status::internal("this request made the API server panic");
            respond::encode(&parts, Reply::Status(refused), Vec::new())
        })
    }

    fn answer(&self, parts: &http::request::Parts, body: Option<&Bytes>) -> Response<Body> {
        let query = Query::parse(parts.uri.query().unwrap_or(""));
        let target = match request::route(parts.uri.path()) {
            // A custom resource's handler knows only lists and watches across namespaces.
            Route::Resource(target) if target.misses_its_namespace(&parts.method) => {
                return respond::elsewhere(self, parts);
            }
            Route::Resource(target) => target,
            Route::NoResource => return respond::encode(parts, Reply::Status(Status::no_such_resource()), Vec::new()),
            Route::Other => return respond::elsewhere(self, parts),
        };
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let wanted = match accept::negotiate(accept, target.kind, target.name.is_none()) {
            Ok(wanted) => wanted,
            Err(refused) => return respond::encode(parts, Reply::Status(refused), Vec::new()),
        };
        let view = match View::of(&target, wanted, &query) {
            Ok(view) => view,
            Err(refused) => return respond::encode(parts, Reply::Status(refused), Vec::new()),
        };
        let nothing = Bytes::new();
        let warnings = Mutex::new(rules::deprecation(&target).into_iter().collect());
        let call = Call {
            server: self,
            method: &parts.method,
            target: &target,
            query: &query,
            headers: &parts.headers,
            body: body.unwrap_or(&nothing),
            body_too_long: body.is_none(),
            wanted,
            view,
            warnings,
        };
        let reply = call.reply().unwrap_or_else(Reply::Status);
        let warnings = call.warnings.into_inner().unwrap_or_else(PoisonError::into_inner);
        respond::encode(parts, reply, warnings)
    }
}

impl Call<'_> {
    fn reply(&self) -> Result<Reply, Refused> {
        use crate::apiserver::kinds::Nature;
        if self.body_too_long && !matches!(*self.method, Method::GET | Method::HEAD) {
            return Err(self.too_long());
        }
        let named = self.target.name.is_some();
        let subresource = self.target.subresource.as_deref();
        if !named && let Some(subresource) = subresource {
            return Err(self.nameless(subresource));
        }
        if self.target.kind.nature == Nature::Review {
            return match *self.method {
                Method::POST if !named => review::answer(self),
                _ => Err(Status::method_not_allowed()),
            };
        }
        match (self.method.as_str(), named, subresource) {
            ("GET" | "PUT" | "PATCH", true, Some("scale")) if self.target.kind.scale => scale::answer(self),
            ("POST", true, Some("binding")) if self.target.kind.plural == "pods" => binding::bind(self),
            ("POST", true, None) if self.target.kind.nature == Nature::Custom => create::create(self),
            ("GET" | "HEAD", true, None) if self.target.watch => watch::start(self),
            ("GET" | "HEAD", true, None) => list::one(self),
            ("GET" | "HEAD", true, Some("status")) if self.target.kind.status => list::one(self),
            ("GET" | "HEAD", false, _) if self.target.watch || self.query.flag("watch") => watch::start(self),
            ("GET" | "HEAD", false, _) => list::many(self),
            ("POST", false, _) if self.is_in_its_place() => create::create(self),
            ("PUT", true, None | Some("finalize")) => update::replace(self),
            ("PUT", true, Some("status")) if self.target.kind.status => update::replace(self),
            ("PATCH", true, None) => patch::patch(self),
            ("PATCH", true, Some("status")) if self.target.kind.status => patch::patch(self),
            ("DELETE", true, None) => delete::one(self),
            ("DELETE", false, _) if self.can_delete_collection() => delete::many(self),
            _ => Err(self.not_allowed()),
        }
    }

    /// Whether the body can be read at all comes before how long it is.
    fn too_long(&self) -> Refused {
        match *self.method {
            Method::POST | Method::PUT if !self.knows_media_type() => {
                Status::unsupported_media_type(status::MEDIA_TYPES)
            }
            _ => Status::too_large(&format!("limit is {LONGEST_BODY}")),
        }
    }

    /// What is asked of the subresource of an object without a name.
    fn nameless(&self, subresource: &str) -> Refused {
        let kind = self.target.kind;
        let custom = kind.nature == crate::apiserver::kinds::Nature::Custom;
        if custom && !self.has_subresource(subresource) {
            return Status::not_found(kind, "");
        }
        let verb = match *self.method {
            Method::GET | Method::HEAD if self.target.watch || self.query.flag("watch") => "watch",
            Method::GET | Method::HEAD => "list",
            Method::POST => "create",
            Method::DELETE => "deletecollection",
            _ => return Status::bad_request("name must be provided"),
        };
        match *self.method {
            _ if custom => Status::not_supported(kind, verb),
            Method::DELETE => Status::method_not_allowed(),
            _ => Status::bad_request("name must be provided"),
        }
    }

    fn has_subresource(&self, subresource: &str) -> bool {
        match subresource {
            "status" => self.target.kind.status,
            "scale" => self.target.kind.scale,
            _ => false,
        }
    }

    /// Built-in kinds have a route for each method; the handler of custom resources tells what it lacks.
    fn not_allowed(&self) -> Refused {
        let target = self.target;
        if target.kind.nature != crate::apiserver::kinds::Nature::Custom {
            return Status::method_not_allowed();
        }
        let known = target.subresource.as_deref().is_none_or(|subresource| self.has_subresource(subresource));
        if let (false, Some(name)) = (known, &target.name) {
            return Status::not_found(target.kind, name);
        }
        if target.subresource.is_none() && matches!(*self.method, Method::PUT | Method::PATCH) {
            return Status::bad_request("name must be provided");
        }
        let verb = match *self.method {
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE => "delete",
            Method::GET => "get",
            _ => "",
        };
        Status::not_supported(target.kind, verb)
    }

    /// Whether the path of a collection is one that can be written to.
    fn is_in_its_place(&self) -> bool {
        let target = self.target;
        !target.kind.namespaced || target.namespace.is_some() || target.empty_namespace
    }

    fn can_delete_collection(&self) -> bool {
        self.is_in_its_place() && self.target.kind.plural != "namespaces"
    }

    fn warn(&self, text: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    fn header(&self, name: http::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
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
