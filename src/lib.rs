//! kubectl-vmirs, as a library. The rooms of the house, and who may enter which:
//!
//! - [`cli`]: one file a verb; what was typed, and the work it asks for. Enters `controller`, `sandbox`, `output`,
//!   `manifests`, `runtime`, `api`.
//! - [`controller`]: keeps a set at its size. Enters `runtime`, `api`.
//! - [`runtime`]: what every controller needs, once: informer, work queue, leader election, health. Enters
//!   `api`.
//! - [`sandbox`]: a cluster in a box. Enters `manifests`, `runtime`, `api`, and `controller`, whose loops
//!   it starts as ordinary clients.
//! - [`output`]: how things look. Enters `api`.
//! - [`manifests`]: YAML that ships inside the binary. Enters `api`.
//! - [`api`]: objects as they are on the wire. Enters none.

pub mod api;
pub mod cli;
pub mod controller;
pub mod manifests;
pub mod output;
pub mod runtime;
pub mod sandbox;

pub use cli::run;
