//! kubectl-vmirs, as a library. The rooms of the house, and who may enter which:
//!
//! - [`cli`]: one file a verb; what was typed, and the work it asks for. Enters `sandbox`, `controller`, `simulator`,
//!   `client`, `printers`, `manifests`, `runtime`, `scheme`, `api`, `text`.
//! - [`client`]: from a kubeconfig and flags to a cluster, and requests to it. Enters `api`, `text`.
//! - [`sandbox`]: a cluster in a process, put together from the rooms below. Enters `apiserver`, `simulator`, `controller`,
//!   `manifests`, `runtime`.
//! - [`apiserver`]: the API server, and the garbage collector as a client of it. Enters `manifests`, `runtime`, `scheme`, `api`, `text`.
//! - [`simulator`]: nodes, launcher pods and VMI phases, as a client of any API server. Enters `runtime`, `api`, `text`.
//! - [`controller`]: keeps a set at its size, as a client of any API server. Enters `runtime`, `api`, `text`.
//! - [`runtime`]: what every controller needs, once: informer, work queue, leader election, health. Enters `api`, `text`.
//! - [`printers`]: how things look, and the one gate for output. Enters `api`, `text`.
//! - [`manifests`]: YAML that ships inside the binary. Enters `text`.
//! - [`api`]: typed objects on the wire. Enters none.
//! - [`scheme`]: the Go types of the built-in kinds, one table. Enters none.
//! - [`text`]: the small languages: durations, quantities, selectors, JSONPath, YAML. Enters none.

pub mod api;
pub mod apiserver;
pub mod cli;
pub mod client;
pub mod controller;
pub mod manifests;
pub mod printers;
pub mod runtime;
pub mod sandbox;
pub mod scheme;
pub mod simulator;
pub mod text;

pub use cli::run;
