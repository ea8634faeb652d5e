//! One pass over one set: finds out what became of earlier writes, plans, and carries the plan out.

use super::context::{Context, is_same, name, tolerate_gone, uid};
use super::events::EventMessage;
use super::plan::{DeleteReason, Plan, Snapshot, plan};
use super::status::{self, Failure};
use super::{Error, Key, creation, deletion, template, text};
use crate::api::VERSION;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The annotations with which KubeVirt's controllers mark what they have seen.
pub(super) const OBSERVED_ANNOTATIONS: [&str; 2] =
    ["kubevirt.io/latest-observed-api-version", "kubevirt.io/storage-observed-api-version"];
/// How many unanswered writes are asked about at once.
const CONFIRMATIONS: usize = 16;

/// When to look at the set again, though nothing has happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Not before something happens.
    Idle,
    /// Soon, and later each time: something has changed under the pass.
    Again,
    /// After that time, if what is waited for has not been observed by then.
    After(Duration),
}

/// One pass over the set of that name.
///
/// # Errors
/// What failed; the set is to be looked at again, later each time.
pub(super) async fn reconcile(context: &Context, key: &Key) -> Result<Next, Error> {
    let Some(set) = context.cache().index.set(key) else { return Ok(Next::Idle) };
    let result = pass(context, key, &set).await;
    let mut cache = context.cache();
    if cache.index.set(key).is_none_or(|now| now.metadata.uid != set.metadata.uid) {
        // It went away meanwhile, and nobody waits for its VMIs any more.
        cache.expectations.forget(uid(&set));
    }
    let patience = cache.expectations.patience(uid(&set), Instant::now());
    match result {
        Ok(Next::Idle) => Ok(patience.map_or(Next::Idle, Next::After)),
        other => other,
    }
}

async fn pass(context: &Context, key: &Key, set: &Arc<ReplicaSet>) -> Result<Next, Error> {
    if let Some(patch) = missing_annotations(set) {
        let patched = context.sets(set).patch(&key.1, &PatchParams::default(), &Patch::Merge(patch)).await;
        tolerate_gone(patched).map_err(Error::Annotate)?;
        return Ok(Next::Idle);
    }
    confirm(context, set).await?;
    let plan = match plan(&snapshot(context, set)) {
        Ok(plan) => plan,
        Err(why) => {
            tracing::warn!(namespace = key.0, set = key.1, %why, "the set is left alone");
            return Ok(Next::Idle);
        }
    };
    if plan.writes_vmis() && !is_up_to_date(context, key, set).await? {
        return Ok(Next::Again);
    }
    if claim(context, set, &plan).await? {
        // They count as ours from the next pass on.
        return Ok(Next::Again);
    }
    let Scaled { failure, changed } = scale(context, key, set, &plan).await;
    let reported = report(context, set, &plan, failure.as_ref().map(|(failure, _)| failure)).await?;
    match failure {
        Some((_, error)) => Err(error),
        None if changed || !reported => Ok(Next::Again),
        None => Ok(Next::Idle),
    }
}

/// Finds out what became of the set's writes that were not answered.
async fn confirm(context: &Context, set: &ReplicaSet) -> Result<(), Error> {
    let unconfirmed = context.cache().expectations.unconfirmed(uid(set));
    let creations = stream::iter(unconfirmed.creations).map(Ok);
    creations
        .try_for_each_concurrent(CONFIRMATIONS, |name| async move { creation::confirm(context, set, &name).await })
        .await?;
    let deletions = stream::iter(unconfirmed.deletions).map(Ok);
    deletions
        .try_for_each_concurrent(CONFIRMATIONS, |(vmi, name)| async move {
            deletion::confirm(context, set, &vmi, &name).await
        })
        .await
}

fn snapshot(context: &Context, set: &Arc<ReplicaSet>) -> Snapshot {
    let cache = context.cache();
    Snapshot {
        set: Arc::clone(set),
        vmis: cache.index.candidates(set),
        in_flight: cache.expectations.is_waiting(uid(set)),
        doubtful: cache.expectations.doubtful(uid(set)),
        burst: context.burst,
    }
}

/// Our cache of the set may be old, so it is read once before VMIs are written: nothing is done for a set that is gone,
/// replaced, going, or wants something else by now.
async fn is_up_to_date(context: &Context, key: &Key, set: &ReplicaSet) -> Result<bool, Error> {
    let live = context.request(context.sets(set).get_opt(&key.1)).await.map_err(Error::ReadSet)?;
    match live {
        Some(live) if is_same(&live, set) => Ok(true),
        Some(live) if live.metadata.uid == set.metadata.uid => {
            context.cache().index.update_set(live);
            Ok(false)
        }
        // The watch is about to say so.
        _ => {
            let mut cache = context.cache();
            if cache.index.set(key).is_some_and(|now| now.metadata.uid == set.metadata.uid) {
                cache.index.remove_set(key);
            }
            Ok(false)
        }
    }
}

