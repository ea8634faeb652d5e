//! Where the objects are that the verbs work on: API paths, with every segment encoded.

use super::cluster::{Call, percent_encode};
use crate::api::{API_VERSION, GROUP, vmirs};
use http::Method;
use serde_json::Value;

/// The group of autoscalers.
pub(crate) const AUTOSCALING: &str = "autoscaling";

/// All sets of a namespace, or of the cluster.
pub(crate) fn sets(namespace: Option<&str>) -> String {
    collection(&format!("apis/{API_VERSION}"), namespace, vmirs::PLURAL)
}

/// All sets of a namespace, in a version that need not be the present one.
pub(crate) fn sets_in(version: &str, namespace: &str) -> String {
    collection(&format!("apis/{GROUP}/{version}"), Some(namespace), vmirs::PLURAL)
}

/// One set.
pub(crate) fn set(namespace: &str, name: &str) -> String {
    format!("{}/{}", sets(Some(namespace)), percent_encode(name))
}

/// The `/scale` of a set.
pub(crate) fn scale(namespace: &str, name: &str) -> String {
    format!("{}/scale", set(namespace, name))
}

/// All autoscalers of a namespace, in `version` (`v1` or `v2`).
pub(crate) fn autoscalers(version: &str, namespace: Option<&str>) -> String {
    collection(&format!("apis/{AUTOSCALING}/{version}"), namespace, "horizontalpodautoscalers")
}

/// All Services of a namespace.
pub(crate) fn services(namespace: &str) -> String {
    collection("api/v1", Some(namespace), "services")
}

/// The version in an object's `apiVersion`.
pub(crate) fn version_of(object: &Value) -> String {
    let api_version = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    api_version.rsplit('/').next().unwrap_or_default().to_owned()
}

/// One namespace.
pub(crate) fn namespace(name: &str) -> String {
    format!("/api/v1/namespaces/{}", percent_encode(name))
}

/// A list of the one object of that name; unlike the object itself it says from where to watch.
pub(crate) fn of_name(collection: &str, name: &str) -> Call {
    // What would end the value or begin another is escaped (apimachinery's `fields.EscapeValue`).
    let escaped = name.replace('\\', "\\\\").replace(',', "\\,").replace('=', "\\=");
    Call::new(Method::GET, collection).query("fieldSelector", format!("metadata.name={escaped}"))
}

/// As kubectl prints a resource in its messages about lists.
pub(crate) fn sets_resource() -> String {
    format!("{API_VERSION}, Resource={}", vmirs::PLURAL)
}

fn collection(api: &str, namespace: Option<&str>, plural: &str) -> String {
    match namespace {
        Some(namespace) => format!("/{api}/namespaces/{}/{plural}", percent_encode(namespace)),
        None => format!("/{api}/{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_leave_its_segment() {
        assert_eq!(
            scale("a/b", "../x?y"),
            "/apis/kubevirt.io/v1/namespaces/a%2Fb/virtualmachineinstancereplicasets/..%2Fx%3Fy/scale"
        );
        assert_eq!(sets(None), "/apis/kubevirt.io/v1/virtualmachineinstancereplicasets");
    }
}
