//! `k8s.io/api/authorization/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Bool, List, Map, Named, Object};
use super::{Struct, STRING, inline, optional, pointer, required, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.authorization.v1";

pub(super) static FIELD_SELECTOR_ATTRIBUTES: Struct = structure(PACKAGE, "FieldSelectorAttributes", &[
    optional(1, "rawSelector", STRING),
    optional(2, "requirements", List(&Object(&meta_v1::FIELD_SELECTOR_REQUIREMENT))).atomic(),
]);

pub(super) static LABEL_SELECTOR_ATTRIBUTES: Struct = structure(PACKAGE, "LabelSelectorAttributes", &[
    optional(1, "rawSelector", STRING),
    optional(2, "requirements", List(&Object(&meta_v1::LABEL_SELECTOR_REQUIREMENT))).atomic(),
]);

pub(super) static LOCAL_SUBJECT_ACCESS_REVIEW: Struct = structure(PACKAGE, "LocalSubjectAccessReview", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&SUBJECT_ACCESS_REVIEW_SPEC)),
    optional(3, "status", Object(&SUBJECT_ACCESS_REVIEW_STATUS)),
]);

pub(super) static NON_RESOURCE_ATTRIBUTES: Struct = structure(PACKAGE, "NonResourceAttributes", &[
    optional(1, "path", STRING),
    optional(2, "verb", STRING),
]);

pub(super) static NON_RESOURCE_RULE: Struct = structure(PACKAGE, "NonResourceRule", &[
    required(1, "verbs", List(&STRING)).atomic(),
    optional(2, "nonResourceURLs", List(&STRING)).atomic(),
]);

pub(super) static RESOURCE_ATTRIBUTES: Struct = structure(PACKAGE, "ResourceAttributes", &[
    optional(1, "namespace", STRING),
    optional(2, "verb", STRING),
    optional(3, "group", STRING),
    optional(4, "version", STRING),
    optional(5, "resource", STRING),
    optional(6, "subresource", STRING),
    optional(7, "name", STRING),
    pointer(8, "fieldSelector", Object(&FIELD_SELECTOR_ATTRIBUTES)),
    pointer(9, "labelSelector", Object(&LABEL_SELECTOR_ATTRIBUTES)),
]);

pub(super) static RESOURCE_RULE: Struct = structure(PACKAGE, "ResourceRule", &[
    required(1, "verbs", List(&STRING)).atomic(),
    optional(2, "apiGroups", List(&STRING)).atomic(),
    optional(3, "resources", List(&STRING)).atomic(),
    optional(4, "resourceNames", List(&STRING)).atomic(),
]);

pub(super) static SELF_SUBJECT_ACCESS_REVIEW: Struct = structure(PACKAGE, "SelfSubjectAccessReview", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&SELF_SUBJECT_ACCESS_REVIEW_SPEC)),
    optional(3, "status", Object(&SUBJECT_ACCESS_REVIEW_STATUS)),
]);

pub(super) static SELF_SUBJECT_ACCESS_REVIEW_SPEC: Struct = structure(PACKAGE, "SelfSubjectAccessReviewSpec", &[
    pointer(1, "resourceAttributes", Object(&RESOURCE_ATTRIBUTES)),
    pointer(2, "nonResourceAttributes", Object(&NON_RESOURCE_ATTRIBUTES)),
]);

pub(super) static SELF_SUBJECT_RULES_REVIEW: Struct = structure(PACKAGE, "SelfSubjectRulesReview", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&SELF_SUBJECT_RULES_REVIEW_SPEC)),
    optional(3, "status", Object(&SUBJECT_RULES_REVIEW_STATUS)),
]);

pub(super) static SELF_SUBJECT_RULES_REVIEW_SPEC: Struct = structure(PACKAGE, "SelfSubjectRulesReviewSpec", &[
    optional(1, "namespace", STRING),
]);

pub(super) static SUBJECT_ACCESS_REVIEW: Struct = structure(PACKAGE, "SubjectAccessReview", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&SUBJECT_ACCESS_REVIEW_SPEC)),
    optional(3, "status", Object(&SUBJECT_ACCESS_REVIEW_STATUS)),
]);

pub(super) static SUBJECT_ACCESS_REVIEW_SPEC: Struct = structure(PACKAGE, "SubjectAccessReviewSpec", &[
    pointer(1, "resourceAttributes", Object(&RESOURCE_ATTRIBUTES)),
    pointer(2, "nonResourceAttributes", Object(&NON_RESOURCE_ATTRIBUTES)),
    optional(3, "user", STRING),
    optional(4, "groups", List(&STRING)).atomic(),
    optional(5, "extra", Map(&Named("v1.ExtraValue", &List(&STRING)))),
    optional(6, "uid", STRING),
]);

pub(super) static SUBJECT_ACCESS_REVIEW_STATUS: Struct = structure(PACKAGE, "SubjectAccessReviewStatus", &[
    required(1, "allowed", Bool),
    optional(4, "denied", Bool),
    optional(2, "reason", STRING),
    optional(3, "evaluationError", STRING),
]);

pub(super) static SUBJECT_RULES_REVIEW_STATUS: Struct = structure(PACKAGE, "SubjectRulesReviewStatus", &[
    required(1, "resourceRules", List(&Object(&RESOURCE_RULE))).atomic(),
    required(2, "nonResourceRules", List(&Object(&NON_RESOURCE_RULE))).atomic(),
    required(3, "incomplete", Bool),
    optional(4, "evaluationError", STRING),
]);
