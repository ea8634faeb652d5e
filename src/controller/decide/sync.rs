//! One sync of one set: find out what became of earlier writes, plan, and carry the plan out, one reply after the other.
//!
//! The order is that of KubeVirt's controller: annotate, (confirm), plan, read the set live, adopt and release, create,
//! delete those that are too many, delete those that are of no use, write the status.

mod claim;
mod confirm;
mod create;
mod delete;

use super::message::EventMessage;
use super::plan::{DeleteReason, Plan};
use super::request::{Answer, Call, Failure, FailureKind, Reply, Step, SyncError};
use super::status;
use super::turn::{Turn, is_same};
use crate::api::VERSION;
use crate::api::vmirs::{ReplicaSet, ReplicaSetStatus};
use claim::Claiming;
use confirm::Confirming;
use create::Creating;
use delete::Deleting;
use std::sync::Arc;

/// The annotations with which KubeVirt's controllers mark what they have seen.
pub const OBSERVED_ANNOTATIONS: [&str; 2] =
    ["kubevirt.io/latest-observed-api-version", "kubevirt.io/storage-observed-api-version"];

/// When to look at the set again, though nothing has happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Next {
    /// Not before something happens, or patience ends.
    Idle,
    /// Soon, and later each time: something has changed under the sync.
    Again,
}

/// A sync that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sync {
    /// The set as it was when the sync began: what the replies are about.
    pub(super) set: Arc<ReplicaSet>,
    phase: Phase,
}

/// What a sync waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Annotate,
    Confirm(Confirming),
    Read,
    Claim(Claiming, Plan),
    Create(Creating, Plan),
    Delete { surplus: bool, deleting: Deleting, plan: Plan, scaled: Scaled },
    WriteStatus(ReplicaSetStatus, Scaled),
}

/// How scaling has gone so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Scaled {
    /// The first failure.
    failure: Option<SyncError>,
    /// Something had changed since the plan was made.
    changed: bool,
}

/// What follows.
enum Flow {
    /// Replies have to come first.
    Wait(Phase),
    /// This does.
    Then(Phase),
    /// The sync ends.
    End(Result<Next, SyncError>),
}

/// A sync goes on, or has ended.
pub(super) enum Progress {
    Waits(Box<Sync>),
    Ended(Result<Next, SyncError>),
}

impl Sync {
    /// Begins a sync of the turn's set.
    pub(super) fn start(turn: &mut Turn<'_, '_>) -> Progress {
        let set = Arc::clone(&turn.set);
        if lacks_annotations(&set) {
            turn.send(Call::Annotate);
            return Progress::Waits(Box::new(Self { set, phase: Phase::Annotate }));
        }
        let phase = Phase::Confirm(Confirming::new(turn));
        Self { set, phase }.advance(turn)
    }

    /// Takes in what became of a request.
    pub(super) fn reply(self, turn: &mut Turn<'_, '_>, call: Call, reply: Reply) -> Progress {
        let Self { set, mut phase } = self;
        match &mut phase {
            Phase::Annotate => return Progress::Ended(annotated(reply)),
            Phase::Read => match is_up_to_date(turn, reply) {
                Ok(true) => match turn.cache.plan(&turn.set, turn.burst) {
                    // The watch may have shown VMIs meanwhile, and what was planned before it did is out of date.
                    Ok(mut plan) => {
                        let claiming =
                            Claiming::new(std::mem::take(&mut plan.adopt), std::mem::take(&mut plan.release));
                        phase = Phase::Claim(claiming, plan);
                    }
                    Err(_) => return Progress::Ended(Ok(Next::Again)),
                },
                Ok(false) => return Progress::Ended(Ok(Next::Again)),
                Err(cause) => return Progress::Ended(Err(SyncError::ReadSet(cause))),
            },
            Phase::WriteStatus(written, scaled) => {
                return Progress::Ended(reported(turn, written, std::mem::take(scaled), reply));
            }
            Phase::Confirm(confirming) => confirming.reply(turn, call, reply),
            Phase::Claim(claiming, _) => claiming.reply(turn, call, reply),
            Phase::Create(creating, _) => creating.reply(turn, call, reply),
            Phase::Delete { deleting, .. } => deleting.reply(turn, &call, reply),
        }
        Self { set, phase }.advance(turn)
    }

    fn advance(self, turn: &mut Turn<'_, '_>) -> Progress {
        let Self { set, mut phase } = self;
        loop {
            phase = match phase.advance(turn) {
                Flow::Wait(phase) => return Progress::Waits(Box::new(Self { set, phase })),
                Flow::Then(next) => next,
                Flow::End(result) => return Progress::Ended(result),
            }
        }
    }
}

