//! What belongs to sets, read once a namespace however many of its sets are described.

use super::items;
use crate::api::table::{self, Table};
use crate::cli::error::Error;
use crate::cli::hpa;
use crate::cli::selection::ResolvedSet;
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use crate::printers::describe::set::DescribedSet;
use crate::text::projection::Projection;
use http::Method;
use k8s_openapi::api::autoscaling::v2::CrossVersionObjectReference;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// What a description tells of a VMI. Its spec and its managed fields are most of it, and are passed over.
const VMI_FIELDS: &[&str] = &[
    "metadata.continue",
    "items.metadata.creationTimestamp",
    "items.metadata.deletionTimestamp",
    "items.metadata.name",
    "items.metadata.ownerReferences",
    "items.status.conditions",
    "items.status.interfaces",
    "items.status.nodeName",
    "items.status.phase",
];
const PAGE: u32 = 500;

/// VMIs by the UID of the set that controls them.
type BySet = HashMap<String, Vec<Value>>;

/// What is known so far, by namespace.
#[derive(Debug, Default)]
pub(super) struct RelatedObjects {
    vmis: HashMap<String, Result<BySet, String>>,
    autoscalers: HashMap<String, Table>,
}

impl RelatedObjects {
    /// The set with what belongs to it. What may not be seen is left out, or told as such.
    pub(super) async fn of(&mut self, cluster: &Cluster, ui: &mut Ui, found: &ResolvedSet) -> DescribedSet {
        let namespace = found.namespace();
        if !self.vmis.contains_key(namespace) {
            let vmis = vmis(cluster, ui, namespace).await.map_err(|error| error.to_string());
            self.vmis.insert(namespace.to_owned(), vmis);
            let autoscalers = autoscalers_of(cluster, ui, namespace).await.unwrap_or_default();
            self.autoscalers.insert(namespace.to_owned(), autoscalers);
        }
        let uid = found.object["metadata"]["uid"].as_str().unwrap_or_default();
        let vmis = match self.vmis.get(namespace) {
            Some(Ok(vmis)) => Ok(vmis.get(uid).cloned().unwrap_or_default()),
            Some(Err(why)) => Err(why.clone()),
            None => Ok(Vec::new()),
        };
        let mut autoscalers = self.autoscalers.get(namespace).cloned().unwrap_or_default();
        autoscalers.rows.retain(|row| {
            let target = CrossVersionObjectReference::deserialize(&row.object["spec"]["scaleTargetRef"]);
            target.is_ok_and(|target| hpa::targets(&target, found.name()))
        });
        DescribedSet { set: found.object.clone(), vmis, autoscalers }
    }
}

async fn vmis(cluster: &Cluster, ui: &mut Ui, namespace: &str) -> Result<BySet, Error> {
    let path = resource_paths::vmis(namespace)?;
    let mut by_set = BySet::new();
    for vmi in items(cluster, ui, path, &[], PAGE, &Projection::of_paths(VMI_FIELDS)).await? {
        let owners = vmi["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        let owner = owners.into_iter().find(|owner| owner["controller"] == true).filter(|owner| {
            let text = |key: &str| owner[key].as_str().unwrap_or_default();
            // A UID alone means nothing.
            hpa::is_set(text("apiVersion"), text("kind"))
        });
        let uid = owner.and_then(|owner| owner["uid"].as_str());
        if let Some(uid) = uid.map(ToOwned::to_owned) {
            by_set.entry(uid).or_default().push(vmi);
        }
    }
    Ok(by_set)
}

/// The autoscalers of the namespace, as the server tells them.
async fn autoscalers_of(cluster: &Cluster, ui: &mut Ui, namespace: &str) -> Result<Table, Error> {
    let call = Call::new(Method::GET, resource_paths::autoscalers("v2", namespace)?);
    Ok(cluster.json(ui, call.accept(table::ACCEPT).query("includeObject", "Object")).await?)
}
