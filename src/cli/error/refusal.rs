//! What a server's refusal says.

use super::multiline;
use crate::api::GROUP;
use kube::core::Status;

/// `Error from server (Reason): message`.
pub(super) fn head(status: &Status, message: &str) -> String {
    match status.reason.as_str() {
        "Unauthorized" => format!("error: You must be logged in to the server ({message})"),
        "" => format!("Error from server: {message}"),
        reason => format!("Error from server ({reason}): {message}"),
    }
}

/// `The KIND "NAME" is invalid: …`, with its causes.
pub(super) fn invalid(status: &Status) -> String {
    let generic = "The request is invalid";
    let Some(details) = &status.details else {
        return if status.message.is_empty() { generic.to_owned() } else { format!("{generic}: {}", status.message) };
    };
    let mut causes: Vec<String> = Vec::new();
    for cause in &details.causes {
        let text = format!("{}: {}", cause.field, cause.message);
        if !causes.contains(&text) {
            causes.push(text);
        }
    }
    let subject = if !details.kind.is_empty() || !details.name.is_empty() {
        format!("The {} {:?} is invalid", details.kind, details.name)
    } else if causes.is_empty() && !status.message.is_empty() {
        format!("{generic}: {}", status.message)
    } else {
        generic.to_owned()
    };
    if causes.is_empty() { subject } else { multiline(&format!("{subject}: "), &causes) }
}

/// What to do about a refusal.
pub(super) fn next_step(status: &Status, interactive: bool) -> Option<String> {
    let about_our_group = status.message.contains(GROUP);
    if status.code == 404 && status.details.is_none() && about_our_group {
        return Some(
            "KubeVirt's CRDs are not installed in this cluster; install KubeVirt, or try `kubectl vmirs sandbox`."
                .to_owned(),
        );
    }
    if status.code == 403 && interactive {
        return check_of_rights(&status.message);
    }
    None
}

/// `kubectl auth can-i …` for the right that RBAC's message says is missing.
fn check_of_rights(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(" cannot ")?;
    let (verb, rest) = rest.split_once(" resource \"")?;
    let (resource, rest) = rest.split_once("\" in API group \"")?;
    let (group, rest) = rest.split_once('"')?;
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let mut right = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
    if !subresource.is_empty() {
        right.push_str(&format!(" --subresource={subresource}"));
    }
    let scope = match rest.split_once("in the namespace \"").and_then(|(_, rest)| rest.split_once('"')) {
        Some((namespace, _)) => format!(" -n {namespace}"),
        None => " -A".to_owned(),
    };
    Some(format!("Ask for that right; to see whether you have it: kubectl auth can-i {verb} {right}{scope}"))
}
