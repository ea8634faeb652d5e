//! Carries steps out: patches of VMIs and pods, and the events that go with them.

use super::state::Request;
use super::step::Action;
use super::view::{LauncherPodView, VmiView};
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
pub(super) struct Completion {
    pub(super) vmi: Option<VmiView>,
    pub(super) pod: Option<LauncherPodView>,
    /// UID of a pod that is no more.
    pub(super) gone: Option<String>,
}

#[derive(Clone)]
pub(super) struct Executor {
    pub(super) client: kube::Client,
}

impl Executor {
    pub(super) fn new(client: kube::Client) -> Self {
        Self { client }
    }

    pub(super) async fn carry_out(&self, request: &Request) -> kube::Result<Completion> {
        let now = now();
        let (vmi, pod) = (&*request.vmi, request.pod.as_deref());
        match (&request.act, pod) {
            (Action::Admit, _) => self.vmi(vmi, report::admitted(vmi, &now)).await,
            (Action::CreatePod, _) => self.create_pod(request, &now).await,
            (Action::MarkScheduling, Some(pod)) => self.vmi(vmi, report::scheduling(vmi, pod, &now)).await,
            (Action::Schedule, Some(pod)) => self.schedule(pod, &request.node, &now).await,
            (Action::MarkUnschedulable(why), _) => self.vmi(vmi, report::unschedulable(vmi, why, &now)).await,
            (Action::StartPod, Some(pod)) => {
                let (ip, host_ip) = &request.addresses;
                self.pod(pod, pod::running(pod, ip, host_ip, &now)).await
            }
            (Action::MarkPullFailure(reason), Some(pod)) => {
                let shown = self.pod(pod, pod::not_pulled(pod, reason, &now)).await?;
                let told = self.vmi(vmi, report::not_pulled(vmi, reason, &now)).await?;
                Ok(Completion { pod: shown.pod, ..told })
            }
            (Action::MarkScheduled, Some(pod)) => self.vmi(vmi, report::scheduled(vmi, pod, &now)).await,
            (Action::Run, Some(pod)) => self.start(vmi, pod, &now).await,
            (Action::MarkReady, _) => self.vmi(vmi, report::booted(vmi, &now)).await,
            (Action::Crash, pod) => {
                self.note(vmi, HANDLER, "Warning", "Stopped", "The VirtualMachineInstance crashed.").await;
                self.end(vmi, pod, &now).await
            }
            (Action::Fail, _) => self.end(vmi, None, &now).await,
            (Action::MarkPodTerminating, _) => self.vmi(vmi, report::pod_terminating(vmi, &now)).await,
            (Action::BeginShutdown, Some(pod)) => self.begin_shutdown(vmi, pod, &now).await,
            (Action::KillPod, Some(pod)) => self.delete_pod(pod, Some(0)).await,
            (Action::Release, _) => self.vmi(vmi, report::released(vmi, &now)).await,
            // The pod has gone since the step was decided; the next look decides anew.
            _ => Ok(Completion::default()),
        }
    }

    async fn create_pod(&self, request: &Request, now: &str) -> kube::Result<Completion> {
        let vmi = &request.vmi;
        let path = format!("/api/v1/namespaces/{}/pods", vmi.namespace());
        let body = pod::body(vmi, request.node.as_deref().ok());
        let created: LauncherPodView = decode(self.post(&path, &body).await?)?;
        let status = match &request.node {
            Ok(_) => pod::pulling(now),
            Err(why) => pod::unschedulable(why, now),
        };
        let message = format!("Created virtual machine pod {}", created.name());
        self.note(vmi, CONTROLLER, "Normal", "SuccessfulCreate", &message).await;
        match self.pod(&created, status).await? {
            Completion { pod: None, .. } => Ok(Completion { pod: Some(created), ..Completion::default() }),
            done => Ok(done),
        }
    }

