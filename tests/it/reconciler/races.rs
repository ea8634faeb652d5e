//! Things that happen between a request and its answer.

use super::*;
use crate::support::{Fate, refusal};
use kubectl_vmirs::controller::settle;

fn is_creation(line: &str) -> bool {
    line.starts_with("POST") && line.contains("/virtualmachineinstances")
}

#[tokio::test(start_paused = true)]
async fn a_vmi_that_is_gone_before_its_creation_is_answered_is_replaced_at_once() {
    let kept = Kept::start();
    let mut first = true;
    kept.layered.judge(move |line| {
        let late = is_creation(line) && std::mem::take(&mut first);
        if late { Fate::Late(Duration::from_secs(2)) } else { Fate::Pass }
    });
    kept.create("web", 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let vmi = kept.vmis(true).await.swap_remove(0);
    kept.send("DELETE", &format!("{VMIS}/{}", vmi["metadata"]["name"].as_str().unwrap()), &json!({})).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let replaced = kept.vmis(true).await;
    assert_eq!(replaced.len(), 1, "within a second of the answer");
    assert_ne!(replaced[0]["metadata"]["uid"], vmi["metadata"]["uid"]);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn vmis_that_came_and_went_while_the_watch_was_down_are_replaced_when_it_is_up() {
    let kept = Kept::start();
    kept.create("web", 0).await;
    // Watches end after 290 seconds; from then on no new one of VMIs is had. The first creation is answered after that.
    let down = refusal(500, "InternalError", "down");
    let mut first = true;
    kept.layered.judge(move |line| match resource(line).as_str() {
        "LIST vmi" | "WATCH vmi" => Fate::Refuse(500, down.clone()),
        "POST vmi" if std::mem::take(&mut first) => Fate::Late(Duration::from_secs(30)),
        _ => Fate::Pass,
    });
    tokio::time::sleep(Duration::from_secs(280)).await;
    kept.scale("web", 3).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    let vmis = kept.vmis(true).await;
    assert_eq!(vmis.len(), 3);
    for vmi in vmis {
        kept.send("DELETE", &format!("{VMIS}/{}", vmi["metadata"]["name"].as_str().unwrap()), &json!({})).await;
    }
    // Up again, but it has forgotten what happened meanwhile.
    let expired = json!({"type": "ERROR", "object": refusal(410, "Expired", "too old resource version")});
    let mut forgotten = Some(Fate::Refuse(200, expired));
    kept.layered.judge(move |line| match resource(line).as_str() {
        "WATCH vmi" => forgotten.take().unwrap_or(Fate::Pass),
        _ => Fate::Pass,
    });
    // The watch rests for half a minute at most before it tries again.
    kept.rest().await;
    assert_eq!(kept.vmis(true).await.len(), 3);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_is_lost_is_asked_about_and_repeated_under_its_name() {
    for took_effect in [true, false] {
        let kept = Kept::start();
        let mut first = true;
        kept.layered.judge(move |line| match is_creation(line) && std::mem::take(&mut first) {
            true if took_effect => Fate::Lose,
            true => Fate::Refuse(504, refusal(504, "Timeout", "request did not complete")),
            false => Fate::Pass,
        });
        kept.create("web", 1).await;
        kept.rest().await;
        let asked = kept.layered.asked();
        let vmis: Vec<_> = asked.iter().filter(|line| line.contains("/virtualmachineinstances")).collect();
        let count = |what: &str| vmis.iter().filter(|line| resource(line) == what).count();
        let creations = if took_effect { 1 } else { 2 };
        // A watch may tell of it before it is asked about.
        assert!(count("GET vmi") <= 1, "{vmis:?}");
        assert_eq!((count("POST vmi"), count("LIST vmi")), (creations, 1), "{vmis:?}");
        assert_eq!(kept.vmis(true).await.len(), 1);
        let done = kept.layered.done();
        assert_eq!(done.iter().filter(|line| is_creation(line)).count(), 1, "{done:?}");
        kept.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_a_rest_gets_it() {
    let kept = Kept::start();
    let mut busy = refusal(429, "TooManyRequests", "too many requests, please try again later");
    busy["details"] = json!({"retryAfterSeconds": 7});
    let mut first = true;
    kept.layered.judge(move |line| {
        let refused = is_creation(line) && std::mem::take(&mut first);
        if refused { Fate::Refuse(429, busy.clone()) } else { Fate::Pass }
    });
    kept.create("web", 1).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let creations = |writes: Vec<String>| writes.iter().filter(|write| *write == "POST vmi").count();
    assert_eq!(creations(kept.writes()), 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(creations(kept.writes()), 1);
    assert_eq!(kept.vmis(true).await.len(), 1);
    kept.stop().await;
}

#[tokio::test(start_paused = true)]
async fn sets_of_several_namespaces_are_watched_in_those_namespaces_only() {
    let layered = Layered::new();
    let forbidden = refusal(403, "Forbidden", "not across namespaces");
    layered.judge(move |line| {
        let everywhere = !line.contains("/namespaces/");
        if everywhere { Fate::Refuse(403, forbidden.clone()) } else { Fate::Pass }
    });
    let spaces = ["default", "kube-public"];
    let sets: Vec<_> = spaces.map(|space| (space.to_owned(), "web".to_owned())).into();
    let client = layered.direct();
    for space in spaces {
        let mut set = set("web", 2);
        set["metadata"]["namespace"] = json!(space);
        let path = format!("/apis/kubevirt.io/v1/namespaces/{space}/virtualmachineinstancereplicasets");
        let request = http::Request::post(path).header("content-type", "application/json");
        let _: Value = client.request(request.body(set.to_string().into_bytes()).unwrap()).await.unwrap();
    }
    let settling = tokio::spawn(settle(layered.client(), sets, Some(LONG), CancellationToken::new(), |_| ()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    for space in spaces {
        let path = format!("/apis/kubevirt.io/v1/namespaces/{space}/virtualmachineinstances");
        let list: Value = client.request(http::Request::get(&path).body(Vec::new()).unwrap()).await.unwrap();
        let vmis = list["items"].as_array().unwrap();
        assert_eq!(vmis.len(), 2, "{space}");
        for vmi in vmis {
            let path = format!("{path}/{}", vmi["metadata"]["name"].as_str().unwrap());
            let ready = reports("Running", "True", "").to_string().into_bytes();
            let request = http::Request::patch(path).header("content-type", "application/merge-patch+json");
            let _: Value = client.request(request.body(ready).unwrap()).await.unwrap();
        }
    }
    let outcome = settling.await.unwrap().unwrap();
    assert!(outcome.is_settled(), "{outcome:?}");
    let asked = layered.asked();
    assert!(asked.iter().all(|line| line.contains("/namespaces/")), "{asked:?}");
}
