//! The fields that a Go value cannot be without: the server compares what its encoder makes of two objects, and that writes
//! some of what nobody has set.

use crate::scheme::{Field, Json, Struct, Type};
use serde_json::{Map, Value, json};

/// Adds to an object of a Go type what Go's encoder would write besides.
pub(super) fn fill(of: &Struct, object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    for field in of.fields() {
        match object.get_mut(field.name) {
            Some(value) => fill_value(&field.of, value),
            None => {
                if let Some(zero) = zero(field) {
                    object.insert(field.name.to_owned(), zero);
                }
            }
        }
    }
}

fn fill_value(of: &Type, value: &mut Value) {
    match (of.plain(), value) {
        (Type::Object(of), value) => fill(of, value),
        (Type::List(of), Value::Array(items)) => items.iter_mut().for_each(|item| fill_value(of, item)),
        (Type::Map(of), Value::Object(entries)) => entries.values_mut().for_each(|value| fill_value(of, value)),
        _ => {}
    }
}

/// What the encoder writes of a field that is not set; structs are never empty to it.
fn zero(field: &Field) -> Option<Value> {
    if field.pointer {
        return (field.json == Json::Always).then_some(Value::Null);
    }
    let (is_struct, zero) = match field.of.plain() {
        Type::Object(of) => {
            let mut zero = Value::Object(Map::new());
            fill(of, &mut zero);
            (true, zero)
        }
        Type::Time | Type::MicroTime => (true, Value::Null),
        Type::Quantity => (true, json!("0")),
        Type::IntOrString => (true, json!(0)),
        Type::Any(_) => (true, Value::Null),
        Type::Text(_) => (false, json!("")),
        Type::Int32 | Type::Int64 | Type::Float64 => (false, json!(0)),
        Type::Bool => (false, json!(false)),
        Type::Bytes | Type::Map(_) | Type::List(_) | Type::Named(..) => (false, Value::Null),
    };
    let is_written = match field.json {
        Json::Always => true,
        Json::OmitEmpty => is_struct,
        Json::OmitZero => false,
    };
    is_written.then_some(zero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme;

    #[test]
    fn an_empty_object_is_written_as_go_writes_it() {
        let cases = [
            (
                "v1",
                "Pod",
                json!({"metadata": {}, "spec": {"containers": [{"name": "x"}]}, "status": {}}),
                json!({"metadata": {}, "spec": {"containers": [{"name": "x", "resources": {}}]}, "status": {}}),
            ),
            ("v1", "ConfigMap", json!({}), json!({"metadata": {}})),
            (
                "v1",
                "Event",
                json!({}),
                json!({
                    "eventTime": null, "firstTimestamp": null, "involvedObject": {}, "lastTimestamp": null,
                    "metadata": {}, "reportingComponent": "", "reportingInstance": "", "source": {},
                }),
            ),
            (
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                json!({}),
                json!({
                    "metadata": {},
                    "spec": {"maxReplicas": 0, "scaleTargetRef": {"kind": "", "name": ""}},
                    "status": {"currentMetrics": null, "desiredReplicas": 0},
                }),
            ),
        ];
        for (api_version, kind, mut object, wanted) in cases {
            fill(scheme::of(api_version, kind).unwrap(), &mut object);
            assert_eq!(object, wanted, "{kind}");
        }
    }
}
