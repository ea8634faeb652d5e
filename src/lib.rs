//! kubectl-vmirs, as a library. The rooms of the house, and who may enter which:
//!
//! - [`cli`]: one file a verb; what was typed, and the work it asks for. Enters every room below.
//! - [`controller`]: keeps a set at its size. Enters `api`.
//! - [`sandbox`]: a cluster in a box. Enters `api`, `manifests`, and starts the loops of `controller` as clients.
//! - [`output`]: how things look. Enters `api`.
//! - [`manifests`]: YAML that ships inside the binary.
//! - [`api`]: objects as they are on the wire. Enters none.

pub mod api;
pub mod cli;
pub mod controller;
pub mod manifests;
pub mod output;
pub mod sandbox;

pub use cli::run;
