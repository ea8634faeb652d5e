//! Creating the autoscaler, or changing the one that is there.

use super::manifest::{self, HpaOptions, HpaVersion};
use super::overwrite;
use crate::cli::dry_run::DryRun;
use crate::cli::error::Error;
use crate::cli::hpa;
use crate::cli::last_applied;
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::Ui;
use http::Method;
use k8s_openapi::api::autoscaling::v2::CrossVersionObjectReference;
use serde::Deserialize;
use serde_json::{Value, json};

/// How often an autoscaler is read again that somebody else has just written: its controller reports its status every
/// few seconds.
const ATTEMPTS: u32 = 5;

/// How to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct HpaWriter<'a> {
    pub(super) cluster: &'a Cluster,
    /// `None`: v2, or v1 where the server has no v2.
    pub(super) version: Option<HpaVersion>,
    pub(super) dry_run: DryRun,
    pub(super) save_config: bool,
    pub(super) field_manager: &'a str,
    /// Whether one that is there is changed; the server refuses a second one of its name otherwise.
    pub(super) overwrite: bool,
}

/// What was done, and the autoscaler as it is then.
#[derive(Debug, PartialEq)]
pub(super) enum WriteResult {
    Created(Value),
    Changed(Value),
    Unchanged(Value),
}

