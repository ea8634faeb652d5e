//! POST: a new object.

use super::registry::rest;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::store::{Key, Store};
use super::write::{WriteOptions, check_namespace, keep};
use super::{Call, Server, field_manager, object};
use crate::apiserver::registry::{Kind, namespace};
use serde_json::Value;

/// Letters and digits that cannot spell a word.
const SUFFIX_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH: usize = 5;
/// A generated name is at most 63 characters long.
const LONGEST_BASE: usize = 58;
/// How often a name is generated before giving up.
const ATTEMPTS: usize = 8;

/// Answers POST to a collection.
pub(super) fn create(call: &Call<'_>) -> Result<Reply, Refused> {
    let options = WriteOptions::of(call, "CreateOptions")?;
    let decoded = call.decode()?;
    let object = call.incoming(decoded, &options)?;
    insert(call, object, &options)
}

/// Makes an object of what a client sent, in its stored version.
pub(super) fn insert(call: &Call<'_>, mut object: Value, options: &WriteOptions) -> Result<Reply, Refused> {
    let kind = call.target.kind;
    check_namespace(call.target, &mut object)?;
    if !object::meta(&object, "resourceVersion").is_empty() {
        return Err(Status::unexpected("resourceVersion should not be set on objects to be created"));
    }
    let mut store = call.server.store();
    choose_name(call, &store, &mut object);
    check_home(call, &store, object::meta(&object, "name"))?;
    prepare(call.server, kind, &mut object);
    let faults = rest::validate_create(call.target, &object);
    if !faults.is_empty() {
        return Err(Status::invalid(kind, object::meta(&object, "name"), faults));
    }
    let name = object::meta(&object, "name").to_owned();
    let key = call.target.key(&name);
    if store.get(&key).is_some() {
        return Err(Status::already_exists(kind, &name));
    }
    kind.strategy.warnings_on_create(&object).into_iter().for_each(|text| call.warn(text));
    if !options.applied {
        object = field_manager::track(call.target, None, object, &options.manager, call.server.now());
    }
    kind.strategy.begin_create(&mut object, &store);
    let kept = keep(call, &mut store, key, object, options.dry_run);
    drop(store);
    Ok(call.object(201, (*kept).clone()))
}

/// Generates a name where the object only gives its beginning.
fn choose_name(call: &Call<'_>, store: &Store, object: &mut Value) {
    let base = object::meta(object, "generateName").to_owned();
    if base.is_empty() || !object::meta(object, "name").is_empty() {
        return;
    }
    let mut name = String::new();
    for _ in 0..ATTEMPTS {
        name = generate(call.server, &base);
        if store.get(&call.target.key(&name)).is_none() {
            break;
        }
    }
    object::set_meta(object, "name", name);
}

fn generate(server: &Server, base: &str) -> String {
    let mut name: String = base.chars().take(LONGEST_BASE).collect();
    let random = (server.options().uid)();
    for byte in random.as_bytes().iter().rev().take(SUFFIX_LENGTH) {
        let letter = SUFFIX_ALPHABET.get(usize::from(*byte) % SUFFIX_ALPHABET.len());
        name.push(letter.copied().map_or('b', char::from));
    }
    name
}

/// An object needs a namespace that is there to stay.
fn check_home(call: &Call<'_>, store: &Store, name: &str) -> Result<(), Refused> {
    let Some(namespace) = call.target.namespace.as_deref() else { return Ok(()) };
    let key = Key { resource: namespace::KIND.resource(), namespace: String::new(), name: namespace.to_owned() };
    let Some(home) = store.get(&key) else {
        return Err(Status::not_found(&namespace::KIND, namespace));
    };
    if object::is_deleting(home) {
        return Err(Status::namespace_terminating(call.target.kind, name, namespace));
    }
    Ok(())
}

/// Sets what only the server sets, and clears what a client cannot bring along.
fn prepare(server: &Server, kind: &Kind, object: &mut Value) {
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion", "generation"] {
        object::unset_meta(object, field);
    }
    object::set_meta(object, "uid", (server.options().uid)().to_string());
    object::set_meta(object, "creationTimestamp", object::timestamp(server.now()));
    if kind.generation {
        object::set_meta(object, "generation", 1);
    }
    if let (true, Some(fields)) = (kind.has_status(), object.as_object_mut()) {
        fields.remove("status");
    }
    kind.strategy.prepare_for_create(object);
}
