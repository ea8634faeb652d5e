//! From a reply to the bytes on the wire.

use crate::api::table::ListMeta;
use crate::apiserver::content_negotiation::Encoding;
use crate::apiserver::query::Query;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::{Body, RequestContext};
use crate::text::go::json::{self, Layout};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, USER_AGENT, WARNING};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde_json::Value;

/// What a request comes to.
pub(super) enum Reply {
    /// An object or a list, in the version and shape asked for.
    Object(u16, Value, Encoding),
    /// A refusal, or the success of a deletion.
    Status(StatusError),
    /// Something that goes on.
    Stream(Body),
}

impl RequestContext<'_> {
    /// An object in its stored version, as the client wants to see it.
    pub(super) fn object(&self, code: u16, object: Value) -> Reply {
        Reply::Object(code, self.representation.one(object, true, self.server.now()), self.wanted.encoding)
    }

    /// A list of objects in their stored version, as the client wants to see it.
    pub(super) fn listing(&self, objects: Vec<Value>, meta: &ListMeta) -> Reply {
        Reply::Object(200, self.representation.many(objects, meta, self.server.now()), self.wanted.encoding)
    }
}

/// The response, with the headers that every answer has.
pub(super) fn encode(parts: &Parts, reply: Reply, warnings: Vec<String>) -> Response<Body> {
    let pretty = is_pretty(parts);
    let (code, content_type, body, retry) = match reply {
        Reply::Object(code, value, Encoding::Json) => (code, "application/json", full(json_text(&value, pretty)), None),
        Reply::Object(code, value, Encoding::Yaml) => {
            let text = crate::text::yaml::to_string(&value).unwrap_or_default();
            (code, "application/yaml", full(text), None)
        }
        Reply::Status(status) => {
            (status.http_code(), "application/json", full(json_text(&*status, pretty)), status.retry_after())
        }
        Reply::Stream(body) => (200, "application/json", body, None),
    };
    let body = if parts.method == Method::HEAD { full(String::new()) } else { body };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    common_headers(&mut response, content_type);
    for warning in warnings {
        let text = format!("299 - {}", serde_json::Value::String(warning));
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(WARNING, value);
        }
    }
    if let Some(seconds) = retry {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

pub(super) fn common_headers(response: &mut Response<Body>, content_type: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert("audit-id", id);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    if let Ok(value) = HeaderValue::from_str(content_type) {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// Browsers and command lines read JSON with line breaks, unless they say otherwise.
pub(super) fn is_pretty(parts: &Parts) -> bool {
    let query = Query::parse(parts.uri.query().unwrap_or(""));
    if let Some(pretty) = query.optional_flag("pretty") {
        return pretty;
    }
    let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    ["curl", "Wget", "Mozilla/5.0"].iter().any(|prefix| agent.starts_with(prefix))
}

/// JSON as Go writes it: `<`, `>` and `&` escaped; compact text ends with a line break, pretty text does not.
pub(super) fn json_text(value: &impl Serialize, pretty: bool) -> String {
    if pretty { json::write(value, Layout::indented("  ")) } else { json::compact(value) + "\n" }
}

/// A body of one piece.
pub(super) fn full(text: impl Into<Bytes>) -> Body {
    Full::new(text.into()).boxed_unsync()
}

/// The answer to a request without a valid token.
pub(super) fn unauthorized(parts: &Parts) -> Response<Body> {
    encode(parts, Reply::Status(Status::unauthorized()), Vec::new())
}
