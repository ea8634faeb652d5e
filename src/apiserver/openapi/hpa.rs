//! The schema of a HorizontalPodAutoscaler, `autoscaling/v1` and `/v2`.

use super::builtin::{integer, text, time};
use serde_json::{Value, json};

/// The schema in the given version.
pub(super) fn schema(version: &str) -> Value {
    let (spec, status) = if version == "v1" { (spec_v1(), status_v1()) } else { (spec_v2(), status_v2()) };
    json!({
        "description": "HorizontalPodAutoscaler keeps the size of what it refers to in step with metrics.",
        "type": "object",
        "required": ["spec"],
        "properties": {"spec": spec, "status": status},
    })
}

fn object(description: &str, required: &[&str], properties: &Value) -> Value {
    json!({"description": description, "type": "object", "required": required, "properties": properties})
}

fn list(description: &str, items: &Value) -> Value {
    json!({"description": description, "type": "array", "items": items, "x-kubernetes-list-type": "atomic"})
}

fn quantity(description: &str) -> Value {
    text(description)
}

fn reference(description: &str) -> Value {
    let fields = json!({"apiVersion": text("Its API version."), "kind": text("Its kind."), "name": text("Its name.")});
    object(description, &["kind", "name"], &fields)
}

fn spec_v1() -> Value {
    let fields = json!({
        "maxReplicas": integer("The most replicas; not below minReplicas.", "int32"),
        "minReplicas": integer("The fewest replicas; 1 by default.", "int32"),
        "scaleTargetRef": reference("What is scaled; it must have a scale subresource."),
        "targetCPUUtilizationPercentage": integer("The average CPU use to aim at, in percent of what is requested.", "int32"),
    });
    object("What is wanted.", &["scaleTargetRef", "maxReplicas"], &fields)
}

fn status_v1() -> Value {
    let fields = json!({
        "currentCPUUtilizationPercentage": integer("The average CPU use, in percent of what is requested.", "int32"),
        "currentReplicas": integer("How many replicas there are.", "int32"),
        "desiredReplicas": integer("How many replicas there should be.", "int32"),
        "lastScaleTime": time("When the number of replicas was last changed."),
        "observedGeneration": integer("The generation that was last looked at.", "int64"),
    });
    object("What was observed.", &["currentReplicas", "desiredReplicas"], &fields)
}

fn spec_v2() -> Value {
    let behavior = json!({"scaleDown": rules("Scaling down."), "scaleUp": rules("Scaling up.")});
    let fields = json!({
        "behavior": object("How fast to scale, each way.", &[], &behavior),
        "maxReplicas": integer("The most replicas; not below minReplicas.", "int32"),
        "metrics": list("What to follow; the metric that asks for the most replicas decides.", &metric("target", &target())),
        "minReplicas": integer("The fewest replicas; 1 by default.", "int32"),
        "scaleTargetRef": reference("What is scaled; it must have a scale subresource."),
    });
    object("What is wanted.", &["scaleTargetRef", "maxReplicas"], &fields)
}

fn status_v2() -> Value {
    let condition = json!({
        "lastTransitionTime": time("When the status last changed."),
        "message": text("For a person."),
        "reason": text("For a machine."),
        "status": text("True, False or Unknown."),
        "type": text("AbleToScale, ScalingActive or ScalingLimited."),
    });
    let fields = json!({
        "conditions": {
            "description": "Whether the autoscaler can do its work.",
            "type": "array",
            "items": object("One condition.", &["type", "status"], &condition),
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
        },
        "currentMetrics": list("The metrics as last read.", &metric("current", &value())),
        "currentReplicas": integer("How many replicas there are.", "int32"),
        "desiredReplicas": integer("How many replicas there should be.", "int32"),
        "lastScaleTime": time("When the number of replicas was last changed."),
        "observedGeneration": integer("The generation that was last looked at.", "int64"),
    });
    object("What was observed.", &["desiredReplicas"], &fields)
}

fn rules(description: &str) -> Value {
    let policy = json!({
        "periodSeconds": integer("The length of time the value is about.", "int32"),
        "type": text("Pods or Percent."),
        "value": integer("By how much.", "int32"),
    });
    let fields = json!({
        "policies": list("What is allowed.", &object("One policy.", &["type", "value", "periodSeconds"], &policy)),
        "selectPolicy": text("Max, Min or Disabled: which policy decides."),
        "stabilizationWindowSeconds": integer("How far back to look, lest the number flutter.", "int32"),
        "tolerance": quantity("How far a metric may stray without effect."),
    });
    object(description, &[], &fields)
}

/// A metric of any source; `measure` (`target` or `current`) is what each source is compared with or was read as.
fn metric(measure: &str, measured: &Value) -> Value {
    let identifier = json!({
        "name": text("Its name."),
        "selector": {"description": "Narrows it down.", "type": "object", "x-kubernetes-preserve-unknown-fields": true},
    });
    let source = |description: &str, mut fields: Value| {
        fields[measure] = measured.clone();
        let required: Vec<String> = fields.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        object(description, &required.iter().map(String::as_str).collect::<Vec<_>>(), &fields)
    };
    let named = object("Which metric.", &["name"], &identifier);
    let fields = json!({
        "containerResource": source(
            "CPU or memory of one container of each pod.",
            json!({"container": text("Its name."), "name": text("cpu or memory.")}),
        ),
        "external": source("A metric from outside the cluster.", json!({"metric": named})),
        "object": source("A metric of one object.", json!({"describedObject": reference("The object."), "metric": named})),
        "pods": source("A metric of each pod, averaged.", json!({"metric": named})),
        "resource": source("CPU or memory of each pod.", json!({"name": text("cpu or memory.")})),
        "type": text("Which of the other fields is filled: ContainerResource, External, Object, Pods or Resource."),
    });
    object("One metric.", &["type"], &fields)
}

fn target() -> Value {
    let mut target = value();
    target["properties"]["type"] = text("Utilization, Value or AverageValue.");
    target["required"] = json!(["type"]);
    target["description"] = "What to aim at.".into();
    target
}

fn value() -> Value {
    let fields = json!({
        "averageUtilization": integer("Percent of what is requested, averaged over pods.", "int32"),
        "averageValue": quantity("Averaged over pods."),
        "value": quantity("As it is."),
    });
    object("What was read.", &[], &fields)
}
