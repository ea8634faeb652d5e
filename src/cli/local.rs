//! `--local`: the embedded reconciler, run in this process until the command's sets have settled.

use super::dry_run::DryRun;
use super::error::Error;
use super::system;
use super::timeout::{Timeout, go_timeout};
use crate::api::NamespacedName;
use crate::client::Cluster;
use crate::controller;
use crate::controller::active_controller::{self, ActiveController, Holder, Look};
use crate::printers::Ui;
use crate::printers::progress::{Progress, SetProgress};
use crate::runtime::leader_election::{self, LeaderElectionConfig, Mode, Timing, lead_all};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// As it is called in messages.
const FLAG: &str = "--local";
const HINT: &str =
    "--force overrides this; use it only if you know that nothing else creates or deletes the VMIs of these sets.";

/// How long sets may take to settle where no time was said. Longer than a large image takes to be pulled.
const USUAL_LIMIT: Duration = Duration::from_secs(5 * 60);

/// `--local` and what goes with it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LocalArgs {
    /// After the write, run the embedded reconciler in this process until the sets have settled, at most for --timeout (5m if that is not set). For clusters without a KubeVirt controller.
    #[arg(long)]
    local: bool,
    /// With --local: start even if another controller is running. Two controllers may create the same VMIs twice.
    #[arg(long, requires = "local")]
    force: bool,
}

/// `--timeout` for the verbs that have no other use for it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LocalTimeout {
    /// With --local: the length of time to wait before giving up. Any value should contain a corresponding time unit (e.g. 1s, 2m, 3h).
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = go_timeout, allow_hyphen_values = true, requires = "local")]
    pub(crate) timeout: Timeout,
}

/// The reconciler, once it is known that nobody else does its work.
#[derive(Debug)]
pub(crate) struct LocalReconciler {
    limit: Duration,
    force: bool,
}

impl LocalArgs {
    /// Whether `--local` was given.
    pub(crate) fn is_given(&self) -> bool {
        self.local
    }

    /// Before anything is written: makes sure that no other controller is at work. `None` without `--local`.
    ///
    /// # Errors
    /// [`Error::Plain`] with the reason where the reconciler would do harm, or nothing.
    pub(crate) async fn prepare(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        dry_run: DryRun,
        limit: Timeout,
    ) -> Result<Option<LocalReconciler>, Error> {
        if !self.local {
            return Ok(None);
        }
        if dry_run != DryRun::None {
            return Err(Error::plain("--local and --dry-run cannot be used together"));
        }
        let keeps = Some(&*cluster.namespace);
        refuse_where_live(cluster, ui, self.force, FLAG, keeps, None).await?;
        Ok(Some(LocalReconciler { limit: limit.or(USUAL_LIMIT), force: self.force }))
    }
}

/// Refuses to keep sets that somebody else keeps, unless forced. `what` names the flag or verb; `keeps` is the namespace
/// whose sets are to be kept, `None` for all; `candidate` waits for a lease of its own instead of being refused for it.
///
/// # Errors
/// [`Error::Plain`] with the reason.
pub(super) async fn refuse_where_live(
    cluster: &Cluster,
    ui: &mut Ui,
    force: bool,
    what: &str,
    keeps: Option<&str>,
    candidate: Option<&LeaderElectionConfig>,
) -> Result<(), Error> {
    if force {
        return Ok(());
    }
    let (client, now) = (&cluster.client, Timestamp::now());
    let own = candidate.map(LeaderElectionConfig::lease);
    let ours = active_controller::another_of_ours(client, keeps, own, Look::Once, now, |_| ());
    if let Some(live) = ours.await.map_err(unknown)? {
        return Err(refusal(what, &live));
    }
    match active_controller::virt_controller(client, now, |holder| ui.note(&watching(holder))).await.map_err(unknown)? {
        Some(live) => Err(refusal(what, &live)),
        None => Ok(()),
    }
}

/// Once the lease is ours: refuses where somebody got another one for the same sets at the same time.
///
/// # Errors
/// [`Error::Plain`] with the reason.
pub(super) async fn refuse_beside_another(
    cluster: &Cluster,
    ui: &mut Ui,
    what: &str,
    keeps: Option<&str>,
    candidate: &LeaderElectionConfig,
) -> Result<(), Error> {
    let own = Some(candidate.lease());
    let watching = |holder: &Holder| ui.note(&watching(holder));
    let ours =
        active_controller::another_of_ours(&cluster.client, keeps, own, Look::UntilSure, Timestamp::now(), watching);
    match ours.await.map_err(unknown)? {
        Some(live) => Err(refusal(what, &live)),
        None => Ok(()),
    }
}

fn watching(holder: &Holder) -> String {
    let (namespace, name) = &holder.lease;
    format!("Watching lease {namespace}/{name} to see whether {:?} still renews it…", holder.identity)
}

fn refusal(what: &str, live: &ActiveController) -> Error {
    let who = match live {
        ActiveController::KubeVirt(_) | ActiveController::Installed { .. } => {
            "KubeVirt's own controller reconciles the sets of this cluster"
        }
        ActiveController::Ours(_) => "another kubectl vmirs controller already manages these sets",
    };
    Error::plain(format!("{what} is refused: {who} ({live})")).hint(HINT)
}

