//! A cluster that refuses, stalls, lies or hangs up. What is written is written once, and what went wrong is said.

use crate::support::{Reply, Scripted, mask, refusal};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets";

fn set(replicas: u32) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": "a", "namespace": "default", "uid": "u", "resourceVersion": "7"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}}},
    })
}

fn scale(replicas: u32) -> Value {
    json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": {"name": "a", "namespace": "default", "resourceVersion": "7"},
        "spec": {"replicas": replicas}, "status": {"replicas": replicas, "selector": "a=b"},
    })
}

/// Answers reads of the set; everything else by `script`.
async fn with_set(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |line, earlier| {
        if line.starts_with(&format!("GET {SETS}/a")) && !line.contains("/scale") {
            return Reply::Json(200, set(2));
        }
        if line.starts_with("GET ") && line.contains("horizontalpodautoscalers") {
            return Reply::Json(200, json!({"kind": "HorizontalPodAutoscalerList", "apiVersion": "autoscaling/v2", "metadata": {}, "items": []}));
        }
        script(line, earlier)
    })
    .await
}

fn writes(server: &Scripted) -> Vec<String> {
    server.asked().into_iter().filter(|line| !line.starts_with("GET ")).collect()
}

#[tokio::test]
async fn a_conflict_while_scaling_is_tried_again() {
    let server = with_set(|_, earlier| match earlier {
        0 => Reply::Json(409, refusal(409, "Conflict", "the object has been modified")),
        _ => Reply::Json(200, scale(3)),
    })
    .await;
    assert_snapshot!(mask(server.vmirs("scale a --replicas=3").run().await));
    assert_eq!(writes(&server).len(), 2);
}

#[tokio::test]
async fn a_create_that_ends_in_a_server_error_is_not_repeated() {
    for status in [429, 500, 503, 504] {
        let server = Scripted::start(move |_, _| {
            Reply::With(status, ("retry-after", "1"), refusal(status, "InternalError", "out of order"))
        })
        .await;
        let ended = server.vmirs("create a --image=x").run().await;
        assert!(ended.clone().failure().contains("out of order"), "{ended}");
        assert_eq!(writes(&server).len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_create_whose_connection_breaks_is_not_repeated() {
    let server = Scripted::start(|_, _| Reply::HangUp).await;
    assert_snapshot!(mask(server.vmirs("create a --image=x").run().await));
    assert_eq!(writes(&server).len(), 1);
}

#[tokio::test]
async fn a_read_is_tried_again_when_the_server_asks_for_it() {
    let server = Scripted::start(|_, earlier| match earlier {
        0 => Reply::With(429, ("retry-after", "1"), refusal(429, "TooManyRequests", "slow down")),
        _ => Reply::Json(200, set(2)),
    })
    .await;
    server.vmirs("get a -o name").run().await.success();
}

#[tokio::test]
async fn a_read_is_not_tried_for_ever() {
    let server =
        Scripted::start(|_, _| Reply::With(503, ("retry-after", "0"), refusal(503, "ServiceUnavailable", "no"))).await;
    assert_snapshot!(mask(server.vmirs("get a").run().await));
    assert!(server.asked().len() <= 11, "{:?}", server.asked());
}

#[tokio::test]
async fn a_role_without_scale_falls_back_to_the_spec() {
    let server = with_set(|line, _| match line.contains("/scale") {
        true => Reply::Json(403, refusal(403, "Forbidden", "may not patch virtualmachineinstancereplicasets/scale")),
        false => Reply::Json(200, set(3)),
    })
    .await;
    assert_snapshot!(mask(server.vmirs("scale a --replicas=3").run().await));
    let last = writes(&server).pop().unwrap();
    assert!(last.starts_with(&format!("PATCH {SETS}/a")) && last.contains("\"replicas\":3"), "{last}");
}

#[tokio::test]
async fn a_role_without_any_right_is_told_what_it_lacks() {
    let message = "virtualmachineinstancereplicasets.kubevirt.io \"a\" is forbidden: User \"u\" cannot patch resource \
                   \"virtualmachineinstancereplicasets\" in API group \"kubevirt.io\" in the namespace \"default\"";
    let server = with_set(move |_, _| Reply::Json(403, refusal(403, "Forbidden", message))).await;
    assert_snapshot!(mask(server.vmirs("scale a --replicas=3").run().await));
}

#[tokio::test]
async fn a_server_that_lies_is_found_out() {
    for reply in [
        Reply::Bytes(200, b"<html>not an API server</html>"),
        Reply::Bytes(200, b""),
        Reply::Json(200, json!([])),
        Reply::Half("{\"kind\": \"Table\", \"rows\": ["),
    ] {
        let server = Scripted::start(move |_, _| reply.clone()).await;
        for words in ["get a -o yaml", "get", "describe a", "scale a --replicas=3", "autoscale a --max=3", "delete a"] {
            let ended = server.vmirs(words).run().await;
            assert_eq!(ended.code.unwrap_or(101) % 100, 1, "{ended}");
            assert!(!ended.stderr.contains("panicked"), "{ended}");
        }
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_after_the_requests_timeout() {
    let server = Scripted::start(|_, _| Reply::Silence).await;
    assert_snapshot!(mask(server.vmirs("get a --request-timeout=1s").run().await));
}

#[tokio::test]
async fn an_answer_that_is_no_status_is_told_as_kubectl_tells_it() {
    let server = Scripted::start(|_, _| Reply::Bytes(502, b"bad gateway")).await;
    assert_snapshot!(mask(server.vmirs("get a").run().await));
}

#[tokio::test]
async fn what_a_cluster_says_never_becomes_an_escape_sequence() {
    let name = "a\u{1b}[31mred\u{7}";
    let server = Scripted::start(move |_, _| {
        Reply::With(404, ("warning", "299 - \"\u{9b}31mold\""), refusal(404, "NotFound", name))
    })
    .await;
    for words in ["get a", "describe a", "scale a --replicas=1", "delete a"] {
        let ended = server.vmirs(words).run().await;
        let printed = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!printed.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{printed:?}");
    }
}
