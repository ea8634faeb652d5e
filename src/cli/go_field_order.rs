//! Objects as JSON and KYAML in the order of their Go structs: kubectl decodes what it makes itself (HPAs, Services) into Go
//! types, and prints them so. Everything else it keeps as a map, in alphabetical order.

use crate::scheme::{self, Type};
use crate::text::yaml::FieldOrder;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};

/// The order of the fields of a value: that of its Go type, or of the alphabet where it has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GoFieldOrder(Option<Type>);

impl GoFieldOrder {
    /// The order of the object's own kind.
    pub(crate) fn of(object: &Value) -> Self {
        let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
        Self(scheme::of(text("apiVersion"), text("kind")).map(Type::Object))
    }
}

impl FieldOrder for GoFieldOrder {
    fn entries(self, fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
        let mut entries: Vec<_> = fields.iter().collect();
        if let Some(Type::Object(of)) = self.0 {
            let order = of.fields();
            entries.sort_by_key(|(name, _)| order.iter().position(|field| field.name == *name).unwrap_or(order.len()));
        }
        entries
    }

    fn field(self, name: &str) -> Self {
        Self(match self.0 {
            Some(Type::Object(of)) => of.field(name).map(|field| *field.of.plain()),
            Some(Type::Map(of)) => Some(*of.plain()),
            _ => None,
        })
    }

    fn item(self) -> Self {
        Self(match self.0 {
            Some(Type::List(of)) => Some(*of.plain()),
            _ => None,
        })
    }
}

/// Serializes with the fields in the order of the Go types.
pub(crate) struct InGoFieldOrder<'a> {
    value: &'a Value,
    order: GoFieldOrder,
}

impl<'a> InGoFieldOrder<'a> {
    /// In the order of the object's own kind.
    pub(crate) fn new(object: &'a Value) -> Self {
        Self { value: object, order: GoFieldOrder::of(object) }
    }
}

impl Serialize for InGoFieldOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in self.order.entries(fields) {
                    map.serialize_entry(name, &InGoFieldOrder { value, order: self.order.field(name) })?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&InGoFieldOrder { value, order: self.order.item() })?;
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
            serde_json::to_string(&InGoFieldOrder::new(&hpa)).unwrap(),
            r#"{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web","namespace":"n"},"spec":{"scaleTargetRef":{"kind":"K","name":"web","apiVersion":"v"},"minReplicas":2,"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]},"status":{"desiredReplicas":0,"currentMetrics":null}}"#
        );
    }

    #[test]
    fn a_service_looks_as_kubectl_prints_it() {
        let service = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"labels": {"name": "", "a": ""}, "name": "web"},
            "spec": {
                "type": "NodePort", "selector": {"a": "b"}, "clusterIP": "10.0.0.1",
                "ports": [{"nodePort": 30080, "targetPort": 80, "port": 80, "protocol": "TCP", "name": "http"}],
            },
            "status": {"loadBalancer": {}},
        });
        assert_eq!(
            serde_json::to_string(&InGoFieldOrder::new(&service)).unwrap(),
            r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"","name":""}},"spec":{"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":80,"nodePort":30080}],"selector":{"a":"b"},"clusterIP":"10.0.0.1","type":"NodePort"},"status":{"loadBalancer":{}}}"#
        );
    }
}
