//! `--local`: the embedded reconciler, run in this process until the command's sets have settled.

use super::cluster::Cluster;
use super::error::Error;
use super::flags::{DryRun, Wait, go_wait};
use crate::controller::guard::{self, Live};
use crate::controller::lease::Candidate;
use crate::controller::{self, Key};
use crate::output::Out;
use crate::output::progress::{Progress, Step};
use jiff::Timestamp;
use std::time::Duration;

/// How long sets may take to settle where no time was said. Longer than a large image takes to be pulled.
const USUAL_LIMIT: Duration = Duration::from_secs(5 * 60);

/// `--local` and what goes with it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LocalArgs {
    /// After the write, run the embedded reconciler in this process until the sets have settled, at most for --timeout (5m if that is not set). For clusters that have no KubeVirt controller.
    #[arg(long)]
    local: bool,
    /// With --local: go on although a KubeVirt controller was found to be running. Two controllers may create the same machines twice.
    #[arg(long, requires = "local")]
    force: bool,
}

/// `--timeout` for the verbs that have no other use for it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LocalTimeout {
    /// With --local: the length of time to wait before giving up. Any value should contain a corresponding time unit (e.g. 1s, 2m, 3h).
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = go_wait, allow_hyphen_values = true, requires = "local")]
    pub(crate) timeout: Wait,
}

/// The reconciler, once it is known that nobody else does its work.
#[derive(Debug)]
pub(crate) struct Local {
    limit: Duration,
}

impl LocalArgs {
    /// Before anything is written: makes sure that no other controller is at work. `None` without `--local`.
    ///
    /// # Errors
    /// [`Error::Plain`] with the reason where the reconciler would do harm, or nothing.
    pub(crate) async fn prepare(
        &self,
        cluster: &Cluster,
        dry_run: DryRun,
        limit: Wait,
    ) -> Result<Option<Local>, Error> {
        if !self.local {
            return Ok(None);
        }
        if dry_run != DryRun::None {
            return Err(Error::plain("--local and --dry-run cannot be used together"));
        }
        let keeps = Some(&*cluster.namespace);
        refuse_where_live(cluster, self.force, "--local", keeps, None).await?;
        Ok(Some(Local { limit: limit.or(USUAL_LIMIT) }))
    }
}

/// Refuses to keep sets that somebody else keeps, unless forced. `what` names the flag or verb; `keeps` is the namespace
/// whose sets are to be kept, `None` for all; `candidate` waits for a lease of its own instead of being refused for it.
///
/// # Errors
/// [`Error::Plain`] with the reason.
pub(super) async fn refuse_where_live(
    cluster: &Cluster,
    force: bool,
    what: &str,
    keeps: Option<&str>,
    candidate: Option<&Candidate>,
) -> Result<(), Error> {
    if force {
        return Ok(());
    }
    let hint = "Use --force if you know that nothing else creates or deletes the machines of these sets.";
    let (client, now) = (&cluster.client, Timestamp::now());
    let own = candidate.map(|candidate| (candidate.namespace.as_str(), candidate.name.as_str()));
    let (theirs, ours) = tokio::join!(guard::live(client, now), guard::ours(client, keeps, own, now));
    let live = match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => theirs.or(ours),
        (Err(error), _) | (_, Err(error)) => return Err(Error::plain(error.to_string()).hint(hint)),
    };
    match live {
        None => Ok(()),
        Some(live) => Err(Error::plain(refusal(what, &live)).hint(hint)),
    }
}

fn refusal(what: &str, live: &Live) -> String {
    let who = match live {
        Live::KubeVirt(_) | Live::Installed { .. } => "KubeVirt's own controller keeps the sets of this cluster",
        Live::Ours(_) => "another kubectl vmirs controller keeps the same sets",
    };
    format!("{what} is refused: {who} ({live})")
}

impl Local {
    /// Keeps the sets until they have settled, with progress on stderr.
    ///
    /// # Errors
    /// What is left undone when time runs out; that sets or VMIs may not be watched.
    pub(crate) async fn settle(&self, cluster: &Cluster, out: &mut Out, sets: Vec<Key>) -> Result<(), Error> {
        // What was done is said before what follows from it is waited for.
        out.flush()?;
        let mut progress = Progress::new(out);
        let outcome = {
            let observer = |outcome: &controller::settle::Outcome| {
                let steps: Vec<_> = outcome.sets.iter().map(step).collect();
                progress.show(out, &steps);
            };
            controller::settle(cluster.client.clone(), sets, Some(self.limit), observer).await
        };
        progress.finish();
        let outcome = outcome.map_err(|error| Error::plain(error.to_string()))?;
        let undone = outcome.sets.iter().filter_map(|set| {
            let waits_for = set.waits_for.as_ref()?;
            Some(Error::plain(format!("timed out waiting for {:?} to settle: it waits for {waits_for}", set.set.1)))
        });
        Error::all(undone.collect())
    }
}

fn step(progress: &controller::settle::Progress) -> Step {
    Step {
        name: progress.set.1.clone(),
        wanted: progress.wanted,
        active: progress.active,
        ready: progress.ready,
        waits_for: progress.waits_for.clone(),
    }
}
