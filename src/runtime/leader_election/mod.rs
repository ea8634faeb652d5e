//! Of several processes one works: client-go's leader election with a Lease.
//!
//! - [`config`]: what an election is about.
//! - [`record`]: what to write, decided over plain values.
//! - [`elector`]: acquires, renews and releases.

pub mod config;
pub mod elector;
mod error;
pub mod record;

pub use config::{BadTiming, LeaderElectionConfig, Mode, Timing};
pub use elector::{lead, lead_all};
pub use error::Error;
pub use record::{Decision, ObservedRecord};
