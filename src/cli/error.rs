//! What went wrong, in kubectl's words.

use crate::output::Out;
use http::StatusCode;
use kube::core::Status;
use std::process::ExitCode;

/// Why a verb failed. The wording of each is kubectl's; every one ends with exit code 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused.
    #[error("{}", .0.message)]
    Api(Box<Status>),
    /// No answer came.
    #[error("Unable to connect to the server: {source}")]
    Transport {
        /// As it stands in the kubeconfig.
        server: String,
        /// What the client met.
        source: Box<kube::Error>,
    },
    /// The kubeconfig cannot be used.
    #[error("{0}")]
    Config(Box<dyn std::error::Error + Send + Sync>),
    /// The answer is not what was asked for.
    #[error("unable to decode the answer to {what}: {source}")]
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
    /// Anything else that the user can mend; printed after `error: `.
    #[error("{message}")]
    Plain {
        /// One line.
        message: String,
        /// A further line with the next step.
        hint: Option<String>,
    },
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

    /// A refusal from the body of an answer with that status.
    pub fn from_response(code: StatusCode, body: &[u8]) -> Self {
        match serde_json::from_slice::<Status>(body) {
            Ok(status) => Self::Api(Box::new(status)),
            Err(_) => Self::Api(Box::new(Status::failure(&String::from_utf8_lossy(body), "").with_code(code.as_u16()))),
        }
    }
}

/// Prints what clap has to say: help on stdout with exit code 0, a usage error on stderr with 1.
pub(crate) fn report_usage(out: &mut Out, usage: &clap::Error) -> ExitCode {
    if usage.use_stderr() {
        out.note(usage.to_string().trim_end());
        return ExitCode::FAILURE;
    }
    match out.data(&usage.to_string()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Prints a failure on stderr.
pub(crate) fn report(out: &mut Out, error: &Error) -> ExitCode {
    out.note(&format!("error: {error}"));
    ExitCode::FAILURE
}

/// Flushes stdout and turns a verb's result into the process's exit code.
pub(crate) fn conclude(out: &mut Out, result: Result<ExitCode, Error>) -> ExitCode {
    let result = result.and_then(|code| Ok(out.flush().map(|()| code)?));
    match result {
        Ok(code) => code,
        Err(error) => report(out, &error),
    }
}
