//! Every order in which things can happen to one small set, up to some depth: the decisions themselves against a server of
//! a few lines. Watches lag, each kind behind the server by its own measure; replies are lost, before or after the request
//! takes effect, or long before; the controller dies and begins anew; users edit the set; VMIs stop for good.

use super::plan::{Class, class, fixtures};
use super::*;
use crate::api::namespace::{NamespaceName, NamespaceScope};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::api::{NamespacedName, VERSION};
use crate::controller::Scope;
use crate::runtime::{Event, Tick};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

/// How often the adversary may do what costs most states.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Budget {
    edits: u8,
    losses: u8,
    crashes: u8,
    failures: u8,
}

/// The server, the controller, and what is on its way between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    set: Arc<ReplicaSet>,
    vmis: BTreeMap<String, Arc<Vmi>>,
    revision: u64,
    /// How many names chance has given.
    names: u8,
    /// The most replicas that anybody has asked for.
    peak: i32,
    set_events: VecDeque<Event<ReplicaSet>>,
    vmi_events: VecDeque<Event<Vmi>>,
    requests: Vec<Call>,
    /// Requests that nobody waits for any more and that may yet take effect.
    late: Vec<Call>,
    controller: State,
    budget: Budget,
}

#[derive(Clone, Debug)]
enum Action {
    Answer(usize),
    LoseReply(usize),
    TakeEffectLate(usize),
    ShowSet,
    ShowVmi,
    LetTimePass,
    Crash,
    Scale(i32),
    Pause,
    Fail(String),
}

const FOREIGN: &str = "foreign";

impl World {
    fn new(replicas: i32, budget: Budget) -> Self {
        let mut set = fixtures::set(replicas);
        set.metadata.annotations = Some(OBSERVED_ANNOTATIONS.map(|mark| (mark.to_owned(), VERSION.to_owned())).into());
        let foreign = fixtures::vmi(FOREIGN).owned_by("another");
        let mut world = Self {
            set: Arc::new(set),
            vmis: [(FOREIGN.to_owned(), Arc::new(foreign))].into(),
            revision: 1,
            names: 0,
            peak: replicas,
            set_events: VecDeque::new(),
            vmi_events: VecDeque::new(),
            requests: Vec::new(),
            late: Vec::new(),
            controller: unaware(),
            budget,
        };
        world.list();
        world
    }

    /// The controller sees everything as it is.
    fn list(&mut self) {
        self.set_events.clear();
        let set = ReplicaSet::clone(&self.set);
        for event in [Event::ListStarted, Event::Listed(set), Event::ListFinished, Event::Watching] {
            self.input(Input::Sets(NamespaceScope::All, Some(event)), Tick(0));
        }
        self.list_vmis();
    }

    fn list_vmis(&mut self) {
        self.vmi_events.clear();
        let listed: Vec<_> = self.vmis.values().map(|vmi| Event::Listed(Vmi::clone(vmi))).collect();
        let events = [Event::ListStarted].into_iter().chain(listed).chain([Event::ListFinished, Event::Watching]);
        for event in events {
            self.input(Input::Vmis(NamespaceScope::All, Some(event)), Tick(0));
        }
    }

    fn input(&mut self, input: Input, tick: Tick) {
        let names = &mut self.names;
        let mut chance = || {
            *names += 1;
            [0, 0, 0, 0, *names]
        };
        let mut moment = Moment { tick, wall: Timestamp::UNIX_EPOCH, chance: &mut chance };
        let steps = self.controller.step(input, &mut moment);
        for step in steps {
            match step {
                Step::Send(request) => self.requests.push(request.call),
                Step::Relist(_) => self.list_vmis(),
                _ => {}
            }
        }
    }

    fn actions(&self) -> Vec<Action> {
        let mut actions: Vec<_> = (0..self.requests.len()).map(Action::Answer).collect();
        actions.extend((0..self.late.len()).map(Action::TakeEffectLate));
        let lossy = (0..self.requests.len()).filter(|_| self.budget.losses > 0);
        actions.extend(lossy.map(Action::LoseReply));
        actions.extend((!self.set_events.is_empty()).then_some(Action::ShowSet));
        actions.extend((!self.vmi_events.is_empty()).then_some(Action::ShowVmi));
        actions.extend(self.controller.next_due().map(|_| Action::LetTimePass));
        actions.extend((self.budget.crashes > 0).then_some(Action::Crash));
        if self.budget.edits > 0 {
            actions.extend((0..=2).filter(|replicas| *replicas != self.set.desired()).map(Action::Scale));
            actions.push(Action::Pause);
        }
        if self.budget.failures > 0 {
            actions.extend(self.ours().map(|vmi| Action::Fail(vmi.metadata.name.clone().unwrap())));
        }
        actions
    }

