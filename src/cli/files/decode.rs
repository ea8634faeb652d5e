//! From bytes to objects of ours.

use super::{Check, Document, Namespace, is_namespace, kind_of};
use crate::cli::error::Error;
use crate::text::yaml::{self, YamlError};
use serde_json::{Value, json};

/// The objects in a file, lists taken apart; after a fault nothing more.
pub(super) fn values(file: &str, bytes: &[u8]) -> Vec<Result<Value, Error>> {
    let text = match text(bytes) {
        Ok(text) => text,
        Err(fault) => return vec![Err(parsing(file, &fault))],
    };
    let is_json = text.trim_start().starts_with('{');
    let mut raw = if is_json { json_values(file, &text) } else { yaml_values(file, &text) };
    if is_json && raw.first().is_some_and(Result::is_err) {
        // A flow mapping of YAML starts like JSON too; the fault is told in the words of JSON if it is neither.
        let yaml = yaml_values(file, &text);
        raw = if yaml.first().is_some_and(Result::is_ok) { yaml } else { raw };
    }
    let present = raw.into_iter().filter(|value| !matches!(value, Ok(Value::Null)));
    present
        .flat_map(|value| {
            value.map_or_else(|error| vec![Err(error)], |value| flatten(value).into_iter().map(Ok).collect())
        })
        .collect()
}

fn parsing(file: &str, fault: &str) -> Error {
    Error::plain(format!("error parsing {file}: {fault}"))
}

/// UTF-8 or, by its byte order mark, UTF-16.
fn text(bytes: &[u8]) -> Result<String, String> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?))).collect();
        String::from_utf16(&units).map_err(|_| "the text is not valid UTF-16".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8(rest.to_vec())
            .map_err(|_| "error converting YAML to JSON: yaml: invalid leading UTF-8 octet".to_owned()),
    }
}

fn json_values(file: &str, text: &str) -> Vec<Result<Value, Error>> {
    let stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    stream
        .map(|value| {
            value.map_err(|error| {
                let fault = if error.is_eof() { "unexpected EOF".to_owned() } else { format!("json: {error}") };
                parsing(file, &fault)
            })
        })
        .collect()
}

fn yaml_values(file: &str, text: &str) -> Vec<Result<Value, Error>> {
    let mut found = Vec::new();
    for chunk in chunks(text) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(fault) => {
                found.push(Err(parsing(file, &fault)));
                break;
            }
        };
        match yaml::documents(&chunk) {
            Ok(values) => found.extend(values.into_iter().map(Ok)),
            Err(error) => {
                // The first line says what and where; below it the reader draws the text.
                let told = error.to_string();
                let told = told.lines().next().unwrap_or_default();
                let told = told.strip_prefix("error: ").unwrap_or(told).trim_end();
                let whose = if matches!(error, YamlError::NotFinite(_)) { "" } else { "yaml: " };
                found.push(Err(parsing(file, &format!("error converting YAML to JSON: {whose}{told}"))));
                break;
            }
        }
    }
    found
}

/// The documents of a stream as text, so that those before a broken one can still be used; behind the `---` between two
/// of them stands nothing but a comment.
fn chunks(text: &str) -> Vec<Result<String, String>> {
    let mut chunks = vec![Ok(String::new())];
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("---").map(str::trim), chunks.last_mut()) {
            (Some(rest), _) if rest.is_empty() || rest.starts_with('#') => chunks.push(Ok(String::new())),
            (Some(rest), _) => {
                chunks.push(Err(format!("invalid Yaml document separator: {rest}")));
                break;
            }
            (None, Some(Ok(chunk))) => chunk.push_str(line),
            (None, _) => {}
        }
    }
    chunks.retain(|chunk| chunk.as_ref().map_or(true, |chunk| !chunk.trim().is_empty()));
    chunks
}

