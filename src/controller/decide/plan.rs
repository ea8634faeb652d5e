//! What to do about one set: from what was seen to what is to be done. No client, no clock.

use super::claim::{Claim, Owner, claim};
use super::ranking;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::text::labels::{BadSelector, Selector};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is known when a plan is made.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The set.
    pub set: Arc<ReplicaSet>,
    /// The VMIs of its namespace that it controls or that nobody controls.
    pub vmis: Vec<Arc<Vmi>>,
    /// Whether writes of ours have not been seen yet.
    pub in_flight: bool,
    /// UIDs of VMIs whose deletion was asked for and may yet take effect: the first to go if any is to go.
    pub doubtful: BTreeSet<String>,
    /// The most VMIs to create or delete at once.
    pub burst: usize,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// To be taken over, before anything else.
    pub adopt: Vec<Arc<Vmi>>,
    /// To be let go, before anything else.
    pub release: Vec<Arc<Vmi>>,
    /// How many VMIs to create.
    pub create: usize,
    /// Which VMIs to delete, and why.
    pub delete: Vec<Victim>,
    /// Why the set is not scaled at present, if so.
    pub skip: Option<SkipReason>,
    /// Active VMIs, before anything is created or deleted.
    pub active: usize,
    /// Active VMIs that are ready.
    pub ready: usize,
    /// Desired minus active: more than 0 when VMIs are missing.
    pub diff: i64,
    /// The selector's canonical text.
    pub selector: String,
}

/// A VMI to delete.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Victim {
    /// Which one.
    pub vmi: Arc<Vmi>,
    /// Why.
    pub reason: DeleteReason,
}

/// Why a VMI is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeleteReason {
    /// More are active than desired.
    Surplus,
    /// It has stopped for good.
    Finished,
    /// Its launcher pod is going while the VMI does not say so: the node may be lost.
    PodTerminating,
}

/// Why a set is not scaled at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// `spec.paused`.
    Paused,
    /// The set is on its way out.
    Deleting,
    /// Writes of ours have not been seen yet.
    InFlight,
}

impl Plan {
    /// Whether VMIs are to be written: adopted, released, created or deleted.
    pub fn writes_vmis(&self) -> bool {
        !self.adopt.is_empty() || !self.release.is_empty() || self.create > 0 || !self.delete.is_empty()
    }
}

/// A set that nothing can be done about. KubeVirt's controller leaves such a set alone without a word.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Invalid {
    /// It has no namespace or no UID: no server has stored it.
    #[error("metadata.namespace or metadata.uid is missing")]
    NotStored,
    /// `spec.template` is missing.
    #[error("spec.template is missing")]
    NoTemplate,
    /// `spec.selector` is missing.
    #[error("spec.selector is missing")]
    NoSelector,
    /// The template has no labels.
    #[error("spec.template.metadata.labels is empty")]
    NoLabels,
    /// The selector cannot be read.
    #[error("spec.selector is invalid: {0}")]
    Selector(#[from] BadSelector),
    /// What is created would not belong to the set.
    #[error("spec.selector does not match spec.template.metadata.labels")]
    Mismatch,
}

/// Decides.
///
/// # Errors
/// [`Invalid`] for a set that nothing can be done about.
pub fn plan(snapshot: &Snapshot) -> Result<Plan, Invalid> {
    let set = &snapshot.set;
    let selector = selector(set)?;
    let deleting = set.metadata.deletion_timestamp.is_some();
    let owner = Owner::of_set(set).ok_or(Invalid::NotStored)?;
    let Claim { mut keep, adopt, release } = claim(&owner, deleting, &selector, snapshot.vmis.iter().cloned());
    keep.extend(adopt.iter().cloned());

    let active: Vec<_> = keep.iter().filter(|vmi| class(vmi) == Class::Active).cloned().collect();
    let desired = usize::try_from(set.desired()).unwrap_or(0);
    let skip = match (deleting, set.spec.paused, snapshot.in_flight) {
        (true, ..) => Some(SkipReason::Deleting),
        (_, true, _) => Some(SkipReason::Paused),
        (.., true) => Some(SkipReason::InFlight),
        _ => None,
    };
    let mut plan = Plan {
        adopt,
        release,
        skip,
        active: active.len(),
        ready: active.iter().filter(|vmi| vmi.is_ready()).count(),
        diff: signed(desired) - signed(active.len()),
        selector: selector.to_string(),
        ..Plan::default()
    };
    if skip.is_none() {
        plan.create = desired.saturating_sub(active.len()).min(snapshot.burst);
        let surplus = active.len().saturating_sub(desired).min(snapshot.burst);
        let chosen = ranking::choose(&active, surplus, &snapshot.doubtful);
        plan.delete = chosen.into_iter().map(|vmi| Victim { vmi, reason: DeleteReason::Surplus }).collect();
        plan.delete.extend(leftovers(&keep, snapshot.burst));
    }
    Ok(plan)
}

/// The set's selector, once it is known to make sense.
fn selector(set: &ReplicaSet) -> Result<Selector, Invalid> {
    if set.spec.template.is_none() {
        return Err(Invalid::NoTemplate);
    }
    let object = set.spec.selector.as_ref().ok_or(Invalid::NoSelector)?;
    let labels = set.template_labels();
    if labels.is_empty() {
        return Err(Invalid::NoLabels);
    }
    let selector = Selector::from_object(object)?;
    if selector.matches(&labels) { Ok(selector) } else { Err(Invalid::Mismatch) }
}

/// VMIs that are of no use any more: the finished first, then those whose pod is going.
fn leftovers(kept: &[Arc<Vmi>], burst: usize) -> Vec<Victim> {
    let of = |class_wanted: Class, reason: DeleteReason| {
        let chosen = kept.iter().filter(move |vmi| class(vmi) == class_wanted);
        chosen.map(move |vmi| Victim { vmi: Arc::clone(vmi), reason })
    };
    of(Class::Finished, DeleteReason::Finished)
        .chain(of(Class::Unknown, DeleteReason::PodTerminating))
        .take(burst)
        .collect()
}

/// How a VMI counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It counts.
    Active,
    /// It has stopped for good.
    Finished,
    /// It may or may not run: its launcher pod is going.
    Unknown,
    /// It is being deleted, and is of no concern.
    Terminating,
}

/// How a VMI counts towards its set.
pub fn class(vmi: &Vmi) -> Class {
    let pod_going = vmi
        .condition("Ready")
        .is_some_and(|ready| ready.status == "False" && ready.reason.as_deref() == Some("PodTerminating"));
    match (vmi.metadata.deletion_timestamp.is_some(), vmi.is_final(), pod_going) {
        (true, ..) => Class::Terminating,
        (_, true, _) => Class::Finished,
        (.., true) => Class::Unknown,
        _ => Class::Active,
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
