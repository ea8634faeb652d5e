//! How the verbs that change something say what they did: one line, or the object in the format of `-o`.

use super::dry_run::DryRun;
use super::error::Error;
use super::go_field_order::{GoFieldOrder, InGoFieldOrder};
use super::suggest::Suggest;
use super::template::{GO, JSON_PATH, TemplateFlags, no_go_templates};
use crate::printers::objects::{self, Format, full_name};
use crate::printers::{Ui, json};
use crate::text::yaml;
use serde_json::Value;

const FORMATS: &str =
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";
/// What can be printed, without what needs Go.
const SUGGESTED: &[&str] = &["json", "yaml", "kyaml", "name", "jsonpath=", "jsonpath-as-json=", "jsonpath-file="];

/// kubectl's output flags of a verb that changes something.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PrintFlags {
    /// Output format. One of: (json, yaml, kyaml, name, jsonpath, jsonpath-as-json, jsonpath-file).
    #[arg(short, long, value_name = "FORMAT", default_value = "", hide_default_value = true, value_parser = Suggest(SUGGESTED))]
    pub(crate) output: String,
    #[command(flatten)]
    template: TemplateFlags,
    /// If true, keep the managedFields when printing objects in JSON or YAML format.
    #[arg(long)]
    pub(crate) show_managed_fields: bool,
}

/// Prints one object after another.
#[derive(Debug)]
pub(crate) struct ResultPrinter {
    /// `None`: the message, `kind.group/name operation`.
    format: Option<Format>,
    objects: Option<objects::ObjectPrinter>,
    managed_fields: bool,
    dry_run: DryRun,
    go_field_order: bool,
}

impl PrintFlags {
    /// The printer for these flags.
    ///
    /// # Errors
    /// [`Error::Plain`] in kubectl's words for a format that does not exist, and for a template that is none.
    pub(crate) fn printer(&self, dry_run: DryRun) -> Result<ResultPrinter, Error> {
        let format = self.format()?;
        let objects = format.clone().map(|format| objects::ObjectPrinter::new(format, false));
        Ok(ResultPrinter { format, objects, managed_fields: self.show_managed_fields, dry_run, go_field_order: false })
    }

    fn format(&self) -> Result<Option<Format>, Error> {
        let takes_template = |name: &str| GO.contains(&name) || JSON_PATH.contains(&name);
        let (name, template) = self.template.chosen(&self.output, takes_template);
        match template {
            Some("") => return Err(Error::plain("template format specified but no template given")),
            Some(_) if GO.contains(&name) => {
                return Err(no_go_templates("Use -o jsonpath, or -o json and a tool such as jq."));
            }
            Some(template) => return self.template.json_path(name, template).map(Some),
            None => {}
        }
        Ok(match self.output.to_ascii_lowercase().as_str() {
            "" => None,
            "name" => Some(Format::Name),
            "json" => Some(Format::Json),
            "yaml" => Some(Format::Yaml),
            "kyaml" => Some(Format::Kyaml),
            _ => {
                let output = &self.output;
                return Err(Error::plain(format!(
                    "unable to match a printer suitable for the output format {output:?}, allowed formats are: {FORMATS}"
                )));
            }
        })
    }
}

impl ResultPrinter {
    /// Shows JSON and KYAML in the order of the Go struct: for objects that kubectl made itself.
    pub(crate) fn in_go_field_order(self) -> Self {
        Self { go_field_order: true, ..self }
    }

    /// Whether more than the name is shown, so that it has to be up to date.
    pub(crate) fn shows_object(&self) -> bool {
        !matches!(self.format, None | Some(Format::Name))
    }

    /// Prints the object, or that `operation` (for instance `scaled`) was done to it.
    ///
    /// # Errors
    /// When stdout cannot be written to, or a template does not fit the object.
    pub(crate) fn print(&mut self, ui: &mut Ui, object: &Value, operation: &str) -> Result<(), Error> {
        let Some(objects) = &mut self.objects else {
            return Ok(ui.line(&format!("{} {operation}{}", full_name(object), self.dry_run.suffix()))?);
        };
        let text = match self.format {
            Some(Format::Json) if self.go_field_order => {
                json::pretty(&InGoFieldOrder::new(&shown(object, self.managed_fields)))
            }
            Some(Format::Kyaml) if self.go_field_order => in_go_field_order(&shown(object, self.managed_fields)),
            Some(Format::Json | Format::Yaml | Format::Kyaml) => {
                objects.object(&shown(object, self.managed_fields)).map_err(Error::cause)?
            }
            // A template may be about the managed fields.
            _ => objects.object(object).map_err(Error::cause)?,
        };
        Ok(ui.data(&text)?)
    }

