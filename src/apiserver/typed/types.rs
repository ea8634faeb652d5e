//! The types themselves: `k8s.io/apimachinery/pkg/apis/meta/v1` and `k8s.io/api` of 1.37.

/// A Go type, pointers left out: Go's decoder does not tell them apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Go {
    /// A string, under the name of its type.
    Text(&'static str),
    Bool,
    Int32,
    Int64,
    Time,
    Quantity,
    IntOrString,
    /// Of no interest here.
    Any,
    Map(&'static Go),
    List(&'static Go),
    Struct(&'static Struct),
}

/// A Go struct, by its JSON names.
#[derive(Debug)]
pub(super) struct Struct {
    pub(super) name: &'static str,
    package: &'static str,
    fields: &'static [(&'static str, Go)],
}

impl Struct {
    pub(super) fn field(&self, name: &str) -> Option<&'static Go> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, of)| of)
    }
}

impl Go {
    /// As Go's `reflect` prints it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Text(name) => (*name).to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int32 => "int32".to_owned(),
            Self::Int64 => "int64".to_owned(),
            Self::Time => "string".to_owned(),
            Self::Quantity => "resource.Quantity".to_owned(),
            Self::IntOrString => "intstr.IntOrString".to_owned(),
            Self::Any => "interface {}".to_owned(),
            Self::Map(of) => format!("map[string]{}", of.name()),
            Self::List(of) => format!("[]{}", of.name()),
            Self::Struct(of) => format!("{}.{}", of.package, of.name),
        }
    }
}

