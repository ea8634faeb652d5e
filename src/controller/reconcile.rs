//! Carries a plan out: one pass over one set.

use super::events::{Note, Recorder};
use super::expectations::Expectations;
use super::index::Index;
use super::metrics::Metrics;
use super::plan::{Hold, Plan, Snapshot, Victim, Why, plan};
use super::status::{self, Failure};
use super::{Error, Key, template, text};
use crate::api::vmi::{self, Vmi};
use crate::api::vmirs::ReplicaSet;
use crate::api::{API_VERSION, VERSION, controller_of};
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, Preconditions};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The annotations with which KubeVirt's controllers mark what they have seen.
const MARKS: [&str; 2] = ["kubevirt.io/latest-observed-api-version", "kubevirt.io/storage-observed-api-version"];
/// How many creations are tried before the first success; doubled with every batch that succeeds, so that a set which
/// cannot be filled (a quota, a refusing webhook) costs one failure a pass and not hundreds.
const FIRST_BATCH: usize = 1;

/// When a set is looked at again whose status was written by somebody else in between.
const SOON: Duration = Duration::from_millis(50);

/// What the passes share.
pub(super) struct Shared {
    pub(super) client: kube::Client,
    pub(super) view: Mutex<View>,
    pub(super) recorder: Recorder,
    pub(super) burst: usize,
    pub(super) metrics: Metrics,
}

/// What was seen, and what is waited for.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) index: Index,
    pub(super) expectations: Expectations,
}

