//! The flags that say how it looks.

use crate::api::jsonpath;
use crate::api::table::Row;
use crate::cli::error::Error;
use crate::cli::flags::Suggest;
use crate::output::objects;
use crate::output::table::Options;
use serde_json::Value;
use std::cmp::Ordering;

const ALLOWED: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
                       jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// What can be printed, without what needs Go.
const SUGGESTED: &[&str] = &[
    "json",
    "yaml",
    "kyaml",
    "name",
    "jsonpath=",
    "jsonpath-as-json=",
    "jsonpath-file=",
    "custom-columns=",
    "custom-columns-file=",
    "wide",
];

/// A table of the server's, or whole objects.
#[derive(Clone, Debug)]
pub(super) enum Format {
    Table { wide: bool },
    Objects(objects::Format),
}

/// kubectl's output flags of `get`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Shape {
    /// Output format. One of: (wide, json, yaml, kyaml, name, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file).
    #[arg(short, long, value_name = "FORMAT", default_value = "", hide_default_value = true, value_parser = Suggest(SUGGESTED))]
    output: String,
    /// When using the default or custom-column output format, don't print headers (default print headers).
    #[arg(long)]
    pub(super) no_headers: bool,
    /// When printing, show all labels as the last column (default hide labels column)
    #[arg(long)]
    show_labels: bool,
    /// Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive.
    #[arg(short = 'L', long, value_name = "KEYS", value_delimiter = ',')]
    label_columns: Vec<String>,
    /// If present, list the resource type for the requested object(s).
    #[arg(long)]
    pub(super) show_kind: bool,
    /// If true, keep the managedFields when printing objects in JSON or YAML format.
    #[arg(long)]
    pub(super) show_managed_fields: bool,
    /// If non-empty, sort list types using this field specification, a JSONPath expression (e.g. '{.metadata.name}').
    #[arg(long, value_name = "PATH")]
    sort_by: Option<String>,
}

impl Shape {
    pub(super) fn format(&self) -> Result<Format, Error> {
        let (name, argument) = match self.output.split_once('=') {
            Some((name, argument)) => (name, Some(argument)),
            None => (self.output.as_str(), None),
        };
        let format = match (name.to_ascii_lowercase().as_str(), argument) {
            ("", None) => Format::Table { wide: false },
            ("wide", None) => Format::Table { wide: true },
            ("json", None) => Format::Objects(objects::Format::Json),
            ("yaml", None) => Format::Objects(objects::Format::Yaml),
            ("kyaml", None) => Format::Objects(objects::Format::Kyaml),
            ("name", None) => Format::Objects(objects::Format::Name),
            (template, _) if template.starts_with("go-template") || template.starts_with("template") => {
                return Err(Error::plain("Go templates are not supported by kubectl vmirs")
                    .hint("Use -o jsonpath, -o custom-columns, or `kubectl get vmirs -o go-template`."));
            }
            ("jsonpath" | "jsonpath-as-json" | "jsonpath-file", None) => {
                return Err(Error::plain("template format specified but no template given"));
            }
            ("jsonpath", Some(text)) => path(text, objects::Format::JsonPath)?,
            ("jsonpath-as-json", Some(text)) => path(text, objects::Format::JsonPathAsJson)?,
            ("jsonpath-file", Some(file)) => path(&read(file)?, objects::Format::JsonPath)?,
            ("custom-columns", columns) => custom_columns(columns.unwrap_or_default())?,
            ("custom-columns-file", Some(file)) => custom_columns(&in_lines(&read(file)?)?)?,
            _ => {
                let output = &self.output;
                return Err(Error::plain(format!(
                    "unable to match a printer suitable for the output format {output:?}, allowed formats are: {ALLOWED}"
                )));
            }
        };
        self.fits(&format, name)?;
        Ok(format)
    }

    fn fits(&self, format: &Format, name: &str) -> Result<(), Error> {
        if matches!(format, Format::Table { .. }) {
            return Ok(());
        }
        if self.show_labels {
            return Err(Error::plain(format!("--show-labels option cannot be used with {name} printer")));
        }
        if !self.label_columns.is_empty() {
            return Err(Error::plain(format!("--label-columns option cannot be used with {name} printer")));
        }
        Ok(())
    }

    pub(super) fn table(&self, format: &Format) -> Options {
        Options {
            wide: matches!(format, Format::Table { wide: true }),
            no_headers: self.no_headers,
            label_columns: self.label_columns.clone(),
            show_labels: self.show_labels,
            ..Options::default()
        }
    }

    pub(super) fn without_managed_fields(&self, object: Value) -> Value {
        if self.show_managed_fields { object } else { without_managed_fields(object) }
    }

    /// Whether `--sort-by` asks for the objects themselves.
    pub(super) fn sorts(&self) -> bool {
        self.sort_by.as_deref().is_some_and(|path| !path.is_empty())
    }

    /// Rows by `--sort-by`.
    pub(super) fn sorted(&self, rows: Vec<Row>) -> Result<Vec<Row>, Error> {
        self.sorted_by(rows, |row| &row.object)
    }

    fn sorted_by<T>(&self, mut items: Vec<T>, object: impl Fn(&T) -> &Value) -> Result<Vec<T>, Error> {
        let Some(path) = self.sort_by.as_deref().filter(|path| !path.is_empty()) else { return Ok(items) };
        let template = jsonpath::relaxed(path).map_err(Error::config)?;
        let key = |item: &T| {
            let results = template.results(object(item), true).unwrap_or_default();
            results.into_iter().flatten().next().map(std::borrow::Cow::into_owned)
        };
        if !items.is_empty() && items.iter().all(|item| key(item).is_none()) {
            let path = path.trim_start_matches('{').trim_end_matches('}');
            let message = format!("couldn't find any field with path \"{{{path}}}\" in the list of objects");
            return Err(Error::plain(message));
        }
        items.sort_by(|a, b| compare(key(a).as_ref(), key(b).as_ref()));
        Ok(items)
    }
}

/// The object without what managers keep of it.
pub(super) fn without_managed_fields(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    object
}

/// As kubectl's sorter: what lacks the field first, numbers as numbers, everything else by its bytes.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
        }
        (Some(a), Some(b)) => jsonpath::print::go_text(a).cmp(&jsonpath::print::go_text(b)),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn path(text: &str, make: fn(jsonpath::Template) -> objects::Format) -> Result<Format, Error> {
    Ok(Format::Objects(make(objects::template(text).map_err(Error::config)?)))
}

fn custom_columns(text: &str) -> Result<Format, Error> {
    Ok(Format::Objects(objects::Format::CustomColumns(objects::columns(text).map_err(Error::config)?)))
}

/// A columns file has the headings on its first line and the paths on its second.
fn in_lines(text: &str) -> Result<String, Error> {
    let mut lines = text.lines();
    let (headings, paths) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let (headings, paths): (Vec<_>, Vec<_>) =
        (headings.split_whitespace().collect(), paths.split_whitespace().collect());
    if headings.is_empty() || headings.len() != paths.len() {
        let message = "number of headers and field specifications in the custom-columns file differ";
        return Err(Error::plain(message));
    }
    let specs: Vec<_> = headings.iter().zip(paths).map(|(heading, path)| format!("{heading}:{path}")).collect();
    Ok(specs.join(","))
}

fn read(file: &str) -> Result<String, Error> {
    std::fs::read_to_string(file).map_err(|source| Error::plain(format!("error reading template {file}, {source}")))
}
