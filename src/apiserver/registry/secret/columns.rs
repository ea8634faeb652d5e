//! Printer columns.

use crate::apiserver::object::text;
use crate::apiserver::registry::column::{AGE, Column, NAME, entry_count};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed(
        "Type",
        type_of,
        "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
    ),
    Column::computed(
        "Data",
        data,
        "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
    ),
    AGE,
];

/// TYPE of a secret.
fn type_of(object: &Value, _: Timestamp) -> Value {
    text(object, "/type").into()
}

/// DATA of a secret: how many keys.
fn data(object: &Value, _: Timestamp) -> Value {
    entry_count(object, "/data").into()
}
