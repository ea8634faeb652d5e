//! `k8s.io/api/autoscaling/v2`. Written by `tests/scheme/generate.sh`.

use super::Type::{Int32, Int64, List, Object, Quantity, Text, Time};
use super::{Struct, STRING, inline, optional, pointer, required, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.autoscaling.v2";

pub(super) static CONTAINER_RESOURCE_METRIC_SOURCE: Struct = structure(PACKAGE, "ContainerResourceMetricSource", &[
    required(1, "name", Text("v1.ResourceName")),
    required(2, "target", Object(&METRIC_TARGET)),
    required(3, "container", STRING),
]);

pub(super) static CONTAINER_RESOURCE_METRIC_STATUS: Struct = structure(PACKAGE, "ContainerResourceMetricStatus", &[
    required(1, "name", Text("v1.ResourceName")),
    required(2, "current", Object(&METRIC_VALUE_STATUS)),
    required(3, "container", STRING),
]);

pub(super) static CROSS_VERSION_OBJECT_REFERENCE: Struct = structure(PACKAGE, "CrossVersionObjectReference", &[
    required(1, "kind", STRING),
    required(2, "name", STRING),
    optional(3, "apiVersion", STRING),
]);

pub(super) static EXTERNAL_METRIC_SOURCE: Struct = structure(PACKAGE, "ExternalMetricSource", &[
    required(1, "metric", Object(&METRIC_IDENTIFIER)),
    required(2, "target", Object(&METRIC_TARGET)),
]);

pub(super) static EXTERNAL_METRIC_STATUS: Struct = structure(PACKAGE, "ExternalMetricStatus", &[
    required(1, "metric", Object(&METRIC_IDENTIFIER)),
    required(2, "current", Object(&METRIC_VALUE_STATUS)),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER: Struct = structure(PACKAGE, "HorizontalPodAutoscaler", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&HORIZONTAL_POD_AUTOSCALER_SPEC)).openapi_required(),
    optional(3, "status", Object(&HORIZONTAL_POD_AUTOSCALER_STATUS)),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_BEHAVIOR: Struct = structure(PACKAGE, "HorizontalPodAutoscalerBehavior", &[
    pointer(1, "scaleUp", Object(&HPA_SCALING_RULES)),
    pointer(2, "scaleDown", Object(&HPA_SCALING_RULES)),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_CONDITION: Struct = structure(PACKAGE, "HorizontalPodAutoscalerCondition", &[
    required(1, "type", Text("v2.HorizontalPodAutoscalerConditionType")),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(3, "lastTransitionTime", Time),
    optional(4, "reason", STRING),
    optional(5, "message", STRING),
    pointer(6, "observedGeneration", Int64),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_SPEC: Struct = structure(PACKAGE, "HorizontalPodAutoscalerSpec", &[
    required(1, "scaleTargetRef", Object(&CROSS_VERSION_OBJECT_REFERENCE)),
    pointer(2, "minReplicas", Int32),
    required(3, "maxReplicas", Int32),
    optional(4, "metrics", List(&Object(&METRIC_SPEC))).atomic(),
    pointer(5, "behavior", Object(&HORIZONTAL_POD_AUTOSCALER_BEHAVIOR)),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_STATUS: Struct = structure(PACKAGE, "HorizontalPodAutoscalerStatus", &[
    pointer(1, "observedGeneration", Int64),
    pointer(2, "lastScaleTime", Time),
    optional(3, "currentReplicas", Int32),
    required(4, "desiredReplicas", Int32),
    required(5, "currentMetrics", List(&Object(&METRIC_STATUS))).openapi_optional().atomic(),
    optional(6, "conditions", List(&Object(&HORIZONTAL_POD_AUTOSCALER_CONDITION))).map(&["type"]).patch("merge", "type"),
]);

pub(super) static HPA_SCALING_POLICY: Struct = structure(PACKAGE, "HPAScalingPolicy", &[
    required(1, "type", Text("v2.HPAScalingPolicyType")),
    required(2, "value", Int32),
    required(3, "periodSeconds", Int32),
]);

pub(super) static HPA_SCALING_RULES: Struct = structure(PACKAGE, "HPAScalingRules", &[
    pointer(3, "stabilizationWindowSeconds", Int32),
    pointer(1, "selectPolicy", Text("v2.ScalingPolicySelect")),
    optional(2, "policies", List(&Object(&HPA_SCALING_POLICY))).atomic(),
    pointer(4, "tolerance", Quantity),
]);

pub(super) static METRIC_IDENTIFIER: Struct = structure(PACKAGE, "MetricIdentifier", &[
    required(1, "name", STRING),
    pointer(2, "selector", Object(&meta_v1::LABEL_SELECTOR)),
]);

pub(super) static METRIC_SPEC: Struct = structure(PACKAGE, "MetricSpec", &[
    required(1, "type", Text("v2.MetricSourceType")),
    pointer(2, "object", Object(&OBJECT_METRIC_SOURCE)),
    pointer(3, "pods", Object(&PODS_METRIC_SOURCE)),
    pointer(4, "resource", Object(&RESOURCE_METRIC_SOURCE)),
    pointer(7, "containerResource", Object(&CONTAINER_RESOURCE_METRIC_SOURCE)),
    pointer(5, "external", Object(&EXTERNAL_METRIC_SOURCE)),
]);

pub(super) static METRIC_STATUS: Struct = structure(PACKAGE, "MetricStatus", &[
    required(1, "type", Text("v2.MetricSourceType")),
    pointer(2, "object", Object(&OBJECT_METRIC_STATUS)),
    pointer(3, "pods", Object(&PODS_METRIC_STATUS)),
    pointer(4, "resource", Object(&RESOURCE_METRIC_STATUS)),
    pointer(7, "containerResource", Object(&CONTAINER_RESOURCE_METRIC_STATUS)),
    pointer(5, "external", Object(&EXTERNAL_METRIC_STATUS)),
]);

pub(super) static METRIC_TARGET: Struct = structure(PACKAGE, "MetricTarget", &[
    required(1, "type", Text("v2.MetricTargetType")),
    pointer(2, "value", Quantity),
    pointer(3, "averageValue", Quantity),
    pointer(4, "averageUtilization", Int32),
]);

pub(super) static METRIC_VALUE_STATUS: Struct = structure(PACKAGE, "MetricValueStatus", &[
    pointer(1, "value", Quantity),
    pointer(2, "averageValue", Quantity),
    pointer(3, "averageUtilization", Int32),
]);

pub(super) static OBJECT_METRIC_SOURCE: Struct = structure(PACKAGE, "ObjectMetricSource", &[
    required(1, "describedObject", Object(&CROSS_VERSION_OBJECT_REFERENCE)),
    required(2, "target", Object(&METRIC_TARGET)),
    required(3, "metric", Object(&METRIC_IDENTIFIER)),
]);

pub(super) static OBJECT_METRIC_STATUS: Struct = structure(PACKAGE, "ObjectMetricStatus", &[
    required(1, "metric", Object(&METRIC_IDENTIFIER)),
    required(2, "current", Object(&METRIC_VALUE_STATUS)),
    required(3, "describedObject", Object(&CROSS_VERSION_OBJECT_REFERENCE)),
]);

pub(super) static PODS_METRIC_SOURCE: Struct = structure(PACKAGE, "PodsMetricSource", &[
    required(1, "metric", Object(&METRIC_IDENTIFIER)),
    required(2, "target", Object(&METRIC_TARGET)),
]);

pub(super) static PODS_METRIC_STATUS: Struct = structure(PACKAGE, "PodsMetricStatus", &[
    required(1, "metric", Object(&METRIC_IDENTIFIER)),
    required(2, "current", Object(&METRIC_VALUE_STATUS)),
]);

pub(super) static RESOURCE_METRIC_SOURCE: Struct = structure(PACKAGE, "ResourceMetricSource", &[
    required(1, "name", Text("v1.ResourceName")),
    required(2, "target", Object(&METRIC_TARGET)),
]);

pub(super) static RESOURCE_METRIC_STATUS: Struct = structure(PACKAGE, "ResourceMetricStatus", &[
    required(1, "name", Text("v1.ResourceName")),
    required(2, "current", Object(&METRIC_VALUE_STATUS)),
]);
