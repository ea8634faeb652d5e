//! `kubectl vmirs sandbox --attach`: simulated VMIs on somebody's cluster, for a command's time.

use super::child::Surroundings;
use super::{Args, child};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::sandbox::attach::{self, Attachment, Options};
use crate::sandbox::kubeconfig::KubeconfigFile;
use crate::simulator;
use std::process::ExitCode;
use std::time::Duration;

/// How long VMIs may take to end when the definitions are removed.
const FAREWELL: Duration = Duration::from_secs(60);
/// What the only context of the command's kubeconfig is called.
const CONTEXT: &str = "attached";

impl Args {
    pub(super) async fn attach(self, context: &mut Context) -> Result<ExitCode, Error> {
        let mut signals = child::Signals::listen().map_err(|source| Error::Runtime { source })?;
        let cluster = context.connection.cluster().await?;
        let kubeconfig = match self.command.is_empty() {
            false => Some(KubeconfigFile::write(None, &context.connection.standalone(CONTEXT)?).map_err(told)?),
            true => None,
        };
        let usual = Options::default();
        let simulator =
            simulator::Options { nodes: self.nodes.into(), boot_time: self.boot_time, ..usual.simulator.clone() };
        let options = Options { simulator, controller: !self.no_controller, force: self.force };
        let mut attachment = Attachment::new(cluster.client.clone(), options);
        let begun = tokio::select! {
            begun = attachment.begin() => Some(begun),
            _ = signals.next() => None,
        };
        let ended = match (begun, self.command.split_first()) {
            (None, _) => Ok(child::INTERRUPTED.into()),
            (Some(Err(error)), _) => Err(refused(&error)),
            (Some(Ok(())), Some((program, arguments))) => {
                if context.ui.is_interactive() {
                    let (server, program) = (&cluster.server, program.display());
                    let text = format!("Attached to {server}: everything it created is removed when {program} ends.");
                    context.ui.note(&text);
                }
                let kubeconfig = kubeconfig.as_ref().map(KubeconfigFile::path);
                let surroundings = Surroundings { kubeconfig, label: CONTEXT };
                child::run(program, arguments, surroundings, &mut signals).await
            }
            (Some(Ok(())), None) => {
                let nodes: Vec<_> = attachment.nodes().collect();
                context.ui.note(&welcome(&cluster.server.to_string(), &nodes, !self.no_controller));
                signals.next().await;
                Ok(ExitCode::SUCCESS)
            }
        };
        let left = tokio::select! {
            left = attachment.end(FAREWELL) => left.err().unwrap_or_default(),
            _ = signals.next() => return Err(Error::plain("interrupted before everything was removed").hint(AGAIN)),
        };
        let failures: Vec<_> = left.into_iter().map(|error| told(error).hint(AGAIN)).collect();
        match (ended, Error::all(failures)) {
            (ended, Ok(())) => ended,
            (Ok(_), Err(left)) => Err(left),
            (Err(error), Err(left)) => Error::all(vec![error, left]).map(|()| ExitCode::FAILURE),
        }
    }
}

const AGAIN: &str = "Attach again and stop it: it takes over what an earlier run left, and removes it.";

fn refused(error: &attach::Error) -> Error {
    let plain = Error::plain(format!("sandbox --attach is refused: {error}"));
    match error {
        attach::Error::Occupied { .. } => {
            plain.hint("If that run was killed, its lease expires after 40 s. Use --force to take over now.")
        }
        error if error.can_be_forced() => plain.hint(
            "--force overrides this; use it only on a cluster whose VMIs you can afford to lose. It does not touch VMIs on other nodes.",
        ),
        error => Error::plain(error.to_string()),
    }
}

fn told(error: impl std::fmt::Display) -> Error {
    Error::plain(error.to_string())
}

fn welcome(server: &str, nodes: &[String], controller: bool) -> String {
    let controller = if controller { " and a controller for sets" } else { "" };
    let names = match nodes {
        [] => String::new(),
        [only] => format!(" ({only})"),
        [first, .., last] => format!(" ({first} to {last})"),
    };
    let count = nodes.len();
    format!(
        "Attached to {server}: {count} simulated nodes{names}{controller}.\n\
         Press Ctrl-C to detach and to remove everything it created."
    )
}
