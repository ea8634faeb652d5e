//! What our verbs do about autoscalers that are there: overwrite them, and warn of what they will do.

use crate::support::{Cluster, Reply, Scripted, Transcript, refusal};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn spec(cluster: &Cluster, name: &str) -> Value {
    let spec = cluster.kubectl(&format!("get hpa {name} -o jsonpath={{.spec}}")).run().await.success();
    serde_json::from_str(&spec).unwrap()
}

async fn revision(cluster: &Cluster, name: &str) -> String {
    cluster.kubectl(&format!("get hpa {name} -o jsonpath={{.metadata.generation}}")).run().await.success()
}

on_each_cluster! {
    async fn an_autoscaler_is_overwritten_where_it_was_asked_for(cluster) {
        cluster.vmirs("create web --image=x --replicas=2").run().await.success();
        cluster.vmirs("wait web --for=ready --timeout=60s").run().await.success();
        let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, labels: {fixture: label}}\n\
                   spec:\n  scaleTargetRef: {apiVersion: kubevirt.io/v1, kind: VirtualMachineInstanceReplicaSet, name: web}\n  \
                   minReplicas: 2\n  maxReplicas: 4\n  behavior: {scaleDown: {stabilizationWindowSeconds: 60}}\n  metrics:\n  \
                   - {type: Pods, pods: {metric: {name: sessions}, target: {type: AverageValue, averageValue: '10'}}}\n  \
                   - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}\n";
        cluster.kubectl("create -f -").stdin(hpa).run().await.success();
        let before = spec(&cluster, "web").await;
        let mut told = Transcript::new(&cluster);
        told.vmirs("autoscale web --max=6 --cpu=60%").await;
        assert_eq!(spec(&cluster, "web").await, before);
        told.vmirs("autoscale web --max=6 --cpu=60% --overwrite --dry-run=server").await;
        told.vmirs("autoscale web --max=6 --cpu=60% --overwrite --dry-run=client -o name").await;
        assert_eq!(spec(&cluster, "web").await, before);
        told.vmirs("autoscale web --max=6 --cpu=60% --memory=200Mi --overwrite").await;
        let mut expected = before;
        expected["maxReplicas"] = json!(6);
        expected["metrics"][1]["resource"]["target"]["averageUtilization"] = json!(60);
        let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "200Mi"}}});
        expected["metrics"].as_array_mut().unwrap().push(memory);
        assert_eq!(spec(&cluster, "web").await, expected);
        let generation = revision(&cluster, "web").await;
        told.vmirs("autoscale web --max=6 --cpu=60% --overwrite").await;
        told.vmirs("autoscale web --min=2 --max=6 --overwrite -o name").await;
        assert_eq!(revision(&cluster, "web").await, generation);
        told.vmirs("autoscale web --max=1 --overwrite").await;
        told.vmirs("autoscale web --max=7 --overwrite --api-version=v1").await;
        expected["maxReplicas"] = json!(7);
        // The server keeps what v1 cannot say, and puts CPU last.
        expected["metrics"].as_array_mut().unwrap().swap(1, 2);
        assert_eq!(spec(&cluster, "web").await, expected);
        told.vmirs("autoscale web --name=other --max=3 --overwrite").await;
        cluster.vmirs("create db --image=x --replicas=0").run().await.success();
        told.vmirs("autoscale db --name=web --max=3 --overwrite").await;
        told.vmirs("autoscale nothing --max=3 --overwrite").await;
        assert_eq!(spec(&cluster, "web").await, expected);
        assert_snapshot!("an_autoscaler_is_overwritten_where_it_was_asked_for", told.text());
    }

    async fn an_autoscaler_that_can_never_act_is_warned_of(cluster) {
        let set = |name: &str, more: &str| format!(
            "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {{name: {name}}}\n\
             spec: {{{more}selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{domain: {{devices: {{}}}}}}}}}}\n---\n"
        );
        let sets = set("empty", "replicas: 0, ") + &set("idle", "replicas: 0, paused: true, ");
        cluster.kubectl("create -f -").stdin(sets).run().await.success();
        for name in ["empty", "idle"] {
            let reported = format!("wait vmirs/{name} --for=jsonpath={{.status.labelSelector}} --timeout=60s");
            cluster.kubectl(&reported).run().await.success();
        }
        let mut told = Transcript::new(&cluster);
        told.vmirs("autoscale empty --max=3").await;
        told.vmirs("autoscale idle --max=3 --cpu=500m").await;
        told.vmirs("autoscale idle --max=3 --memory=200Mi --name=second").await;
        told.vmirs("autoscale idle --max=3 --memory=200Mi --name=second --overwrite").await;
        assert_snapshot!("an_autoscaler_that_can_never_act_is_warned_of", told.text());
    }

    async fn scaling_tells_what_an_autoscaler_will_do_about_it(cluster) {
        for name in ["web", "db"] {
            cluster.vmirs(&format!("create {name} --image=x --replicas=2 --labels=app={name}")).run().await.success();
        }
        cluster.vmirs("autoscale web --min=2 --max=4").run().await.success();
        let mut told = Transcript::new(&cluster);
        for words in [
            "scale db --replicas=3",
            "scale web --replicas=1",
            "scale web --replicas=9 --dry-run=server",
            "scale web --replicas=9 -o name",
            "scale web db --replicas=0",
            "scale nothing --replicas=1",
        ] {
            told.vmirs(words).await;
        }
        assert_snapshot!("scaling_tells_what_an_autoscaler_will_do_about_it", told.text());
    }
}

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets";

