//! Brings the definitions of sets and VMIs to a cluster that has none.

use super::Error;
use crate::manifests::crds;
use crate::simulator::nodes::HOLDER;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition as Definition;
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::wait::{await_condition, conditions};
use serde_json::{Value, json};
use std::time::Duration;

/// How long an API server may take to serve a new definition.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked whether it does.
const PERIOD: Duration = Duration::from_millis(50);

/// Installs the definitions that are missing and waits until they are served. Takes over those that an earlier run has
/// left; others stay as they are.
///
/// # Errors
/// [`Error::Request`], [`Error::Slow`].
pub(super) async fn definitions(client: &kube::Client, holder: &str) -> Result<(), Error> {
    let api: Api<Definition> = Api::all(client.clone());
    for crd in crds() {
        install(&api, crd, holder).await?;
    }
    for crd in crds() {
        served(client, &api, crd).await?;
    }
    Ok(())
}

async fn install(api: &Api<Definition>, crd: &Value, holder: &str) -> Result<(), Error> {
    let name = name(crd);
    let what = what(&name);
    let mut crd = crd.clone();
    crd["metadata"]["annotations"] = json!({HOLDER: holder});
    let definition = serde_json::from_value(crd).map_err(kube::Error::SerdeError);
    let created = match definition {
        Ok(definition) => api.create(&PostParams::default(), &definition).await,
        Err(error) => Err(error),
    };
    match created {
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        other => return other.map(drop).map_err(Error::request("install", &what)),
    }
    let there = api.get(&name).await.map_err(Error::request("read", &what))?;
    if there.metadata.annotations.as_ref().is_none_or(|annotations| !annotations.contains_key(HOLDER)) {
        return Ok(());
    }
    let patch = json!({"metadata": {"uid": there.metadata.uid, "annotations": {HOLDER: holder}}});
    let patched = api.patch(&name, &PatchParams::default(), &Patch::Merge(patch)).await;
    patched.map(drop).map_err(Error::request("install", &what))
}

/// Waits until the kind can be listed. An established definition is served a moment later, which no watch tells.
async fn served(client: &kube::Client, api: &Api<Definition>, crd: &Value) -> Result<(), Error> {
    let name = name(crd);
    let what = what(&name);
    let slow = || Error::Slow { what: what.clone(), state: "served" };
    let established = await_condition(api.clone(), &name, conditions::is_crd_established());
    match tokio::time::timeout(PATIENCE, established).await {
        Err(_) => return Err(slow()),
        Ok(Err(kube::runtime::wait::Error::ProbeFailed(kube::runtime::watcher::Error::InitialListFailed(source)))) => {
            return Err(Error::request("read", &what)(source));
        }
        Ok(_) => {}
    }
    let listed = async {
        loop {
            match list(client, crd).await {
                Err(kube::Error::Api(status)) if status.is_not_found() => tokio::time::sleep(PERIOD).await,
                other => break other,
            }
        }
    };
    let listed = tokio::time::timeout(PATIENCE, listed).await.map_err(|_| slow())?;
    listed.map_err(Error::request("read", &what))
}

async fn list(client: &kube::Client, crd: &Value) -> kube::Result<()> {
    let text = |pointer: &str| crd.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let kind = kube::core::ApiResource {
        group: text("/spec/group").to_owned(),
        version: text("/spec/versions/0/name").to_owned(),
        api_version: format!("{}/{}", text("/spec/group"), text("/spec/versions/0/name")),
        kind: text("/spec/names/kind").to_owned(),
        plural: text("/spec/names/plural").to_owned(),
    };
    let api: Api<kube::api::DynamicObject> = Api::all_with(client.clone(), &kind);
    api.list_metadata(&ListParams::default().limit(1)).await.map(drop)
}

pub(super) fn name(crd: &Value) -> String {
    crd["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn what(name: &str) -> String {
    format!("CustomResourceDefinition {name}")
}