fn missing_annotations(set: &ReplicaSet) -> Option<Value> {
    let annotations = set.metadata.annotations.as_ref();
    let marked = |mark: &str| annotations.and_then(|all| all.get(mark)).is_some_and(|seen| seen == VERSION);
    if OBSERVED_ANNOTATIONS.into_iter().all(marked) || set.metadata.deletion_timestamp.is_some() {
        return None;
    }
    let marks: serde_json::Map<_, _> =
        OBSERVED_ANNOTATIONS.map(|mark| (mark.to_owned(), json!(VERSION))).into_iter().collect();
    Some(
        json!({"metadata": {"uid": set.metadata.uid, "resourceVersion": set.metadata.resource_version, "annotations": marks}}),
    )
}

/// Takes over and lets go; says whether there was anything to take or to let go. Any failure ends the pass before anything
/// is scaled.
async fn claim(context: &Context, set: &ReplicaSet, plan: &Plan) -> Result<bool, Error> {
    let mut failure = None;
    for vmi in &plan.adopt {
        if let Err(source) =
            change_owners(context, set, vmi, |owners| owners.push(template::owner_reference(set))).await
        {
            failure = failure.or(Some(Error::Adopt { vmi: name(vmi).to_owned(), source }));
        }
    }
    let ours = json!(set.metadata.uid);
    for vmi in &plan.release {
        if let Err(source) =
            change_owners(context, set, vmi, |owners| owners.retain(|owner| owner["uid"] != ours)).await
        {
            failure = failure.or(Some(Error::Release { vmi: name(vmi).to_owned(), source }));
        }
    }
    failure.map_or(Ok(!plan.adopt.is_empty() || !plan.release.is_empty()), Err)
}

/// Changes a VMI's owner references as they were seen; a change in between is a conflict and ends the pass.
async fn change_owners(
    context: &Context,
    set: &ReplicaSet,
    vmi: &Vmi,
    change: impl FnOnce(&mut Vec<Value>),
) -> kube::Result<()> {
    let mut owners: Vec<_> = vmi.metadata.owner_references.iter().flatten().map(|owner| json!(owner)).collect();
    change(&mut owners);
    let metadata = json!({
        "uid": vmi.metadata.uid,
        "resourceVersion": vmi.metadata.resource_version,
        "ownerReferences": owners,
    });
    let patch = Patch::Merge(json!({"metadata": metadata}));
    match context.request(context.vmis(set).patch(name(vmi), &PatchParams::default(), &patch)).await {
        Ok(changed) => {
            context.cache().index.update_vmi(changed);
            Ok(())
        }
        failed => tolerate_gone(failed),
    }
}

/// How scaling ended.
struct Scaled {
    /// The first failure: as it is reported, and as it ends the pass.
    failure: Option<(Failure, Error)>,
    /// Something had changed since the plan was made.
    changed: bool,
}

/// Creates and deletes. The finished are deleted only where nothing failed.
async fn scale(context: &Context, key: &Key, set: &ReplicaSet, plan: &Plan) -> Scaled {
    let created = creation::create(context, key, set, plan.create).await;
    let (surplus, leftovers) = plan.delete.iter().cloned().partition(|victim| victim.reason == DeleteReason::Surplus);
    let deleted = deletion::delete(context, key, set, surplus).await;
    let failure = created.map(|error| (Failure::Create(text(&error)), Error::Create(error)));
    let failure = failure.or(deleted.failure.map(delete_failure));
    if failure.is_some() {
        return Scaled { failure, changed: deleted.changed };
    }
    let cleaned = deletion::delete(context, key, set, leftovers).await;
    Scaled { failure: cleaned.failure.map(delete_failure), changed: deleted.changed || cleaned.changed }
}

fn delete_failure(error: kube::Error) -> (Failure, Error) {
    (Failure::Delete(text(&error)), Error::Delete(error))
}

/// Writes the status where it differs. `false`: the set has changed in between, and has to be looked at again.
async fn report(context: &Context, set: &ReplicaSet, plan: &Plan, failure: Option<&Failure>) -> Result<bool, Error> {
    let Some(next) = status::next(set, plan, failure, Timestamp::now()) else { return Ok(true) };
    let patch = Patch::Merge(status::merge_patch(set, &next));
    let name = set.metadata.name.as_deref().unwrap_or_default();
    match context.request(context.sets(set).patch_status(name, &PatchParams::default(), &patch)).await {
        // The next pass need not wait for the watch to know of it.
        Ok(written) => context.cache().index.update_set(written),
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(true),
        Err(kube::Error::Api(status)) if status.is_conflict() => return Ok(false),
        Err(source) => return Err(Error::Status(source)),
    }
    if let Some(paused) = status::pause_change(set, &next) {
        context.recorder.event(set, EventMessage::paused(paused));
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
