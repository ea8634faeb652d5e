//! What is special about updating and deleting a ServiceAccount.

use crate::apiserver::registry::strategy::Strategy;

#[derive(Debug)]
pub(super) struct ServiceAccountStrategy;

impl Strategy for ServiceAccountStrategy {
    fn allows_unconditional_update(&self) -> bool {
        false
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}