    async fn schedule(
        &self,
        waiting: &LauncherPodView,
        node: &Result<String, String>,
        now: &str,
    ) -> kube::Result<Completion> {
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

    async fn start(&self, vmi: &VmiView, pod: &LauncherPodView, now: &str) -> kube::Result<Completion> {
        let done = self.vmi(vmi, report::running(vmi, pod, now)).await?;
        self.note(vmi, HANDLER, "Normal", "Created", "VirtualMachineInstance defined.").await;
        self.note(vmi, HANDLER, "Normal", "Started", "VirtualMachineInstance started.").await;
        Ok(done)
    }

    async fn end(&self, vmi: &VmiView, pod: Option<&LauncherPodView>, now: &str) -> kube::Result<Completion> {
        let told = self.vmi(vmi, report::ended(vmi, "Failed", now)).await?;
        let Some(pod) = pod else { return Ok(told) };
        let shown = self.pod(pod, pod::ended(pod, "Failed", now)).await?;
        Ok(Completion { pod: shown.pod, ..told })
    }

    async fn begin_shutdown(&self, vmi: &VmiView, pod: &LauncherPodView, now: &str) -> kube::Result<Completion> {
        let message = format!("Deleted virtual machine pod {}", pod.name());
        self.note(vmi, CONTROLLER, "Normal", "SuccessfulDelete", &message).await;
        let told = self.vmi(vmi, report::pod_terminating(vmi, now)).await?;
        let deleted = self.delete_pod(pod, None).await?;
        Ok(Completion { vmi: told.vmi, ..deleted })
    }

    async fn delete_pod(&self, pod: &LauncherPodView, grace: Option<u32>) -> kube::Result<Completion> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let api: Api<LauncherPodView> = Api::namespaced(self.client.clone(), namespace);
        let preconditions = Some(Preconditions { uid: pod.metadata.uid.clone(), resource_version: None });
        let params = DeleteParams { grace_period_seconds: grace, preconditions, ..DeleteParams::default() };
        let gone = Completion { gone: pod.metadata.uid.clone(), ..Completion::default() };
        match api.delete(pod.name(), &params).await {
            Ok(answer) => match answer.left().filter(|_| grace != Some(0)) {
                Some(going) if going.is_deleting() => Ok(Completion { pod: Some(going), ..Completion::default() }),
                _ => Ok(gone),
            },
            Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(gone),
            Err(error) => Err(error),
        }
    }

    /// Patches a VMI; one that is gone, or another one by now, needs nothing.
    async fn vmi(&self, vmi: &VmiView, mut patch: Value) -> kube::Result<Completion> {
        patch["metadata"]["uid"] = json!(vmi.uid());
        let api: Api<VmiView> = Api::namespaced(self.client.clone(), vmi.namespace());
        let written = api.patch(vmi.name(), &PatchParams::default(), &Patch::Merge(patch)).await;
        Ok(Completion { vmi: tolerate_gone(written)?, ..Completion::default() })
    }

    /// Patches a pod's status.
    async fn pod(&self, pod: &LauncherPodView, mut patch: Value) -> kube::Result<Completion> {
        patch["metadata"] = json!({"uid": pod.metadata.uid});
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let api: Api<LauncherPodView> = Api::namespaced(self.client.clone(), namespace);
        let written = api.patch_status(pod.name(), &PatchParams::default(), &Patch::Merge(patch)).await;
        Ok(Completion { pod: tolerate_gone(written)?, ..Completion::default() })
    }

    /// Writes an event about a VMI. One that cannot be written is not worth a VMI.
    async fn note(&self, vmi: &VmiView, component: &str, r#type: &str, reason: &str, message: &str) {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let (time, namespace) = (Timestamp::now(), vmi.namespace());
        let seconds = now();
        let host = (component == HANDLER).then(|| vmi.status["nodeName"].clone());
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": format!("{}.{:x}{serial:x}", vmi.name(), time.as_nanosecond()), "namespace": namespace},
            "involvedObject": {
                "apiVersion": API_VERSION, "kind": vmi::KIND, "namespace": namespace, "name": vmi.name(),
                "uid": vmi.uid(), "resourceVersion": vmi.metadata.resource_version,
            },
            "type": r#type, "reason": reason, "message": message,
            "source": {"component": component, "host": host.unwrap_or(Value::Null)},
            "reportingComponent": component, "reportingInstance": "",
            "firstTimestamp": seconds, "lastTimestamp": seconds, "count": 1,
        });
        if let Err(error) = self.post(&format!("/api/v1/namespaces/{namespace}/events"), &event).await {
            tracing::debug!(vmi = vmi.name(), reason, error = %text(&error), "the event could not be written");
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
