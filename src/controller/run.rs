//! Watches sets and VMIs, and works through the sets that are due.

use super::context::{Cache, Context};
use super::events::Recorder;
use super::index::{Effect, key};
use super::informers::{Informers, Told, Unlisted};
use super::reconcile::{Next, reconcile};
use super::{Error, Key, Options, Scope, watch_text};
use crate::api::namespace::NamespaceScope;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::runtime::{Event, WorkQueue, informer};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How long requests that are under way are waited for when all is to end. What is dropped after that may take effect
/// or not, as if the process had been killed; a kubelet gives a pod 30 s.
const GRACE: Duration = Duration::from_secs(5);

/// Keeps the sets of `options.scope` at their size until `stop` is cancelled; then lets the requests that are under way be
/// answered, and the events be written, for some seconds.
///
/// The caller has made sure that nobody else keeps them (see [`super::active_controller`]).
///
/// # Errors
/// None at present: what fails is logged and tried again. The type leaves room for failures at the start.
pub async fn run(client: kube::Client, options: Options, stop: CancellationToken) -> Result<(), Error> {
    let (mut controller, writing) = Controller::new(client, options, stop.clone());
    let working = async {
        while stop.run_until_cancelled(controller.run_once()).await.is_some() {}
        controller.finish().await;
    };
    let writing = async {
        tokio::pin!(writing);
        tokio::select! {
            () = &mut writing => {}
            () = stop.cancelled() => drop(timeout(GRACE, writing).await),
        }
    };
    tokio::join!(working, writing);
    Ok(())
}

/// A set whose pass has ended, and how.
type Pass = (Key, Result<Next, Error>);

/// The loop's state. [`run_once`](Self::run_once) takes in one event or one finished pass.
pub(super) struct Controller {
    pub(super) context: Arc<Context>,
    scope: Scope,
    workers: usize,
    sets: Informers<ReplicaSet>,
    vmis: Informers<Vmi>,
    unlisted_sets: Unlisted<Key>,
    unlisted_vmis: Unlisted<String>,
    /// What was known when a running list of VMIs began.
    lists: HashMap<NamespaceScope, KnownBefore>,
    queue: WorkQueue<Key>,
    passes: FuturesUnordered<BoxFuture<'static, Pass>>,
    /// What the server refuses to show, until it shows it.
    pub(super) refusal: Option<Error>,
    /// The last failure of each set whose last pass failed, in the server's words.
    pub(super) failures: HashMap<Key, String>,
}

/// What was known when a list of VMIs began.
#[derive(Default)]
struct KnownBefore {
    /// VMIs that were created or deleted and had not been observed, with their sets.
    awaited: Vec<(Key, String, String)>,
    /// VMIs that an answer had told to be gone.
    gone: HashSet<String>,
}

impl Controller {
    /// The loop, and the task that writes its events. No write begins after `stop` is cancelled.
    pub(super) fn new(
        client: kube::Client,
        options: Options,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()>) {
        let (recorder, writing) = Recorder::new(client.clone(), options.component);
        let sets = Informers::new(&client, &options.scope);
        let vmis = Informers::new(&client, &options.scope);
        let (burst, metrics) = (options.burst, options.metrics);
        metrics.start();
        let context = Context { client, cache: Cache::default().into(), recorder, burst, metrics, stop };
        let controller = Self {
            context: Arc::new(context),
            scope: options.scope,
            workers: options.workers.max(1),
            sets,
            vmis,
            unlisted_sets: Unlisted::default(),
            unlisted_vmis: Unlisted::default(),
            lists: HashMap::new(),
            queue: WorkQueue::default(),
            passes: FuturesUnordered::new(),
            refusal: None,
            failures: HashMap::new(),
        };
        (controller, writing)
    }

    /// All lists have been seen, so that counting makes sense.
    pub(super) fn is_listed(&self) -> bool {
        self.sets.are_listed() && self.vmis.are_listed()
    }

    /// Nothing is due or under way for the set.
    pub(super) fn is_idle(&self, key: &Key) -> bool {
        !self.queue.contains(key)
    }

