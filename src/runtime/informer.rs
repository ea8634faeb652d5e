//! Lists and watches the objects of one kind, for as long as it is polled: client-go's informer without its store.
//!
//! kube-runtime's `watcher` does most of this. It does not serve here because it does not say when a watch that had
//! failed is established again, waits without a limit for a list that is never answered, and cannot be asked for a new
//! list. Who decides by what a watch has shown has to know whether it still shows everything.

use super::backoff::Backoff;
use super::text;
use crate::api::namespace::NamespaceScope;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use kube::core::WatchEvent;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Objects of one page of a list; client-go's value.
const PAGE: usize = 500;
/// How long a page of a list, or the beginning of a watch, may take. kube-apiserver itself gives up after 60 s.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// How long the server is asked to keep a watch open, in seconds: less than the five minutes after which many proxies
/// cut a connection.
const WATCH_SECONDS: u64 = 290;
/// How much later than that a watch counts as lost.
const WATCH_GRACE: Duration = Duration::from_secs(30);
const BACKOFF: Backoff = Backoff::REFLECTOR;
/// A watch that ends sooner than this without an event counts as a failure, or it would be asked for in a tight loop.
const SHORT_WATCH: Duration = Duration::from_secs(1);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<K> {
    /// A list begins: it shows everything that was there when it began.
    ListStarted,
    /// The list shows this object.
    Listed(K),
    /// The list ends: what it has not shown is gone.
    ListFinished,
    /// The server has begun to answer a watch that starts where the list or the last watch ended: nothing is missed.
    Watching,
    /// An object was created or changed.
    Applied(K),
    /// An object was deleted; this was its last state.
    Deleted(K),
}

