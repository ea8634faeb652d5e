//! From a reply to the bytes on the wire.

use super::accept::Language;
use super::query::Query;
use super::status::{Refused, Status};
use super::{Body, Call, Server, discovery, openapi};
use crate::api::table::ListMeta;
use crate::text::go::json::{self, Layout};
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER, USER_AGENT, VARY, WARNING};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde_json::{Value, json};

/// What a request comes to.
pub(super) enum Reply {
    /// An object or a list, in the version and shape asked for.
    Object(u16, Value, Language),
    /// A refusal, or the success of a deletion.
    Status(Refused),
    /// Something that goes on.
    Stream(Body),
}

impl Call<'_> {
    /// An object in its stored version, as the client wants to see it.
    pub(super) fn object(&self, code: u16, object: Value) -> Reply {
        Reply::Object(code, self.view.one(object, true, self.server.now()), self.wanted.language)
    }

    /// A list of objects in their stored version, as the client wants to see it.
    pub(super) fn listing(&self, objects: Vec<Value>, meta: &ListMeta) -> Reply {
        Reply::Object(200, self.view.many(objects, meta, self.server.now()), self.wanted.language)
    }
}

/// The response, with the headers that every answer has.
pub(super) fn encode(parts: &Parts, reply: Reply, warnings: Vec<String>) -> Response<Body> {
    let pretty = is_pretty(parts);
    let (code, content_type, body, retry) = match reply {
        Reply::Object(code, value, Language::Json) => (code, "application/json", full(json_text(&value, pretty)), None),
        Reply::Object(code, value, Language::Yaml) => {
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

fn common_headers(response: &mut Response<Body>, content_type: &str) {
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
fn is_pretty(parts: &Parts) -> bool {
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

/// What is no resource: version, health, discovery and the schema, or nothing.
pub(super) fn elsewhere(server: &Server, parts: &Parts) -> Response<Body> {
    let path = parts.uri.path();
    match path {
        "/version" | "/version/" => {
            encode(parts, Reply::Object(200, version(&server.options().version), Language::Json), Vec::new())
        }
        "/healthz" | "/livez" | "/readyz" | "/healthz/ping" | "/livez/ping" | "/readyz/ping" => text(200, "ok"),
        _ => document(parts).unwrap_or_else(|| text(404, "404 page not found\n")),
    }
}

/// Discovery and the schema.
fn document(parts: &Parts) -> Option<Response<Body>> {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let path = parts.uri.path();
    let answer = discovery::answer(path, header(ACCEPT), header(HOST)).or_else(|| openapi::answer(path))?;
    let mut response = Response::new(full(json_text(&answer.body, is_pretty(parts))));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    common_headers(&mut response, answer.content_type);
    if answer.varies {
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    }
    Some(response)
}

fn text(code: u16, body: &'static str) -> Response<Body> {
    let mut response = Response::new(full(body));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    common_headers(&mut response, "text/plain; charset=utf-8");
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// The answer to a request without a valid token.
pub(super) fn unauthorized(parts: &Parts) -> Response<Body> {
    encode(parts, Reply::Status(Status::unauthorized()), Vec::new())
}

fn version(git_version: &str) -> Value {
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let major = numbers.next().unwrap_or("1");
    let minor = numbers.next().unwrap_or("0");
    let older = minor.parse::<u32>().unwrap_or(1).saturating_sub(1);
    json!({
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": older.to_string(),
        "gitVersion": git_version,
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
    })
}
