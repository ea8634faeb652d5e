//! The reconciler's requests, one by one: on a server in this process, with a clock that runs as fast as it can. No
//! VMIs run here; the scenarios say what becomes of them.

mod faults;
mod harm;
mod races;
mod rights;
mod traces;

use crate::support::FaultLayer;
use jiff::Timestamp;
use kubectl_vmirs::api::namespace::NamespaceName;
use kubectl_vmirs::controller::{self, Options, Scope};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets";
const VMIS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstances";
/// Longer than anything lasts that the reconciler waits for after a fault.
const LONG: Duration = Duration::from_secs(60);

/// A server, and the reconciler as its client.
struct Fixture {
    faults: FaultLayer,
    client: kube::Client,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<Result<(), controller::Error>>,
}

impl Fixture {
    fn start() -> Self {
        Self::with(FaultLayer::new(), Scope::Namespace(NamespaceName::default()))
    }

    fn with(faults: FaultLayer, scope: Scope) -> Self {
        let stop = CancellationToken::new();
        let options = Options { scope, ..Options::default() };
        let running = tokio::spawn(controller::run(faults.client(), options, stop.clone()));
        Self { client: faults.direct(), faults, stop, running }
    }

    /// Waits until all that follows has been done.
    async fn rest(&self) {
        tokio::time::sleep(LONG).await;
    }

    async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }

    /// Sends a request of somebody else's.
    async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let media_type = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let request = http::Request::builder().method(method).uri(path).header("content-type", media_type);
        let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
        self.client.request(request.body(body).unwrap()).await.unwrap()
    }

    async fn create(&self, name: &str, replicas: i32) {
        self.send("POST", SETS, &set(name, replicas)).await;
    }

    async fn change(&self, name: &str, patch: Value) {
        self.send("PATCH", &format!("{SETS}/{name}"), &patch).await;
    }

    async fn scale(&self, name: &str, replicas: i32) {
        self.change(name, json!({"spec": {"replicas": replicas}})).await;
    }

    async fn change_vmi(&self, vmi: &Value, patch: Value) {
        self.send("PATCH", &format!("{VMIS}/{}", vmi["metadata"]["name"].as_str().unwrap()), &patch).await;
    }

    async fn set(&self, name: &str) -> Value {
        self.send("GET", &format!("{SETS}/{name}"), &Value::Null).await
    }

    /// All VMIs that somebody controls, or that nobody does.
    async fn vmis(&self, controlled: bool) -> Vec<Value> {
        let mut list = self.send("GET", VMIS, &Value::Null).await;
        let Value::Array(mut vmis) = list["items"].take() else { panic!("{list}") };
        vmis.retain(|vmi| {
            vmi["metadata"]["ownerReferences"].as_array().is_some_and(|owners| !owners.is_empty()) == controlled
        });
        vmis
    }

    /// Reasons and messages of the events, each as often as it happened.
    async fn events(&self) -> Vec<String> {
        let list = self.send("GET", "/api/v1/namespaces/default/events", &Value::Null).await;
        let events = list["items"].as_array().unwrap().iter();
        let mut told: Vec<_> =
            events.map(|event| format!("{} x{}", event["reason"].as_str().unwrap(), event["count"])).collect();
        told.sort();
        told
    }

    /// The writes since the last call, events apart: method and resource, with a count where one repeats.
    fn writes(&self) -> Vec<String> {
        let mut told: Vec<(String, usize)> = Vec::new();
        let asked = self.faults.asked();
        for line in asked.iter().filter(|line| !line.starts_with("GET") && !line.contains("/events")) {
            let line = resource(line);
            match told.last_mut().filter(|(last, _)| *last == line) {
                Some((_, count)) => *count += 1,
                None => told.push((line, 1)),
            }
        }
        told.into_iter().map(|(line, count)| if count == 1 { line } else { format!("{line} x{count}") }).collect()
    }
}

/// What a request for `METHOD path?query` is about: `METHOD resource[/subresource]`, reads being GET, LIST or WATCH.
fn resource(line: &str) -> String {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut segments = path.split('/').skip_while(|segment| *segment != "namespaces").skip(2);
    let short = match segments.next().unwrap() {
        "virtualmachineinstancereplicasets" => "set",
        "virtualmachineinstances" => "vmi",
        "events" => "event",
        other => panic!("{other}: {line}"),
    };
    let named = segments.next().is_some();
    let subresource = segments.next().map(|subresource| format!("/{subresource}")).unwrap_or_default();
    let method = match method {
        "GET" if query.contains("watch=true") => "WATCH",
        "GET" if !named => "LIST",
        other => other,
    };
    format!("{method} {short}{subresource}")
}

fn set(name: &str, replicas: i32) -> Value {
    let labels = json!({"app": name});
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"domain": {"devices": {}}}},
        },
    })
}

/// A VMI that nobody controls and the set's selector matches.
fn orphan(name: &str, set: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": set}},
        "spec": {"domain": {"devices": {}}},
    })
}

/// What a VMI reports: its phase, and whether it is ready with a reason why not.
fn reports(phase: &str, ready: &str, reason: &str) -> Value {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let ready = json!({"type": "Ready", "status": ready, "reason": reason, "lastTransitionTime": now});
    json!({"status": {"phase": phase, "conditions": [ready]}})
}
