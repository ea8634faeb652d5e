//! Decides, and does nothing: no client, no clock, no chance, no log.
//!
//! [`State`] is all that the controller knows: a plain value that can be cloned, compared and hashed. [`State::step`] takes
//! in one [`Input`] (an event of a watch, a reply, a moment that has come) and gives the [`Step`]s to do. Time and chance
//! are handed in as a [`Moment`].
//!
//! - [`state`]: inputs, which set is synced when; `observe`: what events mean; `watches`: whether informers show all.
//! - `sync`: one sync of a set, from reply to reply; `turn`: what it may look at.
//! - [`plan`] (how many to create, which to delete), [`claim`] (whose is which VMI), [`ranking`] (who goes first),
//!   [`status`], [`template`], [`message`]: what it says and writes.
//! - [`index`]: what the watches have shown; [`expectations`]: what of our own writes they have not.
//! - [`request`]: steps, calls, replies and failures, as values.

pub mod claim;
pub mod expectations;
pub mod index;
pub mod message;
pub mod plan;
pub mod ranking;
pub mod request;
pub mod state;
pub mod status;
pub mod template;

mod observe;
mod sync;
mod turn;
mod watches;

pub use request::{Answer, Call, Failure, FailureKind, Found, Reply, Request, Step, SyncError};
pub use state::{Input, Settings, State};
pub use sync::OBSERVED_ANNOTATIONS;
pub use turn::{Cache, Moment};

#[cfg(test)]
mod explore;
#[cfg(test)]
mod tests;
