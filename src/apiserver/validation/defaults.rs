//! What the server fills in of built-in kinds, in their stored version.

use crate::apiserver::kinds::Kind;
use k8s_openapi::ByteString;
use serde_json::{Map, Value, json};

/// Fills in what a real server would; what is there stays. A Service's addresses are left to the caller, who allocates
/// them.
pub fn apply_defaults(kind: &Kind, object: &mut Value) {
    match kind.kind {
        "HorizontalPodAutoscaler" => autoscaler(object),
        "Namespace" => namespace(object),
        "Service" => service(object),
        "Secret" => secret(object),
        "Pod" => pod(object),
        "Event" => event(object),
        "Node" => node(object),
        _ => {}
    }
}

/// The object at `key`, made if it is absent; `None` if something else stands there.
fn part<'a>(object: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    let fields = object.as_object_mut()?;
    let value = fields.entry(key).or_insert_with(|| json!({}));
    if value.is_null() {
        *value = json!({});
    }
    value.as_object_mut()
}

fn fill(fields: &mut Map<String, Value>, key: &str, value: Value) {
    let field = fields.entry(key).or_insert(Value::Null);
    if field.is_null() {
        *field = value;
    }
}

/// Fills a field where it is absent, null or the empty text, which to Go are the same.
fn fill_text(fields: &mut Map<String, Value>, key: &str, value: &str) {
    let empty = fields.get(key).is_none_or(|value| value.is_null() || value == "");
    if empty {
        fields.insert(key.to_owned(), json!(value));
    }
}

fn autoscaler(object: &mut Value) {
    if let Some(spec) = part(object, "spec") {
        fill(spec, "minReplicas", json!(1));
        if spec.get("metrics").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            let target = json!({"type": "Utilization", "averageUtilization": 80});
            spec.insert(
                "metrics".to_owned(),
                json!([{"type": "Resource", "resource": {"name": "cpu", "target": target}}]),
            );
        }
        if let Some(behavior) = spec.get_mut("behavior").filter(|behavior| !behavior.is_null()) {
            let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
            let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
            if let Some(rules) = part(behavior, "scaleUp") {
                fill(rules, "stabilizationWindowSeconds", json!(0));
                fill(rules, "policies", json!([pods, percent]));
                fill(rules, "selectPolicy", json!("Max"));
            }
            if let Some(rules) = part(behavior, "scaleDown") {
                fill(rules, "policies", json!([percent]));
                fill(rules, "selectPolicy", json!("Max"));
            }
        }
    }
    if let Some(status) = part(object, "status") {
        fill(status, "desiredReplicas", json!(0));
        status.entry("currentMetrics").or_insert(Value::Null);
    }
}

fn namespace(object: &mut Value) {
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(metadata) = object.get_mut("metadata")
        && !name.is_empty()
        && let Some(labels) = part(metadata, "labels")
    {
        labels.insert("kubernetes.io/metadata.name".to_owned(), json!(name));
    }
    if let Some(spec) = part(object, "spec") {
        let finalizers = spec.entry("finalizers").or_insert(json!([]));
        if let Some(finalizers) = finalizers.as_array_mut()
            && !finalizers.iter().any(|finalizer| finalizer == "kubernetes")
        {
            finalizers.push(json!("kubernetes"));
        }
    }
    if let Some(status) = part(object, "status") {
        fill_text(status, "phase", "Active");
    }
}

fn service(object: &mut Value) {
    if let Some(status) = part(object, "status") {
        fill(status, "loadBalancer", json!({}));
    }
    let Some(spec) = part(object, "spec") else { return };
    fill_text(spec, "sessionAffinity", "None");
    fill_text(spec, "type", "ClusterIP");
    if spec.get("sessionAffinity") == Some(&json!("ClientIP")) {
        fill(spec, "sessionAffinityConfig", json!({"clientIP": {"timeoutSeconds": 10800}}));
    }
    for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(port) = port.as_object_mut() else { continue };
        fill_text(port, "protocol", "TCP");
        let unset = port.get("targetPort").is_none_or(|target| target.is_null() || *target == 0 || *target == "");
        if let Some(number) = port.get("port").cloned().filter(|_| unset) {
            port.insert("targetPort".to_owned(), number);
        }
    }
    let kind = spec.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let reached_from_outside = matches!(kind.as_str(), "NodePort" | "LoadBalancer")
        || kind == "ClusterIP"
            && spec.get("externalIPs").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if reached_from_outside {
        fill_text(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        fill(spec, "allocateLoadBalancerNodePorts", json!(true));
    }
    if kind == "ExternalName" {
        return;
    }
    fill(spec, "internalTrafficPolicy", json!("Cluster"));
}

