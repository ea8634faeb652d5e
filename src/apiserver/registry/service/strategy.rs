//! What creating, updating and deleting a Service prepare and check.

use super::{cluster_ip_allocator, defaults, validation};
use crate::apiserver::field;
use crate::apiserver::object::text;
use crate::apiserver::registry::strategy::Strategy;
use crate::apiserver::registry::subresource::SubresourceStrategy;
use crate::apiserver::storage::Store;
use crate::text::names;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct ServiceStrategy;

impl Strategy for ServiceStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }

    fn name_errors(&self, name: &str) -> Vec<String> {
        names::dns_label_faults(name)
    }

    fn prepare_for_create(&self, object: &mut Value) {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("status".to_owned(), json!({"loadBalancer": {}}));
        }
    }

    fn validate_fields(&self, object: &Value, _: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object)
    }

    fn warnings_on_create(&self, object: &Value) -> Vec<String> {
        validation::warnings(object)
    }

    fn begin_create(&self, object: &mut Value, store: &Store) {
        cluster_ip_allocator::allocate(object, store.revision() + 1);
    }

    fn allows_create_on_update(&self) -> bool {
        true
    }

    /// Addresses that the client leaves out stay (`patchAllocatedValues` of the real server).
    fn prepare_for_update(&self, object: &mut Value, old: &Value) {
        let addressed = |object: &Value| !matches!(text(object, "/spec/type"), "ExternalName");
        if !addressed(object) || !addressed(old) || !text(object, "/spec/clusterIP").is_empty() {
            return;
        }
        let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
        for name in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
            let Some(value) = old.pointer(&format!("/spec/{name}")) else { continue };
            // A family that was asked for stays; an address that is empty was not.
            if name.starts_with("clusterIP") || !spec.contains_key(name) {
                spec.insert(name.to_owned(), value.clone());
            }
        }
    }

    fn validate_immutable_fields(&self, object: &Value, old: &Value) -> field::ErrorList {
        validation::validate_immutable_fields(object, old).into_iter().collect()
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

#[derive(Debug)]
pub(super) struct ServiceStatusStrategy;

impl SubresourceStrategy for ServiceStatusStrategy {
    fn validate_fields(&self, object: &Value) -> field::ErrorList {
        validation::validate_status(object)
    }
}