    /// The same where other objects follow: that a template does not fit this one is kept for the end.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub(crate) fn print_or_keep(
        &mut self,
        ui: &mut Ui,
        object: &Value,
        operation: &str,
        failures: &mut Vec<Error>,
    ) -> Result<(), Error> {
        match self.print(ui, object, operation) {
            Err(error @ Error::Output(_)) => Err(error),
            Err(error) => {
                failures.push(error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

fn in_go_field_order(object: &Value) -> String {
    let mut text = "---\n".to_owned();
    yaml::append_kyaml_in(&mut text, object, 0, GoFieldOrder::of(object));
    text.push('\n');
    text
}

fn shown(object: &Value, managed_fields: bool) -> Value {
    let mut object = object.clone();
    if !managed_fields && let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(clap::Parser)]
    struct Words {
        #[command(flatten)]
        flags: PrintFlags,
    }

    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn flags(words: &[&str]) -> PrintFlags {
        let command = super::super::clap_extensions::kubectl_like(<Words as clap::CommandFactory>::command());
        let matches = command.try_get_matches_from(["scale"].iter().chain(words)).unwrap();
        <Words as clap::FromArgMatches>::from_arg_matches(&matches).unwrap().flags
    }

    /// What two objects look like.
    fn printed(words: &[&str], kind: &str) -> Result<String, String> {
        let stdout = SharedBuffer::default();
        let mut ui = Ui::new(Box::new(stdout.clone()), Box::new(std::io::sink()), false);
        let mut printer = flags(words).printer(DryRun::Server).map_err(|error| error.to_string())?.in_go_field_order();
        for name in ["a", "b"] {
            let metadata = json!({"name": name, "managedFields": [{"manager": "m"}]});
            let object = json!({"apiVersion": "v1", "kind": kind, "metadata": metadata});
            printer.print(&mut ui, &object, "done").map_err(|error| error.to_string())?;
        }
        let text = stdout.0.lock().unwrap().clone();
        Ok(String::from_utf8(text).unwrap())
    }

    #[test]
    fn every_format_that_kubectl_offers_is_printed() {
        for (words, expected) in [
            (&[][..], "service/a done (server dry run)\nservice/b done (server dry run)\n"),
            (&["-o", "NAME"], "service/a\nservice/b\n"),
            (
                &["-o", "YAML"],
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: b\n",
            ),
            (
                &["-o", "kyaml"],
                "---\n{\n  kind: \"Service\",\n  apiVersion: \"v1\",\n  metadata: {\n    name: \"a\",\n  },\n}\n\
                 ---\n{\n  kind: \"Service\",\n  apiVersion: \"v1\",\n  metadata: {\n    name: \"b\",\n  },\n}\n",
            ),
            (&["-o", "jsonpath={.metadata.name}"], "ab"),
            (&["-o", "jsonpath", "--template", "{.metadata.managedFields[0].manager} "], "m m "),
            (&["-o=jsonpath-as-json={.metadata.name}"], "[\n    \"a\"\n]\n[\n    \"b\"\n]\n"),
        ] {
            assert_eq!(printed(words, "Service").unwrap(), expected, "{words:?}");
        }
        let json = printed(&["-o", "json", "--show-managed-fields"], "Service").unwrap();
        assert!(json.starts_with("{\n    \"kind\": \"Service\"") && json.contains("managedFields"), "{json}");
    }

    #[test]
    fn a_format_that_does_not_exist_is_refused_with_those_that_do() {
        let unknown = |text: &str| {
            format!("unable to match a printer suitable for the output format {text:?}, allowed formats are: {FORMATS}")
        };
        for (words, message) in [
            (&["-o", "foo"][..], unknown("foo")),
            (&["-o", "wide"], unknown("wide")),
            (&["-o", "custom-columns=A:.x"], unknown("custom-columns=A:.x")),
            (&["-o", "jsonpath={.x}", "--template={.y}"], unknown("jsonpath={.x}")),
            (&["-o", "jsonpath"], "template format specified but no template given".into()),
            (&["-o", "go-template="], "template format specified but no template given".into()),
            (&["-o", "jsonpath={.x"], "error parsing jsonpath {.x, unclosed action".into()),
            (&["-o", "jsonpath-file=/no"], "error reading --template /no, open /no: no such file or directory".into()),
            (&["-o", "go-template={{.x}}"], "Go templates are not supported by kubectl vmirs".into()),
            (&["--template={{.x}}"], "Go templates are not supported by kubectl vmirs".into()),
        ] {
            assert_eq!(printed(words, "Service").unwrap_err(), message, "{words:?}");
        }
    }

    #[test]
    fn a_template_that_does_not_fit_is_an_error_only_where_that_was_asked_for() {
        assert_eq!(printed(&["-o", "jsonpath={.x}"], "Service").unwrap(), "");
        let strict = printed(&["-o", "jsonpath={.x}", "--allow-missing-template-keys=false"], "Service").unwrap_err();
        assert!(strict.contains("x is not found"), "{strict}");
    }
}
