//! Why a process does not lead, or no longer does.

use crate::runtime::text;

/// Why a process does not lead, or no longer does.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Lease may not be read or written.
    #[error("unable to use the lease {lease}: {}", text(.source))]
    Lease {
        /// Namespace and name.
        lease: String,
        /// What the server said.
        source: kube::Error,
    },
    /// Somebody else holds the lease, and renews it.
    #[error("{holder:?} holds the lease {lease} and renews it")]
    LeaseHeld {
        /// Namespace and name.
        lease: String,
        /// As it calls itself.
        holder: String,
    },
    /// Somebody else may lead now.
    #[error("lost the lease {lease}: {why}")]
    LeaseLost {
        /// Namespace and name.
        lease: String,
        /// For a person.
        why: String,
    },
}
