//! `wait`: what it waits for, what it shows on the way, and that no lost connection ends it.

use crate::support::{Cluster, Reply, Scripted, Transcript, refusal};
use insta::assert_snapshot;
use serde_json::{Value, json};

const HPA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs-hpa.yaml");

async fn sized(cluster: &Cluster, name: &str, replicas: u32) {
    cluster.vmirs(&format!("create {name} --image=x --replicas={replicas}")).run().await.success();
    cluster.vmirs(&format!("wait {name} --for=ready --timeout=60s")).run().await.success();
}

on_each_cluster! {
    async fn a_set_is_waited_for_from_its_creation_to_its_end(cluster) {
        let waiting = cluster.vmirs("wait web --for=ready=2 --for=create --for=replicas --timeout=60s").run();
        let (waited, created) = tokio::join!(waiting, cluster.vmirs("create web --image=x --replicas=2").run());
        created.success();
        assert!(waited.stderr.is_empty() || waited.stderr.ends_with("web: 2/2 VMIs, 2 ready\n"), "{waited}");
        let met = "virtualmachineinstancereplicaset.kubevirt.io/web condition met\n";
        assert_eq!(waited.success(), met.repeat(3));
        let waiting = cluster.vmirs("wait web --for=replicas=4 --timeout=60s").run();
        let (waited, scaled) = tokio::join!(waiting, cluster.vmirs("scale web --replicas=4").run());
        scaled.success();
        assert_eq!(waited.success(), met);
        let waiting = cluster.vmirs("wait web --for=condition=replicapaused --timeout=60s").run();
        let (waited, paused) = tokio::join!(waiting, cluster.vmirs("pause web").run());
        paused.success();
        assert_eq!(waited.success(), met);
        let deleting = cluster.vmirs("delete web --cascade=foreground --wait=false").run();
        let (waited, deleted) = tokio::join!(cluster.vmirs("wait web --for=delete --timeout=60s").run(), deleting);
        deleted.success();
        // A set that is gone at the first look leaves nothing to be said.
        assert!(["", met].contains(&waited.success().as_str()));
        assert_eq!(cluster.vmirs("get -o name").run().await.success(), "");
    }

    async fn what_is_waited_for_is_said_as_kubectl_says_it(cluster) {
        for name in ["front-a", "front-b"] {
            sized(&cluster, name, 1).await;
        }
        cluster.kubectl("label vmirs front-a front-b tier=front").run().await.success();
        let mut told = Transcript::new(&cluster);
        for words in [
            "wait front-a --for=ready",
            "wait front-a front-b --for=replicas=1 --for=ready -o name",
            "wait -l tier=front --for=jsonpath={.status.readyReplicas}=1",
            "wait --all --for=jsonpath={.status.readyReplicas}=1 -o jsonpath-as-json={.metadata.name}",
            "wait front-a nothing front-b --for=jsonpath=.spec.replicas=1",
            "wait front-a --for=ready=9 --timeout=1s",
            "wait front-a --for=replicas=9 --timeout=0",
            "wait front-a front-b --for=condition=ReplicaPaused --timeout=1s",
            "wait nothing --for=create --timeout=1s",
            "wait nothing --for=delete",
            "wait -l tier=back --for=ready",
            "wait -l tier=back --for=delete",
            "wait front-a --for=delete --timeout=1s",
            &format!("wait -f {HPA} --for=create --timeout=0"),
            &format!("wait -f {HPA} --for=delete"),
        ] {
            told.vmirs(words).await;
        }
        assert_snapshot!("what_is_waited_for_is_said_as_kubectl_says_it", told.text());
    }

    async fn a_paused_set_says_why_it_is_waited_for_in_vain(cluster) {
        sized(&cluster, "web", 1).await;
        cluster.vmirs("pause web").run().await.success();
        cluster.vmirs("scale web --replicas=3").run().await.success();
        let waited = cluster.vmirs("wait web --for=ready --timeout=1s").run().await.failure();
        assert_eq!(
            waited,
            "web: 1/3 VMIs, 1 ready; waiting for the paused set to be resumed\n\
             error: timed out waiting for the condition on virtualmachineinstancereplicasets/web\n"
        );
    }
}

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets";

fn set(name: &str, revision: u32, ready: u32) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": name, "namespace": "default", "uid": name, "resourceVersion": revision.to_string()},
        "spec": {"replicas": 2}, "status": {"replicas": 2, "readyReplicas": ready},
    })
}

