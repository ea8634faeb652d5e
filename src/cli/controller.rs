//! `kubectl vmirs controller`: the embedded reconciler as a service.

use super::Context;
use super::error::Error;
use super::local::refuse_where_live;
use crate::controller::{self, Options, Scope};
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

const EXAMPLES: &str = "\
Examples:
  # Keep all sets of a cluster that has KubeVirt's CRDs and no KubeVirt
  kubectl vmirs controller -A

  # Keep the sets of one namespace
  kubectl vmirs controller -n test
";

/// Keep sets at their size, as KubeVirt's controller does, until interrupted.
///
/// For clusters that have KubeVirt's CRDs and no virt-controller. Where one is running it refuses to start. Only one controller should run for the same sets.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs controller [-A] [options]")]
pub(crate) struct Args {
    /// Keep the sets of all namespaces instead of the current one
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// How many sets are worked on at once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
    /// Go on although a KubeVirt controller was found to be running. Two controllers may create the same machines twice.
    #[arg(long)]
    force: bool,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let interrupted = interrupted().map_err(|source| Error::Runtime { source })?;
        let cluster = context.connection.cluster().await?;
        refuse_where_live(&cluster, self.force, "kubectl vmirs controller").await?;
        let scope = if self.all_namespaces { Scope::All } else { Scope::Namespace(cluster.namespace.clone()) };
        let kept = match &scope {
            Scope::Namespace(namespace) => format!("the sets of namespace {namespace}"),
            _ => "the sets of all namespaces".to_owned(),
        };
        let colours = context.out.is_interactive() && std::env::var_os("NO_COLOR").is_none();
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_ansi(colours)
            .with_max_level(tracing::Level::INFO)
            .init();
        context.out.note(&format!("Keeping {kept} at {}. Press Ctrl-C to stop.", cluster.server));
        let stop = CancellationToken::new();
        let options = Options { scope, workers: self.workers.into(), ..Options::default() };
        let running = controller::run(cluster.client.clone(), options, stop.clone());
        tokio::pin!(running);
        tokio::select! {
            result = &mut running => result,
            () = interrupted => {
                stop.cancel();
                running.await
            }
        }
        .map_err(|error| Error::plain(error.to_string()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Ends with the first SIGINT or SIGTERM.
#[cfg(unix)]
fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends with Ctrl-C.
#[cfg(not(unix))]
fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
