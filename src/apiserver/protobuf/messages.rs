//! The messages that current clients send, from the `protobuf` tags of `k8s.io/api` 0.37. The last word of a field says
//! whether its zero value is kept: it is for pointers, and for fields that JSON never leaves out.

use super::Kind::{Bytes, Flag, IntOrString, Json, Message, MicroTime, Quantity, Text, Texts, Time, Whole};
use super::Shape::{List, Map, One};
use super::{Field, Kind, Shape};

/// The message of a kind.
pub(super) fn message(api_version: &str, kind: &str) -> Option<&'static [Field]> {
    Some(match (api_version, kind) {
        ("autoscaling/v1", "HorizontalPodAutoscaler") => &AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER,
        ("autoscaling/v2", "HorizontalPodAutoscaler") => &AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER,
        ("v1", "Namespace") => &CORE_NAMESPACE,
        ("v1", "ConfigMap") => &CORE_CONFIG_MAP,
        ("v1", "Secret") => &CORE_SECRET,
        ("v1", "Service") => &CORE_SERVICE,
        ("v1", "ServiceAccount") => &CORE_SERVICE_ACCOUNT,
        ("v1", "Event") => &CORE_EVENT,
        ("events.k8s.io/v1", "Event") => &EVENTS_EVENT,
        ("coordination.k8s.io/v1", "Lease") => &LEASE,
        ("authorization.k8s.io/v1", "SelfSubjectAccessReview") => &SELF_SUBJECT_ACCESS_REVIEW,
        ("authorization.k8s.io/v1", "SelfSubjectRulesReview") => &SELF_SUBJECT_RULES_REVIEW,
        ("authorization.k8s.io/v1", "SubjectAccessReview") => &SUBJECT_ACCESS_REVIEW,
        ("authorization.k8s.io/v1", "LocalSubjectAccessReview") => &LOCAL_SUBJECT_ACCESS_REVIEW,
        ("authentication.k8s.io/v1", "SelfSubjectReview") => &SELF_SUBJECT_REVIEW,
        (_, "DeleteOptions") => &DELETE_OPTIONS,
        _ => return None,
    })
}

const fn field(number: u64, name: &'static str, kind: Kind, shape: Shape, keep_zero: bool) -> Field {
    Field { number, name, kind, shape, keep_zero }
}

static OWNER_REFERENCE: [Field; 6] = [
    field(1, "kind", Text, One, true),
    field(3, "name", Text, One, true),
    field(4, "uid", Text, One, true),
    field(5, "apiVersion", Text, One, true),
    field(6, "controller", Flag, One, true),
    field(7, "blockOwnerDeletion", Flag, One, true),
];

static MANAGED_FIELDS_ENTRY: [Field; 7] = [
    field(1, "manager", Text, One, false),
    field(2, "operation", Text, One, false),
    field(3, "apiVersion", Text, One, false),
    field(4, "time", Time, One, true),
    field(6, "fieldsType", Text, One, false),
    field(7, "fieldsV1", Json, One, true),
    field(8, "subresource", Text, One, false),
];

static OBJECT_META: [Field; 15] = [
    field(1, "name", Text, One, false),
    field(2, "generateName", Text, One, false),
    field(3, "namespace", Text, One, false),
    field(4, "selfLink", Text, One, false),
    field(5, "uid", Text, One, false),
    field(6, "resourceVersion", Text, One, false),
    field(7, "generation", Whole, One, false),
    field(8, "creationTimestamp", Time, One, false),
    field(9, "deletionTimestamp", Time, One, true),
    field(10, "deletionGracePeriodSeconds", Whole, One, true),
    field(11, "labels", Text, Map, false),
    field(12, "annotations", Text, Map, false),
    field(13, "ownerReferences", Message(&OWNER_REFERENCE), List, false),
    field(14, "finalizers", Text, List, false),
    field(17, "managedFields", Message(&MANAGED_FIELDS_ENTRY), List, false),
];

