//! What differs from kind to kind when objects are written.

use super::Kind;
use crate::apiserver::field;
use crate::apiserver::object;
use crate::apiserver::storage::Store;
use crate::apiserver::validation::{object_meta, object_meta_update};
use crate::text::names;
use serde_json::Value;
use std::fmt::Debug;

/// The rules of one kind. Each method has the default of a kind without a rule of its own, so that a simple kind has a
/// short strategy. Names and order follow `RESTCreateStrategy`, `RESTUpdateStrategy` and `RESTDeleteStrategy` of
/// `k8s.io/apiserver/pkg/registry/rest`. Objects are in their stored version, except where [`Self::convert`] gets one.
///
/// What holds for every kind (`ObjectMeta`, the schemas of custom resources) is done by the callers, once.
pub trait Strategy: Debug + Sync {
    /// Fills in what the client left out. What is there stays.
    fn set_defaults(&self, _object: &mut Value) {}

    /// Turns an object that has been in another version into that of `to`, a group and a version. The caller sets
    /// `apiVersion`.
    fn convert(&self, _object: &mut Value, _to: (&str, &str)) {}

    /// What is wrong with an object's name.
    fn name_errors(&self, name: &str) -> Vec<String> {
        names::dns_subdomain_faults(name)
    }

    /// Whether a finalizer has to be a standard one or to have a domain: kinds that share the core group's validation.
    fn requires_qualified_finalizers(&self) -> bool {
        true
    }

    /// Clears what a client may not set in a new object, and sets what only the server sets. A status that has its own
    /// path is gone already.
    fn prepare_for_create(&self, _object: &mut Value) {}

    /// What is wrong with a new object. `requested` is the group and version of the request.
    fn validate(&self, kind: &Kind, _requested: (&str, &str), object: &Value) -> field::ErrorList {
        let mut errors = object_meta(kind, object);
        errors.extend(self.validate_fields(object, None));
        errors
    }

    /// What a new object asks for in vain, or not for much longer: texts of `Warning` headers.
    fn warnings_on_create(&self, _object: &Value) -> Vec<String> {
        Vec::new()
    }

    /// Gives a new object what is allocated only after it has been found valid, and after its managers are recorded.
    fn begin_create(&self, _object: &mut Value, _store: &Store) {}

    /// Whether PUT creates an object that is not there.
    fn allows_create_on_update(&self) -> bool {
        false
    }

    /// Whether PUT may leave out the resource version.
    fn allows_unconditional_update(&self) -> bool {
        true
    }

    /// Gives an update what only the server sets, from the state before. A status that has its own path is that of `old`
    /// already.
    fn prepare_for_update(&self, _object: &mut Value, _old: &Value) {}

    /// What is wrong with an object that is to take the place of `old`.
    fn validate_update(&self, kind: &Kind, _requested: (&str, &str), object: &Value, old: &Value) -> field::ErrorList {
        let mut errors = object_meta_update(kind, object, old);
        errors.extend(self.validate_immutable_fields(object, old));
        errors.extend(self.validate_fields(object, Some(old)));
        errors
    }

    /// The part of both validations that looks at the kind's own fields. `old` is the state before, of an update.
    fn validate_fields(&self, _object: &Value, _old: Option<&Value>) -> field::ErrorList {
        Vec::new()
    }

    /// The part of the validation of an update that finds fields which may not change.
    fn validate_immutable_fields(&self, _object: &Value, _old: &Value) -> field::ErrorList {
        Vec::new()
    }

    /// What an updated object asks for in vain, or not for much longer.
    fn warnings_on_update(&self, object: &Value, _old: &Value) -> Vec<String> {
        self.warnings_on_create(object)
    }

    /// How many seconds a deletion waits. `requested` is what the client asks for.
    fn grace_period_seconds(&self, _object: &Value, _requested: Option<i64>) -> i64 {
        0
    }

    /// Whether more than `metadata.finalizers` holds a deleted object.
    fn has_own_finalizers(&self, _object: &Value) -> bool {
        false
    }

    /// Marks an object that is being deleted and is held, besides its `deletionTimestamp`.
    fn begin_delete(&self, object: &mut Value, grace_period_seconds: i64) {
        object::set_meta(object, "deletionGracePeriodSeconds", grace_period_seconds);
    }

    /// Whether the answer to DELETE is the object that is gone, and not a Status.
    fn returns_deleted_object(&self) -> bool {
        false
    }

    /// The `conditions` of the object's row in a Table.
    fn row_conditions(&self, _object: &Value) -> Option<Value> {
        None
    }
}

/// The strategy of a built-in kind without rules of its own.
#[derive(Debug)]
pub struct DefaultStrategy;

impl Strategy for DefaultStrategy {}
