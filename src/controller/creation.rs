//! Creates VMIs, under names that are chosen here.
//!
//! A POST with `generateName` whose answer is lost has made a VMI or not, and to find out takes a list of the namespace.
//! A POST with a name can be asked about, and be repeated: there is never a second VMI of that name.

use super::context::{Context, Identified, collection, may_have_happened, namespace, uid};
use super::events::EventMessage;
use super::{Error, Key, claim, template, text};
use crate::api::vmirs::ReplicaSet;
use kube::api::ObjectMeta;
use tokio::time::Instant;

/// How many creations are tried before the first success; doubled with every batch that succeeds, so that a set which
/// cannot be filled (a quota, a refusing webhook) costs one failure a pass and not hundreds.
const FIRST_BATCH: usize = 1;
/// How many other names are tried where one is taken; kube-apiserver tries as often.
const NAMES: usize = 8;

/// Creates so many VMIs, in batches that double. The first failure ends it, and so does a change of what the set wants.
/// Returns that failure.
pub(super) async fn create(context: &Context, key: &Key, set: &ReplicaSet, count: usize) -> Option<kube::Error> {
    let (mut left, mut batch) = (count, FIRST_BATCH);
    while left > 0 && context.is_current(key, set) {
        let size = batch.min(left);
        let results = futures::future::join_all((0..size).map(|_| create_one(context, set))).await;
        let failure = results.into_iter().find_map(Result::err);
        if failure.is_some() {
            return failure;
        }
        left -= size;
        batch = batch.saturating_mul(2);
    }
    None
}

async fn create_one(context: &Context, set: &ReplicaSet) -> kube::Result<()> {
    for _ in 0..NAMES {
        let reserved = context.cache().expectations.take_reserved(uid(set));
        let is_reserved = reserved.is_some();
        let name = reserved.unwrap_or_else(|| template::generated_name(&template::name_prefix(set), rand::random()));
        context.cache().expectations.expect_creation(uid(set));
        match post(context, set, &name).await {
            Ok(created) => {
                completed(context, set, &created);
                return Ok(());
            }
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                if is_there(context, set, &name).await? {
                    return Ok(());
                }
            }
            Err(error) => {
                failed(context, set, &name, is_reserved, &error);
                return Err(error);
            }
        }
    }
    Err(kube::Error::Service("no free name was found".into()))
}

async fn post(context: &Context, set: &ReplicaSet, name: &str) -> kube::Result<ObjectMeta> {
    let body = serde_json::to_vec(&template::vmi(set, name)).map_err(kube::Error::SerdeError)?;
    let request = http::Request::post(collection(set)).header(http::header::CONTENT_TYPE, "application/json");
    let request = request.body(body).map_err(kube::Error::HttpError)?;
    let created = context.request(context.client.request::<Identified>(request)).await?;
    Ok(created.metadata)
}

/// A VMI of that name is there already: whether it is ours, made by an earlier request whose answer was lost.
async fn is_there(context: &Context, set: &ReplicaSet, name: &str) -> kube::Result<bool> {
    match context.vmi_metadata(set, name).await {
        Ok(Some(found)) if is_ours(set, &found) => {
            completed(context, set, &found);
            Ok(true)
        }
        Ok(_) => {
            context.cache().expectations.creation_completed(uid(set), None, Instant::now());
            Ok(false)
        }
        Err(error) => {
            context.cache().expectations.creation_unconfirmed(uid(set), name);
            Err(kube::Error::Service(error.into()))
        }
    }
}

fn completed(context: &Context, set: &ReplicaSet, created: &ObjectMeta) {
    let cache = &mut *context.cache();
    let vmi = created.uid.as_deref().unwrap_or_default();
    // The watch may have been faster than the answer.
    let unobserved = Some(vmi).filter(|vmi| !cache.index.knows(vmi));
    cache.expectations.creation_completed(uid(set), unobserved, Instant::now());
    record(context, set, created);
}

fn record(context: &Context, set: &ReplicaSet, created: &ObjectMeta) {
    context.metrics.create();
    context.recorder.event(set, EventMessage::created(created.name.as_deref().unwrap_or_default()));
}

fn failed(context: &Context, set: &ReplicaSet, name: &str, is_reserved: bool, error: &kube::Error) {
    let cache = &mut *context.cache();
    if may_have_happened(error) {
        cache.expectations.creation_unconfirmed(uid(set), name);
    } else {
        cache.expectations.creation_completed(uid(set), None, Instant::now());
        if is_reserved {
            // This try was refused, and the earlier one may yet take effect.
            cache.expectations.reserve(uid(set), name);
        }
    }
    context.recorder.event(set, EventMessage::create_failed(&text(error)));
}

/// Finds out what became of a creation that was not answered.
///
/// # Errors
/// [`Error::Confirm`] when it cannot be found out: the set waits on.
pub(super) async fn confirm(context: &Context, set: &ReplicaSet, name: &str) -> Result<(), Error> {
    let found = context.vmi_metadata(set, name).await?;
    let cache = &mut *context.cache();
    match found {
        None => cache.expectations.reserve(uid(set), name),
        Some(found) if is_ours(set, &found) => {
            let vmi = found.uid.as_deref().filter(|vmi| !cache.index.knows(vmi));
            cache.expectations.creation_confirmed(uid(set), name, vmi, Instant::now());
            record(context, set, &found);
        }
        Some(_) => {
            tracing::info!(namespace = namespace(set), vmi = name, "the name belongs to somebody else's VMI");
            cache.expectations.creation_confirmed(uid(set), name, None, Instant::now());
        }
    }
    Ok(())
}

fn is_ours(set: &ReplicaSet, found: &ObjectMeta) -> bool {
    let owner = claim::Owner::of_set(set).map(claim::ControlledBy::Set);
    owner == Some(claim::controlled_by(found))
}