impl Shared {
    pub(super) fn view(&self) -> MutexGuard<'_, View> {
        // The view is only ever changed by whole method calls, so one that another thread left behind is whole.
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One pass. Returns when to look again though nothing has happened, if ever.
pub(super) async fn reconcile(shared: &Shared, key: &Key) -> Result<Option<Duration>, Error> {
    let Some(set) = shared.view().index.set(key) else { return Ok(None) };
    let result = pass(shared, key, &set).await;
    let mut view = shared.view();
    if view.index.set(key).is_none_or(|now| now.metadata.uid != set.metadata.uid) {
        // It went away meanwhile, and nobody waits for its VMIs any more.
        view.expectations.forget(uid(&set));
    }
    result
}

async fn pass(shared: &Shared, key: &Key, set: &Arc<ReplicaSet>) -> Result<Option<Duration>, Error> {
    if let Some(patch) = missing_marks(set) {
        let api = sets(shared, set);
        tolerate_gone(api.patch(&key.1, &PatchParams::default(), &Patch::Merge(patch)).await)
            .map_err(Error::Annotate)?;
        return Ok(None);
    }
    settle_doubt(shared, set).await?;
    let (snapshot, wait) = snapshot(shared, set);
    let plan = match plan(&snapshot) {
        Ok(plan) => plan,
        Err(why) => {
            tracing::warn!(namespace = key.0, set = key.1, %why, "the set is left alone");
            return Ok(None);
        }
    };
    claim(shared, set, &plan).await?;
    let failure = scale(shared, set, &plan).await;
    let reported = report(shared, set, &plan, failure.as_ref().map(|failure| failure.0.clone())).await?;
    match failure {
        Some((_, error)) => Err(error),
        None if !reported => Ok(Some(SOON)),
        None => Ok(wait.filter(|_| plan.hold == Some(Hold::InFlight))),
    }
}

/// After a creation whose answer was lost, and once it can no longer take effect, looks at what is really there: the
/// watch that should have told may be lost as well.
async fn settle_doubt(shared: &Shared, set: &ReplicaSet) -> Result<(), Error> {
    let due = {
        let view = shared.view();
        view.expectations.is_in_doubt(uid(set)) && view.expectations.wait(uid(set), Instant::now()).is_none()
    };
    if !due {
        return Ok(());
    }
    let api: Api<Vmi> = Api::namespaced(shared.client.clone(), set.metadata.namespace.as_deref().unwrap_or_default());
    let live = api.list(&ListParams::default()).await.map_err(Error::Recount)?;
    let view = &mut *shared.view();
    // Other sets' VMIs are left to the watch, which also looks at those sets then.
    let ours = |vmi: &Vmi| controller_of(&vmi.metadata).is_some_and(|owner| owner.uid == uid(set));
    for vmi in live.items.into_iter().filter(ours) {
        let uid = vmi.metadata.uid.clone().unwrap_or_default();
        let effect = view.index.apply_vmi(vmi);
        view.expectations.take(&effect, &uid);
    }
    view.expectations.settle_doubt(uid(set));
    Ok(())
}

fn snapshot(shared: &Shared, set: &Arc<ReplicaSet>) -> (Snapshot, Option<Duration>) {
    let view = shared.view();
    let wait = view.expectations.wait(uid(set), Instant::now());
    let vmis = view.index.candidates(set);
    (Snapshot { set: Arc::clone(set), vmis, in_flight: wait.is_some(), burst: shared.burst }, wait)
}

fn missing_marks(set: &ReplicaSet) -> Option<Value> {
    let annotations = set.metadata.annotations.as_ref();
    let marked = |mark: &str| annotations.and_then(|all| all.get(mark)).is_some_and(|seen| seen == VERSION);
    if MARKS.into_iter().all(marked) || set.metadata.deletion_timestamp.is_some() {
        return None;
    }
    let marks: serde_json::Map<_, _> = MARKS.map(|mark| (mark.to_owned(), json!(VERSION))).into_iter().collect();
    Some(
        json!({"metadata": {"uid": set.metadata.uid, "resourceVersion": set.metadata.resource_version, "annotations": marks}}),
    )
}

/// Takes over and lets go; any failure ends the pass before anything is scaled.
async fn claim(shared: &Shared, set: &ReplicaSet, plan: &Plan) -> Result<(), Error> {
    if let Some(first) = plan.adopt.first() {
        still_there(shared, set, first).await?;
    }
    let mut failure = None;
    for vmi in &plan.adopt {
        if let Err(source) = change_owners(shared, vmi, |owners| owners.push(template::owner_reference(set))).await {
            failure = failure.or(Some(Error::Adopt { vmi: name(vmi).to_owned(), source }));
        }
    }
    let ours = json!(set.metadata.uid);
    for vmi in &plan.release {
        if let Err(source) = change_owners(shared, vmi, |owners| owners.retain(|owner| owner["uid"] != ours)).await {
            failure = failure.or(Some(Error::Release { vmi: name(vmi).to_owned(), source }));
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Our view of the set may be old: nothing is adopted for a set that is gone, going or another one by now.
async fn still_there(shared: &Shared, set: &ReplicaSet, vmi: &Vmi) -> Result<(), Error> {
    let live = sets(shared, set).get_opt(set.metadata.name.as_deref().unwrap_or_default()).await;
    let live = live.map_err(|source| Error::Adopt { vmi: name(vmi).to_owned(), source })?;
    let same = |live: &ReplicaSet| live.metadata.uid == set.metadata.uid && live.metadata.deletion_timestamp.is_none();
    if live.as_ref().is_some_and(same) { Ok(()) } else { Err(Error::AdopterGone { vmi: name(vmi).to_owned() }) }
}

/// Changes a VMI's owner references as they were seen; a change in between is a conflict and ends the pass.
async fn change_owners(shared: &Shared, vmi: &Vmi, change: impl FnOnce(&mut Vec<Value>)) -> kube::Result<()> {
    let mut owners: Vec<_> = vmi.metadata.owner_references.iter().flatten().map(|owner| json!(owner)).collect();
    change(&mut owners);
    let metadata = json!({
        "uid": vmi.metadata.uid,
        "resourceVersion": vmi.metadata.resource_version,
        "ownerReferences": owners,
    });
    let patch = Patch::Merge(json!({"metadata": metadata}));
    tolerate_gone(vmis(shared, vmi).patch(name(vmi), &PatchParams::default(), &patch).await)
}

/// Creates and deletes; returns the first failure.
async fn scale(shared: &Shared, set: &ReplicaSet, plan: &Plan) -> Option<(Failure, Error)> {
    let created = create(shared, set, plan.create).await;
    let (surplus, leftovers) = plan.delete.iter().cloned().partition(|victim| victim.why == Why::Surplus);
    let deleted = delete(shared, set, surplus).await;
    let failure = created.map(|error| (Failure::Create(text(&error)), Error::Create(error)));
    let failure = failure.or(deleted.map(|error| (Failure::Delete(text(&error)), Error::Delete(error))));
    if failure.is_some() {
        return failure;
    }
    let cleaned = delete(shared, set, leftovers).await;
    cleaned.map(|error| (Failure::Delete(text(&error)), Error::Delete(error)))
}

/// Creates so many VMIs, in batches that double; the first failure ends it. No creation is ever repeated here: whether
/// one whose answer was lost has succeeded is for the watch to tell.
async fn create(shared: &Shared, set: &ReplicaSet, count: usize) -> Option<kube::Error> {
    let (mut left, mut batch) = (count, FIRST_BATCH);
    while left > 0 {
        let size = batch.min(left);
        let results = futures::future::join_all((0..size).map(|_| create_one(shared, set))).await;
        let failure = results.into_iter().find_map(Result::err);
        if failure.is_some() {
            return failure;
        }
        left -= size;
        batch = batch.saturating_mul(2);
    }
    None
}

async fn create_one(shared: &Shared, set: &ReplicaSet) -> kube::Result<()> {
    let namespace = set.metadata.namespace.as_deref().unwrap_or_default();
    let path = format!("/apis/{API_VERSION}/namespaces/{namespace}/{}", vmi::PLURAL);
    let body = serde_json::to_vec(&template::vmi(set)).map_err(kube::Error::SerdeError)?;
    let request = http::Request::post(path).header(http::header::CONTENT_TYPE, "application/json");
    let request = request.body(body).map_err(kube::Error::HttpError)?;
    shared.view().expectations.ask(uid(set));
    match shared.client.request::<Vmi>(request).await {
        Ok(created) => {
            shared.metrics.create();
            expect_creation(shared, set, &created);
            shared.recorder.note(set, Note::created(name(&created)));
            Ok(())
        }
        Err(error) => {
            let mut view = shared.view();
            view.expectations.answered(uid(set), None, Instant::now());
            if may_have_happened(&error) {
                view.expectations.doubt(uid(set), Instant::now());
            }
            drop(view);
            shared.recorder.note(set, Note::create_failed(&text(&error)));
            Err(error)
        }
    }
}

/// Whether a request that failed may have taken effect all the same: no answer came, or one that does not say.
fn may_have_happened(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code >= 500,
        _ => true,
    }
}

fn expect_creation(shared: &Shared, set: &ReplicaSet, created: &Vmi) {
    let mut view = shared.view();
    let vmi = created.metadata.uid.as_deref().unwrap_or_default();
    // The watch may have been faster than the answer.
    let unseen = Some(vmi).filter(|vmi| !view.index.knows(vmi));
    view.expectations.answered(uid(set), unseen, Instant::now());
}

async fn delete(shared: &Shared, set: &ReplicaSet, victims: Vec<Victim>) -> Option<kube::Error> {
    let deletions = stream::iter(victims).map(|victim| delete_one(shared, set, victim));
    let results: Vec<_> = deletions.buffer_unordered(shared.burst.max(1)).collect().await;
    results.into_iter().find_map(Result::err)
}

/// Deletes exactly the VMI that was seen: another one of its name is not ours to delete.
async fn delete_one(shared: &Shared, set: &ReplicaSet, victim: Victim) -> kube::Result<()> {
    let vmi = &victim.vmi;
    let vmi_uid = vmi.metadata.uid.clone().unwrap_or_default();
    let only_this = Preconditions { uid: Some(vmi_uid.clone()), resource_version: None };
    let params = DeleteParams { preconditions: Some(only_this), ..DeleteParams::default() };
    shared.view().expectations.expect_deletion(uid(set), &vmi_uid, Instant::now());
    let result = match vmis(shared, vmi).delete(name(vmi), &params).await {
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => {
            shared.view().expectations.saw_going(uid(set), &vmi_uid);
            return Ok(());
        }
        result => result,
    };
    let surplus = victim.why == Why::Surplus;
    match result {
        Ok(_) => {
            shared.metrics.delete();
            let note = if surplus { Note::deleted(&vmi_uid) } else { Note::cleaned_up(&vmi_uid) };
            shared.recorder.note(set, note);
            Ok(())
        }
        Err(error) => {
            shared.view().expectations.saw_going(uid(set), &vmi_uid);
            let why = text(&error);
            let note =
                if surplus { Note::delete_failed(name(vmi), &why) } else { Note::clean_up_failed(name(vmi), &why) };
            shared.recorder.note(set, note);
            Err(error)
        }
    }
}

/// Writes the status where it differs. `false`: the set has changed in between, and has to be looked at again.
async fn report(shared: &Shared, set: &ReplicaSet, plan: &Plan, failure: Option<Failure>) -> Result<bool, Error> {
    let Some(next) = status::next(set, plan, failure.as_ref(), Timestamp::now()) else { return Ok(true) };
    let patch = Patch::Merge(status::merge_patch(set, &next));
    let name = set.metadata.name.as_deref().unwrap_or_default();
    match sets(shared, set).patch_status(name, &PatchParams::default(), &patch).await {
        // The next pass need not wait for the watch to know of it.
        Ok(written) => drop(shared.view().index.apply_set(written)),
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(true),
        Err(kube::Error::Api(status)) if status.is_conflict() => return Ok(false),
        Err(source) => return Err(Error::Status(source)),
    }
    if let Some(paused) = status::pause_change(set, &next) {
        shared.recorder.note(set, Note::paused(paused));
    }
    Ok(true)
}

fn sets(shared: &Shared, set: &ReplicaSet) -> Api<ReplicaSet> {
    Api::namespaced(shared.client.clone(), set.metadata.namespace.as_deref().unwrap_or_default())
}

fn vmis(shared: &Shared, vmi: &Vmi) -> Api<Vmi> {
    Api::namespaced(shared.client.clone(), vmi.metadata.namespace.as_deref().unwrap_or_default())
}

fn uid(set: &ReplicaSet) -> &str {
    set.metadata.uid.as_deref().unwrap_or_default()
}

fn name(vmi: &Vmi) -> &str {
    vmi.metadata.name.as_deref().unwrap_or_default()
}

fn tolerate_gone<T>(result: kube::Result<T>) -> kube::Result<()> {
    match result {
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        other => other.map(|_| ()),
    }
}

#[cfg(test)]
mod tests;
