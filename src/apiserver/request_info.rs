//! What a request is about: the path of a Kubernetes API request is one regular grammar.

use crate::apiserver::query::decode;
use crate::apiserver::registry::subresource::{Storage, Subresource, SubresourceStrategy};
use crate::apiserver::registry::{KINDS, Kind, StorageKind, by_path};
use crate::apiserver::status::{Status, StatusError};

/// A resource request, taken apart.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The kind of the resource.
    pub kind: &'static Kind,
    /// The group in the path; empty for the core group.
    pub group: String,
    /// The version in the path.
    pub version: String,
    /// The namespace in the path.
    pub namespace: Option<String>,
    /// The object, if the request is about one.
    pub name: Option<String>,
    /// `status`, `scale`, `finalize` or `binding`; of a custom resource anything.
    pub subresource: Option<String>,
    /// The namespace in the path is the empty text, which the handlers of built-in kinds take for all of them.
    pub empty_namespace: bool,
    /// The old spelling of a watch, `/api/v1/watch/…`.
    pub watch: bool,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub enum Route {
    /// To objects.
    Resource(RequestInfo),
    /// Nowhere: the group and version exist, the resource in it does not.
    NoResource,
    /// Outside the resources: discovery, health and the like, or nowhere.
    Other,
}

/// Takes a path apart, as apiserver's `RequestInfoFactory` and the routes of its web framework do: slashes at the end are
/// nothing, an empty part in the middle is a part, and an escaped slash is a slash.
pub fn route(path: &str) -> Route {
    let path = decode(path);
    let Some(inner) = path.strip_prefix('/').filter(|inner| !inner.starts_with('/')) else { return Route::Other };
    let parts: Vec<&str> = inner.trim_end_matches('/').split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() && is_core(version) => ("", *version, rest),
        ["api", _, _, ..] => return Route::NoResource,
        ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
        _ => return Route::Other,
    };
    let (watch, rest) = match rest {
        ["watch", rest @ ..] if !rest.is_empty() => (true, rest),
        _ => (false, rest),
    };
    let Some(named) = resource(rest) else { return missing(group, version) };
    let Some(kind) = by_path(group, version, named.plural) else { return missing(group, version) };
    let found = if kind.storage == StorageKind::Custom { custom(kind, &named) } else { built_in(kind, &named) };
    let Some(place) = found else { return missing(group, version) };
    let text = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
    Route::Resource(RequestInfo {
        kind,
        group: group.to_owned(),
        version: version.to_owned(),
        namespace: text(place.namespace),
        name: text(place.name),
        subresource: text(place.subresource),
        empty_namespace: kind.storage != StorageKind::Custom && place.namespace == Some(""),
        watch,
    })
}

fn is_core(version: &str) -> bool {
    KINDS.iter().any(|kind| kind.is_served("", version))
}

fn missing(group: &str, version: &str) -> Route {
    let mut served = KINDS.iter().filter(|kind| kind.is_served(group, version));
    // Custom resources are served by a handler that answers a resource it does not know like any unknown path.
    let built_in = served.any(|kind| kind.storage != StorageKind::Custom);
    if built_in { Route::NoResource } else { Route::Other }
}

/// The parts of a path below the version. An empty text is a part that is there and empty.
#[derive(Clone, Copy)]
struct Named<'a> {
    namespace: Option<&'a str>,
    plural: &'a str,
    name: Option<&'a str>,
    subresource: Option<&'a str>,
    /// There is more behind the subresource.
    more: bool,
}

fn resource<'a>(rest: &[&'a str]) -> Option<Named<'a>> {
    let (namespace, rest) = match rest {
        ["namespaces"] | ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => (None, rest),
        ["namespaces", namespace, rest @ ..] => (Some(*namespace), rest),
        _ => (None, rest),
    };
    let (plural, rest) = rest.split_first()?;
    let more = rest.len() > 2;
    Some(Named { namespace, plural, name: rest.first().copied(), subresource: rest.get(1).copied(), more })
}

/// The place of a custom resource. Its handler looks at no more than the first parts, and finds out about a subresource
/// that there is not by itself.
fn custom<'a>(kind: &Kind, named: &Named<'a>) -> Option<Named<'a>> {
    let namespace = named.namespace.filter(|namespace| !namespace.is_empty());
    let across = namespace.is_none() && named.name.is_none_or(str::is_empty);
    if kind.namespaced != namespace.is_some() && !(kind.namespaced && across) {
        return None;
    }
    Some(Named { namespace, ..*named })
}

/// The place of a built-in kind, where there is a route to it: an object in a namespace only through it, and only its own
/// subresources.
fn built_in<'a>(kind: &Kind, named: &Named<'a>) -> Option<Named<'a>> {
    let known = match named.subresource {
        None => named.name.is_none_or(|name| !name.is_empty()),
        Some(name) => kind.subresource(name).is_some(),
    };
    let reached = match (kind.namespaced, named.namespace) {
        (true, None) => named.name.is_none(),
        (false, Some(_)) => false,
        _ => true,
    };
    (known && reached && !named.more).then_some(*named)
}

