//! Objects as rows of a `meta.k8s.io` Table, and as `PartialObjectMetadata`.

use crate::api::table::ListMeta;
use crate::apiserver::registry::Kind;
use crate::apiserver::registry::column::{Cell, Column, elapsed};
use crate::text::jsonpath::{Template, print};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::borrow::Cow;

/// How much of its object a row carries: the `includeObject` parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncludeObject {
    /// Its metadata.
    #[default]
    Metadata,
    /// All of it.
    Object,
    /// Nothing.
    None,
}

impl IncludeObject {
    /// Reads the parameter's value.
    ///
    /// # Errors
    /// The message of the 400 that the real server answers.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "" | "Metadata" => Ok(Self::Metadata),
            "Object" => Ok(Self::Object),
            "None" => Ok(Self::None),
            other => Err(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {other:?}: must be 'Metadata', 'Object', \
                 'None', or empty"
            )),
        }
    }
}

/// What is asked of a Table besides its rows.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// `v1` or `v1beta1` of `meta.k8s.io`.
    pub version: &'a str,
    /// How much of its object a row carries.
    pub include: IncludeObject,
    /// Whether columns are described; not in the second and later events of a watch.
    pub headers: bool,
    /// The present time, for ages.
    pub now: Timestamp,
}

/// A Table of objects of one kind, given in its stored version. `shown` are the same objects in the version that was
/// asked for, for `includeObject=Object`.
pub fn render(kind: &Kind, objects: &[Value], shown: &[Value], meta: &ListMeta, form: Form<'_>) -> Value {
    let paths: Vec<Option<Template>> = kind.columns.iter().map(template).collect();
    let rows: Vec<Value> = objects
        .iter()
        .enumerate()
        .map(|(index, object)| row(kind, &paths, object, shown.get(index).unwrap_or(object), form))
        .collect();
    let definitions = form.headers.then(|| kind.columns.iter().map(definition).collect::<Vec<_>>());
    json!({
        "kind": "Table",
        "apiVersion": format!("meta.k8s.io/{}", form.version),
        "metadata": meta,
        "columnDefinitions": definitions,
        "rows": rows,
    })
}

/// The metadata of a Table of one object.
pub fn meta_of(object: &Value) -> ListMeta {
    let revision = object.pointer("/metadata/resourceVersion").and_then(Value::as_str);
    ListMeta { resource_version: revision.map(str::to_owned), ..ListMeta::default() }
}

/// An object reduced to its metadata. `version` is that of `meta.k8s.io`.
pub fn partial_object_metadata(object: &Value, version: &str) -> Value {
    let metadata = object.get("metadata").cloned().unwrap_or_else(|| json!({}));
    json!({"kind": "PartialObjectMetadata", "apiVersion": format!("meta.k8s.io/{version}"), "metadata": metadata})
}

/// A list of objects reduced to their metadata. `version` is that of `meta.k8s.io`.
pub fn partial_object_metadata_list(objects: &[Value], meta: &ListMeta, version: &str) -> Value {
    let items: Vec<Value> = objects.iter().map(|object| partial_object_metadata(object, version)).collect();
    json!({
        "kind": "PartialObjectMetadataList",
        "apiVersion": format!("meta.k8s.io/{version}"),
        "metadata": meta,
        "items": items,
    })
}

fn definition(column: &Column) -> Value {
    json!({
        "name": column.name,
        "type": column.r#type,
        "format": column.format,
        "description": column.description,
        "priority": column.priority,
    })
}

fn template(column: &Column) -> Option<Template> {
    match column.cell {
        Cell::Path(path) => Template::parse(&format!("{{{path}}}")).ok(),
        Cell::Name | Cell::Computed(_) => None,
    }
}

fn row(kind: &Kind, paths: &[Option<Template>], object: &Value, shown: &Value, form: Form<'_>) -> Value {
    let cells: Vec<Value> =
        kind.columns.iter().zip(paths).map(|(column, path)| cell(column, path.as_ref(), object, form.now)).collect();
    let carried = match form.include {
        IncludeObject::Metadata => partial_object_metadata(object, form.version),
        IncludeObject::Object => shown.clone(),
        IncludeObject::None => Value::Null,
    };
    let mut row = json!({"cells": cells, "object": carried});
    if let (Some(conditions), Some(row)) = (kind.strategy.row_conditions(object), row.as_object_mut()) {
        row.insert("conditions".to_owned(), conditions);
    }
    row
}