static AUTOSCALING_V1_CROSS_VERSION_OBJECT_REFERENCE: [Field; 3] =
    [field(1, "kind", Text, One, true), field(2, "name", Text, One, true), field(3, "apiVersion", Text, One, false)];

static AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER_SPEC: [Field; 4] = [
    field(1, "scaleTargetRef", Message(&AUTOSCALING_V1_CROSS_VERSION_OBJECT_REFERENCE), One, true),
    field(2, "minReplicas", Whole, One, true),
    field(3, "maxReplicas", Whole, One, true),
    field(4, "targetCPUUtilizationPercentage", Whole, One, true),
];

static AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER_STATUS: [Field; 5] = [
    field(1, "observedGeneration", Whole, One, true),
    field(2, "lastScaleTime", Time, One, true),
    field(3, "currentReplicas", Whole, One, true),
    field(4, "desiredReplicas", Whole, One, true),
    field(5, "currentCPUUtilizationPercentage", Whole, One, true),
];

static AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER_SPEC), One, false),
    field(3, "status", Message(&AUTOSCALING_V1_HORIZONTAL_POD_AUTOSCALER_STATUS), One, false),
];

static AUTOSCALING_V2_CROSS_VERSION_OBJECT_REFERENCE: [Field; 3] =
    [field(1, "kind", Text, One, true), field(2, "name", Text, One, true), field(3, "apiVersion", Text, One, false)];

static AUTOSCALING_V2_METRIC_TARGET: [Field; 4] = [
    field(1, "type", Text, One, true),
    field(2, "value", Quantity, One, true),
    field(3, "averageValue", Quantity, One, true),
    field(4, "averageUtilization", Whole, One, true),
];

static LABEL_SELECTOR_REQUIREMENT: [Field; 3] =
    [field(1, "key", Text, One, true), field(2, "operator", Text, One, true), field(3, "values", Text, List, false)];

static LABEL_SELECTOR: [Field; 2] = [
    field(1, "matchLabels", Text, Map, false),
    field(2, "matchExpressions", Message(&LABEL_SELECTOR_REQUIREMENT), List, false),
];

static AUTOSCALING_V2_METRIC_IDENTIFIER: [Field; 2] =
    [field(1, "name", Text, One, true), field(2, "selector", Message(&LABEL_SELECTOR), One, true)];