impl RequestInfo {
    /// The object's name.
    ///
    /// # Errors
    /// 405 where the request names none, and 400 where it names one in no namespace.
    pub fn object_name(&self) -> Result<&str, StatusError> {
        if self.empty_namespace && self.name.is_some() {
            return Err(Status::bad_request("Namespace parameter required."));
        }
        self.name.as_deref().ok_or_else(Status::method_not_allowed)
    }

    /// Whether a custom resource is to be written across all namespaces, which has no handler.
    pub fn misses_its_namespace(&self, method: &http::Method) -> bool {
        let writes = !matches!(*method, http::Method::GET | http::Method::HEAD);
        self.kind.storage == StorageKind::Custom && self.kind.namespaced && self.namespace.is_none() && writes
    }

    /// The subresource, if the request is about one that the kind has.
    pub(super) fn known_subresource(&self) -> Option<&'static Subresource> {
        self.kind.subresource(self.subresource.as_deref()?)
    }

    /// What a write through a subresource prepares and checks; `None` for a write of the object itself.
    pub(super) fn subresource_strategy(&self) -> Option<&'static dyn SubresourceStrategy> {
        match self.known_subresource()?.storage {
            Storage::Object(strategy) => Some(strategy),
            Storage::Scale | Storage::Virtual(_) => None,
        }
    }

    /// Where the named object is kept.
    pub fn key(&self, name: &str) -> crate::apiserver::storage::Key {
        crate::apiserver::storage::Key {
            resource: self.resource(),
            namespace: self.namespace.clone().unwrap_or_default(),
            name: name.to_owned(),
        }
    }

    /// The kind of object, as the store names it.
    pub fn resource(&self) -> crate::apiserver::storage::Resource {
        self.kind.resource()
    }

    /// The `apiVersion` that the client speaks.
    pub fn api_version(&self) -> String {
        crate::apiserver::registry::api_version(&self.group, &self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        match route(path) {
            Route::Resource(info) => {
                let or = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".into());
                format!("{} {} {} {}", info.kind.plural, or(&info.namespace), or(&info.name), or(&info.subresource))
            }
            Route::NoResource => "no resource".into(),
            Route::Other => "other".into(),
        }
    }

    #[test]
    fn paths_are_taken_apart() {
        let cases = [
            ("/api/v1/pods", "pods - - -"),
            ("/api/v1/namespaces/a/pods", "pods a - -"),
            ("/api/v1/namespaces/a/pods/b", "pods a b -"),
            ("/api/v1/namespaces/a/pods/b/status", "pods a b status"),
            ("/api/v1/namespaces/a", "namespaces - a -"),
            ("/api/v1/namespaces/a/finalize", "namespaces - a finalize"),
            ("/api/v1/watch/namespaces", "namespaces - - -"),
            (
                "/apis/kubevirt.io/v1alpha3/namespaces/a/virtualmachineinstancereplicasets/b/scale",
                "virtualmachineinstancereplicasets a b scale",
            ),
            ("/api/v1/namespaces/a/configmaps/b/status", "no resource"),
            ("/api/v1/pods/b", "no resource"),
            ("/api/v1/namespaces/a/nodes", "no resource"),
            ("/api/v1/nope", "no resource"),
            ("/apis/nope/v1/x", "other"),
            ("/apis/kubevirt.io/v1/nope", "other"),
            ("/version", "other"),
            ("//api/v1/pods", "other"),
            ("/api/v1/pods//", "pods - - -"),
            ("/api/v1//pods", "no resource"),
            ("/api/v1/namespaces//pods", "pods - - -"),
            ("/api/v1/namespaces/a/pods//status", "pods a - status"),
            ("/api/v1/namespaces/a/pods//b", "no resource"),
            ("/api/v1/namespaces/a/pods/b/status/c", "no resource"),
            ("/api/v1/namespaces/a/configmaps/b%2Fc", "no resource"),
            (
                "/apis/kubevirt.io/v1/namespaces/a/virtualmachineinstancereplicasets//scale",
                "virtualmachineinstancereplicasets a - scale",
            ),
            (
                "/apis/kubevirt.io/v1/namespaces/a/virtualmachineinstancereplicasets/b//",
                "virtualmachineinstancereplicasets a b -",
            ),
            ("/apis/kubevirt.io/v1/namespaces/a//virtualmachineinstancereplicasets", "other"),
            ("/apis/kubevirt.io/v1/namespaces//virtualmachineinstancereplicasets/b", "other"),
        ];
        for (path, wanted) in cases {
            assert_eq!(shown(path), wanted, "{path}");
        }
    }
}
