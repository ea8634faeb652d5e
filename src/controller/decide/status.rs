//! What to report of a set: counts, selector and conditions.

use super::plan::{Plan, SkipReason};
use crate::api::vmirs::{Condition, ReplicaSet, ReplicaSetStatus};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use serde_json::{Value, json};

/// The condition that says that the last pass could not create or delete.
pub const FAILURE: &str = "ReplicaFailure";
/// The condition that says that nothing is created or deleted.
pub const PAUSED: &str = "ReplicaPaused";

/// What a pass could not do: the first error's text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Not all VMIs could be created.
    Create(String),
    /// Not all VMIs could be deleted.
    Delete(String),
}

/// The status to write, or `None` where the present one says it all.
///
/// As in KubeVirt: counts are those from before the pass; a condition is removed rather than set to False; a failure
/// that stays keeps its first reason, message and time. Unlike there, a failure outlives the passes that only wait for
/// our own writes to be seen, so it does not flap.
pub fn next(set: &ReplicaSet, plan: &Plan, failure: Option<&Failure>, now: Timestamp) -> Option<ReplicaSetStatus> {
    let present = set.status();
    let mut next = ReplicaSetStatus {
        replicas: count(plan.active),
        ready_replicas: count(plan.ready),
        label_selector: plan.selector.clone(),
        conditions: present.conditions.clone(),
    };
    let undecided = plan.skip == Some(SkipReason::InFlight);
    let failing = failure.is_some() || (undecided && has(&next.conditions, FAILURE));
    set_condition(&mut next.conditions, FAILURE, failing, || {
        let (reason, message) = match failure {
            Some(Failure::Delete(message)) => ("FailedDelete", message.as_str()),
            Some(Failure::Create(message)) => ("FailedCreate", message.as_str()),
            None => ("FailedCreate", ""),
        };
        condition(FAILURE, reason, message, now)
    });
    set_condition(&mut next.conditions, PAUSED, set.spec.paused, || {
        condition(PAUSED, "Paused", "Controller got paused", now)
    });
    (next != present).then_some(next)
}

/// Whether the pause began (`Some(true)`) or ended (`Some(false)`) with this status.
pub fn pause_change(set: &ReplicaSet, next: &ReplicaSetStatus) -> Option<bool> {
    let (was, is) = (has(&set.status().conditions, PAUSED), has(&next.conditions, PAUSED));
    (was != is).then_some(is)
}

/// The status as a JSON merge patch: what is zero or empty is taken out, as KubeVirt leaves it out.
pub fn merge_patch(set: &ReplicaSet, status: &ReplicaSetStatus) -> Value {
    let unless = |absent: bool, value: Value| if absent { Value::Null } else { value };
    json!({
        "metadata": {"resourceVersion": set.metadata.resource_version},
        "status": {
            "replicas": unless(status.replicas == 0, json!(status.replicas)),
            "readyReplicas": unless(status.ready_replicas == 0, json!(status.ready_replicas)),
            "labelSelector": unless(status.label_selector.is_empty(), json!(status.label_selector)),
            "conditions": unless(status.conditions.is_empty(), json!(status.conditions)),
        },
    })
}

fn has(conditions: &[Condition], r#type: &str) -> bool {
    conditions.iter().any(|condition| condition.r#type == r#type)
}

fn set_condition(conditions: &mut Vec<Condition>, r#type: &str, wanted: bool, make: impl FnOnce() -> Condition) {
    match (wanted, has(conditions, r#type)) {
        (true, false) => conditions.push(make()),
        (false, true) => conditions.retain(|condition| condition.r#type != r#type),
        _ => {}
    }
}

fn condition(r#type: &str, reason: &str, message: &str, now: Timestamp) -> Condition {
    Condition {
        r#type: r#type.to_owned(),
        status: "True".to_owned(),
        last_probe_time: None,
        last_transition_time: Some(Time(now)),
        reason: Some(reason.to_owned()),
        message: Some(message.to_owned()),
    }
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::decide::plan::fixtures::set;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn plan(active: usize, ready: usize) -> Plan {
        Plan { active, ready, selector: "app=web".into(), ..Plan::default() }
    }

    fn with(status: &ReplicaSetStatus) -> ReplicaSet {
        ReplicaSet { status: Some(status.clone()), ..set(2) }
    }

    fn reasons(status: &ReplicaSetStatus) -> Vec<&str> {
        status.conditions.iter().filter_map(|condition| condition.reason.as_deref()).collect()
    }

    #[test]
    fn a_status_is_written_only_when_something_differs() {
        let first = next(&set(2), &plan(0, 0), None, NOW).unwrap();
        assert_eq!((first.replicas, first.label_selector.as_str()), (0, "app=web"));
        assert_eq!(next(&with(&first), &plan(0, 0), None, NOW), None);
        let counted = next(&with(&first), &plan(2, 1), None, NOW).unwrap();
        assert_eq!((counted.replicas, counted.ready_replicas), (2, 1));
        assert_eq!(next(&with(&counted), &plan(2, 1), None, NOW), None);
    }

    #[test]
    fn a_failure_keeps_its_first_words_until_it_ends() {
        let quota = Failure::Create("exceeded quota".into());
        let failed = next(&set(2), &plan(0, 0), Some(&quota), NOW).unwrap();
        assert_eq!(reasons(&failed), ["FailedCreate"]);
        let other = Failure::Delete("something else".into());
        assert_eq!(next(&with(&failed), &plan(0, 0), Some(&other), NOW), None);
        let waiting = Plan { skip: Some(SkipReason::InFlight), ..plan(0, 0) };
        assert_eq!(next(&with(&failed), &waiting, None, NOW), None);
        let mended = next(&with(&failed), &plan(0, 0), None, NOW).unwrap();
        assert!(mended.conditions.is_empty());
    }

    #[test]
    fn a_pause_is_told_while_it_lasts() {
        let paused = set(2).paused();
        let status = next(&paused, &plan(2, 2), None, NOW).unwrap();
        assert_eq!(reasons(&status), ["Paused"]);
        assert_eq!(pause_change(&paused, &status), Some(true));
        let resumed = next(&with(&status), &plan(2, 2), None, NOW).unwrap();
        assert_eq!(pause_change(&with(&status), &resumed), Some(false));
        assert_eq!(pause_change(&with(&resumed), &resumed), None);
    }

    #[test]
    fn what_is_zero_is_taken_out() {
        let empty = ReplicaSetStatus::default();
        let patch = merge_patch(&set(2), &empty);
        assert_eq!(patch["metadata"]["resourceVersion"], "1");
        assert_eq!(
            patch["status"],
            json!({"replicas": null, "readyReplicas": null, "labelSelector": null, "conditions": null})
        );
    }
}
