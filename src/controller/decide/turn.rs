//! What one decision about a set may look at, and where its steps go.

use super::claim::{ControlledBy, Owner};
use super::expectations::Expectations;
use super::index::Index;
use super::message::EventMessage;
use super::request::{Call, Found, Request, Step};
use super::template;
use crate::api::NamespacedName;
use crate::api::vmirs::ReplicaSet;
use crate::runtime::Tick;
use jiff::Timestamp;
use std::sync::Arc;

/// What the outside contributes to a decision: the time, and chance.
pub struct Moment<'a> {
    /// The time, for what has to wait.
    pub tick: Tick,
    /// The time of day, for the conditions of a status. Nothing is decided by it.
    pub wall: Timestamp,
    /// Gives random numbers for the name of a VMI.
    pub chance: &'a mut dyn FnMut() -> template::Chance,
}

/// What was observed, and what is waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cache {
    /// What the watches have shown.
    pub index: Index,
    /// What of our own writes has not been observed.
    pub expectations: Expectations,
}

/// One decision about one set.
pub(super) struct Turn<'a, 'b> {
    pub(super) key: &'a NamespacedName,
    /// The set as it was when its sync began.
    pub(super) set: Arc<ReplicaSet>,
    pub(super) cache: &'a mut Cache,
    pub(super) moment: &'a mut Moment<'b>,
    pub(super) burst: usize,
    pub(super) stopped: bool,
    pub(super) steps: &'a mut Vec<Step>,
}

impl Turn<'_, '_> {
    pub(super) fn send(&mut self, call: Call) {
        self.steps.push(Step::Send(Request { set: Arc::clone(&self.set), call }));
    }

    pub(super) fn record(&mut self, message: EventMessage) {
        self.steps.push(Step::Record(Arc::clone(&self.set), message));
    }

    /// The set's UID.
    pub(super) fn uid(&self) -> String {
        self.set.metadata.uid.clone().unwrap_or_default()
    }

    /// Whether what was planned for the set as it was is still to be done: it is there, wants the same, and nobody has
    /// asked us to stop.
    pub(super) fn is_current(&self) -> bool {
        !self.stopped && self.cache.index.set(self.key).is_some_and(|now| is_same(&now, &self.set))
    }

    /// Whether the VMI belongs to the set.
    pub(super) fn is_ours(&self, found: &Found) -> bool {
        Owner::of_set(&self.set).is_some_and(|owner| found.controlled_by == ControlledBy::Set(owner))
    }

    /// A random name for a VMI of the set.
    pub(super) fn new_name(&mut self) -> String {
        template::generated_name(&template::name_prefix(&self.set), (self.moment.chance)())
    }
}

/// Whether the set is the one that was planned for, alive, and wants the same.
pub(super) fn is_same(now: &ReplicaSet, planned: &ReplicaSet) -> bool {
    now.metadata.uid == planned.metadata.uid
        && now.metadata.deletion_timestamp.is_some() == planned.metadata.deletion_timestamp.is_some()
        && now.spec == planned.spec
}