    /// Waits for one thing to happen, and takes it in.
    pub(super) async fn run_once(&mut self) {
        self.start_passes();
        self.tell();
        let due = self.queue.next_due(|key| self.sees(key)).filter(|_| self.passes.len() < self.workers);
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some((scope, told)) = self.sets.next() => {
                if let Some(event) = self.unless_failed(told, "sets") {
                    self.set_event(scope, event);
                }
            }
            Some((scope, told)) = self.vmis.next() => {
                if let Some(event) = self.unless_failed(told, "VMIs") {
                    self.vmi_event(scope, event);
                }
            }
            Some((key, result)) = self.passes.next() => self.finished(key, result),
            () = timer => {}
        }
    }

    /// Whether all that happens in the set's namespace is seen at present. Where it is not, nothing is created or deleted: what
    /// was seen last may be long past.
    fn sees(&self, key: &Key) -> bool {
        self.sets.see(&key.0) && self.vmis.see(&key.0)
    }

    /// Says how things stand.
    fn tell(&self) {
        let metrics = &self.context.metrics;
        metrics.queue(self.queue.len());
        if self.queue.is_empty() {
            metrics.idle();
        }
        metrics.watch(self.sets.see_all() && self.vmis.see_all());
    }

    /// The event; a failure is kept where the server has refused for good, and logged in any case.
    fn unless_failed<K>(&mut self, told: Told<K>, what: &'static str) -> Option<Event<K>> {
        match told {
            Ok(event) => {
                // That a list is about to be asked for says nothing about the answer.
                if !matches!(event, Event::ListStarted) {
                    self.refusal = None;
                }
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

    /// Waits for the requests that are under way, for some seconds.
    pub(super) async fn finish(mut self) {
        self.context.stop.cancel();
        let ending = async { while self.passes.next().await.is_some() {} };
        if timeout(GRACE, ending).await.is_err() {
            tracing::warn!("some requests were not answered in time and are given up");
        }
    }

    fn start_passes(&mut self) {
        while self.passes.len() < self.workers {
            let (sets, vmis) = (&self.sets, &self.vmis);
            let Some(key) = self.queue.get(Instant::now(), |key| sets.see(&key.0) && vmis.see(&key.0)) else { return };
            self.relist_where_an_event_was_missed(&key);
            let context = Arc::clone(&self.context);
            let pass = async move {
                let begun = Instant::now();
                let result = reconcile(&context, &key).await;
                context.metrics.pass(result.is_ok(), begun.elapsed());
                (key, result)
            };
            self.passes.push(pass.boxed());
        }
    }

    /// Patience that is over means that the cache lacks something, which only a new list can mend.
    fn relist_where_an_event_was_missed(&self, key: &Key) {
        let cache = &mut *self.context.cache();
        let Some(uid) = cache.index.set(key).and_then(|set| set.metadata.uid.clone()) else { return };
        let now = Instant::now();
        if cache.expectations.patience(&uid, now) == Some(Duration::ZERO) {
            tracing::warn!(
                namespace = key.0,
                set = key.1,
                "an event must have been missed, and the VMIs are listed anew"
            );
            cache.expectations.renew_patience(&uid, now);
            self.vmis.relist(&key.0);
        }
    }

    fn finished(&mut self, key: Key, result: Result<Next, Error>) {
        let now = Instant::now();
        match result {
            Ok(Next::Again) => {
                self.failures.remove(&key);
                self.queue.add_rate_limited(key, None, now);
            }
            Ok(next) => {
                self.queue.forget(&key);
                self.failures.remove(&key);
                if let Next::After(rest) = next {
                    self.queue.add(key, now + rest);
                }
            }
            Err(error) => {
                tracing::warn!(namespace = key.0, set = key.1, %error, "the pass failed and is repeated");
                self.failures.insert(key.clone(), error.to_string());
                self.queue.add_rate_limited(key, error.retry_after(), now);
            }
        }
    }

    fn set_event(&mut self, scope: NamespaceScope, event: Event<ReplicaSet>) {
        match event {
            Event::ListStarted => {
                let known = self.context.cache().index.sets(&scope).map(|(key, _)| key.clone()).collect();
                self.unlisted_sets.begin(scope, known);
            }
            Event::Listed(set) => {
                if let Some(key) = key(&set.metadata) {
                    self.unlisted_sets.listed(&scope, &key);
                }
                self.take_in_set(set, |cache, set| drop(cache.index.list_set(set)));
            }
            Event::ListFinished => {
                for key in self.unlisted_sets.end(&scope) {
                    self.remove_set(&key);
                }
            }
            Event::Watching => {}
            Event::Applied(set) => self.take_in_set(set, |cache, set| drop(cache.index.apply_set(set))),
            Event::Deleted(set) => {
                if let Some(key) = key(&set.metadata) {
                    self.remove_set(&key);
                }
            }
        }
    }

    fn take_in_set(&mut self, set: ReplicaSet, put: impl FnOnce(&mut Cache, ReplicaSet)) {
        let Some(key) = key(&set.metadata).filter(|(namespace, name)| self.scope.holds(namespace, name)) else {
            return;
        };
        let uid = set.metadata.uid.clone();
        let cache = &mut *self.context.cache();
        let before = cache.index.set(&key).and_then(|before| before.metadata.uid.clone());
        if let Some(before) = before.filter(|before| uid.as_ref() != Some(before)) {
            // Another one of the same name, whose predecessor was not seen going.
            cache.expectations.forget(&before);
        }
        put(cache, set);
        self.queue.add(key, Instant::now());
    }

    fn remove_set(&mut self, key: &Key) {
        let mut cache = self.context.cache();
        if let Some(uid) = cache.index.remove_set(key) {
            cache.expectations.forget(&uid);
        }
        drop(cache);
        self.failures.remove(key);
    }

    fn vmi_event(&mut self, scope: NamespaceScope, event: Event<Vmi>) {
        match event {
            Event::ListStarted => self.vmis_are_listed(scope),
            Event::Listed(vmi) => {
                let (uid, name) = identity(&vmi);
                self.unlisted_vmis.listed(&scope, &uid);
                let nothing = HashSet::new();
                let gone = self.lists.get(&scope).map_or(&nothing, |before| &before.gone);
                let effect = self.context.cache().index.list_vmi(vmi, gone);
                self.take_effect(&uid, &name, effect);
            }
            Event::ListFinished => self.vmis_have_been_listed(&scope),
            Event::Watching => {}
            Event::Applied(vmi) => {
                let (uid, name) = identity(&vmi);
                let effect = self.context.cache().index.apply_vmi(vmi);
                self.take_effect(&uid, &name, effect);
            }
            Event::Deleted(vmi) => self.remove_vmi(&vmi.metadata.uid.unwrap_or_default()),
        }
    }

    fn vmis_are_listed(&mut self, scope: NamespaceScope) {
        let cache = self.context.cache();
        let known = cache.index.vmi_uids(&scope);
        let mut before = KnownBefore { awaited: Vec::new(), gone: cache.index.gone() };
        for (key, set) in cache.index.sets(&scope) {
            let set = set.metadata.uid.clone().unwrap_or_default();
            let vmis = cache.expectations.awaited(&set).into_iter();
            before.awaited.extend(vmis.map(|vmi| (key.clone(), set.clone(), vmi)));
        }
        drop(cache);
        self.unlisted_vmis.begin(scope.clone(), known);
        self.lists.insert(scope, before);
    }

    /// What the list has not shown is gone, what was created before it began and never observed included. A deletion that
    /// it does not show has not happened.
    fn vmis_have_been_listed(&mut self, scope: &NamespaceScope) {
        for uid in self.unlisted_vmis.end(scope) {
            self.remove_vmi(&uid);
        }
        let before = self.lists.remove(scope).unwrap_or_default();
        self.context.cache().index.forget_gone(&before.gone);
        for (key, set, vmi) in before.awaited {
            let known = self.context.cache().index.knows(&vmi);
            if known {
                self.context.cache().expectations.deletion_refused(&set, &vmi);
                self.queue.add(key, Instant::now());
            } else {
                let gone = Effect { sets: vec![key], created: None, deleted: Some(set) };
                self.take_effect(&vmi, "", gone);
            }
        }
    }

    fn remove_vmi(&mut self, uid: &str) {
        let effect = self.context.cache().index.remove_vmi(uid);
        self.take_effect(uid, "", effect);
    }

    fn take_effect(&mut self, vmi: &str, name: &str, effect: Effect) {
        self.context.cache().expectations.observe(&effect, vmi, name);
        for key in effect.sets {
            self.queue.add(key, Instant::now());
        }
    }
}

fn identity(vmi: &Vmi) -> (String, String) {
    (vmi.metadata.uid.clone().unwrap_or_default(), vmi.metadata.name.clone().unwrap_or_default())
}

/// Whether asking again is of no use: a right is missing, or the kind is.
fn is_refusal(error: &informer::Error) -> bool {
    let Some(kube::Error::Api(status)) = error.source_error() else { return false };
    status.is_forbidden() || status.is_not_found() || status.code == 401
}
