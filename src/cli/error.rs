//! What went wrong, in kubectl's words (its `checkErr` and `StandardErrorMessage`).

mod refusal;
mod usage;

use crate::client;
use crate::client::error::transport;
use crate::printers::Ui;
use kube::core::Status;
use std::process::ExitCode;

pub(crate) use usage::report_usage;

/// Why a verb failed. The wording of each is kubectl's; every one ends with exit code 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no cluster to ask, or no answer.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// What another part of the program says, in its own words.
    #[error("{0}")]
    Cause(Box<dyn std::error::Error + Send + Sync>),
    /// A failure with the next step, where there is one to name.
    #[error("{source}")]
    Hinted {
        /// What went wrong.
        source: Box<Error>,
        /// A further line.
        hint: String,
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
    #[error("{0}")]
    Plain(String),
    /// Several failures of one command, in order.
    #[error("{} failures", .0.len())]
    Many(Vec<Error>),
}

impl Error {
    /// A failure that the user can mend.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::Plain(message.into())
    }

    /// What another part of the program says.
    pub fn cause(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Cause(Box::new(source))
    }

    /// Adds the next step, where there is one to name.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self::Hinted { source: Box::new(self), hint: hint.into() }
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

    /// What the client met, if it was the client that failed.
    fn client(&self) -> Option<&client::Error> {
        match self {
            Self::Client(error) => Some(error),
            Self::InFile { source, .. } | Self::Hinted { source, .. } => source.client(),
            _ => None,
        }
    }

    /// The server's refusal, if that is what happened.
    pub fn status(&self) -> Option<&Status> {
        self.client()?.status()
    }

    /// The object, the resource or its namespace is not there (404).
    pub fn is_not_found(&self) -> bool {
        self.client().is_some_and(client::Error::is_not_found)
    }

    /// The server has the resource, its version or its group not at all: a 404 that names no object.
    pub fn is_unserved(&self) -> bool {
        self.client().is_some_and(client::Error::is_unserved)
    }

    /// Somebody else wrote in between (409, but not `AlreadyExists`).
    pub fn is_conflict(&self) -> bool {
        self.client().is_some_and(client::Error::is_conflict)
    }

    /// The caller may not do this (403).
    pub fn is_forbidden(&self) -> bool {
        self.client().is_some_and(client::Error::is_forbidden)
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
        Error::Client(client::Error::InvalidConfig(faults)) => multiline("Error in configuration: ", faults),
        Error::Hinted { source, .. } => render(source),
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
        Error::Hinted { source, .. } => in_many(source),
        other => standard(other).unwrap_or_else(|| other.to_string()),
    }
}

/// The forms that do not depend on whether the failure is the only one.
fn standard(error: &Error) -> Option<String> {
    match error {
        Error::Client(error) => of_client(error),
        Error::InFile { source, .. } => source.status().map(|status| refusal::head(status, &error.to_string())),
        _ => None,
    }
}

fn of_client(error: &client::Error) -> Option<String> {
    match error {
        client::Error::Api(status) => Some(refusal::head(status, &status.message)),
        client::Error::Transport { server, source } if transport::is_refused(source) => {
            let host = transport::host(server);
            Some(format!("The connection to the server {host} was refused - did you specify the right host or port?"))
        }
        client::Error::Transport { .. } | client::Error::RequestTimeout | client::Error::Unsendable(_) => {
            Some(format!("Unable to connect to the server: {error}"))
        }
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
        Error::Hinted { hint, .. } => Some(hint.clone()),
        Error::InFile { source, .. } => next_step(source, interactive),
        Error::Many(errors) => errors.iter().find_map(|error| next_step(error, interactive)),
        other => refusal::next_step(other.status()?, interactive),
    }
}

#[cfg(test)]
mod tests;
