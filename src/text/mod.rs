//! The small languages that travel with objects. Everything here is a plain value: no client, no clock, no terminal.
//!
//! - [`decoding`]: why something could not be decoded, without what it was.
//! - [`duration`]: durations as Go reads and writes them, and ages as kubectl does.
//! - [`jsonpath`]: kubectl's JSONPath.
//! - [`labels`]: labels and selectors.
//! - [`names`]: what may be a name.
//! - [`quantity`]: quantities of CPU and memory.
//! - [`yaml`]: YAML as kubectl reads and writes it.

pub mod decoding;
pub mod duration;
pub mod jsonpath;
pub mod labels;
pub mod names;
pub mod quantity;
pub(crate) mod secrets;
pub mod yaml;
