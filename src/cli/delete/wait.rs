//! Waiting until what was deleted is gone.

use super::Victim;
use crate::cli::cluster::{Call, Cluster};
use crate::cli::error::Error;
use crate::output::Out;
use futures::StreamExt;
use http::Method;
use http_body_util::BodyStream;
use serde_json::Value;
use std::time::Duration;

/// What the server's answer means for the wait.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Gone,
    /// Still there; watch from this resourceVersion.
    There(String),
}

/// Waits until no object of that name has that UID any more. Whoever may not look does not wait.
///
/// # Errors
/// When `limit` has passed, or what the server said.
pub(super) async fn gone(
    cluster: &Cluster,
    out: &mut Out,
    victim: &Victim,
    uid: &str,
    limit: Duration,
) -> Result<(), Error> {
    let waiting = async {
        loop {
            match look(cluster, out, victim, uid).await {
                Ok(Step::Gone) => return Ok(()),
                Ok(Step::There(version)) => {
                    if watch(cluster, out, victim, uid, &version).await? {
                        return Ok(());
                    }
                }
                Err(error) if error.is_forbidden() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    };
    let late = || Error::plain(format!("timed out waiting for the condition on {}/{}", victim.plural, victim.name()));
    tokio::time::timeout(limit, waiting).await.unwrap_or_else(|_| Err(late()))
}

/// Lists the one name: an object would not say from where to watch.
async fn look(cluster: &Cluster, out: &mut Out, victim: &Victim, uid: &str) -> Result<Step, Error> {
    let list: Value = cluster.json(out, of_name(victim)).await?;
    Ok(step(&list, uid))
}

fn step(list: &Value, uid: &str) -> Step {
    let items = list.get("items").and_then(Value::as_array);
    let there = items.into_iter().flatten().any(|item| uid_is(item, uid));
    let version = list.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default();
    if there { Step::There(version.to_owned()) } else { Step::Gone }
}

/// Follows the name until the UID is gone (true) or the server ends the watch (false).
async fn watch(cluster: &Cluster, out: &mut Out, victim: &Victim, uid: &str, version: &str) -> Result<bool, Error> {
    let call = of_name(victim).query("watch", "true").query("resourceVersion", version);
    let response = match cluster.send(out, call).await {
        Ok(response) => response,
        // May list, may not watch: nothing better to do than what kubectl does.
        Err(error) if error.is_forbidden() => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut frames = BodyStream::new(response.into_body());
    let mut buffer: Vec<u8> = Vec::new();
    while let Some(frame) = frames.next().await {
        let Ok(frame) = frame else { return Ok(false) };
        buffer.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            match serde_json::from_slice::<Value>(&line) {
                Ok(event) if is_end(&event, uid) => return Ok(true),
                Ok(event) if event["type"] == "ERROR" => return Ok(false),
                _ => {}
            }
        }
    }
    Ok(false)
}

/// Deleted, or another object has the name by now.
fn is_end(event: &Value, uid: &str) -> bool {
    match event["type"].as_str() {
        Some("DELETED") => uid_is(&event["object"], uid),
        Some("ADDED" | "MODIFIED") => !uid_is(&event["object"], uid),
        _ => false,
    }
}

fn uid_is(object: &Value, uid: &str) -> bool {
    object.pointer("/metadata/uid").and_then(Value::as_str) == Some(uid)
}

fn of_name(victim: &Victim) -> Call {
    let collection = victim.path.rsplit_once('/').map_or(victim.path.as_str(), |(collection, _)| collection);
    Call::new(Method::GET, collection).query("fieldSelector", format!("metadata.name={}", victim.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_object_of_the_same_name_is_not_waited_for() {
        let list = |uid: &str| json!({"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"uid": uid}}]});
        assert_eq!(step(&list("a"), "a"), Step::There("7".into()));
        assert_eq!(step(&list("b"), "a"), Step::Gone);
        assert_eq!(step(&json!({"items": []}), "a"), Step::Gone);
    }

    #[test]
    fn a_watch_ends_with_the_uid() {
        let event = |r#type: &str, uid: &str| json!({"type": r#type, "object": {"metadata": {"uid": uid}}});
        assert!(is_end(&event("DELETED", "a"), "a"));
        assert!(is_end(&event("ADDED", "b"), "a"));
        assert!(!is_end(&event("MODIFIED", "a"), "a"));
        assert!(!is_end(&event("BOOKMARK", ""), "a"));
    }
}