impl Phase {
    fn advance(self, turn: &mut Turn<'_, '_>) -> Flow {
        match self {
            Self::Confirm(mut confirming) => match confirming.advance(turn) {
                None => Flow::Wait(Self::Confirm(confirming)),
                Some(Ok(())) => planned(turn),
                Some(Err(error)) => Flow::End(Err(error)),
            },
            Self::Claim(mut claiming, plan) => match claiming.advance(turn) {
                None => Flow::Wait(Self::Claim(claiming, plan)),
                Some(Ok(false)) => Flow::Then(Self::Create(Creating::new(turn, plan.create), plan)),
                // They count as ours, or no longer do, from the next sync on.
                Some(Ok(true)) => Flow::End(Ok(Next::Again)),
                Some(Err(error)) => Flow::End(Err(error)),
            },
            Self::Create(mut creating, plan) => match creating.advance(turn) {
                None => Flow::Wait(Self::Create(creating, plan)),
                Some(failure) => {
                    let scaled = Scaled { failure: failure.map(SyncError::Create), changed: false };
                    Flow::Then(delete(true, plan, scaled))
                }
            },
            Self::Delete { surplus, mut deleting, plan, mut scaled } => match deleting.advance(turn) {
                None => Flow::Wait(Self::Delete { surplus, deleting, plan, scaled }),
                Some(deleted) => {
                    scaled.changed |= deleted.changed;
                    scaled.failure = scaled.failure.or(deleted.failure.map(SyncError::Delete));
                    // The finished are deleted only where nothing failed.
                    if surplus && scaled.failure.is_none() {
                        Flow::Then(delete(false, plan, scaled))
                    } else {
                        report(turn, &plan, scaled)
                    }
                }
            },
            phase @ (Self::Annotate | Self::Read | Self::WriteStatus(..)) => Flow::Wait(phase),
        }
    }
}

/// Whether KubeVirt's marks are missing.
fn lacks_annotations(set: &ReplicaSet) -> bool {
    let annotations = set.metadata.annotations.as_ref();
    let marked = |mark: &str| annotations.and_then(|all| all.get(mark)).is_some_and(|seen| seen == VERSION);
    !OBSERVED_ANNOTATIONS.into_iter().all(marked) && set.metadata.deletion_timestamp.is_none()
}

fn annotated(reply: Reply) -> Result<Next, SyncError> {
    match reply {
        Err(cause) if cause.kind != FailureKind::NotFound => Err(SyncError::Annotate(cause)),
        // The watch is about to show it.
        _ => Ok(Next::Idle),
    }
}

/// Makes the plan, and says what it begins with.
fn planned(turn: &mut Turn<'_, '_>) -> Flow {
    match turn.cache.plan(&turn.set, turn.burst) {
        Ok(plan) if plan.writes_vmis() => {
            turn.send(Call::ReadSet);
            Flow::Wait(Phase::Read)
        }
        Ok(plan) => report(turn, &plan, Scaled::default()),
        Err(why) => {
            turn.steps.push(Step::LeftAlone(turn.key.clone(), why));
            Flow::End(Ok(Next::Idle))
        }
    }
}

/// Our cache of the set may be old, so it is read once before VMIs are written: nothing is done for a set that is gone,
/// replaced, going, or wants something else by now.
fn is_up_to_date(turn: &mut Turn<'_, '_>, reply: Reply) -> Result<bool, Failure> {
    let live = reply.map(|answer| if let Answer::Set(live) = answer { live } else { None })?;
    match live {
        Some(live) if is_same(&live, &turn.set) => return Ok(true),
        Some(live) if live.metadata.uid == turn.set.metadata.uid => {
            turn.cache.index.update_set(Arc::unwrap_or_clone(live));
        }
        // The watch is about to say so.
        _ => {
            let known = turn.cache.index.set(turn.key);
            if known.is_some_and(|now| now.metadata.uid == turn.set.metadata.uid) {
                turn.cache.index.remove_set(turn.key);
            }
        }
    }
    Ok(false)
}

/// Deletes those that are too many, or those that are of no use any more.
fn delete(surplus: bool, mut plan: Plan, scaled: Scaled) -> Phase {
    let (now, later) = std::mem::take(&mut plan.delete)
        .into_iter()
        .partition(|victim| (victim.reason == DeleteReason::Surplus) == surplus);
    plan.delete = later;
    Phase::Delete { surplus, deleting: Deleting::new(now), plan, scaled }
}

/// Writes the status where it differs.
fn report(turn: &mut Turn<'_, '_>, plan: &Plan, scaled: Scaled) -> Flow {
    let failure = match &scaled.failure {
        Some(SyncError::Create(cause)) => Some(status::Failure::Create(cause.message.clone())),
        Some(SyncError::Delete(cause)) => Some(status::Failure::Delete(cause.message.clone())),
        _ => None,
    };
    match status::next(&turn.set, plan, failure.as_ref(), turn.moment.wall) {
        None => Flow::End(ended(scaled, true)),
        Some(next) => {
            turn.send(Call::WriteStatus(next.clone()));
            Flow::Wait(Phase::WriteStatus(next, scaled))
        }
    }
}

/// The status was written, or not.
fn reported(
    turn: &mut Turn<'_, '_>,
    written: &ReplicaSetStatus,
    scaled: Scaled,
    reply: Reply,
) -> Result<Next, SyncError> {
    match reply {
        // The next sync need not wait for the watch to know of it.
        Ok(Answer::Set(Some(set))) => turn.cache.index.update_set(Arc::unwrap_or_clone(set)),
        Ok(_) => {}
        Err(cause) => {
            return match cause.kind {
                FailureKind::NotFound => ended(scaled, true),
                // The set has changed in between, and has to be looked at again.
                FailureKind::Conflict => ended(scaled, false),
                _ => Err(SyncError::Status(cause)),
            };
        }
    }
    if let Some(paused) = status::pause_change(&turn.set, written) {
        turn.record(EventMessage::paused(paused));
    }
    ended(scaled, true)
}

fn ended(scaled: Scaled, reported: bool) -> Result<Next, SyncError> {
    match scaled.failure {
        Some(error) => Err(error),
        None if scaled.changed || !reported => Ok(Next::Again),
        None => Ok(Next::Idle),
    }
}
