//! `meta.k8s.io/v1` Table: what a server sends when it is asked for rows to show to a person.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The `Accept` header with which kubectl asks for a Table and takes a plain object where there is none.
pub const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// Columns and rows. `O`: what is kept of the object behind each row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "O: Deserialize<'de> + Default"))]
pub struct Table<O = Value> {
    /// `Table`, or another kind from a server that knows none.
    #[serde(default)]
    pub kind: String,
    /// The list's revision and continue token.
    #[serde(default)]
    pub metadata: ListMeta,
    /// Null in every watch event but the first.
    #[serde(default)]
    pub column_definitions: Option<Vec<Column>>,
    /// In the server's order.
    #[serde(default = "Vec::new", deserialize_with = "nothing_for_null")]
    pub rows: Vec<Row<O>>,
}

/// The list's revision and continue token.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListMeta {
    /// The store's revision at the time of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_version: Option<String>,
    /// Opaque; asks for the next page.
    #[serde(default, rename = "continue", skip_serializing_if = "Option::is_none")]
    pub continue_token: Option<String>,
    /// How many objects follow this page, where the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_item_count: Option<i64>,
}

/// One column.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Column {
    /// As the server spells it; printed in upper case.
    pub name: String,
    /// `string`, `integer`, `number`, `boolean` or `date`.
    pub r#type: String,
    /// For instance `name` on the column that holds the object's name.
    #[serde(default)]
    pub format: String,
    /// For a person.
    #[serde(default)]
    pub description: String,
    /// 0 is always shown; anything higher with `-o wide` only.
    #[serde(default)]
    pub priority: i32,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(bound(deserialize = "O: Deserialize<'de> + Default"))]
pub struct Row<O = Value> {
    /// One value a column; null prints as nothing.
    pub cells: Vec<Value>,
    /// `PartialObjectMetadata` unless `includeObject` asked for more or less.
    #[serde(default, deserialize_with = "nothing_for_null")]
    pub object: O,
}

/// `includeObject=None` makes the object null.
fn nothing_for_null<'de, D: Deserializer<'de>, O: Deserialize<'de> + Default>(deserializer: D) -> Result<O, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