fn list(revision: u32, items: &[Value]) -> Reply {
    let metadata = json!({"resourceVersion": revision.to_string()});
    Reply::Json(200, json!({"kind": "List", "apiVersion": "kubevirt.io/v1", "metadata": metadata, "items": items}))
}

/// A server on which the set `a` becomes ready in the course of `watches`, one connection after the other. `lists` are
/// answered in turn, the last one for ever.
async fn server(lists: Vec<Reply>, watches: Vec<Reply>) -> Scripted {
    let watched = std::sync::atomic::AtomicUsize::new(0);
    let listed = std::sync::atomic::AtomicUsize::new(0);
    Scripted::start(move |line, _| {
        let turn = |of: &std::sync::atomic::AtomicUsize, replies: &[Reply]| {
            let turn = of.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            replies[turn.min(replies.len() - 1)].clone()
        };
        match line {
            line if line.contains("watch=true") => turn(&watched, &watches),
            line if line.contains("fieldSelector") => turn(&listed, &lists),
            line if line.contains(&format!("{SETS}/a")) => Reply::Json(200, set("a", 3, 0)),
            _ => Reply::Json(404, refusal(404, "NotFound", "not found")),
        }
    })
    .await
}

fn event(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}

fn stream(text: String) -> Reply {
    Reply::Bytes(200, Box::leak(text.into_boxed_str()).as_bytes())
}

#[tokio::test]
async fn a_wait_outlives_lost_connections_expired_revisions_and_a_busy_server() {
    let gone = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410});
    let server = server(
        vec![list(5, &[set("a", 3, 0)]), list(20, &[set("a", 19, 1)])],
        vec![
            stream(event("BOOKMARK", &json!({"metadata": {"resourceVersion": "6"}}))),
            Reply::Half("{\"type\":\"MODIFIED\",\"object\":{\"meta"),
            Reply::HangUp,
            Reply::Json(503, refusal(503, "ServiceUnavailable", "busy")),
            stream(event("ERROR", &gone)),
            stream(event("MODIFIED", &set("a", 21, 2))),
        ],
    )
    .await;
    let waited = server.vmirs("wait a --for=ready --timeout=60s").run().await;
    assert_eq!(waited.stderr, "a: 2/2 VMIs, 0 ready\na: 2/2 VMIs, 1 ready\na: 2/2 VMIs, 2 ready\n");
    assert_eq!(waited.success(), "virtualmachineinstancereplicaset.kubevirt.io/a condition met\n");
    let asked = server.asked();
    let revisions: Vec<_> = asked.iter().filter_map(|line| line.split("resourceVersion=").nth(1)).collect();
    assert_eq!(revisions.first(), Some(&"5"));
    assert_eq!(revisions.last(), Some(&"20"), "{asked:?}");
    assert!(revisions.contains(&"6"), "a watch goes on where the last one ended: {asked:?}");
}

#[tokio::test]
async fn what_no_patience_mends_ends_the_wait() {
    let forbidden = || Reply::Json(403, refusal(403, "Forbidden", "you may not watch"));
    let server = server(vec![list(5, &[set("a", 3, 0)])], vec![forbidden()]).await;
    let refused = server.vmirs("wait a --for=jsonpath={.status.readyReplicas}=2").run().await.failure();
    assert_eq!(refused, "Error from server (Forbidden): you may not watch\n");
}

#[tokio::test]
async fn a_server_that_stalls_does_not_stretch_the_timeout() {
    let server = server(vec![list(5, &[set("a", 3, 0)])], vec![Reply::Silence]).await;
    let late = server.vmirs("wait a --for=jsonpath={.status.readyReplicas}=2 --timeout=1s").run().await.failure();
    assert_eq!(late, "error: timed out waiting for the condition on virtualmachineinstancereplicasets/a\n");
}

#[tokio::test]
async fn another_object_of_the_same_name_does_not_stretch_a_deletion() {
    let mut successor = set("a", 9, 2);
    successor["metadata"]["uid"] = json!("another");
    let server = Scripted::start(move |line, _| match line {
        line if line.starts_with("DELETE ") => Reply::Json(200, set("a", 8, 2)),
        line if line.contains("watch=true") => stream(event("DELETED", &set("a", 8, 2)) + &event("ADDED", &successor)),
        _ => list(8, &[set("a", 8, 2)]),
    })
    .await;
    server.vmirs("delete a --timeout=30s").run().await.success();
}
