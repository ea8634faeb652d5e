//! Whole objects, in the formats that `-o` names.

use crate::api::jsonpath::print::go_text;
use crate::api::jsonpath::{self, JsonPathError, Template};
use crate::api::yaml::{self, YamlError};
use crate::output::visible;
use serde::Serialize;
use serde_json::{Value, json};

/// A way to print objects.
#[derive(Clone, Debug)]
pub enum Format {
    /// Indented JSON; a list for anything but one named object.
    Json,
    /// YAML, likewise.
    Yaml,
    /// The YAML that is JSON with fewer quotes (KEP-5295).
    Kyaml,
    /// `kind.group/name` a line.
    Name,
    /// kubectl's JSONPath template.
    JsonPath(Template),
    /// The results of a JSONPath template as a JSON array.
    JsonPathAsJson(Template),
    /// Columns of one's own: heading and path.
    CustomColumns(Vec<(String, Template)>),
}

/// Why a format or its output is none.
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
    #[error("error executing jsonpath {template:?}: {source}")]
    Execution {
        /// As it was typed.
        template: String,
        /// What went wrong.
        source: JsonPathError,
    },
    /// The columns cannot be read.
    #[error("{0}")]
    Columns(String),
    /// A value that YAML cannot hold.
    #[error(transparent)]
    Yaml(#[from] YamlError),
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
/// [`FormatError::Columns`] in kubectl's words.
pub fn columns(text: &str) -> Result<Vec<(String, Template)>, FormatError> {
    if text.is_empty() {
        return Err(FormatError::Columns("custom-columns format specified but no custom columns given".to_owned()));
    }
    let column = |spec: &str| {
        let (heading, path) = spec.split_once(':').ok_or_else(|| {
            FormatError::Columns(format!("unexpected custom-columns spec: {spec}, expected <header>:<json-path-expr>"))
        })?;
        let path =
            jsonpath::relaxed(path).map_err(|source| FormatError::Template { template: path.to_owned(), source })?;
        Ok((heading.to_owned(), path))
    };
    text.split(',').map(column).collect()
}

/// The text of some objects. `single`: exactly one object was asked for by name, so it stands alone and not in a list.
///
/// # Errors
/// [`FormatError`] when a template does not fit.
pub fn text(format: &Format, objects: Vec<Value>, single: bool, headers: bool) -> Result<String, FormatError> {
    match format {
        Format::Name => Ok(objects.iter().map(|object| format!("{}\n", full_name(object))).collect()),
        Format::CustomColumns(columns) => custom_columns(columns, &objects, headers),
        Format::Json => Ok(indented(&wrapped(objects, single))),
        Format::Yaml => Ok(yaml::to_string(&wrapped(objects, single))?),
        Format::Kyaml => Ok(kyaml(&wrapped(objects, single))),
        Format::JsonPath(template) => {
            let rendered = template.render(&wrapped(objects, single), true);
            rendered.map(|text| visible(&text).into_owned()).map_err(|source| execution(template, source))
        }
        Format::JsonPathAsJson(template) => {
            let rendered = template.render_as_json(&wrapped(objects, single), true);
            rendered.map_err(|source| execution(template, source))
        }
    }
}

fn execution(template: &Template, source: JsonPathError) -> FormatError {
    FormatError::Execution { template: format!("{template:?}"), source }
}

/// kubectl's own list, whatever the kind of its items.
fn wrapped(mut objects: Vec<Value>, single: bool) -> Value {
    match (single, objects.len()) {
        (true, 1) => objects.pop().unwrap_or_default(),
        _ => json!({"apiVersion": "v1", "kind": "List", "items": objects, "metadata": {"resourceVersion": ""}}),
    }
}

/// KYAML as kubectl prints it: a document of its own.
pub fn kyaml(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    yaml::append_kyaml(&mut text, value, 0);
    text.push('\n');
    text
}

/// JSON as kubectl prints it: four blanks a level, Go's escapes, a newline at the end.
pub fn indented(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // A tree of JSON values cannot fail to become JSON.
    let _ = value.serialize(&mut serializer);
    let text = String::from_utf8_lossy(&bytes);
    let mut escaped = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        match character {
            // Go's encoder makes JSON safe to stand in HTML and in JavaScript; C1 controls are ours.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{7f}'..='\u{9f}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => escaped.push(other),
        }
    }
    escaped.push('\n');
    escaped
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

fn custom_columns(columns: &[(String, Template)], objects: &[Value], headers: bool) -> Result<String, FormatError> {
    let mut lines = Vec::new();
    if headers {
        lines.push(columns.iter().map(|(heading, _)| heading.clone()).collect());
    }
    for object in objects {
        let mut cells = Vec::new();
        for (_, path) in columns {
            let results = path.results(object, true).map_err(|source| execution(path, source))?;
            let texts: Vec<_> = results.iter().flatten().map(|value| go_text(value)).collect();
            let text = if texts.is_empty() { "<none>".to_owned() } else { texts.join(",") };
            cells.push(visible(&text).into_owned());
        }
        lines.push(cells);
    }
    Ok(super::table::plain(&lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn set(name: &str) -> Value {
        json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": name}, "spec": {"replicas": 2}})
    }

    #[test]
    fn one_object_stands_alone_and_several_in_a_list() {
        let path = Format::JsonPath(template("{.kind}").unwrap());
        assert_eq!(text(&path, vec![set("a")], true, true).unwrap(), "VirtualMachineInstanceReplicaSet");
        assert_eq!(text(&path, vec![set("a")], false, true).unwrap(), "List");
        assert_eq!(text(&Format::Name, vec![set("a"), set("b")], false, true).unwrap().lines().count(), 2);
    }

    #[test]
    fn columns_of_ones_own() {
        let columns = columns("NAME:.metadata.name,SIZE:.spec.replicas,NOT:.nothing").unwrap();
        let shown = text(&Format::CustomColumns(columns), vec![set("a"), set("longer")], false, true).unwrap();
        assert_snapshot!(shown, @r"
        NAME     SIZE   NOT
        a        2      <none>
        longer   2      <none>
        ");
    }

    #[test]
    fn an_object_is_named_by_kind_and_group() {
        assert_eq!(full_name(&set("a")), "virtualmachineinstancereplicaset.kubevirt.io/a");
        assert_eq!(full_name(&json!({"apiVersion": "v1", "kind": "Pod"})), "pod/<unknown>");
    }

    #[test]
    fn json_is_escaped_as_go_escapes_it() {
        assert_eq!(indented(&json!({"a": "<&>"})), "{\n    \"a\": \"\\u003c\\u0026\\u003e\"\n}\n");
    }

    #[test]
    fn bad_columns_are_refused_in_kubectls_words() {
        assert_eq!(columns("").unwrap_err().to_string(), "custom-columns format specified but no custom columns given");
        let why = columns("A").unwrap_err().to_string();
        assert_eq!(why, "unexpected custom-columns spec: A, expected <header>:<json-path-expr>");
    }
}
