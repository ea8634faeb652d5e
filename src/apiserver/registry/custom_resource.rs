//! What kinds of CustomResourceDefinitions have in common. Their own rules are in their schemas.

use super::strategy::Strategy;
use super::subresource::SubresourceStrategy;
use crate::apiserver::object;
use serde_json::Value;

/// The strategy of a kind of a CustomResourceDefinition.
#[derive(Debug)]
pub(super) struct CustomResourceStrategy;

impl Strategy for CustomResourceStrategy {
    fn requires_qualified_finalizers(&self) -> bool {
        false
    }

    fn allows_unconditional_update(&self) -> bool {
        false
    }
}

/// The strategy of its `/status`.
#[derive(Debug)]
pub(super) struct CustomResourceStatusStrategy;

impl SubresourceStrategy for CustomResourceStatusStrategy {
    /// Of a custom resource, not even labels are written through `/status`.
    fn prepare_for_update(&self, object: &mut Value, old: &Value) {
        let mut kept = old.clone();
        object::copy_field(&mut kept, object, "status");
        if let Some(managed) = object::meta_value(object, "managedFields") {
            object::set_meta(&mut kept, "managedFields", managed.clone());
        }
        *object = kept;
    }
}
