//! Printer columns.

use crate::apiserver::registry::column::{AGE, Column, NAME, entry_count};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed(
        "Data",
        data,
        "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
    ),
    AGE,
];

/// DATA of a config map: how many keys.
fn data(object: &Value, _: Timestamp) -> Value {
    (entry_count(object, "/data") + entry_count(object, "/binaryData")).into()
}
