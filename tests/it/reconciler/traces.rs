//! What KubeVirt's controller would send, too: the same writes in the same order, but for three things. A status or a mark
//! is a patch here and the whole object there; creations start with one and double, so that a set which cannot be filled
//! costs one refusal; and each pass that writes VMIs reads the set once before.

use super::*;
use crate::support::{Fate, refusal};

/// A set of that size whose machines are ready.
async fn ready(size: i32) -> Kept {
    let kept = Kept::start();
    kept.create("web", size).await;
    kept.rest().await;
    for vmi in kept.vmis(true).await {
        kept.change_vmi(&vmi, reports("Running", "True", "")).await;
    }
    kept.rest().await;
    assert_eq!(kept.set("web").await["status"]["readyReplicas"].as_i64().unwrap_or_default(), i64::from(size));
    kept.writes();
    kept
}

#[tokio::test(start_paused = true)]
async fn a_new_set_is_marked_filled_and_told() {
    let kept = Kept::start();
    kept.create("web", 3).await;
    kept.rest().await;
    let writes = kept.writes();
    assert_eq!(writes[..2], ["PATCH set", "POST vmi x3"], "{writes:?}");
    assert!(writes[2..].iter().all(|write| write.starts_with("PATCH set/status")), "{writes:?}");
    let set = kept.set("web").await;
    assert_eq!(set["status"], json!({"labelSelector": "app=web", "replicas": 3}));
    assert_eq!(kept.events().await, ["SuccessfulCreate x1"; 3]);
    for vmi in kept.vmis(true).await {
        kept.change_vmi(&vmi, reports("Running", "True", "")).await;
        kept.rest().await;
        assert_eq!(kept.writes(), ["PATCH set/status"], "each one that becomes ready is told");
    }
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_that_has_what_it_wants_causes_no_request_but_its_watches() {
    let kept = ready(3).await;
    kept.layered.asked();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let asked = kept.layered.asked();
    assert!(asked.iter().all(|line| line.starts_with("GET ") && line.contains("watch=true")), "{asked:?}");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_too_many_is_deleted_and_no_longer_counts_once_it_is_going() {
    let kept = ready(3).await;
    // It takes its time.
    for vmi in kept.vmis(true).await {
        kept.change_vmi(&vmi, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    }
    kept.rest().await;
    assert!(kept.writes().is_empty());
    kept.scale("web", 2).await;
    kept.rest().await;
    assert_eq!(kept.writes(), ["DELETE vmi", "PATCH set/status"]);
    assert_eq!(kept.set("web").await["status"]["replicas"], 2);
    assert_eq!(kept.vmis(true).await.len(), 3, "the third is still there");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_large_set_is_filled_in_rounds_of_250() {
    let kept = Kept::start();
    kept.create("web", 600).await;
    kept.rest().await;
    assert_eq!(kept.vmis(true).await.len(), 600);
    let rounds: Vec<_> = kept.writes().into_iter().filter(|write| write.starts_with("POST")).collect();
    assert_eq!(rounds, ["POST vmi x250", "POST vmi x250", "POST vmi x100"]);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_that_has_finished_is_replaced_and_deleted_in_one_pass() {
    let kept = ready(2).await;
    let finished = kept.vmis(true).await.swap_remove(0);
    kept.change_vmi(&finished, reports("Succeeded", "False", "")).await;
    kept.rest().await;
    let writes = kept.writes();
    // It is told without either, and then with the new one.
    assert_eq!(writes, ["POST vmi", "DELETE vmi", "PATCH set/status x2"]);
    assert!(kept.vmis(true).await.iter().all(|vmi| vmi["metadata"]["uid"] != finished["metadata"]["uid"]));
    assert_eq!(kept.set("web").await["status"]["replicas"], 2);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_whose_pod_is_going_is_replaced_and_deleted() {
    let kept = ready(2).await;
    let victim = kept.vmis(true).await.swap_remove(0);
    kept.change_vmi(&victim, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    kept.change_vmi(&victim, reports("Running", "False", "PodTerminating")).await;
    kept.rest().await;
    assert_eq!(kept.writes()[..2], ["POST vmi", "DELETE vmi"]);
    assert_eq!(kept.vmis(true).await.len(), 3, "one more than wanted while it shuts down");
    assert_eq!(kept.set("web").await["status"]["replicas"], 2);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_told_and_does_not_flap() {
    let kept = Kept::start();
    let mut left = 1;
    kept.layered.judge(move |line| match resource(line) == "POST vmi" {
        true if left == 0 => Fate::Refuse(403, refusal(403, "Forbidden", "exceeded quota: two")),
        true => {
            left -= 1;
            Fate::Pass
        }
        false => Fate::Pass,
    });
    kept.create("web", 3).await;
    let told = tokio::time::timeout(LONG, async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let condition = kept.set("web").await["status"]["conditions"][0].clone();
            if !condition.is_null() {
                return condition;
            }
        }
    });
    let told = told.await.unwrap();
    assert_eq!(
        (&told["type"], &told["reason"], &told["message"]),
        (&json!("ReplicaFailure"), &json!("FailedCreate"), &json!("exceeded quota: two"))
    );
    for _ in 0..2000 {
        tokio::time::sleep(Duration::from_millis(7)).await;
        assert_eq!(kept.set("web").await["status"]["conditions"][0], told, "it stays as it was until it is over");
    }
    let events = kept.events().await;
    assert_eq!(events.iter().filter(|event| *event == "SuccessfulCreate x1").count(), 1);
    assert_eq!(events.iter().filter(|event| event.starts_with("FailedCreate")).count(), 1, "{events:?}");
    kept.layered.judge(|_| Fate::Pass);
    tokio::time::sleep(Duration::from_secs(2000)).await;
    assert_eq!(kept.set("web").await["status"]["conditions"], Value::Null);
    assert_eq!(kept.vmis(true).await.len(), 3);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_told_and_a_resumption_makes_up_for_it() {
    let kept = ready(2).await;
    kept.change("web", json!({"spec": {"paused": true}})).await;
    kept.rest().await;
    assert_eq!(kept.writes(), ["PATCH set/status"]);
    kept.scale("web", 3).await;
    kept.rest().await;
    assert!(kept.writes().is_empty());
    kept.change("web", json!({"spec": {"paused": null}})).await;
    kept.rest().await;
    // Without the pause, and then with the new one.
    assert_eq!(kept.writes(), ["POST vmi", "PATCH set/status x2"]);
    assert_eq!(kept.vmis(true).await.len(), 3);
    let events = kept.events().await;
    for reason in ["SuccessfulPaused x1", "SuccessfulResumed x1"] {
        assert!(events.iter().any(|event| event == reason), "{events:?}");
    }
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_of_selector_lets_all_go_and_starts_anew() {
    let kept = ready(3).await;
    let labels = json!({"app": "new"});
    kept.change(
        "web",
        json!({"spec": {
            "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}},
        }}),
    )
    .await;
    kept.rest().await;
    assert_eq!(kept.writes()[..2], ["PATCH vmi x3", "POST vmi x3"]);
    assert_eq!((kept.vmis(true).await.len(), kept.vmis(false).await.len()), (3, 3), "the old ones go on unowned");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_that_no_longer_matches_is_let_go_and_replaced_and_taken_back() {
    let kept = ready(2).await;
    let stray = kept.vmis(true).await.swap_remove(0);
    kept.change_vmi(&stray, json!({"metadata": {"labels": {"app": "other"}}})).await;
    kept.rest().await;
    assert_eq!(kept.writes()[..2], ["PATCH vmi", "POST vmi"]);
    assert_eq!((kept.vmis(true).await.len(), kept.vmis(false).await.len()), (2, 1));
    kept.layered.asked();
    kept.change_vmi(&stray, json!({"metadata": {"labels": {"app": "web"}}})).await;
    kept.rest().await;
    let asked = kept.layered.asked();
    let requests: Vec<_> = asked.iter().filter(|line| !line.contains("/events")).map(|line| resource(line)).collect();
    let expected = ["GET set", "PATCH vmi", "GET set", "DELETE vmi"];
    assert_eq!(requests[..4], expected, "the set is looked at before it adopts, and before it deletes");
    assert_eq!((kept.vmis(true).await.len(), kept.vmis(false).await.len()), (2, 0));
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_that_is_deleted_is_left_to_the_garbage_collector() {
    for propagation in ["Background", "Foreground", "Orphan"] {
        let kept = ready(2).await;
        kept.send("DELETE", &format!("{SETS}/web"), &json!({"propagationPolicy": propagation})).await;
        kept.rest().await;
        assert!(kept.writes().is_empty());
        kept.stop().await;
    }
}
