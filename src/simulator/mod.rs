//! Simulated nodes, launcher pods and VMI phases: an ordinary client of an API server, ours or a real one.
//!
//! It stands in for virt-controller's VMI part, the scheduler, the kubelet and virt-handler. [`step`] decides what
//! happens next to a VMI; [`state`] keeps what is seen; [`executor`] writes; this file is the loop.

mod executor;
pub mod fault_injection;
mod node_heartbeat;
pub(crate) mod nodes;
mod placement;
pub(crate) mod pod;
mod report;
mod state;
mod step;
mod view;

use crate::runtime::{text, watcher_text};
use executor::{Completion, Executor};
use futures::stream::{BoxStream, FuturesUnordered};
use futures::{FutureExt, StreamExt, TryStreamExt};
use kube::Api;
use kube::runtime::{WatchStreamExt, watcher};
use state::Simulator;
use std::time::Duration;
use step::Times;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use view::{LauncherPodView, VmiView};

/// How many writes are under way at once.
const CONCURRENCY: usize = 32;

/// How many nodes there are, and how fast VMIs boot.
#[derive(Clone, Debug)]
pub struct Options {
    /// Nodes of 16 CPUs, 64 GiB and 110 pods each.
    pub nodes: usize,
    /// From the creation of a VMI to Ready, about; everything else scales with it. Zero: at once.
    pub boot_time: Duration,
    /// Nodes are called this and a number.
    pub node_prefix: String,
    /// Who keeps the nodes alive: the holder of their leases.
    pub holder: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { nodes: 3, boot_time: Duration::from_secs(3), node_prefix: "node".into(), holder: "sandbox".into() }
    }
}

impl Options {
    pub(super) fn nodes(&self) -> nodes::NodePool {
        nodes::NodePool { prefix: self.node_prefix.clone(), count: self.nodes, holder: self.holder.clone() }
    }
}

/// Why there are no VMIs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A node could not be made.
    #[error("unable to make node {name}: {}", text(.source))]
    Node {
        /// Its name.
        name: String,
        /// What the server said.
        source: kube::Error,
    },
    /// A node has the name of a simulated one, and is real.
    #[error("node {name} is there already and is not a simulated one")]
    ForeignNode {
        /// Its name.
        name: String,
    },
}

/// Makes the nodes and runs the VMIs until `stop` is cancelled.
///
/// # Errors
/// Those of [`Simulation::prepare`].
pub async fn run(client: kube::Client, options: Options, stop: CancellationToken) -> Result<(), Error> {
    Simulation::prepare(client, &options).await?.run(stop).await;
    Ok(())
}

/// VMIs whose nodes are there.
pub struct Simulation {
    client: kube::Client,
    nodes: nodes::NodePool,
    made: Vec<node_heartbeat::Made>,
    boot_time: Duration,
}

impl Simulation {
    /// Makes the nodes.
    ///
    /// # Errors
    /// [`Error`] when a node cannot be made.
    pub async fn prepare(client: kube::Client, options: &Options) -> Result<Self, Error> {
        let nodes = options.nodes();
        let made = node_heartbeat::make(&Executor::new(client.clone()), &nodes).await?;
        Ok(Self { client, nodes, made, boot_time: options.boot_time })
    }

    /// Runs until `stop` is cancelled. What fails is tried again.
    pub async fn run(self, stop: CancellationToken) {
        let executor = Executor::new(self.client.clone());
        let simulator = Simulator::new(self.nodes.clone(), Times::scaled(self.boot_time));
        tokio::join!(
            work(&self.client, &executor, simulator, &stop),
            node_heartbeat::keep(&executor, &self.nodes, &self.made, &stop)
        );
    }
}

async fn work(client: &kube::Client, executor: &Executor, mut simulator: Simulator, stop: &CancellationToken) {
    let mut vmis = watch::<VmiView>(client, watcher::Config::default());
    let launchers = watcher::Config::default().labels("kubevirt.io=virt-launcher");
    let mut launchers = watch::<LauncherPodView>(client, launchers);
    let mut work = FuturesUnordered::new();
    loop {
        while work.len() < CONCURRENCY
            && let Some(request) = simulator.take(Instant::now())
        {
            let executor = executor.clone();
            work.push(async move { (request.vmi_uid(), executor.carry_out(&request).await) }.boxed());
        }
        let due = simulator.next_due().filter(|_| work.len() < CONCURRENCY);
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            Some(event) = vmis.next() => simulator.vmi_event(event, Instant::now()),
            Some(event) = launchers.next() => simulator.launcher_event(event, Instant::now()),
            Some((uid, result)) = work.next() => finished(&mut simulator, &uid, result),
            () = timer => {}
        }
    }
}

fn finished(simulator: &mut Simulator, uid: &str, result: kube::Result<Completion>) {
    match result {
        Ok(done) => simulator.done(uid, done, Instant::now()),
        Err(error) => {
            tracing::debug!(uid, error = %text(&error), "a simulated VMI's step failed and is repeated");
            simulator.failed(uid, Instant::now());
        }
    }
}

fn watch<K>(client: &kube::Client, config: watcher::Config) -> BoxStream<'static, watcher::Event<K>>
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    let events = watcher(Api::<K>::all(client.clone()), config).default_backoff();
    let events = events.inspect_err(|error| tracing::debug!(error = %watcher_text(error), "the watch was interrupted"));
    events.filter_map(|event| async { event.ok() }).boxed()
}
