//! What every controller needs, once, under client-go's names.
//!
//! - [`informer`]: lists and watches.
//! - [`work_queue`]: what is due, and what has to wait.
//! - [`leader_election`]: of several processes one works.
//! - [`health`]: `/healthz`, `/readyz` and `/metrics`.

pub mod health;
pub mod informer;
pub mod leader_election;
pub mod work_queue;

pub use informer::{Event, Informer, NamespaceScope, Relist};
pub use work_queue::WorkQueue;
