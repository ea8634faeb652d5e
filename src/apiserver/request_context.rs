//! A request to a resource, on its way through the handlers.

use super::Server;
use super::content_negotiation::MediaTypeOptions;
use super::query::Query;
use super::representation::Representation;
use super::request_info::RequestInfo;
use bytes::Bytes;
use http::{HeaderMap, Method};
use std::sync::{Mutex, PoisonError};

/// One request to a resource, with everything that was sent along.
pub(super) struct RequestContext<'a> {
    pub(super) server: &'a Server,
    pub(super) method: &'a Method,
    pub(super) info: &'a RequestInfo,
    pub(super) query: &'a Query,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    /// The body was longer than [`LONGEST_BODY`], and is not here.
    pub(super) body_too_long: bool,
    pub(super) wanted: MediaTypeOptions,
    pub(super) representation: Representation,
    /// Texts of `Warning` headers, gathered on the way.
    pub(super) warnings: Mutex<Vec<String>>,
}

impl RequestContext<'_> {
    pub(super) fn warn(&self, text: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    pub(super) fn header(&self, name: http::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
