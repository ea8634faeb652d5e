//! A cluster in a box.

pub mod gc;
pub mod kinds;
pub mod machines;
pub mod server;
