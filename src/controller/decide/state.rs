//! All that the controller knows, and what follows from one thing more.

use super::plan::{Invalid, Plan, Snapshot, plan};
use super::request::{Call, Reply, Step, SyncError};
use super::sync::{Next, Progress, Sync};
use super::turn::{Cache, Moment, Turn};
use super::watches::{KnownBefore, Watches};
use crate::api::NamespacedName;
use crate::api::namespace::NamespaceScope;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::controller::Scope;
use crate::runtime::{Event, Tick, WorkQueue};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// One thing that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The informer of the sets of that scope says this; `None`: its watch was interrupted.
    Sets(NamespaceScope, Option<Event<ReplicaSet>>),
    /// The informer of the VMIs of that scope says this; `None`: its watch was interrupted.
    Vmis(NamespaceScope, Option<Event<Vmi>>),
    /// What became of a request for that set.
    Reply(NamespacedName, Call, Reply),
    /// Time has passed: something is due.
    Due,
    /// No further VMI is to be written: the process ends, or its lease is lost.
    Stop,
}

/// Which sets are kept, and how fast.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Which sets.
    pub scope: Scope,
    /// The most VMIs that are created or deleted in one sync of a set.
    pub burst: usize,
    /// How many sets are synced at once; one at least.
    pub workers: usize,
}

/// All that the controller knows. Whoever starts anew knows nothing, which is harmless.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(super) settings: Settings,
    pub(super) cache: Cache,
    pub(super) set_watches: Watches<NamespacedName>,
    pub(super) vmi_watches: Watches<String>,
    /// What was known when a running list of VMIs began.
    pub(super) lists: BTreeMap<NamespaceScope, KnownBefore>,
    pub(super) queue: WorkQueue<NamespacedName>,
    syncs: BTreeMap<NamespacedName, Sync>,
    /// The last failure of each set whose last sync failed.
    pub(super) failures: BTreeMap<NamespacedName, SyncError>,
    stopped: bool,
}

impl State {
    /// What a controller knows at its start.
    pub fn new(settings: Settings) -> Self {
        Self {
            set_watches: Watches::new(settings.scope.namespaces()),
            vmi_watches: Watches::new(settings.scope.namespaces()),
            settings,
            cache: Cache::default(),
            lists: BTreeMap::new(),
            queue: WorkQueue::default(),
            syncs: BTreeMap::new(),
            failures: BTreeMap::new(),
            stopped: false,
        }
    }

    /// Takes in one thing that has happened, and says what to do, in that order.
    pub fn step(&mut self, input: Input, moment: &mut Moment<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        match input {
            Input::Sets(scope, event) => self.observe_sets(&scope, event, moment.tick),
            Input::Vmis(scope, event) => self.observe_vmis(&scope, event, moment.tick),
            Input::Reply(key, call, reply) => {
                if let Some(sync) = self.syncs.remove(&key) {
                    let set = Arc::clone(&sync.set);
                    let progress = sync.reply(&mut self.turn(&key, &set, moment, &mut steps), call, reply);
                    self.progressed(key, &set, progress, moment.tick, &mut steps);
                }
            }
            Input::Due => {}
            Input::Stop => self.stopped = true,
        }
        self.start_syncs(moment, &mut steps);
        steps
    }

    /// When something is due next, though nothing happens; `None` where nothing is to be waited for.
    pub fn next_due(&self) -> Option<Tick> {
        let free = !self.stopped && self.syncs.len() < self.settings.workers;
        self.queue.next_due(|key| self.sees(key)).filter(|_| free)
    }

    /// The same state as somebody sees it who began to count at `origin`: states that differ in nothing but the time at
    /// which they were reached become equal.
    #[must_use]
    pub fn rebased(mut self, origin: Tick) -> Self {
        self.queue.rebase(origin);
        self.cache.expectations.rebase(origin);
        self
    }

    /// All lists have been seen, so that counting makes sense.
    pub fn is_listed(&self) -> bool {
        self.set_watches.are_listed() && self.vmi_watches.are_listed()
    }

    /// Whether all that happens is seen at present, everywhere.
    pub fn sees_all(&self) -> bool {
        self.set_watches.see_all() && self.vmi_watches.see_all()
    }

    /// Nothing is due or under way for the set.
    pub fn is_idle(&self, key: &NamespacedName) -> bool {
        !self.queue.contains(key)
    }

    /// Whether no set is due, now or later, and none is being synced.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many sets are due, now or later.
    pub fn due(&self) -> usize {
        self.queue.len()
    }

    /// The set, as it was seen last.
    pub fn set(&self, key: &NamespacedName) -> Option<Arc<ReplicaSet>> {
        self.cache.index.set(key)
    }

