//! Paths outside the resources: version, health, discovery and the schema.

use super::content_negotiation::Encoding;
use super::response::{Reply, common_headers, encode, full, is_pretty, json_text};
use super::{Body, Server, discovery, openapi};
use http::header::{ACCEPT, HOST, HeaderValue, VARY};
use http::request::Parts;
use http::{Response, StatusCode};
use serde_json::{Value, json};

/// What is no resource: version, health, discovery and the schema, or nothing.
pub(super) fn answer(server: &Server, parts: &Parts) -> Response<Body> {
    let path = parts.uri.path();
    match path {
        "/version" | "/version/" => {
            encode(parts, Reply::Object(200, version(&server.options().version), Encoding::Json), Vec::new())
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
        "platform": platform(),
    })
}

/// This machine as Go names it, for instance `linux/amd64`.
fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}/{architecture}")
}
