//! The refusal in the body of an answer.

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
