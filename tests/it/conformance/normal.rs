//! What must differ between two servers, masked; and what differs then.

use super::corpus::Answer;
use regex::Regex;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Headers that a client can act on.
const HEADERS: [&str; 5] = ["content-type", "warning", "retry-after", "allow", "www-authenticate"];

/// What differs between two answers to the same request, told line by line; `None` if nothing does.
pub fn difference(ours: &Answer, theirs: &Answer) -> Option<String> {
    let mut told = String::new();
    if ours.status != theirs.status {
        writeln!(told, "  status: {} where the real server says {}", ours.status, theirs.status).unwrap();
    }
    for header in HEADERS {
        let (our, their) = (ours.headers.get(header), theirs.headers.get(header));
        if our != their {
            writeln!(told, "  {header}: {our:?} where the real server says {their:?}").unwrap();
        }
    }
    let (our, their) = (documents(&ours.body), documents(&theirs.body));
    if our.len() != their.len() {
        writeln!(told, "  {} documents where the real server sends {}", our.len(), their.len()).unwrap();
        writeln!(told, "    ours: {:.600}\n    real: {:.600}", ours.body, theirs.body).unwrap();
    }
    for (our, their) in our.iter().zip(&their) {
        compare("", our, their, &mut told);
    }
    (!told.is_empty()).then_some(told)
}

/// A body is one JSON document, a stream of them (a watch), or text.
fn documents(body: &str) -> Vec<Value> {
    let parsed: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(body).into_iter().collect();
    let mut documents = match parsed {
        Ok(documents) => documents,
        Err(_) if body.starts_with("apiVersion:") => kubectl_vmirs::text::yaml::documents(body).unwrap(),
        Err(_) => vec![Value::String(body.to_owned())],
    };
    documents.iter_mut().for_each(|document| normalise("", document));
    documents
}

fn normalise(key: &str, value: &mut Value) {
    static MASKS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
        let masks = [
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
            (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "<time>"),
            (r"\b([Gg]en[-_])[bcdfghjklmnpqrstvwxz2456789]{5}\b", "$1<5>"),
            (r"in record \(\d+\)", "in record (<revision>)"),
            (r#"(resourceVersion\\*":\\*")\d+"#, "$1<revision>"),
            (r"current: \d+", "current: <revision>"),
            (r"^\d+s$", "<age>"),
            // The two give Services addresses of different ranges.
            (r"^10\.(0\.0|96\.\d+)\.\d+$", "<address>"),
            (r"(resource version|resourceVersion)(:?) \d+( \(\d+\))?", "$1$2 <revision>"),
        ];
        masks.map(|(pattern, mask)| (Regex::new(pattern).unwrap(), mask)).into()
    });
    unordered(key, value);
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| normalise(key, value)),
        Value::Array(items) => items.iter_mut().for_each(|item| normalise(key, item)),
        Value::String(text) if key == "resourceVersion" && !text.is_empty() && text != "0" => {
            "<revision>".clone_into(text);
        }
        Value::String(text) if key == "continue" && !text.is_empty() => "<token>".clone_into(text),
        Value::String(text) => {
            for (pattern, mask) in MASKS.iter() {
                *text = pattern.replace_all(text, *mask).into_owned();
            }
        }
        _ => {}
    }
}

/// Sorts what the real server lists in random order, because it walks a map.
fn unordered(key: &str, value: &mut Value) {
    match value {
        Value::Array(items) if matches!(key, "causes" | "resources") => items.sort_by_key(ToString::to_string),
        Value::String(text) if key == "message" && text.contains("is invalid: [") => {
            let mut parts: Vec<&str> = text.split(&['[', ']', ','][..]).map(str::trim).collect();
            parts.sort_unstable();
            *text = parts.join(" ");
        }
        _ => {}
    }
}

fn compare(path: &str, ours: &Value, theirs: &Value, told: &mut String) {
    match (ours, theirs) {
        (Value::Object(our), Value::Object(their)) => {
            for key in our.keys().chain(their.keys().filter(|key| !our.contains_key(*key))) {
                match (our.get(key), their.get(key)) {
                    (Some(our), Some(their)) => compare(&format!("{path}.{key}"), our, their, told),
                    (Some(our), None) => writeln!(told, "  {path}.{key}: only ours: {our}").unwrap(),
                    (_, their) => writeln!(told, "  {path}.{key}: missing: {}", their.unwrap_or(&Value::Null)).unwrap(),
                }
            }
        }
        (Value::Array(our), Value::Array(their)) if our.len() == their.len() => {
            for (index, (our, their)) in our.iter().zip(their).enumerate() {
                compare(&format!("{path}[{index}]"), our, their, told);
            }
        }
        _ if ours == theirs => {}
        _ => writeln!(told, "  {path}:\n    ours: {ours}\n    real: {theirs}").unwrap(),
    }
}
