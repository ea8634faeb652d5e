//! `meta.k8s.io/v1` Table: what a server sends when it is asked for rows to show to a person.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The `Accept` header with which kubectl asks for a Table and takes a plain object where there is none.
pub const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// Columns and rows.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The list's revision and continue token.
    #[serde(default)]
    pub metadata: ListMeta,
    /// Null in every watch event but the first.
    #[serde(default)]
    pub column_definitions: Option<Vec<Column>>,
    /// In the server's order.
    #[serde(default)]
    pub rows: Vec<Row>,
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
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
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
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Row {
    /// One value a column; null prints as nothing.
    pub cells: Vec<Value>,
    /// `PartialObjectMetadata` unless `includeObject` asked for more or less.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub object: Value,
}
