//! The flags that say how it looks.

use super::sort_by::SortBy;
use crate::cli::completion::Completer;
use crate::cli::error::Error;
use crate::cli::suggest::Suggest;
use crate::cli::template::{GO, JSON_PATH, TemplateFlags, no_go_templates, read};
use crate::printers::objects;
use crate::printers::table::TableOptions;
use crate::text::jsonpath::Template;
use crate::text::projection::Projection;
use serde_json::Value;

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
pub(super) enum OutputFormat {
    Table { wide: bool },
    Objects(objects::Format),
}

impl OutputFormat {
    /// What is looked at in each object of a list.
    pub(super) fn projection(&self) -> Projection {
        match self {
            Self::Objects(objects::Format::JsonPath(path)) => path.template.projection().of("items"),
            _ => Projection::Everything,
        }
    }
}

/// kubectl's output flags of `get`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct OutputFlags {
    /// Output format. One of: (json, yaml, kyaml, name, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).
    #[arg(short, long, value_name = "FORMAT", default_value = "", hide_default_value = true, value_parser = Suggest(SUGGESTED))]
    output: String,
    #[command(flatten)]
    template: TemplateFlags,
    /// When using the default or custom-column output format, don't print headers (default print headers).
    #[arg(long)]
    pub(super) no_headers: bool,
    /// When printing, show all labels as the last column (default hide labels column)
    #[arg(long)]
    show_labels: bool,
    /// Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...
    #[arg(short = 'L', long, value_name = "KEYS", value_delimiter = ',', add = Completer::LabelKeys)]
    label_columns: Vec<String>,
    /// If present, list the resource type for the requested object(s).
    #[arg(long)]
    pub(super) show_kind: bool,
    /// If true, keep the managedFields when printing objects in JSON or YAML format.
    #[arg(long)]
    show_managed_fields: bool,
    /// If true, have the server return the appropriate table output. Supports extension APIs and CRDs.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", action = clap::ArgAction::Set, value_parser = crate::cli::go_values::go_bool)]
    pub(super) server_print: bool,
    /// If non-empty, sort list types using this field specification, a JSONPath expression (e.g. '{.metadata.name}').
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true)]
    sort_by: String,
}

impl OutputFlags {
    /// What the flags mean.
    ///
    /// # Errors
    /// In kubectl's words: formats that do not exist, templates that cannot be read, flags that do not fit together.
    pub(super) fn format(&self) -> Result<OutputFormat, Error> {
        if self.show_labels && !matches!(self.output.as_str(), "" | "wide") {
            return Err(Error::plain(format!("--show-labels option cannot be used with {} printer", self.output)));
        }
        if !self.label_columns().is_empty() && self.output.starts_with("custom-columns") {
            return Err(Error::plain(format!("--label-columns option cannot be used with {} printer", self.output)));
        }
        let (name, template) = self.template.chosen(&self.output, takes_template);
        if let Some(template) = template {
            return Ok(OutputFormat::Objects(self.templated(name, template)?));
        }
        Ok(match (self.output.as_str(), self.output.to_ascii_lowercase().as_str()) {
            ("", _) => OutputFormat::Table { wide: false },
            ("wide", _) => OutputFormat::Table { wide: true },
            (_, "json") => OutputFormat::Objects(objects::Format::Json),
            (_, "yaml") => OutputFormat::Objects(objects::Format::Yaml),
            (_, "kyaml") => OutputFormat::Objects(objects::Format::Kyaml),
            (_, "name") => OutputFormat::Objects(objects::Format::Name),
            _ => {
                let output = &self.output;
                return Err(Error::plain(format!(
                    "unable to match a printer suitable for the output format {output:?}, allowed formats are: {ALLOWED}"
                )));
            }
        })
    }

    fn templated(&self, name: &str, template: &str) -> Result<objects::Format, Error> {
        match name {
            name if GO.contains(&name) && !template.is_empty() => {
                Err(no_go_templates("Use -o jsonpath, -o custom-columns, or `kubectl get vmirs -o go-template`."))
            }
            "custom-columns" | "custom-columns-file" if template.is_empty() => {
                Err(Error::plain("custom-columns format specified but no custom columns given"))
            }
            "custom-columns" => Ok(columns(objects::columns(template).map_err(Error::cause)?)),
            "custom-columns-file" => {
                Ok(columns(objects::columns_in_lines(&read("template", template)?).map_err(Error::cause)?))
            }
            _ => self.template.json_path(name, template),
        }
    }

    fn label_columns(&self) -> Vec<String> {
        self.label_columns.iter().filter(|key| !key.is_empty()).cloned().collect()
    }

