//! Without `-w`: reads what there is, and prints it.

use super::item_printer::{Item, ListPrinter};
use super::plan::GetPlan;
use super::representation::Representation;
use super::resource_kind::ResourceKind;
use super::sort_by::SortBy;
use crate::api::partial::Partial;
use crate::api::table::{Column, Row, Table};
use crate::cli::error::Error;
use crate::printers::Ui;
use crate::text::projection::Projection;
use serde::Deserialize;

impl GetPlan<'_> {
    /// Prints what there is, and adds to `failures` what could not be read.
    pub(super) async fn show(&mut self, ui: &mut Ui, failures: &mut Vec<Error>) -> Result<(), Error> {
        let earlier = failures.len();
        let shown = self.show_once(ui, failures).await;
        if shown.is_ok() || self.query.projection == Projection::Everything {
            return shown;
        }
        // A template that does not fit is told with the whole of what it did not fit.
        failures.truncate(earlier);
        self.query.projection = Projection::Everything;
        self.show_once(ui, failures).await
    }

    pub(super) async fn show_once(&self, ui: &mut Ui, failures: &mut Vec<Error>) -> Result<(), Error> {
        let queries = self.queries()?;
        let is_single =
            self.query.resource_kind == ResourceKind::Sets && queries.len() == 1 && queries[0].name.is_some();
        let mut shown = ListPrinter::new(
            self.printer(queries.first().map_or(self.query.resource_kind, |query| query.resource_kind)),
        );
        shown.is_single = is_single;
        if let Some(order) = self.order.as_ref().filter(|_| !is_single) {
            let (columns, items, _) = self.sorted(ui, order, failures).await?;
            ui.data(&shown.print(columns.as_deref(), items)?)?;
        } else {
            let mut earlier = None;
            for query in &queries {
                if earlier.is_some_and(|earlier| earlier != query.resource_kind) && shown.is_table() {
                    ui.data(&shown.begin_table(self.printer(query.resource_kind), !self.table.no_headers))?;
                }
                earlier = Some(query.resource_kind);
                let read = query.read(self.cluster, ui, self.representation(false), |body| {
                    self.printed(query, body, |columns, items| shown.print(columns.as_deref(), items))
                });
                if let Err(error) = read.await {
                    failures.extend(self.failure(ui, query, error).await);
                }
            }
        }
        ui.data(&shown.finish(self.ignore_not_found)?)?;
        if shown.is_table() && shown.count == 0 && failures.is_empty() && !self.ignore_not_found {
            ui.note(&self.nothing_found());
        }
        Ok(())
    }

    /// Everything, in order, and its revision. What could not be read is added to `failures`.
    pub(super) async fn sorted(
        &self,
        ui: &mut Ui,
        order: &SortBy,
        failures: &mut Vec<Error>,
    ) -> Result<(Option<Vec<Column>>, Vec<Item>, String), Error> {
        let (mut objects, mut table, mut revision) = (Vec::new(), Table::default(), String::new());
        let wants_rows = self.representation(false) == Representation::RowsAndObjects;
        for query in self.queries()? {
            let read = query.read(self.cluster, ui, self.representation(false), |body| {
                if wants_rows {
                    let part: Table = query.decode(body)?;
                    table.column_definitions = table.column_definitions.take().or(part.column_definitions);
                    table.rows.extend(part.rows);
                } else {
                    objects.extend(self.whole_objects(&query, body)?);
                }
                Ok(String::new())
            });
            match read.await {
                Ok(at) => revision = at,
                Err(error) => failures.extend(self.failure(ui, &query, error).await),
            }
        }
        if !wants_rows {
            order.sort(&mut objects, |object| object)?;
            let (columns, items) = self.rendered(objects);
            return Ok((columns, items, revision));
        }
        if table.rows.len() > 1 {
            order.sort(&mut table.rows, |row| &row.object)?;
        }
        let rows = table
            .rows
            .into_iter()
            .map(|row| Row { object: Partial::deserialize(&row.object).unwrap_or_default(), cells: row.cells });
        let items =
            rows.filter(|row| self.owner_filter.matches(self.query.resource_kind, &row.object)).map(Item::row_of);
        Ok((table.column_definitions, items.collect(), revision))
    }
}
