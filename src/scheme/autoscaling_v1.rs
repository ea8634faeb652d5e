//! `k8s.io/api/autoscaling/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Int32, Int64, Object, Time};
use super::{Struct, STRING, inline, optional, pointer, required, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.autoscaling.v1";

pub(super) static CROSS_VERSION_OBJECT_REFERENCE: Struct = structure(PACKAGE, "CrossVersionObjectReference", &[
    required(1, "kind", STRING),
    required(2, "name", STRING),
    optional(3, "apiVersion", STRING),
]).atomic();

pub(super) static HORIZONTAL_POD_AUTOSCALER: Struct = structure(PACKAGE, "HorizontalPodAutoscaler", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&HORIZONTAL_POD_AUTOSCALER_SPEC)).openapi_required(),
    optional(3, "status", Object(&HORIZONTAL_POD_AUTOSCALER_STATUS)),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_SPEC: Struct = structure(PACKAGE, "HorizontalPodAutoscalerSpec", &[
    required(1, "scaleTargetRef", Object(&CROSS_VERSION_OBJECT_REFERENCE)),
    pointer(2, "minReplicas", Int32),
    required(3, "maxReplicas", Int32),
    pointer(4, "targetCPUUtilizationPercentage", Int32),
]);

pub(super) static HORIZONTAL_POD_AUTOSCALER_STATUS: Struct = structure(PACKAGE, "HorizontalPodAutoscalerStatus", &[
    pointer(1, "observedGeneration", Int64),
    pointer(2, "lastScaleTime", Time),
    required(3, "currentReplicas", Int32),
    required(4, "desiredReplicas", Int32),
    pointer(5, "currentCPUUtilizationPercentage", Int32),
]);

pub(super) static SCALE: Struct = structure(PACKAGE, "Scale", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&SCALE_SPEC)),
    optional(3, "status", Object(&SCALE_STATUS)),
]);

pub(super) static SCALE_SPEC: Struct = structure(PACKAGE, "ScaleSpec", &[
    optional(1, "replicas", Int32),
]);

pub(super) static SCALE_STATUS: Struct = structure(PACKAGE, "ScaleStatus", &[
    required(1, "replicas", Int32),
    optional(2, "selector", STRING),
]);
