//! PUT, and what a patch comes to: an object in a new state.

use super::fault::Fault;
use super::registry::rest;
use super::request::Target;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::store::{Key, Store};
use super::write::{WriteOptions, check_namespace, keep};
use super::{Call, create, delete, field_manager, object};
use crate::apiserver::registry::StorageKind;
use serde_json::Value;
use std::sync::Arc;

/// Answers PUT.
pub(super) fn replace(call: &Call<'_>) -> Result<Reply, Refused> {
    let options = WriteOptions::of(call, "UpdateOptions")?;
    let decoded = call.decode()?;
    let object = call.incoming(decoded, &options)?;
    let name = call.target.object_name()?;
    check_name(call.target, &object)?;
    let mut store = call.server.store();
    let Some(old) = store.get(&call.target.key(name)).cloned() else {
        drop(store);
        return absent(call, object, &options);
    };
    let kept = write(call, &mut store, &old, object, &options)?;
    drop(store);
    Ok(call.object(200, (*kept).clone()))
}

/// A few kinds are created by PUT too.
fn absent(call: &Call<'_>, object: Value, options: &WriteOptions) -> Result<Reply, Refused> {
    let kind = call.target.kind;
    let creates = kind.strategy.allows_create_on_update() && call.target.subresource.is_none();
    if creates && object::meta(&object, "resourceVersion").is_empty() && object::meta(&object, "uid").is_empty() {
        return create::insert(call, object, options);
    }
    Err(Status::not_found(kind, call.target.object_name()?))
}

fn check_name(target: &Target, object: &Value) -> Result<(), Refused> {
    let (named, name) = (object::meta(object, "name"), target.object_name()?);
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
    call: &Call<'_>,
    store: &mut Store,
    old: &Arc<Value>,
    mut new: Value,
    options: &WriteOptions,
) -> Result<Arc<Value>, Refused> {
    let kind = call.target.kind;
    check_name(call.target, &new)?;
    check_namespace(call.target, &mut new)?;
    check_preconditions(call.target, call.method, old, &new)?;
    prepare(call.target, old, &mut new);
    let faults = rest::validate_update(call.target, old, &new);
    if !faults.is_empty() {
        return Err(Status::invalid(kind, object::meta(&new, "name"), faults));
    }
    if call.target.subresource.is_none() {
        kind.strategy.warnings_on_update(&new, old).into_iter().for_each(|text| call.warn(text));
    }
    if !options.applied {
        new = field_manager::track(call.target, Some(old), new, &options.manager, call.server.now());
    }
    let key = call.target.key(object::meta(&new, "name"));
    finish(call, store, key, old, new, options.dry_run)
}

/// Keeps the new state; where nothing holds a deleted object any more, it goes.
pub(super) fn finish(
    call: &Call<'_>,
    store: &mut Store,
    key: Key,
    old: &Arc<Value>,
    new: Value,
    dry_run: bool,
) -> Result<Arc<Value>, Refused> {
    if delete::is_free_to_go(call.target.kind, old, &new) {
        if !dry_run {
            store.remove(&key, new.clone());
            call.server.announce(store);
        }
        return Ok(Arc::new(new));
    }
    if new == **old {
        return Ok(Arc::clone(old));
    }
    Ok(keep(call, store, key, new, dry_run))
}

fn check_preconditions(target: &Target, method: &http::Method, old: &Value, new: &Value) -> Result<(), Refused> {
    let (kind, name) = (target.kind, target.object_name()?);
    let (uid, stored_uid) = (object::meta(new, "uid"), object::meta(old, "uid"));
    if !uid.is_empty() && uid != stored_uid && *method == http::Method::PUT {
        let (group, plural) = target.resource();
        let home = if group.is_empty() || kind.storage == StorageKind::BuiltIn {
            plural.to_owned()
        } else {
            format!("{group}/{plural}")
        };
        let place =
            target.namespace.as_deref().map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{home}/{place}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {stored_uid}"
        );
        return Err(Status::conflict(kind, name, &why));
    }
    let version = object::meta(new, "resourceVersion");
    if version.is_empty() && !kind.strategy.allows_unconditional_update() {
        let fault = Fault {
            reason: "FieldValueInvalid",
            field: "metadata.resourceVersion".to_owned(),
            message: "Invalid value: 0: must be specified for an update".to_owned(),
        };
        return Err(Status::invalid_resource(kind, name, vec![fault]));
    }
    if !version.is_empty() && version != object::meta(old, "resourceVersion") {
        return Err(Status::modified(kind, name));
    }
    Ok(())
}

/// Fields that the path does not write stay as they are; the generation counts changes of what is wanted.
fn prepare(target: &Target, old: &Value, new: &mut Value) {
    let kind = target.kind;
    match target.subresource_strategy() {
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
