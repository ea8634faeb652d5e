//! Watches: the recent past, then the present, as a stream of JSON lines.
//!
//! A watch keeps the revision it has reached and reads the store's history from there, so nothing can be lost between
//! replay and live events; the channel only says that there is something to read.

use crate::apiserver::field;
use crate::apiserver::handlers::list::{Filter, revision};
use crate::apiserver::representation::Representation;
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::response::{Reply, json_text};
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::storage::{Change, Event};
use crate::apiserver::{Body, RequestContext, Server, object};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::Instant;

/// How long a watch lasts that does not say: the lower bound of the real server.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1800);

/// Answers a watch.
pub(super) fn start(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    check(context)?;
    let filter = Filter::of(context)?;
    let from = revision(context.query.text("resourceVersion")).map_err(Status::unexpected)?;
    let seconds = context.query.number("timeoutSeconds")?.and_then(|seconds| u64::try_from(seconds).ok());
    let lasts = seconds.filter(|seconds| *seconds > 0).map_or(DEFAULT_TIMEOUT, Duration::from_secs);
    let current = context.server.store().revision();
    if let Some(from) = from.filter(|from| *from > current) {
        return Err(Status::too_large_revision(from, current));
    }
    let now = Instant::now();
    let mut watch = Watch {
        server: context.server.clone(),
        info: context.info.clone(),
        representation: context.representation.clone(),
        filter,
        reached: from.unwrap_or(0),
        written: context.server.revisions(),
        lines: String::new(),
        ends: now + lasts,
        bookmarks: context.query.flag("allowWatchBookmarks"),
        next_bookmark: now + context.server.options().bookmark_period,
        described: false,
        ended: false,
        bookmarked: None,
    };
    if context.query.flag("sendInitialEvents") {
        watch.initial_state();
        if watch.bookmarks {
            watch.bookmark(true);
        }
    } else if watch.reached == 0 && context.query.optional_flag("sendInitialEvents").is_none() {
        watch.initial_state();
    } else if watch.reached == 0 {
        watch.reached = current;
    }
    Ok(Reply::Stream(watch.into_body()))
}

