//! Keeps a set at its size, as KubeVirt's own controller does.
//!
//! What to do is decided by pure functions: [`claim`] (whose is which VMI), [`plan`] (how many to create, which to
//! delete), [`victims`] (in which order), [`expectations`] (what of our own writes has not been seen yet), [`status`]
//! (what to report). The hands are `reconcile` (one pass over a set) with `creation` and `deletion`, `run` (watches, queues,
//! retries) with `informers` and `context`, `events`, [`active_controller`], [`settle`](mod@settle) and [`metrics`]. No state
//! is kept but the API server's, so a restart at any point is harmless.

pub mod active_controller;
pub mod claim;
pub mod expectations;
pub mod index;
pub mod metrics;
pub mod plan;
pub mod settle;
pub mod status;
pub mod template;
pub mod victims;

mod context;
mod creation;
mod deletion;
mod events;
mod informers;
mod reconcile;
mod run;

pub use run::run;
pub use settle::settle;

use crate::api::namespace::{NamespaceName, NamespaceScope};
use crate::runtime::{informer, leader_election, text};
use context::NoAnswer;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a set is left alone after a request for it that was not answered.
const SILENCE: Duration = Duration::from_secs(10);

/// The usual name of the Lease that elects one of several controllers of this program.
pub const LEASE: &str = "kubectl-vmirs-controller";

/// A set's namespace and name.
pub type Key = (String, String);

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of every namespace.
    All,
    /// Those of one namespace.
    Namespace(NamespaceName),
    /// These only.
    Sets(Vec<Key>),
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
    /// Whether a set of that namespace and name is kept.
    pub fn holds(&self, namespace: &str, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Namespace(kept) => &**kept == namespace,
            Self::Sets(sets) => sets.iter().any(|(ns, set)| ns == namespace && set == name),
        }
    }

    /// What to watch: all namespaces at once, or some.
    pub fn namespaces(&self) -> BTreeSet<NamespaceScope> {
        match self {
            Self::All => [NamespaceScope::All].into(),
            Self::Namespace(namespace) => [NamespaceScope::One(namespace.clone())].into(),
            Self::Sets(sets) => {
                let named = sets.iter().filter_map(|(namespace, _)| NamespaceName::given(namespace.as_str()));
                named.map(NamespaceScope::One).collect()
            }
        }
    }
}

/// Why a pass over a set failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The annotations with which KubeVirt's controller marks a set.
    #[error("unable to annotate the set: {}", text(.0))]
    Annotate(#[source] kube::Error),
    /// Taking over a VMI that nobody owns.
    #[error("can't adopt VirtualMachineInstance {vmi}: {}", text(.source))]
    Adopt {
        /// The VMI's name.
        vmi: String,
        /// What the server said.
        source: kube::Error,
    },
    /// Letting go of a VMI that the selector no longer matches.
    #[error("can't release VirtualMachineInstance {vmi}: {}", text(.source))]
    Release {
        /// The VMI's name.
        vmi: String,
        /// What the server said.
        source: kube::Error,
    },
    /// The first of the creations that failed.
    #[error("{}", text(.0))]
    Create(#[source] kube::Error),
    /// The first of the deletions that failed.
    #[error("{}", text(.0))]
    Delete(#[source] kube::Error),
    /// Looking at the set before anything is done for it.
    #[error("unable to read the set: {}", text(.0))]
    ReadSet(#[source] kube::Error),
    /// Finding out what became of a write whose answer was lost.
    #[error("unable to read VirtualMachineInstance {vmi}: {}", text(.source))]
    Confirm {
        /// The VMI's name.
        vmi: String,
        /// What the server said.
        source: kube::Error,
    },
    /// What is to be kept cannot be watched.
    #[error("unable to watch {what}: {}", watch_text(source))]
    Watch {
        /// Sets or VMIs.
        what: &'static str,
        /// What the server said.
        source: Box<informer::Error>,
    },
    /// Reporting what was seen.
    #[error("unable to write the status: {}", text(.0))]
    Status(#[source] kube::Error),
    /// Looking for another controller.
    #[error("unable to look for a running virt-controller: {}", text(.0))]
    ActiveController(#[source] kube::Error),
    /// This process does not lead, or no longer does.
    #[error(transparent)]
    Election(#[from] leader_election::Error),
}

impl Error {
    /// How long the server has asked to be left alone (429 and 503 may say so), if it has; one that does not answer is left
    /// alone, too.
    fn retry_after(&self) -> Option<Duration> {
        let source = match self {
            Self::Adopt { source, .. } | Self::Release { source, .. } | Self::Confirm { source, .. } => source,
            Self::Annotate(source) | Self::Create(source) | Self::Delete(source) => source,
            Self::ReadSet(source) | Self::Status(source) => source,
            _ => return None,
        };
        if let kube::Error::Service(source) = source
            && source.is::<NoAnswer>()
        {
            // Others may get an answer meanwhile.
            return Some(SILENCE);
        }
        let kube::Error::Api(status) = source else { return None };
        let seconds = status.details.as_ref().map(|details| details.retry_after_seconds)?;
        (seconds > 0).then(|| Duration::from_secs(seconds.into()))
    }
}

/// The server's own words about a watch.
fn watch_text(error: &informer::Error) -> String {
    error.source_error().map_or_else(|| error.to_string(), text)
}
