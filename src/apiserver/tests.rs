use crate::apiserver::{Options, Server};
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use serde_json::json;

fn config_map(name: &str, labels: &serde_json::Value) -> ConfigMap {
    serde_json::from_value(json!({"metadata": {"name": name, "labels": labels}, "data": {"a": "1"}})).unwrap()
}

fn maps(server: &Server) -> Api<ConfigMap> {
    Api::namespaced(server.client(), "default")
}

#[tokio::test]
async fn an_object_lives_and_dies_through_an_ordinary_client() {
    let server = Server::new(Options::default());
    let maps = maps(&server);
    let created = maps.create(&PostParams::default(), &config_map("x", &json!({}))).await.unwrap();
    assert!(created.metadata.uid.is_some());
    let again = maps.create(&PostParams::default(), &config_map("x", &json!({}))).await.unwrap_err();
    assert!(again.to_string().contains("already exists"), "{again}");
    let patch = Patch::Merge(json!({"data": {"b": "2"}}));
    let patched = maps.patch("x", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(patched.data.unwrap().len(), 2);
    maps.delete("x", &DeleteParams::default()).await.unwrap();
    assert!(maps.get_opt("x").await.unwrap().is_none());
}

#[tokio::test]
async fn a_stale_replace_is_a_conflict_and_a_write_of_nothing_new_is_no_write() {
    let server = Server::new(Options::default());
    let maps = maps(&server);
    let first = maps.create(&PostParams::default(), &config_map("x", &json!({}))).await.unwrap();
    let same = maps.replace("x", &PostParams::default(), &first).await.unwrap();
    assert_eq!(same.metadata.resource_version, first.metadata.resource_version);
    let mut second = first.clone();
    second.data = None;
    maps.replace("x", &PostParams::default(), &second).await.unwrap();
    let stale = maps.replace("x", &PostParams::default(), &first).await.unwrap_err();
    assert!(matches!(stale, kube::Error::Api(status) if status.is_conflict()));
}

#[tokio::test]
async fn a_watch_replays_the_past_and_sees_objects_come_and_go_through_its_selector() {
    let server = Server::new(Options::default());
    let maps = maps(&server);
    let start = maps.list(&ListParams::default()).await.unwrap().metadata.resource_version.unwrap();
    maps.create(&PostParams::default(), &config_map("x", &json!({"a": "b"}))).await.unwrap();
    let params = WatchParams::default().labels("a=b").timeout(5);
    let mut events = maps.watch(&params, &start).await.unwrap().boxed();
    assert!(matches!(events.try_next().await.unwrap().unwrap(), WatchEvent::Added(_)));
    let relabel = |value: &str| Patch::Merge(json!({"metadata": {"labels": {"a": value}}}));
    maps.patch("x", &PatchParams::default(), &relabel("c")).await.unwrap();
    maps.patch("x", &PatchParams::default(), &relabel("b")).await.unwrap();
    assert!(matches!(events.try_next().await.unwrap().unwrap(), WatchEvent::Deleted(_)));
    assert!(matches!(events.try_next().await.unwrap().unwrap(), WatchEvent::Added(_)));
    let before = maps.get("x").await.unwrap().metadata.resource_version.unwrap();
    maps.delete("x", &DeleteParams::default()).await.unwrap();
    match events.try_next().await.unwrap().unwrap() {
        WatchEvent::Deleted(last) => assert_ne!(last.metadata.resource_version.unwrap(), before),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_watch_that_asks_for_a_forgotten_past_is_told_so() {
    let server = Server::new(Options { history: 2, ..Options::default() });
    let maps = maps(&server);
    for name in ["x", "y", "z"] {
        maps.create(&PostParams::default(), &config_map(name, &json!({}))).await.unwrap();
    }
    let mut events = maps.watch(&WatchParams::default(), "1").await.unwrap().boxed();
    match events.try_next().await.unwrap().unwrap() {
        WatchEvent::Error(status) => assert_eq!(status.code, 410),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn pages_show_one_moment_even_while_others_write() {
    let server = Server::new(Options::default());
    let maps = maps(&server);
    for name in ["a", "b", "c"] {
        maps.create(&PostParams::default(), &config_map(name, &json!({}))).await.unwrap();
    }
    let page = maps.list(&ListParams::default().limit(2)).await.unwrap();
    assert_eq!((page.items.len(), page.metadata.remaining_item_count), (2, Some(1)));
    maps.delete("c", &DeleteParams::default()).await.unwrap();
    maps.create(&PostParams::default(), &config_map("bb", &json!({}))).await.unwrap();
    let token = page.metadata.continue_.unwrap();
    let rest = maps.list(&ListParams::default().limit(2).continue_token(&token)).await.unwrap();
    let names: Vec<_> = rest.items.iter().filter_map(|item| item.metadata.name.as_deref()).collect();
    assert_eq!(names, ["c"]);
}

#[tokio::test]
async fn a_finalizer_holds_a_deleted_object_until_it_is_taken_away() {
    let server = Server::new(Options::default());
    let maps = maps(&server);
    let mut object = config_map("x", &json!({}));
    object.metadata.finalizers = Some(vec!["a/b".into()]);
    maps.create(&PostParams::default(), &object).await.unwrap();
    let held = maps.delete("x", &DeleteParams::default()).await.unwrap().left().unwrap();
    assert!(held.metadata.deletion_timestamp.is_some());
    let patch = Patch::Merge(json!({"metadata": {"finalizers": null}}));
    maps.patch("x", &PatchParams::default(), &patch).await.unwrap();
    assert!(maps.get_opt("x").await.unwrap().is_none());
}

#[tokio::test]
async fn a_namespace_goes_once_its_finalizer_is_taken_away_and_takes_nothing_new_before() {
    let server = Server::new(Options::default());
    let namespaces: Api<Namespace> = Api::all(server.client());
    let namespace = serde_json::from_value(json!({"metadata": {"name": "n"}})).unwrap();
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
    let held = namespaces.delete("n", &DeleteParams::default()).await.unwrap().left().unwrap();
    assert_eq!(held.status.clone().unwrap().phase.as_deref(), Some("Terminating"));
    let inside: Api<ConfigMap> = Api::namespaced(server.client(), "n");
    let refused = inside.create(&PostParams::default(), &config_map("x", &json!({}))).await.unwrap_err();
    assert!(matches!(refused, kube::Error::Api(status) if status.is_forbidden()));
    let mut free = held;
    free.spec = None;
    namespaces.replace_subresource("finalize", "n", &PostParams::default(), &free).await.unwrap();
    assert!(namespaces.get_opt("n").await.unwrap().is_none());
}

/// As in a kubeconfig: padded, with the two letters that URLs cannot carry.
fn standard_base64(bytes: &[u8]) -> String {
    let text = crate::apiserver::continue_token::base64(bytes).replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    text + &padding
}

#[tokio::test]
async fn over_tls_the_token_opens_the_door_and_the_end_of_the_server_ends_its_watches() {
    let identity = crate::apiserver::tls::Identity::generate().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let pem = identity.certificate_pem.clone();
    let stop = shutdown.clone();
    let serving = tokio::spawn(async move {
        crate::apiserver::serve::serve(Server::new(Options::default()), listener, &identity, "secret".into(), stop)
            .await
    });
    let client = |token: &str| {
        let kubeconfig = json!({
            "clusters": [{"name": "c", "cluster": {
                "server": format!("https://{address}"),
                "certificate-authority-data": standard_base64(pem.as_bytes()),
            }}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "c",
        });
        let kubeconfig: kube::config::Kubeconfig = serde_json::from_value(kubeconfig).unwrap();
        async move {
            let options = kube::config::KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
            kube::Client::try_from(config).unwrap()
        }
    };
    let stranger: Api<Namespace> = Api::all(client("guess").await);
    let refused = stranger.list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(refused, kube::Error::Api(status) if status.code == 401));
    let namespaces: Api<Namespace> = Api::all(client("secret").await);
    assert_eq!(namespaces.list(&ListParams::default()).await.unwrap().items.len(), 4);
    let mut events = namespaces.watch(&WatchParams::default(), "0").await.unwrap().boxed();
    for _ in 0..4 {
        assert!(events.try_next().await.unwrap().is_some());
    }
    shutdown.cancel();
    serving.await.unwrap().unwrap();
    assert!(!matches!(events.next().await, Some(Ok(_))));
}

/// Two clocks: one for the others, and one that panics while a test wants it to.
mod clocks {
    use std::sync::atomic::{AtomicBool, Ordering};

    pub(super) static STOPPED: AtomicBool = AtomicBool::new(false);

    pub(super) fn now() -> jiff::Timestamp {
        assert!(!STOPPED.load(Ordering::SeqCst), "the clock has stopped");
        jiff::Timestamp::now()
    }
}

#[tokio::test]
async fn a_panic_is_one_requests_misfortune() {
    let server = Server::new(Options { now: clocks::now, ..Options::default() });
    let maps = maps(&server);
    maps.create(&PostParams::default(), &config_map("x", &json!({}))).await.unwrap();
    let mut events = maps.watch(&WatchParams::default().timeout(5), "0").await.unwrap().boxed();
    assert!(matches!(events.try_next().await.unwrap().unwrap(), WatchEvent::Added(_)));
    clocks::STOPPED.store(true, std::sync::atomic::Ordering::SeqCst);
    let relabel = Patch::Merge(json!({"metadata": {"labels": {"a": "b"}}}));
    // With the store locked, and without.
    let patched = maps.patch("x", &PatchParams::default(), &relabel).await.unwrap_err();
    let created = maps.create(&PostParams::default(), &config_map("y", &json!({}))).await.unwrap_err();
    clocks::STOPPED.store(false, std::sync::atomic::Ordering::SeqCst);
    for refused in [patched, created] {
        let kube::Error::Api(status) = refused else { panic!("{refused:?}") };
        assert_eq!((status.code, status.reason.as_str()), (500, "InternalError"), "{}", status.message);
    }
    maps.patch("x", &PatchParams::default(), &relabel).await.unwrap();
    assert!(matches!(events.try_next().await.unwrap().unwrap(), WatchEvent::Modified(_)));
    assert!(maps.get_opt("y").await.unwrap().is_none());
}

#[test]
fn a_release_unwinds_so_that_a_panic_can_be_caught() {
    let profile = include_str!("../../Cargo.toml").split("[profile.release]").nth(1).unwrap();
    let profile = profile.split("\n[").next().unwrap();
    assert!(!profile.contains("panic"), "{profile}");
}
