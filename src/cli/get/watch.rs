//! `-w`: prints what there is, and then what changes.

use super::item_printer::Item;
use super::plan::{FileObject, GetPlan};
use super::resource_kind::ResourceKind;
use super::watch_state::WatchState;
use super::watcher;
use crate::api::table::Column;
use crate::cli::error::Error;
use crate::printers::Ui;
use std::process::ExitCode;

impl GetPlan<'_> {
    /// Shows what there is, if that is wanted, and then what changes.
    pub(super) async fn watch(mut self, ui: &mut Ui, shows_first: bool) -> Result<ExitCode, Error> {
        let queries = self.queries()?;
        let resource_kind = queries.first().map_or(self.query.resource_kind, |query| query.resource_kind);
        let (mut printer, mut watch_state) = (self.printer(resource_kind), WatchState::default());
        let event = self.with_events.then_some("ADDED");
        let mut print = |watch_state: &mut WatchState<Item>, columns: Option<Vec<Column>>, items: Vec<Item>| {
            items.iter().for_each(|item| watch_state.record(&item.metadata(), item.clone()));
            if shows_first { printer.each(columns.as_deref(), items, event) } else { Ok(String::new()) }
        };
        let mut failures = Vec::new();
        if let Some(order) = &self.order {
            let (columns, items, revision) = self.sorted(ui, order, &mut failures).await?;
            ui.data(&print(&mut watch_state, columns, items)?)?;
            watch_state.revision = revision;
        } else {
            for query in &queries {
                let read = query.read(self.cluster, ui, self.representation(true), |body| {
                    let (columns, items) = self.items(query, body)?;
                    print(&mut watch_state, columns, items)
                });
                match read.await {
                    Ok(revision) => watch_state.revision = revision,
                    Err(error) => {
                        failures.extend(self.failure(ui, query, error).await);
                        break;
                    }
                }
            }
        }
        Error::all(failures)?;
        ui.data(&printer.finish())?;
        ui.flush()?;
        if queries.len() > 1 {
            return Err(Error::plain("you may only watch a single resource or type of resource at a time"));
        }
        self.watch_file()?;
        if self.query.resource_kind == ResourceKind::Sets && self.named.is_some() && watch_state.is_empty() {
            // The one set is not there, and that is not to be minded.
            return Ok(ExitCode::SUCCESS);
        }
        watcher::run(self, ui, printer, watch_state).await
    }

    /// What is watched is the one object of the files.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    fn watch_file(&mut self) -> Result<(), Error> {
        let Some(FileObject { resource_kind, namespace, name }) = self.in_files.pop() else { return Ok(()) };
        if resource_kind == ResourceKind::Sets {
            self.query.resource_kind = resource_kind;
            self.named = Some(vec![(namespace, name)]);
        } else {
            self.query = self.query.only(resource_kind, &namespace, &name)?;
            self.named = None;
        }
        Ok(())
    }
}
