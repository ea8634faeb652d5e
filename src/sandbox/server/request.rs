//! What a request is about: the path of a Kubernetes API request is one regular grammar.

use super::query::decode;
use super::status::{Refused, Status};
use crate::sandbox::kinds::{KINDS, Kind, Nature, by_path};

/// A resource request, taken apart.
#[derive(Clone, Debug)]
pub struct Target {
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
    /// `status`, `scale`, `finalize` or `binding`.
    pub subresource: Option<String>,
    /// The old spelling of a watch, `/api/v1/watch/…`.
    pub watch: bool,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub enum Route {
    /// To objects.
    Resource(Target),
    /// Nowhere: the group and version exist, the resource in it does not.
    NoResource,
    /// Outside the resources: discovery, health and the like, or nowhere.
    Other,
}

/// Takes a path apart.
pub fn route(path: &str) -> Route {
    let segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
        ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
        _ => return Route::Other,
    };
    let (watch, rest) = match rest {
        ["watch", rest @ ..] if !rest.is_empty() => (true, rest),
        _ => (false, rest),
    };
    let Some((namespace, plural, name, subresource)) = resource(rest) else { return missing(group, version) };
    match by_path(group, version, plural) {
        // A custom resource's handler looks for the object before it looks at the subresource.
        Some(kind) if kind.nature == Nature::Custom && !namespaced_right(kind, namespace, name) => Route::Other,
        Some(kind)
            if kind.nature == Nature::Custom && subresource.is_some() || fits(kind, namespace, name, subresource) =>
        {
            Route::Resource(Target {
                kind,
                group: group.to_owned(),
                version: version.to_owned(),
                namespace: namespace.filter(|_| kind.namespaced).map(str::to_owned),
                name: name.map(str::to_owned),
                subresource: subresource.map(str::to_owned),
                watch,
            })
        }
        _ => missing(group, version),
    }
}

fn missing(group: &str, version: &str) -> Route {
    let mut served = KINDS.iter().filter(|kind| kind.is_served(group, version));
    // Custom resources are served by a handler that answers a resource it does not know like any unknown path.
    let built_in = served.any(|kind| kind.nature != Nature::Custom);
    if built_in { Route::NoResource } else { Route::Other }
}

type Parts<'a> = (Option<&'a str>, &'a str, Option<&'a str>, Option<&'a str>);

fn resource<'a>(rest: &[&'a str]) -> Option<Parts<'a>> {
    Some(match *rest {
        ["namespaces"] => (None, "namespaces", None, None),
        ["namespaces", name] => (None, "namespaces", Some(name), None),
        ["namespaces", name, sub @ ("status" | "finalize")] => (None, "namespaces", Some(name), Some(sub)),
        ["namespaces", namespace, plural] => (Some(namespace), plural, None, None),
        ["namespaces", namespace, plural, name] => (Some(namespace), plural, Some(name), None),
        ["namespaces", namespace, plural, name, sub] => (Some(namespace), plural, Some(name), Some(sub)),
        [plural] => (None, plural, None, None),
        [plural, name] => (None, plural, Some(name), None),
        [plural, name, sub] => (None, plural, Some(name), Some(sub)),
        _ => return None,
    })
}

/// Whether a kind is reached this way: an object in a namespace only through it, and only its own subresources.
fn fits(kind: &Kind, namespace: Option<&str>, name: Option<&str>, subresource: Option<&str>) -> bool {
    let known = match subresource {
        None => true,
        Some("status") => kind.status,
        Some("scale") => kind.scale,
        Some("finalize") => kind.finalize,
        Some("binding") => kind.plural == "pods",
        Some(_) => false,
    };
    namespaced_right(kind, namespace, name) && known
}

fn namespaced_right(kind: &Kind, namespace: Option<&str>, name: Option<&str>) -> bool {
    match (kind.namespaced, namespace) {
        (true, None) => name.is_none(),
        (false, Some(_)) => false,
        _ => true,
    }
}

impl Target {
    /// The object's name.
    ///
    /// # Errors
    /// 405 where the request names none.
    pub fn object_name(&self) -> Result<&str, Refused> {
        self.name.as_deref().ok_or_else(Status::method_not_allowed)
    }

    /// Whether a custom resource is to be written across all namespaces, which has no handler.
    pub fn misses_its_namespace(&self, method: &http::Method) -> bool {
        let writes = !matches!(*method, http::Method::GET | http::Method::HEAD);
        self.kind.nature == Nature::Custom && self.kind.namespaced && self.namespace.is_none() && writes
    }

    /// Where the named object is kept.
    pub fn key(&self, name: &str) -> super::store::Key {
        super::store::Key {
            resource: self.resource(),
            namespace: self.namespace.clone().unwrap_or_default(),
            name: name.to_owned(),
        }
    }

    /// The kind of object, as the store names it.
    pub fn resource(&self) -> super::store::Resource {
        (self.kind.storage().0, self.kind.plural)
    }

    /// The `apiVersion` that the client speaks.
    pub fn api_version(&self) -> String {
        crate::sandbox::kinds::api_version(&self.group, &self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        match route(path) {
            Route::Resource(target) => {
                let or = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".into());
                format!(
                    "{} {} {} {}",
                    target.kind.plural,
                    or(&target.namespace),
                    or(&target.name),
                    or(&target.subresource)
                )
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
        ];
        for (path, wanted) in cases {
            assert_eq!(shown(path), wanted, "{path}");
        }
    }
}
