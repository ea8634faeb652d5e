//! What KubeVirt's controller would send, too: the same writes in the same order, but for three things. A status or a mark
//! is a patch here and the whole object there; creations start with one and double, so that a set which cannot be filled
//! costs one refusal; and each pass that writes VMIs reads the set once before.

use super::*;
use crate::support::{Outcome, refusal};

/// A set of that size whose VMIs are ready.
async fn ready(size: i32) -> Fixture {
    let fixture = Fixture::start();
    fixture.create("web", size).await;
    fixture.rest().await;
    for vmi in fixture.vmis(true).await {
        fixture.change_vmi(&vmi, reports("Running", "True", "")).await;
    }
    fixture.rest().await;
    assert_eq!(fixture.set("web").await["status"]["readyReplicas"].as_i64().unwrap_or_default(), i64::from(size));
    fixture.writes();
    fixture
}

#[tokio::test(start_paused = true)]
async fn a_new_set_is_marked_filled_and_told() {
    let fixture = Fixture::start();
    fixture.create("web", 3).await;
    fixture.rest().await;
    let writes = fixture.writes();
    assert_eq!(writes[..2], ["PATCH set", "POST vmi x3"], "{writes:?}");
    assert!(writes[2..].iter().all(|write| write.starts_with("PATCH set/status")), "{writes:?}");
    let set = fixture.set("web").await;
    assert_eq!(set["status"], json!({"labelSelector": "app=web", "replicas": 3}));
    assert_eq!(fixture.events().await, ["SuccessfulCreate x1"; 3]);
    for vmi in fixture.vmis(true).await {
        fixture.change_vmi(&vmi, reports("Running", "True", "")).await;
        fixture.rest().await;
        assert_eq!(fixture.writes(), ["PATCH set/status"], "each one that becomes ready is told");
    }
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_that_has_what_it_wants_causes_no_request_but_its_watches() {
    let fixture = ready(3).await;
    fixture.faults.asked();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let asked = fixture.faults.asked();
    assert!(asked.iter().all(|line| line.starts_with("GET ") && line.contains("watch=true")), "{asked:?}");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_too_many_is_deleted_and_no_longer_counts_once_it_is_going() {
    let fixture = ready(3).await;
    // It takes its time.
    for vmi in fixture.vmis(true).await {
        fixture.change_vmi(&vmi, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    }
    fixture.rest().await;
    assert!(fixture.writes().is_empty());
    fixture.scale("web", 2).await;
    fixture.rest().await;
    assert_eq!(fixture.writes(), ["DELETE vmi", "PATCH set/status"]);
    assert_eq!(fixture.set("web").await["status"]["replicas"], 2);
    assert_eq!(fixture.vmis(true).await.len(), 3, "the third is still there");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_large_set_is_filled_in_rounds_of_250() {
    let fixture = Fixture::start();
    fixture.create("web", 600).await;
    fixture.rest().await;
    assert_eq!(fixture.vmis(true).await.len(), 600);
    let rounds: Vec<_> = fixture.writes().into_iter().filter(|write| write.starts_with("POST")).collect();
    assert_eq!(rounds, ["POST vmi x250", "POST vmi x250", "POST vmi x100"]);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_that_has_finished_is_replaced_and_deleted_in_one_pass() {
    let fixture = ready(2).await;
    let finished = fixture.vmis(true).await.swap_remove(0);
    fixture.change_vmi(&finished, reports("Succeeded", "False", "")).await;
    fixture.rest().await;
    let writes = fixture.writes();
    // It is told without either, and then with the new one.
    assert_eq!(writes, ["POST vmi", "DELETE vmi", "PATCH set/status x2"]);
    assert!(fixture.vmis(true).await.iter().all(|vmi| vmi["metadata"]["uid"] != finished["metadata"]["uid"]));
    assert_eq!(fixture.set("web").await["status"]["replicas"], 2);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_whose_pod_is_going_is_replaced_and_deleted() {
    let fixture = ready(2).await;
    let victim = fixture.vmis(true).await.swap_remove(0);
    fixture.change_vmi(&victim, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    fixture.change_vmi(&victim, reports("Running", "False", "PodTerminating")).await;
    fixture.rest().await;
    assert_eq!(fixture.writes()[..2], ["POST vmi", "DELETE vmi"]);
    assert_eq!(fixture.vmis(true).await.len(), 3, "one more than wanted while it shuts down");
    assert_eq!(fixture.set("web").await["status"]["replicas"], 2);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_told_and_does_not_flap() {
    let fixture = Fixture::start();
    let mut left = 1;
    fixture.faults.policy(move |line| match resource(line) == "POST vmi" {
        true if left == 0 => Outcome::Refuse(403, refusal(403, "Forbidden", "exceeded quota: two")),
        true => {
            left -= 1;
            Outcome::Pass
        }
        false => Outcome::Pass,
    });
    fixture.create("web", 3).await;
    let told = tokio::time::timeout(LONG, async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let condition = fixture.set("web").await["status"]["conditions"][0].clone();
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
        assert_eq!(fixture.set("web").await["status"]["conditions"][0], told, "it stays as it was until it is over");
    }
    let events = fixture.events().await;
    assert_eq!(events.iter().filter(|event| *event == "SuccessfulCreate x1").count(), 1);
    assert_eq!(events.iter().filter(|event| event.starts_with("FailedCreate")).count(), 1, "{events:?}");
    fixture.faults.policy(|_| Outcome::Pass);
    tokio::time::sleep(Duration::from_secs(2000)).await;
    assert_eq!(fixture.set("web").await["status"]["conditions"], Value::Null);
    assert_eq!(fixture.vmis(true).await.len(), 3);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_told_and_a_resumption_makes_up_for_it() {
    let fixture = ready(2).await;
    fixture.change("web", json!({"spec": {"paused": true}})).await;
    fixture.rest().await;
    assert_eq!(fixture.writes(), ["PATCH set/status"]);
    fixture.scale("web", 3).await;
    fixture.rest().await;
    assert!(fixture.writes().is_empty());
    fixture.change("web", json!({"spec": {"paused": null}})).await;
    fixture.rest().await;
    // Without the pause, and then with the new one.
    assert_eq!(fixture.writes(), ["POST vmi", "PATCH set/status x2"]);
    assert_eq!(fixture.vmis(true).await.len(), 3);
    let events = fixture.events().await;
    for reason in ["SuccessfulPaused x1", "SuccessfulResumed x1"] {
        assert!(events.iter().any(|event| event == reason), "{events:?}");
    }
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_of_selector_lets_all_go_and_starts_anew() {
    let fixture = ready(3).await;
    let labels = json!({"app": "new"});
    fixture
        .change(
            "web",
            json!({"spec": {
                "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}},
            }}),
        )
        .await;
    fixture.rest().await;
    assert_eq!(fixture.writes()[..2], ["PATCH vmi x3", "POST vmi x3"]);
    assert_eq!((fixture.vmis(true).await.len(), fixture.vmis(false).await.len()), (3, 3), "the old ones go on unowned");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_that_no_longer_matches_is_let_go_and_replaced_and_taken_back() {
    let fixture = ready(2).await;
    let stray = fixture.vmis(true).await.swap_remove(0);
    fixture.change_vmi(&stray, json!({"metadata": {"labels": {"app": "other"}}})).await;
    fixture.rest().await;
    assert_eq!(fixture.writes()[..2], ["PATCH vmi", "POST vmi"]);
    assert_eq!((fixture.vmis(true).await.len(), fixture.vmis(false).await.len()), (2, 1));
    fixture.faults.asked();
    fixture.change_vmi(&stray, json!({"metadata": {"labels": {"app": "web"}}})).await;
    fixture.rest().await;
    let asked = fixture.faults.asked();
    let requests: Vec<_> = asked.iter().filter(|line| !line.contains("/events")).map(|line| resource(line)).collect();
    let expected = ["GET set", "PATCH vmi", "GET set", "DELETE vmi"];
    assert_eq!(requests[..4], expected, "the set is looked at before it adopts, and before it deletes");
    assert_eq!((fixture.vmis(true).await.len(), fixture.vmis(false).await.len()), (2, 0));
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_that_is_deleted_is_left_to_the_garbage_collector() {
    for propagation in ["Background", "Foreground", "Orphan"] {
        let fixture = ready(2).await;
        fixture.send("DELETE", &format!("{SETS}/web"), &json!({"propagationPolicy": propagation})).await;
        fixture.rest().await;
        assert!(fixture.writes().is_empty());
        fixture.stop().await;
    }
}
