//! Where the objects are that the verbs work on. An address names one object or one namespace; what lies in all of
//! them needs a [`NamespaceScope`], which only `-A` makes.

use super::error::Error;
use super::{Call, EMPTY_NAMESPACE, Path};
use crate::api::namespace::{NamespaceName, NamespaceScope};
use crate::api::{API_VERSION, GROUP, vmi, vmirs};
use http::Method;
use serde_json::Value;

/// The group of autoscalers.
pub(crate) const AUTOSCALING: &str = "autoscaling";
const AUTOSCALERS: &str = "horizontalpodautoscalers";
/// Where the kinds of KubeVirt are.
pub(crate) const KUBEVIRT_API: &str = "/apis/kubevirt.io/v1";
/// Where the kinds of the core group are.
pub(crate) const CORE_API: &str = "/api/v1";

/// The sets of the scope.
///
/// # Errors
/// [`Error::Input`] for a namespace that cannot stand in a path.
pub(crate) fn sets(scope: &NamespaceScope) -> Result<Path, Error> {
    in_scope(KUBEVIRT_API, scope, vmirs::PLURAL)
}

/// All sets of a namespace, in a version that need not be the present one.
///
/// # Errors
/// As [`sets`].
pub(crate) fn sets_in(version: &str, namespace: &str) -> Result<Path, Error> {
    Ok(Path::from("/apis").then(GROUP).of(version)?.in_namespace(namespace)?.then(vmirs::PLURAL))
}

/// One set.
///
/// # Errors
/// [`Error::Input`] for a namespace or a name that cannot stand in a path.
pub(crate) fn set(namespace: &str, name: &str) -> Result<Path, Error> {
    in_one(KUBEVIRT_API, namespace, vmirs::PLURAL)?.of(name)
}

/// The `/scale` of a set.
///
/// # Errors
/// As [`set`].
pub(crate) fn scale(namespace: &str, name: &str) -> Result<Path, Error> {
    Ok(set(namespace, name)?.then("scale"))
}

/// All VMIs of a namespace.
///
/// # Errors
/// As [`sets`].
pub(crate) fn vmis(namespace: &str) -> Result<Path, Error> {
    in_one(KUBEVIRT_API, namespace, vmi::PLURAL)
}

/// All autoscalers of a namespace, in `version` (`v1` or `v2`).
///
/// # Errors
/// As [`sets`].
pub(crate) fn autoscalers(version: &str, namespace: &str) -> Result<Path, Error> {
    let api = Path::from("/apis").then(AUTOSCALING).of(version)?;
    Ok(api.in_namespace(namespace)?.then(AUTOSCALERS))
}

/// All Services of a namespace.
///
/// # Errors
/// As [`sets`].
pub(crate) fn services(namespace: &str) -> Result<Path, Error> {
    in_one(CORE_API, namespace, "services")
}

/// All events of a namespace.
///
/// # Errors
/// As [`sets`].
pub(crate) fn events(namespace: &str) -> Result<Path, Error> {
    in_one(CORE_API, namespace, "events")
}

/// The version in an object's `apiVersion`.
pub(crate) fn version_of(object: &Value) -> String {
    let api_version = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    api_version.rsplit('/').next().unwrap_or_default().to_owned()
}

/// One namespace.
///
/// # Errors
/// As [`sets`].
pub(crate) fn namespace(name: &str) -> Result<Path, Error> {
    Path::from(CORE_API).in_namespace(name)
}

/// What `api` (such as `/api/v1`) has of `plural` in the scope.
///
/// # Errors
/// As [`sets`].
pub(crate) fn in_scope(api: &'static str, scope: &NamespaceScope, plural: &'static str) -> Result<Path, Error> {
    match scope {
        NamespaceScope::All => Ok(Path::from(api).then(plural)),
        NamespaceScope::One(namespace) => in_one(api, namespace, plural),
    }
}

fn in_one(api: &'static str, namespace: &str, plural: &'static str) -> Result<Path, Error> {
    Ok(Path::from(api).in_namespace(namespace)?.then(plural))
}

/// A list of the one object of that name; unlike the object itself it says from where to watch.
pub(crate) fn of_name(collection: Path, name: &str) -> Call {
    Call::new(Method::GET, collection).query("fieldSelector", selector_of_name(name))
}

/// The field selector that picks the object of that name.
pub(crate) fn selector_of_name(name: &str) -> String {
    // What would end the value or begin another is escaped (apimachinery's `fields.EscapeValue`).
    let escaped = name.replace('\\', "\\\\").replace(',', "\\,").replace('=', "\\=");
    format!("metadata.name={escaped}")
}

/// The namespace of that name.
///
/// # Errors
/// [`Error::Input`] for an empty one.
pub(crate) fn namespace_name(text: &str) -> Result<NamespaceName, Error> {
    NamespaceName::given(text).ok_or_else(|| Error::input(EMPTY_NAMESPACE))
}

/// As kubectl prints a resource in its messages about lists.
pub(crate) fn sets_resource() -> String {
    format!("{API_VERSION}, Resource={}", vmirs::PLURAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_namespaces_are_meant_by_a_scope_and_by_nothing_else() {
        let everywhere = sets(&NamespaceScope::All).unwrap();
        assert_eq!(everywhere.as_str(), "/apis/kubevirt.io/v1/virtualmachineinstancereplicasets");
        assert_eq!(everywhere.as_str(), format!("/apis/{API_VERSION}/{}", vmirs::PLURAL));
        let one = scale("a", "x?y").unwrap();
        assert_eq!(one.as_str(), "/apis/kubevirt.io/v1/namespaces/a/virtualmachineinstancereplicasets/x%3Fy/scale");
        let without_namespace =
            [set("", "x"), sets_in("v1", ""), vmis(""), autoscalers("v2", ""), services(""), events(""), namespace("")];
        assert!(without_namespace.into_iter().all(|path| path.is_err()));
        assert!(set("a", "").is_err() && scale("a", "").is_err() && sets_in("", "a").is_err());
    }
}
