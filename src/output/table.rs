//! kubectl's tables: elastic columns, at least 6 wide, 3 blanks apart, the last one never padded.
//!
//! The layout is that of cli-runtime's table printer (1.37) on `liggitt/tabwriter` with remembered widths: a watch's
//! later rows may widen a column and never narrow it.

use crate::api::table::{Column, Row};
use crate::output::visible;
use serde_json::Value;
use std::collections::BTreeMap;

const MIN_WIDTH: usize = 6;
const PADDING: usize = 3;

/// What is shown beside the server's columns.
#[derive(Clone, Debug, Default)]
pub struct Options {
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
    /// A first column with the kind of a watch's event.
    pub with_event: bool,
}

/// Lays out rows, batch after batch.
#[derive(Debug)]
pub struct Layout {
    options: Options,
    widths: Vec<usize>,
    headers: Option<Vec<String>>,
}

impl Layout {
    /// A layout that has printed nothing yet.
    pub fn new(options: Options) -> Self {
        Self { options, widths: Vec::new(), headers: None }
    }

    /// The text of some rows, after a header if the columns are not those of the batch before. `event` is the watch
    /// event that brought them.
    pub fn rows(&mut self, columns: &[Column], rows: &[Row], event: Option<&str>) -> String {
        let shown: Vec<usize> = (0..columns.len())
            .filter(|index| self.options.wide || columns.get(*index).is_some_and(|column| column.priority == 0))
            .collect();
        let headers = self.header_cells(columns, &shown);
        let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
        if self.headers.as_ref() != Some(&headers) {
            if !self.options.no_headers && !rows.is_empty() {
                lines.push(headers.clone());
            }
            self.headers = (!rows.is_empty()).then_some(headers);
        }
        lines.extend(rows.iter().map(|row| self.cells(columns, &shown, row, event)));
        self.lay_out(&lines)
    }

    fn header_cells(&self, columns: &[Column], shown: &[usize]) -> Vec<String> {
        let mut cells = Vec::new();
        if self.options.with_event {
            cells.push("EVENT".to_owned());
        }
        if self.options.with_namespace {
            cells.push("NAMESPACE".to_owned());
        }
        cells.extend(shown.iter().filter_map(|index| columns.get(*index)).map(|column| column.name.to_uppercase()));
        let label = |key: &String| key.rsplit('/').next().unwrap_or_default().to_uppercase();
        cells.extend(self.options.label_columns.iter().map(label));
        if self.options.show_labels {
            cells.push("LABELS".to_owned());
        }
        cells
    }

    fn cells(&self, columns: &[Column], shown: &[usize], row: &Row, event: Option<&str>) -> Vec<String> {
        let metadata = &row.object["metadata"];
        let mut cells = Vec::new();
        if self.options.with_event {
            cells.push(format!("{:<8}", event.unwrap_or_default()));
        }
        if self.options.with_namespace {
            cells.push(cell(&metadata["namespace"]));
        }
        for index in shown {
            let text = row.cells.get(*index).map(cell).unwrap_or_default();
            let is_name = columns.get(*index).is_some_and(|column| column.format == "name");
            match &self.options.kind_prefix {
                Some(kind) if is_name => cells.push(format!("{kind}/{text}")),
                _ => cells.push(text),
            }
        }
        cells.extend(self.options.label_columns.iter().map(|key| cell(&metadata["labels"][key])));
        if self.options.show_labels {
            cells.push(labels(&metadata["labels"]));
        }
        cells
    }