    fn next(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Answer(which) => {
                let call = next.requests.remove(which);
                let reply = next.serve(&call);
                next.input(Input::Reply(key(), call, reply), Tick(0));
            }
            Action::LoseReply(which) => {
                next.budget.losses -= 1;
                let call = next.requests.remove(which);
                next.late.push(call.clone());
                next.input(Input::Reply(key(), call, refuse(FailureKind::Unconfirmed)), Tick(0));
            }
            Action::TakeEffectLate(which) => {
                let call = next.late.remove(which);
                let _ = next.serve(&call);
            }
            Action::ShowSet => {
                let event = next.set_events.pop_front();
                next.input(Input::Sets(NamespaceScope::All, event), Tick(0));
            }
            Action::ShowVmi => {
                let event = next.vmi_events.pop_front();
                next.input(Input::Vmis(NamespaceScope::All, event), Tick(0));
            }
            Action::LetTimePass => {
                let due = next.controller.next_due().unwrap();
                next.input(Input::Due, due);
                next.controller = next.controller.rebased(due);
            }
            // What was under way is lost with it; that it took effect before is another order of events.
            Action::Crash => {
                next.budget.crashes -= 1;
                (next.requests, next.late, next.controller) = (Vec::new(), Vec::new(), unaware());
                next.list();
            }
            Action::Scale(replicas) => {
                next.budget.edits -= 1;
                next.peak = next.peak.max(replicas);
                next.change_set(|set| set.spec.replicas = Some(replicas));
            }
            Action::Pause => {
                next.budget.edits -= 1;
                next.change_set(|set| set.spec.paused = !set.spec.paused);
            }
            Action::Fail(name) => {
                next.budget.failures -= 1;
                next.change_vmi(&name, |vmi| vmi.status.phase = "Failed".into());
            }
        }
        next
    }

    fn serve(&mut self, call: &Call) -> Reply {
        match call {
            Call::ReadSet => Ok(Answer::Set(Some(Arc::clone(&self.set)))),
            Call::Create(name) if self.vmis.contains_key(name) => refuse(FailureKind::AlreadyExists),
            Call::Create(name) => {
                self.vmis.insert(name.clone(), Arc::new(fixtures::vmi(name).owned_by("set")));
                self.change_vmi(name, |_| ());
                self.find(name)
            }
            Call::ConfirmCreation(name) | Call::ConfirmDeletion { name, .. } => self.find(name),
            Call::Delete(vmi) => {
                let name = vmi.metadata.name.clone().unwrap();
                assert_ne!(name, FOREIGN, "somebody else's VMI is deleted: {self:#?}");
                match self.vmis.get(&name) {
                    None => refuse(FailureKind::NotFound),
                    Some(now) if now.metadata.resource_version != vmi.metadata.resource_version => {
                        refuse(FailureKind::Conflict)
                    }
                    Some(now) => {
                        self.vmi_events.push_back(Event::Deleted(Vmi::clone(now)));
                        self.vmis.remove(&name);
                        Ok(Answer::Done)
                    }
                }
            }
            Call::WriteStatus(status) => {
                self.change_set(|set| set.status = Some(status.clone()));
                Ok(Answer::Set(Some(Arc::clone(&self.set))))
            }
            call => panic!("nothing in this world gives a reason for {call:?}"),
        }
    }

    fn find(&self, name: &str) -> Reply {
        Ok(Answer::Found(self.vmis.get(name).map(|vmi| Found::from(&vmi.metadata))))
    }

    fn change_set(&mut self, change: impl FnOnce(&mut ReplicaSet)) {
        let set = Arc::make_mut(&mut self.set);
        change(set);
        self.revision += 1;
        set.metadata.resource_version = Some(self.revision.to_string());
        self.set_events.push_back(Event::Applied(set.clone()));
    }

    fn change_vmi(&mut self, name: &str, change: impl FnOnce(&mut Vmi)) {
        let vmi = Arc::make_mut(self.vmis.get_mut(name).unwrap());
        change(vmi);
        self.revision += 1;
        vmi.metadata.resource_version = Some(self.revision.to_string());
        self.vmi_events.push_back(Event::Applied(vmi.clone()));
    }

    /// The set's VMIs that count.
    fn ours(&self) -> impl Iterator<Item = &Arc<Vmi>> {
        self.vmis.values().filter(|vmi| class(vmi) == Class::Active && vmi.metadata.name.as_deref() != Some(FOREIGN))
    }

    fn check(&self) {
        let active = i32::try_from(self.ours().count()).unwrap();
        assert!(active <= self.peak, "{active} VMIs where {} were asked for at most: {self:#?}", self.peak);
        let informed = self.set_events.is_empty() && self.vmi_events.is_empty();
        if informed && self.controller.is_idle(&key()) && !self.set.spec.paused {
            assert_eq!(active, self.set.desired(), "it rests too early: {self:#?}");
        }
    }
}

fn unaware() -> State {
    State::new(Settings { scope: Scope::All, burst: 10, workers: 1 })
}

fn key() -> NamespacedName {
    NamespacedName::new(NamespaceName::default(), "set")
}

fn refuse(kind: FailureKind) -> Reply {
    Err(Failure { kind, message: String::new(), retry_after: None })
}

/// Looks at every world that so many actions lead to, each once; how many there are.
fn explore(start: World, depth: usize) -> usize {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut seen = HashSet::from([hasher.hash_one(&start)]);
    let mut worlds = vec![start];
    for _ in 0..depth {
        let mut found = Vec::new();
        for world in &worlds {
            for action in world.actions() {
                let next = world.next(action);
                if seen.insert(hasher.hash_one(&next)) {
                    next.check();
                    found.push(next);
                }
            }
        }
        worlds = found;
    }
    seen.len()
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was looked at is the measure of this test")]
fn no_order_of_events_makes_one_vmi_too_many_or_touches_a_foreign_one() {
    let stories = [
        ("edits", 11, Budget { edits: 2, losses: 0, crashes: 0, failures: 0 }),
        ("lost replies", 10, Budget { edits: 1, losses: 2, crashes: 0, failures: 0 }),
        ("crashes", 11, Budget { edits: 1, losses: 0, crashes: 2, failures: 0 }),
        ("all at once", 7, Budget { edits: 1, losses: 1, crashes: 1, failures: 1 }),
    ];
    for (name, depth, budget) in stories {
        for replicas in 0..=2 {
            let states = explore(World::new(replicas, budget.clone()), depth);
            println!("{name}, from {replicas} replicas, {depth} deep: {states} states");
            assert!(states > 100, "{name} from {replicas}: {states}");
        }
    }
}