/// The items of a list (of any kind, at any depth), or the object itself.
fn flatten(value: Value) -> Vec<Value> {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (Some(Value::Array(items)), true) = (value.get("items"), kind.ends_with("List")) else {
        return vec![value];
    };
    let api_version = value.get("apiVersion").cloned().unwrap_or_default();
    let item_kind = kind.strip_suffix("List").unwrap_or_default();
    let complete = |mut item: Value| {
        // A typed list may leave out what its own kind says.
        if let (Some(fields), false) = (item.as_object_mut(), item_kind.is_empty()) {
            fields.entry("kind").or_insert_with(|| item_kind.into());
            fields.entry("apiVersion").or_insert_with(|| api_version.clone());
        }
        item
    };
    items.iter().cloned().map(complete).flat_map(flatten).collect()
}

/// Checks that the object is one of ours and says where it goes.
pub(super) fn document(
    file: &str,
    mut object: Value,
    check: Check,
    namespace: Namespace<'_>,
) -> Result<Document, Error> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind_name) = (text("/apiVersion"), text("/kind"));
    let (name, own_namespace) = (text("/metadata/name"), text("/metadata/namespace"));
    if let Some(fault) = fault(file, &object, &api_version, &kind_name, check) {
        return Err(Error::plain(fault));
    }
    let Some(kind) = kind_of(&api_version, &kind_name) else {
        return Err(foreign(file, &api_version, &kind_name, &name, &own_namespace));
    };
    if namespace.enforced && !own_namespace.is_empty() && own_namespace != namespace.name {
        return Err(Error::plain(format!(
            "the namespace from the provided object {own_namespace:?} does not match the namespace {:?}. You must pass \
             '--namespace={own_namespace}' to perform this operation.",
            namespace.name
        )));
    }
    let namespace = if own_namespace.is_empty() { namespace.name.to_owned() } else { own_namespace };
    if !is_namespace(&namespace) {
        return Err(Error::plain(format!("invalid namespace {namespace:?} in {file:?}")));
    }
    if !object.get("metadata").is_some_and(Value::is_object) {
        object["metadata"] = json!({});
    }
    object["metadata"]["namespace"] = namespace.clone().into();
    Ok(Document { file: file.to_owned(), kind, namespace, name, object })
}

/// What keeps it from being an object at all.
fn fault(file: &str, object: &Value, api_version: &str, kind: &str, check: Check) -> Option<String> {
    if check == Check::Validated {
        let fault = match object {
            Value::Object(_) if kind.is_empty() && api_version.is_empty() => "[apiVersion not set, kind not set]",
            Value::Object(_) if kind.is_empty() => "kind not set",
            Value::Object(_) if api_version.is_empty() => "apiVersion not set",
            Value::Object(_) => return None,
            _ => "invalid object to validate",
        };
        return Some(format!(
            "error validating {file:?}: error validating data: {fault}; if you choose to ignore these errors, turn \
             validation off with --validate=false"
        ));
    }
    let missing = |what: &str| Some(format!("unable to decode {file:?}: Object '{what}' is missing in '{object}'"));
    match object {
        Value::Object(_) if kind.is_empty() => missing("Kind"),
        Value::Object(_) if api_version.is_empty() => missing("apiVersion"),
        Value::Object(_) => None,
        _ => {
            let what = match object {
                Value::Array(_) => "array",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            Some(format!(
                "unable to decode {file:?}: couldn't get version/kind; json parse error: json: cannot unmarshal {what} into an object"
            ))
        }
    }
}

/// An object of a kind that is not ours.
fn foreign(file: &str, api_version: &str, kind: &str, name: &str, namespace: &str) -> Error {
    if api_version.starts_with("kubevirt.io/") || api_version.starts_with("autoscaling/") {
        return Error::plain(format!(
            "resource mapping not found for name: {name:?} namespace: {namespace:?} from {file:?}: no matches for kind \
             {kind:?} in version {api_version:?}"
        ))
        .hint(format!("kubectl vmirs handles VirtualMachineInstanceReplicaSets and HorizontalPodAutoscalers; for anything else: kubectl create -f {file}"));
    }
    Error::plain(format!(
        "{kind} {name:?} in {file:?} is neither a VirtualMachineInstanceReplicaSet nor a HorizontalPodAutoscaler"
    ))
    .hint(format!("For other kinds, use kubectl: kubectl create -f {file}"))
}
