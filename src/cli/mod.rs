//! What was typed. One file a verb: its flags (a doc comment is the flag's help) and its `run`.

pub mod cluster;
pub mod connection;
pub mod error;

mod address;
mod autoscale;
mod controller;
mod create;
mod delete;
mod describe;
mod files;
mod get;
mod local;
mod pause;
mod sandbox;
mod scale;
mod target;
mod version;

use crate::output::Out;
use clap::{Parser, Subcommand};
use connection::Connection;
use error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

/// Manage KubeVirt's VirtualMachineInstanceReplicaSets.
#[derive(Debug, Parser)]
#[command(name = "kubectl vmirs", bin_name = "kubectl vmirs", version, disable_version_flag = true)]
struct Cli {
    #[command(flatten)]
    connection: Connection,
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
    Pause(pause::PauseArgs),
    Resume(pause::ResumeArgs),
    Delete(delete::Args),
    Version(version::Args),
    Controller(controller::Args),
    Sandbox(sandbox::Args),
}

/// What every verb gets: where to print, and how to reach the cluster.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) out: Out,
    pub(crate) connection: Connection,
}

/// Runs the program with these arguments (the first is its own name) and says how it ended.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut out = Out::process();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => return error::report_usage(&mut out, &usage, None),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return error::report(&mut out, &Error::Runtime { source }),
    };
    let mut context = Context { out, connection: cli.connection };
    let result = runtime.block_on(cli.verb.run(&mut context));
    error::conclude(&mut context.out, result)
}

impl Verb {
    async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        match self {
            Verb::Create(args) => args.run(context).await,
            Verb::Get(args) => args.run(context).await,
            Verb::Describe(args) => args.run(context).await,
            Verb::Scale(args) => args.run(context).await,
            Verb::Autoscale(args) => args.run(context).await,
            Verb::Pause(args) => args.run(context).await,
            Verb::Resume(args) => args.run(context).await,
            Verb::Delete(args) => args.run(context).await,
            Verb::Version(args) => args.run(context).await,
            Verb::Controller(args) => args.run(context).await,
            Verb::Sandbox(args) => args.run(context).await,
        }
    }
}
