//! Columns of Tables, and what the printers of built-in kinds share: one function a column, from the object in its stored version and the
//! present time. The rules are those of `pkg/printers/internalversion/printers.go` in Kubernetes 1.37, whose server
//! always prints the wide form and leaves it to the client to hide columns.

use crate::text::duration;
use jiff::Timestamp;
use serde_json::Value;

/// A column of the Table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// As the real server spells it.
    pub name: &'static str,
    /// `string`, `integer`, `date`…
    pub r#type: &'static str,
    /// `name` on the column that holds the object's name, else empty.
    pub format: &'static str,
    /// 0 is always shown; 1 with `-o wide` only.
    pub priority: i32,
    /// For a person.
    pub description: &'static str,
    /// Where the cell comes from.
    pub cell: Cell,
}

/// Where a cell comes from.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// The object's name.
    Name,
    /// As in a CustomResourceDefinition's `additionalPrinterColumns`.
    Path(&'static str),
    /// As a built-in kind's printer computes it, from the object in its stored version and the present time.
    Computed(fn(&Value, Timestamp) -> Value),
}

/// The object's name: first everywhere but in the Table of events.
pub(super) const NAME: Column = Column {
    name: "Name",
    r#type: "string",
    format: "name",
    priority: 0,
    description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    cell: Cell::Name,
};

/// How long ago a built-in object was created.
pub(super) const AGE: Column = Column::computed(
    "Age",
    age,
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
);

impl Column {
    /// A column of text of a built-in kind, which is always shown.
    pub(super) const fn computed(
        name: &'static str,
        cell: fn(&Value, Timestamp) -> Value,
        description: &'static str,
    ) -> Self {
        Self { name, r#type: "string", format: "", priority: 0, description, cell: Cell::Computed(cell) }
    }

    /// A column of a custom kind.
    pub(super) const fn path(
        name: &'static str,
        r#type: &'static str,
        path: &'static str,
        description: &'static str,
    ) -> Self {
        Self { name, r#type, format: "", priority: 0, description, cell: Cell::Path(path) }
    }

    /// The same, with another type.
    pub(super) const fn of_type(mut self, r#type: &'static str) -> Self {
        self.r#type = r#type;
        self
    }

    /// The same, shown with `-o wide` only.
    pub(super) const fn wide(mut self) -> Self {
        self.priority = 1;
        self
    }
}

/// What stands for an absent value in most columns.
pub(super) const NONE: &str = "<none>";
/// What stands for a value that nobody reported.
pub(super) const UNKNOWN: &str = "<unknown>";

/// AGE: how long ago the object was created.
fn age(object: &Value, now: Timestamp) -> Value {
    since(object.pointer("/metadata/creationTimestamp"), now).into()
}

/// How long ago a moment was, in kubectl's short form; `<unknown>` where there is none.
pub(super) fn since(moment: Option<&Value>, now: Timestamp) -> String {
    moment.and_then(time).map_or_else(|| UNKNOWN.to_owned(), |then| elapsed(then, now))
}

/// A length of time in kubectl's short form, cut to whole seconds.
pub(in crate::apiserver) fn elapsed(then: Timestamp, now: Timestamp) -> String {
    duration::human((now.as_millisecond() - then.as_millisecond()) / 1000)
}

pub(super) fn time(moment: &Value) -> Option<Timestamp> {
    moment.as_str()?.parse().ok()
}

/// The number behind a JSON pointer; 0 where there is none.
pub(super) fn number(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

/// How many entries the map behind a JSON pointer has.
pub(super) fn entry_count(object: &Value, pointer: &str) -> usize {
    object.pointer(pointer).and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

/// The text, or what stands for it when it is empty.
pub(super) fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}
