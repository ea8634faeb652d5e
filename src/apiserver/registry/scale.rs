//! Scale, autoscaling/v1: the size of another object, which is only ever a part of that.

use super::Kind;
use super::column::{AGE, Column, NAME, number};
use jiff::Timestamp;
use serde_json::Value;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Scale",
    served: &[("autoscaling", "v1")],
    columns: &[
        NAME,
        Column::computed("Desired", desired, "Number of desired replicas").of_type("integer"),
        Column::computed("Available", available, "Number of actual replicas").of_type("integer"),
        AGE.of_type("date"),
    ],
    ..Kind::BUILT_IN
};

fn desired(scale: &Value, _: Timestamp) -> Value {
    number(scale, "/spec/replicas").into()
}

fn available(scale: &Value, _: Timestamp) -> Value {
    number(scale, "/status/replicas").into()
}
