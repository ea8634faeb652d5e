//! Each write of the reconciler is refused, or its answer lost, twice: in the end everything is as it would have been, and
//! no machine was made or deleted that need not have been.

use super::*;
use crate::support::{Fate, refusal};

/// Which requests a fault meets: the first word is the method, the rest a part of the path.
const WRITES: [(&str, &str, &str); 8] = [
    ("the marks", "PATCH", "/virtualmachineinstancereplicasets/web?"),
    ("the status", "PATCH", "/virtualmachineinstancereplicasets/web/status"),
    ("a creation", "POST", "/virtualmachineinstances?"),
    ("an adoption or a release", "PATCH", "/virtualmachineinstances/"),
    ("the look before an adoption", "GET", "/virtualmachineinstancereplicasets/web"),
    ("a deletion", "DELETE", "/virtualmachineinstances/"),
    ("an event", "POST", "/events?"),
    ("an event again", "PATCH", "/events/"),
];

fn faults() -> Vec<(&'static str, Fate)> {
    let refuse = |code, reason| Fate::Refuse(code, refusal(code, reason, "on purpose"));
    vec![
        ("409", refuse(409, "Conflict")),
        ("410", refuse(410, "Expired")),
        ("429", refuse(429, "TooManyRequests")),
        ("500", refuse(500, "InternalError")),
        ("503, and no JSON", Fate::Refuse(503, json!("not a Status"))),
        ("a lost answer", Fate::Lose),
        ("a late answer", Fate::Late(Duration::from_secs(3))),
    ]
}

fn count(done: &[String], method: &str) -> usize {
    let line = format!("{method} {VMIS}");
    done.iter().filter(|done| done.starts_with(&line)).count()
}

/// A life in which every write happens: the set adopts one machine, makes two, loses one to another label, is paused and
/// resumed, and shrinks.
async fn life(kept: &Kept, what: &str) {
    kept.send("POST", VMIS, &orphan("stray", "web")).await;
    kept.create("web", 3).await;
    kept.rest().await;
    let done = kept.layered.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (2, 0), "{what}: one is adopted, two are made");
    assert_eq!(kept.vmis(true).await.len(), 3, "{what}");

    let stray = kept.send("GET", &format!("{VMIS}/stray"), &Value::Null).await;
    kept.change_vmi(&stray, json!({"metadata": {"labels": {"app": "other"}}})).await;
    kept.rest().await;
    let done = kept.layered.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (1, 0), "{what}: the one let go is replaced");
    assert_eq!((kept.vmis(true).await.len(), kept.vmis(false).await.len()), (3, 1), "{what}");

    kept.change("web", json!({"spec": {"paused": true}})).await;
    kept.rest().await;
    assert_eq!(kept.set("web").await["status"]["conditions"][0]["type"], "ReplicaPaused", "{what}");
    kept.change("web", json!({"spec": {"paused": null, "replicas": 1}})).await;
    kept.rest().await;
    let done = kept.layered.done();
    assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (0, 2), "{what}: two too many");
    assert_eq!(kept.vmis(true).await.len(), 1, "{what}");
    assert_eq!(kept.set("web").await["status"], json!({"labelSelector": "app=web", "replicas": 1}), "{what}");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_refused_or_lost_twice_comes_right_without_a_machine_too_many() {
    for (write, method, path) in WRITES {
        for (fault, fate) in faults() {
            let kept = Kept::start();
            let mut left = 2;
            kept.layered.judge(move |line| {
                let met = line.starts_with(method) && line.contains(path) && !line.contains("watch=true") && left > 0;
                if met {
                    left -= 1;
                }
                if met { fate.clone() } else { Fate::Pass }
            });
            life(&kept, &format!("{fault} for {write}")).await;
            kept.stop().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn watches_that_are_refused_for_a_while_lose_nothing() {
    for (fault, fate) in faults().into_iter().filter(|(_, fate)| matches!(fate, Fate::Refuse(..))) {
        let kept = Kept::start();
        let mut serial = 0;
        kept.layered.judge(move |line| {
            serial += 1;
            let read = line.starts_with("GET") && line.contains('?');
            // Three of four lists and watches fail.
            if read && serial % 4 != 0 { fate.clone() } else { Fate::Pass }
        });
        kept.create("web", 3).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(kept.vmis(true).await.len(), 3, "{fault}");
        kept.scale("web", 1).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        let done = kept.layered.done();
        assert_eq!((count(&done, "POST"), count(&done, "DELETE")), (3, 2), "{fault}");
        kept.stop().await;
    }
}