fn set(name: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": name, "namespace": "default"}, "spec": {"replicas": 2}, "status": {"labelSelector": "a=b"},
    })
}

/// A server with the sets `a` and `b`, on which everything about autoscalers and metrics ends so.
async fn server(about_autoscalers: Reply) -> Scripted {
    Scripted::start(move |line, _| match line {
        line if line.starts_with("POST ") => Reply::Json(
            201,
            json!({
                "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"},
            }),
        ),
        line if line.contains("autoscaling") || line.contains("metrics.k8s.io") => about_autoscalers.clone(),
        line if line.contains(&format!("{SETS}/a")) => Reply::Json(200, set("a")),
        line if line.contains(&format!("{SETS}/b")) => Reply::Json(200, set("b")),
        _ => Reply::Json(404, refusal(404, "NotFound", "not found")),
    })
    .await
}

#[tokio::test]
async fn whoever_may_not_see_autoscalers_is_neither_warned_nor_kept_waiting() {
    let replies = [
        Reply::Json(403, refusal(403, "Forbidden", "no")),
        Reply::HangUp,
        Reply::Silence,
        Reply::Bytes(200, b"nonsense"),
    ];
    for reply in replies {
        let server = server(reply).await;
        let scaled = server.vmirs("scale a b --replicas=3").run().await;
        assert_eq!((scaled.stderr.as_str(), scaled.code), ("", Some(0)), "{scaled}");
        let autoscaled = server.vmirs("autoscale a --max=3 --cpu=500m").run().await;
        assert_eq!((autoscaled.stderr.as_str(), autoscaled.code), ("", Some(0)), "{autoscaled}");
    }
}

#[tokio::test]
async fn the_autoscalers_of_a_namespace_are_listed_once() {
    let server = server(Reply::Json(200, json!({"kind": "List", "metadata": {}, "items": []}))).await;
    server.vmirs("scale a b --replicas=3").run().await.success();
    let lists = server.asked().into_iter().filter(|line| line.contains("horizontalpodautoscalers")).count();
    assert_eq!(lists, 1);
    server.vmirs("scale a b --replicas=3 --dry-run=client").run().await.success();
    let lists = server.asked().into_iter().filter(|line| line.contains("horizontalpodautoscalers")).count();
    assert_eq!(lists, 1);
}