/// The rules for the options of a watch.
fn check(context: &RequestContext<'_>) -> Result<(), StatusError> {
    const MATCH: &str = "resourceVersionMatch";
    let initial = context.query.optional_flag("sendInitialEvents");
    let matching = context.query.text(MATCH);
    let refuse = |error| Err(Status::invalid_options("ListOptions", error));
    match (initial, matching) {
        (None, "") | (Some(_), "NotOlderThan") => {}
        (None, _) => {
            let why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
            let mut errors = vec![field::Error::forbidden(MATCH, why)];
            if matching != "NotOlderThan" {
                errors.push(field::Error::not_supported(MATCH, &matching.into(), &["NotOlderThan"]));
            }
            return Err(Status::invalid_options_all("ListOptions", errors));
        }
        (Some(_), "") => {
            let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            return refuse(field::Error::forbidden(MATCH, why));
        }
        (Some(_), other) => return refuse(field::Error::not_supported(MATCH, &other.into(), &["NotOlderThan"])),
    }
    if !context.query.text("continue").is_empty() {
        return refuse(field::Error::forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
    }
    Ok(())
}

struct Watch {
    server: Server,
    info: RequestInfo,
    representation: Representation,
    filter: Filter,
    /// Everything up to this revision has been told.
    reached: u64,
    written: tokio::sync::watch::Receiver<u64>,
    /// What is ready to be sent.
    lines: String,
    ends: Instant,
    bookmarks: bool,
    next_bookmark: Instant,
    /// Whether a Table has described its columns, which only the first one does.
    described: bool,
    ended: bool,
    /// The revision of the last bookmark.
    bookmarked: Option<u64>,
}

impl Watch {
    fn into_body(self) -> Body {
        let chunks = futures::stream::unfold(self, |mut watch| async move {
            let chunk = watch.next_chunk().await?;
            Some((Ok::<_, Infallible>(Frame::data(chunk)), watch))
        });
        StreamBody::new(chunks).boxed_unsync()
    }

    async fn next_chunk(&mut self) -> Option<Bytes> {
        loop {
            if !self.lines.is_empty() {
                return Some(Bytes::from(std::mem::take(&mut self.lines)));
            }
            if self.ended {
                return None;
            }
            // Seen before reading, so that a write in between wakes the wait below.
            self.written.borrow_and_update();
            self.catch_up();
            if self.lines.is_empty() && !self.ended {
                self.wait().await;
            }
        }
    }

    async fn wait(&mut self) {
        let bookmark = self.next_bookmark;
        tokio::select! {
            changed = self.written.changed() => self.ended = changed.is_err(),
            () = tokio::time::sleep_until(self.ends) => {
                self.ended = true;
                if self.bookmarks && self.bookmarked != Some(self.reached) {
                    self.bookmark(false);
                }
            }
            () = tokio::time::sleep_until(bookmark), if self.bookmarks => {
                self.next_bookmark = bookmark + self.server.options().bookmark_period;
                self.bookmark(false);
            }
        }
    }

    /// Tells everything that happened since `reached`.
    fn catch_up(&mut self) {
        let server = self.server.clone();
        let told: Result<(Vec<(&'static str, Value)>, u64), _> = {
            let store = server.store();
            store
                .after(self.reached)
                .map(|events| (events.filter_map(|event| self.seen(event)).collect(), store.revision()))
        };
        match told {
            Ok((events, revision)) => {
                self.reached = revision;
                for (change, stored) in events {
                    self.tell(change, stored);
                }
            }
            Err(too_old) => {
                let message =
                    format!("too old resource version: {} ({})", self.reached, too_old.oldest.saturating_sub(1));
                let status = Status::expired(message);
                self.lines.push_str(&json_text(&Told { r#type: "ERROR", object: &*status }, false));
                self.ended = true;
            }
        }
    }

    /// What a write looks like through the selectors: an object that stops matching is gone, one that starts is new.
    fn seen(&self, event: &Event) -> Option<(&'static str, Value)> {
        let (resource, namespace) = (self.info.resource(), self.info.namespace.as_deref());
        if event.key.resource != resource || namespace.is_some_and(|wanted| event.key.namespace != wanted) {
            return None;
        }
        let before = event.previous.as_deref().is_some_and(|object| self.filter.matches(object));
        let after = event.change != Change::Deleted && self.filter.matches(&event.object);
        match (before, after) {
            (false, true) => Some(("ADDED", (*event.object).clone())),
            (true, true) => Some(("MODIFIED", (*event.object).clone())),
            (true, false) if event.change == Change::Deleted => Some(("DELETED", (*event.object).clone())),
            (true, false) => {
                let mut last = event.previous.as_deref().cloned().unwrap_or_default();
                object::set_meta(&mut last, "resourceVersion", event.revision.to_string());
                Some(("DELETED", last))
            }
            (false, false) => None,
        }
    }

    fn initial_state(&mut self) {
        let snapshot = {
            let store = self.server.store();
            self.reached = store.revision();
            store.list(self.info.resource(), self.info.namespace.as_deref())
        };
        for object in snapshot.into_values() {
            if self.filter.matches(&object) {
                self.tell("ADDED", (*object).clone());
            }
        }
    }

    fn tell(&mut self, change: &'static str, stored: Value) {
        let columns = !std::mem::replace(&mut self.described, true);
        let shown = self.representation.one(stored, columns, self.server.now());
        self.lines.push_str(&json_text(&Told { r#type: change, object: &shown }, false));
    }

    fn bookmark(&mut self, initial_events_end: bool) {
        let mut metadata = Map::new();
        metadata.insert("resourceVersion".to_owned(), self.reached.to_string().into());
        if initial_events_end {
            metadata.insert("annotations".to_owned(), json!({"k8s.io/initial-events-end": "true"}));
        }
        self.bookmarked = Some(self.reached);
        let shown = self.representation.bookmark(&metadata);
        self.lines.push_str(&json_text(&Told { r#type: "BOOKMARK", object: &shown }, false));
    }
}

#[derive(serde::Serialize)]
struct Told<'a, T: serde::Serialize> {
    r#type: &'static str,
    object: &'a T,
}
