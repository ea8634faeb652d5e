//! What went wrong, in kubectl's words (its `checkErr` and `StandardErrorMessage`).

mod refusal;
mod transport;
mod usage;

use crate::printers::Ui;
use crate::text::decoding;
use http::{Method, StatusCode};
use kube::core::Status;
use std::process::ExitCode;

pub(crate) use usage::report_usage;

/// Why a verb failed. The wording of each is kubectl's; every one ends with exit code 1.
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
    /// The kubeconfig cannot be used.
    #[error("{0}")]
    Config(Box<dyn std::error::Error + Send + Sync>),
    /// The kubeconfig contradicts itself; printed after `Error in configuration: `.
    #[error("{}", .0.join("\n"))]
    InvalidConfig(Vec<String>),
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
    /// The asynchronous runtime did not start.
    #[error("unable to start: {source}")]
    Runtime {
        /// What the system said.
        source: std::io::Error,
    },
    /// Printing failed; a closed pipe among other things.
    #[error("unable to write: {0}")]
    Output(#[from] std::io::Error),
    /// A failure while an object of a file was being handled.
    #[error("error when {doing} {file:?}: {source}")]
    InFile {
        /// For instance `creating`.
        doing: &'static str,
        /// As it was typed, or `STDIN`.
        file: String,
        /// What went wrong.
        source: Box<Error>,
    },
    /// What was typed does not fit together; printed with a pointer to the verb's help.
    #[error("{message}")]
    Usage {
        /// One line.
        message: String,
        /// For instance `create`.
        verb: &'static str,
    },
    /// Anything else that the user can mend; printed after `error: `.
    #[error("{message}")]
    Plain {
        /// One line.
        message: String,
        /// A further line with the next step.
        hint: Option<String>,
    },
    /// A text that already is as kubectl prints it.
    #[error("{0}")]
    Verbatim(String),
    /// Several failures of one command, in order.
    #[error("{} failures", .0.len())]
    Many(Vec<Error>),
}

impl Error {
    /// A failure that the user can mend.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::Plain { message: message.into(), hint: None }
    }

    /// A kubeconfig that cannot be used.
    pub fn config(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Config(Box::new(source))
    }

    /// Adds the next step, where there is one to name.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Plain { message, .. } => Self::Plain { message, hint: Some(hint.into()) },
            other => other,
        }
    }

    /// Says in which file the object stood that `doing` (for instance `creating`) failed for.
    #[must_use]
    pub fn in_file(self, doing: &'static str, file: impl Into<String>) -> Self {
        Self::InFile { doing, file: file.into(), source: Box::new(self) }
    }

    /// One failure as it is, several as [`Error::Many`], none as `Ok`.
    ///
    /// # Errors
    /// Whenever `failures` is not empty.
    pub fn all(mut failures: Vec<Self>) -> Result<(), Self> {
        match failures.len() {
            0 => Ok(()),
            1 => failures.pop().map_or(Ok(()), Err),
            _ => Err(Self::Many(failures)),
        }
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
            Self::InFile { source, .. } => source.status(),
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

    /// The connection broke before an answer came: the same request may well succeed.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Transport { source, .. } if transport::is_broken(source))
    }

    /// The caller may not do this (403).
    pub fn is_forbidden(&self) -> bool {
        self.status().is_some_and(|status| status.code == 403)
    }
}

/// Prints a failure on stderr.
pub(crate) fn report(ui: &mut Ui, error: &Error) -> ExitCode {
    if let Error::Output(source) = error
        && source.kind() == std::io::ErrorKind::BrokenPipe
    {
        // Whoever read our output has enough. kubectl is killed by SIGPIPE here; to let the signal kill us takes
        // `unsafe`, so we end with the code that a shell would report for it.
        return ExitCode::from(141);
    }
    let text = render(error);
    ui.note(text.strip_suffix('\n').unwrap_or(&text));
    if let Some(hint) = next_step(error, ui.is_interactive()) {
        ui.note(&hint);
    }
    ExitCode::FAILURE
}

/// Flushes stdout and turns a verb's result into the process's exit code.
pub(crate) fn conclude(ui: &mut Ui, result: Result<ExitCode, Error>) -> ExitCode {
    let result = result.and_then(|code| Ok(ui.flush().map(|()| code)?));
    match result {
        Ok(code) => code,
        Err(error) => report(ui, &error),
    }
}

/// The text for stderr.
fn render(error: &Error) -> String {
    if let Some(status) = error.status().filter(|status| status.reason == "Invalid") {
        return refusal::invalid(status);
    }
    match error {
        Error::InvalidConfig(faults) => multiline("Error in configuration: ", faults),
        Error::Many(errors) => errors.iter().map(|error| in_many(error) + "\n").collect(),
        Error::Usage { message, verb } => {
            format!("error: {message}\nSee 'kubectl vmirs {verb} -h' for help and examples")
        }
        other => standard(other).unwrap_or_else(|| with_prefix(&other.to_string())),
    }
}

fn with_prefix(message: &str) -> String {
    if message.starts_with("error: ") { message.to_owned() } else { format!("error: {message}") }
}

fn in_many(error: &Error) -> String {
    match error {
        Error::Many(errors) => errors.iter().map(in_many).collect::<Vec<_>>().join("\n"),
        other => standard(other).unwrap_or_else(|| other.to_string()),
    }
}

/// The forms that do not depend on whether the failure is the only one.
fn standard(error: &Error) -> Option<String> {
    match error {
        Error::Api(status) => Some(refusal::head(status, &status.message)),
        Error::InFile { source, .. } => source.status().map(|status| refusal::head(status, &error.to_string())),
        Error::Transport { server, source } if transport::is_refused(source) => {
            let host = transport::host(server);
            Some(format!("The connection to the server {host} was refused - did you specify the right host or port?"))
        }
        Error::Transport { .. } | Error::RequestTimeout => Some(format!("Unable to connect to the server: {error}")),
        Error::Verbatim(text) => Some(text.clone()),
        _ => None,
    }
}

/// `prefix`, then one fault behind it or several below it.
fn multiline(prefix: &str, faults: &[String]) -> String {
    match faults {
        [only] => format!("{prefix}{only}"),
        several => {
            let lines: String = several.iter().map(|fault| format!("* {fault}\n")).collect();
            format!("{prefix}\n{lines}")
        }
    }
}

/// A further line that says what to do about it. What kubectl also reports gets one only when a person is watching:
/// scripts compare stderr.
fn next_step(error: &Error, interactive: bool) -> Option<String> {
    match error {
        Error::Plain { hint, .. } => hint.clone(),
        Error::Many(errors) => errors.iter().find_map(|error| next_step(error, interactive)),
        other => refusal::next_step(other.status()?, interactive),
    }
}

#[cfg(test)]
mod tests;
