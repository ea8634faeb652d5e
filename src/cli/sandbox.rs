//! `kubectl vmirs sandbox`: the cluster in a box, for a command or until it is stopped.

mod attach;
mod child;
mod crash;
mod shell;

use super::context::Context;
use super::error::Error;
use crate::printers::Ui;
use crate::sandbox::{self, Options, Sandbox};
use crate::text::go::duration;
use child::Surroundings;
use std::ffi::{OsStr, OsString};
use std::process::ExitCode;
use std::time::Duration;

/// Start a cluster in a box: an API server, simulated nodes and VMIs, and a controller for sets
///
/// With a command, the cluster runs as long as the command, which finds it through KUBECONFIG. Without one, it runs
/// until Ctrl-C. `--kubeconfig` says where to write the kubeconfig, `--namespace` sets the namespace in it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  # Play the tutorial on a fresh cluster
  kubectl vmirs sandbox -- examples/tutorial.sh

  # A shell in which kubectl and kubectl vmirs projection the cluster
  kubectl vmirs sandbox -- bash

  # Run it in one terminal, use it from another
  kubectl vmirs sandbox --kubeconfig /tmp/sandbox.kubeconfig

  # Give a cluster without KubeVirt simulated VMIs, for as long as the script runs
  kubectl vmirs sandbox --attach -- ./my-test.sh")]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// Simulated nodes, each with 16 CPUs, 64 GiB and room for 110 pods
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    nodes: u16,
    /// Approximate time from a VMI's creation until it is ready (e.g. 500ms, 3s)
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = boot_time)]
    boot_time: Duration,
    /// Run no controller, so that you can use `--local` or `controller`
    #[arg(long)]
    no_controller: bool,
    /// Run the simulated nodes and VMIs on the cluster of the current kubeconfig, and remove them at the end. Installs KubeVirt's CRDs if they are missing; in that case it removes them at the end, with all sets and VMIs.
    #[arg(long)]
    attach: bool,
    /// With --attach: continue even if KubeVirt, its CRDs or another attached sandbox were found. VMIs on other nodes are not touched.
    #[arg(long, requires = "attach")]
    force: bool,
    /// The command to run in the sandbox, and its arguments
    #[arg(last = true, value_name = "COMMAND", value_hint = clap::ValueHint::AnyPath)]
    command: Vec<OsString>,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, clap::Subcommand)]
enum Other {
    Crash(crash::Args),
}

fn boot_time(text: &str) -> Result<Duration, String> {
    duration::parse(text)?.ok_or_else(|| "must not be negative".to_owned())
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        if let Some(Other::Crash(crash)) = self.other {
            return crash.run(context).await;
        }
        if self.attach {
            return self.attach(context).await;
        }
        let options = Options {
            nodes: self.nodes.into(),
            boot_time: self.boot_time,
            controller: !self.no_controller,
            kubeconfig: context.connection.kubeconfig.clone(),
            namespace: context.connection.namespace.clone().filter(|name| !name.is_empty()),
        };
        // Before anything is there to be left behind.
        let mut signals = child::Signals::listen().map_err(|source| Error::Runtime { source })?;
        let mut sandbox = Sandbox::start(options).await.map_err(|error| refused(&error))?;
        let ended = match self.command.split_first() {
            Some((program, arguments)) => {
                let kubeconfig = sandbox.kubeconfig().to_owned();
                banner(&mut context.ui, &sandbox, self.nodes, program);
                let surroundings = Surroundings { kubeconfig: Some(&kubeconfig), label: "sandbox" };
                let command = child::run(program, arguments, surroundings, &mut signals);
                tokio::pin!(command);
                tokio::select! {
                    ended = &mut command => ended,
                    stopped = sandbox.failed() => {
                        // The command may be a shell with somebody's work in it.
                        context.ui.note(&broken(&stopped).to_string());
                        command.await
                    }
                }
            }
            None => match welcome(&mut context.ui, &sandbox) {
                Ok(()) => tokio::select! {
                    _ = signals.next() => Ok(ExitCode::SUCCESS),
                    stopped = sandbox.failed() => Err(broken(&stopped)),
                },
                Err(error) => Err(error),
            },
        };
        sandbox.stop().await;
        ended
    }
}

fn refused(error: &sandbox::Error) -> Error {
    let told = Error::plain(error.to_string());
    match error {
        sandbox::Error::Folder { .. } => {
            told.hint("Set TMPDIR to a writable directory, or name a file with --kubeconfig.")
        }
        _ => told,
    }
}

/// Tells whoever watches where the command is. Scripts that compare stderr get nothing of it.
fn banner(ui: &mut Ui, sandbox: &Sandbox, nodes: u16, program: &OsStr) {
    if ui.is_interactive() {
        ui.note(&format!(
            "In the sandbox: context {:?}, {nodes} simulated {}, KUBECONFIG={}. The sandbox stops when {} ends.",
            sandbox::CONTEXT,
            if nodes == 1 { "node" } else { "nodes" },
            sandbox.kubeconfig().display(),
            program.display(),
        ));
    }
}

/// Warns somebody whose shell was started in a sandbox that its commands projection another cluster.
pub(super) fn warn_of_another(ui: &mut Ui, explicit: bool) {
    let variable = |name| std::env::var_os(name).unwrap_or_default();
    let (ours, used) = (variable(child::MARKER), variable("KUBECONFIG"));
    if ui.is_interactive() && !explicit && !ours.is_empty() && ours != used {
        ui.warning(&format!(
            "this is a sandbox shell, but KUBECONFIG is {:?}: to projection the sandbox, export KUBECONFIG=${}",
            used.to_string_lossy(),
            child::MARKER,
        ));
    }
}

fn broken(stopped: &sandbox::Stopped) -> Error {
    Error::plain(format!("the sandbox failed: its {} has stopped: {}", stopped.part, stopped.why))
}

fn welcome(ui: &mut Ui, sandbox: &Sandbox) -> Result<(), Error> {
    ui.note(&format!(
        "The sandbox is ready: a Kubernetes API at {}. Projection it from another terminal with",
        sandbox.url()
    ));
    ui.line(&format!("export KUBECONFIG={}", sandbox.kubeconfig().display()))?;
    ui.flush()?;
    ui.note("Press Ctrl-C to stop it; it keeps nothing.");
    Ok(())
}
