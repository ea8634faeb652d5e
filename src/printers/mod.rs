//! How things look. Every byte that a verb prints goes through [`Out`].

pub mod color;
pub mod describe;
pub mod json;
pub mod objects;
mod out;
pub mod progress;
pub(crate) mod secrets;
pub mod table;
pub mod tabwriter;

pub use out::Out;
pub(crate) use out::{LogWriter, visible};
