//! Simulated nodes, launcher pods and VMI phases: an ordinary client of an API server, ours or a real one.
//!
//! It stands in for virt-controller's VMI part, the scheduler, the kubelet and virt-handler. [`step`] decides what
//! happens next to a machine; [`farm`] keeps what is seen; [`acts`] writes; this file is the loop.

mod acts;
mod alive;
mod farm;
pub(crate) mod nodes;
mod placement;
pub(crate) mod pod;
mod report;
mod step;
mod view;
pub mod wish;

use crate::runtime::{text, watcher_text};
use acts::{Done, Hands};
use farm::Farm;
use futures::stream::{BoxStream, FuturesUnordered};
use futures::{FutureExt, StreamExt, TryStreamExt};
use kube::Api;
use kube::runtime::{WatchStreamExt, watcher};
use std::time::Duration;
use step::Times;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use view::{Launcher, Machine};

/// How many writes are under way at once.
const CONCURRENCY: usize = 32;

/// How many nodes there are, and how fast machines boot.
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
    pub(super) fn fleet(&self) -> nodes::Fleet {
        nodes::Fleet { prefix: self.node_prefix.clone(), count: self.nodes, holder: self.holder.clone() }
    }
}

/// Why there are no machines.
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

/// Makes the nodes and runs the machines until `stop` is cancelled.
///
/// # Errors
/// Those of [`Machines::prepare`].
pub async fn run(client: kube::Client, options: Options, stop: CancellationToken) -> Result<(), Error> {
    Machines::prepare(client, &options).await?.run(stop).await;
    Ok(())
}

/// Machines whose nodes are there.
pub struct Machines {
    client: kube::Client,
    fleet: nodes::Fleet,
    made: Vec<alive::Made>,
    boot_time: Duration,
}

impl Machines {
    /// Makes the nodes.
    ///
    /// # Errors
    /// [`Error`] when a node cannot be made.
    pub async fn prepare(client: kube::Client, options: &Options) -> Result<Self, Error> {
        let fleet = options.fleet();
        let made = alive::make(&Hands::new(client.clone()), &fleet).await?;
        Ok(Self { client, fleet, made, boot_time: options.boot_time })
    }

    /// Runs until `stop` is cancelled. What fails is tried again.
    pub async fn run(self, stop: CancellationToken) {
        let hands = Hands::new(self.client.clone());
        let farm = Farm::new(self.fleet.clone(), Times::scaled(self.boot_time));
        tokio::join!(work(&self.client, &hands, farm, &stop), alive::keep(&hands, &self.fleet, &self.made, &stop));
    }
}

async fn work(client: &kube::Client, hands: &Hands, mut farm: Farm, stop: &CancellationToken) {
    let mut machines = watch::<Machine>(client, watcher::Config::default());
    let launchers = watcher::Config::default().labels("kubevirt.io=virt-launcher");
    let mut launchers = watch::<Launcher>(client, launchers);
    let mut work = FuturesUnordered::new();
    loop {
        while work.len() < CONCURRENCY
            && let Some(order) = farm.take(Instant::now())
        {
            let hands = hands.clone();
            work.push(async move { (order.machine_uid(), hands.carry_out(&order).await) }.boxed());
        }
        let due = farm.next_due().filter(|_| work.len() < CONCURRENCY);
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            Some(event) = machines.next() => farm.machine_event(event, Instant::now()),
            Some(event) = launchers.next() => farm.launcher_event(event, Instant::now()),
            Some((uid, result)) = work.next() => finished(&mut farm, &uid, result),
            () = timer => {}
        }
    }
}

fn finished(farm: &mut Farm, uid: &str, result: kube::Result<Done>) {
    match result {
        Ok(done) => farm.done(uid, done, Instant::now()),
        Err(error) => {
            tracing::debug!(uid, error = %text(&error), "a simulated machine's step failed and is repeated");
            farm.failed(uid, Instant::now());
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
