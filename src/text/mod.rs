//! The small languages that travel with objects. Everything here is a plain value: no client, no clock, no terminal.
//!
//! - [`decoding`]: why something could not be decoded, without what it was.
//! - [`duration`]: ages as kubectl shows them.
//! - [`go`]: what kubectl and the API server print and read in the forms of Go's standard library.
//! - [`jsonpath`]: kubectl's JSONPath.
//! - [`labels`]: labels and selectors.
//! - [`names`]: what may be a name.
//! - [`projection`]: which fields of a document are kept when it is read.
//! - [`quantity`]: quantities of CPU and memory.
//! - [`yaml`]: YAML as kubectl reads and writes it.

pub mod decoding;
pub mod duration;
pub mod go;
pub mod jsonpath;
pub mod labels;
pub mod names;
pub mod projection;
pub mod quantity;
pub(crate) mod secrets;
pub mod yaml;
