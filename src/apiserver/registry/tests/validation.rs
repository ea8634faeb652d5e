use super::kind;
use crate::apiserver::field;
use crate::apiserver::registry::Kind;
use crate::apiserver::registry::subresource::Storage;
use crate::apiserver::validation::object_meta_update;
use serde_json::{Value, json};

fn apply_defaults(kind: &Kind, object: &mut Value) {
    kind.strategy.set_defaults(object);
}

fn on_create(kind: &Kind, requested: (&str, &str), object: &Value) -> field::ErrorList {
    kind.strategy.validate(kind, requested, object)
}

fn on_status_update(kind: &Kind, object: &Value, old: &Value) -> field::ErrorList {
    match kind.subresource("status").unwrap().storage {
        Storage::Object(strategy) => strategy.validate_update(kind, object, old),
        _ => Vec::new(),
    }
}

/// What is wrong with a new object named `x` in the namespace `leaf`, after defaults.
fn complaints(name: &str, mut object: Value) -> String {
    let kind = kind(name);
    let mut metadata = json!({"name": "x"});
    if kind.namespaced {
        metadata["namespace"] = json!("leaf");
    }
    metadata.as_object_mut().unwrap().extend(object["metadata"].as_object().cloned().unwrap_or_default());
    object["metadata"] = metadata;
    apply_defaults(kind, &mut object);
    let version = *kind.served.first().unwrap();
    on_create(kind, version, &object).iter().map(field::Error::text).collect::<Vec<_>>().join("\n")
}

fn target() -> Value {
    json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "x"})
}

fn autoscaler(mut spec: Value) -> String {
    if spec.get("scaleTargetRef").is_none() {
        spec["scaleTargetRef"] = target();
    }
    complaints("HorizontalPodAutoscaler", json!({"spec": spec}))
}

// The texts below are what a real server of 1.37 answers to the same objects.

#[test]
fn an_autoscaler_has_bounds_and_a_target() {
    assert_eq!(autoscaler(json!({"maxReplicas": 3})), "");
    insta::assert_snapshot!(complaints("HorizontalPodAutoscaler", json!({"spec": {}})), @"
    spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`
    spec.scaleTargetRef.kind: Required value
    spec.scaleTargetRef.name: Required value
    spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group
    spec.maxReplicas: Required value
    ");
    insta::assert_snapshot!(autoscaler(json!({"minReplicas": 0, "maxReplicas": 0})), @"
    spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas
    spec.maxReplicas: Required value
    ");
    insta::assert_snapshot!(autoscaler(json!({"maxReplicas": -1})), @"
    spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`
    spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1
    ");
    assert_eq!(
        autoscaler(json!({"minReplicas": -1, "maxReplicas": 1})),
        "spec.minReplicas: Invalid value: -1: must be greater than or equal to 0"
    );
    let target = json!({"kind": "a/b", "name": "", "apiVersion": "a/b/c"});
    insta::assert_snapshot!(autoscaler(json!({"scaleTargetRef": target, "maxReplicas": 3})), @r#"
    spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain '/'
    spec.scaleTargetRef.name: Required value
    spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c
    "#);
}

#[test]
fn an_autoscalers_metrics_have_one_source_and_a_target() {
    let metrics = json!([
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization"}}},
        {"type": "Foo"},
        {"type": "Pods"},
        {},
        {"type": "Resource", "pods": {"metric": {"name": "a"}, "target": {"type": "AverageValue", "averageValue": "-1"}}},
        {"type": "Resource", "resource": {"target": {}}},
        {"type": "External", "external":
            {"metric": {"name": "a/b"}, "target": {"type": "Value", "value": "1", "averageValue": "1"}}},
        {"type": "ContainerResource", "containerResource":
            {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 0, "averageValue": "1"}}},
    ]);
    insta::assert_snapshot!(autoscaler(json!({"maxReplicas": 3, "metrics": metrics})), @r#"
    spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization
    spec.metrics[1].type: Unsupported value: "Foo": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"
    spec.metrics[2].pods: Required value: must populate information for the given metric source
    spec.metrics[3].type: Required value: must specify a metric source type
    spec.metrics[3].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"
    spec.metrics[4].pods.target.averageValue: Invalid value: "-1": must be positive
    spec.metrics[4].resource: Required value: must populate information for the given metric source
    spec.metrics[5].resource.name: Required value: must specify a resource name
    spec.metrics[5].resource.target.type: Required value: must specify a metric target type
    spec.metrics[5].resource.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue
    spec.metrics[5].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization
    spec.metrics[6].external.metric.name: Invalid value: "a/b": may not contain '/'
    spec.metrics[6].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target
    spec.metrics[7].containerResource.container: Required value: must specify a container
    spec.metrics[7].containerResource.target.averageUtilization: Invalid value: 0: must be greater than 0
    spec.metrics[7].containerResource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization
    "#);
}

#[test]
fn an_autoscalers_behavior_has_limits_and_defaults() {
    let behavior = json!({
        "scaleUp": {"stabilizationWindowSeconds": 3601, "policies": [{"type": "X", "value": 0, "periodSeconds": 1801}]},
        "scaleDown": {"selectPolicy": "q", "policies": [], "stabilizationWindowSeconds": -1},
    });
    insta::assert_snapshot!(autoscaler(json!({"maxReplicas": 3, "behavior": behavior})), @r#"
    spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600
    spec.behavior.scaleUp.policies[0].type: Unsupported value: "X": supported values: "Percent", "Pods"
    spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero
    spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800
    spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero
    spec.behavior.scaleDown.selectPolicy: Unsupported value: "q": supported values: "Disabled", "Max", "Min"
    spec.behavior.scaleDown.policies: Required value: must specify at least one Policy
    "#);
    let mut object = json!({"spec": {"maxReplicas": 3, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5}}}});
    apply_defaults(kind("HorizontalPodAutoscaler"), &mut object);
    let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
    let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
    assert_eq!(
        object["spec"],
        json!({
            "minReplicas": 1, "maxReplicas": 3,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}],
            "behavior": {
                "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [pods, percent]},
                "scaleDown": {"stabilizationWindowSeconds": 5, "selectPolicy": "Max", "policies": [percent]},
            },
        })
    );
}

