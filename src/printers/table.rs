//! Rows as kubectl 1.37 prints them (cli-runtime's table printer): the server's columns and those that flags add, aligned
//! by [`super::tabwriter`].
//!
//! A table comes in parts, one a page or a watch event. The text of some rows stays behind until [`TablePrinter::finish`], as
//! rows that are printed together share their columns' widths.

use super::tabwriter::Columns;
use crate::api::partial::{Metadata, Partial};
use crate::api::table::{Column, Row};
use crate::printers::{color, visible};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// After as many rows of a part kubectl prints what it has, and widths are settled.
const ROWS_TOGETHER: usize = 100;

/// What is shown beside the server's columns.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// Also the columns of priority 1 and above.
    pub wide: bool,
    /// No line with the columns' names.
    pub no_headers: bool,
    /// A first column with each object's namespace.
    pub with_namespace: bool,
    /// `kind.group/` before each name.
    pub kind_prefix: Option<String>,
    /// A column for each of these labels.
    pub label_columns: Vec<String>,
    /// A last column with all labels.
    pub show_labels: bool,
    /// Whether words that tell a state are colored.
    pub colors: bool,
}

impl TableOptions {
    /// Whether the server's cells alone will do, without the metadata of the objects behind them.
    pub fn need_cells_only(&self) -> bool {
        !self.with_namespace && !self.show_labels && self.label_columns.is_empty()
    }
}

/// Lays out one part of a table after the other.
#[derive(Debug)]
pub struct TablePrinter {
    options: TableOptions,
    widths: Columns,
    columns: Vec<Column>,
    has_header: bool,
    pending: String,
}

/// Where the cells of a column come from.
enum CellSource<'a> {
    Event,
    Namespace,
    /// With what stands before the slash.
    Name(usize, &'a str),
    Cell(usize),
    Label(&'a str),
    Labels,
}

impl TablePrinter {
    /// A layout that has printed nothing yet.
    pub fn new(options: TableOptions) -> Self {
        Self { options, widths: Columns::of_table(), columns: Vec::new(), has_header: false, pending: String::new() }
    }

    /// The text of some rows, as far as it is settled. `columns`: none where they are those of the part before. `event`:
    /// the watch event that brought the rows, if that is to be shown.
    pub fn part(&mut self, columns: Option<&[Column]>, rows: &[Row<Partial>], event: Option<&str>) -> String {
        if let Some(columns) = columns.filter(|columns| !columns.is_empty() && **columns != *self.columns) {
            self.columns = columns.to_vec();
            self.has_header = false;
        }
        if rows.is_empty() {
            return String::new();
        }
        let with_header = !self.has_header && !self.options.no_headers;
        self.has_header = true;
        let (names, lines) = cells(&self.options, &self.columns, rows, event);
        let widest: Vec<usize> = (0..names.len())
            .map(|column| {
                lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.len()).max().unwrap_or_default()
            })
            .collect();
        if with_header {
            let header: Vec<Cow<'_, str>> = names.iter().map(|name| name.to_uppercase().into()).collect();
            line(&mut self.pending, &header, Some(&widest), &[]);
        }
        let colored = if self.options.colors { names.as_slice() } else { &[] };
        let mut settled = String::new();
        for (index, cells) in lines.iter().enumerate() {
            // kubectl measures bytes, of cells as the server sent them, and pads the first line to that length.
            let pads = index == 0 && !with_header;
            line(&mut self.pending, cells, pads.then_some(&widest), colored);
            if (index + 1).is_multiple_of(ROWS_TOGETHER) {
                settled.push_str(&self.widths.align(&std::mem::take(&mut self.pending)));
            }
        }
        settled
    }

    /// What is left.
    pub fn finish(&mut self) -> String {
        match std::mem::take(&mut self.pending) {
            pending if pending.is_empty() => pending,
            pending => self.widths.align(&pending),
        }
    }
}