    /// How a table looks.
    pub(super) fn table(&self, format: &OutputFormat) -> TableOptions {
        TableOptions {
            wide: matches!(format, OutputFormat::Table { wide: true }),
            no_headers: self.no_headers,
            label_columns: self.label_columns(),
            show_labels: self.show_labels,
            ..TableOptions::default()
        }
    }

    /// What `--sort-by` asks for.
    pub(super) fn order(&self) -> Result<Option<SortBy>, Error> {
        if self.sort_by.is_empty() { Ok(None) } else { SortBy::parse(&self.sort_by).map(Some) }
    }

    /// Whether managed fields stay: where they were asked for, and where a template may be about them.
    pub(super) fn keeps_managed_fields(&self, format: &OutputFormat) -> bool {
        use objects::Format::{Json, Kyaml, Yaml};
        self.show_managed_fields || !matches!(format, OutputFormat::Objects(Json | Yaml | Kyaml))
    }
}

/// Takes the managed fields out of an object.
pub(super) fn drop_managed_fields(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
}

fn columns(columns: Vec<(String, Template)>) -> objects::Format {
    objects::Format::CustomColumns(columns)
}

fn takes_template(name: &str) -> bool {
    name == "custom-columns" || name == "custom-columns-file" || GO.contains(&name) || JSON_PATH.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Flags {
        #[command(flatten)]
        shape: OutputFlags,
    }

    fn format(words: &[&str]) -> Result<OutputFormat, String> {
        let flags = Flags::try_parse_from(["get"].iter().chain(words)).unwrap();
        flags.shape.format().map_err(|error| error.to_string())
    }

    #[test]
    fn formats_have_kubectls_names() {
        use objects::Format::{CustomColumns, Json, JsonPath, Kyaml, Name, Yaml};
        assert!(matches!(format(&[]), Ok(OutputFormat::Table { wide: false })));
        assert!(matches!(format(&["-owide"]), Ok(OutputFormat::Table { wide: true })));
        assert!(matches!(format(&["-o", "JSON"]), Ok(OutputFormat::Objects(Json))));
        assert!(matches!(format(&["-o=Yaml"]), Ok(OutputFormat::Objects(Yaml))));
        assert!(matches!(format(&["-o", "KYAML"]), Ok(OutputFormat::Objects(Kyaml))));
        assert!(matches!(format(&["-o", "NAME"]), Ok(OutputFormat::Objects(Name))));
        assert!(matches!(format(&["-o", "jsonpath={.x}"]), Ok(OutputFormat::Objects(JsonPath(_)))));
        assert!(matches!(format(&["-o", "jsonpath", "--template={.x}"]), Ok(OutputFormat::Objects(JsonPath(_)))));
        assert!(matches!(format(&["-o", "custom-columns=A:.b=c"]), Ok(OutputFormat::Objects(CustomColumns(_)))));
    }

    #[test]
    fn what_is_no_format_is_refused_in_kubectls_words() {
        let unknown = |output: &str| {
            format!(
                "unable to match a printer suitable for the output format {output:?}, allowed formats are: {ALLOWED}"
            )
        };
        for (words, message) in [
            (&["-o", "foo"][..], unknown("foo")),
            (&["-o", "Wide"], unknown("Wide")),
            (&["-o", "json={.x}"], unknown("json={.x}")),
            (&["-o", "Jsonpath={.x}"], unknown("Jsonpath={.x}")),
            (&["-o", "jsonpath={.x}", "--template={.y}"], unknown("jsonpath={.x}")),
            (&["-o", "jsonpath"], "template format specified but no template given".into()),
            (&["-o", "jsonpath="], "template format specified but no template given".into()),
            (&["-o", "custom-columns="], "custom-columns format specified but no custom columns given".into()),
            (&["-o", "jsonpath={.x"], "error parsing jsonpath {.x, unclosed action".into()),
            (&["-o", "jsonpath-file=/no"], "error reading --template /no, open /no: no such file or directory".into()),
            (
                &["-o", "custom-columns-file=/no"],
                "error reading template /no, open /no: no such file or directory".into(),
            ),
            (&["-o", "name", "--show-labels"], "--show-labels option cannot be used with name printer".into()),
            (
                &["-o", "custom-columns=A:.x", "-L", "a"],
                "--label-columns option cannot be used with custom-columns=A:.x printer".into(),
            ),
            (&["--template={{.x}}"], "Go templates are not supported by kubectl vmirs".into()),
        ] {
            assert_eq!(format(words).unwrap_err(), message, "{words:?}");
        }
    }

    #[test]
    fn label_columns_may_be_given_together_or_apart() {
        let flags = Flags::try_parse_from(["get", "-L", "a,b", "-L", "c", "-L", ""]).unwrap();
        assert_eq!(flags.shape.label_columns(), ["a", "b", "c"]);
    }
}
