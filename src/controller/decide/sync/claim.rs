//! Takes VMIs over and lets them go, one after the other.

use super::super::request::{Answer, Call, FailureKind, Reply, SyncError};
use super::super::turn::Turn;
use crate::api::vmi::Vmi;
use std::collections::VecDeque;
use std::sync::Arc;

/// Who is to be taken over or let go. A failure does not keep the others from it, but ends the sync before anything is
/// scaled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Claiming {
    left: VecDeque<Call>,
    waits: bool,
    any: bool,
    failure: Option<SyncError>,
}

impl Claiming {
    pub(super) fn new(adopt: Vec<Arc<Vmi>>, release: Vec<Arc<Vmi>>) -> Self {
        let any = !adopt.is_empty() || !release.is_empty();
        let left = adopt.into_iter().map(Call::Adopt).chain(release.into_iter().map(Call::Release)).collect();
        Self { left, waits: false, any, failure: None }
    }

    /// Goes on; how it ended, once it has, and whether there was anything to do.
    pub(super) fn advance(&mut self, turn: &mut Turn<'_, '_>) -> Option<Result<bool, SyncError>> {
        if self.waits {
            return None;
        }
        match self.left.pop_front() {
            // What the set wanted is no reason any more.
            Some(call) if turn.is_current() => {
                turn.send(call);
                self.waits = true;
                None
            }
            _ => Some(self.failure.take().map_or(Ok(self.any), Err)),
        }
    }

    /// A VMI that has changed is a conflict and fails; one that is gone does not.
    pub(super) fn reply(&mut self, turn: &mut Turn<'_, '_>, call: Call, reply: Reply) {
        self.waits = false;
        let cause = match reply {
            Ok(Answer::Vmi(changed)) => return turn.cache.index.update_vmi(Arc::unwrap_or_clone(changed)),
            Err(cause) if cause.kind != FailureKind::NotFound => cause,
            _ => return,
        };
        let name = |vmi: &Vmi| vmi.metadata.name.clone().unwrap_or_default();
        let error = match call {
            Call::Adopt(vmi) => SyncError::Adopt { vmi: name(&vmi), cause },
            Call::Release(vmi) => SyncError::Release { vmi: name(&vmi), cause },
            _ => return,
        };
        self.failure.get_or_insert(error);
    }
}
