//! Creates VMIs, under names that are chosen here, slowly at first.
//!
//! A POST with `generateName` whose answer is lost has made a VMI or not, and to find out takes a list of the namespace.
//! A POST with a name can be asked about, and be repeated: there is never a second VMI of that name.

use super::super::message::EventMessage;
use super::super::request::{Answer, Call, Failure, FailureKind, Found, Reply};
use super::super::turn::Turn;
use super::confirm::found;
use std::collections::{BTreeMap, VecDeque};

/// How many creations are tried before the first success; doubled with every batch that succeeds, so that a set which
/// cannot be filled (a quota, a refusing webhook) costs one failure a sync and not hundreds.
const FIRST_BATCH: usize = 1;
/// How many names are tried for one VMI where they are taken; kube-apiserver tries as often.
const NAMES: u8 = 8;

/// So many VMIs are created, in batches that double. The first failure ends it, and so does a change of what the set
/// wants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Creating {
    left: usize,
    batch: usize,
    /// Names that earlier creations have left. They are taken at once: a VMI of such a name that comes to be meanwhile
    /// is one of those that are to be created.
    reserved: VecDeque<String>,
    /// The creations of this batch that have not ended, by the name that they try.
    in_flight: BTreeMap<String, Attempt>,
    failure: Option<Failure>,
}

/// One VMI of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    /// The name is one that an earlier creation has left.
    reserved: bool,
    /// How many names have been tried, this one included.
    tries: u8,
}

impl Creating {
    pub(super) fn new(turn: &mut Turn<'_, '_>, count: usize) -> Self {
        let set = turn.uid();
        let reserved = (0..count).map_while(|_| turn.cache.expectations.take_reserved(&set)).collect();
        Self { left: count, batch: FIRST_BATCH, reserved, in_flight: BTreeMap::new(), failure: None }
    }

    /// Goes on; once it has ended, the first failure if there was one.
    pub(super) fn advance(&mut self, turn: &mut Turn<'_, '_>) -> Option<Option<Failure>> {
        if self.in_flight.is_empty() && self.failure.is_none() && self.left > 0 && turn.is_current() {
            let size = self.batch.min(self.left);
            (0..size).for_each(|_| self.try_a_name(turn, 0));
            self.left -= size;
            self.batch = self.batch.saturating_mul(2);
        }
        self.in_flight.is_empty().then(|| {
            let (set, expectations) = (turn.uid(), &mut turn.cache.expectations);
            self.reserved.drain(..).for_each(|name| expectations.reserve(&set, &name));
            self.failure.take()
        })
    }

    /// Tries a name for one VMI after so many others were taken.
    fn try_a_name(&mut self, turn: &mut Turn<'_, '_>, tries: u8) {
        let set = turn.uid();
        for tries in tries..NAMES {
            let reserved = self.reserved.pop_front();
            let attempt = Attempt { reserved: reserved.is_some(), tries: tries + 1 };
            let name = reserved.unwrap_or_else(|| turn.new_name());
            // Chance may give one name twice.
            if !self.in_flight.contains_key(&name) {
                turn.cache.expectations.expect_creation(&set);
                self.in_flight.insert(name.clone(), attempt);
                return turn.send(Call::Create(name));
            }
        }
        let message = "no free name was found".to_owned();
        self.failure.get_or_insert(Failure { kind: FailureKind::Refused, message, retry_after: None });
    }

    pub(super) fn reply(&mut self, turn: &mut Turn<'_, '_>, call: Call, reply: Reply) {
        match call {
            Call::Create(name) => self.created(turn, name, reply),
            Call::ConfirmCreation(name) => self.asked(turn, &name, reply),
            _ => {}
        }
    }

    fn created(&mut self, turn: &mut Turn<'_, '_>, name: String, reply: Reply) {
        let cause = match reply {
            // There is a VMI of that name: whether it is ours, made by an earlier request whose answer was lost.
            Err(Failure { kind: FailureKind::AlreadyExists, .. }) => return turn.send(Call::ConfirmCreation(name)),
            Ok(Answer::Found(Some(created))) => {
                self.in_flight.remove(&name);
                return completed(turn, &created);
            }
            Ok(_) => Failure {
                kind: FailureKind::Unconfirmed,
                message: "the server's answer to a creation names no VMI".to_owned(),
                retry_after: None,
            },
            Err(cause) => cause,
        };
        let reserved = self.in_flight.remove(&name).is_some_and(|attempt| attempt.reserved);
        let set = turn.uid();
        let (now, expectations) = (turn.moment.tick, &mut turn.cache.expectations);
        if cause.kind == FailureKind::Unconfirmed {
            expectations.creation_unconfirmed(&set, &name);
        } else {
            expectations.creation_completed(&set, None, now);
            if reserved {
                // This try was refused, and the earlier one may yet take effect.
                expectations.reserve(&set, &name);
            }
        }
        turn.record(EventMessage::create_failed(&cause.message));
        self.failure.get_or_insert(cause);
    }

    fn asked(&mut self, turn: &mut Turn<'_, '_>, name: &str, reply: Reply) {
        let (set, now) = (turn.uid(), turn.moment.tick);
        let tries = self.in_flight.remove(name).map_or(NAMES, |attempt| attempt.tries);
        match found(reply) {
            Ok(Some(found)) if turn.is_ours(&found) => completed(turn, &found),
            Ok(_) => {
                turn.cache.expectations.creation_completed(&set, None, now);
                self.try_a_name(turn, tries);
            }
            Err(cause) => {
                turn.cache.expectations.creation_unconfirmed(&set, name);
                let message = format!("unable to read VirtualMachineInstance {name}: {cause}");
                self.failure.get_or_insert(Failure { message, ..cause });
            }
        }
    }
}

fn completed(turn: &mut Turn<'_, '_>, created: &Found) {
    let (set, now, cache) = (turn.uid(), turn.moment.tick, &mut *turn.cache);
    // The watch may have been faster than the answer.
    let unobserved = Some(&*created.uid).filter(|vmi| !cache.index.knows(vmi));
    cache.expectations.creation_completed(&set, unobserved, now);
    turn.record(EventMessage::created(&created.name));
}
