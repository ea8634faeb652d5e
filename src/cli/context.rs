//! What every verb gets.

use super::connection::Connection;
use crate::printers::Ui;

/// What every verb gets: where to print, and how to reach the cluster.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) ui: Ui,
    pub(crate) connection: Connection,
}
