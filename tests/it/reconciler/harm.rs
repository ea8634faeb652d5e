//! What could make the reconciler delete VMIs that are not its own, make more than are wanted, or stop: each told as it was
//! found.

use super::*;
use crate::support::{Outcome, refusal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const SECOND: Duration = Duration::from_secs(1);

fn path(namespace: &str, resource: &str) -> String {
    format!("/apis/kubevirt.io/v1/namespaces/{namespace}/{resource}")
}

fn is_creation(line: &str) -> bool {
    line.starts_with("POST") && line.contains("/virtualmachineinstances")
}

fn creations(lines: &[String]) -> usize {
    lines.iter().filter(|line| is_creation(line)).count()
}

fn deletions(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.starts_with("DELETE") && line.contains("/virtualmachineinstances/")).count()
}

/// A VMI that carries an owner reference to the set.
fn claimed(name: &str, set: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut vmi = orphan(name, set["metadata"]["name"].as_str().unwrap());
    let mut owner = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": set["metadata"]["name"],
        "uid": set["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    });
    change(&mut owner);
    vmi["metadata"]["ownerReferences"] = json!([owner]);
    vmi
}

impl Fixture {
    async fn names(&self) -> Vec<String> {
        let vmis = self.vmis(true).await;
        vmis.iter().map(|vmi| vmi["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }

    async fn delete_vmi(&self, name: &str) {
        self.send("DELETE", &format!("{VMIS}/{name}"), &json!({})).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_who_forges_an_owner_costs_its_set_nothing() {
    let fixture = Fixture::with(FaultLayer::new(), Scope::All);
    fixture.create("web", 2).await;
    fixture.rest().await;
    let (set, before) = (fixture.set("web").await, fixture.names().await);
    fixture.faults.done();
    // From another namespace: whoever may read the set knows its UID.
    for number in 0..3 {
        let mut vmi = claimed(&format!("evil{number}"), &set, |_| ());
        vmi["metadata"]["namespace"] = json!("kube-public");
        fixture.send("POST", &path("kube-public", "virtualmachineinstances"), &vmi).await;
    }
    fixture.rest().await;
    assert_eq!(fixture.names().await, before);
    assert_eq!(fixture.set("web").await["status"]["replicas"], 2);
    // And the victim's set deletes none there when it shrinks.
    fixture.scale("web", 0).await;
    fixture.rest().await;
    let elsewhere = fixture.send("GET", &path("kube-public", "virtualmachineinstances"), &Value::Null).await;
    assert_eq!(elsewhere["items"].as_array().unwrap().len(), 3);
    let done = fixture.faults.done();
    assert_eq!((creations(&done), deletions(&done)), (0, 2), "{done:?}");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_another_kind_owns_is_not_the_sets_though_it_has_the_sets_uid() {
    for (field, value) in [("kind", "VirtualMachinePool"), ("apiVersion", "evil.example/v1")] {
        let fixture = Fixture::start();
        fixture.create("web", 2).await;
        fixture.rest().await;
        let (set, before) = (fixture.set("web").await, fixture.names().await);
        fixture.send("POST", VMIS, &claimed("other", &set, |owner| owner[field] = json!(value))).await;
        fixture.rest().await;
        fixture.scale("web", 1).await;
        fixture.rest().await;
        let left = fixture.names().await;
        assert!(left.contains(&"other".to_owned()) && left.len() == 2, "{field}: {before:?} -> {left:?}");
        fixture.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_set_that_is_deleted_while_its_status_is_answered_makes_nothing_any_more() {
    let fixture = Fixture::start();
    fixture.faults.policy(|line| match resource(line).as_str() {
        "PATCH set/status" => Outcome::Late(Duration::from_secs(2)),
        _ => Outcome::Pass,
    });
    fixture.create("web", 3).await;
    // Its first status has been written and not been answered.
    tokio::time::sleep(SECOND).await;
    fixture.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    fixture.rest().await;
    fixture.faults.done();
    // As the garbage collector or anybody does.
    for vmi in fixture.vmis(true).await {
        fixture.delete_vmi(vmi["metadata"]["name"].as_str().unwrap()).await;
    }
    fixture.rest().await;
    let done = fixture.faults.done();
    assert_eq!(creations(&done), 0, "{done:?}");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_whose_deletion_the_watch_has_not_told_makes_nothing_any_more() {
    let fixture = Fixture::start();
    fixture.create("web", 2).await;
    fixture.rest().await;
    // The watch of sets ends and is not had again for a while, and so it does not tell.
    let silent = Arc::new(AtomicBool::new(true));
    let is_silent = Arc::clone(&silent);
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "WATCH set" if is_silent.load(Ordering::SeqCst) => Outcome::Deaf,
        _ => Outcome::Pass,
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    fixture.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    fixture.faults.done();
    for vmi in fixture.vmis(true).await {
        fixture.delete_vmi(vmi["metadata"]["name"].as_str().unwrap()).await;
    }
    fixture.rest().await;
    let done = fixture.faults.done();
    assert_eq!(creations(&done), 0, "{done:?}");
    silent.store(false, Ordering::SeqCst);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn creations_that_are_never_answered_stop_no_other_set_and_no_end() {
    let fixture = Fixture::start();
    fixture.faults.policy(|line| if is_creation(line) { Outcome::Silence } else { Outcome::Pass });
    for name in ["a", "b", "c"] {
        fixture.create(name, 5).await;
    }
    tokio::time::sleep(SECOND).await;
    // Three workers are busy with them now; from here on others could be served.
    fixture.faults.policy(|_| Outcome::Pass);
    fixture.create("web", 3).await;
    fixture.rest().await;
    let set = fixture.set("web").await;
    assert_eq!(set["status"]["replicas"], 3, "{set}");
    for name in ["a", "b", "c"] {
        assert_eq!(fixture.set(name).await["status"]["replicas"], 5, "they are made up for");
    }
    fixture.faults.policy(|line| if is_creation(line) { Outcome::Silence } else { Outcome::Pass });
    fixture.scale("web", 10).await;
    tokio::time::sleep(SECOND).await;
    tokio::time::timeout(Duration::from_secs(20), fixture.stop()).await.expect("it ends though nobody answers");
}

/// Scales to 250, and does something as the 15th creation is answered; returns how many were made.
async fn made_after(change: impl AsyncFnOnce(&Fixture)) -> usize {
    let fixture = Fixture::start();
    fixture.create("web", 0).await;
    fixture.rest().await;
    fixture.faults.done();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    fixture.faults.policy(move |line| match is_creation(line) {
        // Each batch takes a second.
        true => {
            counted.fetch_add(1, Ordering::SeqCst);
            Outcome::Late(SECOND)
        }
        false => Outcome::Pass,
    });
    fixture.scale("web", 250).await;
    while asked.load(Ordering::SeqCst) < 15 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    change(&fixture).await;
    fixture.rest().await;
    creations(&fixture.faults.done())
}

#[tokio::test(start_paused = true)]
async fn a_change_of_mind_is_noticed_between_two_batches() {
    assert_eq!(made_after(async |fixture| fixture.scale("web", 0).await).await, 15, "scaled to 0");
    let paused = made_after(async |fixture| fixture.change("web", json!({"spec": {"paused": true}})).await).await;
    assert_eq!(paused, 15, "paused");
    let deleted = made_after(async |fixture| {
        fixture.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    });
    assert_eq!(deleted.await, 15, "deleted");
    assert_eq!(made_after(async |fixture| fixture.stop.cancel()).await, 15, "stopped");
}

#[tokio::test(start_paused = true)]
async fn a_set_that_grows_again_loses_no_more_than_are_on_their_way() {
    let fixture = Fixture::start();
    fixture.create("web", 250).await;
    fixture.rest().await;
    fixture.faults.done();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "DELETE vmi" => {
            counted.fetch_add(1, Ordering::SeqCst);
            Outcome::Late(SECOND)
        }
        _ => Outcome::Pass,
    });
    fixture.scale("web", 0).await;
    while asked.load(Ordering::SeqCst) < 15 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    fixture.scale("web", 250).await;
    fixture.rest().await;
    let done = fixture.faults.done();
    assert!(deletions(&done) <= 64, "{} of 250", deletions(&done));
    assert_eq!(fixture.names().await.len(), 250);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restore_of_etcd_the_set_has_what_the_server_says() {
    let fixture = Fixture::start();
    fixture.create("web", 3).await;
    fixture.rest().await;
    // The server's list then, with revisions that are lower than those that were seen before.
    let mut old = fixture.send("GET", SETS, &Value::Null).await;
    old["metadata"]["resourceVersion"] = json!("1");
    old["items"][0]["metadata"]["resourceVersion"] = json!("1");
    old["items"][0]["spec"]["replicas"] = json!(1);
    let mut expired = Some(refusal(410, "Expired", "too old resource version"));
    fixture.faults.policy(move |line| match (resource(line).as_str(), expired.take()) {
        ("WATCH set", Some(expired)) => Outcome::Refuse(410, expired),
        ("WATCH set", None) => Outcome::Deaf,
        ("LIST set", _) => Outcome::Refuse(200, old.clone()),
        ("GET set", _) => Outcome::Refuse(200, old["items"][0].clone()),
        (_, unused) => {
            expired = unused;
            Outcome::Pass
        }
    });
    // Until the watch ends, is refused, and the set is listed anew.
    tokio::time::sleep(Duration::from_secs(330)).await;
    assert_eq!(fixture.names().await.len(), 1);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_vmi_that_somebody_else_has_taken_over_is_not_deleted() {
    let fixture = Fixture::start();
    fixture.create("web", 3).await;
    fixture.rest().await;
    // The watch of VMIs lags behind: it is open and tells nothing.
    fixture.faults.policy(|line| match resource(line).as_str() {
        "WATCH vmi" => Outcome::Deaf,
        _ => Outcome::Pass,
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    let taken = json!({"metadata": {"ownerReferences": [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "mine", "uid": "mine", "controller": true,
    }]}});
    for vmi in fixture.vmis(true).await {
        fixture.change_vmi(&vmi, taken.clone()).await;
    }
    fixture.faults.done();
    fixture.scale("web", 0).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    let done = fixture.faults.done();
    assert_eq!(deletions(&done), 0, "{done:?}");
    fixture.faults.policy(|_| Outcome::Pass);
    fixture.stop().await;
}

/// Shrinks a set of five by one, and does something half a second later; returns the lowest number of VMIs, and how many
/// deletions took effect.
async fn lowest(first: Outcome, change: impl AsyncFnOnce(&Fixture, Value)) -> (usize, usize) {
    let fixture = Fixture::start();
    fixture.create("web", 5).await;
    fixture.rest().await;
    let (chosen, choice) = std::sync::mpsc::channel();
    let mut first = Some(first);
    fixture.faults.policy(move |line| match (resource(line).as_str(), first.take()) {
        ("DELETE vmi", Some(outcome)) => {
            chosen.send(line.split([' ', '?']).nth(1).unwrap().to_owned()).unwrap();
            outcome
        }
        (_, unused) => {
            first = unused;
            Outcome::Pass
        }
    });
    fixture.faults.done();
    fixture.scale("web", 4).await;
    tokio::time::sleep(SECOND / 2).await;
    let victim = choice.try_recv().unwrap();
    if fixture.names().await.iter().any(|name| victim.ends_with(&format!("/{name}"))) {
        change(&fixture, fixture.send("GET", &victim, &Value::Null).await).await;
    }
    let mut lowest = usize::MAX;
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        lowest = lowest.min(fixture.names().await.len());
    }
    let deleted = deletions(&fixture.faults.done());
    fixture.stop().await;
    (lowest, deleted)
}

#[tokio::test(start_paused = true)]
async fn a_deletion_whose_answer_is_lost_costs_no_second_vmi() {
    let timeout = Outcome::Refuse(504, refusal(504, "Timeout", "request did not complete"));
    for outcome in [Outcome::DropResponse, timeout, Outcome::Afterwards(SECOND, 2 * SECOND)] {
        let told = format!("{outcome:?}");
        assert_eq!(lowest(outcome, async |_, _| ()).await, (4, 1), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_arrives_late_does_not_reach_a_vmi_that_has_changed() {
    // The one that was chosen becomes ready meanwhile, so that another one is a better choice.
    let becomes_ready = async |fixture: &Fixture, victim: Value| {
        fixture.change_vmi(&victim, reports("Running", "True", "")).await;
    };
    assert_eq!(lowest(Outcome::Afterwards(SECOND, 3 * SECOND), becomes_ready).await, (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_victim_that_is_terminating_already_holds_its_set_up_for_no_time() {
    let fixture = Fixture::start();
    fixture.create("web", 1).await;
    fixture.rest().await;
    let booting = fixture.vmis(true).await.swap_remove(0);
    // It takes minutes to go.
    fixture.change_vmi(&booting, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    fixture.rest().await;
    // A ready one is adopted, so the booting one is too many; while the set is looked at before that, somebody else
    // deletes it.
    fixture.faults.policy(|line| if resource(line) == "GET set" { Outcome::Late(SECOND) } else { Outcome::Pass });
    let mut stray = orphan("stray", "web");
    stray["status"] = reports("Running", "True", "")["status"].take();
    fixture.send("POST", VMIS, &stray).await;
    tokio::time::sleep(SECOND / 2).await;
    fixture.delete_vmi(booting["metadata"]["name"].as_str().unwrap()).await;
    fixture.rest().await;
    fixture.scale("web", 3).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let active =
        fixture.vmis(true).await.into_iter().filter(|vmi| vmi["metadata"]["deletionTimestamp"].is_null()).count();
    assert_eq!(active, 3);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_blind_is_not_acted_upon() {
    let fixture = Fixture::start();
    fixture.create("web", 5).await;
    fixture.rest().await;
    let blind = refusal(403, "Forbidden", "not any more");
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "LIST vmi" | "WATCH vmi" => Outcome::Refuse(403, blind.clone()),
        _ => Outcome::Pass,
    });
    // Until the watch ends.
    tokio::time::sleep(Duration::from_secs(300)).await;
    fixture.faults.done();
    // Every change asks for a pass, and what is seen of the VMIs is long past.
    for replicas in [7, 12, 3, 9] {
        fixture.scale("web", replicas).await;
        tokio::time::sleep(Duration::from_secs(400)).await;
    }
    let done = fixture.faults.done();
    assert_eq!((creations(&done), deletions(&done)), (0, 0), "{done:?}");
    fixture.faults.policy(|_| Outcome::Pass);
    fixture.rest().await;
    assert_eq!(fixture.names().await.len(), 9, "it sees again");
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_whose_creation_the_watch_never_tells_is_listed_anew_without_another_event() {
    let fixture = Fixture::start();
    fixture.create("web", 0).await;
    fixture.rest().await;
    // From the next watch on it is open and tells nothing.
    let deaf = Arc::new(AtomicBool::new(true));
    let is_deaf = Arc::clone(&deaf);
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "WATCH vmi" if is_deaf.load(Ordering::SeqCst) => Outcome::Deaf,
        _ => Outcome::Pass,
    });
    tokio::time::sleep(Duration::from_secs(250)).await;
    fixture.scale("web", 2).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(fixture.names().await.len(), 2);
    fixture.faults.asked();
    // Nothing happens; after five minutes the VMIs are listed, and the set tells of them.
    tokio::time::sleep(Duration::from_secs(330)).await;
    assert_eq!(fixture.set("web").await["status"]["replicas"], 2);
    assert_eq!(creations(&fixture.faults.done()), 2);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_failing_webhook_costs_one_creation_a_round_and_no_list() {
    let fixture = Fixture::start();
    let broken = refusal(500, "InternalError", "failed calling webhook \"x\": context deadline exceeded");
    fixture
        .faults
        .policy(move |line| if is_creation(line) { Outcome::Refuse(500, broken.clone()) } else { Outcome::Pass });
    for number in 0..20 {
        fixture.create(&format!("web{number}"), 50).await;
    }
    fixture.faults.asked();
    fixture.rest().await;
    let asked = fixture.faults.asked();
    let count = |what: &str| asked.iter().filter(|line| !line.contains("/events") && resource(line) == what).count();
    assert_eq!(count("LIST vmi"), 0, "each was megabytes");
    // The rest doubles from 5 ms: at most 14 rounds a set in a minute, one creation each.
    assert!(count("POST vmi") <= 20 * 14, "{}", count("POST vmi"));
    assert!(count("GET vmi") <= count("POST vmi"), "{} {}", count("GET vmi"), count("POST vmi"));
    fixture.stop().await;
}
