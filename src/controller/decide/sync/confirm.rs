//! Finds out what became of writes that were not answered.

use super::super::message::EventMessage;
use super::super::request::{Answer, Call, Failure, Found, Reply, Step, SyncError};
use super::super::turn::Turn;
use std::collections::VecDeque;

/// How many unanswered writes are asked about at once.
const CONCURRENCY: usize = 16;

/// The questions. The first one that cannot be answered ends them: the set waits on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Confirming {
    left: VecDeque<Call>,
    in_flight: usize,
    failure: Option<SyncError>,
}

impl Confirming {
    pub(super) fn new(turn: &Turn<'_, '_>) -> Self {
        let unconfirmed = turn.cache.expectations.unconfirmed(&turn.uid());
        let creations = unconfirmed.creations.into_iter().map(Call::ConfirmCreation);
        let deletions = unconfirmed.deletions.into_iter().map(|(uid, name)| Call::ConfirmDeletion { name, uid });
        Self { left: creations.chain(deletions).collect(), in_flight: 0, failure: None }
    }

    /// Asks on; how it ended, once it has.
    pub(super) fn advance(&mut self, turn: &mut Turn<'_, '_>) -> Option<Result<(), SyncError>> {
        while self.failure.is_none() && self.in_flight < CONCURRENCY {
            let Some(call) = self.left.pop_front() else { break };
            turn.send(call);
            self.in_flight += 1;
        }
        (self.in_flight == 0).then(|| self.failure.take().map_or(Ok(()), Err))
    }

    pub(super) fn reply(&mut self, turn: &mut Turn<'_, '_>, call: Call, reply: Reply) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let result = match call {
            Call::ConfirmCreation(name) => creation(turn, &name, reply).map_err(|cause| (name, cause)),
            Call::ConfirmDeletion { name, uid } => deletion(turn, &name, &uid, reply).map_err(|cause| (name, cause)),
            _ => Ok(()),
        };
        if let Err((vmi, cause)) = result {
            self.failure.get_or_insert(SyncError::Confirm { vmi, cause });
        }
    }
}

/// What the server has found under a name.
pub(super) fn found(reply: Reply) -> Result<Option<Found>, Failure> {
    reply.map(|answer| if let Answer::Found(found) = answer { found } else { None })
}

fn creation(turn: &mut Turn<'_, '_>, name: &str, reply: Reply) -> Result<(), Failure> {
    let (set, now) = (turn.uid(), turn.moment.tick);
    match found(reply)? {
        None => turn.cache.expectations.reserve(&set, name),
        Some(found) if turn.is_ours(&found) => {
            let cache = &mut *turn.cache;
            let unobserved = Some(&*found.uid).filter(|vmi| !cache.index.knows(vmi));
            cache.expectations.creation_confirmed(&set, name, unobserved, now);
            turn.record(EventMessage::created(&found.name));
        }
        Some(_) => {
            turn.cache.expectations.creation_confirmed(&set, name, None, now);
            turn.steps.push(Step::NameTaken(turn.key.clone(), name.to_owned()));
        }
    }
    Ok(())
}

fn deletion(turn: &mut Turn<'_, '_>, name: &str, uid: &str, reply: Reply) -> Result<(), Failure> {
    let set = turn.uid();
    match found(reply)?.filter(|found| found.uid == uid) {
        None => super::delete::is_gone(turn, uid, name),
        // It is still waited for, unless the watch has shown it by now.
        Some(found) if found.terminating => turn.cache.expectations.deletion_confirmed(&set, uid),
        Some(_) => turn.cache.expectations.deletion_doubtful(&set, uid),
    }
    Ok(())
}
