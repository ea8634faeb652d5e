//! Drives the decisions: hands in what happens, and does what they say.

use super::decide::{Call, Input, Moment, Reply, Settings, State, Step};
use super::events::Recorder;
use super::execute::Executor;
use super::informers::{Informed, Informers};
use super::metrics::Metrics;
use super::{Error, Options, watch_text};
use crate::api::NamespacedName;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::runtime::{Event, Tick, informer};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use std::collections::HashMap;
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
    let (mut controller, writing) = Controller::new(client, options);
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

/// The state, and what it takes to feed it and to do what it says. [`run_once`](Self::run_once) takes in one input.
pub(super) struct Controller {
    pub(super) state: State,
    executor: Executor,
    recorder: Recorder,
    metrics: Metrics,
    sets: Informers<ReplicaSet>,
    vmis: Informers<Vmi>,
    requests: FuturesUnordered<BoxFuture<'static, (NamespacedName, Call, Reply)>>,
    /// When the running syncs have begun.
    begun: HashMap<NamespacedName, Instant>,
    /// When ticks begin to count.
    start: Instant,
    /// What the server refuses to show, until it shows it.
    pub(super) refusal: Option<Error>,
}

impl Controller {
    /// The loop, and the task that writes its events.
    pub(super) fn new(client: kube::Client, options: Options) -> (Self, impl Future<Output = ()>) {
        let Options { scope, burst, workers, component, metrics } = options;
        let (recorder, writing) = Recorder::new(client.clone(), component);
        metrics.start();
        let controller = Self {
            sets: Informers::new(&client, &scope),
            vmis: Informers::new(&client, &scope),
            state: State::new(Settings { scope, burst, workers: workers.max(1) }),
            executor: Executor { client, metrics: metrics.clone() },
            recorder,
            metrics,
            requests: FuturesUnordered::new(),
            begun: HashMap::new(),
            start: Instant::now(),
            refusal: None,
        };
        (controller, writing)
    }

    /// Waits for one thing to happen, and takes it in.
    pub(super) async fn run_once(&mut self) {
        self.count();
        let due = self.state.next_due().map(|due| self.start + Duration::from_millis(due.0));
        let timer = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let input = tokio::select! {
            Some((scope, informed)) = self.sets.next() => Input::Sets(scope, self.unless_interrupted(informed, "sets")),
            Some((scope, informed)) = self.vmis.next() => Input::Vmis(scope, self.unless_interrupted(informed, "VMIs")),
            Some((key, call, reply)) = self.requests.next() => Input::Reply(key, call, reply),
            () = timer => Input::Due,
        };
        self.take_in(input);
    }

    /// Begins no further write, and waits for the requests that are under way, for some seconds.
    pub(super) async fn finish(mut self) {
        self.take_in(Input::Stop);
        let ending = async {
            while let Some((key, call, reply)) = self.requests.next().await {
                self.take_in(Input::Reply(key, call, reply));
            }
        };
        if timeout(GRACE, ending).await.is_err() {
            tracing::warn!("some requests were not answered in time and are given up");
        }
    }

    fn take_in(&mut self, input: Input) {
        let mut chance = rand::random;
        let mut moment =
            Moment { tick: Tick::after(self.start.elapsed()), wall: Timestamp::now(), chance: &mut chance };
        for step in self.state.step(input, &mut moment) {
            self.perform(step);
        }
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::Send(request) => {
                let Some(key) = NamespacedName::of(&request.set.metadata) else { return };
                let executor = self.executor.clone();
                let request = async move {
                    let reply = executor.execute(&request).await;
                    (key, request.call, reply)
                };
                self.requests.push(request.boxed());
            }
            Step::Record(set, message) => {
                self.metrics.count(&message);
                self.recorder.event(&set, message);
            }
            Step::Relist(set) => {
                tracing::warn!(%set, "an event must have been missed, and the VMIs are listed anew");
                self.vmis.relist(&set.namespace);
            }
            Step::Began(set) => drop(self.begun.insert(set, Instant::now())),
            Step::Ended(set, result) => {
                let took = self.begun.remove(&set).map(|begun| begun.elapsed()).unwrap_or_default();
                self.metrics.pass(result.is_ok(), took);
                if let Err(error) = result {
                    tracing::warn!(%set, %error, "the sync failed and is repeated");
                }
            }
            Step::LeftAlone(set, why) => tracing::warn!(%set, %why, "the set is left alone"),
            Step::NameTaken(set, vmi) => tracing::info!(%set, vmi, "the name belongs to somebody else's VMI"),
        }
    }

    /// Says how things stand.
    fn count(&self) {
        self.metrics.queue(self.state.due());
        if self.state.is_empty() {
            self.metrics.idle();
        }
        self.metrics.watch(self.state.sees_all());
    }

    /// The event; a failure is kept where the server has refused for good, and logged in any case.
    fn unless_interrupted<K>(&mut self, informed: Informed<K>, what: &'static str) -> Option<Event<K>> {
        match informed {
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
}

/// Whether asking again is of no use: a right is missing, or the kind is.
fn is_refusal(error: &informer::Error) -> bool {
    let Some(kube::Error::Api(status)) = error.source_error() else { return false };
    status.is_forbidden() || status.is_not_found() || status.code == 401
}
