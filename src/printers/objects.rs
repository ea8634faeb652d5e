//! Whole objects, in the formats that `-o` names, one after the other: a list is written while it is read.

use super::json;
use super::tabwriter::Columns;
use crate::printers::visible;
use crate::text::go::{fmt, quote};
use crate::text::jsonpath::{self, JsonPathError, Template};
use crate::text::yaml;
use serde_json::{Value, json};

/// A way to print objects.
#[derive(Clone, Debug)]
pub enum Format {
    /// Indented JSON; a list for anything but one named object.
    Json,
    /// YAML, likewise.
    Yaml,
    /// KYAML, likewise.
    Kyaml,
    /// `kind.group/name` a line.
    Name,
    /// kubectl's JSONPath template.
    JsonPath(JsonPathOutput),
    /// Columns of one's own: heading and path.
    CustomColumns(Vec<(String, Template)>),
}

/// A template, and how to apply it.
#[derive(Clone, Debug)]
pub struct JsonPathOutput {
    /// As it was typed.
    pub text: String,
    /// As it was read.
    pub template: Template,
    /// Results as a JSON array.
    pub as_json: bool,
    /// Whether a missing field is no error.
    pub allow_missing: bool,
}

/// Why a format or its output is none. The words are kubectl's.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The template cannot be read.
    #[error("error parsing jsonpath {template}, {source}")]
    Template {
        /// As it was typed.
        template: String,
        /// What is wrong with it.
        source: JsonPathError,
    },
    /// The template does not fit the object.
    #[error(
        "error executing jsonpath {}: Error executing template: {source}. Printing more information for debugging the \
         template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{object}\n\n\n",
        quote(.template)
    )]
    Execution {
        /// As it was typed.
        template: String,
        /// In Go's syntax.
        object: String,
        /// What went wrong.
        source: JsonPathError,
    },
    /// A column's path cannot be read, or does not fit.
    #[error(transparent)]
    Path(#[from] JsonPathError),
    /// The columns cannot be read.
    #[error("{0}")]
    Columns(String),
}

/// Reads what stands behind `-o jsonpath=`.
///
/// # Errors
/// [`FormatError::Template`].
pub fn template(text: &str) -> Result<Template, FormatError> {
    Template::parse(text).map_err(|source| FormatError::Template { template: text.to_owned(), source })
}

/// Reads what stands behind `-o custom-columns=`.
///
/// # Errors
/// [`FormatError::Columns`] and [`FormatError::Path`].
pub fn columns(text: &str) -> Result<Vec<(String, Template)>, FormatError> {
    let column = |spec: &str| {
        let (heading, path) = spec.split_once(':').ok_or_else(|| {
            FormatError::Columns(format!("unexpected custom-columns spec: {spec}, expected <header>:<json-path-expr>"))
        })?;
        Ok((heading.to_owned(), jsonpath::relaxed(path)?))
    };
    text.split(',').map(column).collect()
}

/// Reads a file of columns: headings on its first line, paths on its second.
///
/// # Errors
/// [`FormatError::Columns`] and [`FormatError::Path`].
pub fn columns_in_lines(text: &str) -> Result<Vec<(String, Template)>, FormatError> {
    let mut lines = text.lines();
    let mut line = |what: &str| {
        lines.next().map(|line| line.split_whitespace().collect::<Vec<_>>()).ok_or_else(|| {
            FormatError::Columns(format!(
                "invalid template, missing {what} line. Expected format is one line of space separated headers, one line of \
                 space separated column specs."
            ))
        })
    };
    let (headings, paths) = (line("header")?, line("spec")?);
    if headings.len() != paths.len() {
        let (headings, paths) = (headings.len(), paths.len());
        let message = format!("number of headers ({headings}) and field specifications ({paths}) don't match");
        return Err(FormatError::Columns(message));
    }
    headings.iter().zip(paths).map(|(heading, path)| Ok(((*heading).to_owned(), jsonpath::relaxed(path)?))).collect()
}

/// Prints objects: each for itself, or as one list.
#[derive(Debug)]
pub struct ObjectPrinter {
    format: Format,
    headers: bool,
    /// Documents so far.
    printed: usize,
    has_header: bool,
    widths: Columns,
    list: ListState,
}

/// The list that is being printed.
#[derive(Debug, Default)]
struct ListState {
    length: usize,
    /// Items of a format that has to see all of them.
    items: Vec<Value>,
    /// Lines that have to be laid out together.
    lines: String,
}

impl ObjectPrinter {
    /// `headers`: whether columns of one's own have headings.
    pub fn new(format: Format, headers: bool) -> Self {
        Self { format, headers, printed: 0, has_header: false, widths: Columns::of_table(), list: ListState::default() }
    }

    /// The text of one object that stands for itself.
    ///
    /// # Errors
    /// When a template does not fit.
    pub fn object(&mut self, object: &Value) -> Result<String, FormatError> {
        let mut text = self.separator();
        match &self.format {
            Format::Name => text = line_with_name(object),
            Format::Json => json::append(&mut text, object, 0),
            Format::Yaml => yaml::append(&mut text, object),
            Format::Kyaml => yaml::append_kyaml(&mut text, object, 0),
            Format::JsonPath(path) => text = path.render(object)?,
            Format::CustomColumns(columns) => {
                let lines = header(columns, self.headers && !self.has_header) + &row(columns, object)?;
                self.has_header = true;
                text = self.widths.align(&lines);
            }
        }
        if matches!(self.format, Format::Json | Format::Kyaml) {
            text.push('\n');
        }
        Ok(text)
    }

