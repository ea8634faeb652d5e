//! Which groups, versions and resources there are: `/api`, `/apis` and below, plain and aggregated.

use crate::apiserver::kinds::{KINDS, Kind, Nature, api_version};
use serde_json::{Map, Value, json};

/// Groups in the order of the real server; the core group is not among them.
const GROUPS: &[&str] = &[
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "apiextensions.k8s.io",
    "coordination.k8s.io",
    "kubevirt.io",
];

const JSON: &str = "application/json";
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const BUILT_IN_VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/// The same in the order in which the real server lists them for custom resources.
const CUSTOM_VERBS: &[&str] = &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
const SUBRESOURCE_VERBS: &[&str] = &["get", "patch", "update"];

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
        ["apis", group] => (group_document(group).filter(|_| GROUPS.contains(group)).map(with_kind)?, None),
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
    let groups: Vec<Value> = GROUPS.iter().filter_map(|group| group_document(group)).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
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
        "verbs": verbs(kind),
    });
    if let Some(entry) = entry.as_object_mut() {
        add_names(kind, entry);
        if !kind.storage_version_hash.is_empty() {
            entry.insert("storageVersionHash".to_owned(), kind.storage_version_hash.into());
        }
    }
    let mut entries = vec![entry];
    entries.extend(subresources(kind).into_iter().map(|subresource| {
        let mut entry = json!({
            "name": format!("{}/{}", kind.plural, subresource.name),
            "singularName": "",
            "namespaced": kind.namespaced,
            "kind": subresource.kind,
            "verbs": subresource.verbs,
        });
        if let (Some((group, version)), Some(entry)) = (subresource.foreign, entry.as_object_mut()) {
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

/// The verbs that a kind's main resource takes.
fn verbs(kind: &Kind) -> Vec<&'static str> {
    match kind.nature {
        Nature::Review => vec!["create"],
        Nature::Custom => CUSTOM_VERBS.to_vec(),
        // Namespaces are deleted one by one only.
        Nature::BuiltIn => {
            BUILT_IN_VERBS.iter().copied().filter(|verb| !kind.finalize || *verb != "deletecollection").collect()
        }
    }
}

struct Subresource {
    name: &'static str,
    kind: &'static str,
    /// The group and version of `kind`, where they are not those of the resource.
    foreign: Option<(&'static str, &'static str)>,
    verbs: &'static [&'static str],
}

fn subresources(kind: &'static Kind) -> Vec<Subresource> {
    let mut subresources = Vec::new();
    if kind.plural == "pods" {
        subresources.push(Subresource { name: "binding", kind: "Binding", foreign: None, verbs: &["create"] });
    }
    if kind.finalize {
        subresources.push(Subresource { name: "finalize", kind: kind.kind, foreign: None, verbs: &["update"] });
    }
    if kind.status {
        subresources.push(Subresource { name: "status", kind: kind.kind, foreign: None, verbs: SUBRESOURCE_VERBS });
    }
    if kind.scale {
        let foreign = Some(("autoscaling", "v1"));
        subresources.push(Subresource { name: "scale", kind: "Scale", foreign, verbs: SUBRESOURCE_VERBS });
    }
    subresources
}

fn aggregated_core() -> Value {
    discovery_list(&[json!({"metadata": {}, "versions": aggregated_versions("")})])
}

fn aggregated_groups() -> Value {
    let group = |group: &&str| json!({"metadata": {"name": group}, "versions": aggregated_versions(group)});
    discovery_list(&GROUPS.iter().map(group).collect::<Vec<_>>())
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
    let own = if kind.nature == Nature::Custom { (group, version) } else { ("", "") };
    let response =
        |(group, version): (&str, &str), kind: &str| json!({"group": group, "version": version, "kind": kind});
    let mut entry = json!({
        "resource": kind.plural,
        "responseKind": response(own, kind.kind),
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular,
        "verbs": verbs(kind),
    });
    let subresources: Vec<Value> = subresources(kind)
        .into_iter()
        .map(|subresource| {
            json!({
                "subresource": subresource.name,
                "responseKind": response(subresource.foreign.unwrap_or(own), subresource.kind),
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
