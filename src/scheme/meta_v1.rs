//! `k8s.io/apimachinery/pkg/apis/meta/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Any, Bool, Int64, List, Object, Text, Time};
use super::{Struct, STRING, STRINGS, inline, optional, pointer, required, structure};

const PACKAGE: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

pub(super) static CONDITION: Struct = structure(PACKAGE, "Condition", &[
    required(1, "type", STRING),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(3, "observedGeneration", Int64),
    required(4, "lastTransitionTime", Time),
    required(5, "reason", STRING),
    required(6, "message", STRING),
]);

pub(super) static DELETE_OPTIONS: Struct = structure(PACKAGE, "DeleteOptions", &[
    inline(0, &TYPE_META),
    pointer(1, "gracePeriodSeconds", Int64),
    pointer(2, "preconditions", Object(&PRECONDITIONS)),
    pointer(3, "orphanDependents", Bool),
    pointer(4, "propagationPolicy", Text("v1.DeletionPropagation")),
    optional(5, "dryRun", List(&STRING)).atomic(),
    pointer(6, "ignoreStoreReadErrorWithClusterBreakingPotential", Bool),
]);

pub(super) static FIELD_SELECTOR_REQUIREMENT: Struct = structure(PACKAGE, "FieldSelectorRequirement", &[
    required(1, "key", STRING),
    required(2, "operator", Text("v1.FieldSelectorOperator")),
    optional(3, "values", List(&STRING)).atomic(),
]);

pub(super) static LABEL_SELECTOR: Struct = structure(PACKAGE, "LabelSelector", &[
    optional(1, "matchLabels", STRINGS),
    optional(2, "matchExpressions", List(&Object(&LABEL_SELECTOR_REQUIREMENT))).atomic(),
]).atomic();

pub(super) static LABEL_SELECTOR_REQUIREMENT: Struct = structure(PACKAGE, "LabelSelectorRequirement", &[
    required(1, "key", STRING),
    required(2, "operator", Text("v1.LabelSelectorOperator")),
    optional(3, "values", List(&STRING)).atomic(),
]);

pub(super) static LIST_META: Struct = structure(PACKAGE, "ListMeta", &[
    optional(1, "selfLink", STRING),
    optional(2, "resourceVersion", STRING),
    optional(3, "continue", STRING),
    pointer(4, "remainingItemCount", Int64),
    pointer(5, "shardInfo", Object(&SHARD_INFO)),
]);

pub(super) static MANAGED_FIELDS_ENTRY: Struct = structure(PACKAGE, "ManagedFieldsEntry", &[
    optional(1, "manager", STRING),
    optional(2, "operation", Text("v1.ManagedFieldsOperationType")),
    optional(3, "apiVersion", STRING),
    pointer(4, "time", Time),
    optional(6, "fieldsType", STRING),
    pointer(7, "fieldsV1", Any("v1.FieldsV1")),
    optional(8, "subresource", STRING),
]);

pub(super) static OBJECT_META: Struct = structure(PACKAGE, "ObjectMeta", &[
    optional(1, "name", STRING),
    optional(2, "generateName", STRING),
    optional(3, "namespace", STRING),
    optional(4, "selfLink", STRING),
    optional(5, "uid", Text("types.UID")),
    optional(6, "resourceVersion", STRING),
    optional(7, "generation", Int64),
    optional(8, "creationTimestamp", Time).omitzero(),
    pointer(9, "deletionTimestamp", Time),
    pointer(10, "deletionGracePeriodSeconds", Int64),
    optional(11, "labels", STRINGS),
    optional(12, "annotations", STRINGS),
    optional(13, "ownerReferences", List(&Object(&OWNER_REFERENCE))).map(&["uid"]).patch("merge", "uid"),
    optional(14, "finalizers", List(&STRING)).set().patch("merge", ""),
    optional(17, "managedFields", List(&Object(&MANAGED_FIELDS_ENTRY))).atomic(),
]);

pub(super) static OWNER_REFERENCE: Struct = structure(PACKAGE, "OwnerReference", &[
    required(5, "apiVersion", STRING),
    required(1, "kind", STRING),
    required(3, "name", STRING),
    required(4, "uid", Text("types.UID")),
    pointer(6, "controller", Bool),
    pointer(7, "blockOwnerDeletion", Bool),
]).atomic();

pub(super) static PRECONDITIONS: Struct = structure(PACKAGE, "Preconditions", &[
    pointer(1, "uid", Text("types.UID")),
    pointer(2, "resourceVersion", STRING),
]);

pub(super) static SHARD_INFO: Struct = structure(PACKAGE, "ShardInfo", &[
    required(1, "selector", STRING),
]);

pub(super) static TYPE_META: Struct = structure(PACKAGE, "TypeMeta", &[
    optional(1, "kind", STRING),
    optional(2, "apiVersion", STRING),
]);
