//! `--save-config`: the annotation in which `kubectl apply` looks for what was applied last.

use super::go_field_order::InGoFieldOrder;
use crate::text::go::json;
use serde_json::{Value, json};

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Writes the object as it stands into its own annotation, as `kubectl --save-config` does.
pub(crate) fn save(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if annotations.is_null() {
        *annotations = json!({});
    }
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.remove(ANNOTATION);
    }
    let json = json::compact(object);
    write(object, &json);
}

/// The same for an object that kubectl made itself: no empty annotations, and keys in struct order.
pub(crate) fn save_typed(object: &mut Value) {
    let json = json::compact(&InGoFieldOrder::new(object));
    write(object, &json);
}

fn write(object: &mut Value, json: &str) {
    object["metadata"]["annotations"][ANNOTATION] = format!("{json}\n").into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotation_holds_the_object_without_it() {
        let mut object =
            json!({"kind": "X", "metadata": {"name": "a<b", "annotations": {ANNOTATION: "old", "k": "v"}}});
        save(&mut object);
        let saved = object["metadata"]["annotations"][ANNOTATION].as_str().unwrap();
        assert_eq!(saved, "{\"kind\":\"X\",\"metadata\":{\"annotations\":{\"k\":\"v\"},\"name\":\"a\\u003cb\"}}\n");
        let again: Value = serde_json::from_str(saved).unwrap();
        assert_eq!(again["metadata"]["name"], "a<b");
    }
}
