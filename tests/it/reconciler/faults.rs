//! Each write of the reconciler is refused, or its answer lost, twice: in the end everything is as it would have been, and
//! no VMI was made or deleted that need not have been.

use super::*;
use crate::support::{Outcome, refusal};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which requests a fault meets, as [`resource`] tells them.
const REQUESTS: [(&str, &str); 9] = [
    ("the marks", "PATCH set"),
    ("the status", "PATCH set/status"),
    ("a creation", "POST vmi"),
    ("an adoption or a release", "PATCH vmi"),
    ("the look before an adoption", "GET set"),
    ("a deletion", "DELETE vmi"),
    ("an event", "POST event"),
    ("an event that is told again", "PATCH event"),
    ("the first lists", "LIST vmi"),
];

fn faults() -> Vec<(&'static str, Outcome)> {
    let refuse = |code, reason| Outcome::Refuse(code, refusal(code, reason, "on purpose"));
    vec![
        ("409", refuse(409, "Conflict")),
        ("410", refuse(410, "Expired")),
        ("429", refuse(429, "TooManyRequests")),
        ("500", refuse(500, "InternalError")),
        ("503, and no JSON", Outcome::Refuse(503, json!("not a Status"))),
        ("a lost answer", Outcome::DropResponse),
        ("a late answer", Outcome::Late(Duration::from_secs(3))),
    ]
}

fn count(done: &[String], method: &str) -> usize {
    let line = format!("{method} {VMIS}");
    done.iter().filter(|done| done.starts_with(&line)).count()
}

/// A life in which every write happens: the set adopts one VMI, makes two, loses one to another label, is paused and
/// resumed, and shrinks.
async fn life(fixture: &Fixture, what: &str) {
    fixture.send("POST", VMIS, &orphan("stray", "web")).await;
    fixture.create("web", 3).await;
    fixture.rest().await;
    let done = fixture.faults.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (2, 0), "{what}: one is adopted, two are made");
    assert_eq!(fixture.vmis(true).await.len(), 3, "{what}");

    let stray = fixture.send("GET", &format!("{VMIS}/stray"), &Value::Null).await;
    fixture.change_vmi(&stray, json!({"metadata": {"labels": {"app": "other"}}})).await;
    fixture.rest().await;
    let done = fixture.faults.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (1, 0), "{what}: the one let go is replaced");
    assert_eq!((fixture.vmis(true).await.len(), fixture.vmis(false).await.len()), (3, 1), "{what}");

    fixture.change("web", json!({"spec": {"paused": true}})).await;
    fixture.rest().await;
    assert_eq!(fixture.set("web").await["status"]["conditions"][0]["type"], "ReplicaPaused", "{what}");
    fixture.change("web", json!({"spec": {"paused": null, "replicas": 1}})).await;
    fixture.rest().await;
    let done = fixture.faults.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (0, 2), "{what}: two too many");
    assert_eq!(fixture.vmis(true).await.len(), 1, "{what}");
    assert_eq!(fixture.set("web").await["status"], json!({"labelSelector": "app=web", "replicas": 1}), "{what}");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_refused_or_lost_twice_comes_right_without_a_vmi_too_many() {
    for (what, request) in REQUESTS {
        for (fault, outcome) in faults() {
            let fixture = Fixture::start();
            let met = Arc::new(AtomicUsize::new(0));
            let (counted, mut over_quota) = (Arc::clone(&met), 3);
            fixture.faults.policy(move |line| {
                let line = resource(line);
                if line == "POST vmi" && over_quota > 0 {
                    // So that an event is told again.
                    over_quota -= 1;
                    return Outcome::Refuse(403, refusal(403, "Forbidden", "exceeded quota"));
                }
                let meets = line == request && counted.fetch_add(1, Ordering::Relaxed) < 2;
                if meets { outcome.clone() } else { Outcome::Pass }
            });
            life(&fixture, &format!("{fault} for {what}")).await;
            assert!(met.load(Ordering::Relaxed) > 0, "{fault} for {what} has not been met");
            fixture.stop().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn watches_that_are_refused_for_a_while_lose_nothing() {
    for (fault, outcome) in faults().into_iter().filter(|(_, outcome)| matches!(outcome, Outcome::Refuse(..))) {
        let fixture = Fixture::start();
        let mut serial = 0;
        fixture.faults.policy(move |line| {
            serial += 1;
            let read = ["LIST", "WATCH"].contains(&resource(line).split(' ').next().unwrap());
            // Three of four lists and watches fail; now and then a watch that follows a list does not.
            if read && serial % 8 > 1 { outcome.clone() } else { Outcome::Pass }
        });
        fixture.create("web", 3).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(fixture.vmis(true).await.len(), 3, "{fault}");
        fixture.scale("web", 1).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        let done = fixture.faults.done();
        assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (3, 2), "{fault}");
        fixture.stop().await;
    }
}