static AUTOSCALING_V2_OBJECT_METRIC_SOURCE: [Field; 3] = [
    field(1, "describedObject", Message(&AUTOSCALING_V2_CROSS_VERSION_OBJECT_REFERENCE), One, true),
    field(2, "target", Message(&AUTOSCALING_V2_METRIC_TARGET), One, true),
    field(3, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
];

static AUTOSCALING_V2_PODS_METRIC_SOURCE: [Field; 2] = [
    field(1, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
    field(2, "target", Message(&AUTOSCALING_V2_METRIC_TARGET), One, true),
];

static AUTOSCALING_V2_RESOURCE_METRIC_SOURCE: [Field; 2] =
    [field(1, "name", Text, One, true), field(2, "target", Message(&AUTOSCALING_V2_METRIC_TARGET), One, true)];

static AUTOSCALING_V2_EXTERNAL_METRIC_SOURCE: [Field; 2] = [
    field(1, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
    field(2, "target", Message(&AUTOSCALING_V2_METRIC_TARGET), One, true),
];

static AUTOSCALING_V2_CONTAINER_RESOURCE_METRIC_SOURCE: [Field; 3] = [
    field(1, "name", Text, One, true),
    field(2, "target", Message(&AUTOSCALING_V2_METRIC_TARGET), One, true),
    field(3, "container", Text, One, true),
];

static AUTOSCALING_V2_METRIC_SPEC: [Field; 6] = [
    field(1, "type", Text, One, true),
    field(2, "object", Message(&AUTOSCALING_V2_OBJECT_METRIC_SOURCE), One, true),
    field(3, "pods", Message(&AUTOSCALING_V2_PODS_METRIC_SOURCE), One, true),
    field(4, "resource", Message(&AUTOSCALING_V2_RESOURCE_METRIC_SOURCE), One, true),
    field(5, "external", Message(&AUTOSCALING_V2_EXTERNAL_METRIC_SOURCE), One, true),
    field(7, "containerResource", Message(&AUTOSCALING_V2_CONTAINER_RESOURCE_METRIC_SOURCE), One, true),
];

static AUTOSCALING_V2_HPASCALING_POLICY: [Field; 3] = [
    field(1, "type", Text, One, true),
    field(2, "value", Whole, One, true),
    field(3, "periodSeconds", Whole, One, true),
];

static AUTOSCALING_V2_HPASCALING_RULES: [Field; 4] = [
    field(1, "selectPolicy", Text, One, true),
    field(2, "policies", Message(&AUTOSCALING_V2_HPASCALING_POLICY), List, false),
    field(3, "stabilizationWindowSeconds", Whole, One, true),
    field(4, "tolerance", Quantity, One, true),
];

static AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_BEHAVIOR: [Field; 2] = [
    field(1, "scaleUp", Message(&AUTOSCALING_V2_HPASCALING_RULES), One, true),
    field(2, "scaleDown", Message(&AUTOSCALING_V2_HPASCALING_RULES), One, true),
];

static AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_SPEC: [Field; 5] = [
    field(1, "scaleTargetRef", Message(&AUTOSCALING_V2_CROSS_VERSION_OBJECT_REFERENCE), One, true),
    field(2, "minReplicas", Whole, One, true),
    field(3, "maxReplicas", Whole, One, true),
    field(4, "metrics", Message(&AUTOSCALING_V2_METRIC_SPEC), List, false),
    field(5, "behavior", Message(&AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_BEHAVIOR), One, true),
];

static AUTOSCALING_V2_METRIC_VALUE_STATUS: [Field; 3] = [
    field(1, "value", Quantity, One, true),
    field(2, "averageValue", Quantity, One, true),
    field(3, "averageUtilization", Whole, One, true),
];

static AUTOSCALING_V2_OBJECT_METRIC_STATUS: [Field; 3] = [
    field(1, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
    field(2, "current", Message(&AUTOSCALING_V2_METRIC_VALUE_STATUS), One, true),
    field(3, "describedObject", Message(&AUTOSCALING_V2_CROSS_VERSION_OBJECT_REFERENCE), One, true),
];

static AUTOSCALING_V2_PODS_METRIC_STATUS: [Field; 2] = [
    field(1, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
    field(2, "current", Message(&AUTOSCALING_V2_METRIC_VALUE_STATUS), One, true),
];

static AUTOSCALING_V2_RESOURCE_METRIC_STATUS: [Field; 2] =
    [field(1, "name", Text, One, true), field(2, "current", Message(&AUTOSCALING_V2_METRIC_VALUE_STATUS), One, true)];

static AUTOSCALING_V2_EXTERNAL_METRIC_STATUS: [Field; 2] = [
    field(1, "metric", Message(&AUTOSCALING_V2_METRIC_IDENTIFIER), One, true),
    field(2, "current", Message(&AUTOSCALING_V2_METRIC_VALUE_STATUS), One, true),
];

static AUTOSCALING_V2_CONTAINER_RESOURCE_METRIC_STATUS: [Field; 3] = [
    field(1, "name", Text, One, true),
    field(2, "current", Message(&AUTOSCALING_V2_METRIC_VALUE_STATUS), One, true),
    field(3, "container", Text, One, true),
];

static AUTOSCALING_V2_METRIC_STATUS: [Field; 6] = [
    field(1, "type", Text, One, true),
    field(2, "object", Message(&AUTOSCALING_V2_OBJECT_METRIC_STATUS), One, true),
    field(3, "pods", Message(&AUTOSCALING_V2_PODS_METRIC_STATUS), One, true),
    field(4, "resource", Message(&AUTOSCALING_V2_RESOURCE_METRIC_STATUS), One, true),
    field(5, "external", Message(&AUTOSCALING_V2_EXTERNAL_METRIC_STATUS), One, true),
    field(7, "containerResource", Message(&AUTOSCALING_V2_CONTAINER_RESOURCE_METRIC_STATUS), One, true),
];

static AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_CONDITION: [Field; 6] = [
    field(1, "type", Text, One, true),
    field(2, "status", Text, One, true),
    field(3, "lastTransitionTime", Time, One, false),
    field(4, "reason", Text, One, false),
    field(5, "message", Text, One, false),
    field(6, "observedGeneration", Whole, One, true),
];

static AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_STATUS: [Field; 6] = [
    field(1, "observedGeneration", Whole, One, true),
    field(2, "lastScaleTime", Time, One, true),
    field(3, "currentReplicas", Whole, One, false),
    field(4, "desiredReplicas", Whole, One, true),
    field(5, "currentMetrics", Message(&AUTOSCALING_V2_METRIC_STATUS), List, true),
    field(6, "conditions", Message(&AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_CONDITION), List, false),
];

static AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_SPEC), One, false),
    field(3, "status", Message(&AUTOSCALING_V2_HORIZONTAL_POD_AUTOSCALER_STATUS), One, false),
];

static CORE_NAMESPACE_SPEC: [Field; 1] = [field(1, "finalizers", Text, List, false)];

static CORE_NAMESPACE_CONDITION: [Field; 5] = [
    field(1, "type", Text, One, true),
    field(2, "status", Text, One, true),
    field(4, "lastTransitionTime", Time, One, false),
    field(5, "reason", Text, One, false),
    field(6, "message", Text, One, false),
];

static CORE_NAMESPACE_STATUS: [Field; 2] =
    [field(1, "phase", Text, One, false), field(2, "conditions", Message(&CORE_NAMESPACE_CONDITION), List, false)];

static CORE_NAMESPACE: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&CORE_NAMESPACE_SPEC), One, false),
    field(3, "status", Message(&CORE_NAMESPACE_STATUS), One, false),
];

