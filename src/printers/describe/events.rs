//! Events at the end of a description.

use crate::text::duration;
use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write as _;

/// The block `Events:`, the oldest first by the time of their last occurrence. A form feed before it ends the columns
/// above.
pub fn block(events: &[Value], now: Timestamp) -> String {
    if events.is_empty() {
        return "Events:\t<none>\n".to_owned();
    }
    let mut sorted: Vec<_> = events.iter().collect();
    sorted.sort_by_key(|event| time(&event["lastTimestamp"]));
    let mut rendered =
        "\u{c}Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n".to_owned();
    for event in sorted {
        let (kind, reason) = (text(&event["type"]), text(&event["reason"]));
        let source = [&event["source"]["component"], &event["reportingComponent"]].into_iter().map(text);
        let source = source.into_iter().find(|source| !source.is_empty()).unwrap_or_default();
        let _ = writeln!(rendered, "  {kind}\t{reason}\t{}\t{source}\t{}", age(event, now), message(event));
    }
    rendered
}

fn message(event: &Value) -> String {
    let message = text(&event["message"]).trim();
    match text(&event["involvedObject"]["fieldPath"]) {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}

/// Since when, and how often.
fn age(event: &Value, now: Timestamp) -> String {
    let first = time(&event["eventTime"]).or_else(|| time(&event["firstTimestamp"]));
    let first = since(first, now);
    let series = &event["series"];
    if !series.is_null() {
        let last = since(time(&series["lastObservedTime"]), now);
        return format!("{last} (x{} over {first})", series["count"].as_i64().unwrap_or_default());
    }
    match event["count"].as_i64() {
        Some(count) if count > 1 => format!("{} (x{count} over {first})", since(time(&event["lastTimestamp"]), now)),
        _ => first,
    }
}

/// An age, or `<unknown>` for a time that is not set.
pub(super) fn since(then: Option<Timestamp>, now: Timestamp) -> String {
    then.map_or("<unknown>".to_owned(), |then| duration::human(now.duration_since(then).as_secs()))
}

pub(super) fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printers::tabwriter::align;
    use insta::assert_snapshot;
    use serde_json::json;

    #[test]
    fn events_are_told_by_age_and_count() {
        let now = "2026-01-01T01:00:00Z".parse().unwrap();
        let events = [
            json!({"type": "Warning", "reason": "FailedCreate", "message": "boom\n", "source": {"component": "c"},
                "firstTimestamp": "2026-01-01T00:50:00Z", "lastTimestamp": "2026-01-01T00:59:00Z", "count": 3}),
            json!({"type": "Normal", "reason": "Series", "message": "s", "reportingComponent": "rep",
                "eventTime": "2026-01-01T00:30:00.000000Z",
                "series": {"count": 7, "lastObservedTime": "2026-01-01T00:58:59.000000Z"}}),
            json!({"type": "Normal", "reason": "Once", "message": "o", "source": {"component": "c"},
                "involvedObject": {"fieldPath": "spec.x"},
                "firstTimestamp": "2026-01-01T00:59:30Z", "lastTimestamp": "2026-01-01T00:59:30Z", "count": 1}),
        ];
        assert_snapshot!(align(&block(&events, now)), @r"
        Events:
          Type     Reason        Age                From  Message
          ----     ------        ----               ----  -------
          Normal   Series        61s (x7 over 30m)  rep   s
          Warning  FailedCreate  60s (x3 over 10m)  c     boom
          Normal   Once          30s                c     spec.x: o
        ");
    }

    #[test]
    fn no_events_are_none() {
        assert_eq!(block(&[], Timestamp::UNIX_EPOCH), "Events:\t<none>\n");
    }
}
