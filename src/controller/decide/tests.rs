//! What may happen to a set while a sync of it is under way.

use super::plan::fixtures;
use super::*;
use crate::api::NamespacedName;
use crate::api::VERSION;
use crate::api::namespace::{NamespaceName, NamespaceScope};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::controller::Scope;
use crate::runtime::{Event, Tick};
use jiff::Timestamp;
use std::sync::Arc;

/// A controller, the requests that it has sent and not seen answered, and the time.
struct Story {
    state: State,
    open: Vec<Call>,
    steps: Vec<Step>,
    now: Tick,
}

impl Story {
    /// A controller that sees the set and these VMIs.
    fn of(set: ReplicaSet, vmis: Vec<Vmi>) -> Self {
        let settings = Settings { scope: Scope::All, burst: 10, workers: 3 };
        let mut story = Self { state: State::new(settings), open: Vec::new(), steps: Vec::new(), now: Tick(0) };
        let sets = [Event::ListStarted, Event::Listed(set), Event::ListFinished, Event::Watching];
        sets.into_iter().for_each(|event| story.input(Input::Sets(NamespaceScope::All, Some(event))));
        let listed = vmis.into_iter().map(Event::Listed);
        let vmis = [Event::ListStarted].into_iter().chain(listed).chain([Event::ListFinished, Event::Watching]);
        vmis.into_iter().for_each(|event| story.vmi(event));
        story
    }

    fn input(&mut self, input: Input) {
        let mut chance = 0;
        let mut chance = || {
            chance += 1;
            [chance; 5]
        };
        let mut moment = Moment { tick: self.now, wall: Timestamp::UNIX_EPOCH, chance: &mut chance };
        for step in self.state.step(input, &mut moment) {
            match step {
                Step::Send(request) => self.open.push(request.call),
                step => self.steps.push(step),
            }
        }
    }

    fn vmi(&mut self, event: Event<Vmi>) {
        self.input(Input::Vmis(NamespaceScope::All, Some(event)));
    }

    fn set(&mut self, event: Event<ReplicaSet>) {
        self.input(Input::Sets(NamespaceScope::All, Some(event)));
    }

    /// Answers the oldest request.
    fn reply(&mut self, reply: Reply) {
        let call = self.open.remove(0);
        self.input(Input::Reply(key(), call, reply));
    }

    /// Time passes until something is due.
    fn wait(&mut self) {
        self.now = self.now.max(self.state.next_due().expect("something is due"));
        self.input(Input::Due);
    }

    fn waits_for(&self) -> Vec<String> {
        self.state.cache.expectations.awaited("set")
    }
}

fn key() -> NamespacedName {
    NamespacedName::new(NamespaceName::default(), "set")
}

fn set(replicas: i32) -> ReplicaSet {
    let mut set = fixtures::set(replicas);
    set.metadata.annotations = Some(OBSERVED_ANNOTATIONS.map(|mark| (mark.to_owned(), VERSION.to_owned())).into());
    set
}

fn live(replicas: i32) -> Reply {
    Ok(Answer::Set(Some(Arc::new(set(replicas)))))
}

fn created(name: &str) -> Reply {
    Ok(Answer::Found(Some(Found::from(&fixtures::vmi(name).owned_by("set").metadata))))
}

fn failed(kind: FailureKind) -> Reply {
    Err(Failure { kind, message: "on purpose".into(), retry_after: None })
}

fn name_of(call: &Call) -> String {
    match call {
        Call::Create(name) | Call::ConfirmCreation(name) => name.clone(),
        other => panic!("{other:?}"),
    }
}

/// A set of one whose VMI is being created.
fn creating() -> Story {
    let mut story = Story::of(set(1), vec![]);
    assert_eq!(story.open, [Call::ReadSet]);
    story.reply(live(1));
    assert!(matches!(story.open[..], [Call::Create(_)]), "{:?}", story.open);
    story
}

#[test]
fn what_was_created_is_waited_for() {
    let mut story = creating();
    story.reply(created("a"));
    assert_eq!(story.waits_for(), ["a"]);
    assert!(matches!(story.open[..], [Call::WriteStatus(_)]), "{:?}", story.open);
}

#[test]
fn a_set_that_is_removed_during_its_sync_leaves_nothing_to_wait_for() {
    let mut story = creating();
    story.set(Event::Deleted(set(1)));
    story.reply(created("a"));
    story.reply(failed(FailureKind::NotFound));
    assert!(story.state.cache.expectations.is_empty() && story.open.is_empty(), "{:?}", story.state);
}

