//! Printer columns.

use crate::apiserver::object::text;
use crate::apiserver::registry::column::{AGE, Column, NAME};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed(
        "Holder",
        holder,
        "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.",
    ),
    AGE,
];

/// HOLDER of a lease.
fn holder(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/holderIdentity").into()
}
