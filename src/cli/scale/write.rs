//! Writing the new size: through `/scale`, or through `spec.replicas` where a role forbids that.

use super::precondition::Precondition;
use crate::cli::dry_run::DryRun;
use crate::cli::error::Error;
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::Ui;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

const MERGE_PATCH: &str = "application/merge-patch+json";
/// How long kubectl goes on after conflicts, and how often it looks.
const CONFLICTS_FOR: Duration = Duration::from_secs(5 * 60);
const INTERVAL: Duration = Duration::from_secs(1);

/// The set to resize.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScaleTarget<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

/// Which resource takes the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    ScaleSubresource,
    Spec,
}

impl ScaleTarget<'_> {
    /// Writes the size and says which way it went. Only a conflict is tried again.
    ///
    /// # Errors
    /// A precondition that does not hold, or what the server said.
    pub(super) async fn resize(
        self,
        ui: &mut Ui,
        replicas: i32,
        precondition: &Precondition,
        dry_run: DryRun,
    ) -> Result<Endpoint, Error> {
        let started = Instant::now();
        let mut endpoint = Endpoint::ScaleSubresource;
        let mut first = true;
        loop {
            let written = self.write(ui, endpoint, replicas, precondition, dry_run).await;
            match written {
                Ok(()) => return Ok(endpoint),
                Err(error) if error.is_forbidden() && endpoint == Endpoint::ScaleSubresource => {
                    match self.write(ui, Endpoint::Spec, replicas, precondition, dry_run).await {
                        Err(second) if second.is_forbidden() => return Err(error),
                        Err(second) if second.is_conflict() => endpoint = Endpoint::Spec,
                        other => return other.map(|()| Endpoint::Spec),
                    }
                }
                Err(error) if error.is_conflict() && started.elapsed() < CONFLICTS_FOR => {
                    if !first {
                        tokio::time::sleep(INTERVAL).await;
                    }
                    first = false;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn write(
        self,
        ui: &mut Ui,
        endpoint: Endpoint,
        replicas: i32,
        precondition: &Precondition,
        dry_run: DryRun,
    ) -> Result<(), Error> {
        let path = self.path(endpoint)?;
        let call = if precondition.is_none() {
            patch(path, &json!({"spec": {"replicas": replicas}}))
        } else {
            let current: Value = self.cluster.json(ui, Call::new(Method::GET, path.clone())).await?;
            let (size, version) = (number(&current, "/spec/replicas"), text(&current, "/metadata/resourceVersion"));
            precondition.check(size, &version)?;
            match endpoint {
                Endpoint::ScaleSubresource => put(path, current, replicas)?,
                // The version makes the server refuse if anybody wrote after we looked.
                Endpoint::Spec => {
                    patch(path, &json!({"metadata": {"resourceVersion": version}, "spec": {"replicas": replicas}}))
                }
            }
        };
        self.cluster.bytes(ui, dry_run.mark(call)).await?;
        Ok(())
    }

    /// Waits until the size has been reached, or somebody asked for another one. Looks once a second like kubectl: a
    /// watch would ask for rights that scaling does not.
    ///
    /// # Errors
    /// When `limit` has passed, or what the server said.
    pub(super) async fn settled(
        self,
        ui: &mut Ui,
        endpoint: Endpoint,
        replicas: i32,
        limit: Duration,
    ) -> Result<(), Error> {
        let path = self.path(endpoint)?;
        let waiting = async {
            loop {
                let current: Value = self.cluster.json(ui, Call::new(Method::GET, path.clone())).await?;
                if is_settled(&current, replicas) {
                    return Ok(());
                }
                tokio::time::sleep(INTERVAL).await;
            }
        };
        let late = || Error::plain(format!("timed out waiting for {:?} to be synced", self.name));
        tokio::time::timeout(limit, waiting).await.unwrap_or_else(|_| Err(late()))
    }

    fn path(self, endpoint: Endpoint) -> Result<Path, Error> {
        match endpoint {
            Endpoint::ScaleSubresource => Ok(resource_paths::scale(self.namespace, self.name)?),
            Endpoint::Spec => Ok(resource_paths::set(self.namespace, self.name)?),
        }
    }
}

fn patch(path: Path, body: &Value) -> Call {
    Call::new(Method::PATCH, path).body(MERGE_PATCH, body.to_string().into_bytes())
}

/// Sends back the Scale that was read, with its resourceVersion.
fn put(path: Path, mut scale: Value, replicas: i32) -> Result<Call, Error> {
    let Some(fields) = scale.as_object_mut() else {
        return Err(Error::plain("the server's Scale is not an object"));
    };
    let spec = fields.entry("spec").or_insert_with(|| json!({}));
    if let Some(spec) = spec.as_object_mut() {
        spec.insert("replicas".into(), replicas.into());
    }
    Ok(Call::new(Method::PUT, path).body("application/json", scale.to_string().into_bytes()))
}

/// Works on a Scale and on a set: both keep the wanted and the present size in the same places.
fn is_settled(current: &Value, replicas: i32) -> bool {
    let wanted = number(current, "/spec/replicas");
    wanted != i64::from(replicas) || wanted == number(current, "/status/replicas")
}

/// A Scale leaves zeros out.
fn number(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

fn text(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::client_sink::silent;
    use crate::client::scripted::{Requests, refusal, scripted};

    const SCALE: &str = "/apis/kubevirt.io/v1/namespaces/here/virtualmachineinstancereplicasets/web/scale";
    const SET: &str = "/apis/kubevirt.io/v1/namespaces/here/virtualmachineinstancereplicasets/web";

    async fn resize(
        precondition: (i32, &str),
        answer: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static,
    ) -> (Result<Endpoint, Error>, Vec<String>) {
        let (cluster, requests): (Cluster, Requests) = scripted(answer);
        let precondition = Precondition::new(precondition.0, precondition.1).unwrap();
        let set = ScaleTarget { cluster: &cluster, namespace: "here", name: "web" };
        let result = set.resize(&mut silent(), 3, &precondition, DryRun::None).await;
        let requests = requests.lock().unwrap().clone();
        (result, requests)
    }

    fn current() -> Value {
        json!({"metadata": {"name": "web", "resourceVersion": "7"}, "spec": {"replicas": 2}})
    }

    #[tokio::test]
    async fn without_a_precondition_the_size_is_patched_blindly() {
        let (result, requests) = resize((-1, ""), |_| (200, json!({}))).await;
        assert_eq!(result.unwrap(), Endpoint::ScaleSubresource);
        assert_eq!(requests, [format!("PATCH {SCALE} {}", r#"{"spec":{"replicas":3}}"#)]);
    }

    #[tokio::test]
    async fn a_precondition_is_guarded_by_the_version_that_was_read() {
        let (result, requests) = resize((2, ""), |_| (200, current())).await;
        assert_eq!(result.unwrap(), Endpoint::ScaleSubresource);
        let body = r#"{"metadata":{"name":"web","resourceVersion":"7"},"spec":{"replicas":3}}"#;
        assert_eq!(requests, [format!("GET {SCALE}"), format!("PUT {SCALE} {body}")]);
    }

    #[tokio::test]
    async fn a_precondition_that_does_not_hold_writes_nothing() {
        let (result, requests) = resize((5, ""), |_| (200, current())).await;
        assert_eq!(result.unwrap_err().to_string(), "Expected replicas to be 5, was 2");
        assert_eq!(requests, [format!("GET {SCALE}")]);
    }

    #[tokio::test]
    async fn where_scale_is_forbidden_the_spec_takes_the_size_under_the_same_precondition() {
        let forbidden =
            |line: &str| if line.ends_with("/scale") { (403, refusal("Forbidden")) } else { (200, current()) };
        let (result, requests) = resize((2, "7"), forbidden).await;
        assert_eq!(result.unwrap(), Endpoint::Spec);
        let body = r#"{"metadata":{"resourceVersion":"7"},"spec":{"replicas":3}}"#;
        assert_eq!(requests, [format!("GET {SCALE}"), format!("GET {SET}"), format!("PATCH {SET} {body}")]);
    }

    #[tokio::test]
    async fn where_both_are_forbidden_the_refusal_of_scale_is_told() {
        let (result, _) = resize((-1, ""), |line| {
            (403, refusal(if line.ends_with("/scale") { "Forbidden" } else { "AlsoForbidden" }))
        })
        .await;
        assert_eq!(result.unwrap_err().to_string(), "Forbidden");
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_conflict_is_tried_again_and_not_for_ever() {
        let (result, requests) = resize((-1, ""), |_| (409, refusal("Conflict"))).await;
        assert!(result.unwrap_err().is_conflict());
        assert!(requests.len() > 100, "{}", requests.len());
        let (result, requests) = resize((-1, ""), |_| (500, refusal("InternalError"))).await;
        assert!(result.is_err());
        assert_eq!(requests.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_with_its_limit() {
        let (cluster, _) = scripted(|_| (200, json!({"spec": {"replicas": 3}, "status": {"replicas": 1}})));
        let set = ScaleTarget { cluster: &cluster, namespace: "here", name: "web" };
        let late = set.settled(&mut silent(), Endpoint::ScaleSubresource, 3, Duration::from_secs(10)).await;
        assert_eq!(late.unwrap_err().to_string(), "timed out waiting for \"web\" to be synced");
    }

    #[test]
    fn a_size_is_settled_when_reached_or_no_longer_wanted() {
        let scale = |wanted: i64, present: i64| json!({"spec": {"replicas": wanted}, "status": {"replicas": present}});
        assert!(is_settled(&scale(3, 3), 3));
        assert!(!is_settled(&scale(3, 2), 3));
        assert!(is_settled(&scale(5, 2), 3));
        assert!(is_settled(&json!({"spec": {}, "status": {}}), 0));
    }
}
