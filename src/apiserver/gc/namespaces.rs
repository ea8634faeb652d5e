//! The end of a namespace: everything in it is deleted, then it is finalized.

use super::{resource, stored_kinds, tolerate_gone};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams};
use serde_json::{Value, json};

/// Takes a terminating namespace one step further. `is_empty` says whether any object of it is still known; the rest
/// follows when the last of them has gone.
pub(super) async fn advance(client: &kube::Client, name: &str, is_empty: bool) -> kube::Result<()> {
    if is_empty {
        return finalize(client, name).await;
    }
    for kind in stored_kinds().filter(|kind| kind.namespaced) {
        let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), name, &resource(kind));
        tolerate_gone(api.delete_collection(&DeleteParams::background(), &ListParams::default()).await.map(|_| ()))?;
    }
    Ok(())
}

async fn finalize(client: &kube::Client, name: &str) -> kube::Result<()> {
    let path = format!("/api/v1/namespaces/{name}");
    let get = http::Request::get(&path).body(Vec::new()).map_err(kube::Error::HttpError)?;
    let mut namespace: Value = match client.request(get).await {
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(()),
        other => other?,
    };
    namespace["spec"]["finalizers"] = json!([]);
    let body = serde_json::to_vec(&namespace).map_err(kube::Error::SerdeError)?;
    let put = http::Request::put(format!("{path}/finalize")).header("Content-Type", "application/json");
    let put = put.body(body).map_err(kube::Error::HttpError)?;
    tolerate_gone(client.request::<Value>(put).await.map(|_| ()))
}
