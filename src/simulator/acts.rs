//! Carries steps out: patches of VMIs and pods, and the events that go with them.

use super::farm::Order;
use super::step::Act;
use super::view::{Launcher, Machine};
use super::{pod, report};
use crate::api::{API_VERSION, vmi};
use crate::runtime::text;
use jiff::Timestamp;
use kube::api::{Api, DeleteParams, Patch, PatchParams, Preconditions};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

const CONTROLLER: &str = "virtualmachine-controller";
const HANDLER: &str = "virt-handler";

/// What a step has written.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) machine: Option<Machine>,
    pub(super) pod: Option<Launcher>,
    /// UID of a pod that is no more.
    pub(super) gone: Option<String>,
}

#[derive(Clone)]
pub(super) struct Hands {
    pub(super) client: kube::Client,
}

impl Hands {
    pub(super) fn new(client: kube::Client) -> Self {
        Self { client }
    }

    pub(super) async fn carry_out(&self, order: &Order) -> kube::Result<Done> {
        let now = now();
        let (machine, pod) = (&*order.machine, order.pod.as_deref());
        match (&order.act, pod) {
            (Act::Admit, _) => self.machine(machine, report::admitted(machine, &now)).await,
            (Act::CreatePod, _) => self.create_pod(order, &now).await,
            (Act::MarkScheduling, Some(pod)) => self.machine(machine, report::scheduling(machine, pod, &now)).await,
            (Act::Schedule, Some(pod)) => self.schedule(pod, &order.node, &now).await,
            (Act::MarkUnschedulable(why), _) => self.machine(machine, report::unschedulable(machine, why, &now)).await,
            (Act::StartPod, Some(pod)) => {
                let (ip, host_ip) = &order.addresses;
                self.pod(pod, pod::running(pod, ip, host_ip, &now)).await
            }
            (Act::MarkPullFailure(reason), Some(pod)) => {
                let shown = self.pod(pod, pod::not_pulled(pod, reason, &now)).await?;
                let told = self.machine(machine, report::not_pulled(machine, reason, &now)).await?;
                Ok(Done { pod: shown.pod, ..told })
            }
            (Act::MarkScheduled, Some(pod)) => self.machine(machine, report::scheduled(machine, pod, &now)).await,
            (Act::Run, Some(pod)) => self.start(machine, pod, &now).await,
            (Act::MarkReady, _) => self.machine(machine, report::booted(machine, &now)).await,
            (Act::Crash, pod) => {
                self.note(machine, HANDLER, "Warning", "Stopped", "The VirtualMachineInstance crashed.").await;
                self.end(machine, pod, &now).await
            }
            (Act::Fail, _) => self.end(machine, None, &now).await,
            (Act::MarkPodTerminating, _) => self.machine(machine, report::pod_terminating(machine, &now)).await,
            (Act::BeginShutdown, Some(pod)) => self.begin_shutdown(machine, pod, &now).await,
            (Act::KillPod, Some(pod)) => self.delete_pod(pod, Some(0)).await,
            (Act::Release, _) => self.machine(machine, report::released(machine, &now)).await,
            // The pod has gone since the step was decided; the next look decides anew.
            _ => Ok(Done::default()),
        }
    }

    async fn create_pod(&self, order: &Order, now: &str) -> kube::Result<Done> {
        let machine = &order.machine;
        let path = format!("/api/v1/namespaces/{}/pods", machine.namespace());
        let body = pod::body(machine, order.node.as_deref().ok());
        let created: Launcher = decode(self.post(&path, &body).await?)?;
        let status = match &order.node {
            Ok(_) => pod::pulling(now),
            Err(why) => pod::unschedulable(why, now),
        };
        let message = format!("Created virtual machine pod {}", created.name());
        self.note(machine, CONTROLLER, "Normal", "SuccessfulCreate", &message).await;
        match self.pod(&created, status).await? {
            Done { pod: None, .. } => Ok(Done { pod: Some(created), ..Done::default() }),
            done => Ok(done),
        }
    }

    async fn schedule(&self, waiting: &Launcher, node: &Result<String, String>, now: &str) -> kube::Result<Done> {
        let node = match node {
            Ok(node) => node,
            Err(why) => return self.pod(waiting, pod::unschedulable(why, now)).await,
        };
        let namespace = waiting.metadata.namespace.as_deref().unwrap_or_default();
        let path = format!("/api/v1/namespaces/{namespace}/pods/{}/binding", waiting.name());
        let binding = json!({
            "apiVersion": "v1", "kind": "Binding",
            "metadata": {"name": waiting.name(), "uid": waiting.metadata.uid},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        });
        self.post(&path, &binding).await?;
        self.pod(waiting, pod::pulling(now)).await
    }