    /// The VMIs that the set controls or could adopt.
    pub fn candidates(&self, set: &ReplicaSet) -> Vec<Arc<Vmi>> {
        self.cache.index.candidates(set)
    }

    /// Why the set's last sync failed, if it did.
    pub fn failure(&self, key: &NamespacedName) -> Option<&SyncError> {
        self.failures.get(key)
    }

    /// What would be done for the set now, without a limit.
    ///
    /// # Errors
    /// [`Invalid`] for a set that nothing can be done about.
    pub fn plan(&self, set: &Arc<ReplicaSet>) -> Result<Plan, Invalid> {
        self.cache.plan(set, usize::MAX)
    }

    /// Whether all that happens in the set's namespace is seen at present. Where it is not, nothing is created or deleted:
    /// what was seen last may be long past.
    fn sees(&self, key: &NamespacedName) -> bool {
        see(&self.set_watches, &self.vmi_watches, key)
    }

    fn start_syncs(&mut self, moment: &mut Moment<'_>, steps: &mut Vec<Step>) {
        while !self.stopped && self.syncs.len() < self.settings.workers {
            let (sets, vmis) = (&self.set_watches, &self.vmi_watches);
            let Some(key) = self.queue.get(moment.tick, |key| see(sets, vmis, key)) else { return };
            let Some(set) = self.cache.index.set(&key) else {
                self.queue.forget(&key);
                self.failures.remove(&key);
                continue;
            };
            steps.push(Step::Began(key.clone()));
            self.relist_where_an_event_was_missed(&key, &set, moment.tick, steps);
            let progress = Sync::start(&mut self.turn(&key, &set, moment, steps));
            self.progressed(key, &set, progress, moment.tick, steps);
        }
    }

    /// Patience that is over means that the cache lacks something, which only a new list can mend.
    fn relist_where_an_event_was_missed(
        &mut self,
        key: &NamespacedName,
        set: &ReplicaSet,
        now: Tick,
        steps: &mut Vec<Step>,
    ) {
        let uid = set.metadata.uid.as_deref().unwrap_or_default();
        let expectations = &mut self.cache.expectations;
        if expectations.patience(uid, now) == Some(Duration::ZERO) {
            expectations.renew_patience(uid, now);
            steps.push(Step::Relist(key.clone()));
        }
    }

    fn turn<'a, 'b>(
        &'a mut self,
        key: &'a NamespacedName,
        set: &Arc<ReplicaSet>,
        moment: &'a mut Moment<'b>,
        steps: &'a mut Vec<Step>,
    ) -> Turn<'a, 'b> {
        let (burst, stopped) = (self.settings.burst, self.stopped);
        Turn { key, set: Arc::clone(set), cache: &mut self.cache, moment, burst, stopped, steps }
    }

    fn progressed(
        &mut self,
        key: NamespacedName,
        set: &ReplicaSet,
        progress: Progress,
        now: Tick,
        steps: &mut Vec<Step>,
    ) {
        let result = match progress {
            Progress::Waits(sync) => {
                self.syncs.insert(key, *sync);
                return;
            }
            Progress::Ended(result) => result,
        };
        let uid = set.metadata.uid.as_deref().unwrap_or_default();
        if self.cache.index.set(&key).is_none_or(|now| now.metadata.uid != set.metadata.uid) {
            // It went away meanwhile, and nobody waits for its VMIs any more.
            self.cache.expectations.forget(uid);
        }
        let patience = self.cache.expectations.patience(uid, now);
        self.failures.remove(&key);
        match &result {
            Ok(Next::Again) => self.queue.add_rate_limited(key.clone(), None, now),
            Ok(Next::Idle) => {
                self.queue.forget(&key);
                if let Some(patience) = patience {
                    self.queue.add(key.clone(), now + patience);
                }
            }
            Err(error) => {
                self.queue.add_rate_limited(key.clone(), error.retry_after(), now);
                self.failures.insert(key.clone(), error.clone());
            }
        }
        steps.push(Step::Ended(key, result.map(|_| ())));
    }
}

/// Whether all that happens in the set's namespace is seen at present.
fn see(sets: &Watches<NamespacedName>, vmis: &Watches<String>, key: &NamespacedName) -> bool {
    sets.see(&key.namespace) && vmis.see(&key.namespace)
}

impl Cache {
    /// What would be done for the set now.
    ///
    /// # Errors
    /// [`Invalid`] for a set that nothing can be done about.
    pub(super) fn plan(&self, set: &Arc<ReplicaSet>, burst: usize) -> Result<Plan, Invalid> {
        let uid = set.metadata.uid.as_deref().unwrap_or_default();
        plan(&Snapshot {
            set: Arc::clone(set),
            vmis: self.index.candidates(set),
            in_flight: self.expectations.is_waiting(uid),
            doubtful: self.expectations.doubtful(uid),
            burst,
        })
    }
}