static CORE_CONFIG_MAP: [Field; 4] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "data", Text, Map, false),
    field(3, "binaryData", Bytes, Map, false),
    field(4, "immutable", Flag, One, true),
];

static CORE_SECRET: [Field; 5] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "data", Bytes, Map, false),
    field(3, "type", Text, One, false),
    field(4, "stringData", Text, Map, false),
    field(5, "immutable", Flag, One, true),
];

static CORE_SERVICE_PORT: [Field; 6] = [
    field(1, "name", Text, One, false),
    field(2, "protocol", Text, One, false),
    field(3, "port", Whole, One, true),
    field(4, "targetPort", IntOrString, One, false),
    field(5, "nodePort", Whole, One, false),
    field(6, "appProtocol", Text, One, true),
];

static CORE_CLIENT_IPCONFIG: [Field; 1] = [field(1, "timeoutSeconds", Whole, One, true)];

static CORE_SESSION_AFFINITY_CONFIG: [Field; 1] = [field(1, "clientIP", Message(&CORE_CLIENT_IPCONFIG), One, true)];

static CORE_SERVICE_SPEC: [Field; 20] = [
    field(1, "ports", Message(&CORE_SERVICE_PORT), List, false),
    field(2, "selector", Text, Map, false),
    field(3, "clusterIP", Text, One, false),
    field(4, "type", Text, One, false),
    field(5, "externalIPs", Text, List, false),
    field(7, "sessionAffinity", Text, One, false),
    field(8, "loadBalancerIP", Text, One, false),
    field(9, "loadBalancerSourceRanges", Text, List, false),
    field(10, "externalName", Text, One, false),
    field(11, "externalTrafficPolicy", Text, One, false),
    field(12, "healthCheckNodePort", Whole, One, false),
    field(13, "publishNotReadyAddresses", Flag, One, false),
    field(14, "sessionAffinityConfig", Message(&CORE_SESSION_AFFINITY_CONFIG), One, true),
    field(17, "ipFamilyPolicy", Text, One, true),
    field(18, "clusterIPs", Text, List, false),
    field(19, "ipFamilies", Text, List, false),
    field(20, "allocateLoadBalancerNodePorts", Flag, One, true),
    field(21, "loadBalancerClass", Text, One, true),
    field(22, "internalTrafficPolicy", Text, One, true),
    field(23, "trafficDistribution", Text, One, true),
];