/// What `resource.ParseQuantity` says of other text.
pub(super) const NO_QUANTITY: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/// Whether text has the form of a quantity.
pub(super) fn is_quantity(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let suffix = rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    let tail = suffix.trim_start_matches(|character: char| "eEinumkKMGTP".contains(character));
    let digits = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    suffix.len() < rest.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

const TEXT: Go = Go::Text("string");
const TEXTS: Go = Go::Map(&TEXT);
const BYTES: Go = Go::Map(&Go::Text("[]uint8"));
const META: (&str, Go) = ("metadata", Go::Struct(&OBJECT_META));
const KIND: (&str, Go) = ("kind", TEXT);
const API_VERSION: (&str, Go) = ("apiVersion", TEXT);

macro_rules! structs {
    ($($item:ident = $package:literal $name:literal { $($field:literal: $of:expr),* $(,)? })*) => {
        $(pub(super) static $item: Struct = Struct { name: $name, package: $package, fields: &[$(($field, $of)),*] };)*
    };
}

structs! {
    OBJECT_META = "v1" "ObjectMeta" {
        "annotations": TEXTS, "creationTimestamp": Go::Time, "deletionGracePeriodSeconds": Go::Int64,
        "deletionTimestamp": Go::Time, "finalizers": Go::List(&TEXT), "generateName": TEXT, "generation": Go::Int64,
        "labels": TEXTS, "managedFields": Go::List(&Go::Any), "name": TEXT, "namespace": TEXT,
        "ownerReferences": Go::List(&Go::Struct(&OWNER)), "resourceVersion": TEXT, "selfLink": TEXT,
        "uid": Go::Text("types.UID"),
    }
    OWNER = "v1" "OwnerReference" {
        "apiVersion": TEXT, "blockOwnerDeletion": Go::Bool, "controller": Go::Bool, "kind": TEXT, "name": TEXT,
        "uid": Go::Text("types.UID"),
    }
    CONDITION = "v1" "Condition" {
        "lastHeartbeatTime": Go::Time, "lastTransitionTime": Go::Time, "message": TEXT, "observedGeneration": Go::Int64,
        "reason": TEXT, "status": TEXT, "type": TEXT,
    }
    LABEL_SELECTOR = "v1" "LabelSelector" {
        "matchExpressions": Go::List(&Go::Struct(&REQUIREMENT)), "matchLabels": TEXTS,
    }
    REQUIREMENT = "v1" "LabelSelectorRequirement" {
        "key": TEXT, "operator": Go::Text("v1.LabelSelectorOperator"), "values": Go::List(&TEXT),
    }
    NAMESPACE_SPEC = "v1" "NamespaceSpec" { "finalizers": Go::List(&Go::Text("v1.FinalizerName")) }
    NAMESPACE_STATUS = "v1" "NamespaceStatus" {
        "conditions": Go::List(&Go::Struct(&CONDITION)), "phase": Go::Text("v1.NamespacePhase"),
    }
    SERVICE_SPEC = "v1" "ServiceSpec" {
        "allocateLoadBalancerNodePorts": Go::Bool, "clusterIP": TEXT, "clusterIPs": Go::List(&TEXT),
        "externalIPs": Go::List(&TEXT), "externalName": TEXT,
        "externalTrafficPolicy": Go::Text("v1.ServiceExternalTrafficPolicy"), "healthCheckNodePort": Go::Int32,
        "internalTrafficPolicy": Go::Text("v1.ServiceInternalTrafficPolicy"),
        "ipFamilies": Go::List(&Go::Text("v1.IPFamily")), "ipFamilyPolicy": Go::Text("v1.IPFamilyPolicy"),
        "loadBalancerClass": TEXT, "loadBalancerIP": TEXT, "loadBalancerSourceRanges": Go::List(&TEXT),
        "ports": Go::List(&Go::Struct(&SERVICE_PORT)), "publishNotReadyAddresses": Go::Bool, "selector": TEXTS,
        "sessionAffinity": Go::Text("v1.ServiceAffinity"), "sessionAffinityConfig": Go::Any,
        "trafficDistribution": TEXT, "type": Go::Text("v1.ServiceType"),
    }
    SERVICE_PORT = "v1" "ServicePort" {
        "appProtocol": TEXT, "name": TEXT, "nodePort": Go::Int32, "port": Go::Int32,
        "protocol": Go::Text("v1.Protocol"), "targetPort": Go::IntOrString,
    }
    SERVICE_STATUS = "v1" "ServiceStatus" {
        "conditions": Go::List(&Go::Struct(&CONDITION)), "loadBalancer": Go::Any,
    }
    LEASE_SPEC = "v1" "LeaseSpec" {
        "acquireTime": Go::Time, "holderIdentity": TEXT, "leaseDurationSeconds": Go::Int32, "leaseTransitions": Go::Int32,
        "preferredHolder": TEXT, "renewTime": Go::Time, "strategy": Go::Text("v1.CoordinatedLeaseStrategy"),
    }
    REFERENCE_V1 = "v1" "CrossVersionObjectReference" { "apiVersion": TEXT, "kind": TEXT, "name": TEXT }
    SCALER_SPEC_V1 = "v1" "HorizontalPodAutoscalerSpec" {
        "maxReplicas": Go::Int32, "minReplicas": Go::Int32, "scaleTargetRef": Go::Struct(&REFERENCE_V1),
        "targetCPUUtilizationPercentage": Go::Int32,
    }
    SCALER_STATUS_V1 = "v1" "HorizontalPodAutoscalerStatus" {
        "currentCPUUtilizationPercentage": Go::Int32, "currentReplicas": Go::Int32, "desiredReplicas": Go::Int32,
        "lastScaleTime": Go::Time, "observedGeneration": Go::Int64,
    }
    REFERENCE = "v2" "CrossVersionObjectReference" { "apiVersion": TEXT, "kind": TEXT, "name": TEXT }
    SCALER_SPEC = "v2" "HorizontalPodAutoscalerSpec" {
        "behavior": Go::Struct(&BEHAVIOR), "maxReplicas": Go::Int32, "metrics": Go::List(&Go::Struct(&METRIC)),
        "minReplicas": Go::Int32, "scaleTargetRef": Go::Struct(&REFERENCE),
    }
    BEHAVIOR = "v2" "HorizontalPodAutoscalerBehavior" {
        "scaleDown": Go::Struct(&SCALING_RULES), "scaleUp": Go::Struct(&SCALING_RULES),
    }
    SCALING_RULES = "v2" "HPAScalingRules" {
        "policies": Go::List(&Go::Struct(&SCALING_POLICY)), "selectPolicy": Go::Text("v2.ScalingPolicySelect"),
        "stabilizationWindowSeconds": Go::Int32, "tolerance": Go::Quantity,
    }
    SCALING_POLICY = "v2" "HPAScalingPolicy" {
        "periodSeconds": Go::Int32, "type": Go::Text("v2.HPAScalingPolicyType"), "value": Go::Int32,
    }
    METRIC = "v2" "MetricSpec" {
        "containerResource": Go::Struct(&CONTAINER_METRIC), "external": Go::Struct(&EXTERNAL_METRIC),
        "object": Go::Struct(&OBJECT_METRIC), "pods": Go::Struct(&PODS_METRIC), "resource": Go::Struct(&RESOURCE_METRIC),
        "type": Go::Text("v2.MetricSourceType"),
    }
    CONTAINER_METRIC = "v2" "ContainerResourceMetricSource" {
        "container": TEXT, "name": Go::Text("v1.ResourceName"), "target": Go::Struct(&METRIC_TARGET),
    }
    EXTERNAL_METRIC = "v2" "ExternalMetricSource" {
        "metric": Go::Struct(&METRIC_NAME), "target": Go::Struct(&METRIC_TARGET),
    }
    OBJECT_METRIC = "v2" "ObjectMetricSource" {
        "describedObject": Go::Struct(&REFERENCE), "metric": Go::Struct(&METRIC_NAME),
        "target": Go::Struct(&METRIC_TARGET),
    }
    PODS_METRIC = "v2" "PodsMetricSource" { "metric": Go::Struct(&METRIC_NAME), "target": Go::Struct(&METRIC_TARGET) }
    RESOURCE_METRIC = "v2" "ResourceMetricSource" {
        "name": Go::Text("v1.ResourceName"), "target": Go::Struct(&METRIC_TARGET),
    }
    METRIC_NAME = "v2" "MetricIdentifier" { "name": TEXT, "selector": Go::Struct(&LABEL_SELECTOR) }
    METRIC_TARGET = "v2" "MetricTarget" {
        "averageUtilization": Go::Int32, "averageValue": Go::Quantity, "type": Go::Text("v2.MetricTargetType"),
        "value": Go::Quantity,
    }
    SCALER_CONDITION = "v2" "HorizontalPodAutoscalerCondition" {
        "lastTransitionTime": Go::Time, "message": TEXT, "observedGeneration": Go::Int64, "reason": TEXT,
        "status": Go::Text("v1.ConditionStatus"), "type": Go::Text("v2.HorizontalPodAutoscalerConditionType"),
    }
    SCALER_STATUS = "v2" "HorizontalPodAutoscalerStatus" {
        "conditions": Go::List(&Go::Struct(&SCALER_CONDITION)), "currentMetrics": Go::Any, "currentReplicas": Go::Int32,
        "desiredReplicas": Go::Int32, "lastScaleTime": Go::Time, "observedGeneration": Go::Int64,
    }
}

macro_rules! kinds {
    ($($item:ident = $package:literal $name:literal { $($field:literal: $of:expr),* $(,)? })*) => {
        $(static $item: Struct =
            Struct { name: $name, package: $package, fields: &[KIND, API_VERSION, META, $(($field, $of)),*] };)*
    };
}

kinds! {
    CONFIG_MAP = "v1" "ConfigMap" { "binaryData": BYTES, "data": TEXTS, "immutable": Go::Bool }
    SECRET = "v1" "Secret" {
        "data": BYTES, "immutable": Go::Bool, "stringData": TEXTS, "type": Go::Text("v1.SecretType"),
    }
    NAMESPACE = "v1" "Namespace" { "spec": Go::Struct(&NAMESPACE_SPEC), "status": Go::Struct(&NAMESPACE_STATUS) }
    SERVICE = "v1" "Service" { "spec": Go::Struct(&SERVICE_SPEC), "status": Go::Struct(&SERVICE_STATUS) }
    LEASE = "v1" "Lease" { "spec": Go::Struct(&LEASE_SPEC) }
    SCALER_V1 = "v1" "HorizontalPodAutoscaler" {
        "spec": Go::Struct(&SCALER_SPEC_V1), "status": Go::Struct(&SCALER_STATUS_V1),
    }
    SCALER = "v2" "HorizontalPodAutoscaler" {
        "spec": Go::Struct(&SCALER_SPEC), "status": Go::Struct(&SCALER_STATUS),
    }
}

pub(super) fn of(kind: &str, version: &str) -> Option<&'static Struct> {
    Some(match (kind, version) {
        ("ConfigMap", _) => &CONFIG_MAP,
        ("Secret", _) => &SECRET,
        ("Namespace", _) => &NAMESPACE,
        ("Service", _) => &SERVICE,
        ("Lease", _) => &LEASE,
        ("HorizontalPodAutoscaler", "v1") => &SCALER_V1,
        ("HorizontalPodAutoscaler", _) => &SCALER,
        _ => return None,
    })
}
