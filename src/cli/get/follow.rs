//! `-w`: goes on over a dropped connection, an expired revision and a restarted server.

use super::format::Format;
use super::subject::Subject;
use super::{Request, Source};
use crate::api::table::{Column, Row, Table};
use crate::cli::cluster::Call;
use crate::cli::error::Error;
use crate::output::table::Layout;
use crate::output::{Out, objects};
use futures::StreamExt;
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Duration;

/// The rest before a lost watch is taken up again, doubled up to the longest.
const REST: Duration = Duration::from_millis(250);
const LONGEST_REST: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
struct Event {
    r#type: String,
    object: Value,
}

/// What has been shown, so that nothing is shown twice or left out when a watch is taken up again.
#[derive(Debug, Default)]
pub(super) struct Seen {
    revision: String,
    shown: HashMap<String, (String, Value)>,
}

impl Seen {
    /// Goes on from that revision.
    pub(super) fn from(revision: String) -> Self {
        Self { revision, shown: HashMap::new() }
    }

    /// An event of the watch: whether it is to be shown.
    pub(super) fn event(&mut self, r#type: &str, object: &Value) -> bool {
        let metadata = &object["metadata"];
        let revision = metadata["resourceVersion"].as_str().unwrap_or_default().to_owned();
        if !revision.is_empty() {
            self.revision.clone_from(&revision);
        }
        let uid = metadata["uid"].as_str().unwrap_or_default().to_owned();
        if r#type == "BOOKMARK" {
            return false;
        }
        if r#type == "DELETED" {
            self.shown.remove(&uid);
            return true;
        }
        let before = self.shown.insert(uid, (revision.clone(), object.clone()));
        before.is_none_or(|(shown, _)| shown != revision)
    }

    /// A new list after the revision had expired: which of its objects are new or changed, and which are gone.
    pub(super) fn list(&mut self, revision: String, objects: &[Value]) -> (Vec<bool>, Vec<Value>) {
        let mut gone = std::mem::take(&mut self.shown);
        let changed = objects.iter().map(|object| {
            let metadata = &object["metadata"];
            let uid = metadata["uid"].as_str().unwrap_or_default();
            let revision = metadata["resourceVersion"].as_str().unwrap_or_default();
            let before = gone.remove(uid);
            self.shown.insert(uid.to_owned(), (revision.to_owned(), object.clone()));
            before.is_none_or(|(shown, _)| shown != revision)
        });
        let changed = changed.collect();
        self.revision = revision;
        (changed, gone.into_values().map(|(_, object)| object).collect())
    }
}

/// Shows changes until the process is told to stop; `layout` has printed what there was before.
pub(super) async fn run(request: &Request<'_>, out: &mut Out, seen: Seen, layout: Layout) -> Result<ExitCode, Error> {
    let mut follower = Follower { request, source: watched(request), seen, layout, columns: Vec::new() };
    let mut rest = REST;
    loop {
        match follower.watch(out).await {
            Ok(()) => rest = REST,
            Err(error) if is_expired(&error) => follower.list_anew(out).await?,
            Err(error @ Error::Api(_)) if !may_pass(&error) => return Err(error),
            Err(error @ Error::Output(_)) => return Err(error),
            Err(_) => {
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
        }
    }
}

/// A single named set is watched by a field selector.
fn watched(request: &Request<'_>) -> Source {
    let mut source = request.source.clone();
    if let Some([(namespace, name)]) = request.named.as_deref()
        && source.subject == Subject::Sets
    {
        source.namespace = Some(namespace.clone());
        source.field_selector = format!("metadata.name={name}");
    }
    source
}

fn is_expired(error: &Error) -> bool {
    error.status().is_some_and(|status| status.code == 410)
}

/// A server that is busy or restarting may answer again.
fn may_pass(error: &Error) -> bool {
    error.status().is_some_and(|status| status.code == 429 || status.code >= 500)
}

struct Follower<'a> {
    request: &'a Request<'a>,
    source: Source,
    seen: Seen,
    layout: Layout,
    columns: Vec<Column>,
}

