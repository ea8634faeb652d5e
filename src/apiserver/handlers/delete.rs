//! DELETE of one object and of a collection: preconditions, grace, finalizers.

use crate::api::table::ListMeta;
use crate::apiserver::field;
use crate::apiserver::handlers::list::Filter;
use crate::apiserver::handlers::write::{dry_run, persist};
use crate::apiserver::registry::Kind;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::storage::Store;
use crate::apiserver::{RequestContext, decode, object};
use serde_json::{Value, json};
use std::sync::Arc;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

/// What the client asks of a deletion.
#[derive(Clone, Debug, Default)]
struct DeleteOptions {
    dry_run: bool,
    uid: Option<String>,
    revision: Option<String>,
    grace: Option<i64>,
    policy: Option<Policy>,
    /// The old spelling `orphanDependents: false`, which is answered with 202.
    legacy_background: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    Background,
    Foreground,
    Orphan,
}

/// What came of it.
enum Outcome {
    /// It is gone; its last state.
    Gone(Arc<Value>),
    /// It waits for its finalizers or its grace.
    Held(Arc<Value>),
}

/// Answers DELETE of a named object.
pub(super) fn one(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let options = DeleteOptions::of(context)?;
    let (kind, name) = (context.info.kind, context.info.object_name()?);
    let mut store = context.server.store();
    let object = store.get(&context.info.key(name)).cloned().ok_or_else(|| Status::not_found(kind, name))?;
    let outcome = delete(context, &mut store, &object, &options)?;
    drop(store);
    Ok(match outcome {
        Outcome::Gone(last) if kind.strategy.returns_deleted_object() => context.object(200, (*last).clone()),
        Outcome::Gone(last) => Reply::Status(Box::new(Status::deleted(kind, name, object::meta(&last, "uid")))),
        Outcome::Held(object) => {
            let code = if options.legacy_background { 202 } else { 200 };
            context.object(code, (*object).clone())
        }
    })
}

/// Answers DELETE of a collection: everything that the selectors select.
pub(super) fn many(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let options = DeleteOptions::of(context)?;
    let filter = Filter::of(context)?;
    let mut store = context.server.store();
    let snapshot = store.list(context.info.resource(), context.info.namespace.as_deref());
    let mut deleted = Vec::new();
    for object in snapshot.into_values().filter(|object| filter.matches(object)) {
        let outcome = delete(context, &mut store, &object, &options)?;
        deleted.push(match outcome {
            Outcome::Gone(_) => (*object).clone(),
            Outcome::Held(object) => (*object).clone(),
        });
    }
    let meta = ListMeta { resource_version: Some(store.revision().to_string()), ..ListMeta::default() };
    drop(store);
    Ok(context.listing(deleted, &meta))
}

impl DeleteOptions {
    /// From the body, if there is one, else from the query: a real server passes over the query then.
    fn of(context: &RequestContext<'_>) -> Result<Self, StatusError> {
        if context.body.is_empty() {
            let orphan = context.query.optional_flag("orphanDependents");
            return Ok(Self {
                dry_run: dry_run(context, "DeleteOptions")?,
                uid: None,
                revision: None,
                grace: context.query.number("gracePeriodSeconds")?,
                policy: Policy::of(context.query.text("propagationPolicy"), orphan)?,
                legacy_background: orphan == Some(false),
            });
        }
        let body = match context.media_type() {
            "application/json" => {
                let unread = |why| Status::bad_request(format!("couldn't get version/kind; json parse error: {why}"));
                decode::json(context.body).map_err(unread)?.value
            }
            _ => context.decode()?.value,
        };
        check_kind(&body)?;
        Self::of_body(&body)
    }

    fn of_body(body: &Value) -> Result<Self, StatusError> {
        let asked = body.get("dryRun").and_then(Value::as_array).filter(|asked| !asked.is_empty());
        if let Some(asked) = asked
            && asked.iter().any(|value| value != "All")
        {
            let error = field::Error::not_supported("dryRun", &json!(asked), &["All"]);
            return Err(Status::invalid_options("DeleteOptions", error));
        }
        let precondition = |field| {
            body.get("preconditions").and_then(|found| found.get(field)).and_then(Value::as_str).map(str::to_owned)
        };
        let in_body = |field: &str| body.get(field).filter(|value| !value.is_null());
        let orphan = in_body("orphanDependents").and_then(Value::as_bool);
        let policy = in_body("propagationPolicy").and_then(Value::as_str).unwrap_or_default();
        let policy = Policy::of(policy, orphan)?;
        Ok(Self {
            dry_run: asked.is_some(),
            uid: precondition("uid"),
            revision: precondition("resourceVersion"),
            grace: in_body("gracePeriodSeconds").and_then(Value::as_i64),
            policy,
            legacy_background: orphan == Some(false),
        })
    }
}