static CORE_PORT_STATUS: [Field; 3] =
    [field(1, "port", Whole, One, true), field(2, "protocol", Text, One, true), field(3, "error", Text, One, true)];

static CORE_LOAD_BALANCER_INGRESS: [Field; 4] = [
    field(1, "ip", Text, One, false),
    field(2, "hostname", Text, One, false),
    field(3, "ipMode", Text, One, true),
    field(4, "ports", Message(&CORE_PORT_STATUS), List, false),
];

static CORE_LOAD_BALANCER_STATUS: [Field; 1] = [field(1, "ingress", Message(&CORE_LOAD_BALANCER_INGRESS), List, false)];

static CONDITION: [Field; 6] = [
    field(1, "type", Text, One, true),
    field(2, "status", Text, One, true),
    field(3, "observedGeneration", Whole, One, false),
    field(4, "lastTransitionTime", Time, One, true),
    field(5, "reason", Text, One, true),
    field(6, "message", Text, One, true),
];

static CORE_SERVICE_STATUS: [Field; 2] = [
    field(1, "loadBalancer", Message(&CORE_LOAD_BALANCER_STATUS), One, false),
    field(2, "conditions", Message(&CONDITION), List, false),
];

static CORE_SERVICE: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&CORE_SERVICE_SPEC), One, false),
    field(3, "status", Message(&CORE_SERVICE_STATUS), One, false),
];

static CORE_OBJECT_REFERENCE: [Field; 7] = [
    field(1, "kind", Text, One, false),
    field(2, "namespace", Text, One, false),
    field(3, "name", Text, One, false),
    field(4, "uid", Text, One, false),
    field(5, "apiVersion", Text, One, false),
    field(6, "resourceVersion", Text, One, false),
    field(7, "fieldPath", Text, One, false),
];

static CORE_LOCAL_OBJECT_REFERENCE: [Field; 1] = [field(1, "name", Text, One, false)];

static CORE_SERVICE_ACCOUNT: [Field; 4] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "secrets", Message(&CORE_OBJECT_REFERENCE), List, false),
    field(3, "imagePullSecrets", Message(&CORE_LOCAL_OBJECT_REFERENCE), List, false),
    field(4, "automountServiceAccountToken", Flag, One, true),
];

static CORE_EVENT_SOURCE: [Field; 2] = [field(1, "component", Text, One, false), field(2, "host", Text, One, false)];

static CORE_EVENT_SERIES: [Field; 2] =
    [field(1, "count", Whole, One, false), field(2, "lastObservedTime", MicroTime, One, false)];

static CORE_EVENT: [Field; 15] = [
    field(1, "metadata", Message(&OBJECT_META), One, true),
    field(2, "involvedObject", Message(&CORE_OBJECT_REFERENCE), One, true),
    field(3, "reason", Text, One, false),
    field(4, "message", Text, One, false),
    field(5, "source", Message(&CORE_EVENT_SOURCE), One, false),
    field(6, "firstTimestamp", Time, One, false),
    field(7, "lastTimestamp", Time, One, false),
    field(8, "count", Whole, One, false),
    field(9, "type", Text, One, false),
    field(10, "eventTime", MicroTime, One, false),
    field(11, "series", Message(&CORE_EVENT_SERIES), One, true),
    field(12, "action", Text, One, false),
    field(13, "related", Message(&CORE_OBJECT_REFERENCE), One, true),
    field(14, "reportingComponent", Text, One, true),
    field(15, "reportingInstance", Text, One, true),
];

