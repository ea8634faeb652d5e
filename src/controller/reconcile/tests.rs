//! What may happen to a set while a pass over it is under way.

use super::super::context::Cache;
use super::super::events::Recorder;
use super::super::metrics::Metrics;
use super::*;
use crate::controller::plan::fixtures;
use std::sync::{Mutex, OnceLock};
use tokio_util::sync::CancellationToken;

/// What the passes share, with a server that knows the set and makes a VMI `a` of it. Before each creation is answered
/// `meanwhile` happens.
fn context(meanwhile: impl Fn(&mut Cache) + Send + Sync + 'static) -> Arc<Context> {
    let itself = Arc::new(OnceLock::<Arc<Context>>::new());
    let (context, meanwhile) = (Arc::clone(&itself), Arc::new(meanwhile));
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let answer = if request.method() == http::Method::GET {
            json!(set())
        } else {
            if let Some(context) = context.get() {
                meanwhile(&mut context.cache());
            }
            json!(fixtures::vmi("a").owned_by("set"))
        };
        let body = http_body_util::Full::new(bytes::Bytes::from(answer.to_string()));
        std::future::ready(Ok::<_, tower::BoxError>(http::Response::new(body)))
    });
    let client = kube::Client::new(service, "default");
    let (recorder, _) = Recorder::new(client.clone(), "it".into());
    let (cache, metrics, stop) = (Mutex::default(), Metrics::default(), CancellationToken::new());
    let context = Arc::new(Context { client, cache, recorder, burst: 10, metrics, stop });
    context.cache().index.apply_set(set());
    itself.set(Arc::clone(&context)).unwrap_or_else(|_| panic!("it is set once"));
    context
}

fn set() -> ReplicaSet {
    let mut set = fixtures::set(1);
    set.metadata.annotations = Some(OBSERVED_ANNOTATIONS.map(|mark| (mark.to_owned(), VERSION.to_owned())).into());
    set
}

fn key() -> Key {
    ("default".to_owned(), "set".to_owned())
}

#[tokio::test]
async fn what_was_created_is_waited_for() {
    let context = context(|_| ());
    reconcile(&context, &key()).await.unwrap();
    assert_eq!(context.cache().expectations.awaited("set"), ["a"]);
}

#[tokio::test]
async fn a_set_that_is_removed_during_its_pass_leaves_nothing_to_wait_for() {
    let context = context(|cache| {
        if let Some(uid) = cache.index.remove_set(&key()) {
            cache.expectations.forget(&uid);
        }
    });
    // Its status cannot be written any more, which is nobody's concern here.
    let _ = reconcile(&context, &key()).await;
    assert!(context.cache().expectations.is_empty(), "{:?}", context.cache().expectations);
}

#[tokio::test]
async fn a_set_that_is_replaced_during_its_pass_leaves_nothing_to_wait_for() {
    let context = context(|cache| {
        let mut another = fixtures::set(1);
        another.metadata.uid = Some("another".into());
        cache.index.apply_set(another);
    });
    let _ = reconcile(&context, &key()).await;
    assert!(context.cache().expectations.is_empty(), "{:?}", context.cache().expectations);
}
