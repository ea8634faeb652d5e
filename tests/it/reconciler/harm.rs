//! What could make the reconciler delete VMIs that are not its own, make more than are wanted, or stop: each told as it was
//! found.

use super::*;
use crate::support::{Fate, refusal};
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

impl Kept {
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
    let kept = Kept::with(Layered::new(), Scope::All);
    kept.create("web", 2).await;
    kept.rest().await;
    let (set, before) = (kept.set("web").await, kept.names().await);
    kept.layered.done();
    // From another namespace: whoever may read the set knows its UID.
    for number in 0..3 {
        let mut vmi = claimed(&format!("evil{number}"), &set, |_| ());
        vmi["metadata"]["namespace"] = json!("kube-public");
        kept.send("POST", &path("kube-public", "virtualmachineinstances"), &vmi).await;
    }
    kept.rest().await;
    assert_eq!(kept.names().await, before);
    assert_eq!(kept.set("web").await["status"]["replicas"], 2);
    // And the victim's set deletes none there when it shrinks.
    kept.scale("web", 0).await;
    kept.rest().await;
    let elsewhere = kept.send("GET", &path("kube-public", "virtualmachineinstances"), &Value::Null).await;
    assert_eq!(elsewhere["items"].as_array().unwrap().len(), 3);
    let done = kept.layered.done();
    assert_eq!((creations(&done), deletions(&done)), (0, 2), "{done:?}");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_another_kind_owns_is_not_the_sets_though_it_has_the_sets_uid() {
    for (field, value) in [("kind", "VirtualMachinePool"), ("apiVersion", "evil.example/v1")] {
        let kept = Kept::start();
        kept.create("web", 2).await;
        kept.rest().await;
        let (set, before) = (kept.set("web").await, kept.names().await);
        kept.send("POST", VMIS, &claimed("other", &set, |owner| owner[field] = json!(value))).await;
        kept.rest().await;
        kept.scale("web", 1).await;
        kept.rest().await;
        let left = kept.names().await;
        assert!(left.contains(&"other".to_owned()) && left.len() == 2, "{field}: {before:?} -> {left:?}");
        kept.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_set_that_is_deleted_while_its_status_is_answered_makes_nothing_any_more() {
    let kept = Kept::start();
    kept.layered.judge(|line| match resource(line).as_str() {
        "PATCH set/status" => Fate::Late(Duration::from_secs(2)),
        _ => Fate::Pass,
    });
    kept.create("web", 3).await;
    // Its first status has been written and not been answered.
    tokio::time::sleep(SECOND).await;
    kept.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    kept.rest().await;
    kept.layered.done();
    // As the garbage collector or anybody does.
    for vmi in kept.vmis(true).await {
        kept.delete_vmi(vmi["metadata"]["name"].as_str().unwrap()).await;
    }
    kept.rest().await;
    let done = kept.layered.done();
    assert_eq!(creations(&done), 0, "{done:?}");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_whose_deletion_the_watch_has_not_told_makes_nothing_any_more() {
    let kept = Kept::start();
    kept.create("web", 2).await;
    kept.rest().await;
    // The watch of sets ends and is not had again for a while, and so it does not tell.
    let silent = Arc::new(AtomicBool::new(true));
    let is_silent = Arc::clone(&silent);
    kept.layered.judge(move |line| match resource(line).as_str() {
        "WATCH set" if is_silent.load(Ordering::SeqCst) => Fate::Deaf,
        _ => Fate::Pass,
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    kept.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    kept.layered.done();
    for vmi in kept.vmis(true).await {
        kept.delete_vmi(vmi["metadata"]["name"].as_str().unwrap()).await;
    }
    kept.rest().await;
    let done = kept.layered.done();
    assert_eq!(creations(&done), 0, "{done:?}");
    silent.store(false, Ordering::SeqCst);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn creations_that_are_never_answered_stop_no_other_set_and_no_end() {
    let kept = Kept::start();
    kept.layered.judge(|line| if is_creation(line) { Fate::Silence } else { Fate::Pass });
    for name in ["a", "b", "c"] {
        kept.create(name, 5).await;
    }
    tokio::time::sleep(SECOND).await;
    // Three workers are busy with them now; from here on others could be served.
    kept.layered.judge(|_| Fate::Pass);
    kept.create("web", 3).await;
    kept.rest().await;
    let set = kept.set("web").await;
    assert_eq!(set["status"]["replicas"], 3, "{set}");
    for name in ["a", "b", "c"] {
        assert_eq!(kept.set(name).await["status"]["replicas"], 5, "they are made up for");
    }
    kept.layered.judge(|line| if is_creation(line) { Fate::Silence } else { Fate::Pass });
    kept.scale("web", 10).await;
    tokio::time::sleep(SECOND).await;
    tokio::time::timeout(Duration::from_secs(20), kept.stop()).await.expect("it ends though nobody answers");
}

/// Scales to 250, and does something as the 15th creation is answered; returns how many were made.
async fn made_after(change: impl AsyncFnOnce(&Kept)) -> usize {
    let kept = Kept::start();
    kept.create("web", 0).await;
    kept.rest().await;
    kept.layered.done();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    kept.layered.judge(move |line| match is_creation(line) {
        // Each batch takes a second.
        true => {
            counted.fetch_add(1, Ordering::SeqCst);
            Fate::Late(SECOND)
        }
        false => Fate::Pass,
    });
    kept.scale("web", 250).await;
    while asked.load(Ordering::SeqCst) < 15 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    change(&kept).await;
    kept.rest().await;
    creations(&kept.layered.done())
}

#[tokio::test(start_paused = true)]
async fn a_change_of_mind_is_noticed_between_two_batches() {
    assert_eq!(made_after(async |kept| kept.scale("web", 0).await).await, 15, "scaled to 0");
    let paused = made_after(async |kept| kept.change("web", json!({"spec": {"paused": true}})).await).await;
    assert_eq!(paused, 15, "paused");
    let deleted = made_after(async |kept| {
        kept.send("DELETE", &format!("{SETS}/web"), &json!({})).await;
    });
    assert_eq!(deleted.await, 15, "deleted");
    assert_eq!(made_after(async |kept| kept.stop.cancel()).await, 15, "stopped");
}

#[tokio::test(start_paused = true)]
async fn a_set_that_grows_again_loses_no_more_than_are_on_their_way() {
    let kept = Kept::start();
    kept.create("web", 250).await;
    kept.rest().await;
    kept.layered.done();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    kept.layered.judge(move |line| match resource(line).as_str() {
        "DELETE vmi" => {
            counted.fetch_add(1, Ordering::SeqCst);
            Fate::Late(SECOND)
        }
        _ => Fate::Pass,
    });
    kept.scale("web", 0).await;
    while asked.load(Ordering::SeqCst) < 15 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    kept.scale("web", 250).await;
    kept.rest().await;
    let done = kept.layered.done();
    assert!(deletions(&done) <= 64, "{} of 250", deletions(&done));
    assert_eq!(kept.names().await.len(), 250);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restore_of_etcd_the_set_has_what_the_server_says() {
    let kept = Kept::start();
    kept.create("web", 3).await;
    kept.rest().await;
    // The server's list then, with revisions that are lower than those that were seen before.
    let mut old = kept.send("GET", SETS, &Value::Null).await;
    old["metadata"]["resourceVersion"] = json!("1");
    old["items"][0]["metadata"]["resourceVersion"] = json!("1");
    old["items"][0]["spec"]["replicas"] = json!(1);
    let mut expired = Some(refusal(410, "Expired", "too old resource version"));
    kept.layered.judge(move |line| match (resource(line).as_str(), expired.take()) {
        ("WATCH set", Some(expired)) => Fate::Refuse(410, expired),
        ("WATCH set", None) => Fate::Deaf,
        ("LIST set", _) => Fate::Refuse(200, old.clone()),
        ("GET set", _) => Fate::Refuse(200, old["items"][0].clone()),
        (_, unused) => {
            expired = unused;
            Fate::Pass
        }
    });
    // Until the watch ends, is refused, and the set is listed anew.
    tokio::time::sleep(Duration::from_secs(330)).await;
    assert_eq!(kept.names().await.len(), 1);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_vmi_that_somebody_else_has_taken_over_is_not_deleted() {
    let kept = Kept::start();
    kept.create("web", 3).await;
    kept.rest().await;
    // The watch of VMIs lags behind: it is open and tells nothing.
    kept.layered.judge(|line| match resource(line).as_str() {
        "WATCH vmi" => Fate::Deaf,
        _ => Fate::Pass,
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    let taken = json!({"metadata": {"ownerReferences": [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "mine", "uid": "mine", "controller": true,
    }]}});
    for vmi in kept.vmis(true).await {
        kept.change_vmi(&vmi, taken.clone()).await;
    }
    kept.layered.done();
    kept.scale("web", 0).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    let done = kept.layered.done();
    assert_eq!(deletions(&done), 0, "{done:?}");
    kept.layered.judge(|_| Fate::Pass);
    kept.stop().await;
}

/// Shrinks a set of five by one, and does something half a second later; returns the lowest number of VMIs, and how many
/// deletions took effect.
async fn lowest(first: Fate, change: impl AsyncFnOnce(&Kept, Value)) -> (usize, usize) {
    let kept = Kept::start();
    kept.create("web", 5).await;
    kept.rest().await;
    let (chosen, choice) = std::sync::mpsc::channel();
    let mut first = Some(first);
    kept.layered.judge(move |line| match (resource(line).as_str(), first.take()) {
        ("DELETE vmi", Some(fate)) => {
            chosen.send(line.split([' ', '?']).nth(1).unwrap().to_owned()).unwrap();
            fate
        }
        (_, unused) => {
            first = unused;
            Fate::Pass
        }
    });
    kept.layered.done();
    kept.scale("web", 4).await;
    tokio::time::sleep(SECOND / 2).await;
    let victim = choice.try_recv().unwrap();
    if kept.names().await.iter().any(|name| victim.ends_with(&format!("/{name}"))) {
        change(&kept, kept.send("GET", &victim, &Value::Null).await).await;
    }
    let mut lowest = usize::MAX;
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        lowest = lowest.min(kept.names().await.len());
    }
    let deleted = deletions(&kept.layered.done());
    kept.stop().await;
    (lowest, deleted)
}

#[tokio::test(start_paused = true)]
async fn a_deletion_whose_answer_is_lost_costs_no_second_vmi() {
    let timeout = Fate::Refuse(504, refusal(504, "Timeout", "request did not complete"));
    for fate in [Fate::Lose, timeout, Fate::Afterwards(SECOND, 2 * SECOND)] {
        let told = format!("{fate:?}");
        assert_eq!(lowest(fate, async |_, _| ()).await, (4, 1), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_arrives_late_does_not_reach_a_vmi_that_has_changed() {
    // The one that was chosen becomes ready meanwhile, so that another one is a better choice.
    let becomes_ready = async |kept: &Kept, victim: Value| {
        kept.change_vmi(&victim, reports("Running", "True", "")).await;
    };
    assert_eq!(lowest(Fate::Afterwards(SECOND, 3 * SECOND), becomes_ready).await, (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_victim_that_is_terminating_already_holds_its_set_up_for_no_time() {
    let kept = Kept::start();
    kept.create("web", 1).await;
    kept.rest().await;
    let booting = kept.vmis(true).await.swap_remove(0);
    // It takes minutes to go.
    kept.change_vmi(&booting, json!({"metadata": {"finalizers": ["example.com/slow"]}})).await;
    kept.rest().await;
    // A ready one is adopted, so the booting one is too many; while the set is looked at before that, somebody else
    // deletes it.
    kept.layered.judge(|line| if resource(line) == "GET set" { Fate::Late(SECOND) } else { Fate::Pass });
    let mut stray = orphan("stray", "web");
    stray["status"] = reports("Running", "True", "")["status"].take();
    kept.send("POST", VMIS, &stray).await;
    tokio::time::sleep(SECOND / 2).await;
    kept.delete_vmi(booting["metadata"]["name"].as_str().unwrap()).await;
    kept.rest().await;
    kept.scale("web", 3).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let active = kept.vmis(true).await.into_iter().filter(|vmi| vmi["metadata"]["deletionTimestamp"].is_null()).count();
    assert_eq!(active, 3);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_blind_is_not_acted_upon() {
    let kept = Kept::start();
    kept.create("web", 5).await;
    kept.rest().await;
    let blind = refusal(403, "Forbidden", "not any more");
    kept.layered.judge(move |line| match resource(line).as_str() {
        "LIST vmi" | "WATCH vmi" => Fate::Refuse(403, blind.clone()),
        _ => Fate::Pass,
    });
    // Until the watch ends.
    tokio::time::sleep(Duration::from_secs(300)).await;
    kept.layered.done();
    // Every change asks for a pass, and what is seen of the VMIs is long past.
    for replicas in [7, 12, 3, 9] {
        kept.scale("web", replicas).await;
        tokio::time::sleep(Duration::from_secs(400)).await;
    }
    let done = kept.layered.done();
    assert_eq!((creations(&done), deletions(&done)), (0, 0), "{done:?}");
    kept.layered.judge(|_| Fate::Pass);
    kept.rest().await;
    assert_eq!(kept.names().await.len(), 9, "it sees again");
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_whose_creation_the_watch_never_tells_is_listed_anew_without_another_event() {
    let kept = Kept::start();
    kept.create("web", 0).await;
    kept.rest().await;
    // From the next watch on it is open and tells nothing.
    let deaf = Arc::new(AtomicBool::new(true));
    let is_deaf = Arc::clone(&deaf);
    kept.layered.judge(move |line| match resource(line).as_str() {
        "WATCH vmi" if is_deaf.load(Ordering::SeqCst) => Fate::Deaf,
        _ => Fate::Pass,
    });
    tokio::time::sleep(Duration::from_secs(250)).await;
    kept.scale("web", 2).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(kept.names().await.len(), 2);
    kept.layered.asked();
    // Nothing happens; after five minutes the VMIs are listed, and the set tells of them.
    tokio::time::sleep(Duration::from_secs(330)).await;
    assert_eq!(kept.set("web").await["status"]["replicas"], 2);
    assert_eq!(creations(&kept.layered.done()), 2);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_failing_webhook_costs_one_creation_a_round_and_no_list() {
    let kept = Kept::start();
    let broken = refusal(500, "InternalError", "failed calling webhook \"x\": context deadline exceeded");
    kept.layered.judge(move |line| if is_creation(line) { Fate::Refuse(500, broken.clone()) } else { Fate::Pass });
    for number in 0..20 {
        kept.create(&format!("web{number}"), 50).await;
    }
    kept.layered.asked();
    kept.rest().await;
    let asked = kept.layered.asked();
    let count = |what: &str| asked.iter().filter(|line| !line.contains("/events") && resource(line) == what).count();
    assert_eq!(count("LIST vmi"), 0, "each was megabytes");
    // The rest doubles from 5 ms: at most 14 rounds a set in a minute, one creation each.
    assert!(count("POST vmi") <= 20 * 14, "{}", count("POST vmi"));
    assert!(count("GET vmi") <= count("POST vmi"), "{} {}", count("GET vmi"), count("POST vmi"));
    kept.stop().await;
}
