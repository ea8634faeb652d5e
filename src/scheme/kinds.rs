//! Every kind of the table, by `apiVersion` and `kind`. Written by `tests/scheme/generate.sh`.

use super::{Struct, apiextensions_v1, authentication_v1, authorization_v1, autoscaling_v1, autoscaling_v2, coordination_v1, core_v1, events_v1};

pub(super) static KINDS: &[(&str, &str, &Struct)] = &[
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", &apiextensions_v1::CUSTOM_RESOURCE_DEFINITION),
    ("authentication.k8s.io/v1", "SelfSubjectReview", &authentication_v1::SELF_SUBJECT_REVIEW),
    ("authorization.k8s.io/v1", "LocalSubjectAccessReview", &authorization_v1::LOCAL_SUBJECT_ACCESS_REVIEW),
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview", &authorization_v1::SELF_SUBJECT_ACCESS_REVIEW),
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview", &authorization_v1::SELF_SUBJECT_RULES_REVIEW),
    ("authorization.k8s.io/v1", "SubjectAccessReview", &authorization_v1::SUBJECT_ACCESS_REVIEW),
    ("autoscaling/v1", "HorizontalPodAutoscaler", &autoscaling_v1::HORIZONTAL_POD_AUTOSCALER),
    ("autoscaling/v1", "Scale", &autoscaling_v1::SCALE),
    ("autoscaling/v2", "HorizontalPodAutoscaler", &autoscaling_v2::HORIZONTAL_POD_AUTOSCALER),
    ("coordination.k8s.io/v1", "Lease", &coordination_v1::LEASE),
    ("events.k8s.io/v1", "Event", &events_v1::EVENT),
    ("v1", "Binding", &core_v1::BINDING),
    ("v1", "ConfigMap", &core_v1::CONFIG_MAP),
    ("v1", "Event", &core_v1::EVENT),
    ("v1", "Namespace", &core_v1::NAMESPACE),
    ("v1", "Node", &core_v1::NODE),
    ("v1", "Pod", &core_v1::POD),
    ("v1", "Secret", &core_v1::SECRET),
    ("v1", "Service", &core_v1::SERVICE),
    ("v1", "ServiceAccount", &core_v1::SERVICE_ACCOUNT),
];
