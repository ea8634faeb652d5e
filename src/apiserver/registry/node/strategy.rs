//! What creating and updating a Node fill in.

use super::defaults;
use crate::apiserver::registry::strategy::Strategy;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct NodeStrategy;

impl Strategy for NodeStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }
}
