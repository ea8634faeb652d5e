//! `-w`: goes on over a dropped connection, an expired revision and a restarted server.

use super::Request;
use super::seen::Seen;
use super::source::{Source, Want};
use super::subject::Subject;
use super::view::{Item, View};

use crate::api::namespace::NamespaceScope;
use crate::api::partial::Partial;
use crate::api::table::{Column, Table};
use crate::cli::address;
use crate::cli::cluster::Call;
use crate::cli::error::Error;
use crate::printers::Out;
use futures::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The rest before a lost watch is taken up again, doubled up to the longest.
const REST: Duration = Duration::from_millis(250);
const LONGEST_REST: Duration = Duration::from_secs(10);
/// The server ends a watch after as many seconds; one that stays silent for longer is dead.
const LIFETIME: u64 = 290;
const SILENCE: Duration = Duration::from_secs(LIFETIME + 10);
/// After as many watches in a row that ended at once, the state is compared: a server that was set up anew counts its
/// revisions from the start.
const PATIENCE: u32 = 5;

#[derive(Debug, Deserialize)]
struct Event {
    r#type: String,
    object: Value,
}

/// Shows changes until the process is told to stop. `view` has printed what `seen` knows of.
pub(super) async fn run(request: Request<'_>, out: &mut Out, view: View, seen: Seen<Item>) -> Result<ExitCode, Error> {
    let source = watched(&request)?;
    // Changes are shown as they come.
    let request = Request { order: None, ..request };
    let mut follower = Follower { request, source, seen, view };
    let (mut rest, mut in_vain) = (REST, 0);
    loop {
        let begun = Instant::now();
        let mut ended = follower.watch(out).await;
        if is_expired(&ended) || in_vain >= PATIENCE {
            ended = follower.compare(out).await;
            in_vain = 0;
        }
        match ended {
            Err(error) if !may_pass(&error) => return Err(error),
            Ok(()) if begun.elapsed() > LONGEST_REST => (rest, in_vain) = (REST, 0),
            _ => {
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
                in_vain += 1;
            }
        }
    }
}

/// A single named set is watched by a field selector.
fn watched(request: &Request<'_>) -> Result<Source, Error> {
    let mut source = request.source.clone();
    if let Some([(namespace, name)]) = request.named.as_deref()
        && source.subject == Subject::Sets
    {
        source.scope = NamespaceScope::One(address::namespace_name(namespace)?);
        source.field_selector = address::selector_of_name(name);
    }
    Ok(source)
}

fn is_expired(ended: &Result<(), Error>) -> bool {
    let Err(error) = ended else { return false };
    error.status().is_some_and(|status| status.code == 410 || status.reason == "Expired" || status.reason == "Gone")
}

/// No answer, or one of a server that is busy or restarting; an answer may come later.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Api(status) => status.code == 410 || status.code == 429 || status.code >= 500,
        Error::Transport { .. } | Error::RequestTimeout | Error::BodyTimeout | Error::Decode { .. } => true,
        _ => false,
    }
}

struct Follower<'a> {
    request: Request<'a>,
    source: Source,
    seen: Seen<Item>,
    view: View,
}

impl Follower<'_> {
    fn call(&self) -> Result<Call, Error> {
        let want = match self.request.want(true) {
            // Metadata has no watch of its own that every server knows.
            Want::Metadata => Want::Objects,
            want => want,
        };
        let call = self.source.call(want)?.query("watch", "true").query("allowWatchBookmarks", "true");
        let call = call.query("timeoutSeconds", LIFETIME.to_string());
        Ok(call.query("resourceVersion", self.seen.revision.as_str()))
    }

    /// One connection, to its end.
    async fn watch(&mut self, out: &mut Out) -> Result<(), Error> {
        let mut frames = self.request.cluster.send(out, self.call()?).await?.into_stream();
        let mut pending = Vec::new();
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(SILENCE, frames.next()).await {
            pending.extend_from_slice(&frame);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                // Half a line, or none of ours: the connection is as good as lost.
                let Ok(event) = serde_json::from_slice::<Event>(&line) else { return Ok(()) };
                self.event(out, event).await?;
            }
        }
        Ok(())
    }

    async fn event(&mut self, out: &mut Out, event: Event) -> Result<(), Error> {
        if event.r#type == "ERROR" {
            let body = serde_json::to_vec(&event.object).unwrap_or_default();
            let code = event.object["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
            let code = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
            return Err(Error::from_response(code, &body));
        }
        let (columns, items) = self.items(event.object);
        for (object, item) in items {
            if event.r#type == "BOOKMARK" {
                self.seen.bookmark(&object.metadata);
                continue;
            }
            self.ask_about(out, &object).await?;
            if self.request.members.hold(self.source.subject, &object)
                && self.seen.event(&event.r#type, &object.metadata, item.clone())
            {
                self.print(out, columns.as_deref(), vec![item], &event.r#type)?;
            }
        }
        Ok(())
    }

    /// What an event holds: a table of one row, or an object.
    fn items(&self, object: Value) -> (Option<Vec<Column>>, Vec<(Partial, Item)>) {
        if matches!(self.view, View::Objects { .. }) || !self.request.server_print {
            let partial = Partial::deserialize(&object).unwrap_or_default();
            let (columns, mut items) = self.request.told(vec![object]);
            return (columns, items.pop().map(|item| (partial, item)).into_iter().collect());
        }
        let table = serde_json::from_value::<Table<Partial>>(object).unwrap_or_default();
        let items = table.rows.into_iter().map(|row| (row.object.clone(), Item::row_of(row))).collect();
        (table.column_definitions, items)
    }

    /// Finds out whose a pod is whose VMI was made after the watch began.
    async fn ask_about(&mut self, out: &mut Out, pod: &Partial) -> Result<(), Error> {
        if self.source.subject != Subject::Pods {
            return Ok(());
        }
        let Some(owner) = self.request.members.unknown_vmi(pod) else { return Ok(()) };
        let uid = owner.uid.clone();
        let vmis = Source { subject: Subject::Vmis, ..self.source.named(&pod.metadata.namespace, &owner.name)? };
        let vmi = match self.request.cluster.json::<Partial>(out, vmis.call(Want::Objects)?).await {
            Ok(vmi) => vmi,
            Err(error) if error.is_not_found() => Partial::default(),
            Err(error) => return Err(error),
        };
        let members = &mut self.request.members;
        let ours = vmi.metadata.uid == uid && members.hold(Subject::Vmis, &vmi);
        if ours {
            members.vmis.insert(uid)
        } else {
            members.others.insert(uid)
        };
        Ok(())
    }

    /// The watch cannot go on from where it was: what has changed since is found by comparing.
    async fn compare(&mut self, out: &mut Out) -> Result<(), Error> {
        let (mut columns, mut items) = (None, Vec::new());
        let (source, request) = (&self.source, &self.request);
        let revision = source.read(request.cluster, out, request.want(true), |body| {
            let (page_columns, page) = request.items(source, body)?;
            columns = columns.take().or(page_columns);
            items.extend(page.into_iter().map(|item| (item.metadata(), item)));
            Ok(String::new())
        });
        let revision = revision.await?;
        for (change, item) in self.seen.list(revision, items) {
            self.print(out, columns.as_deref(), vec![item], change.name())?;
        }
        Ok(())
    }

    fn print(&mut self, out: &mut Out, columns: Option<&[Column]>, items: Vec<Item>, event: &str) -> Result<(), Error> {
        let event = self.request.with_events.then_some(event);
        let text = self.view.each(columns, items, event)? + &self.view.finish();
        out.data(&text)?;
        Ok(out.flush()?)
    }
}
