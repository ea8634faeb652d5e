//! Autoscalers as JSON in the order of their Go struct: kubectl knows this kind as a type, and prints it so. Everything
//! else it keeps as a map, in alphabetical order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// The keys in an order that agrees with every struct of a HorizontalPodAutoscaler. Others follow, alphabetically.
const ORDER: [&str; 20] = [
    "kind",
    "type",
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "labels",
    "annotations",
    "apiVersion",
    "metadata",
    "spec",
    "scaleTargetRef",
    "minReplicas",
    "maxReplicas",
    "currentReplicas",
    "desiredReplicas",
    "currentMetrics",
];

/// Serializes with the keys in struct order.
pub(crate) struct InStructOrder<'a>(pub(crate) &'a Value);

impl Serialize for InStructOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => {
                let mut keys: Vec<&String> = fields.keys().collect();
                keys.sort_by_key(|key| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
                let mut map = serializer.serialize_map(Some(keys.len()))?;
                for key in keys {
                    map.serialize_entry(key, &InStructOrder(fields.get(key).unwrap_or(&Value::Null)))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&InStructOrder(item))?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_autoscaler_looks_as_kubectl_prints_it() {
        let hpa = json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": {"namespace": "n", "name": "web"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "v", "kind": "K", "name": "web"}, "maxReplicas": 3, "minReplicas": 2,
                "metrics": [{"resource": {"name": "cpu", "target": {"averageUtilization": 80, "type": "Utilization"}}, "type": "Resource"}],
            },
            "status": {"currentMetrics": null, "desiredReplicas": 0},
        });
        assert_eq!(
            serde_json::to_string(&InStructOrder(&hpa)).unwrap(),
            r#"{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web","namespace":"n"},"spec":{"scaleTargetRef":{"kind":"K","name":"web","apiVersion":"v"},"minReplicas":2,"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]},"status":{"desiredReplicas":0,"currentMetrics":null}}"#
        );
    }
}
