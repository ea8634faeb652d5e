//! `printEvent`. Events are stored as core/v1.

use crate::apiserver::object::text;
use crate::apiserver::registry::column::{Column, NAME, number, or, since};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    Column::computed("Last Seen", last_seen, "The time at which the most recent occurrence of this event was recorded."),
    Column::computed("Type", type_of, "Type of this event (Normal, Warning), new types could be added in the future"),
    Column::computed("Reason", reason, "This should be a short, machine understandable string that gives the reason for the transition into the object's current status."),
    Column::computed("Object", object, "The object that this event is about."),
    Column::computed("Subobject", subobject, "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.").wide(),
    Column::computed("Source", source, "The component reporting this event. Should be a short machine understandable string.").wide(),
    Column::computed("Message", message, "A human-readable description of the status of this operation."),
    Column::computed("First Seen", first_seen, "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)").wide(),
    Column::computed("Count", count, "The number of times this event has occurred.").wide(),
    NAME.wide(),
];

/// LAST SEEN.
fn last_seen(object: &Value, now: Timestamp) -> Value {
    if let Some(series) = series(object) {
        return since(series.get("lastObservedTime"), now).into();
    }
    match moment(object, "lastTimestamp") {
        Some(last) => since(Some(last), now).into(),
        None => first_seen(object, now),
    }
}

/// FIRST SEEN.
fn first_seen(object: &Value, now: Timestamp) -> Value {
    since(moment(object, "firstTimestamp").or_else(|| moment(object, "eventTime")), now).into()
}

/// COUNT: 1 for a single event of the new API, which carries none.
fn count(object: &Value, _: Timestamp) -> Value {
    match series(object) {
        Some(series) => number(series, "/count"),
        None => number(object, "/count").max(1),
    }
    .into()
}

/// TYPE.
fn type_of(object: &Value, _: Timestamp) -> Value {
    text(object, "/type").into()
}

/// REASON.
fn reason(object: &Value, _: Timestamp) -> Value {
    text(object, "/reason").into()
}

/// OBJECT: `kind/name`, the kind in lower case.
fn object(object: &Value, _: Timestamp) -> Value {
    let kind = text(object, "/involvedObject/kind").to_lowercase();
    match text(object, "/involvedObject/name") {
        "" => kind.into(),
        name => format!("{kind}/{name}").into(),
    }
}

/// SUBOBJECT.
fn subobject(object: &Value, _: Timestamp) -> Value {
    text(object, "/involvedObject/fieldPath").into()
}

/// SOURCE: who reported it, and from where.
fn source(object: &Value, _: Timestamp) -> Value {
    let component = or(text(object, "/source/component"), text(object, "/reportingComponent"));
    match or(text(object, "/source/host"), text(object, "/reportingInstance")) {
        "" => component.into(),
        instance => format!("{component}, {instance}").into(),
    }
}

/// MESSAGE.
fn message(object: &Value, _: Timestamp) -> Value {
    text(object, "/message").trim().into()
}

fn series(object: &Value) -> Option<&Value> {
    object.get("series").filter(|series| !series.is_null())
}

fn moment<'a>(object: &'a Value, field: &str) -> Option<&'a Value> {
    object.get(field).filter(|moment| !moment.is_null())
}
