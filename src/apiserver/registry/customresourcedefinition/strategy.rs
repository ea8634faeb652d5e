//! What is special about writing a CustomResourceDefinition.

use crate::apiserver::registry::strategy::Strategy;

#[derive(Debug)]
pub(super) struct CustomResourceDefinitionStrategy;

impl Strategy for CustomResourceDefinitionStrategy {
    fn requires_qualified_finalizers(&self) -> bool {
        false
    }

    fn allows_unconditional_update(&self) -> bool {
        false
    }
}
