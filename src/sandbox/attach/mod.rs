//! The simulated VMIs and our controller on a cluster that is not ours: made for a command's time, and taken away
//! again.
//!
//! [`inspect`] looks whether that may be done; [`install`] brings what is missing; [`remove`] takes it away.

mod inspect;
mod install;
mod remove;

use crate::controller::{self, active_controller::ActiveController};
use crate::simulator::{self, Simulation};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The Lease under which the attached controller keeps the sets, in `kube-system`. Of its own name, so that a controller
/// that is there to stay does not find itself in second place behind a visitor.
const LEASE: &str = "sandbox-controller";

/// What is attached.
#[derive(Clone, Debug)]
pub struct Options {
    /// The nodes and the VMIs. Its `holder` tells one run's objects from another's.
    pub simulator: simulator::Options,
    /// Whether our own controller keeps the sets.
    pub controller: bool,
    /// Attach although KubeVirt, its definitions or another attached sandbox are there.
    pub force: bool,
}

impl Default for Options {
    fn default() -> Self {
        let simulator = simulator::Options {
            node_prefix: "sandbox-node".into(),
            holder: format!("sandbox-{:08x}", rand::random::<u32>()),
            ..simulator::Options::default()
        };
        Self { simulator, controller: true, force: false }
    }
}

/// Why nothing was attached, or why something is left of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody keeps the sets already.
    #[error("KubeVirt's own controller reconciles the sets of this cluster ({0})")]
    Live(ActiveController),
    /// A controller of ours keeps the sets already.
    #[error("another kubectl vmirs controller already manages these sets ({0}); --no-controller leaves them to it")]
    Kept(ActiveController),
    /// Whether somebody does could not be found out.
    #[error(transparent)]
    Guard(controller::Error),
    /// A definition is KubeVirt's, or somebody else's.
    #[error("the CustomResourceDefinition {name} is there already and is not ours")]
    ForeignDefinition {
        /// Its name.
        name: String,
    },
    /// Another sandbox is attached.
    #[error("another sandbox is attached already ({holder:?} renewed node {node} {renewed} s ago)")]
    Occupied {
        /// Who.
        holder: String,
        /// Its node.
        node: String,
        /// Seconds since, by the local clock.
        renewed: i64,
    },
    /// Something could not be read, made or removed.
    #[error("unable to {doing} {what}: {}", crate::runtime::text(.source))]
    Request {
        /// `read`, `install`, `delete`.
        doing: &'static str,
        /// Kind and name.
        what: String,
        /// What the server said.
        source: kube::Error,
    },
    /// A definition was not served, or not gone, in time.
    #[error("timed out waiting for {what} to be {state}")]
    Slow {
        /// Kind and name.
        what: String,
        /// `served` or `gone`.
        state: &'static str,
    },
    /// The nodes could not be made.
    #[error(transparent)]
    Simulator(#[from] simulator::Error),
}

impl Error {
    /// Whether [`Options::force`] would help.
    pub fn can_be_forced(&self) -> bool {
        matches!(
            self,
            Self::Live(_) | Self::Kept(_) | Self::Guard(_) | Self::ForeignDefinition { .. } | Self::Occupied { .. }
        )
    }

    fn request(doing: &'static str, what: &str) -> impl FnOnce(kube::Error) -> Self {
        let what = what.to_owned();
        move |source| Self::Request { doing, what, source }
    }
}

/// A sandbox on somebody's cluster. [`Attachment::end`] must be called, also when [`Attachment::begin`] failed or was
/// given up half-way: every object carries the name of its run, so nothing has to be remembered.
pub struct Attachment {
    client: kube::Client,
    options: Options,
    /// Whether anything may have been made.
    touched: bool,
    controller: Option<(CancellationToken, JoinHandle<()>)>,
    simulation: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Attachment {
    /// Nothing is done yet.
    pub fn new(client: kube::Client, options: Options) -> Self {
        Self { client, options, touched: false, controller: None, simulation: None }
    }

    /// Looks, installs the definitions that are missing, makes the nodes, starts the loops.
    ///
    /// # Errors
    /// [`Error`]; what was made until then waits for [`Attachment::end`].
    pub async fn begin(&mut self) -> Result<(), Error> {
        inspect::refuse(&self.client, &self.options).await?;
        self.touched = true;
        install::definitions(&self.client, &self.options.simulator.holder).await?;
        let simulation = Simulation::prepare(self.client.clone(), &self.options.simulator).await?;
        let stop = CancellationToken::new();
        self.simulation = Some((stop.clone(), tokio::spawn(simulation.run(stop))));
        if self.options.controller {
            let stop = CancellationToken::new();
            let running = super::keep_sets(self.client.clone(), LEASE.to_owned(), stop.clone());
            let task = tokio::spawn(async move { super::log("controller", running.await) });
            self.controller = Some((stop, task));
        }
        Ok(())
    }

    /// The names of the simulated nodes.
    pub fn nodes(&self) -> impl Iterator<Item = String> {
        let nodes = self.options.simulator.nodes();
        (1..=nodes.count).map(move |index| nodes.name(index))
    }

    /// Stops the loops and removes what this run has made: the definitions, and with them the sets and VMIs, if it
    /// installed them; its launcher pods, nodes and leases. Waits at most `limit` for the VMIs to end.
    ///
    /// # Errors
    /// Each thing that is left, with the reason.
    pub async fn end(mut self, limit: Duration) -> Result<(), Vec<Error>> {
        if !self.touched {
            return Ok(());
        }
        let holder = self.options.simulator.holder.clone();
        stop(self.controller.take()).await;
        // While the VMIs still run: they take the finalizers out.
        let mut left = remove::definitions(&self.client, &holder, limit).await;
        stop(self.simulation.take()).await;
        left.extend(remove::vmis(&self.client, &self.options.simulator.nodes()).await);
        left.extend(remove::election(&self.client).await.err());
        if left.is_empty() { Ok(()) } else { Err(left) }
    }
}

async fn stop(task: Option<(CancellationToken, JoinHandle<()>)>) {
    let Some((token, task)) = task else { return };
    token.cancel();
    if let Err(error) = task.await {
        tracing::error!(%error, "a part of the sandbox ended badly");
    }
}
