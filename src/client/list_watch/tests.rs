use super::*;
use crate::client::scripted::{Requests, scripted_bytes, silent};
use http::Method;
use serde_json::json;

fn object(name: &str, revision: u32) -> Value {
    json!({"metadata": {"name": name, "resourceVersion": revision.to_string()}})
}

fn list(revision: u32, items: &[Value]) -> Vec<u8> {
    json!({"metadata": {"resourceVersion": revision.to_string()}, "items": items}).to_string().into_bytes()
}

fn events(events: &[(&str, Value)]) -> Vec<u8> {
    events
        .iter()
        .map(|(kind, object)| format!("{}\n", json!({"type": kind, "object": object})))
        .collect::<String>()
        .into()
}

/// A server that answers one request after another; what comes last it says for ever.
fn server(answers: Vec<(u16, Vec<u8>)>) -> (Cluster, Requests) {
    let turn = std::sync::atomic::AtomicUsize::new(0);
    scripted_bytes(move |_| {
        let turn = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed).min(answers.len() - 1);
        answers[turn].clone()
    })
}

fn names(mirror: &Mirror<'_>) -> Vec<String> {
    mirror.objects().map(|object| key(object).1).collect()
}

/// What a mirror shows after each of so many changes, and what was asked for.
async fn shown(answers: Vec<(u16, Vec<u8>)>, changes: usize) -> (Vec<Vec<String>>, Vec<String>) {
    let (cluster, requests) = server(answers);
    let mut mirror = Mirror::new(&cluster, Call::new(Method::GET, "/x"));
    let mut shown = Vec::new();
    for _ in 0..changes {
        mirror.changed(&mut silent()).await.unwrap();
        shown.push(names(&mirror));
    }
    let requests = requests.lock().unwrap().clone();
    (shown, requests)
}

fn watch_from(revision: u32) -> String {
    format!("GET /x?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion={revision}")
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_where_a_lost_one_ended() {
    let first = events(&[("ADDED", object("b", 6)), ("BOOKMARK", object("", 9))]);
    let second = events(&[("DELETED", object("a", 10))]);
    let (shown, requests) = shown(vec![(200, list(5, &[object("a", 3)])), (200, first), (200, second)], 3).await;
    assert_eq!(shown, [vec!["a"], vec!["a", "b"], vec!["b"]]);
    assert_eq!(requests, ["GET /x".to_owned(), watch_from(5), watch_from(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_revision_is_listed_anew() {
    let expired = json!({"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410});
    for (status, body) in [(410, expired.to_string().into_bytes()), (200, events(&[("ERROR", expired)]))] {
        let answers = vec![(200, list(5, &[object("a", 3)])), (status, body), (200, list(20, &[object("c", 19)]))];
        let (shown, requests) = shown(answers, 2).await;
        assert_eq!(shown, [["a"], ["c"]]);
        assert_eq!(requests, ["GET /x".to_owned(), watch_from(5), "GET /x".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn half_an_event_is_a_lost_connection() {
    let answers = vec![
        (200, list(5, &[])),
        (200, b"{\"type\":\"ADDED\",\"obj".to_vec()),
        (200, b"nonsense\n".to_vec()),
        (500, Vec::new()),
        (200, events(&[("ADDED", object("a", 6))])),
    ];
    let (shown, _) = shown(answers, 2).await;
    assert_eq!(shown, [vec![], vec!["a"]]);
}

#[tokio::test(start_paused = true)]
async fn what_no_patience_mends_is_an_error() {
    let forbidden = json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403}).to_string();
    let unavailable =
        json!({"kind": "Status", "status": "Failure", "reason": "InternalError", "code": 500}).to_string();
    for answers in [
        vec![(500, unavailable.into_bytes())],
        vec![(403, forbidden.clone().into_bytes())],
        vec![(200, list(5, &[])), (403, forbidden.into_bytes())],
    ] {
        let (cluster, _) = server(answers.clone());
        let mut mirror = Mirror::new(&cluster, Call::new(Method::GET, "/x"));
        for _ in 1..answers.len() {
            mirror.changed(&mut silent()).await.unwrap();
        }
        assert!(mirror.changed(&mut silent()).await.is_err());
    }
}