fn cell(column: &Column, path: Option<&Template>, object: &Value, now: Timestamp) -> Value {
    match column.cell {
        Cell::Name => object.pointer("/metadata/name").cloned().unwrap_or_default(),
        Cell::Computed(compute) => compute(object, now),
        Cell::Path(_) => {
            let results = path.and_then(|path| path.results(object, true).ok()).unwrap_or_default();
            let first = results.into_iter().next().and_then(|found| found.into_iter().next());
            first.map_or(Value::Null, |value| custom(column.r#type, value, now))
        }
    }
}

/// A value found by a custom column's path, as its type allows; null where it does not. Rule: `cellForJSONValue` of
/// the API server's `customresource/tableconvertor`.
fn custom(r#type: &str, value: Cow<'_, Value>, now: Timestamp) -> Value {
    match (r#type, value.as_ref()) {
        // Go's template package has no text for a nil value but this one.
        ("string", Value::Null) => "<no value>".into(),
        ("string", _) => print::text(&[value]).into(),
        ("integer", Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            // Go's conversion cuts, and so does this one.
            (None, Some(number)) => (number as i64).into(),
            (None, None) => Value::Null,
        },
        ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) => value.into_owned(),
        ("date", Value::String(text)) => date(text, now).into(),
        _ => Value::Null,
    }
}

fn date(text: &str, now: Timestamp) -> String {
    match text.parse::<Timestamp>() {
        Ok(then) => elapsed(then, now),
        Err(_) if matches!(text, "" | "null") => "<unknown>".to_owned(),
        Err(_) => "<invalid>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apiserver::registry::by_path;

    fn form(include: IncludeObject, headers: bool) -> Form<'static> {
        Form { version: "v1", include, headers, now: "2026-11-23T12:00:00Z".parse().unwrap() }
    }

    fn cells(group: &str, version: &str, plural: &str, object: Value) -> Vec<Value> {
        let kind = by_path(group, version, plural).unwrap();
        let table = render(kind, &[object], &[], &ListMeta::default(), form(IncludeObject::None, false));
        table.pointer("/rows/0/cells").unwrap().as_array().unwrap().clone()
    }

    #[test]
    fn a_set_without_a_status_shows_blanks() {
        let set =
            json!({"metadata": {"name": "web", "creationTimestamp": "2026-11-23T11:59:00Z"}, "spec": {"replicas": 0}});
        let shown = cells("kubevirt.io", "v1", "virtualmachineinstancereplicasets", set);
        assert_eq!(shown, [json!("web"), json!(0), Value::Null, Value::Null, json!("60s")]);
    }

    #[test]
    fn a_vmi_shows_what_its_paths_find() {
        let vmi = json!({
            "metadata": {"name": "a", "creationTimestamp": "2026-11-23T09:00:00Z"},
            "status": {
                "phase": "Running",
                "interfaces": [{"ipAddress": "10.0.0.1"}, {"ipAddress": "10.0.0.2"}],
                "nodeName": "n1",
                "conditions": [{"type": "Ready", "status": "True"}, {"type": "LiveMigratable", "status": "False"}],
            },
        });
        let shown = cells("kubevirt.io", "v1alpha3", "virtualmachineinstances", vmi);
        let expected = json!(["a", "3h", "Running", "10.0.0.1", "n1", "True", "False", null]);
        assert_eq!(Value::from(shown), expected);
    }

    #[test]
    fn an_empty_list_of_interfaces_is_a_blank_and_not_a_failure() {
        let vmi = json!({"metadata": {"name": "a"}, "status": {"interfaces": [], "phase": 3}});
        let shown = cells("kubevirt.io", "v1", "virtualmachineinstances", vmi);
        assert_eq!(Value::from(shown), json!(["a", null, "3", null, null, null, null, null]));
    }

    #[test]
    fn values_of_the_wrong_type_are_blank() {
        let now = Timestamp::UNIX_EPOCH;
        let of = |r#type, value: Value| custom(r#type, Cow::Owned(value), now);
        assert_eq!(of("integer", json!("3")), Value::Null);
        assert_eq!(of("integer", json!(3.9)), json!(3));
        assert_eq!(of("boolean", json!("true")), Value::Null);
        assert_eq!(of("date", json!("yesterday")), json!("<invalid>"));
        assert_eq!(of("date", json!(1)), Value::Null);
        assert_eq!(of("string", Value::Null), json!("<no value>"));
        assert_eq!(of("integer", Value::Null), Value::Null);
        assert_eq!(of("string", json!({"a": [1]})), json!("{\"a\":[1]}"));
    }

    #[test]
    fn a_row_carries_as_much_of_its_object_as_was_asked_for() {
        let kind = by_path("", "v1", "configmaps").unwrap();
        let object = json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}, "data": {"k": "v"}});
        let object_in = |include| {
            let table = render(kind, std::slice::from_ref(&object), &[], &ListMeta::default(), form(include, true));
            table.pointer("/rows/0/object").unwrap().clone()
        };
        assert_eq!(object_in(IncludeObject::None), Value::Null);
        assert_eq!(object_in(IncludeObject::Object), object);
        let partial =
            json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "a"}});
        assert_eq!(object_in(IncludeObject::Metadata), partial);
    }

    #[test]
    fn columns_are_described_once() {
        let kind = by_path("", "v1", "events").unwrap();
        let table = |headers| render(kind, &[], &[], &ListMeta::default(), form(IncludeObject::None, headers));
        assert_eq!(table(false)["columnDefinitions"], Value::Null);
        let names: Vec<_> =
            table(true)["columnDefinitions"].as_array().unwrap().iter().map(|column| column["name"].clone()).collect();
        assert_eq!(names.last(), Some(&json!("Name")));
        assert_eq!(names.len(), 10);
    }
}
