//! Watches sets and VMIs, and works through the sets that are due.

use super::events::Recorder;
use super::index::{Effect, key};
use super::queue::Queue;
use super::reconcile::{Shared, View, reconcile};
use super::watches::{Missing, Place, Watches};
use super::{Error, Key, Options, Scope, watch_text};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use kube::runtime::watcher;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Keeps the sets of `options.scope` at their size until `stop` is cancelled; then finishes the passes that are under
/// way and the events that are to be written.
///
/// The caller has made sure that nobody else keeps them (see [`super::guard`]).
///
/// # Errors
/// None at present: what fails is logged and tried again. The type leaves room for failures at the start.
pub async fn run(client: kube::Client, options: Options, stop: CancellationToken) -> Result<(), Error> {
    let (mut keeper, writing) = Keeper::new(client, options);
    let keeping = async move {
        while stop.run_until_cancelled(keeper.turn()).await.is_some() {}
        keeper.finish().await;
    };
    tokio::join!(keeping, writing);
    Ok(())
}

/// A set whose pass has ended, and how.
type Pass = (Key, Result<Option<Duration>, Error>);

/// The loop's state. One [`turn`](Self::turn) takes in one event or one finished pass.
pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    scope: Scope,
    workers: usize,
    sets: Watches<ReplicaSet>,
    vmis: Watches<Vmi>,
    missing_sets: Missing<Key>,
    missing_vmis: Missing<String>,
    /// VMIs of ours that were unseen when a running list began, with their sets' UIDs.
    unseen: HashMap<Place, Vec<(Key, String, String)>>,
    queue: Queue,
    passes: FuturesUnordered<BoxFuture<'static, Pass>>,
    /// What the server refuses to show, until it shows it.
    pub(super) refusal: Option<Error>,
    /// The last failure of each set whose last pass failed, in the server's words.
    pub(super) failures: HashMap<Key, String>,
}

impl Keeper {
    /// The loop, and the task that writes its events.
    pub(super) fn new(client: kube::Client, options: Options) -> (Self, impl Future<Output = ()>) {
        let (recorder, writing) = Recorder::new(client.clone(), options.component);
        let sets = Watches::new(&client, &options.scope);
        let vmis = Watches::new(&client, &options.scope);
        let (burst, metrics) = (options.burst, options.metrics);
        metrics.start();
        let shared = Shared { client, view: View::default().into(), recorder, burst, metrics };
        let keeper = Self {
            shared: Arc::new(shared),
            scope: options.scope,
            workers: options.workers.max(1),
            sets,
            vmis,
            missing_sets: Missing::default(),
            missing_vmis: Missing::default(),
            unseen: HashMap::new(),
            queue: Queue::default(),
            passes: FuturesUnordered::new(),
            refusal: None,
            failures: HashMap::new(),
        };
        (keeper, writing)
    }

    /// All lists have been seen, so that counting makes sense.
    pub(super) fn is_listed(&self) -> bool {
        self.sets.is_listed() && self.vmis.is_listed()
    }

    /// Nothing is due or under way for the set.
    pub(super) fn is_idle(&self, key: &Key) -> bool {
        !self.queue.holds(key)
    }

