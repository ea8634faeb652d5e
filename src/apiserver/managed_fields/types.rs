//! How values merge: what is one field and what consists of fields. Custom kinds say it in their schemas, built-in ones in
//! their Go types.

use crate::scheme::{self, Elements, Struct};
use serde_json::{Map, Value};

/// A place in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type<'s> {
    /// An object of a custom kind.
    Custom(&'s Value),
    /// Described by a schema.
    Schema(&'s Value),
    /// Of a Go type, in a field that says this of its elements.
    Go(&'static scheme::Type, Elements),
    /// An object of a built-in kind, or its metadata.
    Struct(&'static Struct),
    /// Not described: maps consist of their entries, lists are one field.
    Deduced,
}

/// What a value consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One field: a scalar, or what is atomic.
    Leaf,
    Map,
    List,
}

impl<'s> Type<'s> {
    /// Of a built-in kind; without a Go type everything is deduced.
    pub(crate) fn built_in(api_version: &str, kind: &str) -> Self {
        scheme::of(api_version, kind).map_or(Self::Deduced, Self::Struct)
    }

    fn go(of: &'static scheme::Type, elements: Elements) -> Self {
        match of.plain() {
            scheme::Type::Object(of) if elements == Elements::Unsaid => Self::Struct(of),
            of => Self::Go(of, elements),
        }
    }

    fn schema(self) -> Option<&'s Value> {
        match self {
            Self::Custom(schema) | Self::Schema(schema) => Some(schema),
            Self::Go(..) | Self::Struct(_) | Self::Deduced => None,
        }
    }

    fn says(self, extension: &str, text: &str) -> bool {
        self.schema().and_then(|schema| schema.get(extension)).and_then(Value::as_str) == Some(text)
    }

    /// What a value of this type consists of. Null has no shape of its own.
    pub(crate) fn shape(self, value: &Value) -> Option<Shape> {
        match value {
            Value::Null => None,
            Value::Object(_) if self.is_atomic() => Some(Shape::Leaf),
            Value::Object(_) => Some(Shape::Map),
            Value::Array(_) if self.is_set() || !self.keys().is_empty() => Some(Shape::List),
            _ => Some(Shape::Leaf),
        }
    }

    /// The type of a map's entry, and whether it is a field that the type names.
    pub(crate) fn entry(self, name: &str) -> (Type<'s>, bool) {
        match self {
            Self::Custom(_) if name == "metadata" => (Type::Struct(scheme::object_meta()), true),
            Self::Custom(_) if matches!(name, "apiVersion" | "kind") => (Type::Deduced, true),
            Self::Custom(schema) | Self::Schema(schema) => schema_entry(schema, name),
            Self::Struct(of) => match of.field(name) {
                Some(field) => (Type::go(&field.of, field.elements), true),
                None => (Type::Deduced, false),
            },
            Self::Go(scheme::Type::Map(of), _) => (Type::go(of, Elements::Unsaid), false),
            Self::Go(..) | Self::Deduced => (Type::Deduced, false),
        }
    }

    /// The type of a list's items.
    pub(crate) fn item(self) -> Type<'s> {
        match self {
            Self::Go(scheme::Type::List(of), _) => Type::go(of, Elements::Unsaid),
            other => other.schema().and_then(|schema| schema.get("items")).map_or(Type::Deduced, Type::Schema),
        }
    }

    /// The type of what a path element leads to, and whether the type names it as a field.
    pub(crate) fn step(self, element: &str) -> (Type<'s>, bool) {
        match element.strip_prefix("f:") {
            Some(name) => self.entry(name),
            None => (self.item(), false),
        }
    }

    fn is_atomic(self) -> bool {
        match self {
            Self::Struct(of) => of.atomic,
            Self::Go(_, elements) => elements == Elements::Atomic,
            other => other.says("x-kubernetes-map-type", "atomic"),
        }
    }

    fn is_set(self) -> bool {
        matches!(self, Self::Go(_, Elements::Set)) || self.says("x-kubernetes-list-type", "set")
    }

    fn keys(self) -> Vec<&'s str> {
        if let Self::Go(_, Elements::Map(keys)) = self {
            return keys.to_vec();
        }
        if !self.says("x-kubernetes-list-type", "map") {
            return Vec::new();
        }
        let keys = self.schema().and_then(|schema| schema.get("x-kubernetes-list-map-keys")).and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// What stands for a key that an item lacks.
    fn default(self, key: &str) -> Option<Value> {
        match self {
            Self::Struct(of) => of.field(key)?.default.map(Value::from),
            other => match other.entry(key) {
                (Type::Schema(schema), true) => schema.get("default").cloned(),
                _ => None,
            },
        }
    }

    /// The path element of an item of a list that is not atomic; nothing if the item lacks its keys.
    pub(crate) fn element(self, item: &Value) -> Option<String> {
        if self.is_set() {
            return Some(format!("v:{item}"));
        }
        let value = |key: &str| item.get(key).cloned().or_else(|| self.item().default(key));
        let keys: Map<String, Value> =
            self.keys().into_iter().filter_map(|key| Some((key.to_owned(), value(key)?))).collect();
        (!keys.is_empty()).then(|| format!("k:{}", Value::Object(keys)))
    }
}

fn schema_entry<'s>(schema: &'s Value, name: &str) -> (Type<'s>, bool) {
    if let Some(property) = schema.get("properties").and_then(|properties| properties.get(name)) {
        return (Type::Schema(property), true);
    }
    match schema.get("additionalProperties").filter(|schema| schema.is_object()) {
        Some(schema) => (Type::Schema(schema), false),
        None => (Type::Deduced, false),
    }
}
