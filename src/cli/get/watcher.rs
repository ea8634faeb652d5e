//! `-w`: goes on over a dropped connection, an expired revision and a restarted server.

use super::item_printer::{Item, ItemPrinter};
use super::plan::GetPlan;
use super::representation::Representation;
use super::resource_kind::ResourceKind;
use super::resource_query::ResourceQuery;
use super::watch_state::WatchState;
use crate::client;

use crate::api::namespace::NamespaceScope;
use crate::api::partial::Partial;
use crate::api::table::{Column, Table};
use crate::cli::error::Error;
use crate::client::Call;
use crate::client::resource_paths;
use crate::printers::Ui;
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
struct WatchEvent {
    r#type: String,
    object: Value,
}

/// Shows changes until the process is told to stop. `printer` has printed what `watch_state` knows of.
pub(super) async fn run(
    plan: GetPlan<'_>,
    ui: &mut Ui,
    printer: ItemPrinter,
    watch_state: WatchState<Item>,
) -> Result<ExitCode, Error> {
    let query = watched(&plan)?;
    // Changes are shown as they come.
    let plan = GetPlan { order: None, ..plan };
    let mut follower = Watcher { plan, query, watch_state, printer };
    let (mut rest, mut in_vain) = (REST, 0);
    loop {
        let begun = Instant::now();
        let mut ended = follower.watch(ui).await;
        if is_expired(&ended) || in_vain >= PATIENCE {
            ended = follower.compare(ui).await;
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
fn watched(plan: &GetPlan<'_>) -> Result<ResourceQuery, Error> {
    let mut query = plan.query.clone();
    if let Some([(namespace, name)]) = plan.named.as_deref()
        && query.resource_kind == ResourceKind::Sets
    {
        query.scope = NamespaceScope::One(resource_paths::namespace_name(namespace)?);
        query.field_selector = resource_paths::selector_of_name(name);
    }
    Ok(query)
}

fn is_expired(ended: &Result<(), Error>) -> bool {
    let Err(error) = ended else { return false };
    error.status().is_some_and(|status| status.code == 410 || status.reason == "Expired" || status.reason == "Gone")
}

/// No answer, or one of a server that is busy or restarting; an answer may come later.
fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Client(error) if error.may_pass() || error.is_expired())
}

struct Watcher<'a> {
    plan: GetPlan<'a>,
    query: ResourceQuery,
    watch_state: WatchState<Item>,
    printer: ItemPrinter,
}

impl Watcher<'_> {
    fn call(&self) -> Result<Call, Error> {
        let representation = match self.plan.representation(true) {
            // Metadata has no watch of its own that every server knows.
            Representation::Metadata => Representation::Objects,
            representation => representation,
        };
        let call = self.query.call(representation)?.query("watch", "true").query("allowWatchBookmarks", "true");
        let call = call.query("timeoutSeconds", LIFETIME.to_string());
        Ok(call.query("resourceVersion", self.watch_state.revision.as_str()))
    }

    /// One connection, to its end.
    async fn watch(&mut self, ui: &mut Ui) -> Result<(), Error> {
        let mut frames = self.plan.cluster.send(ui, self.call()?).await?.into_stream();
        let mut pending = Vec::new();
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(SILENCE, frames.next()).await {
            pending.extend_from_slice(&frame);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                // Half a line, or none of ours: the connection is as good as lost.
                let Ok(event) = serde_json::from_slice::<WatchEvent>(&line) else { return Ok(()) };
                self.event(ui, event).await?;
            }
        }
        Ok(())
    }

    async fn event(&mut self, ui: &mut Ui, event: WatchEvent) -> Result<(), Error> {
        if event.r#type == "ERROR" {
            let body = serde_json::to_vec(&event.object).unwrap_or_default();
            let code = event.object["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
            let code = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
            return Err(client::Error::from_response(code, &body).into());
        }
        let (columns, items) = self.items(event.object);
        for (object, item) in items {
            if event.r#type == "BOOKMARK" {
                self.watch_state.bookmark(&object.metadata);
                continue;
            }
            self.ask_about(ui, &object).await?;
            if self.plan.owner_filter.matches(self.query.resource_kind, &object)
                && self.watch_state.event(&event.r#type, &object.metadata, item.clone())
            {
                self.print(ui, columns.as_deref(), vec![item], &event.r#type)?;
            }
        }
        Ok(())
    }

    /// What an event holds: a table of one row, or an object.
    fn items(&self, object: Value) -> (Option<Vec<Column>>, Vec<(Partial, Item)>) {
        if matches!(self.printer, ItemPrinter::Objects { .. }) || !self.plan.server_print {
            let partial = Partial::deserialize(&object).unwrap_or_default();
            let (columns, mut items) = self.plan.rendered(vec![object]);
            return (columns, items.pop().map(|item| (partial, item)).into_iter().collect());
        }
        let table = serde_json::from_value::<Table<Partial>>(object).unwrap_or_default();
        let items = table.rows.into_iter().map(|row| (row.object.clone(), Item::row_of(row))).collect();
        (table.column_definitions, items)
    }

    /// Finds out whose a pod is whose VMI was made after the watch began.
    async fn ask_about(&mut self, ui: &mut Ui, pod: &Partial) -> Result<(), Error> {
        if self.query.resource_kind != ResourceKind::Pods {
            return Ok(());
        }
        let Some(owner) = self.plan.owner_filter.unknown_vmi(pod) else { return Ok(()) };
        let uid = owner.uid.clone();
        let vmis = ResourceQuery {
            resource_kind: ResourceKind::Vmis,
            ..self.query.named(&pod.metadata.namespace, &owner.name)?
        };
        let vmi = match self.plan.cluster.json::<Partial>(ui, vmis.call(Representation::Objects)?).await {
            Ok(vmi) => vmi,
            Err(error) if error.is_not_found() => Partial::default(),
            Err(error) => return Err(error.into()),
        };
        let owner_filter = &mut self.plan.owner_filter;
        let ours = vmi.metadata.uid == uid && owner_filter.matches(ResourceKind::Vmis, &vmi);
        if ours {
            owner_filter.vmis.insert(uid)
        } else {
            owner_filter.others.insert(uid)
        };
        Ok(())
    }

    /// The watch cannot go on from where it was: what has changed since is found by comparing.
    async fn compare(&mut self, ui: &mut Ui) -> Result<(), Error> {
        let (mut columns, mut items) = (None, Vec::new());
        let (query, plan) = (&self.query, &self.plan);
        let revision = query.read(plan.cluster, ui, plan.representation(true), |body| {
            let (page_columns, page) = plan.items(query, body)?;
            columns = columns.take().or(page_columns);
            items.extend(page.into_iter().map(|item| (item.metadata(), item)));
            Ok(String::new())
        });
        let revision = revision.await?;
        for (change, item) in self.watch_state.list(revision, items) {
            self.print(ui, columns.as_deref(), vec![item], change.name())?;
        }
        Ok(())
    }

    fn print(&mut self, ui: &mut Ui, columns: Option<&[Column]>, items: Vec<Item>, event: &str) -> Result<(), Error> {
        let event = self.plan.with_events.then_some(event);
        let text = self.printer.each(columns, items, event)? + &self.printer.finish();
        ui.data(&text)?;
        Ok(ui.flush()?)
    }
}