fn secret(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fill_text(fields, "type", "Opaque");
    // What is given as text is kept in base64, and wins.
    let Some(Value::Object(texts)) = fields.remove("stringData") else { return };
    let data = fields.entry("data").or_insert_with(|| json!({}));
    if data.is_null() {
        *data = json!({});
    }
    if let Some(data) = data.as_object_mut() {
        for (key, value) in texts {
            data.insert(key, base64(value.as_str().unwrap_or_default().as_bytes()));
        }
    }
}

/// Bytes as the API shows them.
fn base64(bytes: &[u8]) -> Value {
    serde_json::to_value(ByteString(bytes.to_vec())).unwrap_or_default()
}

fn pod(object: &mut Value) {
    if let Some(status) = part(object, "status") {
        fill_text(status, "phase", "Pending");
        fill_text(status, "qosClass", "BestEffort");
    }
    let Some(spec) = part(object, "spec") else { return };
    for (key, value) in [
        ("restartPolicy", "Always"),
        ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
        ("preemptionPolicy", "PreemptLowerPriority"),
    ] {
        fill_text(spec, key, value);
    }
    fill(spec, "terminationGracePeriodSeconds", json!(30));
    fill(spec, "securityContext", json!({}));
    fill(spec, "enableServiceLinks", json!(true));
    fill(spec, "priority", json!(0));
    tolerate_lost_nodes(spec);
    for list in ["initContainers", "containers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            container_defaults(container);
        }
    }
}

/// As the admission plugin DefaultTolerationSeconds does.
fn tolerate_lost_nodes(spec: &mut Map<String, Value>) {
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    let Some(tolerations) = tolerations.as_array_mut() else { return };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let covers = |toleration: &Value| {
            let all = toleration.get("key").is_none_or(|found| found == "" || found == key);
            all && toleration.get("effect").is_none_or(|effect| effect == "NoExecute" || effect == "")
        };
        if !tolerations.iter().any(covers) {
            tolerations
                .push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

fn container_defaults(container: &mut Value) {
    let Some(fields) = container.as_object_mut() else { return };
    fill_text(fields, "terminationMessagePath", "/dev/termination-log");
    fill_text(fields, "terminationMessagePolicy", "File");
    fill(fields, "resources", json!({}));
    let image = fields.get("image").and_then(Value::as_str).unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let latest = !image.contains('@') && last.split_once(':').is_none_or(|(_, tag)| tag == "latest");
    fill_text(fields, "imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    for port in fields.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.as_object_mut() {
            fill_text(port, "protocol", "TCP");
        }
    }
}

fn event(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    for key in ["eventTime", "firstTimestamp", "lastTimestamp"] {
        fields.entry(key).or_insert(Value::Null);
    }
    fill(fields, "source", json!({}));
    fill(fields, "reportingComponent", json!(""));
    fill(fields, "reportingInstance", json!(""));
}

fn node(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fill(fields, "spec", json!({}));
    if let Some(status) = part(object, "status") {
        fill(status, "daemonEndpoints", json!({"kubeletEndpoint": {"Port": 0}}));
        let names = [
            "machineID",
            "systemUUID",
            "bootID",
            "kernelVersion",
            "osImage",
            "containerRuntimeVersion",
            "kubeletVersion",
            "kubeProxyVersion",
            "operatingSystem",
            "architecture",
        ];
        if let Some(info) = status.entry("nodeInfo").or_insert_with(|| json!({})).as_object_mut() {
            names.into_iter().for_each(|name| fill(info, name, json!("")));
        }
    }
}