fn check_kind(body: &Value) -> Result<(), StatusError> {
    let text = |field| body.get(field).and_then(Value::as_str).unwrap_or("");
    let kind = text("kind");
    if matches!(kind, "" | "DeleteOptions") {
        return Ok(());
    }
    let version = text("apiVersion");
    let why = format!("no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\"");
    Err(Status::bad_request(why))
}

impl Policy {
    fn of(text: &str, orphan: Option<bool>) -> Result<Option<Self>, StatusError> {
        const FIELD: &str = "propagationPolicy";
        if !text.is_empty() && orphan.is_some() {
            let why = "orphanDependents and deletionPropagation cannot be both set";
            return Err(Status::invalid_options("DeleteOptions", field::Error::invalid(FIELD, &text.into(), why)));
        }
        Ok(match (text, orphan) {
            ("", None) => None,
            ("Orphan", _) | ("", Some(true)) => Some(Self::Orphan),
            ("Background", _) | ("", Some(false)) => Some(Self::Background),
            ("Foreground", _) => Some(Self::Foreground),
            (other, _) => {
                let error =
                    field::Error::not_supported(FIELD, &other.into(), &["Foreground", "Background", "Orphan", "nil"]);
                return Err(Status::invalid_options("DeleteOptions", error));
            }
        })
    }
}

fn delete(
    context: &RequestContext<'_>,
    store: &mut Store,
    object: &Arc<Value>,
    options: &DeleteOptions,
) -> Result<Outcome, StatusError> {
    let kind = context.info.kind;
    let name = object::meta(object, "name");
    check_preconditions(kind, object, options)?;
    let mut key = context.info.key(name);
    object::meta(object, "namespace").clone_into(&mut key.namespace);
    let mut marked = (**object).clone();
    object::set_finalizers(&mut marked, finalizers(object, options.policy));
    let grace = kind.strategy.grace_period_seconds(object, options.grace);
    let held = !object::finalizers(&marked).is_empty() || grace > 0 || kind.strategy.has_own_finalizers(object);
    if !held {
        if options.dry_run {
            return Ok(Outcome::Gone(Arc::new(marked)));
        }
        let last = store.remove(&key, marked);
        context.server.announce(store);
        return Ok(Outcome::Gone(last));
    }
    mark(context, kind, &mut marked, grace);
    if marked == **object {
        return Ok(Outcome::Held(Arc::clone(object)));
    }
    Ok(Outcome::Held(persist(context, store, key, marked, options.dry_run)))
}

fn check_preconditions(kind: &Kind, object: &Value, options: &DeleteOptions) -> Result<(), StatusError> {
    let (name, uid) = (object::meta(object, "name"), object::meta(object, "uid"));
    if let Some(wanted) = options.uid.as_deref().filter(|wanted| *wanted != uid) {
        let why = format!(
            "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
        );
        return Err(Status::precondition(kind, name, &why));
    }
    let revision = object::meta(object, "resourceVersion");
    if let Some(wanted) = options.revision.as_deref().filter(|wanted| *wanted != revision) {
        let why = format!(
            "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({revision}). The object might have been modified"
        );
        return Err(Status::precondition(kind, name, &why));
    }
    Ok(())
}

/// The finalizers that stand for the policy are the garbage collector's to remove.
fn finalizers(object: &Value, policy: Option<Policy>) -> Vec<String> {
    let mut finalizers = object::finalizers(object);
    let Some(policy) = policy else { return finalizers };
    finalizers.retain(|finalizer| finalizer != FOREGROUND && finalizer != ORPHAN);
    match policy {
        Policy::Background => {}
        Policy::Foreground => finalizers.push(FOREGROUND.to_owned()),
        Policy::Orphan => finalizers.push(ORPHAN.to_owned()),
    }
    finalizers
}

fn mark(context: &RequestContext<'_>, kind: &Kind, object: &mut Value, grace: i64) {
    let shorter = object::meta_value(object, "deletionGracePeriodSeconds").and_then(Value::as_i64) > Some(grace);
    if !object::is_deleting(object) || shorter {
        let seconds = jiff::SignedDuration::from_secs(grace);
        let when = context.server.now().checked_add(seconds).unwrap_or_else(|_| context.server.now());
        object::set_meta(object, "deletionTimestamp", object::timestamp(when));
        if let Some(generation) = object::meta_value(object, "generation").and_then(Value::as_i64) {
            object::set_meta(object, "generation", generation + 1);
        }
    }
    kind.strategy.begin_delete(object, grace);
}

/// Whether a write has taken away the last thing that held a deleted object.
pub(super) fn is_free_to_go(kind: &Kind, old: &Value, new: &Value) -> bool {
    let waits = object::meta_value(new, "deletionGracePeriodSeconds").and_then(Value::as_i64).unwrap_or(0) > 0;
    let was_held = !object::finalizers(old).is_empty() || kind.strategy.has_own_finalizers(old);
    object::is_deleting(new)
        && was_held
        && !waits
        && object::finalizers(new).is_empty()
        && !kind.strategy.has_own_finalizers(new)
}