static EVENTS_EVENT_SERIES: [Field; 2] =
    [field(1, "count", Whole, One, true), field(2, "lastObservedTime", MicroTime, One, true)];

static EVENTS_EVENT: [Field; 15] = [
    field(1, "metadata", Message(&OBJECT_META), One, true),
    field(2, "eventTime", MicroTime, One, true),
    field(3, "series", Message(&EVENTS_EVENT_SERIES), One, true),
    field(4, "reportingController", Text, One, false),
    field(5, "reportingInstance", Text, One, false),
    field(6, "action", Text, One, false),
    field(7, "reason", Text, One, false),
    field(8, "regarding", Message(&CORE_OBJECT_REFERENCE), One, false),
    field(9, "related", Message(&CORE_OBJECT_REFERENCE), One, true),
    field(10, "note", Text, One, false),
    field(11, "type", Text, One, false),
    field(12, "deprecatedSource", Message(&CORE_EVENT_SOURCE), One, false),
    field(13, "deprecatedFirstTimestamp", Time, One, false),
    field(14, "deprecatedLastTimestamp", Time, One, false),
    field(15, "deprecatedCount", Whole, One, false),
];

static LEASE_SPEC: [Field; 7] = [
    field(1, "holderIdentity", Text, One, true),
    field(2, "leaseDurationSeconds", Whole, One, true),
    field(3, "acquireTime", MicroTime, One, true),
    field(4, "renewTime", MicroTime, One, true),
    field(5, "leaseTransitions", Whole, One, true),
    field(6, "strategy", Text, One, true),
    field(7, "preferredHolder", Text, One, true),
];

static LEASE: [Field; 2] =
    [field(1, "metadata", Message(&OBJECT_META), One, false), field(2, "spec", Message(&LEASE_SPEC), One, false)];

static FIELD_SELECTOR_REQUIREMENT: [Field; 3] =
    [field(1, "key", Text, One, true), field(2, "operator", Text, One, true), field(3, "values", Text, List, false)];

static FIELD_SELECTOR_ATTRIBUTES: [Field; 2] = [
    field(1, "rawSelector", Text, One, false),
    field(2, "requirements", Message(&FIELD_SELECTOR_REQUIREMENT), List, false),
];

static LABEL_SELECTOR_ATTRIBUTES: [Field; 2] = [
    field(1, "rawSelector", Text, One, false),
    field(2, "requirements", Message(&LABEL_SELECTOR_REQUIREMENT), List, false),
];

static RESOURCE_ATTRIBUTES: [Field; 9] = [
    field(1, "namespace", Text, One, false),
    field(2, "verb", Text, One, false),
    field(3, "group", Text, One, false),
    field(4, "version", Text, One, false),
    field(5, "resource", Text, One, false),
    field(6, "subresource", Text, One, false),
    field(7, "name", Text, One, false),
    field(8, "fieldSelector", Message(&FIELD_SELECTOR_ATTRIBUTES), One, true),
    field(9, "labelSelector", Message(&LABEL_SELECTOR_ATTRIBUTES), One, true),
];

static NON_RESOURCE_ATTRIBUTES: [Field; 2] = [field(1, "path", Text, One, false), field(2, "verb", Text, One, false)];

static SELF_SUBJECT_ACCESS_REVIEW_SPEC: [Field; 2] = [
    field(1, "resourceAttributes", Message(&RESOURCE_ATTRIBUTES), One, true),
    field(2, "nonResourceAttributes", Message(&NON_RESOURCE_ATTRIBUTES), One, true),
];

