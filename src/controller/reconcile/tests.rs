//! What may happen to a set while a pass over it is under way.

use super::super::metrics::Metrics;
use super::*;
use crate::controller::plan::fixtures;
use std::sync::OnceLock;

/// What the passes share, with a server whose every answer is a VMI `a` of the set. Before each answer `meanwhile` happens.
fn shared(meanwhile: impl Fn(&mut View) + Send + Sync + 'static) -> Arc<Shared> {
    let itself = Arc::new(OnceLock::<Arc<Shared>>::new());
    let (view, meanwhile) = (Arc::clone(&itself), Arc::new(meanwhile));
    let service = tower::service_fn(move |_: http::Request<kube::client::Body>| {
        if let Some(shared) = view.get() {
            meanwhile(&mut shared.view());
        }
        let created = json!(fixtures::vmi("a").owned_by("set")).to_string();
        let body = http_body_util::Full::new(bytes::Bytes::from(created));
        std::future::ready(Ok::<_, tower::BoxError>(http::Response::new(body)))
    });
    let client = kube::Client::new(service, "default");
    let (recorder, _) = Recorder::new(client.clone(), "it".into());
    let view = Mutex::default();
    let shared = Arc::new(Shared { client, view, recorder, burst: 10, metrics: Metrics::default() });
    let mut set = fixtures::set(1);
    set.metadata.annotations = Some(MARKS.map(|mark| (mark.to_owned(), VERSION.to_owned())).into());
    shared.view().index.apply_set(set);
    itself.set(Arc::clone(&shared)).unwrap_or_else(|_| panic!("it is set once"));
    shared
}

fn key() -> Key {
    ("default".to_owned(), "set".to_owned())
}

#[tokio::test]
async fn what_was_created_is_waited_for() {
    let shared = shared(|_| ());
    reconcile(&shared, &key()).await.unwrap();
    assert_eq!(shared.view().expectations.unseen("set"), ["a"]);
}

#[tokio::test]
async fn a_set_that_is_removed_during_its_pass_leaves_nothing_to_wait_for() {
    let shared = shared(|view| {
        if let Some(uid) = view.index.remove_set(&key()) {
            view.expectations.forget(&uid);
        }
    });
    // Its status cannot be written any more, which is nobody's concern here.
    let _ = reconcile(&shared, &key()).await;
    assert!(shared.view().expectations.is_empty(), "{:?}", shared.view().expectations);
}

#[tokio::test]
async fn a_set_that_is_replaced_during_its_pass_leaves_nothing_to_wait_for() {
    let shared = shared(|view| {
        let mut another = fixtures::set(1);
        another.metadata.uid = Some("another".into());
        view.index.apply_set(another);
    });
    let _ = reconcile(&shared, &key()).await;
    assert!(shared.view().expectations.is_empty(), "{:?}", shared.view().expectations);
}
