//! What is to be done, and what became of it: the values between decisions and hands.

use super::claim::{ControlledBy, controlled_by};
use super::message::EventMessage;
use super::plan::Invalid;
use crate::api::NamespacedName;
use crate::api::vmi::Vmi;
use crate::api::vmirs::{ReplicaSet, ReplicaSetStatus};
use kube::api::ObjectMeta;
use std::sync::Arc;
use std::time::Duration;

/// One thing to do, in the order in which they are given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Send a request for the set. Its [`Reply`] is to come back as an input, whatever it is.
    Send(Request),
    /// Record an event about the set.
    Record(Arc<ReplicaSet>, EventMessage),
    /// List the VMIs of the set's namespace anew: an event about one of the set's must have been missed.
    Relist(NamespacedName),
    /// A sync of the set has begun.
    Began(NamespacedName),
    /// A sync of the set has ended: well, or with this failure, after which it is repeated.
    Ended(NamespacedName, Result<(), SyncError>),
    /// Nothing can be done about the set until its spec is changed.
    LeftAlone(NamespacedName, Invalid),
    /// The name that was chosen for one of the set's VMIs belongs to somebody else's.
    NameTaken(NamespacedName, String),
}

/// A request about a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The set as it was when its sync began.
    pub set: Arc<ReplicaSet>,
    /// What to ask for. The reply names it again.
    pub call: Call,
}

/// What is asked for. No two that are equal are under way for one set at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Mark the set with what KubeVirt's controllers have observed, if it is still as it was.
    Annotate,
    /// Read the set.
    ReadSet,
    /// Add the set to the VMI's owners, if the VMI is still as it was.
    Adopt(Arc<Vmi>),
    /// Take the set from the VMI's owners, if the VMI is still as it was.
    Release(Arc<Vmi>),
    /// Create a VMI of that name from the set's template.
    Create(String),
    /// Read the VMI of that name: it may be one that was created.
    ConfirmCreation(String),
    /// Delete that VMI, if it is still as it was.
    Delete(Arc<Vmi>),
    /// Read the VMI of that name: the one with that UID may have been deleted.
    ConfirmDeletion {
        /// The VMI's name.
        name: String,
        /// The VMI's UID.
        uid: String,
    },
    /// Write the set's status, if the set is still as it was.
    WriteStatus(ReplicaSetStatus),
}

/// What became of a request.
pub type Reply = Result<Answer, Failure>;

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The set as it is now; `None` where there is none of that name.
    Set(Option<Arc<ReplicaSet>>),
    /// The VMI as it is after a change.
    Vmi(Arc<Vmi>),
    /// What the VMI is that was created or asked about; `None` where there is none of that name.
    Found(Option<Found>),
    /// It was done, and no more is to be known.
    Done,
}

/// What is to be known of a VMI that was created or asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Its UID.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Who controls it.
    pub controlled_by: ControlledBy,
    /// It is being deleted.
    pub terminating: bool,
}

impl From<&ObjectMeta> for Found {
    fn from(metadata: &ObjectMeta) -> Self {
        Self {
            uid: metadata.uid.clone().unwrap_or_default(),
            name: metadata.name.clone().unwrap_or_default(),
            controlled_by: controlled_by(metadata),
            terminating: metadata.deletion_timestamp.is_some(),
        }
    }
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// As far as something depends on it.
    pub kind: FailureKind,
    /// In the server's words.
    pub message: String,
    /// For how long the server wants to be left alone, if it says so or does not answer.
    pub retry_after: Option<Duration>,
}

/// How a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// There is no such object.
    NotFound,
    /// The object is not as it was.
    Conflict,
    /// There is an object of that name.
    AlreadyExists,
    /// It was refused for another reason.
    Refused,
    /// No answer came, or one that does not say: it may have been done all the same, or may yet be.
    Unconfirmed,
}

/// Why a sync failed: the first failure that ended it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SyncError {
    /// The annotations with which KubeVirt's controller marks a set.
    #[error("unable to annotate the set: {0}")]
    Annotate(Failure),
    /// Taking over a VMI that nobody owns.
    #[error("can't adopt VirtualMachineInstance {vmi}: {cause}")]
    Adopt {
        /// The VMI's name.
        vmi: String,
        /// Why not.
        cause: Failure,
    },
    /// Letting go of a VMI that the selector no longer matches.
    #[error("can't release VirtualMachineInstance {vmi}: {cause}")]
    Release {
        /// The VMI's name.
        vmi: String,
        /// Why not.
        cause: Failure,
    },
    /// The first of the creations that failed.
    #[error("{0}")]
    Create(Failure),
    /// The first of the deletions that failed.
    #[error("{0}")]
    Delete(Failure),
    /// Looking at the set before anything is done for it.
    #[error("unable to read the set: {0}")]
    ReadSet(Failure),
    /// Finding out what became of a write whose answer was lost.
    #[error("unable to read VirtualMachineInstance {vmi}: {cause}")]
    Confirm {
        /// The VMI's name.
        vmi: String,
        /// Why not.
        cause: Failure,
    },
    /// Reporting what was seen.
    #[error("unable to write the status: {0}")]
    Status(Failure),
}

impl SyncError {
    /// For how long the server wants to be left alone, if it says so or does not answer.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Adopt { cause, .. } | Self::Release { cause, .. } | Self::Confirm { cause, .. } => cause.retry_after,
            Self::Annotate(cause) | Self::Create(cause) | Self::Delete(cause) => cause.retry_after,
            Self::ReadSet(cause) | Self::Status(cause) => cause.retry_after,
        }
    }
}
