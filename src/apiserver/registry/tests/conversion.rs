use super::kind;
use crate::apiserver::registry::conversion::convert;
use serde_json::{Value, json};

// One autoscaler with every kind of metric, as a real server of 1.37 shows it in both versions.
const V1: &str = include_str!("autoscaler-v1.json");
const V2: &str = include_str!("autoscaler-v2.json");

fn autoscaler(object: Value, version: &str) -> Value {
    convert(kind("HorizontalPodAutoscaler"), object, ("autoscaling", version))
}

#[test]
fn an_autoscaler_of_v2_looks_in_v1_as_on_a_real_server() {
    let shown = autoscaler(serde_json::from_str(V2).unwrap(), "v1");
    assert_eq!(shown, serde_json::from_str::<Value>(V1).unwrap());
}

#[test]
fn an_autoscaler_comes_back_from_v1_as_it_was_but_for_further_cpu_percentages() {
    let mut v2: Value = serde_json::from_str(V2).unwrap();
    let back = autoscaler(serde_json::from_str(V1).unwrap(), "v2");
    // v1 has room for one percentage, and it comes last.
    let metrics = v2["spec"]["metrics"].as_array_mut().unwrap();
    let cpu = metrics.remove(1);
    metrics.remove(1);
    metrics.push(cpu);
    assert_eq!(back, v2);
}

#[test]
fn an_autoscaler_of_v1_gets_its_metric() {
    let v1 = |spec: Value| json!({"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "spec": spec});
    let percent = |object: &Value| object["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"].clone();
    assert_eq!(percent(&autoscaler(v1(json!({"maxReplicas": 3})), "v2")), 80);
    let given = autoscaler(v1(json!({"maxReplicas": 3, "targetCPUUtilizationPercentage": 50})), "v2");
    assert_eq!(percent(&given), 50);
    assert_eq!(given["status"], json!({"desiredReplicas": 0, "currentMetrics": null}));
    let back = autoscaler(given, "v1");
    assert_eq!(back["spec"], json!({"maxReplicas": 3, "targetCPUUtilizationPercentage": 50}));
    assert_eq!(back["status"], json!({"currentReplicas": 0, "desiredReplicas": 0}));
    assert!(back["metadata"].get("annotations").is_none());
}

#[test]
fn annotations_that_are_not_json_are_dropped() {
    let object = json!({
        "apiVersion": "autoscaling/v1",
        "metadata": {"annotations": {"autoscaling.alpha.kubernetes.io/metrics": "{", "x": "y"}},
        "spec": {"maxReplicas": 3},
    });
    let shown = autoscaler(object, "v2");
    assert_eq!(shown["metadata"]["annotations"], json!({"x": "y"}));
    assert_eq!(shown["spec"]["metrics"].as_array().unwrap().len(), 1);
}

#[test]
fn an_event_has_other_names_in_its_own_group() {
    let core = json!({
        "apiVersion": "v1", "kind": "Event", "involvedObject": {"kind": "Pod"}, "message": "m", "source": {"component": "c"},
        "firstTimestamp": null, "lastTimestamp": null, "count": 1, "eventTime": null, "reportingComponent": "",
        "reportingInstance": "", "type": "Normal",
    });
    let events = convert(kind("Event"), core.clone(), ("events.k8s.io", "v1"));
    assert_eq!(
        events,
        json!({
            "apiVersion": "events.k8s.io/v1", "kind": "Event", "regarding": {"kind": "Pod"}, "note": "m",
            "deprecatedSource": {"component": "c"}, "deprecatedFirstTimestamp": null, "deprecatedLastTimestamp": null,
            "deprecatedCount": 1, "eventTime": null, "type": "Normal",
        })
    );
    assert_eq!(convert(kind("Event"), events, ("", "v1")), core);
}

#[test]
fn other_kinds_change_their_version_only() {
    let set = json!({"apiVersion": "kubevirt.io/v1", "spec": {"x": 1}});
    let shown = convert(kind("VirtualMachineInstanceReplicaSet"), set, ("kubevirt.io", "v1alpha3"));
    assert_eq!(shown, json!({"apiVersion": "kubevirt.io/v1alpha3", "spec": {"x": 1}}));
}
