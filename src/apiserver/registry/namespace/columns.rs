//! Printer columns.

use crate::apiserver::object::text;
use crate::apiserver::registry::column::{AGE, Column, NAME};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[NAME, Column::computed("Status", status, "The status of the namespace"), AGE];

/// STATUS of a namespace.
fn status(object: &Value, _: Timestamp) -> Value {
    text(object, "/status/phase").into()
}