    /// The text of a watch's event.
    ///
    /// # Errors
    /// When a template does not fit.
    pub fn event(&mut self, kind: &str, object: &Value) -> Result<String, FormatError> {
        match &self.format {
            Format::Name => Ok(line_with_name(object)),
            // On one line, and in the order of the Go struct.
            Format::Json => Ok(format!("{{\"type\":{},\"object\":{}}}\n", json::compact(&kind), json::compact(object))),
            Format::Kyaml => {
                let mut text = self.separator();
                text.push_str(&format!("{{\n  type: {},\n  object: ", json::compact(&kind)));
                yaml::append_kyaml(&mut text, object, 1);
                text.push_str(",\n}\n");
                Ok(text)
            }
            _ => self.object(&json!({"type": kind, "object": object})),
        }
    }

    /// What precedes the items of kubectl's own list, which has the same kind whatever its items are.
    pub fn begin_list(&mut self) -> String {
        self.list = ListState::default();
        let mut text = self.separator();
        match &self.format {
            Format::Json => text.push_str("{\n    \"apiVersion\": \"v1\",\n    \"items\": ["),
            Format::Yaml => text.push_str("apiVersion: v1\n"),
            Format::Kyaml => text.push_str("{\n  apiVersion: \"v1\",\n  items: ["),
            Format::CustomColumns(columns) => {
                self.list.lines = header(columns, self.headers && !self.has_header);
                self.has_header = true;
            }
            Format::Name | Format::JsonPath(_) => {}
        }
        text
    }

    /// The text of the list's next item, if the format can tell it before it has seen the others.
    ///
    /// # Errors
    /// When a template does not fit.
    pub fn item(&mut self, item: Value) -> Result<String, FormatError> {
        let mut text = String::new();
        let is_first = self.list.length == 0;
        self.list.length += 1;
        match &self.format {
            Format::Name => text = line_with_name(&item),
            Format::Json => {
                text.push_str(if is_first { "\n        " } else { ",\n        " });
                json::append(&mut text, &item, 2);
            }
            Format::Yaml => {
                text.push_str(if is_first { "items:\n" } else { "" });
                yaml::append_item(&mut text, &item);
            }
            Format::Kyaml => {
                text.push_str(if is_first { "" } else { ", " });
                yaml::append_kyaml(&mut text, &item, 1);
            }
            Format::JsonPath(_) => self.list.items.push(item),
            Format::CustomColumns(columns) => self.list.lines.push_str(&row(columns, &item)?),
        }
        Ok(text)
    }

    /// The rest of the list.
    ///
    /// # Errors
    /// When a template does not fit.
    pub fn end_list(&mut self) -> Result<String, FormatError> {
        let list = std::mem::take(&mut self.list);
        let is_empty = list.length == 0;
        Ok(match &self.format {
            Format::Name => String::new(),
            Format::Json => {
                let end = if is_empty { "]" } else { "\n    ]" };
                format!(
                    "{end},\n    \"kind\": \"List\",\n    \"metadata\": {{\n        \"resourceVersion\": \"\"\n    }}\n}}\n"
                )
            }
            Format::Yaml => {
                let items = if is_empty { "items: []\n" } else { "" };
                format!("{items}kind: List\nmetadata:\n  resourceVersion: \"\"\n")
            }
            Format::Kyaml => "],\n  kind: \"List\",\n  metadata: {\n    resourceVersion: \"\",\n  },\n}\n".to_owned(),
            Format::JsonPath(path) => path.render(&json!({
                "apiVersion": "v1", "kind": "List", "items": list.items, "metadata": {"resourceVersion": ""},
            }))?,
            Format::CustomColumns(_) => self.widths.align(&list.lines),
        })
    }

    /// What stands between two documents.
    fn separator(&mut self) -> String {
        self.printed += 1;
        match self.format {
            Format::Kyaml => "---\n".to_owned(),
            Format::Yaml if self.printed > 1 => "---\n".to_owned(),
            _ => String::new(),
        }
    }
}

impl JsonPathOutput {
    fn render(&self, root: &Value) -> Result<String, FormatError> {
        let rendered = match self.as_json {
            true => self.template.render_as_json(root, self.allow_missing),
            false => self.template.render(root, self.allow_missing),
        };
        let text = rendered.map_err(|source| {
            let object = fmt::syntax(root);
            FormatError::Execution { template: self.text.clone(), object, source }
        })?;
        Ok(visible(&text).into_owned())
    }
}

/// `kind.group/name`, in lower case (cli-runtime's name printer).
pub fn full_name(object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let kind = text("/kind").to_lowercase();
    let name = match text("/metadata/name") {
        "" => "<unknown>",
        name => name,
    };
    let full = match text("/apiVersion").split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{name}"),
        None => format!("{kind}/{name}"),
    };
    visible(&full).into_owned()
}

fn line_with_name(object: &Value) -> String {
    full_name(object) + "\n"
}

fn header(columns: &[(String, Template)], wanted: bool) -> String {
    if !wanted {
        return String::new();
    }
    columns.iter().map(|(heading, _)| visible(heading)).collect::<Vec<_>>().join("\t") + "\n"
}

fn row(columns: &[(String, Template)], object: &Value) -> Result<String, FormatError> {
    let mut cells = Vec::with_capacity(columns.len());
    for (_, path) in columns {
        let results = path.results(object, true)?;
        let texts: Vec<_> = results.iter().flatten().map(|value| fmt::value(value)).collect();
        let none = results.first().is_none_or(|first| first.is_empty());
        let text = [none.then(|| "<none>".to_owned())].into_iter().flatten().chain(texts).collect::<Vec<_>>().join(",");
        cells.push(visible(&text).into_owned());
    }
    Ok(cells.join("\t") + "\n")
}

#[cfg(test)]
mod tests;
