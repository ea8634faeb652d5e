//! `--full`: the whole object, field by field, as kubectl's generic describer prints a custom resource.

use super::{annotations, labels};
use crate::text::go::fmt;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Told at the top, or never.
const SKIPPED: [&str; 5] =
    [".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations", ".metadata.managedFields"];
const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];

/// The description; `events` is the block of [`super::events`], if they are shown.
pub fn description(object: &Value, events: Option<&str>) -> String {
    let metadata = &object["metadata"];
    let text = |key: &str| metadata[key].as_str().unwrap_or_default();
    let mut rendered = format!("Name:\t{}\nNamespace:\t{}\n", text("name"), text("namespace"));
    labels(&mut rendered, "Labels", &metadata["labels"]);
    annotations(&mut rendered, &metadata["annotations"]);
    if let Some(fields) = object.as_object() {
        content(&mut rendered, 0, fields, "");
    }
    rendered.push_str(events.unwrap_or_default());
    rendered
}

fn content(rendered: &mut String, level: usize, fields: &Map<String, Value>, path: &str) {
    let indent = "  ".repeat(level);
    for (key, value) in fields {
        let path = format!("{path}.{key}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let label = label(key);
        match value {
            Value::Object(fields) => {
                let _ = writeln!(rendered, "{indent}{label}:");
                content(rendered, level + 1, fields, &path);
            }
            Value::Array(items) => {
                let _ = writeln!(rendered, "{indent}{label}:");
                for item in items {
                    match item {
                        Value::Object(fields) => content(rendered, level + 1, fields, &path),
                        other => {
                            let _ = writeln!(rendered, "{indent}  {}", scalar(other));
                        }
                    }
                }
            }
            other => {
                let _ = writeln!(rendered, "{indent}{label}:\t{}", scalar(other));
            }
        }
    }
}

fn scalar(value: &Value) -> String {
    if value.is_null() { "<nil>".to_owned() } else { fmt::value(value) }
}

/// A field's name in words: `terminationGracePeriodSeconds` becomes `Termination Grace Period Seconds`.
fn label(key: &str) -> String {
    if key.chars().any(|character| !character.is_alphabetic() && character != '-') {
        return key.to_owned();
    }
    let mut words = Vec::new();
    let mut parts = split(key).into_iter().peekable();
    while let Some(mut part) = parts.next() {
        let all_upper = part.len() >= 2 && !part.chars().any(|c| c.is_alphabetic() && !c.is_uppercase());
        // A plural of capitals, such as `podPDBs`, stays in one piece.
        if all_upper && let Some(next) = parts.next_if(|next| next.starts_with(char::is_uppercase)) {
            part.push_str(&next);
        }
        words.push(word(&part));
    }
    words.join(" ")
}

fn word(part: &str) -> String {
    let upper = part.to_uppercase();
    if ACRONYMS.contains(&upper.as_str()) {
        return upper;
    }
    if part.to_lowercase() != part {
        return part.to_owned();
    }
    let mut characters = part.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// Runs of capitals, of small letters and of others; the last capital before small letters goes with them.
fn split(key: &str) -> Vec<String> {
    let class = |character: char| match character {
        c if c.is_lowercase() => 1,
        c if c.is_uppercase() => 2,
        c if c.is_ascii_digit() => 3,
        _ => 4,
    };
    let mut runs: Vec<Vec<char>> = Vec::new();
    for character in key.chars() {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| class(*last) == class(character)) => run.push(character),
            _ => runs.push(vec![character]),
        }
    }
    for index in 1..runs.len() {
        let (before, after) = runs.split_at_mut(index);
        if let (Some(upper), Some(lower)) = (before.last_mut(), after.first_mut())
            && upper.first().is_some_and(|c| c.is_uppercase())
            && lower.first().is_some_and(|c| c.is_lowercase())
        {
            lower.splice(0..0, upper.pop());
        }
    }
    runs.into_iter().filter(|run| !run.is_empty()).map(|run| run.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printers::tabwriter::align;
    use insta::assert_snapshot;
    use serde_json::json;

    #[test]
    fn keys_become_words() {
        let cases = [
            ("terminationGracePeriodSeconds", "Termination Grace Period Seconds"),
            ("podCIDR", "Pod CIDR"),
            ("apiURL", "API URL"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("with-dash", "With - Dash"),
            ("clusterIPs", "Cluster I Ps"),
            ("podPDBs", "Pod PDBs"),
            ("aURLs", "A URLs"),
            ("HTTPServer", "HTTPServer"),
            ("externalIPsList", "External I Ps List"),
            ("uidGUID", "UID GUID"),
            ("kubernetes.io/os", "kubernetes.io/os"),
            ("userDataBase64", "userDataBase64"),
            ("cpu", "Cpu"),
        ];
        for (key, words) in cases {
            assert_eq!(label(key), words);
        }
    }

    #[test]
    fn the_whole_object_is_told() {
        let object = json!({
            "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
            "metadata": {"name": "a", "namespace": "ns", "labels": {"x": "y"}, "uid": "u", "managedFields": [{"manager": "m"}]},
            "spec": {"paused": false, "none": null, "empty": {}, "list": [1, "two", [3, 4]], "items": [{"a": 1.5}, {"b": true}]},
        });
        assert_snapshot!(align(&description(&object, Some("Events:\t<none>\n"))), @r"
        Name:         a
        Namespace:    ns
        Labels:       x=y
        Annotations:  <none>
        API Version:  kubevirt.io/v1
        Kind:         VirtualMachineInstanceReplicaSet
        Metadata:
          UID:  u
        Spec:
          Empty:
          Items:
            A:  1.5
            B:  true
          List:
            1
            two
            [3 4]
          None:    <nil>
          Paused:  false
        Events:    <none>
        ");
    }
}