#[test]
fn services_have_ports_with_names_and_numbers() {
    let service = |spec: Value| complaints("Service", json!({"spec": spec}));
    assert_eq!(service(json!({"ports": [{"port": 80}], "selector": {"a": "b"}})), "");
    assert_eq!(service(json!({"clusterIP": "None"})), "");
    assert_eq!(service(json!({})), "spec.ports: Required value");
    assert_eq!(service(json!({"type": "ExternalName"})), "spec.externalName: Required value");
    let ports =
        json!([{"port": 0, "protocol": "X", "targetPort": "Bad_Name!"}, {"name": "A", "port": 70000, "targetPort": 0}]);
    insta::assert_snapshot!(service(json!({"ports": ports, "type": "Foo", "sessionAffinity": "Z"})), @r#"
    spec.ports[0].name: Required value
    spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
    spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
    spec.ports[0].targetPort: Invalid value: "Bad_Name!": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)
    spec.ports[1].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
    spec.ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive
    spec.ports[1].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive
    spec.sessionAffinity: Unsupported value: "Z": supported values: "ClientIP", "None"
    spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
    "#);
    let ports = json!([{"name": "a", "port": 80}, {"name": "a", "port": 81}, {"name": "b", "port": 80}]);
    insta::assert_snapshot!(service(json!({"ports": ports})), @r#"
    spec.ports[1].name: Duplicate value: "a"
    spec.ports[2]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}
    "#);
    assert_eq!(
        service(json!({"ports": [{"port": 80}], "clusterIP": "1.2.3"})),
        "spec.clusterIPs[0]: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
    );
}