#[test]
fn a_set_that_is_replaced_during_its_sync_leaves_nothing_to_wait_for() {
    let mut story = creating();
    let mut another = set(0);
    another.metadata.uid = Some("another".into());
    story.set(Event::Applied(another));
    story.reply(created("a"));
    story.reply(failed(FailureKind::NotFound));
    assert_eq!(story.waits_for(), Vec::<String>::new());
    assert!(matches!(story.open[..], [Call::WriteStatus(_)]), "the other one's: {:?}", story.open);
}

#[test]
fn a_creation_whose_reply_was_lost_is_asked_about_and_repeated_under_its_name() {
    let mut story = creating();
    let name = name_of(&story.open[0]);
    story.reply(failed(FailureKind::Unconfirmed));
    story.reply(live(1));
    story.wait();
    assert_eq!(story.open, [Call::ConfirmCreation(name.clone())]);
    story.reply(Ok(Answer::Found(None)));
    story.reply(live(1));
    assert_eq!(story.open, [Call::Create(name)]);
}

#[test]
fn a_creation_that_takes_effect_long_after_its_reply_was_lost_is_not_made_up_for() {
    let mut story = creating();
    let name = name_of(&story.open[0]);
    story.reply(failed(FailureKind::Unconfirmed));
    story.reply(live(1));
    story.wait();
    story.reply(Ok(Answer::Found(None)));
    // It does now, and the watch is faster than the live read of the set.
    story.vmi(Event::Applied(fixtures::vmi(&name).owned_by("set")));
    story.reply(live(1));
    assert!(matches!(story.open[..], [Call::WriteStatus(_)]), "{:?}", story.open);
}

#[test]
fn a_name_that_is_taken_by_somebody_else_is_left_to_them() {
    let mut story = creating();
    let name = name_of(&story.open[0]);
    story.reply(failed(FailureKind::AlreadyExists));
    assert_eq!(story.open, [Call::ConfirmCreation(name.clone())]);
    let foreign = Found::from(&fixtures::vmi(&name).owned_by("another").metadata);
    story.reply(Ok(Answer::Found(Some(foreign))));
    assert!(matches!(story.open[..], [Call::Create(_)]), "{:?}", story.open);
}

#[test]
fn a_set_that_wants_less_by_now_gets_no_further_batch() {
    let mut story = Story::of(set(3), vec![]);
    story.reply(live(3));
    let mut smaller = set(1);
    smaller.metadata.resource_version = Some("2".into());
    story.set(Event::Applied(smaller));
    story.reply(created("a"));
    assert!(matches!(story.open[..], [Call::WriteStatus(_)]), "{:?}", story.open);
}

#[test]
fn after_a_stop_nothing_is_created_and_no_sync_begins() {
    let mut story = Story::of(set(3), vec![]);
    story.input(Input::Stop);
    story.reply(live(3));
    assert!(matches!(story.open[..], [Call::WriteStatus(_)]), "{:?}", story.open);
    story.reply(failed(FailureKind::Conflict));
    assert_eq!((story.open.len(), story.state.next_due()), (0, None));
}

#[test]
fn a_set_waits_while_its_vmis_are_not_watched() {
    let mut story = Story::of(set(0), vec![]);
    story.reply(live(0));
    story.input(Input::Vmis(NamespaceScope::All, None));
    let mut bigger = set(1);
    bigger.metadata.resource_version = Some("2".into());
    story.set(Event::Applied(bigger));
    assert_eq!((story.open.len(), story.state.next_due()), (0, None));
    story.vmi(Event::Watching);
    assert_eq!(story.open, [Call::ReadSet]);
}

#[test]
fn when_an_event_was_missed_the_vmis_are_listed_anew() {
    let mut story = creating();
    story.reply(created("a"));
    story.reply(live(1));
    story.steps.clear();
    story.wait();
    assert_eq!(story.now, Tick::after(expectations::PATIENCE));
    assert!(story.steps.contains(&Step::Relist(key())), "{:?}", story.steps);
}

#[test]
fn states_that_differ_in_nothing_but_the_time_become_equal() {
    let at = |now| {
        let mut story = Story::of(set(0), vec![]);
        story.reply(live(0));
        story.now = now;
        let mut bigger = set(1);
        bigger.metadata.resource_version = Some("2".into());
        story.set(Event::Applied(bigger));
        story.reply(live(1));
        story.reply(created("a"));
        story.state.rebased(now)
    };
    assert_eq!(at(Tick(7)), at(Tick(7_000)));
}
