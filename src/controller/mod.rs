//! Keeps a set at its size, as KubeVirt's own controller does.
//!
//! Decisions and hands are apart. [`decide`] holds all that is known as one plain value, takes in one thing that has
//! happened at a time, and answers with steps. The hands do them and know nothing:
//!
//! ```text
//!   informers ──── what the watches show ───▶ ┌────────┐ ── send ──▶ execute ─▶ API server
//!   execute ────── what became of a request ▶ │ decide │ ── record ▶ events ──▶ API server
//!   the clock ──── something is due ────────▶ │ State  │ ── relist ▶ informers
//!   stop, lease ── no further write ────────▶ └────────┘ ── began, ended ─▶ metrics, log
//!                        run: one input after the other, in one task
//! ```
//!
//! - `run`: drives it. `informers`, `execute`, `events`, [`metrics`]: the hands.
//! - [`settle`](mod@settle): `--local`, until some sets have settled.
//! - [`active_controller`]: whether somebody else keeps the sets.
//!
//! What makes it right in a world where watches lag, replies get lost and processes die is on the deciding side:
//!
//! - No set is scaled before all its earlier writes have been observed, each by its UID ([`decide::expectations`]).
//! - Names of VMIs are chosen here, so a creation whose reply was lost is asked about and repeated under its name.
//! - A VMI is deleted as it was seen or not at all: by UID and resourceVersion.
//! - The set is read live before VMIs are written, and looked up again before each further batch.
//! - Where the watches do not show everything at present, nothing is done.
//! - No state is kept but the API server's, so a restart at any point is harmless.

pub mod active_controller;
pub mod decide;
pub mod metrics;
pub mod settle;

mod events;
mod execute;
mod informers;
mod run;

pub use run::run;
pub use settle::settle;

use crate::api::NamespacedName;
use crate::api::namespace::{NamespaceName, NamespaceScope};
use crate::runtime::{informer, leader_election, text};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a set is left alone after a request for it that was not answered.
const SILENCE: Duration = Duration::from_secs(10);

/// The usual name of the Lease that elects one of several controllers of this program.
pub const LEASE: &str = "kubectl-vmirs-controller";

/// What to keep, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which sets.
    pub scope: Scope,
    /// The most VMIs that are created or deleted in one pass over a set; KubeVirt's value is 250.
    pub burst: usize,
    /// How many sets are worked on at once; KubeVirt's default is 3.
    pub workers: usize,
    /// Who the events say it was. KubeVirt's controller calls itself `virtualmachinereplicaset-controller`.
    pub component: String,
    /// Where to count what is done.
    pub metrics: metrics::Metrics,
}

/// Which sets are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Those of every namespace.
    All,
    /// Those of one namespace.
    Namespace(NamespaceName),
    /// These only.
    Sets(Vec<NamespacedName>),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scope: Scope::All,
            burst: 250,
            workers: 3,
            component: "virtualmachinereplicaset-controller".to_owned(),
            metrics: metrics::Metrics::default(),
        }
    }
}

impl Scope {
    /// Whether that set is kept.
    pub fn holds(&self, set: &NamespacedName) -> bool {
        match self {
            Self::All => true,
            Self::Namespace(kept) => *kept == set.namespace,
            Self::Sets(sets) => sets.contains(set),
        }
    }

    /// What to watch: all namespaces at once, or some.
    pub fn namespaces(&self) -> BTreeSet<NamespaceScope> {
        match self {
            Self::All => [NamespaceScope::All].into(),
            Self::Namespace(namespace) => [NamespaceScope::One(namespace.clone())].into(),
            Self::Sets(sets) => sets.iter().map(|set| NamespaceScope::One(set.namespace.clone())).collect(),
        }
    }
}

/// Why the controller cannot work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is to be kept cannot be watched.
    #[error("unable to watch {what}: {}", watch_text(source))]
    Watch {
        /// Sets or VMIs.
        what: &'static str,
        /// What the server said.
        source: Box<informer::Error>,
    },
    /// Looking for another controller.
    #[error("unable to look for a running virt-controller: {}", text(.0))]
    ActiveController(#[source] kube::Error),
    /// This process does not lead, or no longer does.
    #[error(transparent)]
    Election(#[from] leader_election::Error),
}

/// The server's own words about a watch.
fn watch_text(error: &informer::Error) -> String {
    error.source_error().map_or_else(|| error.to_string(), text)
}
