//! One object in the versions that serve it.

mod autoscaler;
mod event;

#[cfg(test)]
mod tests;

use crate::apiserver::kinds::Kind;
use serde_json::{Value, json};

/// The object as the group and version `to` show it. What a version has no field for travels as the real server lets it
/// travel (annotations of an autoscaler in v1); other kinds differ in `apiVersion` only.
pub fn convert(kind: &Kind, mut object: Value, to: (&str, &str)) -> Value {
    let target = if to.0.is_empty() { to.1.to_owned() } else { format!("{}/{}", to.0, to.1) };
    if object.get("apiVersion").is_some_and(|current| *current == target) {
        return object;
    }
    match (kind.kind, target.as_str()) {
        ("HorizontalPodAutoscaler", "autoscaling/v1") => autoscaler::to_v1(&mut object),
        ("HorizontalPodAutoscaler", "autoscaling/v2") => autoscaler::to_v2(&mut object),
        ("Event", "v1") => event::to_core(&mut object),
        ("Event", "events.k8s.io/v1") => event::to_events(&mut object),
        _ => {}
    }
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), json!(target));
    }
    object
}
