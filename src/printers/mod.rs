//! How things look. Every byte that a verb prints goes through [`Ui`].

pub mod color;
pub mod describe;
pub mod json;
pub mod objects;
pub mod progress;

pub mod table;
pub mod tabwriter;
mod ui;

pub use ui::Ui;
pub(crate) use ui::{LogWriter, visible};
