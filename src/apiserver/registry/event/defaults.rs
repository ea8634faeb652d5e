//! What the server fills in.

use crate::apiserver::registry::defaults::fill;
use serde_json::{Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    for key in ["eventTime", "firstTimestamp", "lastTimestamp"] {
        fields.entry(key).or_insert(Value::Null);
    }
    fill(fields, "source", json!({}));
    fill(fields, "reportingComponent", json!(""));
    fill(fields, "reportingInstance", json!(""));
}
