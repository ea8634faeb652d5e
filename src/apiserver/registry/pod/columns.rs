//! `printPod`.

use crate::apiserver::object::{items, text};
use crate::apiserver::registry::column::{AGE, Column, NAME, NONE, elapsed, number, or, time};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed("Ready", ready, "The aggregate readiness state of this pod for accepting traffic."),
    Column::computed("Status", status, "The aggregate status of the containers in this pod."),
    Column::computed("Restarts", restarts, "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted."),
    AGE,
    Column::computed("IP", ip, "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.").wide(),
    Column::computed("Node", node, "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename").wide(),
    Column::computed("Nominated Node", nominated_node, "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.").wide(),
    Column::computed("Readiness Gates", readiness_gates, "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates").wide(),
];

/// READY: containers that are ready, of all that run on.
fn ready(object: &Value, _: Timestamp) -> Value {
    let summary = summarize(object);
    format!("{}/{}", summary.ready, summary.containers).into()
}

/// STATUS: the phase, or the most telling reason of a container.
fn status(object: &Value, _: Timestamp) -> Value {
    summarize(object).reason.into()
}

/// RESTARTS, and how long ago the last one was.
fn restarts(object: &Value, now: Timestamp) -> Value {
    let restarts = summarize(object).restarts;
    match restarts.last {
        Some(last) if restarts.count != 0 => format!("{} ({} ago)", restarts.count, elapsed(last, now)).into(),
        _ => restarts.count.to_string().into(),
    }
}

/// IP.
fn ip(object: &Value, _: Timestamp) -> Value {
    or(items(object, "/status/podIPs").first().map(|address| text(address, "/ip")).unwrap_or_default(), NONE).into()
}

/// NODE.
fn node(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/spec/nodeName"), NONE).into()
}

/// NOMINATED NODE.
fn nominated_node(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/status/nominatedNodeName"), NONE).into()
}

/// READINESS GATES: those that are open, of all.
fn readiness_gates(object: &Value, _: Timestamp) -> Value {
    let gates = items(object, "/spec/readinessGates");
    if gates.is_empty() {
        return NONE.into();
    }
    let open = gates.iter().filter(|gate| condition(object, text(gate, "/conditionType")) == Some("True")).count();
    format!("{open}/{}", gates.len()).into()
}

/// The row's `conditions`: that a pod has run to its end.
pub(super) fn row_conditions(object: &Value) -> Option<Value> {
    let phase = text(object, "/status/phase");
    let message = match phase {
        "Succeeded" => "The pod has completed successfully.",
        "Failed" => "The pod failed.",
        _ => return None,
    };
    Some(serde_json::json!([{"type": "Completed", "status": "True", "reason": phase, "message": message}]))
}

struct Summary {
    ready: usize,
    containers: usize,
    reason: String,
    restarts: Restarts,
}

#[derive(Clone, Copy, Default)]
struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Restarts {
    fn add(&mut self, status: &Value) {
        self.count += number(status, "/restartCount");
        self.last = self.last.max(status.pointer("/lastState/terminated/finishedAt").and_then(time));
    }
}

/// What the init containers say: a reason if they are not done, and how they count.
struct Initialization {
    reason: Option<String>,
    ready: usize,
    restarts: Restarts,
    /// Of init containers that run on (side cars) alone.
    side_car_restarts: Restarts,
}

fn summarize(pod: &Value) -> Summary {
    let init = initialization(pod);
    let side_cars = items(pod, "/spec/initContainers").iter().filter(|container| runs_on(container)).count();
    let mut summary = Summary {
        ready: init.ready,
        containers: items(pod, "/spec/containers").len() + side_cars,
        reason: phase_reason(pod),
        restarts: init.restarts,
    };
    let initialized = init.reason.is_none() || condition(pod, "Initialized") == Some("True");
    if let Some(reason) = init.reason {
        summary.reason = reason;
    }
    if initialized {
        summary.restarts = init.side_car_restarts;
        add_containers(pod, &mut summary);
    }
    if pod.pointer("/metadata/deletionTimestamp").is_some_and(|moment| !moment.is_null()) {
        if text(pod, "/status/reason") == "NodeLost" {
            summary.reason = "Unknown".to_owned();
        } else if !matches!(text(pod, "/status/phase"), "Succeeded" | "Failed") {
            summary.reason = "Terminating".to_owned();
        }
    }
    summary
}

fn phase_reason(pod: &Value) -> String {
    let gated = items(pod, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == "PodScheduled" && text(condition, "/reason") == "SchedulingGated");
    if gated { "SchedulingGated" } else { or(text(pod, "/status/reason"), text(pod, "/status/phase")) }.to_owned()
}

fn initialization(pod: &Value) -> Initialization {
    let specs = items(pod, "/spec/initContainers");
    let mut init = Initialization {
        reason: None,
        ready: 0,
        restarts: Restarts::default(),
        side_car_restarts: Restarts::default(),
    };
    for (index, status) in items(pod, "/status/initContainerStatuses").iter().enumerate() {
        let side_car = specs.iter().any(|spec| text(spec, "/name") == text(status, "/name") && runs_on(spec));
        init.restarts.add(status);
        if side_car {
            init.side_car_restarts.add(status);
        }
        let terminated = status.pointer("/state/terminated");
        if terminated.is_some_and(|state| number(state, "/exitCode") == 0) {
            continue;
        }
        if side_car && flag(status, "started") {
            init.ready += usize::from(flag(status, "ready"));
            continue;
        }
        let waiting = text(status, "/state/waiting/reason");
        init.reason = Some(match terminated {
            Some(state) => format!("Init:{}", exit_reason(state)),
            None if !waiting.is_empty() && waiting != "PodInitializing" => format!("Init:{waiting}"),
            None => format!("Init:{index}/{}", specs.len()),
        });
        break;
    }
    init
}

fn add_containers(pod: &Value, summary: &mut Summary) {
    let (mut running, mut failure) = (false, None);
    for status in items(pod, "/status/containerStatuses").iter().rev() {
        summary.restarts.add(status);
        let waiting = text(status, "/state/waiting/reason");
        if !waiting.is_empty() {
            waiting.clone_into(&mut summary.reason);
        } else if let Some(state) = status.pointer("/state/terminated") {
            summary.reason = exit_reason(state);
            if number(state, "/exitCode") != 0 {
                failure = Some(summary.reason.clone());
            }
        } else if flag(status, "ready") && status.pointer("/state/running").is_some() {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.reason != "Completed" {
        return;
    }
    let ready = items(pod, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == "Ready" && text(condition, "/status") == "True");
    summary.reason = match failure {
        _ if running && ready => "Running".to_owned(),
        Some(failure) => failure,
        None if running => "NotReady".to_owned(),
        None => return,
    };
}

fn exit_reason(terminated: &Value) -> String {
    match (text(terminated, "/reason"), number(terminated, "/signal")) {
        ("", 0) => format!("ExitCode:{}", number(terminated, "/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

fn runs_on(container: &Value) -> bool {
    text(container, "/restartPolicy") == "Always"
}

fn flag(status: &Value, name: &str) -> bool {
    status.get(name).and_then(Value::as_bool) == Some(true)
}

fn condition<'a>(pod: &'a Value, kind: &str) -> Option<&'a str> {
    items(pod, "/status/conditions")
        .iter()
        .find(|condition| text(condition, "/type") == kind)
        .map(|condition| text(condition, "/status"))
}