/// Headings and cells, unabridged.
fn cells<'a>(
    options: &'a TableOptions,
    columns: &'a [Column],
    rows: &'a [Row<Partial>],
    event: Option<&str>,
) -> (Vec<&'a str>, Vec<Vec<Cow<'a, str>>>) {
    let sources = sources(options, columns, event.is_some());
    let text = |row: &'a Row<Partial>, source: &CellSource<'a>| -> Cow<'a, str> {
        let metadata = &row.object.metadata;
        match source {
            CellSource::Event => format!("{:<8}", event.unwrap_or_default()).into(),
            CellSource::Namespace => metadata.namespace.as_str().into(),
            CellSource::Cell(index) => row.cells.get(*index).map(go_text).unwrap_or_default(),
            CellSource::Name(index, kind) => {
                format!("{kind}/{}", row.cells.get(*index).map(go_text).unwrap_or_default()).into()
            }
            CellSource::Label(key) => label(metadata, key).into(),
            CellSource::Labels => all_labels(metadata.labels.as_ref()).into(),
        }
    };
    let lines = rows.iter().map(|row| sources.iter().map(|(_, source)| text(row, source)).collect()).collect();
    (sources.into_iter().map(|(name, _)| name).collect(), lines)
}

/// Each column's heading, and where its cells come from.
fn sources<'a>(options: &'a TableOptions, columns: &'a [Column], with_event: bool) -> Vec<(&'a str, CellSource<'a>)> {
    let mut sources = Vec::new();
    if with_event {
        sources.push(("Event", CellSource::Event));
    }
    if options.with_namespace {
        sources.push(("Namespace", CellSource::Namespace));
    }
    let is_name = |column: &Column| column.format == "name" && column.r#type == "string";
    let name = columns.iter().position(is_name);
    for (index, column) in columns.iter().enumerate() {
        if options.wide || column.priority == 0 {
            let kind = options.kind_prefix.as_deref().filter(|_| name == Some(index));
            sources.push((&column.name, kind.map_or(CellSource::Cell(index), |kind| CellSource::Name(index, kind))));
        }
    }
    for key in &options.label_columns {
        sources.push((key.rsplit('/').next().unwrap_or_default(), CellSource::Label(key)));
    }
    if options.show_labels {
        sources.push(("Labels", CellSource::Labels));
    }
    sources
}

/// Appends a line of cells. `at_least`: so many bytes, for each but the last. `colored`: the columns' names, if their
/// states are to be colored.
fn line(text: &mut String, cells: &[Cow<'_, str>], at_least: Option<&Vec<usize>>, colored: &[&str]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push('\t');
        }
        let shown = first_line(cell);
        text.push_str(&match colored.get(index) {
            Some(column) => color::state(column, shown),
            None => shown,
        });
        if let Some(least) = at_least.and_then(|widths| widths.get(index)).filter(|_| index + 1 < cells.len()) {
            text.extend(std::iter::repeat_n(' ', least.saturating_sub(cell.len())));
        }
    }
    text.push('\n');
}

/// A cell ends with its first line, and commands no terminal.
fn first_line(cell: &str) -> Cow<'_, str> {
    match cell.find(['\n', '\r', '\u{c}']) {
        Some(end) => format!("{}...", visible(cell.get(..end).unwrap_or_default())).into(),
        None => visible(cell),
    }
}

/// Go's `%v`; null is nothing.
fn go_text(cell: &Value) -> Cow<'_, str> {
    match cell {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => text.as_str().into(),
        other => crate::text::go::fmt::value(other).into(),
    }
}

fn label<'a>(metadata: &'a Metadata, key: &str) -> &'a str {
    metadata.labels.as_ref().and_then(|labels| labels.get(key)).map_or("", String::as_str)
}

/// `k=v,k2=v2`, sorted as a whole, or `<none>`.
fn all_labels(labels: Option<&BTreeMap<String, String>>) -> String {
    let mut pairs: Vec<String> = labels.into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect();
    if pairs.is_empty() {
        return "<none>".to_owned();
    }
    pairs.sort();
    pairs.join(",")
}

#[cfg(test)]
mod tests;
