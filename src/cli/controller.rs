//! `kubectl vmirs controller`: the embedded reconciler as a service.

mod election;
mod listen;

use super::context::Context;
use super::error::Error;
use super::local::{election_error, refuse_beside_another, refuse_where_live};
use crate::api::namespace::NamespaceName;
use crate::client::Cluster;
use crate::controller::metrics::Metrics;
use crate::controller::{self, Options, Scope};
use crate::printers::{LogWriter, Ui};
use crate::runtime::health;
use crate::runtime::leader_election::{self, LeaderElectionConfig, Mode, lead};
use election::Election;
use listen::Address;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// As it is called in messages.
const VERB: &str = "kubectl vmirs controller";

const EXAMPLES: &str = "\
Examples:
  # Keep all sets of a cluster that has KubeVirt's CRDs and no KubeVirt
  kubectl vmirs controller -A

  # Keep the sets of one namespace
  kubectl vmirs controller -n test

  # Serve /healthz, /readyz and /metrics on 127.0.0.1:8080
  kubectl vmirs controller -A --bind-address=8080
";

/// Run a controller that keeps sets at their size, until interrupted.
///
/// For clusters with KubeVirt's CRDs and no virt-controller; refuses to start beside one. If several controllers use the same lease, one of them reconciles the sets, and another takes over when it stops or fails.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs controller [-A] [options]")]
pub(crate) struct Args {
    /// Keep the sets in all namespaces instead of the current one
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// How many sets to reconcile at the same time
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
    /// Start even if another controller is running. Two controllers may create the same VMIs twice.
    #[arg(long)]
    force: bool,
    /// Address for /healthz, /readyz and /metrics over plain HTTP: PORT on 127.0.0.1, IP:PORT, or :PORT on all addresses. By default they are not served.
    #[arg(long, value_name = "ADDRESS", value_parser = listen::parse)]
    bind_address: Option<Address>,
    #[command(flatten)]
    election: Election,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let interrupted = interrupted().map_err(|source| Error::Runtime { source })?;
        let cluster = context.connection.cluster().await?;
        let keeps = (!self.all_namespaces).then(|| cluster.namespace.clone());
        let candidate = self.election.candidate(keeps.as_deref())?;
        refuse_where_live(&cluster, &mut context.ui, self.force, VERB, keeps.as_deref(), Some(&candidate)).await?;
        let metrics = Metrics::default();
        let serving = serve(listen(self.bind_address, &mut context.ui).await?, metrics.clone());
        log(&context.ui);
        let stop = CancellationToken::new();
        let keeping = self.keep(&cluster, &mut context.ui, keeps, candidate, metrics, stop.clone());
        tokio::pin!(keeping);
        tokio::select! {
            result = &mut keeping => result,
            () = serving => Ok(()),
            () = interrupted => {
                stop.cancel();
                keeping.await
            }
        }?;
        Ok(ExitCode::SUCCESS)
    }

    /// Keeps the sets until `stop` is cancelled, while the lease is ours.
    async fn keep(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        keeps: Option<NamespaceName>,
        candidate: LeaderElectionConfig,
        metrics: Metrics,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let (client, counted, until, own) = (cluster.client.clone(), metrics.clone(), stop.clone(), candidate.clone());
        let mode = candidate.mode;
        let alone = self.force && mode == Mode::Exclusive;
        let work = async {
            if !self.force {
                // It may have waited for long.
                refuse_where_live(cluster, ui, false, VERB, keeps.as_deref(), Some(&own)).await?;
                refuse_beside_another(cluster, ui, VERB, keeps.as_deref(), &own).await?;
            }
            let (kept, scope) = match keeps {
                Some(namespace) => (format!("the sets in namespace {namespace}"), Scope::Namespace(namespace)),
                None => ("the sets in all namespaces".to_owned(), Scope::All),
            };
            ui.note(&format!("Reconciling {kept} at {}. Press Ctrl-C to stop.", cluster.server));
            let options = Options { scope, workers: self.workers.into(), metrics, ..Options::default() };
            Ok::<_, Failure>(controller::run(cluster.client.clone(), options, until).await?)
        };
        let ended = if alone {
            work.await
        } else {
            lead(client, candidate, &|lease, leading| counted.lead(lease, leading), &stop, work).await
        };
        ended.map_err(|failure| match failure {
            Failure::Refused(error) => error,
            Failure::Controller(error) => election_error(VERB, mode, error),
        })
    }
}

/// What ends the controller.
enum Failure {
    Refused(Error),
    Controller(controller::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<leader_election::Error> for Failure {
    fn from(error: leader_election::Error) -> Self {
        Self::Controller(error.into())
    }
}

impl From<controller::Error> for Failure {
    fn from(error: controller::Error) -> Self {
        Self::Controller(error)
    }
}

/// The socket for the probes, if they are wanted.
async fn listen(address: Option<Address>, ui: &mut Ui) -> Result<Option<TcpListener>, Error> {
    let Some(Address(address)) = address else { return Ok(None) };
    let cannot = |source| Error::plain(format!("unable to listen on {address}: {source}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    ui.note(&format!("Serving /healthz, /readyz and /metrics at http://{bound}."));
    Ok(Some(listener))
}

/// Serves the probes, if they are wanted; never ends.
async fn serve(listener: Option<TcpListener>, metrics: Metrics) {
    match listener {
        Some(listener) => health::serve(listener, metrics).await,
        None => std::future::pending().await,
    }
}

/// What this program says, and nobody else: the libraries below log requests, headers and whole answers.
const LOGGED: &str = env!("CARGO_CRATE_NAME");

fn log(ui: &Ui) {
    let colors = ui.is_interactive() && std::env::var_os("NO_COLOR").is_none();
    let ours = Targets::new().with_target(LOGGED, tracing::Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(|| LogWriter).with_ansi(colors).with_filter(ours);
    tracing_subscriber::registry().with(lines).init();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::CONTROLLER;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn the_deployment_runs_it_with_flags_that_there_are() {
        let deployment = crate::text::yaml::documents(CONTROLLER).unwrap().remove(0);
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let words: Vec<_> = container["command"].as_array().unwrap().iter().filter_map(|word| word.as_str()).collect();
        assert_eq!(words[..2], ["/kubectl-vmirs", "controller"]);
        let Typed { args } = Typed::try_parse_from(&words[1..]).unwrap();
        assert!(args.all_namespaces);
        let port = container["ports"][0]["containerPort"].as_u64().map(|port| format!("0.0.0.0:{port}"));
        assert_eq!(args.bind_address.map(|address| address.0.to_string()), port, "a kubelet has to reach the probes");
        let lease = args.election.candidate(None).unwrap();
        assert_eq!(Some(lease.namespace.as_str()), deployment["metadata"]["namespace"].as_str(), "the Role is there");
    }
}