#[test]
fn small_kinds_are_checked() {
    insta::assert_snapshot!(complaints("Namespace", json!({"metadata": {"name": "z.z"}, "spec": {"finalizers": ["foo"]}})), @r#"
    metadata.name: Invalid value: "z.z": must not contain dots
    spec.finalizers: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified
    "#);
    let data = json!({"data": {"a b": "c", "..": "x", "k": "v"}, "binaryData": {"k": "AAAA"}});
    insta::assert_snapshot!(complaints("ConfigMap", data), @r#"
    data[..]: Invalid value: "..": must not be '..'
    data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
    data[k]: Invalid value: "k": duplicate of key present in binaryData
    "#);
    insta::assert_snapshot!(complaints("Lease", json!({"spec": {"leaseDurationSeconds": 0, "leaseTransitions": -1}})), @"
    spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0
    spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0
    ");
    assert_eq!(
        complaints("Event", json!({"involvedObject": {"namespace": "other"}})),
        "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace"
    );
    let containers =
        json!([{"image": ""}, {"name": "a", "image": "x", "imagePullPolicy": "z"}, {"name": "a", "image": "x"}]);
    insta::assert_snapshot!(complaints("Pod", json!({"spec": {"containers": containers, "dnsPolicy": "y"}})), @r#"
    spec.containers[0].name: Required value
    spec.containers[0].image: Required value
    spec.containers[1].imagePullPolicy: Unsupported value: "z": supported values: "Always", "IfNotPresent", "Never"
    spec.containers[2].name: Duplicate value: "a"
    spec.dnsPolicy: Unsupported value: "y": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"
    "#);
}

#[test]
fn an_event_is_checked_more_strictly_in_its_own_group() {
    let object = json!({
        "metadata": {"name": "x", "namespace": "leaf"}, "involvedObject": {"namespace": "leaf"}, "count": 1,
    });
    assert!(on_create(kind("Event"), ("", "v1"), &object).is_empty());
    let errors = on_create(kind("Event"), ("events.k8s.io", "v1"), &object);
    insta::assert_snapshot!(errors.iter().map(field::Error::text).collect::<Vec<_>>().join("\n"), @r#"
    eventTime: Required value
    type: Invalid value: "": has invalid value: 
    count: Invalid value: "": needs to be unset
    "#);
}

#[test]
fn metadata_is_checked() {
    let metadata = json!({
        "generateName": "X_",
        "name": "x",
        "labels": {"a b": "c d"},
        "annotations": {"Q Q": "1", "Upper/case": ""},
        "finalizers": ["foo", "orphan", "foregroundDeletion"],
        "ownerReferences": [
            {"apiVersion": "", "kind": "", "name": "", "uid": ""},
            {"apiVersion": "v1", "kind": "Event", "name": "a", "uid": "u", "controller": true},
            {"apiVersion": "v1", "kind": "Pod", "name": "b", "uid": "u2", "controller": true},
        ],
    });
    insta::assert_snapshot!(complaints("VirtualMachineInstance", json!({"metadata": metadata})), @r#"
    metadata.generateName: Invalid value: "X_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
    metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
    metadata.labels: Invalid value: "c d": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
    metadata.annotations: Invalid value: "Q Q": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
    metadata.ownerReferences[0].apiVersion: Required value: must not be empty
    metadata.ownerReferences[0].kind: Required value: must not be empty
    metadata.ownerReferences[0].name: Required value: must not be empty
    metadata.ownerReferences[0].uid: Required value: must not be empty
    metadata.ownerReferences[1]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"a","uid":"u","controller":true}: /v1, Kind=Event is disallowed from being an owner
    metadata.ownerReferences: Invalid value: [{"apiVersion":"","kind":"","name":"","uid":""},{"apiVersion":"v1","kind":"Event","name":"a","uid":"u","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"u2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Event/a and Pod/b
    metadata.finalizers: Invalid value: ["foo","orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set
    "#);
}

#[test]
fn metadata_that_may_not_change() {
    let old = json!({"metadata": {
        "name": "x", "namespace": "leaf", "uid": "1", "resourceVersion": "5", "generation": 2,
        "deletionTimestamp": "2020-01-01T00:00:00Z", "finalizers": ["a/b"],
    }});
    assert!(object_meta_update(kind("VirtualMachineInstance"), &old, &old).is_empty());
    let new = json!({"metadata": {
        "name": "x", "namespace": "leaf", "uid": "2", "generation": 1, "finalizers": ["a/b", "c/d"],
    }});
    let errors: Vec<_> =
        object_meta_update(kind("VirtualMachineInstance"), &new, &old).iter().map(field::Error::text).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}
    metadata.resourceVersion: Invalid value: "": must be specified for an update
    metadata.generation: Invalid value: 1: must not be decremented
    metadata.uid: Invalid value: "2": field is immutable
    metadata.deletionTimestamp: Invalid value: null: field is immutable
    "#);
}

#[test]
fn what_is_filled_in_of_built_in_kinds() {
    let mut service = json!({"spec": {"ports": [{"port": 80}], "clusterIP": "10.0.0.7"}});
    apply_defaults(kind("Service"), &mut service);
    assert_eq!(
        service,
        json!({"spec": {
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "clusterIP": "10.0.0.7",
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
        }, "status": {"loadBalancer": {}}})
    );
    let mut secret = json!({"stringData": {"x": "y"}});
    apply_defaults(kind("Secret"), &mut secret);
    assert_eq!(secret, json!({"data": {"x": "eQ=="}, "type": "Opaque"}));
    let mut namespace = json!({"metadata": {"name": "z"}});
    apply_defaults(kind("Namespace"), &mut namespace);
    assert_eq!(
        namespace,
        json!({
            "metadata": {"name": "z", "labels": {"kubernetes.io/metadata.name": "z"}},
            "spec": {},
            "status": {"phase": "Active"},
        })
    );
    let mut pod = json!({"spec": {"containers": [{"name": "c", "image": "host:5000/i:1"}]}});
    apply_defaults(kind("Pod"), &mut pod);
    assert_eq!(pod["spec"]["containers"][0]["imagePullPolicy"], "IfNotPresent");
    assert_eq!(pod["spec"]["tolerations"].as_array().unwrap().len(), 2);
    let once = pod.clone();
    apply_defaults(kind("Pod"), &mut pod);
    assert_eq!(pod, once);
}

#[test]
fn a_service_keeps_its_address() {
    let service = |address: &str| {
        json!({
            "metadata": {"name": "x", "namespace": "leaf", "resourceVersion": "1"},
            "spec": {"type": "ClusterIP", "clusterIP": address, "clusterIPs": [address], "ports": [{"port": 80}]},
        })
    };
    let old = service("10.0.0.143");
    let update = |mut new: Value| {
        kind("Service").strategy.prepare_for_update(&mut new, &old);
        apply_defaults(kind("Service"), &mut new);
        kind("Service")
            .strategy
            .validate_update(kind("Service"), ("", "v1"), &new, &old)
            .iter()
            .map(field::Error::text)
            .collect::<Vec<_>>()
    };
    assert!(update(service("")).is_empty());
    assert_eq!(
        update(service("10.0.0.9")),
        ["spec.clusterIPs[0]: Invalid value: [\"10.0.0.9\"]: may not change once set"]
    );
    let outside = json!({"spec": {"ports": [{"port": 1, "nodePort": 30000}], "externalTrafficPolicy": "Local"}});
    insta::assert_snapshot!(complaints("Service", outside), @r#"
    spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
    spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services
    "#);
}

#[test]
fn a_status_has_counts_and_a_phase_that_fits() {
    let autoscaler = json!({
        "metadata": {"name": "x", "resourceVersion": "1", "finalizers": ["foo"]},
        "status": {"currentReplicas": -1, "desiredReplicas": -2},
    });
    let errors = on_status_update(kind("HorizontalPodAutoscaler"), &autoscaler, &autoscaler);
    insta::assert_snapshot!(errors.iter().map(field::Error::text).collect::<Vec<_>>().join("\n"), @r#"
    metadata.finalizers[0]: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified
    status.currentReplicas: Invalid value: -1: must be greater than or equal to 0
    status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0
    "#);
    let namespace = json!({"metadata": {"name": "x", "resourceVersion": "1"}, "status": {"phase": "x"}});
    let errors = on_status_update(kind("Namespace"), &namespace, &namespace);
    assert_eq!(
        errors.iter().map(field::Error::text).collect::<Vec<_>>(),
        ["status.Phase: Invalid value: \"x\": may only be 'Active' if `deletionTimestamp` is empty"]
    );
}

#[test]
fn an_event_of_the_core_group_needs_a_name_and_no_more() {
    let event =
        |name: &str| json!({"metadata": {"name": name, "namespace": "leaf"}, "involvedObject": {"namespace": "leaf"}});
    assert!(on_create(kind("Event"), ("", "v1"), &event("A b")).is_empty());
    assert_eq!(on_create(kind("Event"), ("", "v1"), &event("")).len(), 1);
}
