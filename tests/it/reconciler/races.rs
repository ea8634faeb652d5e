//! Things that happen between a request and its answer.

use super::*;
use crate::support::{Outcome, refusal};
use kubectl_vmirs::api::NamespacedName;
use kubectl_vmirs::controller::settle;

fn is_creation(line: &str) -> bool {
    line.starts_with("POST") && line.contains("/virtualmachineinstances")
}

#[tokio::test(start_paused = true)]
async fn a_vmi_that_is_gone_before_its_creation_is_answered_is_replaced_at_once() {
    let fixture = Fixture::start();
    let mut first = true;
    fixture.faults.policy(move |line| {
        let late = is_creation(line) && std::mem::take(&mut first);
        if late { Outcome::Late(Duration::from_secs(2)) } else { Outcome::Pass }
    });
    fixture.create("web", 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let vmi = fixture.vmis(true).await.swap_remove(0);
    fixture.send("DELETE", &format!("{VMIS}/{}", vmi["metadata"]["name"].as_str().unwrap()), &json!({})).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let replaced = fixture.vmis(true).await;
    assert_eq!(replaced.len(), 1, "within a second of the answer");
    assert_ne!(replaced[0]["metadata"]["uid"], vmi["metadata"]["uid"]);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn vmis_that_came_and_went_while_the_watch_was_down_are_replaced_when_it_is_up() {
    let fixture = Fixture::start();
    fixture.create("web", 0).await;
    // Watches end after 290 seconds; from then on no new one of VMIs is had. The first creation is answered after that.
    let down = refusal(500, "InternalError", "down");
    let mut first = true;
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "LIST vmi" | "WATCH vmi" => Outcome::Refuse(500, down.clone()),
        "POST vmi" if std::mem::take(&mut first) => Outcome::Late(Duration::from_secs(30)),
        _ => Outcome::Pass,
    });
    tokio::time::sleep(Duration::from_secs(280)).await;
    fixture.scale("web", 3).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    let vmis = fixture.vmis(true).await;
    assert_eq!(vmis.len(), 3);
    for vmi in vmis {
        fixture.send("DELETE", &format!("{VMIS}/{}", vmi["metadata"]["name"].as_str().unwrap()), &json!({})).await;
    }
    // Up again, but it has forgotten what happened meanwhile.
    let expired = json!({"type": "ERROR", "object": refusal(410, "Expired", "too old resource version")});
    let mut forgotten = Some(Outcome::Refuse(200, expired));
    fixture.faults.policy(move |line| match resource(line).as_str() {
        "WATCH vmi" => forgotten.take().unwrap_or(Outcome::Pass),
        _ => Outcome::Pass,
    });
    // The watch rests for half a minute at most before it tries again.
    fixture.rest().await;
    assert_eq!(fixture.vmis(true).await.len(), 3);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_is_lost_is_asked_about_and_repeated_under_its_name() {
    for took_effect in [true, false] {
        let fixture = Fixture::start();
        let mut first = true;
        fixture.faults.policy(move |line| match is_creation(line) && std::mem::take(&mut first) {
            true if took_effect => Outcome::DropResponse,
            true => Outcome::Refuse(504, refusal(504, "Timeout", "request did not complete")),
            false => Outcome::Pass,
        });
        fixture.create("web", 1).await;
        fixture.rest().await;
        let asked = fixture.faults.asked();
        let vmis: Vec<_> = asked.iter().filter(|line| line.contains("/virtualmachineinstances")).collect();
        let count = |what: &str| vmis.iter().filter(|line| resource(line) == what).count();
        let creations = if took_effect { 1 } else { 2 };
        // A watch may tell of it before it is asked about.
        assert!(count("GET vmi") <= 1, "{vmis:?}");
        assert_eq!((count("POST vmi"), count("LIST vmi")), (creations, 1), "{vmis:?}");
        assert_eq!(fixture.vmis(true).await.len(), 1);
        let done = fixture.faults.done();
        assert_eq!(done.iter().filter(|line| is_creation(line)).count(), 1, "{done:?}");
        fixture.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_a_rest_gets_it() {
    let fixture = Fixture::start();
    let mut busy = refusal(429, "TooManyRequests", "too many requests, please try again later");
    busy["details"] = json!({"retryAfterSeconds": 7});
    let mut first = true;
    fixture.faults.policy(move |line| {
        let refused = is_creation(line) && std::mem::take(&mut first);
        if refused { Outcome::Refuse(429, busy.clone()) } else { Outcome::Pass }
    });
    fixture.create("web", 1).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let creations = |writes: Vec<String>| writes.iter().filter(|write| *write == "POST vmi").count();
    assert_eq!(creations(fixture.writes()), 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(creations(fixture.writes()), 1);
    assert_eq!(fixture.vmis(true).await.len(), 1);
    fixture.stop().await;
}

#[tokio::test(start_paused = true)]
async fn sets_of_several_namespaces_are_watched_in_those_namespaces_only() {
    let faults = FaultLayer::new();
    let forbidden = refusal(403, "Forbidden", "not across namespaces");
    faults.policy(move |line| {
        let everywhere = !line.contains("/namespaces/");
        if everywhere { Outcome::Refuse(403, forbidden.clone()) } else { Outcome::Pass }
    });
    let spaces = ["default", "kube-public"];
    let sets: Vec<_> = spaces.map(|space| NamespacedName::new(NamespaceName::given(space).unwrap(), "web")).into();
    let client = faults.direct();
    for space in spaces {
        let mut set = set("web", 2);
        set["metadata"]["namespace"] = json!(space);
        let path = format!("/apis/kubevirt.io/v1/namespaces/{space}/virtualmachineinstancereplicasets");
        let request = http::Request::post(path).header("content-type", "application/json");
        let _: Value = client.request(request.body(set.to_string().into_bytes()).unwrap()).await.unwrap();
    }
    let settling = tokio::spawn(settle(faults.client(), sets, Some(LONG), CancellationToken::new(), |_| ()));
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
    let asked = faults.asked();
    assert!(asked.iter().all(|line| line.contains("/namespaces/")), "{asked:?}");
}
