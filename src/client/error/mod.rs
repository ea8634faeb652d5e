//! What can go wrong between a kubeconfig and an answer.

mod refusal;
pub mod transport;

use crate::text::decoding;
use http::{Method, StatusCode};
use kube::core::Status;

/// Why there is no answer, or no cluster to ask.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused.
    #[error("{}", .0.message)]
    Api(Box<Status>),
    /// No answer came.
    #[error("{}", transport::reason(.source, .server))]
    Transport {
        /// As it stands in the kubeconfig.
        server: String,
        /// What the client met.
        source: Box<kube::Error>,
    },
    /// No answer came within `--request-timeout`.
    #[error("net/http: request canceled (Client.Timeout exceeded while awaiting headers)")]
    RequestTimeout,
    /// An answer was not complete within `--request-timeout`.
    #[error(
        "unexpected error when reading response body. Please retry. Original error: context deadline exceeded \
         (Client.Timeout or context cancellation while reading body)"
    )]
    BodyTimeout,
    /// A request cannot be sent: a credential or an address that no HTTP request can hold.
    #[error("{0}")]
    Unsendable(String),
    /// The kubeconfig cannot be used.
    #[error("{0}")]
    Config(Box<dyn std::error::Error + Send + Sync>),
    /// The kubeconfig contradicts itself.
    #[error("{}", .0.join("\n"))]
    InvalidConfig(Vec<String>),
    /// A flag, a name or an entry of the kubeconfig that cannot be used.
    #[error("{0}")]
    Input(String),
    /// The answer is not what was asked for.
    #[error("unable to decode the answer to {what}: {}", decoding::cause(.source))]
    Decode {
        /// Method and path.
        what: String,
        /// What the decoder met.
        source: serde_json::Error,
    },
    /// A name or address that cannot stand in a URL.
    #[error("invalid request {target}: {source}")]
    BadRequest {
        /// Path and query.
        target: String,
        /// What is wrong with it.
        source: http::Error,
    },
}

impl Error {
    /// Something that was given and cannot be used, in kubectl's words.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(message.into())
    }

    /// A kubeconfig that cannot be used.
    pub fn config(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Config(Box::new(source))
    }

    /// A refusal from the body of an answer with that status, when the request is not known.
    pub fn from_response(code: StatusCode, body: &[u8]) -> Self {
        Self::Api(Box::new(refusal::status(None, code, body)))
    }

    /// A refusal from the body of the answer to `method path`.
    pub fn from_answer(method: &Method, path: &str, code: StatusCode, body: &[u8]) -> Self {
        Self::Api(Box::new(refusal::status(Some((method, path)), code, body)))
    }

    /// The server's refusal, if that is what happened.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Api(status) => Some(status),
            _ => None,
        }
    }

    /// The object, the resource or its namespace is not there (404).
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(|status| status.code == 404 || status.reason == "NotFound")
    }

    /// The server has the resource, its version or its group not at all: a 404 that names no object.
    pub fn is_unserved(&self) -> bool {
        self.status().is_some_and(|status| status.code == 404 && status.details.is_none())
    }

    /// Somebody else wrote in between (409, but not `AlreadyExists`).
    pub fn is_conflict(&self) -> bool {
        self.status().is_some_and(|status| status.reason == "Conflict")
    }

    /// The caller may not do this (403).
    pub fn is_forbidden(&self) -> bool {
        self.status().is_some_and(|status| status.code == 403)
    }

    /// The connection broke before an answer came: the same request may well succeed.
    pub fn is_connection_lost(&self) -> bool {
        matches!(self, Self::Transport { source, .. } if transport::is_broken(source))
    }

    /// The server is busy, restarting or out of reach, and may answer another time.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Api(status) => status.code == 429 || status.code >= 500,
            Self::Transport { .. } | Self::RequestTimeout | Self::BodyTimeout | Self::Decode { .. } => true,
            _ => false,
        }
    }

    /// The server no longer knows the revision that was asked for (410).
    pub fn is_expired(&self) -> bool {
        self.status().is_some_and(|status| status.code == 410)
    }
}