/// Why somebody else may be at work, or could not be found to be.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unknown(error: controller::Error) -> Error {
    Error::plain(error.to_string()).hint(HINT)
}

/// What the election says; with the next step for one that does not stand by, which `--force` spares the election.
pub(super) fn election_error(what: &str, mode: Mode, error: controller::Error) -> Error {
    match (error, mode) {
        (error @ controller::Error::Election(leader_election::Error::LeaseHeld { .. }), _) => {
            let message =
                format!("{what} is refused: another kubectl vmirs controller already manages these sets ({error})");
            Error::plain(message).hint(HINT)
        }
        (error @ controller::Error::Election(leader_election::Error::Lease { .. }), Mode::Exclusive) => unknown(error),
        (other, _) => Error::plain(other.to_string()),
    }
}

impl LocalReconciler {
    /// Keeps the sets until they have settled, with progress on stderr, while the leases of their namespaces are ours.
    ///
    /// # Errors
    /// What is left undone when time runs out or Ctrl-C is pressed; that sets or VMIs may not be watched; that somebody else
    /// keeps the sets after all.
    pub(crate) async fn settle(&self, cluster: &Cluster, ui: &mut Ui, sets: Vec<NamespacedName>) -> Result<(), Error> {
        // What was done is said before what follows from it is waited for.
        ui.flush()?;
        if sets.is_empty() {
            return Ok(());
        }
        let stop = CancellationToken::new();
        let interrupted = {
            let stop = stop.clone();
            async move {
                // Where no signal can be had, Ctrl-C ends the process as ever.
                if tokio::signal::ctrl_c().await.is_ok() {
                    stop.cancel();
                }
                std::future::pending::<()>().await;
            }
        };
        let settling = async {
            if self.force {
                return self.settle_now(cluster, ui, sets, &stop).await;
            }
            let namespaces: BTreeSet<_> = sets.iter().map(|set| set.namespace.to_string()).collect();
            let candidates: Vec<_> = namespaces.into_iter().map(candidate).collect();
            let own = candidates.clone();
            let work = async {
                for candidate in &own {
                    refuse_beside_another(cluster, ui, FLAG, Some(&candidate.namespace), candidate)
                        .await
                        .map_err(LocalError::Refused)?;
                }
                self.settle_now(cluster, ui, sets, &stop).await.map_err(LocalError::Refused)
            };
            let led = lead_all(cluster.client.clone(), candidates, &|_, _| (), &stop, work).await;
            led.map_err(|error| match error {
                LocalError::Refused(error) => error,
                LocalError::Election(error) => election_error(FLAG, Mode::Exclusive, error),
            })
        };
        let result = tokio::select! {
            result = settling => result,
            () = interrupted => Ok(()),
        };
        // One that was interrupted just as its sets had settled has not waited for the end.
        if stop.is_cancelled() { result.and(Err(Error::plain("interrupted"))) } else { result }
    }

    async fn settle_now(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        sets: Vec<NamespacedName>,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        let mut progress = Progress::new(ui);
        let outcome = {
            let observer = |outcome: &controller::settle::Outcome| {
                let steps: Vec<_> = outcome.sets.iter().map(step).collect();
                progress.show(ui, &steps);
            };
            controller::settle(cluster.client.clone(), sets, Some(self.limit), stop.clone(), observer).await
        };
        progress.finish();
        let outcome = outcome.map_err(|error| Error::plain(error.to_string()))?;
        let is_interrupted = stop.is_cancelled();
        let undone = outcome.sets.iter().filter_map(|set| {
            let (name, waits_for) = (&set.set.name, set.waits_for.as_ref()?);
            Some(Error::plain(match is_interrupted {
                true => format!("interrupted while {name:?} settled: it waits for {waits_for}"),
                false => format!("timed out waiting for {name:?} to settle: it waits for {waits_for}"),
            }))
        });
        Error::all(undone.collect())
    }
}

/// What ends the work under a lease.
enum LocalError {
    Refused(Error),
    Election(controller::Error),
}

impl From<leader_election::Error> for LocalError {
    fn from(error: leader_election::Error) -> Self {
        Self::Election(error.into())
    }
}

/// This process as the one that keeps the namespace's sets for a while. The lease is that of `controller -n NAMESPACE`, so
/// that they exclude each other.
fn candidate(namespace: String) -> LeaderElectionConfig {
    LeaderElectionConfig {
        name: controller::LEASE.to_owned(),
        identity: system::identity(),
        labels: active_controller::lease_labels(Some(&namespace)),
        namespace,
        timing: Timing::default(),
        mode: Mode::Exclusive,
    }
}

fn step(progress: &controller::settle::Progress) -> SetProgress {
    SetProgress {
        name: progress.set.name.clone(),
        wanted: progress.wanted,
        active: progress.active,
        ready: progress.ready,
        waits_for: progress.waits_for.clone(),
    }
}
