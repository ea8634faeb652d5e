//! What every controller needs, once, under client-go's names.
//!
//! - [`informer`]: lists and watches.
//! - [`work_queue`]: what is due, and what has to wait.
//! - [`leader_election`]: of several processes one works.
//! - [`health`]: `/healthz`, `/readyz` and `/metrics`.
//! - [`tick`], [`backoff`]: logical time, and how long to wait after a failure.
//! - `error_text`: what a client's errors say.

pub mod backoff;
mod error_text;
pub mod health;
pub mod informer;
pub mod leader_election;
pub mod tick;
pub mod work_queue;

pub use backoff::Backoff;
pub use error_text::{text, watcher_text};
pub use informer::{Event, Informer, Relist};
pub use tick::Tick;
pub use work_queue::WorkQueue;