impl HpaWriter<'_> {
    /// Sees to it that there is an autoscaler as wished.
    ///
    /// # Errors
    /// What the server said; that the autoscaler of that name has another target.
    pub(super) async fn write(self, ui: &mut Ui, options: &HpaOptions<'_>) -> Result<WriteResult, Error> {
        let first = self.version.unwrap_or(HpaVersion::V2);
        match self.write_in(ui, options, first).await {
            Err(error) if self.version.is_none() && error.is_unserved() => {
                self.write_in(ui, options, HpaVersion::V1).await
            }
            other => other,
        }
    }

    async fn write_in(self, ui: &mut Ui, options: &HpaOptions<'_>, version: HpaVersion) -> Result<WriteResult, Error> {
        let mut attempt = 1;
        loop {
            let written = self.attempt(ui, options, version).await;
            let raced = |error: &Error| {
                let exists = error.status().is_some_and(|status| status.reason == "AlreadyExists");
                self.overwrite && (error.is_conflict() || exists)
            };
            match written {
                Err(error) if raced(&error) && attempt < ATTEMPTS => attempt += 1,
                other => return other,
            }
        }
    }

    async fn attempt(self, ui: &mut Ui, options: &HpaOptions<'_>, version: HpaVersion) -> Result<WriteResult, Error> {
        if !self.overwrite {
            return self.create(ui, options, version).await.map(WriteResult::Created);
        }
        let path = resource_paths::autoscalers(version.name(), options.namespace)?.of(options.name)?;
        match self.cluster.json(ui, Call::new(Method::GET, path.clone())).await {
            Ok(present) => self.overwrite(ui, options, version, path, present).await,
            Err(error) if error.is_not_found() && !error.is_unserved() => {
                self.create(ui, options, version).await.map(WriteResult::Created)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn create(self, ui: &mut Ui, options: &HpaOptions<'_>, version: HpaVersion) -> Result<Value, Error> {
        let mut hpa = manifest::build(options, version)?;
        if self.dry_run == DryRun::Client {
            return Ok(hpa);
        }
        if self.save_config {
            // Only here: kubectl shows a client-side dry run without the annotation.
            last_applied::save_typed(&mut hpa);
        }
        let call = Call::new(Method::POST, resource_paths::autoscalers(version.name(), options.namespace)?);
        let call = self.dry_run.mark(call).query("fieldManager", self.field_manager);
        Ok(self.cluster.json(ui, call.body("application/json", hpa.to_string().into_bytes())).await?)
    }

    /// Changes what was asked for and nothing else, on condition that nobody else has written since.
    async fn overwrite(
        self,
        ui: &mut Ui,
        options: &HpaOptions<'_>,
        version: HpaVersion,
        path: Path,
        mut present: Value,
    ) -> Result<WriteResult, Error> {
        let target = CrossVersionObjectReference::deserialize(&present["spec"]["scaleTargetRef"]);
        if !target.is_ok_and(|target| hpa::targets(&target, options.target)) {
            let message = format!("HPA {:?} exists, and its target is not {:?}", options.name, options.target);
            return Err(Error::plain(message).hint("Use --name to give the new one another name."));
        }
        let mut patch = overwrite::patch(&present, options, version)?;
        if self.save_config && self.dry_run != DryRun::Client {
            let mut wanted = manifest::build(options, version)?;
            last_applied::save_typed(&mut wanted);
            patch["metadata"] = json!({"annotations": wanted["metadata"]["annotations"]});
        }
        if !overwrite::changes(&present, &patch) {
            return Ok(WriteResult::Unchanged(present));
        }
        if self.dry_run == DryRun::Client {
            json_patch::merge(&mut present, &patch);
            return Ok(WriteResult::Changed(present));
        }
        patch["metadata"]["resourceVersion"] = present["metadata"]["resourceVersion"].take();
        let call = Call::new(Method::PATCH, path).query("fieldManager", self.field_manager);
        let call = call.body("application/merge-patch+json", patch.to_string().into_bytes());
        Ok(WriteResult::Changed(self.cluster.json(ui, self.dry_run.mark(call)).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::client_sink::silent;
    use crate::client::scripted::{refusal, scripted};

    const OPTIONS: HpaOptions<'static> =
        HpaOptions { name: "web", namespace: "here", target: "web", min: -1, max: 3, metrics: &[] };
    const PATH: &str = "/apis/autoscaling/v2/namespaces/here/horizontalpodautoscalers";

    fn writer(cluster: &Cluster, overwrite: bool) -> HpaWriter<'_> {
        let dry_run = DryRun::None;
        HpaWriter { cluster, version: None, dry_run, save_config: false, field_manager: "me", overwrite }
    }

    fn present(max: i32) -> Value {
        let target = json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "web"});
        json!({"metadata": {"name": "web", "resourceVersion": "7"}, "spec": {"scaleTargetRef": target, "maxReplicas": max}})
    }

    #[tokio::test]
    async fn v1_is_the_way_out_only_where_the_server_has_no_v2() {
        let (cluster, requests) =
            scripted(|line| if line.contains("/v2/") { (404, Value::Null) } else { (201, Value::Null) });
        writer(&cluster, false).write(&mut silent(), &OPTIONS).await.unwrap();
        assert_eq!(requests.lock().unwrap().len(), 2);
        let (cluster, requests) = scripted(|_| (403, refusal("Forbidden")));
        let refused = writer(&cluster, false).write(&mut silent(), &OPTIONS).await;
        assert!(refused.unwrap_err().is_forbidden());
        assert_eq!(requests.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn one_that_is_there_is_changed_on_condition_that_nobody_else_has() {
        let (cluster, requests) = scripted(|_| (200, present(5)));
        let written = writer(&cluster, true).write(&mut silent(), &OPTIONS).await.unwrap();
        assert!(matches!(written, WriteResult::Changed(_)));
        let patch = r#"{"metadata":{"resourceVersion":"7"},"spec":{"maxReplicas":3}}"#;
        let expected = [format!("GET {PATH}/web"), format!("PATCH {PATH}/web?fieldManager=me {patch}")];
        assert_eq!(*requests.lock().unwrap(), expected);
    }

    #[tokio::test]
    async fn one_that_is_as_wished_is_not_written() {
        let (cluster, requests) = scripted(|_| (200, present(3)));
        let written = writer(&cluster, true).write(&mut silent(), &OPTIONS).await.unwrap();
        assert_eq!(written, WriteResult::Unchanged(present(3)));
        assert_eq!(*requests.lock().unwrap(), [format!("GET {PATH}/web")]);
    }

    #[tokio::test]
    async fn one_that_somebody_else_has_just_written_is_read_again_but_not_for_ever() {
        for reason in ["Conflict", "AlreadyExists"] {
            let there = reason == "Conflict";
            let absent = json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "details": {"name": "web"}});
            let (cluster, requests) = scripted(move |line| match line {
                line if !line.starts_with("GET ") => (409, refusal(reason)),
                _ if there => (200, present(5)),
                _ => (404, absent.clone()),
            });
            let refused = writer(&cluster, true).write(&mut silent(), &OPTIONS).await.unwrap_err();
            assert_eq!(refused.to_string(), reason);
            assert_eq!(requests.lock().unwrap().len(), 10, "{reason}");
        }
    }

    #[tokio::test]
    async fn one_with_another_target_is_left_alone() {
        let mut other = present(5);
        other["spec"]["scaleTargetRef"]["name"] = json!("db");
        let (cluster, requests) = scripted(move |_| (200, other.clone()));
        let refused = writer(&cluster, true).write(&mut silent(), &OPTIONS).await.unwrap_err();
        assert_eq!(refused.to_string(), "HPA \"web\" exists, and its target is not \"web\"");
        assert_eq!(requests.lock().unwrap().len(), 1);
    }
}
