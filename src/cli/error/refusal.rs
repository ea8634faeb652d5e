//! What a server's refusal says.

use super::multiline;
use crate::api::GROUP;
use http::{Method, StatusCode};
use kube::core::Status;

/// The refusal in the body of an answer; where the body is not a `Status`, one in client-go's words (apimachinery's
/// `NewGenericServerResponse`).
pub(super) fn status(request: Option<(&Method, &str)>, code: StatusCode, body: &[u8]) -> Status {
    if let Ok(status) = serde_json::from_slice::<Status>(body)
        && status.is_failure()
    {
        return Status { code: if status.code == 0 { code.as_u16() } else { status.code }, ..status };
    }
    let text = String::from_utf8_lossy(body);
    let (reason, message) = generic(code, text.trim());
    let request = request.and_then(|(method, path)| subject(method, path));
    let message = request.map_or_else(|| message.clone(), |subject| format!("{message} ({subject})"));
    Status::failure(&message, reason).with_code(code.as_u16())
}

fn generic(code: StatusCode, body: &str) -> (&'static str, String) {
    let (reason, message) = match code.as_u16() {
        400 => ("BadRequest", "the server rejected our request for an unknown reason"),
        401 => ("Unauthorized", "the server has asked for the client to provide credentials"),
        403 => ("Forbidden", if body.is_empty() { "access to the requested resource is forbidden" } else { body }),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        406 => ("NotAcceptable", "the server was unable to respond with a content type that the client supports"),
        409 => ("Conflict", "the server reported a conflict"),
        415 => ("UnsupportedMediaType", "the body of the request was in an unknown format"),
        422 => ("Invalid", "the server rejected our request due to an error in our request"),
        429 => ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => (
            "Timeout",
            "the server was unable to return a response in the time allotted, but may still be processing the request",
        ),
        500.. => {
            let message = format!("an error on the server ({body:?}) has prevented the request from succeeding");
            return ("InternalError", message);
        }
        _ => {
            let message = format!(
                "the server responded with the status code {} but did not return more information",
                code.as_u16()
            );
            return ("", message);
        }
    };
    (reason, message.to_owned())
}

/// `get virtualmachineinstancereplicasets.kubevirt.io web`, from a request for a known path.
fn subject(method: &Method, path: &str) -> Option<String> {
    let verb = match method.as_str() {
        "PATCH" => "patch",
        "POST" => "post",
        "PUT" => "put",
        "DELETE" => "delete",
        _ => "get",
    };
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return None,
    };
    let (resource, name) = match rest {
        ["namespaces", _, resource, name @ ..] | [resource, name @ ..] => (*resource, name.first().copied()),
        [] => return None,
    };
    let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
    Some(name.map_or_else(|| format!("{verb} {resource}"), |name| format!("{verb} {resource} {name}")))
}

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
