//! `printEvent`. Events are stored as core/v1.

use super::{number, or, since, text};
use jiff::Timestamp;
use serde_json::Value;

/// LAST SEEN.
pub fn event_last_seen(object: &Value, now: Timestamp) -> Value {
    if let Some(series) = series(object) {
        return since(series.get("lastObservedTime"), now).into();
    }
    match moment(object, "lastTimestamp") {
        Some(last) => since(Some(last), now).into(),
        None => event_first_seen(object, now),
    }
}

/// FIRST SEEN.
pub fn event_first_seen(object: &Value, now: Timestamp) -> Value {
    since(moment(object, "firstTimestamp").or_else(|| moment(object, "eventTime")), now).into()
}

/// COUNT: 1 for a single event of the new API, which carries none.
pub fn event_count(object: &Value, _: Timestamp) -> Value {
    match series(object) {
        Some(series) => number(series, "/count"),
        None => number(object, "/count").max(1),
    }
    .into()
}

/// TYPE.
pub fn event_type(object: &Value, _: Timestamp) -> Value {
    text(object, "/type").into()
}

/// REASON.
pub fn event_reason(object: &Value, _: Timestamp) -> Value {
    text(object, "/reason").into()
}

/// OBJECT: `kind/name`, the kind in lower case.
pub fn event_object(object: &Value, _: Timestamp) -> Value {
    let kind = text(object, "/involvedObject/kind").to_lowercase();
    match text(object, "/involvedObject/name") {
        "" => kind.into(),
        name => format!("{kind}/{name}").into(),
    }
}

/// SUBOBJECT.
pub fn event_subobject(object: &Value, _: Timestamp) -> Value {
    text(object, "/involvedObject/fieldPath").into()
}

/// SOURCE: who reported it, and from where.
pub fn event_source(object: &Value, _: Timestamp) -> Value {
    let component = or(text(object, "/source/component"), text(object, "/reportingComponent"));
    match or(text(object, "/source/host"), text(object, "/reportingInstance")) {
        "" => component.into(),
        instance => format!("{component}, {instance}").into(),
    }
}

/// MESSAGE.
pub fn event_message(object: &Value, _: Timestamp) -> Value {
    text(object, "/message").trim().into()
}

fn series(object: &Value) -> Option<&Value> {
    object.get("series").filter(|series| !series.is_null())
}

fn moment<'a>(object: &'a Value, field: &str) -> Option<&'a Value> {
    object.get(field).filter(|moment| !moment.is_null())
}
