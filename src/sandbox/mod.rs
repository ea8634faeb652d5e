//! A cluster in a box.

pub mod kinds;
pub mod server;
