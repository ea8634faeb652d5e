//! Simulated nodes, launcher pods and VMI phases: an ordinary client of an API server, ours or a real one.
//!
//! It stands in for virt-controller's VMI part, the scheduler, the kubelet and virt-handler. [`step`] decides what
//! happens next to a machine; [`farm`] keeps what is seen; [`acts`] writes; this file is the loop.

mod acts;
mod farm;
mod nodes;
mod placement;
mod pod;
mod report;
mod step;
mod view;
pub mod wish;

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
}

impl Default for Options {
    fn default() -> Self {
        Self { nodes: 3, boot_time: Duration::from_secs(3) }
    }
}

/// Why there are no machines.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A node could not be made.
    #[error("unable to make node {name}: {source}")]
    Node {
        /// Its name.
        name: String,
        /// What the server said.
        source: kube::Error,
    },
}

/// Runs the machines until `stop` is cancelled. What fails later than the making of the nodes is tried again.
///
/// # Errors
/// [`Error::Node`] when a node cannot be made.
pub async fn run(client: kube::Client, options: Options, stop: CancellationToken) -> Result<(), Error> {
    let hands = Hands::new(client.clone());
    for index in 1..=options.nodes {
        let made = hands.make_node(index).await;
        made.map_err(|source| Error::Node { name: nodes::name(index), source })?;
    }
    let mut machines = watch::<Machine>(&client, watcher::Config::default());
    let launchers = watcher::Config::default().labels("kubevirt.io=virt-launcher");
    let mut launchers = watch::<Launcher>(&client, launchers);
    let mut farm = Farm::new(options.nodes, Times::scaled(options.boot_time));
    let mut work = FuturesUnordered::new();
    let mut heartbeat = tokio::time::interval_at(Instant::now() + nodes::HEARTBEAT, nodes::HEARTBEAT);
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
            () = stop.cancelled() => return Ok(()),
            Some(event) = machines.next() => farm.machine_event(event, Instant::now()),
            Some(event) = launchers.next() => farm.launcher_event(event, Instant::now()),
            Some((uid, result)) = work.next() => finished(&mut farm, &uid, result),
            () = timer => {}
            _ = heartbeat.tick() => hands.heartbeat(options.nodes).await,
        }
    }
}

fn finished(farm: &mut Farm, uid: &str, result: kube::Result<Done>) {
    match result {
        Ok(done) => farm.done(uid, done, Instant::now()),
        Err(error) => {
            tracing::debug!(uid, %error, "a simulated machine's step failed and is repeated");
            farm.failed(uid, Instant::now());
        }
    }
}

fn watch<K>(client: &kube::Client, config: watcher::Config) -> BoxStream<'static, watcher::Event<K>>
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    let events = watcher(Api::<K>::all(client.clone()), config).default_backoff();
    let events = events.inspect_err(|error| tracing::debug!(%error, "the watch was interrupted"));
    events.filter_map(|event| async { event.ok() }).boxed()
}
