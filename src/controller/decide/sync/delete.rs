//! Deletes VMIs, each exactly as it was seen: whatever has changed about one since then is a reason to look again.

use super::super::message::EventMessage;
use super::super::plan::{DeleteReason, Victim};
use super::super::request::{Call, Failure, FailureKind, Reply};
use super::super::turn::Turn;
use crate::api::vmi::Vmi;
use std::collections::{BTreeMap, VecDeque};

/// How many deletions are under way at once: enough to keep a server busy, and few enough that a set which changes its
/// mind loses little.
const CONCURRENCY: usize = 32;

/// The victims. A failure does not keep the others from their fate; a change of what the set wants does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Deleting {
    left: VecDeque<Victim>,
    /// Why those are deleted whose deletion has not been answered, by UID.
    in_flight: BTreeMap<String, DeleteReason>,
    deleted: Deleted,
}

/// How deletions ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Deleted {
    /// The first one that failed.
    pub(super) failure: Option<Failure>,
    /// Something had changed since the plan was made, so the set has to be looked at again.
    pub(super) changed: bool,
}

impl Deleting {
    pub(super) fn new(victims: Vec<Victim>) -> Self {
        Self { left: victims.into(), in_flight: BTreeMap::new(), deleted: Deleted::default() }
    }

    /// Goes on; how it ended, once it has.
    pub(super) fn advance(&mut self, turn: &mut Turn<'_, '_>) -> Option<Deleted> {
        while self.in_flight.len() < CONCURRENCY {
            let Some(Victim { vmi, reason }) = self.left.pop_front() else { break };
            if turn.is_current() && expect(turn, &vmi) {
                self.in_flight.insert(vmi.metadata.uid.clone().unwrap_or_default(), reason);
                turn.send(Call::Delete(vmi));
            } else {
                self.deleted.changed = true;
            }
        }
        self.in_flight.is_empty().then(|| std::mem::take(&mut self.deleted))
    }

    pub(super) fn reply(&mut self, turn: &mut Turn<'_, '_>, call: &Call, reply: Reply) {
        let Call::Delete(vmi) = call else { return };
        let uid = vmi.metadata.uid.as_deref().unwrap_or_default();
        let name = vmi.metadata.name.as_deref().unwrap_or_default();
        let Some(reason) = self.in_flight.remove(uid) else { return };
        let (set, expectations) = (turn.uid(), &mut turn.cache.expectations);
        let Err(cause) = reply else { return turn.record(succeeded(reason, uid)) };
        match cause.kind {
            FailureKind::NotFound => return is_gone(turn, uid, name),
            FailureKind::Conflict => {
                expectations.deletion_refused(&set, uid);
                self.deleted.changed = true;
                return;
            }
            FailureKind::Unconfirmed => expectations.deletion_unconfirmed(&set, uid, name),
            _ => expectations.deletion_refused(&set, uid),
        }
        turn.record(failed(reason, name, &cause.message));
        self.deleted.failure.get_or_insert(cause);
    }
}

/// The server does not know the VMI any more.
pub(super) fn is_gone(turn: &mut Turn<'_, '_>, vmi: &str, name: &str) {
    let set = turn.uid();
    let effect = turn.cache.index.expel_vmi(vmi);
    turn.cache.expectations.observe(&effect, vmi, name);
    turn.cache.expectations.deletion_observed(&set, vmi);
}

/// Expects the deletion, unless the VMI is no longer as it was when it was chosen. One that is terminating by now would be
/// waited for in vain: it has been observed already.
fn expect(turn: &mut Turn<'_, '_>, chosen: &Vmi) -> bool {
    let (set, vmi) = (turn.uid(), chosen.metadata.uid.as_deref().unwrap_or_default());
    let known = turn.cache.index.vmi(vmi);
    let unchanged = known.is_some_and(|now| now.metadata.resource_version == chosen.metadata.resource_version);
    if unchanged {
        turn.cache.expectations.expect_deletion(&set, vmi, turn.moment.tick);
    }
    unchanged
}

fn succeeded(reason: DeleteReason, vmi: &str) -> EventMessage {
    if reason == DeleteReason::Surplus { EventMessage::deleted(vmi) } else { EventMessage::cleaned_up(vmi) }
}

fn failed(reason: DeleteReason, vmi: &str, error: &str) -> EventMessage {
    if reason == DeleteReason::Surplus {
        EventMessage::delete_failed(vmi, error)
    } else {
        EventMessage::clean_up_failed(vmi, error)
    }
}
