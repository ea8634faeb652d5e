//! PUT, and what a patch comes to: an object in a new state.

use crate::apiserver::field;
use crate::apiserver::handlers::write::{WriteOptions, check_namespace, persist};
use crate::apiserver::handlers::{create, delete};
use crate::apiserver::registry::StorageKind;
use crate::apiserver::registry::rest;
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::storage::{Key, Store};
use crate::apiserver::{RequestContext, field_manager, object};
use serde_json::Value;
use std::sync::Arc;

/// Answers PUT.
pub(super) fn replace(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let options = WriteOptions::of(context, "UpdateOptions")?;
    let decoded = context.decode()?;
    let object = context.incoming(decoded, &options)?;
    let name = context.info.object_name()?;
    check_name(context.info, &object)?;
    let mut store = context.server.store();
    let Some(old) = store.get(&context.info.key(name)).cloned() else {
        drop(store);
        return absent(context, object, &options);
    };
    let kept = write(context, &mut store, &old, object, &options)?;
    drop(store);
    Ok(context.object(200, (*kept).clone()))
}

/// A few kinds are created by PUT too.
fn absent(context: &RequestContext<'_>, object: Value, options: &WriteOptions) -> Result<Reply, StatusError> {
    let kind = context.info.kind;
    let creates = kind.strategy.allows_create_on_update() && context.info.subresource.is_none();
    if creates && object::meta(&object, "resourceVersion").is_empty() && object::meta(&object, "uid").is_empty() {
        return create::insert(context, object, options);
    }
    Err(Status::not_found(kind, context.info.object_name()?))
}

/// Whether the body names the object that the path names.
///
/// # Errors
/// 400 where it does not.
pub(super) fn check_name(info: &RequestInfo, object: &Value) -> Result<(), StatusError> {
    let (named, name) = (object::meta(object, "name"), info.object_name()?);
    if named.is_empty() {
        let why = format!("the name of the object ({name} based on URL) was undeterminable: name must be provided");
        return Err(Status::bad_request(why));
    }
    if named != name {
        let why = format!("the name of the object ({named}) does not match the name on the URL ({name})");
        return Err(Status::bad_request(why));
    }
    Ok(())
}

/// Puts an object into a new state, checked against the old one. A write that changes nothing takes no revision.
///
/// # Errors
/// 400, 409 and 422 as the real server orders them: names, preconditions, rules.
pub(super) fn write(
    context: &RequestContext<'_>,
    store: &mut Store,
    old: &Arc<Value>,
    mut new: Value,
    options: &WriteOptions,
) -> Result<Arc<Value>, StatusError> {
    let kind = context.info.kind;
    check_name(context.info, &new)?;
    check_namespace(context.info, &mut new)?;
    check_preconditions(context.info, context.method, old, &new)?;
    prepare(context.info, old, &mut new);
    let errors = rest::validate_update(context.info, old, &new);
    if !errors.is_empty() {
        return Err(Status::invalid(kind, object::meta(&new, "name"), errors));
    }
    if context.info.subresource.is_none() {
        kind.strategy.warnings_on_update(&new, old).into_iter().for_each(|text| context.warn(text));
    }
    if !options.applied {
        new = field_manager::track(context.info, Some(old), new, &options.manager, context.server.now());
    }
    let key = context.info.key(object::meta(&new, "name"));
    finish(context, store, key, old, new, options.dry_run)
}

/// Keeps the new state; where nothing holds a deleted object any more, it goes.
pub(super) fn finish(
    context: &RequestContext<'_>,
    store: &mut Store,
    key: Key,
    old: &Arc<Value>,
    new: Value,
    dry_run: bool,
) -> Result<Arc<Value>, StatusError> {
    if delete::is_free_to_go(context.info.kind, old, &new) {
        if !dry_run {
            store.remove(&key, new.clone());
            context.server.announce(store);
        }
        return Ok(Arc::new(new));
    }
    if new == **old {
        return Ok(Arc::clone(old));
    }
    Ok(persist(context, store, key, new, dry_run))
}

fn check_preconditions(info: &RequestInfo, method: &http::Method, old: &Value, new: &Value) -> Result<(), StatusError> {
    let (kind, name) = (info.kind, info.object_name()?);
    let (uid, stored_uid) = (object::meta(new, "uid"), object::meta(old, "uid"));
    if !uid.is_empty() && uid != stored_uid && *method == http::Method::PUT {
        let (group, plural) = info.resource();
        let home = if group.is_empty() || kind.storage == StorageKind::BuiltIn {
            plural.to_owned()
        } else {
            format!("{group}/{plural}")
        };
        let place =
            info.namespace.as_deref().map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{home}/{place}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {stored_uid}"
        );
        return Err(Status::conflict(kind, name, &why));
    }
    let version = object::meta(new, "resourceVersion");
    if version.is_empty() && !kind.strategy.allows_unconditional_update() {
        let error = field::Error {
            reason: "FieldValueInvalid",
            field: "metadata.resourceVersion".to_owned(),
            message: "Invalid value: 0: must be specified for an update".to_owned(),
        };
        return Err(Status::invalid_resource(kind, name, vec![error]));
    }
    if !version.is_empty() && version != object::meta(old, "resourceVersion") {
        return Err(Status::modified(kind, name));
    }
    Ok(())
}

/// Fields that the path does not write stay as they are; the generation counts changes of what is wanted.
fn prepare(info: &RequestInfo, old: &Value, new: &mut Value) {
    let kind = info.kind;
    match info.subresource_strategy() {
        Some(strategy) => strategy.prepare_for_update(new, old),
        None => {
            if kind.has_status() {
                object::copy_field(new, old, "status");
            }
            kind.strategy.prepare_for_update(new, old);
        }
    }
    let kept =
        ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"];
    for field in kept {
        object::copy_meta(new, old, field);
    }
    if object::meta(new, "uid").is_empty() {
        object::copy_meta(new, old, "uid");
    }
    object::unset_meta(new, "selfLink");
    if kind.generation && object::desire_differs(old, new, kind.has_status()) {
        let generation = object::meta_value(old, "generation").and_then(Value::as_i64).unwrap_or(0);
        object::set_meta(new, "generation", generation + 1);
    }
}