    /// Waits for one thing to happen, and takes it in.
    pub(super) async fn turn(&mut self) {
        self.start_passes();
        self.tell();
        let due = self.queue.next().filter(|_| self.is_listed() && self.passes.len() < self.workers);
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some((place, event)) = self.sets.next() => {
                if let Some(event) = self.unless_refused(event, "sets") {
                    self.set_event(place, event);
                }
            }
            Some((place, event)) = self.vmis.next() => {
                if let Some(event) = self.unless_refused(event, "VMIs") {
                    self.vmi_event(place, event);
                }
            }
            Some((key, result)) = self.passes.next() => self.finished(key, result),
            () = timer => {}
        }
    }

    /// Says how things stand.
    fn tell(&self) {
        let metrics = &self.shared.metrics;
        metrics.queue(self.queue.len());
        metrics.watch(self.is_listed() && self.refusal.is_none());
    }

    /// The event; a failure of the watch is kept where the server has refused for good, and logged in any case.
    fn unless_refused<K>(
        &mut self,
        event: Result<watcher::Event<K>, watcher::Error>,
        what: &'static str,
    ) -> Option<watcher::Event<K>> {
        match event {
            Ok(event) => {
                self.refusal = None;
                Some(event)
            }
            Err(source) => {
                tracing::warn!(what, error = %watch_text(&source), "the watch was interrupted");
                if is_refusal(&source) {
                    self.refusal = Some(Error::Watch { what, source: Box::new(source) });
                }
                None
            }
        }
    }

    /// Waits for the passes that are under way, and lets the events be written.
    pub(super) async fn finish(mut self) {
        while self.passes.next().await.is_some() {}
    }

    fn start_passes(&mut self) {
        while self.is_listed()
            && self.passes.len() < self.workers
            && let Some(key) = self.queue.take(Instant::now())
        {
            let shared = Arc::clone(&self.shared);
            let pass = async move {
                let begun = Instant::now();
                let result = reconcile(&shared, &key).await;
                shared.metrics.pass(result.is_ok(), begun.elapsed());
                (key, result)
            };
            self.passes.push(pass.boxed());
        }
    }

    fn finished(&mut self, key: Key, result: Result<Option<Duration>, Error>) {
        match result {
            Ok(again) => {
                self.queue.succeeded(&key);
                self.failures.remove(&key);
                if let Some(rest) = again {
                    self.queue.add(key, Instant::now() + rest);
                }
            }
            Err(error) => {
                tracing::warn!(namespace = key.0, set = key.1, %error, "the pass failed and is repeated");
                self.failures.insert(key.clone(), error.to_string());
                self.queue.failed(key, error.rest(), Instant::now());
            }
        }
    }

    fn set_event(&mut self, place: Place, event: watcher::Event<ReplicaSet>) {
        match event {
            watcher::Event::Init => {
                let known = self.shared.view().index.sets(place.as_deref()).map(|(key, _)| key.clone()).collect();
                self.missing_sets.begin(place, known);
            }
            watcher::Event::InitApply(set) => {
                if let Some(key) = key(&set.metadata) {
                    self.missing_sets.shown(&place, &key);
                }
                self.apply_set(set);
            }
            watcher::Event::InitDone => {
                for key in self.missing_sets.end(&place) {
                    self.remove_set(&key);
                }
            }
            watcher::Event::Apply(set) => self.apply_set(set),
            watcher::Event::Delete(set) => {
                if let Some(key) = key(&set.metadata) {
                    self.remove_set(&key);
                }
            }
        }
    }

    fn apply_set(&mut self, set: ReplicaSet) {
        let Some(key) = key(&set.metadata).filter(|(namespace, name)| self.scope.holds(namespace, name)) else {
            return;
        };
        let uid = set.metadata.uid.clone();
        let view = &mut *self.shared.view();
        let before = view.index.set(&key).and_then(|before| before.metadata.uid.clone());
        if let Some(before) = before.filter(|before| uid.as_ref() != Some(before)) {
            // Another one of the same name, whose predecessor was not seen going.
            view.expectations.forget(&before);
        }
        view.index.apply_set(set);
        self.queue.add(key, Instant::now());
    }

    fn remove_set(&mut self, key: &Key) {
        let mut view = self.shared.view();
        if let Some(uid) = view.index.remove_set(key) {
            view.expectations.forget(&uid);
        }
        drop(view);
        self.failures.remove(key);
    }

    fn vmi_event(&mut self, place: Place, event: watcher::Event<Vmi>) {
        match event {
            watcher::Event::Init => self.vmis_are_listed(place),
            watcher::Event::InitApply(vmi) | watcher::Event::Apply(vmi) => {
                let uid = vmi.metadata.uid.clone().unwrap_or_default();
                self.missing_vmis.shown(&place, &uid);
                let effect = self.shared.view().index.apply_vmi(vmi);
                self.take_effect(&uid, effect);
            }
            watcher::Event::InitDone => self.vmis_have_been_listed(&place),
            watcher::Event::Delete(vmi) => self.remove_vmi(&vmi.metadata.uid.unwrap_or_default()),
        }
    }

    fn vmis_are_listed(&mut self, place: Place) {
        let view = self.shared.view();
        let known = view.index.vmi_uids(place.as_deref());
        let mut unseen = Vec::new();
        for (key, set) in view.index.sets(place.as_deref()) {
            let set = set.metadata.uid.clone().unwrap_or_default();
            let vmis = view.expectations.unseen(&set).into_iter();
            unseen.extend(vmis.map(|vmi| (key.clone(), set.clone(), vmi)));
        }
        drop(view);
        self.missing_vmis.begin(place.clone(), known);
        self.unseen.insert(place, unseen);
    }

    /// What the list has not shown is gone, what was created before it began and never seen included.
    fn vmis_have_been_listed(&mut self, place: &Place) {
        for uid in self.missing_vmis.end(place) {
            self.remove_vmi(&uid);
        }
        for (key, set, vmi) in self.unseen.remove(place).unwrap_or_default() {
            if !self.shared.view().index.knows(&vmi) {
                let gone = Effect { sets: vec![key], saw: None, saw_going: Some(set) };
                self.take_effect(&vmi, gone);
            }
        }
    }

    fn remove_vmi(&mut self, uid: &str) {
        let effect = self.shared.view().index.remove_vmi(uid);
        self.take_effect(uid, effect);
    }

    fn take_effect(&mut self, vmi: &str, effect: Effect) {
        self.shared.view().expectations.take(&effect, vmi);
        for key in effect.sets {
            self.queue.add(key, Instant::now());
        }
    }
}

/// Whether asking again is of no use: a right is missing, or the kind is.
fn is_refusal(error: &watcher::Error) -> bool {
    let source = match error {
        watcher::Error::InitialListFailed(source) | watcher::Error::WatchStartFailed(source) => source,
        _ => return false,
    };
    matches!(source, kube::Error::Api(status) if status.is_forbidden() || status.is_not_found() || status.code == 401)
}
