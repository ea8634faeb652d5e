//! What a list holds, kept up to date by a watch that is taken up again when it is lost.

use super::cluster::{Call, Cluster};
use super::error::Error;
use crate::client::Sink;
use futures::StreamExt;
use http_body_util::BodyDataStream;
use kube::client::Body;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The rest before a lost watch is taken up again, doubled up to the longest while nothing comes of it.
const REST: Duration = Duration::from_millis(250);
const LONGEST_REST: Duration = Duration::from_secs(10);
/// The server ends a watch after so many seconds, so that a connection which died without a word is noticed. kube's
/// client gives up on one that is silent for longer.
const WATCH_SECONDS: &str = "290";
/// Whose turn comes when time is up is still looked at, unless that takes all of them together longer than this.
const LAST_LOOKS: Duration = Duration::from_secs(5);

/// How long a look may take that begins at `now`: what begins in time ends in time, too.
pub(crate) fn limit_of_look(deadline: Instant, now: Instant) -> Instant {
    if now < deadline { deadline } else { deadline + LAST_LOOKS }
}

/// The objects of a list, as they are now.
pub(crate) struct Mirror<'a> {
    cluster: &'a Cluster,
    list: Call,
    objects: BTreeMap<(String, String), Value>,
    /// Where a watch goes on; `None` before the first list and after the server has forgotten the revision.
    revision: Option<String>,
    events: Option<Events>,
    has_listed: bool,
    rest: Duration,
}

impl<'a> Mirror<'a> {
    /// Of what `list` (a GET of a collection) finds. Nothing is sent yet.
    pub(crate) fn new(cluster: &'a Cluster, list: Call) -> Self {
        Self { cluster, list, objects: BTreeMap::new(), revision: None, events: None, has_listed: false, rest: REST }
    }

    /// The objects by namespace and name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Value> {
        self.objects.values()
    }

    /// Returns as soon as the objects are known, and from then on whenever they may have changed.
    ///
    /// # Errors
    /// What keeps the first list from being read; later only what no patience mends, such as a right that was taken.
    pub(crate) async fn changed(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        loop {
            let step = match (&mut self.events, self.revision.clone()) {
                (Some(events), _) => {
                    if let Some(event) = events.next().await {
                        if self.apply(event) {
                            return Ok(());
                        }
                        continue;
                    }
                    self.events = None;
                    Ok(())
                }
                (None, Some(revision)) => match self.watch(sink, &revision).await {
                    Ok(()) => continue,
                    failed => failed,
                },
                (None, None) => match self.read(sink).await {
                    Ok(()) => return Ok(()),
                    failed => failed,
                },
            };
            if let Err(error) = step {
                if !self.has_listed || !(error.may_pass() || error.is_expired()) {
                    return Err(error);
                }
                if error.is_expired() {
                    self.revision = None;
                }
            }
            tokio::time::sleep(self.rest).await;
            self.rest = (self.rest * 2).min(LONGEST_REST);
        }
    }

    /// Waits until the objects are as `is_met` wants them. False: they were not by the deadline.
    ///
    /// # Errors
    /// Those of [`Mirror::changed`] and of `is_met`.
    pub(crate) async fn until<S: Sink, E: From<Error>>(
        &mut self,
        sink: &mut S,
        deadline: Instant,
        mut is_met: impl FnMut(&Self, &mut S) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let mut limit = limit_of_look(deadline, Instant::now());
        loop {
            match timeout_at(limit, self.changed(sink)).await {
                Ok(changed) => changed?,
                Err(_) => return Ok(false),
            }
            if is_met(self, sink)? {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
            limit = deadline;
        }
    }

    async fn read(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let mut list: Value = self.cluster.json(sink, self.list.clone()).await?;
        let revision = list.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default();
        self.revision = Some(revision.to_owned());
        let items = list.get_mut("items").map(Value::take).unwrap_or_default();
        let items = if let Value::Array(items) = items { items } else { Vec::new() };
        self.objects = items.into_iter().map(|item| (key(&item), item)).collect();
        self.has_listed = true;
        Ok(())
    }

    async fn watch(&mut self, sink: &mut dyn Sink, revision: &str) -> Result<(), Error> {
        let call = self.list.clone().query("watch", "true").query("allowWatchBookmarks", "true");
        let call = call.query("timeoutSeconds", WATCH_SECONDS).query("resourceVersion", revision);
        let body = self.cluster.send(sink, call).await?.into_stream();
        self.events = Some(Events { body, pending: Vec::new() });
        Ok(())
    }

    /// Takes an event in; says whether an object has changed.
    fn apply(&mut self, event: Event) -> bool {
        let Event { r#type, object } = event;
        if r#type == "ERROR" {
            // Expired or not, a new list tells what was missed.
            (self.events, self.revision) = (None, None);
            return false;
        }
        // A connection that brought something was a good one; the next may be taken up sooner.
        self.rest = REST;
        if let Some(revision) = object.pointer("/metadata/resourceVersion").and_then(Value::as_str) {
            self.revision = Some(revision.to_owned());
        }
        match r#type.as_str() {
            "ADDED" | "MODIFIED" => drop(self.objects.insert(key(&object), object)),
            "DELETED" => drop(self.objects.remove(&key(&object))),
            _ => return false,
        }
        true
    }
}

fn key(object: &Value) -> (String, String) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("/metadata/namespace"), text("/metadata/name"))
}

#[derive(Debug, Deserialize)]
struct Event {
    r#type: String,
    object: Value,
}

/// The events of one connection.
struct Events {
    body: BodyDataStream<Body>,
    pending: Vec<u8>,
}

impl Events {
    /// The next one; `None` when the connection has ended, or brings what is no event.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                return serde_json::from_slice(&line).ok();
            }
            let frame = self.body.next().await?.ok()?;
            self.pending.extend_from_slice(&frame);
        }
    }
}

#[cfg(test)]
mod tests;