    async fn start(&self, machine: &Machine, pod: &Launcher, now: &str) -> kube::Result<Done> {
        let done = self.machine(machine, report::running(machine, pod, now)).await?;
        self.note(machine, HANDLER, "Normal", "Created", "VirtualMachineInstance defined.").await;
        self.note(machine, HANDLER, "Normal", "Started", "VirtualMachineInstance started.").await;
        Ok(done)
    }

    async fn end(&self, machine: &Machine, pod: Option<&Launcher>, now: &str) -> kube::Result<Done> {
        let told = self.machine(machine, report::ended(machine, "Failed", now)).await?;
        let Some(pod) = pod else { return Ok(told) };
        let shown = self.pod(pod, pod::ended(pod, "Failed", now)).await?;
        Ok(Done { pod: shown.pod, ..told })
    }

    async fn begin_shutdown(&self, machine: &Machine, pod: &Launcher, now: &str) -> kube::Result<Done> {
        let message = format!("Deleted virtual machine pod {}", pod.name());
        self.note(machine, CONTROLLER, "Normal", "SuccessfulDelete", &message).await;
        let told = self.machine(machine, report::pod_terminating(machine, now)).await?;
        let deleted = self.delete_pod(pod, None).await?;
        Ok(Done { machine: told.machine, ..deleted })
    }

    async fn delete_pod(&self, pod: &Launcher, grace: Option<u32>) -> kube::Result<Done> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let api: Api<Launcher> = Api::namespaced(self.client.clone(), namespace);
        let preconditions = Some(Preconditions { uid: pod.metadata.uid.clone(), resource_version: None });
        let params = DeleteParams { grace_period_seconds: grace, preconditions, ..DeleteParams::default() };
        let gone = Done { gone: pod.metadata.uid.clone(), ..Done::default() };
        match api.delete(pod.name(), &params).await {
            Ok(answer) => match answer.left().filter(|_| grace != Some(0)) {
                Some(going) if going.is_deleting() => Ok(Done { pod: Some(going), ..Done::default() }),
                _ => Ok(gone),
            },
            Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(gone),
            Err(error) => Err(error),
        }
    }

    /// Patches a VMI; one that is gone, or another one by now, needs nothing.
    async fn machine(&self, machine: &Machine, mut patch: Value) -> kube::Result<Done> {
        patch["metadata"]["uid"] = json!(machine.uid());
        let api: Api<Machine> = Api::namespaced(self.client.clone(), machine.namespace());
        let written = api.patch(machine.name(), &PatchParams::default(), &Patch::Merge(patch)).await;
        Ok(Done { machine: tolerate_gone(written)?, ..Done::default() })
    }

    /// Patches a pod's status.
    async fn pod(&self, pod: &Launcher, mut patch: Value) -> kube::Result<Done> {
        patch["metadata"] = json!({"uid": pod.metadata.uid});
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let api: Api<Launcher> = Api::namespaced(self.client.clone(), namespace);
        let written = api.patch_status(pod.name(), &PatchParams::default(), &Patch::Merge(patch)).await;
        Ok(Done { pod: tolerate_gone(written)?, ..Done::default() })
    }

    /// Writes an event about a VMI. One that cannot be written is not worth a machine.
    async fn note(&self, machine: &Machine, component: &str, r#type: &str, reason: &str, message: &str) {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let (time, namespace) = (Timestamp::now(), machine.namespace());
        let seconds = now();
        let host = (component == HANDLER).then(|| machine.status["nodeName"].clone());
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": format!("{}.{:x}{serial:x}", machine.name(), time.as_nanosecond()), "namespace": namespace},
            "involvedObject": {
                "apiVersion": API_VERSION, "kind": vmi::KIND, "namespace": namespace, "name": machine.name(),
                "uid": machine.uid(), "resourceVersion": machine.metadata.resource_version,
            },
            "type": r#type, "reason": reason, "message": message,
            "source": {"component": component, "host": host.unwrap_or(Value::Null)},
            "reportingComponent": component, "reportingInstance": "",
            "firstTimestamp": seconds, "lastTimestamp": seconds, "count": 1,
        });
        if let Err(error) = self.post(&format!("/api/v1/namespaces/{namespace}/events"), &event).await {
            tracing::debug!(machine = machine.name(), reason, error = %text(&error), "the event could not be written");
        }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> kube::Result<Value> {
        let body = serde_json::to_vec(body).map_err(kube::Error::SerdeError)?;
        let request = http::Request::post(path).header(http::header::CONTENT_TYPE, "application/json");
        self.client.request(request.body(body).map_err(kube::Error::HttpError)?).await
    }
}

pub(super) fn decode<T: serde::de::DeserializeOwned>(value: Value) -> kube::Result<T> {
    serde_json::from_value(value).map_err(kube::Error::SerdeError)
}

fn tolerate_gone<T>(result: kube::Result<T>) -> kube::Result<Option<T>> {
    match result {
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(None),
        other => other.map(Some),
    }
}

/// The present second, as objects carry it.
pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
