//! Deletes VMIs, each exactly as it was seen: whatever has changed about one since then is a reason to look again.

use super::context::{Cache, Context, may_have_happened, name, uid};
use super::events::EventMessage;
use super::plan::{DeleteReason, Victim};
use super::{Error, Key, text};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use futures::StreamExt;
use futures::stream;
use kube::api::{DeleteParams, Preconditions};
use tokio::time::Instant;

/// How many deletions are under way at once: enough to keep a server busy, and few enough that a set which changes its
/// mind loses little.
const CONCURRENCY: usize = 32;

/// How deletions ended.
#[derive(Debug, Default)]
pub(super) struct Deleted {
    /// The first one that failed.
    pub(super) failure: Option<kube::Error>,
    /// Something had changed since the plan was made, so the set has to be looked at again.
    pub(super) changed: bool,
}

/// How one deletion ended, where it did not fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Deleted,
    Changed,
}

/// Deletes the victims. A change of what the set wants ends it.
pub(super) async fn delete(context: &Context, key: &Key, set: &ReplicaSet, victims: Vec<Victim>) -> Deleted {
    let deletions = stream::iter(victims).map(|victim| delete_one(context, key, set, victim));
    let results: Vec<_> = deletions.buffer_unordered(CONCURRENCY).collect().await;
    let changed = results.iter().any(|result| matches!(result, Ok(Ended::Changed)));
    Deleted { failure: results.into_iter().find_map(Result::err), changed }
}

async fn delete_one(context: &Context, key: &Key, set: &ReplicaSet, victim: Victim) -> kube::Result<Ended> {
    if !context.is_current(key, set) || !expect(context, set, &victim.vmi) {
        return Ok(Ended::Changed);
    }
    let vmi = &victim.vmi;
    let vmi_uid = vmi.metadata.uid.as_deref().unwrap_or_default();
    let as_seen =
        Preconditions { uid: vmi.metadata.uid.clone(), resource_version: vmi.metadata.resource_version.clone() };
    let params = DeleteParams { preconditions: Some(as_seen), ..DeleteParams::default() };
    let result = context.request(context.vmis(set).delete(name(vmi), &params)).await;
    let cache = &mut *context.cache();
    match result {
        Ok(_) => {
            context.metrics.delete();
            context.recorder.event(set, succeeded(victim.reason, vmi_uid));
            Ok(Ended::Deleted)
        }
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            is_gone(cache, set, vmi_uid, name(vmi));
            Ok(Ended::Deleted)
        }
        Err(kube::Error::Api(status)) if status.is_conflict() => {
            cache.expectations.deletion_refused(uid(set), vmi_uid);
            Ok(Ended::Changed)
        }
        Err(error) => {
            match may_have_happened(&error) {
                true => cache.expectations.deletion_unconfirmed(uid(set), vmi_uid, name(vmi)),
                false => cache.expectations.deletion_refused(uid(set), vmi_uid),
            }
            context.recorder.event(set, failed(victim.reason, name(vmi), &text(&error)));
            Err(error)
        }
    }
}

/// The server does not know the VMI any more.
fn is_gone(cache: &mut Cache, set: &ReplicaSet, vmi: &str, name: &str) {
    let effect = cache.index.expel_vmi(vmi);
    cache.expectations.observe(&effect, vmi, name);
    cache.expectations.deletion_observed(uid(set), vmi);
}

/// Expects the deletion, unless the VMI is no longer as it was when it was chosen. One that is terminating by now would be
/// waited for in vain: it has been observed already.
fn expect(context: &Context, set: &ReplicaSet, chosen: &Vmi) -> bool {
    let cache = &mut *context.cache();
    let vmi = chosen.metadata.uid.as_deref().unwrap_or_default();
    let unchanged =
        cache.index.vmi(vmi).is_some_and(|now| now.metadata.resource_version == chosen.metadata.resource_version);
    if unchanged {
        cache.expectations.expect_deletion(uid(set), vmi, Instant::now());
    }
    unchanged
}

fn succeeded(reason: DeleteReason, vmi: &str) -> EventMessage {
    if reason == DeleteReason::Surplus { EventMessage::deleted(vmi) } else { EventMessage::cleaned_up(vmi) }
}

fn failed(reason: DeleteReason, vmi: &str, error: &str) -> EventMessage {
    if reason == DeleteReason::Surplus {
        EventMessage::delete_failed(vmi, error)
    } else {
        EventMessage::clean_up_failed(vmi, error)
    }
}

/// Finds out what became of a deletion that was not answered.
///
/// # Errors
/// [`Error::Confirm`] when it cannot be found out: the set waits on.
pub(super) async fn confirm(context: &Context, set: &ReplicaSet, vmi: &str, name: &str) -> Result<(), Error> {
    let found = context.vmi_metadata(set, name).await?.filter(|found| found.uid.as_deref() == Some(vmi));
    let cache = &mut *context.cache();
    match found {
        None => is_gone(cache, set, vmi, name),
        Some(found) if found.deletion_timestamp.is_some() => {
            // It is still waited for, unless the watch has shown it by now.
            cache.expectations.deletion_confirmed(uid(set), vmi);
        }
        Some(_) => cache.expectations.deletion_doubtful(uid(set), vmi),
    }
    Ok(())
}
