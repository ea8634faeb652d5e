//! `-o jsonpath=…` and `--template`: which template was typed, and how it is applied.

use super::error::Error;
use crate::printers::objects::{self, Format, JsonPathOutput};

/// The formats of kubectl that take a Go template.
pub(crate) const GO: [&str; 4] = ["go-template", "go-template-file", "template", "templatefile"];
/// Those that take a JSONPath template.
pub(crate) const JSON_PATH: [&str; 3] = ["jsonpath", "jsonpath-as-json", "jsonpath-file"];

/// kubectl's flags about templates.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct TemplateFlags {
    /// Template string or path to template file to use when the output format takes one (jsonpath, jsonpath-as-json, jsonpath-file; with get also custom-columns, custom-columns-file).
    #[arg(long, value_name = "TEMPLATE", default_value = "", hide_default_value = true)]
    template: String,
    /// If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to jsonpath output formats.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", action = clap::ArgAction::Set, value_parser = crate::cli::go_values::go_bool)]
    allow_missing_template_keys: bool,
}

impl TemplateFlags {
    /// The format's name, and the template if it is one that takes a template: from `-o NAME=…`, or from `--template`,
    /// in which case nothing may follow the name.
    pub(crate) fn chosen<'a>(
        &'a self,
        output: &'a str,
        takes_template: impl Fn(&str) -> bool,
    ) -> (&'a str, Option<&'a str>) {
        if !self.template.is_empty() {
            let name = if output.is_empty() { "go-template" } else { output };
            return (name, takes_template(name).then_some(self.template.as_str()));
        }
        match output.split_once('=') {
            Some((name, template)) if takes_template(name) => (name, Some(template)),
            _ => (output, takes_template(output).then_some("")),
        }
    }

    /// The format of one of [`JSON_PATH`].
    ///
    /// # Errors
    /// In kubectl's words: a template that is empty, cannot be read, or is none.
    pub(crate) fn json_path(&self, name: &str, template: &str) -> Result<Format, Error> {
        if template.is_empty() {
            return Err(Error::plain("template format specified but no template given"));
        }
        let text = if name == "jsonpath-file" { read("--template", template)? } else { template.to_owned() };
        let template = objects::template(&text).map_err(Error::cause)?;
        let allow_missing = self.allow_missing_template_keys;
        Ok(Format::JsonPath(JsonPathOutput { text, template, as_json: name == "jsonpath-as-json", allow_missing }))
    }
}

/// The refusal of one of [`GO`]; `instead` names what there is.
pub(crate) fn no_go_templates(instead: &str) -> Error {
    Error::plain("Go templates are not supported by kubectl vmirs").hint(instead)
}

/// Reads a template's file; `what` is what kubectl calls it.
///
/// # Errors
/// In kubectl's words.
pub(crate) fn read(what: &str, file: &str) -> Result<String, Error> {
    std::fs::read_to_string(file).map_err(|source| {
        let reason = match source.kind() {
            std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => source.to_string(),
        };
        Error::plain(format!("error reading {what} {file}, open {file}: {reason}"))
    })
}
