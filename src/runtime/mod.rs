//! What every controller needs, once.

pub mod informer;

pub use informer::{Event, Informer, NamespaceScope, Relist};