static SUBJECT_ACCESS_REVIEW_STATUS: [Field; 4] = [
    field(1, "allowed", Flag, One, true),
    field(2, "reason", Text, One, false),
    field(3, "evaluationError", Text, One, false),
    field(4, "denied", Flag, One, false),
];

static SELF_SUBJECT_ACCESS_REVIEW: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&SELF_SUBJECT_ACCESS_REVIEW_SPEC), One, true),
    field(3, "status", Message(&SUBJECT_ACCESS_REVIEW_STATUS), One, false),
];

static SELF_SUBJECT_RULES_REVIEW_SPEC: [Field; 1] = [field(1, "namespace", Text, One, false)];

static RESOURCE_RULE: [Field; 4] = [
    field(1, "verbs", Text, List, true),
    field(2, "apiGroups", Text, List, false),
    field(3, "resources", Text, List, false),
    field(4, "resourceNames", Text, List, false),
];

static NON_RESOURCE_RULE: [Field; 2] =
    [field(1, "verbs", Text, List, true), field(2, "nonResourceURLs", Text, List, false)];

static SUBJECT_RULES_REVIEW_STATUS: [Field; 4] = [
    field(1, "resourceRules", Message(&RESOURCE_RULE), List, true),
    field(2, "nonResourceRules", Message(&NON_RESOURCE_RULE), List, true),
    field(3, "incomplete", Flag, One, true),
    field(4, "evaluationError", Text, One, false),
];

static SELF_SUBJECT_RULES_REVIEW: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&SELF_SUBJECT_RULES_REVIEW_SPEC), One, true),
    field(3, "status", Message(&SUBJECT_RULES_REVIEW_STATUS), One, false),
];

static SUBJECT_ACCESS_REVIEW_SPEC: [Field; 6] = [
    field(1, "resourceAttributes", Message(&RESOURCE_ATTRIBUTES), One, true),
    field(2, "nonResourceAttributes", Message(&NON_RESOURCE_ATTRIBUTES), One, true),
    field(3, "user", Text, One, false),
    field(4, "groups", Text, List, false),
    field(5, "extra", Texts, Map, false),
    field(6, "uid", Text, One, false),
];

static SUBJECT_ACCESS_REVIEW: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&SUBJECT_ACCESS_REVIEW_SPEC), One, true),
    field(3, "status", Message(&SUBJECT_ACCESS_REVIEW_STATUS), One, false),
];

static LOCAL_SUBJECT_ACCESS_REVIEW: [Field; 3] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "spec", Message(&SUBJECT_ACCESS_REVIEW_SPEC), One, true),
    field(3, "status", Message(&SUBJECT_ACCESS_REVIEW_STATUS), One, false),
];

static USER_INFO: [Field; 4] = [
    field(1, "username", Text, One, false),
    field(2, "uid", Text, One, false),
    field(3, "groups", Text, List, false),
    field(4, "extra", Texts, Map, false),
];

static SELF_SUBJECT_REVIEW_STATUS: [Field; 1] = [field(1, "userInfo", Message(&USER_INFO), One, false)];

static SELF_SUBJECT_REVIEW: [Field; 2] = [
    field(1, "metadata", Message(&OBJECT_META), One, false),
    field(2, "status", Message(&SELF_SUBJECT_REVIEW_STATUS), One, false),
];

static PRECONDITIONS: [Field; 2] = [field(1, "uid", Text, One, true), field(2, "resourceVersion", Text, One, true)];

static DELETE_OPTIONS: [Field; 6] = [
    field(1, "gracePeriodSeconds", Whole, One, true),
    field(2, "preconditions", Message(&PRECONDITIONS), One, true),
    field(3, "orphanDependents", Flag, One, true),
    field(4, "propagationPolicy", Whole, One, true),
    field(5, "dryRun", Text, List, false),
    field(6, "ignoreStoreReadErrorWithClusterBreakingPotential", Flag, One, true),
];
