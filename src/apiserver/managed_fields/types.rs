//! How the values of a schema merge: what is one field and what consists of fields.

use serde_json::{Value, json};
use std::sync::LazyLock;

/// What `metadata` is, whatever the kind.
static OBJECT_META: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "type": "object",
        "properties": {
            "annotations": {"additionalProperties": {}},
            "creationTimestamp": {},
            "deletionGracePeriodSeconds": {},
            "deletionTimestamp": {},
            "finalizers": {"x-kubernetes-list-type": "set"},
            "generateName": {},
            "generation": {},
            "labels": {"additionalProperties": {}},
            "managedFields": {"x-kubernetes-list-type": "atomic"},
            "name": {},
            "namespace": {},
            "ownerReferences": {
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["uid"],
                "items": {"x-kubernetes-map-type": "atomic"},
            },
            "resourceVersion": {},
            "selfLink": {},
            "uid": {},
        },
    })
});

/// What built-in kinds have that merges otherwise than its value suggests; no two of them disagree on a path.
static BUILT_IN: LazyLock<Value> = LazyLock::new(|| {
    let atomic = json!({"x-kubernetes-map-type": "atomic"});
    let keyed = |keys: &[&str]| json!({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys});
    let mut containers = keyed(&["name"]);
    containers["items"] = json!({
        "properties": {
            "env": keyed(&["name"]),
            "ports": keyed(&["containerPort", "protocol"]),
            "volumeMounts": keyed(&["mountPath"]),
        },
    });
    json!({
        "properties": {
            "involvedObject": atomic,
            "regarding": atomic,
            "related": atomic,
            "secrets": keyed(&["name"]),
            "source": {},
            "spec": {
                "properties": {
                    "containers": containers,
                    "imagePullSecrets": keyed(&["name"]),
                    "initContainers": containers,
                    "nodeSelector": atomic,
                    "ports": keyed(&["port", "protocol"]),
                    "selector": atomic,
                    "volumes": keyed(&["name"]),
                },
            },
            "status": {
                "properties": {
                    "addresses": keyed(&["type"]),
                    "conditions": keyed(&["type"]),
                    "hostIPs": {},
                    "podIPs": keyed(&["ip"]),
                },
            },
        },
    })
});

/// The first version of autoscalers, whose reference is one field; in the second it consists of fields.
pub(crate) static FIRST_AUTOSCALER: LazyLock<Value> = LazyLock::new(
    || json!({"properties": {"spec": {"properties": {"scaleTargetRef": {"x-kubernetes-map-type": "atomic"}}}}}),
);

/// A built-in object before anything is set: the fields that its Go type always has, of all kinds together.
pub(crate) static EMPTY: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "deprecatedFirstTimestamp": null,
        "deprecatedLastTimestamp": null,
        "deprecatedSource": {},
        "eventTime": null,
        "reportingComponent": "",
        "reportingInstance": "",
        "source": {},
        "spec": {"containers": null, "scaleTargetRef": {}},
        "status": {},
    })
});

/// A place in a schema.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type<'s> {
    /// The object itself.
    Root(Option<&'s Value>),
    /// Described.
    Known(&'s Value),
    /// Not described: maps consist of their entries, lists are one field.
    Deduced,
}

/// What a value consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One field: a scalar, or what the schema says is atomic.
    Leaf,
    Map,
    List,
}

impl<'s> Type<'s> {
    pub(crate) fn root(schema: Option<&'s Value>) -> Self {
        Self::Root(schema.or(Some(&BUILT_IN)))
    }

    fn schema(self) -> Option<&'s Value> {
        match self {
            Self::Root(schema) => schema,
            Self::Known(schema) => Some(schema),
            Self::Deduced => None,
        }
    }

    fn says(self, extension: &str, text: &str) -> bool {
        self.schema().and_then(|schema| schema.get(extension)).and_then(Value::as_str) == Some(text)
    }

    /// What a value of this type consists of. Null has no shape of its own.
    pub(crate) fn shape(self, value: &Value) -> Option<Shape> {
        match value {
            Value::Null => None,
            Value::Object(_) if self.says("x-kubernetes-map-type", "atomic") => Some(Shape::Leaf),
            Value::Object(_) => Some(Shape::Map),
            Value::Array(_) if self.is_set() || !self.keys().is_empty() => Some(Shape::List),
            _ => Some(Shape::Leaf),
        }
    }

    /// The type of a map's entry, and whether the schema names it.
    pub(crate) fn entry(self, name: &str) -> (Type<'s>, bool) {
        if matches!(self, Self::Root(_)) && name == "metadata" {
            return (Type::Known(&OBJECT_META), true);
        }
        if matches!(self, Self::Root(_)) && matches!(name, "apiVersion" | "kind") {
            return (Type::Deduced, true);
        }
        let Some(schema) = self.schema() else { return (Type::Deduced, false) };
        if let Some(property) = schema.get("properties").and_then(|properties| properties.get(name)) {
            return (Type::Known(property), true);
        }
        match schema.get("additionalProperties").filter(|schema| schema.is_object()) {
            Some(schema) => (Type::Known(schema), false),
            None => (Type::Deduced, false),
        }
    }

    /// The type of a list's items.
    pub(crate) fn item(self) -> Type<'s> {
        self.schema().and_then(|schema| schema.get("items")).map_or(Type::Deduced, Type::Known)
    }

    /// The type of what a path element leads to, and whether the schema names it as a field.
    pub(crate) fn step(self, element: &str) -> (Type<'s>, bool) {
        match element.strip_prefix("f:") {
            Some(name) => self.entry(name),
            None => (self.item(), false),
        }
    }

    fn is_set(self) -> bool {
        self.says("x-kubernetes-list-type", "set")
    }

    fn keys(self) -> Vec<&'s str> {
        if !self.says("x-kubernetes-list-type", "map") {
            return Vec::new();
        }
        let keys = self.schema().and_then(|schema| schema.get("x-kubernetes-list-map-keys")).and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The path element of an item of a list that is not atomic; nothing if the item lacks its keys.
    pub(crate) fn element(self, item: &Value) -> Option<String> {
        if self.is_set() {
            return Some(format!("v:{item}"));
        }
        let default = |key: &str| match self.item().entry(key) {
            (Type::Known(schema), true) => schema.get("default").cloned(),
            _ => None,
        };
        let keys: serde_json::Map<String, Value> = self
            .keys()
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), item.get(key).cloned().or_else(|| default(key))?)))
            .collect();
        (!keys.is_empty()).then(|| format!("k:{}", Value::Object(keys)))
    }
}