/// Why nothing is seen at present. The informer goes on by itself, later and later.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The list failed.
    #[error("unable to list: {}", text(.0))]
    List(#[source] kube::Error),
    /// The watch failed, or could not be started.
    #[error("unable to watch: {}", text(.0))]
    Watch(#[source] kube::Error),
    /// No answer came.
    #[error("no answer came within {0:?}")]
    NoAnswer(Duration),
}

impl Error {
    /// What the server or the client said, if an answer came.
    pub fn source_error(&self) -> Option<&kube::Error> {
        match self {
            Self::List(source) | Self::Watch(source) => Some(source),
            Self::NoAnswer(_) => None,
        }
    }

    /// How long the server has asked to be left alone, if it has.
    fn retry_after(&self) -> Duration {
        let Some(kube::Error::Api(status)) = self.source_error() else { return Duration::ZERO };
        let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
        Duration::from_secs(seconds.into()).min(BACKOFF.longest)
    }

    /// The revision to continue from is no longer kept by the server.
    fn is_expired(&self) -> bool {
        matches!(self.source_error(), Some(kube::Error::Api(status)) if status.code == 410)
    }
}

/// Asks an informer for a new list.
#[derive(Clone, Debug, Default)]
pub struct Relist(Arc<Notify>);

impl Relist {
    /// The next thing that the informer does is to list anew.
    pub fn request(&self) {
        self.0.notify_one();
    }
}

/// Lists, watches and resumes.
pub struct Informer<K> {
    client: kube::Client,
    /// Path of the collection.
    path: String,
    relist: Relist,
    state: State<K>,
    failures: u32,
}

enum State<K> {
    /// To be listed; a failure is followed by a rest first.
    List { rest: Duration },
    /// A page is to be asked for.
    Page { token: Option<String> },
    /// Objects that have been received and not been handed out.
    Listed { items: VecDeque<K>, token: Option<String>, revision: String },
    /// To be watched from there.
    Watch { revision: String, rest: Duration },
    /// Being watched.
    Watching(Watch<K>),
}

struct Watch<K> {
    events: BoxStream<'static, kube::Result<WatchEvent<K>>>,
    revision: String,
    started: Instant,
    eventful: bool,
}

/// A page of a list.
#[derive(Deserialize)]
struct Page<K> {
    metadata: PageMeta,
    #[serde(default = "Vec::new")]
    items: Vec<K>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageMeta {
    #[serde(default)]
    resource_version: String,
    #[serde(default, rename = "continue")]
    token: Option<String>,
}

/// The event to hand out, if the step had one, and the state that follows.
type Step<K> = (Option<Result<Event<K>, Error>>, State<K>);

impl<K> Informer<K>
where
    K: kube::Resource<DynamicType = ()> + Clone + DeserializeOwned + Send + 'static,
{
    /// An informer of the kind's objects in that scope.
    pub fn new(client: kube::Client, scope: &NamespaceScope) -> Self {
        let namespace = scope.one().map(|namespace| &**namespace);
        let (path, relist) = (K::url_path(&(), namespace), Relist::default());
        Self { client, path, relist, state: State::List { rest: Duration::ZERO }, failures: 0 }
    }

    /// To ask for a new list later.
    pub fn relist(&self) -> Relist {
        self.relist.clone()
    }

    /// What happens, without an end. An error is told once and then recovered from.
    pub fn events(self) -> impl Stream<Item = Result<Event<K>, Error>> + Send {
        stream::unfold(self, |mut informer| async move {
            loop {
                let state = std::mem::replace(&mut informer.state, State::List { rest: Duration::ZERO });
                let (event, next) = informer.step(state).await;
                informer.state = next;
                if let Some(event) = event {
                    return Some((event, informer));
                }
            }
        })
    }

    async fn step(&mut self, state: State<K>) -> Step<K> {
        match state {
            State::List { rest } => {
                sleep(rest).await;
                (Some(Ok(Event::ListStarted)), State::Page { token: None })
            }
            State::Page { token } => self.page(token).await,
            State::Listed { mut items, token, revision } => match (items.pop_front(), token) {
                (Some(item), token) => (Some(Ok(Event::Listed(item))), State::Listed { items, token, revision }),
                (None, Some(token)) => (None, State::Page { token: Some(token) }),
                (None, None) => {
                    self.failures = 0;
                    (Some(Ok(Event::ListFinished)), State::Watch { revision, rest: Duration::ZERO })
                }
            },
            State::Watch { revision, rest } => {
                sleep(rest).await;
                self.watch(revision).await
            }
            State::Watching(watch) => self.next(watch).await,
        }
    }

    async fn page(&mut self, token: Option<String>) -> Step<K> {
        let mut query = format!("limit={PAGE}");
        if let Some(token) = token {
            let token = percent_encoding::utf8_percent_encode(&token, percent_encoding::NON_ALPHANUMERIC);
            query = format!("{query}&continue={token}");
        }
        let page = match self.get(&query) {
            Ok(request) => match timeout(ANSWER_LIMIT, self.client.request::<Page<K>>(request)).await {
                Ok(page) => page.map_err(Error::List),
                Err(_) => Err(Error::NoAnswer(ANSWER_LIMIT)),
            },
            Err(error) => Err(Error::List(error)),
        };
        match page {
            Ok(Page { metadata: PageMeta { resource_version: revision, token }, items }) => {
                let token = token.filter(|token| !token.is_empty());
                (None, State::Listed { items: items.into(), token, revision })
            }
            Err(error) => {
                let rest = self.backoff(&error);
                (Some(Err(error)), State::List { rest })
            }
        }
    }

    async fn watch(&mut self, revision: String) -> Step<K> {
        let query =
            format!("watch=true&timeoutSeconds={WATCH_SECONDS}&allowWatchBookmarks=true&resourceVersion={revision}");
        let events = match self.get(&query) {
            Ok(request) => match timeout(ANSWER_LIMIT, self.client.request_events::<K>(request)).await {
                Ok(events) => events.map_err(Error::Watch),
                Err(_) => Err(Error::NoAnswer(ANSWER_LIMIT)),
            },
            Err(error) => Err(Error::Watch(error)),
        };
        match events {
            Ok(events) => {
                let watch = Watch { events: events.boxed(), revision, started: Instant::now(), eventful: false };
                (Some(Ok(Event::Watching)), State::Watching(watch))
            }
            Err(error) => self.resume(error, revision),
        }
    }

    async fn next(&mut self, mut watch: Watch<K>) -> Step<K> {
        let deadline = watch.started + Duration::from_secs(WATCH_SECONDS) + WATCH_GRACE;
        let event = tokio::select! {
            event = timeout_at(deadline, watch.events.next()) => event.ok().flatten(),
            () = self.relist.0.notified() => return (None, State::List { rest: Duration::ZERO }),
        };
        match event {
            Some(Ok(WatchEvent::Added(object) | WatchEvent::Modified(object))) => {
                self.progressed(&mut watch, &object);
                (Some(Ok(Event::Applied(object))), State::Watching(watch))
            }
            Some(Ok(WatchEvent::Deleted(object))) => {
                self.progressed(&mut watch, &object);
                (Some(Ok(Event::Deleted(object))), State::Watching(watch))
            }
            Some(Ok(WatchEvent::Bookmark(bookmark))) => {
                watch.revision = bookmark.metadata.resource_version;
                watch.eventful = true;
                (None, State::Watching(watch))
            }
            Some(Ok(WatchEvent::Error(status))) => self.resume(Error::Watch(kube::Error::Api(status)), watch.revision),
            // What was sent is not what was understood, so what follows is not to be trusted. (kube takes any line that is
            // no event for a Status.)
            Some(Err(error @ (kube::Error::SerdeError(_) | kube::Error::Api(_)))) => {
                let error = Error::Watch(error);
                let rest = self.backoff(&error);
                (Some(Err(error)), State::List { rest })
            }
            Some(Err(error)) => self.resume(Error::Watch(error), watch.revision),
            None if !watch.eventful && watch.started.elapsed() < SHORT_WATCH => {
                let ended = kube::Error::Service("the server ended the watch at once".into());
                self.resume(Error::Watch(ended), watch.revision)
            }
            None => {
                self.failures = 0;
                (None, State::Watch { revision: watch.revision, rest: Duration::ZERO })
            }
        }
    }

    fn progressed(&mut self, watch: &mut Watch<K>, object: &K) {
        self.failures = 0;
        watch.eventful = true;
        if let Some(revision) = &object.meta().resource_version {
            watch.revision.clone_from(revision);
        }
    }

    /// Watches on after a rest, or lists anew where the server no longer knows what happened since.
    fn resume(&mut self, error: Error, revision: String) -> Step<K> {
        let expired = error.is_expired();
        let rest = self.backoff(&error);
        let next = if expired { State::List { rest } } else { State::Watch { revision, rest } };
        (Some(Err(error)), next)
    }

    fn backoff(&mut self, error: &Error) -> Duration {
        let rest = BACKOFF.after(self.failures);
        self.failures = BACKOFF.count(self.failures);
        // So that many clients of a server that was away do not all come back at once.
        rest.mul_f64(rand::random_range(0.5..=1.0)).max(error.retry_after())
    }

    fn get(&self, query: &str) -> kube::Result<http::Request<Vec<u8>>> {
        let request = http::Request::get(format!("{}?{query}", self.path));
        request.body(Vec::new()).map_err(kube::Error::HttpError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::namespace::NamespaceName;
    use bytes::Bytes;
    use http_body_util::{BodyExt, Full, StreamBody};
    use hyper::body::Frame;
    use k8s_openapi::api::core::v1::ConfigMap;
    use serde_json::{Value, json};
    use std::collections::VecDeque;
    use std::sync::Mutex;

    /// What the server does about one request.
    enum Reply {
        Json(u16, Value),
        /// Lines of a watch, which then stays open or ends.
        Watch(Vec<Value>, bool),
        Silence,
    }

    type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, tower::BoxError>;

    /// A client whose requests are answered in that order, and what was asked: the query without its limits.
    fn scripted(replies: Vec<Reply>) -> (kube::Client, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (replies, gathered) = (Arc::new(Mutex::new(VecDeque::from(replies))), Arc::clone(&asked));
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let query =
                request.uri().query().unwrap_or_default().replace("&timeoutSeconds=290&allowWatchBookmarks=true", "");
            gathered.lock().unwrap().push(query);
            let reply = replies.lock().unwrap().pop_front().unwrap_or(Reply::Silence);
            async move { answer(reply).await }
        });
        (kube::Client::new(service, "default"), asked)
    }

    async fn answer(reply: Reply) -> Result<http::Response<Body>, tower::BoxError> {
        let boxed = |body: Full<Bytes>| body.map_err(|never| match never {}).boxed_unsync();
        match reply {
            Reply::Json(status, body) => {
                Ok(http::Response::builder().status(status).body(boxed(Full::new(body.to_string().into())))?)
            }
            Reply::Watch(lines, open) => {
                let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
                let sent = stream::iter([Ok::<_, tower::BoxError>(Frame::data(Bytes::from(lines)))]);
                let rest = if open { stream::pending().boxed() } else { stream::empty().boxed() };
                Ok(http::Response::new(StreamBody::new(sent.chain(rest)).boxed_unsync()))
            }
            Reply::Silence => std::future::pending().await,
        }
    }

    fn config_map(name: &str, revision: &str) -> Value {
        json!({"metadata": {"name": name, "namespace": "default", "uid": name, "resourceVersion": revision}})
    }

    fn list(revision: &str, token: &str, names: &[&str]) -> Reply {
        let items: Vec<_> = names.iter().map(|name| config_map(name, revision)).collect();
        Reply::Json(200, json!({"metadata": {"resourceVersion": revision, "continue": token}, "items": items}))
    }

    fn status(code: u16, reason: &str) -> Value {
        json!({"kind": "Status", "status": "Failure", "reason": reason, "message": "on purpose", "code": code})
    }

    /// What an informer tells, event by event, until it has told so many things.
    async fn told(informer: Informer<ConfigMap>, count: usize) -> Vec<String> {
        let name = |object: ConfigMap| object.metadata.name.unwrap();
        let events = informer.events().take(count).map(|event| match event {
            Ok(Event::ListStarted) => "list".to_owned(),
            Ok(Event::Listed(object)) => format!("listed {}", name(object)),
            Ok(Event::ListFinished) => "end of list".to_owned(),
            Ok(Event::Watching) => "watching".to_owned(),
            Ok(Event::Applied(object)) => format!("applied {}", name(object)),
            Ok(Event::Deleted(object)) => format!("deleted {}", name(object)),
            Err(error) => error.to_string(),
        });
        events.collect().await
    }

    fn informer(replies: Vec<Reply>) -> (Informer<ConfigMap>, Arc<Mutex<Vec<String>>>) {
        let (client, asked) = scripted(replies);
        (Informer::new(client, &NamespaceScope::One(NamespaceName::default())), asked)
    }

    #[tokio::test(start_paused = true)]
    async fn it_lists_page_by_page_and_watches_on_from_the_last_event() {
        let event =
            |kind: &str, name: &str, revision: &str| json!({"type": kind, "object": config_map(name, revision)});
        let bookmark = json!({"type": "BOOKMARK", "object": {"kind": "V", "apiVersion": "v1", "metadata": {"resourceVersion": "9"}}});
        let (informer, asked) = informer(vec![
            list("5", "a b", &["one"]),
            list("5", "", &["two"]),
            Reply::Watch(
                vec![event("ADDED", "three", "6"), event("MODIFIED", "one", "7"), event("DELETED", "two", "8")],
                false,
            ),
            Reply::Watch(vec![bookmark], false),
            Reply::Watch(vec![], true),
        ]);
        let expected = [
            "list",
            "listed one",
            "listed two",
            "end of list",
            "watching",
            "applied three",
            "applied one",
            "deleted two",
            "watching",
            "watching",
        ];
        assert_eq!(told(informer, 10).await, expected);
        let queries = [
            "limit=500",
            "limit=500&continue=a%20b",
            "watch=true&resourceVersion=5",
            "watch=true&resourceVersion=8",
            "watch=true&resourceVersion=9",
        ];
        assert_eq!(*asked.lock().unwrap(), queries);
    }

    #[tokio::test(start_paused = true)]
    async fn a_revision_that_the_server_has_forgotten_leads_to_a_new_list() {
        for expired in [
            Reply::Json(410, status(410, "Expired")),
            Reply::Watch(vec![json!({"type": "ERROR", "object": status(410, "Expired")})], true),
        ] {
            let watches = matches!(expired, Reply::Watch(..));
            let (informer, asked) = informer(vec![list("5", "", &[]), expired, list("2", "", &["one"])]);
            let told = told(informer, if watches { 6 } else { 5 }).await;
            assert_eq!(told[told.len() - 2..], ["list", "listed one"], "{told:?}");
            assert_eq!(asked.lock().unwrap()[2], "limit=500");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_that_fails_is_told_and_told_again_once_it_is_back() {
        let (informer, asked) = informer(vec![
            list("5", "", &[]),
            Reply::Json(500, status(500, "InternalError")),
            Reply::Watch(vec![], false),
            Reply::Watch(vec![], true),
        ]);
        let told = told(informer, 6).await;
        assert!(told[2].starts_with("unable to watch: ") && told[2].contains("on purpose"), "{told:?}");
        assert_eq!(told[3], "watching");
        assert!(told[4].contains("the server ended the watch at once"), "{told:?}");
        assert_eq!(told[5], "watching");
        assert!(asked.lock().unwrap()[1..].iter().all(|query| query == "watch=true&resourceVersion=5"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_does_not_answer_is_asked_again() {
        let (informer, _) =
            informer(vec![Reply::Silence, list("5", "", &[]), Reply::Silence, Reply::Watch(vec![], true)]);
        let told = told(informer, 6).await;
        assert_eq!(
            told,
            ["list", "no answer came within 60s", "list", "end of list", "no answer came within 60s", "watching"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_list_can_be_asked_for() {
        let (informer, asked) = informer(vec![list("5", "", &[]), Reply::Watch(vec![], true), list("6", "", &["one"])]);
        let relist = informer.relist();
        tokio::spawn(async move {
            sleep(Duration::from_secs(10)).await;
            relist.request();
        });
        assert_eq!(told(informer, 5).await[3..], ["list", "listed one"]);
        assert_eq!(asked.lock().unwrap()[2], "limit=500");
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_understood_leads_to_a_new_list() {
        let broken = json!({"type": "ADDED", "object": {"metadata": {"name": 7}}});
        let (informer, asked) =
            informer(vec![list("5", "", &[]), Reply::Watch(vec![broken], true), list("6", "", &[])]);
        let told = told(informer, 5).await;
        assert!(told[3].starts_with("unable to watch: "), "{told:?}");
        assert_eq!((told[4].as_str(), asked.lock().unwrap().len()), ("list", 2));
    }
}
