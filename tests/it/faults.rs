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

/// A list whose objects have names that would lead elsewhere: to all sets, to another namespace, to the namespace itself.
#[tokio::test]
async fn what_a_server_says_leads_to_no_other_object() {
    let odd = ["", ".", "..", "a/b", "a%2Fb"];
    let names = odd.iter().map(|name| (*name, "default"));
    for (name, namespace) in names.chain(odd.iter().map(|namespace| ("a", *namespace))) {
        let server = Scripted::start(move |line, _| {
            let mut set = set(2);
            (set["metadata"]["name"], set["metadata"]["namespace"]) = (json!(name), json!(namespace));
            let list = json!({
                "kind": "List", "apiVersion": "kubevirt.io/v1", "items": [set],
                "metadata": {"resourceVersion": "7\n&x=y", "continue": if line.contains("continue=") { "" } else { "c\0\n&x=ü" }},
            });
            Reply::Json(200, list)
        })
        .await;
        let verbs = [
            "delete --all --wait=false",
            "scale --all --replicas=1",
            "pause --all",
            "resume --all",
            "wait --all --for=ready --timeout=0",
            "describe",
            "get",
            "get -o yaml",
            "get --vmis",
            "get --pods",
            "get --hpas",
            "autoscale --max=3",
            "__complete get ''",
        ];
        for verb in verbs {
            let ended = server.vmirs(verb).run().await;
            assert!(
                matches!(ended.code, Some(0 | 1)) && !ended.stderr.contains("panicked"),
                "{name} {namespace}: {ended}"
            );
        }
        assert_eq!(writes(&server), [""; 0], "{name:?} {namespace:?}");
        let empty = |line: &String| line.contains("//") || line.contains("/?") || line.contains("/..");
        assert_eq!(server.asked().into_iter().filter(empty).collect::<Vec<_>>(), [""; 0], "{name:?} {namespace:?}");
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

/// The watch is cut off, then its revision has expired, then the server is away while the list is made anew.
#[tokio::test]
async fn a_watch_goes_on_over_everything_and_neither_repeats_nor_loses_a_row() {
    let row = |name: &str, revision: &str, size: u32| {
        let object = json!({"metadata": {"name": name, "uid": name, "resourceVersion": revision}});
        json!({"cells": [name, size], "object": object})
    };
    let table = move |revision: &str, rows: Vec<Value>| {
        let column = |name: &str, format: &str| json!({"name": name, "type": "string", "format": format});
        json!({
            "kind": "Table", "metadata": {"resourceVersion": revision},
            "columnDefinitions": [column("Name", "name"), column("Size", "")], "rows": rows,
        })
    };
    let event =
        move |r#type: &str, row: Value| json!({"type": r#type, "object": table("", vec![row])}).to_string() + "\n";
    let server = Scripted::start(move |line, earlier| {
        if !line.contains("watch=true") {
            return match earlier {
                0 => Reply::Json(200, table("5", vec![row("a", "3", 1), row("b", "4", 1)])),
                1 => Reply::HangUp,
                _ => Reply::Json(200, table("90", vec![row("a", "10", 2), row("c", "80", 7)])),
            };
        }
        match line {
            line if line.contains("resourceVersion=5") => Reply::Half(event("MODIFIED", row("a", "10", 2)).leak()),
            line if line.contains("resourceVersion=10") => {
                Reply::Json(410, refusal(410, "Expired", "too old resource version"))
            }
            _ => Reply::Half(event("MODIFIED", row("c", "91", 8)).leak()),
        }
    })
    .await;
    let shown = server.vmirs("get -w --output-watch-events").lines(7).await;
    let shown: Vec<_> = shown.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        shown,
        ["EVENT NAME SIZE", "ADDED a 1", "ADDED b 1", "MODIFIED a 2", "DELETED b 1", "ADDED c 7", "MODIFIED c 8"]
    );
}

/// Answers the guard's questions: may not list Leases, none in `kubevirt`, and `kubevirts` as given.
async fn guarded(kubevirts: Reply) -> Scripted {
    with_set(move |line, _| match line {
        line if line.contains("/namespaces/kubevirt/leases/") => Reply::Json(404, refusal(404, "NotFound", "no lease")),
        line if line.contains("/leases") => Reply::Json(403, refusal(403, "Forbidden", "may not list leases")),
        line if line.contains("/kubevirts") => kubevirts.clone(),
        _ => Reply::Json(403, refusal(403, "Forbidden", "may not list virtualmachineinstances")),
    })
    .await
}

#[tokio::test]
async fn where_the_controller_may_not_be_seen_an_installed_kubevirt_is_enough() {
    let object = json!({"metadata": {"name": "kubevirt", "namespace": "virt"}});
    let server = guarded(Reply::Json(200, json!({"kind": "KubeVirtList", "metadata": {}, "items": [object]}))).await;
    assert_snapshot!(mask(server.vmirs("scale a --replicas=3 --local").run().await));
    assert_eq!(writes(&server), [""; 0]);
}

#[tokio::test]
async fn where_nothing_may_be_seen_nothing_is_done() {
    let server = guarded(Reply::Json(403, refusal(403, "Forbidden", "may not list kubevirts"))).await;
    assert_snapshot!(mask(server.vmirs("scale a --replicas=3 --local").run().await));
    assert_eq!(writes(&server), [""; 0]);
}

#[tokio::test]
async fn a_reconciler_that_may_not_watch_says_so_and_ends() {
    let server = Scripted::start(|line, _| match line {
        line if line.contains("/kubevirts") || line.contains("/leases") => {
            Reply::Json(404, refusal(404, "NotFound", "no"))
        }
        line if line.starts_with("GET ") && line.contains("virtualmachineinstances?") => {
            Reply::Json(403, refusal(403, "Forbidden", "virtualmachineinstances.kubevirt.io is forbidden: cannot list"))
        }
        line if line.contains("/scale") => Reply::Json(200, scale(3)),
        line if line.contains(&format!("{SETS}/a")) => Reply::Json(200, set(2)),
        _ => Reply::Json(200, json!({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": []})),
    })
    .await;
    let ended = server.vmirs("scale a --replicas=3 --local --force").run().await;
    assert!(ended.stderr.contains("unable to watch VMIs: virtualmachineinstances.kubevirt.io is forbidden"), "{ended}");
    assert_eq!(ended.code, Some(1));
}
