//! POST: a new object.

use crate::apiserver::handlers::write::{WriteOptions, check_namespace, persist};
use crate::apiserver::registry::rest;
use crate::apiserver::registry::{Kind, namespace};
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::storage::{Key, Store};
use crate::apiserver::{RequestContext, Server, field_manager, object};
use serde_json::Value;

/// Letters and digits that cannot spell a word.
const SUFFIX_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH: usize = 5;
/// A generated name is at most 63 characters long.
const LONGEST_BASE: usize = 58;
/// How often a name is generated before giving up.
const ATTEMPTS: usize = 8;

/// Answers POST to a collection.
pub(super) fn create(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let options = WriteOptions::of(context, "CreateOptions")?;
    let decoded = context.decode()?;
    let object = context.incoming(decoded, &options)?;
    insert(context, object, &options)
}

/// Makes an object of what a client sent, in its stored version.
pub(super) fn insert(
    context: &RequestContext<'_>,
    mut object: Value,
    options: &WriteOptions,
) -> Result<Reply, StatusError> {
    let kind = context.info.kind;
    check_namespace(context.info, &mut object)?;
    if !object::meta(&object, "resourceVersion").is_empty() {
        return Err(Status::unexpected("resourceVersion should not be set on objects to be created"));
    }
    let mut store = context.server.store();
    choose_name(context, &store, &mut object);
    check_namespace_exists(context, &store, object::meta(&object, "name"))?;
    prepare(context.server, kind, &mut object);
    let errors = rest::validate_create(context.info, &object);
    if !errors.is_empty() {
        return Err(Status::invalid(kind, object::meta(&object, "name"), errors));
    }
    let name = object::meta(&object, "name").to_owned();
    let key = context.info.key(&name);
    if store.get(&key).is_some() {
        return Err(Status::already_exists(kind, &name));
    }
    kind.strategy.warnings_on_create(&object).into_iter().for_each(|text| context.warn(text));
    if !options.applied {
        object = field_manager::track(context.info, None, object, &options.manager, context.server.now());
    }
    kind.strategy.begin_create(&mut object, &store);
    let kept = persist(context, &mut store, key, object, options.dry_run);
    drop(store);
    Ok(context.object(201, (*kept).clone()))
}

/// Generates a name where the object only gives its beginning.
fn choose_name(context: &RequestContext<'_>, store: &Store, object: &mut Value) {
    let base = object::meta(object, "generateName").to_owned();
    if base.is_empty() || !object::meta(object, "name").is_empty() {
        return;
    }
    let mut name = String::new();
    for _ in 0..ATTEMPTS {
        name = generate(context.server, &base);
        if store.get(&context.info.key(&name)).is_none() {
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
fn check_namespace_exists(context: &RequestContext<'_>, store: &Store, name: &str) -> Result<(), StatusError> {
    let Some(namespace) = context.info.namespace.as_deref() else { return Ok(()) };
    let key = Key { resource: namespace::KIND.resource(), namespace: String::new(), name: namespace.to_owned() };
    let Some(home) = store.get(&key) else {
        return Err(Status::not_found(&namespace::KIND, namespace));
    };
    if object::is_deleting(home) {
        return Err(Status::namespace_terminating(context.info.kind, name, namespace));
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
