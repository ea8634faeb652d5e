//! Autoscalers and Services as JSON and KYAML in the order of their Go structs: kubectl knows these kinds as types, and prints them
//! so. Everything else it keeps as a map, in alphabetical order.

use crate::text::yaml::FieldOrder;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};

/// The keys in an order that agrees with every struct of a HorizontalPodAutoscaler. Others follow, alphabetically.
const OF_AUTOSCALER: &[&str] = &[
    "kind",
    "type",
    "describedObject",
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
    "manager",
    "operation",
    "apiVersion",
    "time",
    "fieldsType",
    "metadata",
    "spec",
    "scaleTargetRef",
    "minReplicas",
    "maxReplicas",
    "targetCPUUtilizationPercentage",
    "metrics",
    "behavior",
    "object",
    "pods",
    "resource",
    "containerResource",
    "external",
    "metric",
    "selector",
    "matchLabels",
    "target",
    "container",
    "current",
    "value",
    "averageValue",
    "averageUtilization",
    "scaleUp",
    "scaleDown",
    "stabilizationWindowSeconds",
    "selectPolicy",
    "policies",
    "periodSeconds",
    "status",
    "observedGeneration",
    "lastScaleTime",
    "currentReplicas",
    "desiredReplicas",
    "currentCPUUtilizationPercentage",
    "currentMetrics",
    "conditions",
    "lastTransitionTime",
    "reason",
    "message",
];

/// The same for a Service.
const OF_SERVICE: &[&str] = &[
    "kind",
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
    "manager",
    "operation",
    "apiVersion",
    "time",
    "fieldsType",
    "metadata",
    "spec",
    "ports",
    "selector",
    "protocol",
    "appProtocol",
    "port",
    "targetPort",
    "nodePort",
    "clusterIP",
    "clusterIPs",
    "type",
    "externalIPs",
    "sessionAffinity",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "externalName",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "publishNotReadyAddresses",
    "sessionAffinityConfig",
    "ipFamilies",
    "ipFamilyPolicy",
    "allocateLoadBalancerNodePorts",
    "loadBalancerClass",
    "internalTrafficPolicy",
    "status",
];

/// Fields that are maps to Go, too, and therefore in alphabetical order.
const MAPS: &[&str] = &["labels", "annotations", "matchLabels", "fieldsV1"];
/// The same for a Service, whose selector is no struct.
const MAPS_OF_SERVICE: &[&str] = &["labels", "annotations", "selector", "fieldsV1"];

/// Serializes with the keys in struct order.
pub(crate) struct InStructOrder<'a> {
    value: &'a Value,
    order: &'static [&'static str],
    maps: &'static [&'static str],
}

impl<'a> InStructOrder<'a> {
    /// In the order of the object's own kind.
    pub(crate) fn new(object: &'a Value) -> Self {
        let (order, maps) =
            if object["kind"] == "Service" { (OF_SERVICE, MAPS_OF_SERVICE) } else { (OF_AUTOSCALER, MAPS) };
        Self { value: object, order, maps }
    }
}

impl FieldOrder for InStructOrder<'_> {
    fn entries<'a>(&self, fields: &'a Map<String, Value>) -> Vec<(&'a String, &'a Value)> {
        let mut entries: Vec<_> = fields.iter().collect();
        let position = |key: &String| self.order.iter().position(|known| known == key);
        entries.sort_by_key(|(key, _)| position(key).unwrap_or(self.order.len()));
        entries
    }

    fn is_map(&self, field: &str) -> bool {
        self.maps.contains(&field)
    }
}

impl Serialize for InStructOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(fields) => {
                let entries = self.entries(fields);
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    if self.is_map(key) {
                        map.serialize_entry(key, value)?;
                    } else {
                        map.serialize_entry(key, &InStructOrder { value, ..*self })?;
                    }
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&InStructOrder { value, ..*self })?;
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
            serde_json::to_string(&InStructOrder::new(&hpa)).unwrap(),
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
            serde_json::to_string(&InStructOrder::new(&service)).unwrap(),
            r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"","name":""}},"spec":{"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":80,"nodePort":30080}],"selector":{"a":"b"},"clusterIP":"10.0.0.1","type":"NodePort"},"status":{"loadBalancer":{}}}"#
        );
    }
}
