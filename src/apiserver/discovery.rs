//! Which groups, versions and resources there are: `/api`, `/apis` and below, plain and aggregated.

use crate::apiserver::registry::subresource::Subresource;
use crate::apiserver::registry::{KINDS, Kind, StorageKind, api_version};
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
/// A discovery document.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status: 200 or 406.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// Whether a cache must tell answers apart by the `Accept` header (`Vary: Accept`).
    pub varies: bool,
    /// The document.
    pub body: Value,
}

/// Answers a discovery path such as `/api`, `/apis`, `/apis/GROUP` or `/apis/GROUP/VERSION`, with or without a slash at
/// the end; nothing where there is no such group or version. `accept` is the request's header (empty if there is none)
/// and `address` is `host:port` of this server.
pub fn answer(path: &str, accept: &str, address: &str) -> Option<Answer> {
    let inner = path.strip_prefix('/').filter(|inner| !inner.starts_with('/') && *inner != "apis//")?;
    let parts: Vec<&str> = inner.trim_end_matches('/').split('/').collect();
    let (plain, aggregated): (Value, Option<fn() -> Value>) = match parts.as_slice() {
        ["api"] => (api_versions(address), Some(aggregated_core)),
        ["apis"] => (group_list(), Some(aggregated_groups)),
        ["api", version] => (resource_list("", version)?, None),
        ["apis", group] => (group_document(group).filter(|_| !group.is_empty()).map(with_kind)?, None),
        ["apis", group, version] if !group.is_empty() => (resource_list(group, version)?, None),
        _ => return None,
    };
    Some(negotiate(accept, plain, aggregated))
}

fn negotiate(accept: &str, plain: Value, aggregated: Option<fn() -> Value>) -> Answer {
    let accept = if accept.trim().is_empty() { "*/*" } else { accept };
    for wish in accept.split(',') {
        match (wanted(wish), aggregated) {
            (Wish::Aggregated, Some(aggregated)) => {
                return Answer { status: 200, content_type: AGGREGATED, varies: true, body: aggregated() };
            }
            (Wish::Plain, _) => {
                return Answer { status: 200, content_type: JSON, varies: aggregated.is_some(), body: plain };
            }
            _ => {}
        }
    }
    Answer { status: 406, content_type: JSON, varies: false, body: not_acceptable() }
}

enum Wish {
    Plain,
    Aggregated,
    Unknown,
}

fn wanted(media_type: &str) -> Wish {
    let mut parts = media_type.split(';').map(str::trim);
    if !matches!(parts.next(), Some("application/json" | "application/*" | "*/*")) {
        return Wish::Unknown;
    }
    let (mut group, mut version, mut r#as) = ("", "", "");
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        match name {
            "g" => group = value,
            "v" => version = value,
            "as" => r#as = value,
            _ => {}
        }
    }
    match (group, version, r#as) {
        ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList") => Wish::Aggregated,
        (_, _, "") => Wish::Plain,
        _ => Wish::Unknown,
    }
}

fn not_acceptable() -> Value {
    json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "only the following media types are accepted: application/json, application/yaml, \
                    application/vnd.kubernetes.protobuf",
        "reason": "NotAcceptable",
        "code": 406,
    })
}

fn api_versions(address: &str) -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    })
}

fn group_list() -> Value {
    let groups: Vec<Value> = groups().into_iter().filter_map(group_document).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// The groups but the core group, in the order of [`KINDS`].
fn groups() -> Vec<&'static str> {
    let mut groups = Vec::new();
    for (group, _) in KINDS.iter().flat_map(|kind| kind.served).filter(|(group, _)| !group.is_empty()) {
        if !groups.contains(group) {
            groups.push(group);
        }
    }
    groups
}

fn with_kind(mut group: Value) -> Value {
    if let Some(group) = group.as_object_mut() {
        group.insert("kind".to_owned(), "APIGroup".into());
        group.insert("apiVersion".to_owned(), "v1".into());
    }
    group
}

fn group_document(group: &str) -> Option<Value> {
    let versions: Vec<Value> = versions(group)
        .into_iter()
        .map(|version| json!({"groupVersion": api_version(group, version), "version": version}))
        .collect();
    let preferred = versions.first().cloned()?;
    Some(json!({"name": group, "versions": versions, "preferredVersion": preferred}))
}

/// The versions of a group, the preferred one first.
fn versions(group: &str) -> Vec<&'static str> {
    let mut versions = Vec::new();
    for (_, version) in KINDS.iter().flat_map(|kind| kind.served).filter(|(served, _)| *served == group) {
        if !versions.contains(version) {
            versions.push(version);
        }
    }
    versions
}

fn kinds<'a>(group: &'a str, version: &'a str) -> impl Iterator<Item = &'static Kind> + 'a {
    KINDS.iter().filter(move |kind| kind.is_served(group, version))
}

fn resource_list(group: &str, version: &str) -> Option<Value> {
    let resources: Vec<Value> = kinds(group, version).flat_map(resources).collect();
    if resources.is_empty() {
        return None;
    }
    let mut list =
        json!({"kind": "APIResourceList", "groupVersion": api_version(group, version), "resources": resources});
    if let (false, Some(list)) = (group.is_empty(), list.as_object_mut()) {
        list.insert("apiVersion".to_owned(), "v1".into());
    }
    Some(list)
}

