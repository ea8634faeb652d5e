use super::*;
use crate::apiserver::kinds::{self, KINDS, Nature};
use serde_json::json;

fn fitted(go_type: GoType, mut value: Value) -> Result<Vec<String>, String> {
    go_type.fit(&mut value)
}

#[test]
fn a_wrong_type_is_told_in_the_words_of_go() {
    let cases = [
        (
            json!({"spec": {"maxReplicas": "x"}}),
            "json: cannot unmarshal string into Go struct field HorizontalPodAutoscalerSpec.spec.maxReplicas of type int32",
        ),
        (
            json!({"spec": {"maxReplicas": 1.5}}),
            "json: cannot unmarshal number 1.5 into Go struct field HorizontalPodAutoscalerSpec.spec.maxReplicas of type int32",
        ),
        (
            json!({"spec": {"metrics": [{"resource": {"name": 4}}]}}),
            "json: cannot unmarshal number into Go struct field ResourceMetricSource.spec.metrics.resource.name of type v1.ResourceName",
        ),
        (
            json!({"metadata": {"labels": []}}),
            "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            json!({"metadata": "x"}),
            "json: cannot unmarshal string into Go struct field HorizontalPodAutoscaler.metadata of type v1.ObjectMeta",
        ),
    ];
    let go_type = built_in("autoscaling/v2", "HorizontalPodAutoscaler").unwrap();
    for (value, wanted) in cases {
        assert_eq!(fitted(go_type, value).unwrap_err(), wanted);
    }
}

#[test]
fn metadata_of_custom_kinds_is_decoded_by_itself() {
    assert_eq!(
        fitted(metadata(), json!({"labels": {"a": 1}})).unwrap_err(),
        "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string"
    );
    assert_eq!(
        fitted(metadata(), json!("x")).unwrap_err(),
        "json: cannot unmarshal string into Go value of type v1.ObjectMeta"
    );
    assert_eq!(fitted(metadata(), json!({"unknown": 1})).unwrap(), ["metadata.unknown"]);
}

#[test]
fn unknown_fields_are_dropped_and_told() {
    let go_type = built_in("autoscaling/v2", "HorizontalPodAutoscaler").unwrap();
    let mut value = json!({"dat": 1, "metadata": {"labls": {}}, "spec": {"metrics": [{"resource": {"nam": 1}}]}});
    let unknown = go_type.fit(&mut value).unwrap();
    assert_eq!(unknown, ["metadata.labls", "dat", "spec.metrics[0].resource.nam"]);
    assert_eq!(value, json!({"metadata": {}, "spec": {"metrics": [{"resource": {}}]}}));
}

#[test]
fn every_built_in_kind_has_its_go_type() {
    for kind in KINDS.iter().filter(|kind| kind.nature != Nature::Custom) {
        for (group, version) in kind.served {
            let api_version = kinds::api_version(group, version);
            let go_type = built_in(&api_version, kind.kind).map(|go_type| go_type.of.name);
            assert_eq!(go_type, Some(kind.kind), "{api_version}");
        }
    }
}

#[test]
fn quantities_have_a_form() {
    for text in ["1", "1.5Gi", "-3", "1e3", "100m"] {
        assert!(is_quantity(text), "{text}");
    }
    for text in ["", "lots", "1x", "Gi"] {
        assert!(!is_quantity(text), "{text}");
    }
}