    fn lay_out(&mut self, lines: &[Vec<String>]) -> String {
        for line in lines {
            for (index, cell) in line.iter().enumerate() {
                let wanted = MIN_WIDTH.max(cell.chars().count() + PADDING);
                match self.widths.get_mut(index) {
                    Some(width) => *width = wanted.max(*width),
                    None => self.widths.push(wanted),
                }
            }
        }
        let mut text = String::new();
        for line in lines {
            for (index, cell) in line.iter().enumerate() {
                text.push_str(cell);
                if index + 1 < line.len() {
                    let width = self.widths.get(index).copied().unwrap_or(MIN_WIDTH);
                    text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Lines of cells, laid out alike, with nothing added.
pub fn plain(lines: &[Vec<String>]) -> String {
    Layout::new(Options::default()).lay_out(lines)
}

/// A cell's text: Go's `%v`, cut off at the first line's end, with nothing that commands a terminal.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => crate::api::jsonpath::print::go_text(other),
    };
    let text = match text.find(['\n', '\r', '\u{c}']) {
        Some(end) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    };
    visible(&text).into_owned()
}

/// `k=v,k2=v2`, sorted, or `<none>`.
pub fn labels(labels: &Value) -> String {
    let sorted: BTreeMap<_, _> = labels.as_object().into_iter().flatten().collect();
    if sorted.is_empty() {
        return "<none>".to_owned();
    }
    let pairs = sorted.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    visible(&pairs.collect::<Vec<_>>().join(",")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use serde_json::json;

    fn columns() -> Vec<Column> {
        let column = |name: &str, priority| Column {
            name: name.into(),
            r#type: "string".into(),
            format: if name == "Name" { "name".into() } else { String::new() },
            priority,
            ..Column::default()
        };
        vec![column("Name", 0), column("Desired", 0), column("Ready", 0), column("Image", 1), column("Age", 0)]
    }

    fn row(name: &str, cells: &[Value]) -> Row {
        let object = json!({"metadata": {"name": name, "namespace": "ns", "labels": {"b": "2", "a": "1"}}});
        Row { cells: std::iter::once(json!(name)).chain(cells.iter().cloned()).collect(), object }
    }

    fn some_rows() -> Vec<Row> {
        vec![
            row("web", &[json!(3), json!(null), json!("x"), json!("2d3h")]),
            row("a-longer-name", &[json!(10), json!(9), json!("y"), json!("5s")]),
        ]
    }

    fn printed(options: Options) -> String {
        // Dots stand for the blanks at the ends of lines.
        Layout::new(options).rows(&columns(), &some_rows(), Some("ADDED")).replace(" \n", ".\n")
    }

    #[test]
    fn a_table_is_laid_out_as_kubectl_lays_it_out() {
        assert_snapshot!(printed(Options::default()), @r"
        NAME            DESIRED   READY   AGE
        web             3                 2d3h
        a-longer-name   10        9       5s
        ");
    }

    #[test]
    fn without_headers_a_column_is_still_six_wide() {
        let options = Options { no_headers: true, ..Options::default() };
        assert_snapshot!(printed(options), @r"
        web             3           2d3h
        a-longer-name   10    9     5s
        ");
    }

    #[test]
    fn everything_that_can_be_added_is_added_in_kubectls_order() {
        let options = Options {
            wide: true,
            with_namespace: true,
            with_event: true,
            show_labels: true,
            kind_prefix: Some("vmirs.kubevirt.io".into()),
            label_columns: vec!["a".into(), "x.y/none".into()],
            no_headers: false,
        };
        assert_snapshot!(printed(options), @r"
        EVENT      NAMESPACE   NAME                              DESIRED   READY   IMAGE   AGE    A     NONE   LABELS
        ADDED      ns          vmirs.kubevirt.io/web             3                 x       2d3h   1            a=1,b=2
        ADDED      ns          vmirs.kubevirt.io/a-longer-name   10        9       y       5s     1            a=1,b=2
        ");
    }

    #[test]
    fn later_rows_keep_the_widths_of_earlier_ones() {
        let mut layout = Layout::new(Options::default());
        layout.rows(&columns(), &some_rows(), None);
        let later = layout.rows(&columns(), &[row("b", &[json!(1), json!(1), json!("z"), json!("9s")])], None);
        assert_eq!(later, "b               1         1       9s\n");
    }

    #[test]
    fn no_rows_print_nothing() {
        assert_eq!(Layout::new(Options::default()).rows(&columns(), &[], None), "");
    }

    #[test]
    fn a_cell_ends_with_its_first_line_and_commands_no_terminal() {
        assert_eq!(cell(&json!("one\ntwo")), "one...");
        assert_eq!(cell(&json!("a\u{1b}[31m")), "a^[[31m");
    }
}
