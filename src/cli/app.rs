//! The command line as a whole: its grammar, and which verb runs.

use super::completion::{self, Completer};
use super::connection::Connection;
use super::context::Context;
use super::error::{self, Error};
use super::{
    autoscale, clap_extensions, controller, create, delete, describe, expose, get, man, pause, sandbox, scale, version,
    wait,
};
use crate::printers::Ui;
use crate::printers::color::ColorChoice;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// Manage KubeVirt's VirtualMachineInstanceReplicaSets (sets, for short).
#[derive(Debug, Parser)]
#[command(
    name = "kubectl vmirs",
    bin_name = "kubectl vmirs",
    version,
    disable_version_flag = true,
    arg_required_else_help = true,
    subcommand_required = true,
    mut_arg("namespace", |arg| arg.add(Completer::Namespaces)),
    mut_arg("context", |arg| arg.add(Completer::Contexts)),
    mut_arg("cluster", |arg| arg.add(Completer::Clusters)),
    mut_arg("user", |arg| arg.add(Completer::Users))
)]
pub(super) struct Cli {
    #[command(flatten)]
    connection: Connection,
    /// When to color output: auto (on a terminal, unless NO_COLOR is set), always, never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide = true)]
    color: ColorChoice,
    /// Treat warnings received from the server as errors and exit with a non-zero exit code
    #[arg(long, global = true, hide = true)]
    warnings_as_errors: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Create(create::Args),
    Get(get::Args),
    Describe(describe::Args),
    Scale(scale::Args),
    Autoscale(autoscale::Args),
    Expose(expose::Args),
    Pause(pause::PauseArgs),
    Resume(pause::ResumeArgs),
    Delete(delete::Args),
    Wait(wait::Args),
    Version(version::Args),
    Completion(completion::Args),
    Controller(controller::Args),
    Sandbox(sandbox::Args),
    #[command(hide = true)]
    Man(man::Args),
    /// List the flags that every command takes
    #[command(hide = true)]
    Options,
}

/// Runs the program with these arguments (the first is its own name) and says how it ended.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut ui = Ui::process();
    let args: Vec<OsString> = args.collect();
    // Only what is asked about every verb at once needs all of them built, which takes longer than a verb's start.
    let mut command = clap_extensions::kubectl_like(Cli::command());
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return error::report(&mut ui, &Error::Runtime { source }),
    };
    // What is completed is not a line that the grammar could take yet.
    if let Some(words) = completion::asked(&args) {
        command.build();
        let code = runtime.block_on(completion::complete(&mut ui, &command, &words));
        runtime.shutdown_background();
        return code;
    }
    let args = clap_extensions::normalize(args.into_iter());
    let parsed = command.try_get_matches_from_mut(&args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(usage) => {
            command.build();
            return error::report_usage(&mut ui, &usage, &command, &args);
        }
    };
    if matches!(cli.verb, Verb::Options) {
        let result =
            ui.data(&clap_extensions::global_options(&command)).map(|()| ExitCode::SUCCESS).map_err(Error::from);
        return error::conclude(&mut ui, result);
    }
    ui.choose_color(cli.color);
    if !matches!(cli.verb, Verb::Completion(_) | Verb::Man(_) | Verb::Sandbox(_)) {
        sandbox::warn_of_another(&mut ui, cli.connection.kubeconfig.is_some());
    }
    let mut context = Context { ui, connection: cli.connection };
    let result = runtime.block_on(until_interrupted(cli.verb, &mut context));
    // A read of stdin cannot be called off; waiting for it would make Ctrl-C wait for Enter.
    runtime.shutdown_background();
    match result {
        Some(result) => {
            let received = context.ui.server_warnings();
            let result = if cli.warnings_as_errors { result.and_then(|code| unwarned(code, received)) } else { result };
            error::conclude(&mut context.ui, result)
        }
        None => ExitCode::FAILURE,
    }
}

/// Under `--warnings-as-errors`, a verb succeeds only when no server warned.
fn unwarned(code: ExitCode, received: usize) -> Result<ExitCode, Error> {
    match received {
        0 => Ok(code),
        1 => Err(Error::plain("1 warning received")),
        many => Err(Error::plain(format!("{many} warnings received"))),
    }
}

/// The verb's result, or `None` after Ctrl-C: kubectl then ends with 1 and says nothing.
async fn until_interrupted(verb: Verb, context: &mut Context) -> Option<Result<ExitCode, Error>> {
    if verb.ends_by_itself() {
        return Some(verb.run(context).await);
    }
    tokio::select! {
        biased;
        result = verb.run(context) => Some(result),
        _ = tokio::signal::ctrl_c() => None,
    }
}

impl Verb {
    /// Whether it notices Ctrl-C by itself, and stops in an orderly way.
    fn ends_by_itself(&self) -> bool {
        match self {
            Self::Controller(_) | Self::Sandbox(_) => true,
            Self::Create(args) => args.local.is_given(),
            Self::Scale(args) => args.local.is_given(),
            Self::Resume(args) => args.local.is_given(),
            _ => false,
        }
    }

    async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        match self {
            Verb::Create(args) => args.run(context).await,
            Verb::Get(args) => args.run(context).await,
            Verb::Describe(args) => args.run(context).await,
            Verb::Scale(args) => args.run(context).await,
            Verb::Autoscale(args) => args.run(context).await,
            Verb::Expose(args) => args.run(context).await,
            Verb::Pause(args) => args.run(context).await,
            Verb::Resume(args) => args.run(context).await,
            Verb::Delete(args) => args.run(context).await,
            Verb::Wait(args) => args.run(context).await,
            Verb::Version(args) => args.run(context).await,
            Verb::Completion(args) => args.run(context),
            Verb::Man(args) => args.run(context, clap_extensions::kubectl_like(Cli::command())),
            Verb::Controller(args) => args.run(context).await,
            Verb::Sandbox(args) => args.run(context).await,
            Verb::Options => Ok(ExitCode::SUCCESS),
        }
    }
}

#[cfg(test)]
mod tests;
