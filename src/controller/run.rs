//! Watches sets and VMIs, and works through the sets that are due.

use super::events::Recorder;
use super::index::{Effect, key};
use super::queue::Queue;
use super::reconcile::{Shared, View, reconcile};
use super::{Error, Key, Options, Scope};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, FuturesUnordered};
use futures::{FutureExt, StreamExt};
use kube::Api;
use kube::runtime::{WatchStreamExt, watcher};
use std::collections::{HashMap, HashSet};
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
type Watch<K> = BoxStream<'static, Result<watcher::Event<K>, watcher::Error>>;

/// The loop's state. One [`turn`](Self::turn) takes in one event or one finished pass.
pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    scope: Scope,
    workers: usize,
    sets: Watch<ReplicaSet>,
    vmis: Watch<Vmi>,
    /// What a running list has not shown again yet.
    unseen_sets: HashSet<Key>,
    unseen_vmis: HashSet<String>,
    listed: (bool, bool),
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
        let sets = watch(api::<ReplicaSet>(&client, &options.scope));
        let vmis = watch(api::<Vmi>(&client, &options.scope));
        let (burst, metrics) = (options.burst, options.metrics);
        metrics.start();
        let shared = Shared { client, view: View::default().into(), recorder, burst, metrics };
        let keeper = Self {
            shared: Arc::new(shared),
            scope: options.scope,
            workers: options.workers.max(1),
            sets,
            vmis,
            unseen_sets: HashSet::new(),
            unseen_vmis: HashSet::new(),
            listed: (false, false),
            queue: Queue::default(),
            passes: FuturesUnordered::new(),
            refusal: None,
            failures: HashMap::new(),
        };
        (keeper, writing)
    }

    /// Both lists have been seen, so that counting makes sense.
    pub(super) fn is_listed(&self) -> bool {
        self.listed == (true, true)
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
            Some(event) = self.sets.next() => {
                if let Some(event) = self.unless_refused(event, "sets") {
                    self.set_event(event);
                }
            }
            Some(event) = self.vmis.next() => {
                if let Some(event) = self.unless_refused(event, "VMIs") {
                    self.vmi_event(event);
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
                tracing::warn!(what, error = %source, "the watch was interrupted");
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
                self.queue.failed(key, Instant::now());
            }
        }
    }

    fn set_event(&mut self, event: watcher::Event<ReplicaSet>) {
        match event {
            watcher::Event::Init => self.unseen_sets = self.shared.view().index.sets().cloned().collect(),
            watcher::Event::InitApply(set) => {
                if let Some(key) = key(&set.metadata) {
                    self.unseen_sets.remove(&key);
                }
                self.apply_set(set);
            }
            watcher::Event::InitDone => {
                self.listed.0 = true;
                for key in std::mem::take(&mut self.unseen_sets) {
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
        let Some((namespace, name)) = key(&set.metadata) else { return };
        if !self.scope.holds(&namespace, &name) {
            return;
        }
        let key = self.shared.view().index.apply_set(set);
        if let Some(key) = key {
            self.queue.add(key, Instant::now());
        }
    }

    fn remove_set(&mut self, key: &Key) {
        let mut view = self.shared.view();
        if let Some(uid) = view.index.remove_set(key) {
            view.expectations.forget(&uid);
        }
        drop(view);
        self.failures.remove(key);
    }

    fn vmi_event(&mut self, event: watcher::Event<Vmi>) {
        let effects = {
            let view = &mut *self.shared.view();
            match event {
                watcher::Event::Init => {
                    self.unseen_vmis = view.index.vmi_uids();
                    Vec::new()
                }
                watcher::Event::InitApply(vmi) | watcher::Event::Apply(vmi) => {
                    let uid = vmi.metadata.uid.clone().unwrap_or_default();
                    self.unseen_vmis.remove(&uid);
                    vec![(uid, view.index.apply_vmi(vmi))]
                }
                watcher::Event::InitDone => {
                    self.listed.1 = true;
                    let gone = std::mem::take(&mut self.unseen_vmis).into_iter();
                    gone.map(|uid| (uid.clone(), view.index.remove_vmi(&uid))).collect()
                }
                watcher::Event::Delete(vmi) => {
                    let uid = vmi.metadata.uid.unwrap_or_default();
                    let effect = view.index.remove_vmi(&uid);
                    vec![(uid, effect)]
                }
            }
        };
        for (uid, effect) in effects {
            self.take_effect(&uid, effect);
        }
    }

    fn take_effect(&mut self, vmi: &str, effect: Effect) {
        let mut view = self.shared.view();
        if let Some(set) = effect.saw {
            view.expectations.saw(&set, vmi);
        }
        if let Some(set) = effect.saw_going {
            view.expectations.saw_going(&set, vmi);
        }
        drop(view);
        for key in effect.sets {
            self.queue.add(key, Instant::now());
        }
    }
}

fn api<K>(client: &kube::Client, scope: &Scope) -> Api<K>
where
    K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>,
{
    match scope.namespace() {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    }
}

fn watch<K>(api: Api<K>) -> Watch<K>
where
    K: kube::Resource + Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    watcher(api, watcher::Config::default()).default_backoff().boxed()
}

/// Whether asking again is of no use: a right is missing, or the kind is.
fn is_refusal(error: &watcher::Error) -> bool {
    let source = match error {
        watcher::Error::InitialListFailed(source) | watcher::Error::WatchStartFailed(source) => source,
        _ => return false,
    };
    matches!(source, kube::Error::Api(status) if status.is_forbidden() || status.is_not_found() || status.code == 401)
}
