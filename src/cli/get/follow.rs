//! `-w`: goes on over a dropped connection, an expired revision and a restarted server.

mod seen;

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
pub(super) use seen::Seen;
use serde::Deserialize;
use serde_json::Value;
use std::process::ExitCode;
use std::time::Duration;

/// The rest before a lost watch is taken up again, doubled up to the longest while nothing comes of it.
const REST: Duration = Duration::from_millis(250);
const LONGEST_REST: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
struct Event {
    r#type: String,
    object: Value,
}

/// Shows changes until the process is told to stop; `layout` has printed what there was before.
pub(super) async fn run(request: &Request<'_>, out: &mut Out, seen: Seen, layout: Layout) -> Result<ExitCode, Error> {
    let mut follower =
        Follower { request, source: watched(request), seen, layout, columns: Vec::new(), events: 0, objects: 0 };
    let mut rest = REST;
    loop {
        let before = follower.events;
        let ended = match follower.watch(out).await {
            Err(error) if is_expired(&error) => follower.list_anew(out).await,
            ended => ended,
        };
        match ended {
            Err(error @ Error::Output(_)) => return Err(error),
            Err(error @ Error::Api(_)) if !may_pass(&error) => return Err(error),
            _ => {}
        }
        // A connection that brought something was a good one; the next may be taken up sooner.
        rest = if follower.events > before { REST } else { (rest * 2).min(LONGEST_REST) };
        tokio::time::sleep(rest).await;
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
    /// How many events have come.
    events: usize,
    /// How many objects have been printed.
    objects: usize,
}

impl Follower<'_> {
    fn is_table(&self) -> bool {
        matches!(self.request.format, Format::Table { .. })
    }

    fn call(&self) -> Call {
        let call = if self.is_table() { self.source.table_call() } else { self.source.call() };
        call.query("watch", "true").query("allowWatchBookmarks", "true").query("resourceVersion", self.seen.revision())
    }

    /// One connection, to its end.
    async fn watch(&mut self, out: &mut Out) -> Result<(), Error> {
        let response = self.request.cluster.send(out, self.call()).await?;
        let mut frames = response.into_body().into_data_stream();
        let mut pending = Vec::new();
        while let Some(Ok(frame)) = frames.next().await {
            pending.extend_from_slice(&frame);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                // Half a line, or none of ours: the connection is as good as lost.
                let Ok(event) = serde_json::from_slice::<Event>(&line) else { return Ok(()) };
                self.events += 1;
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
        let rows = if self.is_table() {
            let Ok(table) = serde_json::from_value::<Table>(event.object) else { return Ok(()) };
            if let Some(columns) = table.column_definitions.filter(|columns| !columns.is_empty()) {
                self.columns = columns;
            }
            table.rows
        } else {
            vec![Row { cells: Vec::new(), object: event.object }]
        };
        let fresh: Vec<_> = rows.into_iter().filter(|row| self.seen.event(&event.r#type, row)).collect();
        fresh.into_iter().try_for_each(|row| self.print(out, row, &event.r#type))?;
        Ok(out.flush()?)
    }

    /// The revision has expired: what has changed since is found by comparing.
    async fn list_anew(&mut self, out: &mut Out) -> Result<(), Error> {
        let members = &self.request.members;
        let (rows, revision) = if self.is_table() {
            let table = self.source.table(self.request.cluster, out, members).await?;
            self.columns = table.column_definitions.unwrap_or_default();
            (table.rows, table.metadata.resource_version.unwrap_or_default())
        } else {
            let (objects, revision) = self.source.objects(self.request.cluster, out, members).await?;
            (objects.into_iter().map(|object| Row { cells: Vec::new(), object }).collect(), revision)
        };
        for (event, row) in self.seen.list(revision, rows) {
            self.print(out, row, event)?;
        }
        Ok(out.flush()?)
    }

    fn print(&mut self, out: &mut Out, row: Row, event: &str) -> Result<(), Error> {
        if !self.request.members.hold(self.source.subject, &row.object) {
            return Ok(());
        }
        let text = match &self.request.format {
            Format::Table { .. } => self.layout.rows(&self.columns, &[row], Some(event)),
            Format::Objects(format) => {
                let object = self.request.shown(row.object, event);
                let separator = if self.objects > 0 && matches!(format, objects::Format::Yaml) { "---\n" } else { "" };
                let text = objects::text(format, vec![object], true, false).map_err(Error::config)?;
                format!("{separator}{text}")
            }
        };
        self.objects += 1;
        Ok(out.data(&text)?)
    }
}
