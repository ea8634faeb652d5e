//! `pods/binding`: a scheduler's word on where a pod runs.

use crate::apiserver::decode::Decoded;
use crate::apiserver::handlers::write::{dry_run, persist};
use crate::apiserver::registry::node;
use crate::apiserver::registry::subresource::{Storage, Subresource};
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::{RequestContext, object};
use serde_json::{Value, json};

/// `/binding`.
pub(super) const BINDING: Subresource = Subresource {
    name: "binding",
    kind: "Binding",
    verbs: &["create"],
    storage: Storage::Virtual(bind),
    ..Subresource::STATUS
};

/// Answers POST of a Binding: the pod gets its node, once. The write belongs to no manager, as in the real server.
fn bind(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let dry_run = dry_run(context, "CreateOptions")?;
    let Decoded { value: binding, .. } = context.decode()?;
    let (kind, name) = (context.info.kind, context.info.object_name()?);
    let named = object::meta(&binding, "name");
    if !named.is_empty() && named != name {
        return Err(Status::bad_request("name in URL does not match name in Binding object"));
    }
    let node = node_of(&binding)?;
    let mut store = context.server.store();
    let key = context.info.key(name);
    let mut pod = (**store.get(&key).ok_or_else(|| Status::not_found(kind, name))?).clone();
    check(&pod, &binding, name)?;
    place(&mut pod, node, &object::timestamp(context.server.now()));
    persist(context, &mut store, key, pod, dry_run);
    drop(store);
    Ok(Reply::Status(Status::created()))
}

fn node_of(binding: &Value) -> Result<&str, StatusError> {
    let target = |field: &str| binding.pointer(&format!("/target/{field}")).and_then(Value::as_str).unwrap_or("");
    let kind = target("kind");
    if !["", node::KIND.kind].contains(&kind) {
        let why = format!("target.kind: Unsupported value: {kind:?}: supported values: \"Node\", \"<empty>\"");
        return Err(Status::unexpected(why));
    }
    Some(target("name"))
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Status::unexpected("target.name: Required value"))
}

fn check(pod: &Value, binding: &Value, name: &str) -> Result<(), StatusError> {
    let (wanted, uid) = (object::meta(binding, "uid"), object::meta(pod, "uid"));
    let refuse = |why: String| Err(Status::binding_conflict(name, &why));
    if !wanted.is_empty() && wanted != uid {
        return refuse(format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"));
    }
    if object::is_deleting(pod) {
        return refuse(format!("pod {name} is being deleted, cannot be assigned to a host"));
    }
    match pod.pointer("/spec/nodeName").and_then(Value::as_str).filter(|node| !node.is_empty()) {
        Some(node) => refuse(format!("pod {name} is already assigned to node {node:?}")),
        None => Ok(()),
    }
}

fn place(pod: &mut Value, node: &str, now: &str) {
    let Some(fields) = pod.as_object_mut() else { return };
    if let Some(spec) = fields.entry("spec").or_insert_with(|| json!({})).as_object_mut() {
        spec.insert("nodeName".to_owned(), node.into());
    }
    let Some(status) = fields.entry("status").or_insert_with(|| json!({})).as_object_mut() else { return };
    let Some(conditions) = status.entry("conditions").or_insert_with(|| json!([])).as_array_mut() else { return };
    let scheduled = json!({"type": "PodScheduled", "status": "True", "lastProbeTime": null, "lastTransitionTime": now});
    match conditions.iter_mut().find(|condition| condition["type"] == "PodScheduled") {
        Some(condition) => *condition = scheduled,
        None => conditions.push(scheduled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_bound_once() {
        let mut pod = json!({"metadata": {"name": "p", "uid": "u"}, "spec": {}});
        let binding = json!({"target": {"kind": "Node", "name": "n"}});
        check(&pod, &binding, "p").unwrap();
        place(&mut pod, node_of(&binding).unwrap(), "2026-01-01T00:00:00Z");
        assert_eq!(pod["spec"]["nodeName"], "n");
        assert_eq!(pod["status"]["conditions"][0]["status"], "True");
        assert_eq!(check(&pod, &binding, "p").unwrap_err().http_code(), 409);
    }

    #[test]
    fn a_binding_is_for_the_very_pod_and_names_a_node() {
        let pod = json!({"metadata": {"name": "p", "uid": "u"}});
        let other = json!({"metadata": {"uid": "another"}, "target": {"name": "n"}});
        assert_eq!(check(&pod, &other, "p").unwrap_err().http_code(), 409);
        assert!(node_of(&json!({"target": {"kind": "Node"}})).is_err());
        assert!(node_of(&json!({"target": {"kind": "Rack", "name": "n"}})).is_err());
    }
}