/// A kind's entry and those of its subresources.
fn resources(kind: &'static Kind) -> Vec<Value> {
    let mut entry = json!({
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": kind.verbs,
    });
    if let Some(entry) = entry.as_object_mut() {
        add_names(kind, entry);
        if !kind.storage_version_hash.is_empty() {
            entry.insert("storageVersionHash".to_owned(), kind.storage_version_hash.into());
        }
    }
    let mut entries = vec![entry];
    entries.extend(kind.subresources.iter().map(|subresource| {
        let mut entry = json!({
            "name": format!("{}/{}", kind.plural, subresource.name),
            "singularName": "",
            "namespaced": kind.namespaced,
            "kind": kind_of(kind, subresource),
            "verbs": subresource.verbs,
        });
        if let (Some((group, version)), Some(entry)) = (subresource.group_version, entry.as_object_mut()) {
            entry.insert("group".to_owned(), group.into());
            entry.insert("version".to_owned(), version.into());
        }
        entry
    }));
    entries
}

fn add_names(kind: &Kind, entry: &mut Map<String, Value>) {
    if !kind.short_names.is_empty() {
        entry.insert("shortNames".to_owned(), kind.short_names.into());
    }
    if !kind.categories.is_empty() {
        entry.insert("categories".to_owned(), kind.categories.into());
    }
}

/// The kind of a subresource's bodies.
fn kind_of(kind: &Kind, subresource: &Subresource) -> &'static str {
    if subresource.kind.is_empty() { kind.kind } else { subresource.kind }
}

fn aggregated_core() -> Value {
    discovery_list(&[json!({"metadata": {}, "versions": aggregated_versions("")})])
}

fn aggregated_groups() -> Value {
    let group = |group: &str| json!({"metadata": {"name": group}, "versions": aggregated_versions(group)});
    discovery_list(&groups().into_iter().map(group).collect::<Vec<_>>())
}

fn discovery_list(items: &[Value]) -> Value {
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items})
}

fn aggregated_versions(group: &str) -> Vec<Value> {
    versions(group)
        .into_iter()
        .map(|version| {
            let resources: Vec<Value> =
                kinds(group, version).map(|kind| aggregated_resource(kind, group, version)).collect();
            json!({"version": version, "resources": resources, "freshness": "Current"})
        })
        .collect()
}

fn aggregated_resource(kind: &'static Kind, group: &str, version: &str) -> Value {
    // The real server leaves the group and version of its own kinds empty.
    let own = if kind.storage == StorageKind::Custom { (group, version) } else { ("", "") };
    let response =
        |(group, version): (&str, &str), kind: &str| json!({"group": group, "version": version, "kind": kind});
    let mut entry = json!({
        "resource": kind.plural,
        "responseKind": response(own, kind.kind),
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular,
        "verbs": kind.verbs,
    });
    let subresources: Vec<Value> = kind
        .subresources
        .iter()
        .map(|subresource| {
            json!({
                "subresource": subresource.name,
                "responseKind": response(subresource.group_version.unwrap_or(own), kind_of(kind, subresource)),
                "verbs": subresource.verbs,
            })
        })
        .collect();
    if let Some(entry) = entry.as_object_mut() {
        add_names(kind, entry);
        if !subresources.is_empty() {
            entry.insert("subresources".to_owned(), subresources.into());
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGGREGATED_FIRST: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                                    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    fn body(path: &str, accept: &str) -> Value {
        answer(path, accept, "127.0.0.1:1").unwrap().body
    }

    #[test]
    fn kubectl_gets_the_aggregated_form_of_the_two_roots_only() {
        for (path, kind) in [
            ("/api", "APIGroupDiscoveryList"),
            ("/apis", "APIGroupDiscoveryList"),
            ("/api/v1", "APIResourceList"),
            ("/apis/autoscaling", "APIGroup"),
            ("/apis/autoscaling/v2/", "APIResourceList"),
        ] {
            assert_eq!(body(path, AGGREGATED_FIRST)["kind"], kind, "{path}");
        }
    }

    #[test]
    fn clients_that_do_not_ask_for_it_get_the_plain_form() {
        for accept in [
            "",
            "*/*",
            "application/json",
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,*/*",
        ] {
            assert_eq!(body("/apis", accept)["kind"], "APIGroupList", "{accept}");
        }
        assert_eq!(answer("/apis", "text/html", "").unwrap().status, 406);
    }

    #[test]
    fn what_is_not_served_is_not_answered() {
        for path in
            ["/", "/apis/nope", "/apis/autoscaling/v9", "/api/v2", "/apis/", "/apis//v1", "/apis/autoscaling/v2/x"]
        {
            assert_eq!(answer(path, "", "").is_some(), path == "/apis/", "{path}");
        }
    }

    #[test]
    fn scale_names_the_foreign_kind() {
        let list = body("/apis/kubevirt.io/v1alpha3", "");
        let scale = list["resources"]
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["name"] == "virtualmachineinstancereplicasets/scale");
        let expected = json!({"name": "virtualmachineinstancereplicasets/scale", "singularName": "", "namespaced": true, "group": "autoscaling", "version": "v1", "kind": "Scale", "verbs": ["get", "patch", "update"]});
        assert_eq!(scale, Some(&expected));
    }

    #[test]
    fn the_preferred_version_comes_first() {
        let group = body("/apis/autoscaling", "");
        assert_eq!(group["preferredVersion"]["version"], "v2");
        let group = body("/apis/kubevirt.io", "");
        assert_eq!(group["versions"][1]["groupVersion"], "kubevirt.io/v1alpha3");
    }
}
