//! How the verbs that change something say what they did: one line, or the object in the format of `-o`.

use super::error::Error;
use super::flags::{DryRun, Suggest};
use super::struct_order::InStructOrder;
use crate::api::yaml;
use crate::output::objects::{full_name, kyaml};
use crate::output::{Out, json};
use serde_json::Value;

const FORMATS: &str =
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/// kubectl's output flags of a verb that changes something.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PrintFlags {
    /// Output format. One of: (json, yaml, kyaml, name).
    #[arg(short, long, value_name = "FORMAT", default_value = "", hide_default_value = true, value_parser = Suggest(&["json", "yaml", "kyaml", "name"]))]
    pub(crate) output: String,
    /// If true, keep the managedFields when printing objects in JSON or YAML format.
    #[arg(long)]
    pub(crate) show_managed_fields: bool,
}

/// A format that was found to exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `kind.group/name operation`.
    Message,
    Name,
    Json,
    Yaml,
    Kyaml,
}

/// Prints one object after another.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    format: Format,
    managed_fields: bool,
    dry_run: DryRun,
    struct_order: bool,
    printed: usize,
}

impl PrintFlags {
    /// The printer for these flags.
    ///
    /// # Errors
    /// [`Error::Plain`] for a format that does not exist.
    pub(crate) fn printer(&self, dry_run: DryRun) -> Result<Printer, Error> {
        let format = format(&self.output)?;
        Ok(Printer { format, managed_fields: self.show_managed_fields, dry_run, struct_order: false, printed: 0 })
    }
}

fn format(text: &str) -> Result<Format, Error> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "" => Format::Message,
        "name" => Format::Name,
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        "kyaml" => Format::Kyaml,
        template if template.starts_with("go-template") || template.starts_with("template") => {
            return Err(Error::plain("Go templates are not supported by kubectl vmirs")
                .hint("Use -o json and a tool such as jq."));
        }
        _ => {
            return Err(Error::plain(format!(
                "unable to match a printer suitable for the output format {text:?}, allowed formats are: {FORMATS}"
            )));
        }
    })
}

impl Printer {
    /// Shows JSON in the order of the Go struct: for objects that kubectl made itself.
    pub(crate) fn in_struct_order(self) -> Self {
        Self { struct_order: true, ..self }
    }

    /// Whether the whole object is shown, so that it has to be up to date.
    pub(crate) fn shows_object(&self) -> bool {
        matches!(self.format, Format::Json | Format::Yaml | Format::Kyaml)
    }

    /// Prints the object, or that `operation` (for instance `scaled`) was done to it.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub(crate) fn print(&mut self, out: &mut Out, object: &Value, operation: &str) -> Result<(), Error> {
        match self.format {
            Format::Message => out.line(&format!("{} {operation}{}", full_name(object), self.dry_run.suffix()))?,
            Format::Name => out.line(&full_name(object))?,
            Format::Json if self.struct_order => out.data(&json::pretty(&InStructOrder::new(&self.shown(object))))?,
            Format::Json => out.data(&json::pretty(&self.shown(object)))?,
            Format::Kyaml => out.data(&kyaml(&self.shown(object)))?,
            Format::Yaml => {
                if self.printed > 0 {
                    out.line("---")?;
                }
                out.data(&yaml::to_string(&self.shown(object)).map_err(Error::config)?)?;
            }
        }
        self.printed += 1;
        Ok(())
    }

    fn shown(&self, object: &Value) -> Value {
        let mut object = object.clone();
        if !self.managed_fields
            && let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut)
        {
            metadata.remove("managedFields");
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_does_not_exist_is_refused_with_those_that_do() {
        assert!(format("foo").unwrap_err().to_string().ends_with(FORMATS));
        assert_eq!(format("YAML").unwrap(), Format::Yaml);
        assert!(format("go-template={{.x}}").unwrap_err().to_string().starts_with("Go templates"));
    }
}
