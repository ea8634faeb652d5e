//! `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Any, Bool, Bytes, Float64, Int32, Int64, List, Map, Named, Object, Text, Time};
use super::{Struct, STRING, inline, optional, pointer, required, structure, meta_v1};

const PACKAGE: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

pub(super) static CUSTOM_RESOURCE_COLUMN_DEFINITION: Struct = structure(PACKAGE, "CustomResourceColumnDefinition", &[
    required(1, "name", STRING),
    required(2, "type", STRING),
    optional(3, "format", STRING),
    optional(4, "description", STRING),
    optional(5, "priority", Int32),
    required(6, "jsonPath", STRING),
]);

pub(super) static CUSTOM_RESOURCE_CONVERSION: Struct = structure(PACKAGE, "CustomResourceConversion", &[
    required(1, "strategy", Text("v1.ConversionStrategyType")),
    pointer(2, "webhook", Object(&WEBHOOK_CONVERSION)),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION: Struct = structure(PACKAGE, "CustomResourceDefinition", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&CUSTOM_RESOURCE_DEFINITION_SPEC)),
    optional(3, "status", Object(&CUSTOM_RESOURCE_DEFINITION_STATUS)),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION_CONDITION: Struct = structure(PACKAGE, "CustomResourceDefinitionCondition", &[
    required(1, "type", Text("v1.CustomResourceDefinitionConditionType")),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(3, "lastTransitionTime", Time),
    optional(4, "reason", STRING),
    optional(5, "message", STRING),
    optional(6, "observedGeneration", Int64),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION_NAMES: Struct = structure(PACKAGE, "CustomResourceDefinitionNames", &[
    required(1, "plural", STRING),
    optional(2, "singular", STRING),
    optional(3, "shortNames", List(&STRING)).atomic(),
    required(4, "kind", STRING),
    optional(5, "listKind", STRING),
    optional(6, "categories", List(&STRING)).atomic(),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION_SPEC: Struct = structure(PACKAGE, "CustomResourceDefinitionSpec", &[
    required(1, "group", STRING),
    required(3, "names", Object(&CUSTOM_RESOURCE_DEFINITION_NAMES)),
    required(4, "scope", Text("v1.ResourceScope")),
    required(7, "versions", List(&Object(&CUSTOM_RESOURCE_DEFINITION_VERSION))).atomic(),
    pointer(9, "conversion", Object(&CUSTOM_RESOURCE_CONVERSION)),
    optional(10, "preserveUnknownFields", Bool),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION_STATUS: Struct = structure(PACKAGE, "CustomResourceDefinitionStatus", &[
    required(1, "conditions", List(&Object(&CUSTOM_RESOURCE_DEFINITION_CONDITION))).openapi_optional().map(&["type"]),
    required(2, "acceptedNames", Object(&CUSTOM_RESOURCE_DEFINITION_NAMES)).openapi_optional(),
    required(3, "storedVersions", List(&STRING)).openapi_optional().atomic(),
    optional(4, "observedGeneration", Int64),
]);

pub(super) static CUSTOM_RESOURCE_DEFINITION_VERSION: Struct = structure(PACKAGE, "CustomResourceDefinitionVersion", &[
    required(1, "name", STRING),
    required(2, "served", Bool),
    required(3, "storage", Bool),
    optional(7, "deprecated", Bool),
    pointer(8, "deprecationWarning", STRING),
    pointer(4, "schema", Object(&CUSTOM_RESOURCE_VALIDATION)),
    pointer(5, "subresources", Object(&CUSTOM_RESOURCE_SUBRESOURCES)),
    optional(6, "additionalPrinterColumns", List(&Object(&CUSTOM_RESOURCE_COLUMN_DEFINITION))).atomic(),
    optional(9, "selectableFields", List(&Object(&SELECTABLE_FIELD))).atomic(),
]);

pub(super) static CUSTOM_RESOURCE_SUBRESOURCES: Struct = structure(PACKAGE, "CustomResourceSubresources", &[
    pointer(1, "status", Object(&CUSTOM_RESOURCE_SUBRESOURCE_STATUS)),
    pointer(2, "scale", Object(&CUSTOM_RESOURCE_SUBRESOURCE_SCALE)),
]);

pub(super) static CUSTOM_RESOURCE_SUBRESOURCE_SCALE: Struct = structure(PACKAGE, "CustomResourceSubresourceScale", &[
    required(1, "specReplicasPath", STRING),
    required(2, "statusReplicasPath", STRING),
    pointer(3, "labelSelectorPath", STRING),
]);

pub(super) static CUSTOM_RESOURCE_SUBRESOURCE_STATUS: Struct = structure(PACKAGE, "CustomResourceSubresourceStatus", &[
]);

pub(super) static CUSTOM_RESOURCE_VALIDATION: Struct = structure(PACKAGE, "CustomResourceValidation", &[
    pointer(1, "openAPIV3Schema", Object(&JSON_SCHEMA_PROPS)),
]);

pub(super) static EXTERNAL_DOCUMENTATION: Struct = structure(PACKAGE, "ExternalDocumentation", &[
    optional(1, "description", STRING),
    optional(2, "url", STRING),
]);

pub(super) static JSON_SCHEMA_PROPS: Struct = structure(PACKAGE, "JSONSchemaProps", &[
    optional(1, "id", STRING),
    optional(2, "$schema", Text("v1.JSONSchemaURL")),
    pointer(3, "$ref", STRING),
    optional(4, "description", STRING),
    optional(5, "type", STRING),
    optional(6, "format", STRING),
    optional(7, "title", STRING),
    pointer(8, "default", Any("v1.JSON")),
    pointer(9, "maximum", Float64),
    optional(10, "exclusiveMaximum", Bool),
    pointer(11, "minimum", Float64),
    optional(12, "exclusiveMinimum", Bool),
    pointer(13, "maxLength", Int64),
    pointer(14, "minLength", Int64),
    optional(15, "pattern", STRING),
    pointer(16, "maxItems", Int64),
    pointer(17, "minItems", Int64),
    optional(18, "uniqueItems", Bool),
    pointer(19, "multipleOf", Float64),
    optional(20, "enum", List(&Any("v1.JSON"))).atomic(),
    pointer(21, "maxProperties", Int64),
    pointer(22, "minProperties", Int64),
    optional(23, "required", List(&STRING)).atomic(),
    pointer(24, "items", Any("v1.JSONSchemaPropsOrArray")),
    optional(25, "allOf", List(&Object(&JSON_SCHEMA_PROPS))).atomic(),
    optional(26, "oneOf", List(&Object(&JSON_SCHEMA_PROPS))).atomic(),
    optional(27, "anyOf", List(&Object(&JSON_SCHEMA_PROPS))).atomic(),
    pointer(28, "not", Object(&JSON_SCHEMA_PROPS)),
    optional(29, "properties", Map(&Object(&JSON_SCHEMA_PROPS))),
    pointer(30, "additionalProperties", Any("v1.JSONSchemaPropsOrBool")),
    optional(31, "patternProperties", Map(&Object(&JSON_SCHEMA_PROPS))),
    optional(32, "dependencies", Named("v1.JSONSchemaDependencies", &Map(&Any("v1.JSONSchemaPropsOrStringArray")))),
    pointer(33, "additionalItems", Any("v1.JSONSchemaPropsOrBool")),
    optional(34, "definitions", Named("v1.JSONSchemaDefinitions", &Map(&Object(&JSON_SCHEMA_PROPS)))),
    pointer(35, "externalDocs", Object(&EXTERNAL_DOCUMENTATION)),
    pointer(36, "example", Any("v1.JSON")),
    optional(37, "nullable", Bool),
    pointer(38, "x-kubernetes-preserve-unknown-fields", Bool),
    optional(39, "x-kubernetes-embedded-resource", Bool),
    optional(40, "x-kubernetes-int-or-string", Bool),
    optional(41, "x-kubernetes-list-map-keys", List(&STRING)).atomic(),
    pointer(42, "x-kubernetes-list-type", STRING),
    pointer(43, "x-kubernetes-map-type", STRING),
    optional(44, "x-kubernetes-validations", Named("v1.ValidationRules", &List(&Object(&VALIDATION_RULE)))).map(&["rule"]).patch("merge", "rule"),
]);

pub(super) static SELECTABLE_FIELD: Struct = structure(PACKAGE, "SelectableField", &[
    required(1, "jsonPath", STRING),
]);

pub(super) static SERVICE_REFERENCE: Struct = structure(PACKAGE, "ServiceReference", &[
    required(1, "namespace", STRING),
    required(2, "name", STRING),
    pointer(3, "path", STRING),
    pointer(4, "port", Int32),
]);

pub(super) static VALIDATION_RULE: Struct = structure(PACKAGE, "ValidationRule", &[
    required(1, "rule", STRING),
    optional(2, "message", STRING),
    optional(3, "messageExpression", STRING),
    pointer(4, "reason", Text("v1.FieldValueErrorReason")),
    optional(5, "fieldPath", STRING),
    pointer(6, "optionalOldSelf", Bool),
]);

pub(super) static WEBHOOK_CLIENT_CONFIG: Struct = structure(PACKAGE, "WebhookClientConfig", &[
    pointer(3, "url", STRING),
    pointer(1, "service", Object(&SERVICE_REFERENCE)),
    optional(2, "caBundle", Bytes),
]);

pub(super) static WEBHOOK_CONVERSION: Struct = structure(PACKAGE, "WebhookConversion", &[
    pointer(2, "clientConfig", Object(&WEBHOOK_CLIENT_CONFIG)),
    required(3, "conversionReviewVersions", List(&STRING)).atomic(),
]);
