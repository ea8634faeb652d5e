//! One file a verb, and what sends a request to it.

pub(super) mod create;
pub(super) mod delete;
mod dispatch;
pub(super) mod get;
pub(super) mod list;
pub(super) mod patch;
pub(super) mod scale;
pub(super) mod update;
pub(super) mod watch;
pub(super) mod write;

pub(super) use dispatch::dispatch;
