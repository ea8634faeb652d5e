//! Lists and watches the objects of one kind, for as long as it is polled: client-go's informer without its store.
//!
//! kube-runtime's `watcher` does most of this. It does not serve here because it does not say when a watch that had
//! failed is established again, waits without a limit for a list that is never answered, and cannot be asked for a new
//! list. Who decides by what a watch has shown has to know whether it still shows everything.

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
/// client-go's reflector waits so long after a first failure, doubled with each further one, up to the second value.
const FIRST_BACKOFF: Duration = Duration::from_millis(800);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// A watch that ends sooner than this without an event counts as a failure, or it would be asked for in a tight loop.
const SHORT_WATCH: Duration = Duration::from_secs(1);

/// A namespace, or all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamespaceScope {
    /// Every namespace.
    All,
    /// This one.
    Namespace(String),
}

impl NamespaceScope {
    /// Whether an object of that namespace is within it.
    pub fn contains(&self, namespace: &str) -> bool {
        match self {
            Self::All => true,
            Self::Namespace(own) => own == namespace,
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
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
    #[error("unable to list: {0}")]
    List(#[source] kube::Error),
    /// The watch failed, or could not be started.
    #[error("unable to watch: {0}")]
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
        Duration::from_secs(seconds.into()).min(LONGEST_BACKOFF)
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
        let namespace = match scope {
            NamespaceScope::All => None,
            NamespaceScope::Namespace(namespace) => Some(namespace.as_str()),
        };
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
            // What was sent is not what was understood, so what follows is not to be trusted.
            Some(Err(error @ kube::Error::SerdeError(_))) => {
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
        let rest = FIRST_BACKOFF.saturating_mul(2u32.saturating_pow(self.failures)).min(LONGEST_BACKOFF);
        self.failures = self.failures.saturating_add(1);
        // So that many clients of a server that was away do not all come back at once.
        rest.mul_f64(rand::random_range(0.5..=1.0)).max(error.retry_after())
    }

    fn get(&self, query: &str) -> kube::Result<http::Request<Vec<u8>>> {
        let request = http::Request::get(format!("{}?{query}", self.path));
        request.body(Vec::new()).map_err(kube::Error::HttpError)
    }
}