impl Follower<'_> {
    fn is_table(&self) -> bool {
        matches!(self.request.format, Format::Table { .. })
    }

    fn call(&self) -> Call {
        let call = if self.is_table() { self.source.table_call() } else { self.source.call() };
        call.query("watch", "true").query("allowWatchBookmarks", "true").query("resourceVersion", &*self.seen.revision)
    }

    /// One connection, to its end.
    async fn watch(&mut self, out: &mut Out) -> Result<(), Error> {
        let response = self.request.cluster.send(out, self.call()).await?;
        let mut frames = response.into_body().into_data_stream();
        let mut pending = Vec::new();
        while let Some(frame) = frames.next().await {
            let Ok(frame) = frame else { return Ok(()) };
            pending.extend_from_slice(&frame);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                // Half a line, or none of ours: the connection is as good as lost.
                let Ok(event) = serde_json::from_slice::<Event>(&line) else { return Ok(()) };
                self.event(out, event)?;
            }
        }
        Ok(())
    }

    fn event(&mut self, out: &mut Out, event: Event) -> Result<(), Error> {
        if event.r#type == "ERROR" {
            let body = serde_json::to_vec(&event.object).unwrap_or_default();
            let code = event.object["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
            let code = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
            return Err(Error::from_response(code, &body));
        }
        if !self.is_table() {
            if self.seen.event(&event.r#type, &event.object) {
                self.print_object(out, event.object)?;
            }
            return Ok(out.flush()?);
        }
        let Ok(table) = serde_json::from_value::<Table>(event.object) else { return Ok(()) };
        if let Some(columns) = table.column_definitions.filter(|columns| !columns.is_empty()) {
            self.columns = columns;
        }
        let rows = table.rows.into_iter().filter(|row| self.seen.event(&event.r#type, &row.object)).collect();
        self.print_rows(out, rows, &event.r#type)
    }

    /// The revision has expired: what has changed since is found by comparing.
    async fn list_anew(&mut self, out: &mut Out) -> Result<(), Error> {
        let members = &self.request.members;
        if self.is_table() {
            let table = self.source.table(self.request.cluster, out, members).await?;
            self.columns = table.column_definitions.unwrap_or_default();
            let objects: Vec<_> = table.rows.iter().map(|row| row.object.clone()).collect();
            let (changed, _) = self.seen.list(table.metadata.resource_version.unwrap_or_default(), &objects);
            let rows =
                table.rows.into_iter().zip(changed).filter(|(_, changed)| *changed).map(|(row, _)| row).collect();
            return self.print_rows(out, rows, "MODIFIED");
        }
        let (objects, revision) = self.source.objects(self.request.cluster, out, members).await?;
        let (changed, _) = self.seen.list(revision, &objects);
        for (object, _) in objects.into_iter().zip(changed).filter(|(_, changed)| *changed) {
            self.print_object(out, object)?;
        }
        Ok(out.flush()?)
    }

    fn print_rows(&mut self, out: &mut Out, rows: Vec<Row>, event: &str) -> Result<(), Error> {
        let (subject, members) = (self.source.subject, &self.request.members);
        let rows: Vec<_> = rows.into_iter().filter(|row| members.hold(subject, &row.object)).collect();
        out.data(&self.layout.rows(&self.columns, &rows, Some(event)))?;
        Ok(out.flush()?)
    }

    fn print_object(&self, out: &mut Out, object: Value) -> Result<(), Error> {
        let Format::Objects(format) = &self.request.format else { return Ok(()) };
        if !self.request.members.hold(self.source.subject, &object) {
            return Ok(());
        }
        let text = objects::text(format, vec![object], true, false).map_err(Error::config)?;
        Ok(out.data(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(uid: &str, revision: &str) -> Value {
        json!({"metadata": {"uid": uid, "resourceVersion": revision}})
    }

    #[test]
    fn an_event_that_was_shown_is_not_shown_again() {
        let mut seen = Seen::from("5".into());
        assert!(seen.event("ADDED", &object("a", "6")));
        assert!(!seen.event("MODIFIED", &object("a", "6")));
        assert!(seen.event("MODIFIED", &object("a", "7")));
        assert!(!seen.event("BOOKMARK", &object("", "9")));
        assert_eq!(seen.revision, "9");
    }

    #[test]
    fn after_a_gap_only_what_has_changed_is_shown() {
        let mut seen = Seen::from("5".into());
        seen.event("ADDED", &object("a", "6"));
        seen.event("ADDED", &object("b", "7"));
        let (changed, gone) = seen.list("20".into(), &[object("a", "6"), object("c", "19")]);
        assert_eq!((changed, gone), (vec![false, true], vec![object("b", "7")]));
        assert_eq!(seen.revision, "20");
    }
}
