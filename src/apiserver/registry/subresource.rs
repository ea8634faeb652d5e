//! Paths below an object: `/status`, `/scale` and the like.

use super::Kind;
use super::kind::Handler;
use crate::apiserver::field;
use crate::apiserver::object;
use crate::apiserver::validation::object_meta_update;
use serde_json::Value;
use std::fmt::Debug;

/// A path below an object.
#[derive(Clone, Copy, Debug)]
pub struct Subresource {
    /// The last part of the path.
    pub name: &'static str,
    /// The kind of its bodies; empty where it is that of the object.
    pub kind: &'static str,
    /// The group and version of its bodies, where they are not those of the object.
    pub group_version: Option<(&'static str, &'static str)>,
    /// What discovery says can be done to it.
    pub verbs: &'static [&'static str],
    /// What is behind it.
    pub(in crate::apiserver) storage: Storage,
}

/// What is behind a subresource.
#[derive(Clone, Copy, Debug)]
pub(in crate::apiserver) enum Storage {
    /// The object itself, a part of which is written.
    Object(&'static dyn SubresourceStrategy),
    /// The object's size.
    Scale,
    /// Something that is answered and not stored.
    Virtual(Handler),
}

/// What a write through a subresource prepares and checks. The defaults are those of the `/status` of a built-in kind
/// without rules of its own.
pub trait SubresourceStrategy: Debug + Sync {
    /// Makes what the path does not write what it was in `old`.
    fn prepare_for_update(&self, object: &mut Value, old: &Value) {
        object::copy_field(object, old, "spec");
    }

    /// What is wrong with an object that is to take the place of `old`.
    fn validate_update(&self, kind: &Kind, object: &Value, old: &Value) -> field::ErrorList {
        let mut errors = object_meta_update(kind, object, old);
        errors.extend(self.validate_fields(object));
        errors
    }

    /// The part of the validation that looks at the fields which the path writes.
    fn validate_fields(&self, _object: &Value) -> field::ErrorList {
        Vec::new()
    }
}

/// The strategy of a `/status` without rules of its own.
#[derive(Debug)]
pub struct DefaultStatusStrategy;

impl SubresourceStrategy for DefaultStatusStrategy {}

impl Subresource {
    /// `/status` with a strategy of its own.
    pub(super) const fn status(strategy: &'static dyn SubresourceStrategy) -> Self {
        Self {
            name: "status",
            kind: "",
            group_version: None,
            verbs: &["get", "patch", "update"],
            storage: Storage::Object(strategy),
        }
    }

    /// `/status` of a built-in kind without rules of its own.
    pub(super) const STATUS: Self = Self::status(&DefaultStatusStrategy);

    /// `/scale`.
    pub(super) const SCALE: Self = Self {
        name: "scale",
        kind: "Scale",
        group_version: Some(("autoscaling", "v1")),
        storage: Storage::Scale,
        ..Self::STATUS
    };

    /// Whether discovery says that this can be done to it.
    pub fn allows(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }
}
