//! `--local`: keeps some sets until there is nothing left to do about them.

use super::decide::plan::{Invalid, Plan, SkipReason};
use super::run::Controller;
use super::{Error, Options, Scope};
use crate::api::NamespacedName;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long events to be written are waited for at the end.
const GRACE: Duration = Duration::from_secs(2);

/// Where one set stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The set.
    pub set: NamespacedName,
    /// VMIs that are wanted.
    pub wanted: usize,
    /// VMIs that count.
    pub active: usize,
    /// VMIs that count and are ready.
    pub ready: usize,
    /// What the set still waits for; `None` once it has settled.
    pub waits_for: Option<String>,
}

/// How it ended: where each set stands, in the order in which they were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// One entry a set.
    pub sets: Vec<Progress>,
}

impl Outcome {
    /// Every set has settled.
    pub fn is_settled(&self) -> bool {
        self.sets.iter().all(|set| set.waits_for.is_none())
    }
}

/// Keeps the sets at their size until each has settled, `timeout` has passed, or `stop` is cancelled. `observer` is told
/// whenever something changes.
///
/// A set has settled when it has as many active VMIs as wanted, all of them ready, and its status says so; a paused set
/// when its status says that it is paused; one that is gone at once.
///
/// # Errors
/// [`Error::Watch`] when the sets or VMIs may not be watched. That time ran out is no error: the outcome says what is left
/// undone.
pub async fn settle(
    client: kube::Client,
    sets: Vec<NamespacedName>,
    timeout: Option<Duration>,
    stop: CancellationToken,
    mut observer: impl FnMut(&Outcome),
) -> Result<Outcome, Error> {
    let options = Options { scope: Scope::Sets(sets.clone()), ..Options::default() };
    let (mut controller, writing) = Controller::new(client, options);
    let keeping = async move {
        let mut outcome = Outcome::default();
        let mut refusal = None;
        let until_settled = async {
            while !(controller.state.is_listed() && !outcome.sets.is_empty() && outcome.is_settled()) {
                controller.run_once().await;
                refusal = controller.refusal.take();
                if refusal.is_some() {
                    return;
                }
                let now = Outcome { sets: sets.iter().map(|key| progress(&controller, key)).collect() };
                if controller.state.is_listed() && now != outcome {
                    observer(&now);
                    outcome = now;
                }
            }
        };
        let until_stopped = stop.run_until_cancelled(until_settled);
        // Running out of time, and being stopped, are told by the outcome.
        match timeout {
            Some(timeout) => drop(tokio::time::timeout(timeout, until_stopped).await),
            None => drop(until_stopped.await),
        }
        if outcome.sets.is_empty() {
            outcome.sets = sets.iter().map(|key| progress(&controller, key)).collect();
        }
        controller.finish().await;
        refusal.map_or(Ok(outcome), Err)
    };
    let mut writing = tokio::spawn(writing);
    let outcome = keeping.await;
    if tokio::time::timeout(GRACE, &mut writing).await.is_err() {
        writing.abort();
    }
    outcome
}

fn progress(controller: &Controller, key: &NamespacedName) -> Progress {
    let empty = Progress { set: key.clone(), wanted: 0, active: 0, ready: 0, waits_for: None };
    if !controller.state.is_listed() {
        return Progress { waits_for: Some("the first list of sets and VMIs".to_owned()), ..empty };
    }
    let state = &controller.state;
    let Some(set) = state.set(key) else { return empty };
    match state.plan(&set) {
        Ok(plan) => {
            let failure = state.failure(key).map(ToString::to_string);
            let waits_for = waits_for(&set, &plan, &state.candidates(&set), failure, state.is_idle(key));
            let wanted = usize::try_from(set.desired()).unwrap_or(0);
            Progress { wanted, active: plan.active, ready: plan.ready, waits_for, ..empty }
        }
        Err(why) => Progress { waits_for: Some(invalid(&why)), ..empty },
    }
}

fn invalid(why: &Invalid) -> String {
    format!("a change of its spec: {why}")
}

/// What a set still waits for, the most telling reason first.
fn waits_for(set: &ReplicaSet, plan: &Plan, vmis: &[Arc<Vmi>], failure: Option<String>, idle: bool) -> Option<String> {
    if let Some(failure) = failure {
        return Some(format!("another try: {failure}"));
    }
    let status = set.status();
    let told = usize::try_from(status.replicas).ok() == Some(plan.active)
        && usize::try_from(status.ready_replicas).ok() == Some(plan.ready)
        && status.label_selector == plan.selector;
    let held = matches!(plan.skip, Some(SkipReason::Paused | SkipReason::Deleting));
    if plan.diff != 0 && !held {
        return Some(match plan.diff {
            more @ 1.. => format!("{} to be created", count_of_vmis(more.unsigned_abs())),
            fewer => format!("{} to be deleted", count_of_vmis(fewer.unsigned_abs())),
        });
    }
    if plan.skip == Some(SkipReason::InFlight) {
        return Some("its last changes to be seen".to_owned());
    }
    if plan.ready < plan.active && !held {
        return Some(not_ready(plan.active - plan.ready, vmis));
    }
    (!told || !idle || !plan.delete.is_empty()).then(|| "its status to be written".to_owned())
}

/// How many VMIs are not ready, and why the first of them is not.
fn not_ready(count: usize, vmis: &[Arc<Vmi>]) -> String {
    let why = vmis.iter().filter(|vmi| !vmi.is_ready()).find_map(|vmi| {
        let telling = ["PodScheduled", "Synchronized"].into_iter().find_map(|r#type| vmi.condition(r#type));
        let condition = telling.filter(|condition| condition.status == "False").or_else(|| vmi.condition("Ready"))?;
        let name = vmi.metadata.name.as_deref()?;
        Some(format!("{name}: {}", condition.message.as_deref().or(condition.reason.as_deref())?))
    });
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{} to become ready{why}", count_of_vmis(u64::try_from(count).unwrap_or(u64::MAX)))
}

fn count_of_vmis(count: u64) -> String {
    if count == 1 { "1 VMI".to_owned() } else { format!("{count} VMIs") }
}
