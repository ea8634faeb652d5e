//! Keeps a set at its size, as KubeVirt's own controller does.
//!
//! What to do is decided by pure functions: [`claim`] (whose is which VMI), [`plan`] (how many to create, which to
//! delete), [`victims`] (in which order), [`expectations`] (what of our own writes has not been seen yet), [`status`]
//! (what to report), [`lease`] (which of several controllers may). The hands are `reconcile` (carries a plan out), `run`
//! (watches, queues, retries), `events`, [`guard`], [`lead`](mod@lead), [`settle`](mod@settle), [`metrics`] and
//! [`probes`]. No state is kept but the API server's, so a restart at any point is harmless.

pub mod claim;
pub mod expectations;
pub mod guard;
pub mod index;
pub mod lead;
pub mod lease;
pub mod metrics;
pub mod plan;
pub mod probes;
pub mod settle;
pub mod status;
pub mod template;
pub mod victims;

mod events;
mod queue;
mod reconcile;
mod run;
mod watches;

pub use lead::lead;
pub use run::run;
pub use settle::settle;

use crate::api::decoding;
use std::collections::BTreeSet;
use std::time::Duration;

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
    Namespace(String),
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
            Self::Namespace(kept) => kept == namespace,
            Self::Sets(sets) => sets.iter().any(|(ns, set)| ns == namespace && set == name),
        }
    }

    /// The namespaces to watch; the one entry `None` stands for all of them at once.
    pub fn namespaces(&self) -> BTreeSet<Option<String>> {
        match self {
            Self::All => [None].into(),
            Self::Namespace(namespace) => [Some(namespace.clone())].into(),
            Self::Sets(sets) => sets.iter().map(|(namespace, _)| Some(namespace.clone())).collect(),
        }
    }
}

/// Why a pass over a set failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The annotations with which KubeVirt's controller marks a set.
    #[error("unable to annotate the set: {}", text(.0))]
    Annotate(#[source] kube::Error),
    /// The set was replaced or is going while a VMI was about to be adopted.
    #[error("can't adopt VirtualMachineInstance {vmi}: the set has just been deleted or replaced")]
    AdopterGone {
        /// The VMI's name.
        vmi: String,
    },
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
    /// Counting the VMIs anew after a creation whose answer was lost.
    #[error("unable to list the VMIs: {}", text(.0))]
    Recount(#[source] kube::Error),
    /// What is to be kept cannot be watched.
    #[error("unable to watch {what}: {}", watch_text(source))]
    Watch {
        /// Sets or VMIs.
        what: &'static str,
        /// What the server said.
        source: Box<kube::runtime::watcher::Error>,
    },
    /// Reporting what was seen.
    #[error("unable to write the status: {}", text(.0))]
    Status(#[source] kube::Error),
    /// Looking for another controller.
    #[error("unable to look for a running virt-controller: {}", text(.0))]
    Guard(#[source] kube::Error),
    /// The Lease may not be read or written.
    #[error("unable to use the lease {lease}: {}", text(.source))]
    Lease {
        /// Namespace and name.
        lease: String,
        /// What the server said.
        source: kube::Error,
    },
    /// Somebody else may keep the sets now.
    #[error("lost the lease {lease}: {why}")]
    LeaseLost {
        /// Namespace and name.
        lease: String,
        /// For a person.
        why: String,
    },
}

impl Error {
    /// How long the server has asked to be left alone (429 and 503 may say so), if it has.
    fn rest(&self) -> Option<Duration> {
        let source = match self {
            Self::Adopt { source, .. } | Self::Release { source, .. } => source,
            Self::Annotate(source) | Self::Create(source) | Self::Delete(source) => source,
            Self::Recount(source) | Self::Status(source) => source,
            _ => return None,
        };
        let kube::Error::Api(status) = source else { return None };
        let seconds = status.details.as_ref().map(|details| details.retry_after_seconds)?;
        (seconds > 0).then(|| Duration::from_secs(seconds.into()))
    }
}

/// The server's own words, without the client's wrapping; nothing of a body that is no Status, or that cannot be read.
pub(crate) fn text(error: &kube::Error) -> String {
    match error {
        // kube makes a Status of whatever text comes with an error's code.
        kube::Error::Api(status) if status.reason == UNPARSED => {
            format!("the server answered with {}, and not with a Status", status.code)
        }
        kube::Error::Api(status) => status.message.clone(),
        kube::Error::SerdeError(source) => format!("unable to decode the answer: {}", decoding::cause(source)),
        other => other.to_string(),
    }
}

/// The reason that kube gives to an answer that is no Status.
const UNPARSED: &str = "Failed to parse error data";

pub(crate) fn watch_text(error: &kube::runtime::watcher::Error) -> String {
    use kube::runtime::watcher::Error::{InitialListFailed, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(source) | WatchStartFailed(source) | WatchFailed(source) => text(source),
        other => other.to_string(),
    }
}
