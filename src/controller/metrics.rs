//! What a running controller counts, as Prometheus reads it.

use super::decide::message::{self, EventMessage};
use crate::runtime::health::Probed;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// From a millisecond to about half a minute.
const BUCKETS: (f64, f64, u16) = (0.001, 2.0, 16);

/// After how long without an answer a controller that asks is no longer healthy: each request is given up after 35 s, and
/// the second one in a row is no accident.
const STALLED: Duration = Duration::from_secs(75);

/// One label and its value.
type Label = [(&'static str, String); 1];

/// Counters and gauges; a clone counts into the same ones.
#[derive(Clone, Debug)]
pub struct Metrics {
    queued: Gauge,
    passes: Family<Label, Counter>,
    pass_seconds: Histogram,
    created: Counter,
    deleted: Counter,
    watching: Gauge,
    leading: Family<Label, Gauge>,
    /// Whether the loop has been started: one that waits for a lease has not.
    started: Arc<AtomicBool>,
    progress: Arc<Mutex<Progress>>,
}

/// Whether the requests of passes are answered.
#[derive(Debug, Default)]
struct Progress {
    /// Requests that are under way.
    requests: usize,
    /// Since when none has been answered, though some were made.
    unanswered: Option<Instant>,
}

impl Default for Metrics {
    fn default() -> Self {
        let (start, factor, count) = BUCKETS;
        let metrics = Self {
            queued: Gauge::default(),
            passes: Family::default(),
            pass_seconds: Histogram::new(exponential_buckets(start, factor, count)),
            created: Counter::default(),
            deleted: Counter::default(),
            watching: Gauge::default(),
            leading: Family::default(),
            started: Arc::default(),
            progress: Arc::default(),
        };
        // A counter that appears only with its first failure hides that failure from a rate.
        for succeeded in [true, false] {
            drop(metrics.passes.get_or_create(&result(succeeded)));
        }
        metrics
    }
}

impl Metrics {
    /// All of it, in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("vmirs_controller");
        own.register("queue_depth", "Sets that are due for a pass, now or after a rest", self.queued.clone());
        own.register("reconciles", "Passes over a set, by how they ended", self.passes.clone());
        own.register("reconcile_duration_seconds", "How long a pass over a set took", self.pass_seconds.clone());
        own.register("vmis_created", "VMIs that were created", self.created.clone());
        own.register("vmis_deleted", "VMIs that were deleted", self.deleted.clone());
        let watching = "Whether sets and VMIs have been listed and are watched";
        own.register("watches_synced", watching, self.watching.clone());
        // The name that all components of Kubernetes give it.
        let leading = "Whether this process holds the lease of that name";
        registry.register("leader_election_master_status", leading, self.leading.clone());
        let mut text = String::new();
        // Writing to a text fails only where a metric's own encoder does, and none of these can.
        let _ = encode(&mut text, &registry);
        text
    }

    /// Whether it sees what it is to keep, or waits for its turn to keep anything.
    pub fn is_ready(&self) -> bool {
        !self.started.load(Ordering::Relaxed) || self.watching.get() == 1
    }

    pub(super) fn start(&self) {
        self.started.store(true, Ordering::Relaxed);
    }

    /// Whether this process holds the lease of that name.
    pub fn lead(&self, lease: &str, leading: bool) {
        self.leading.get_or_create(&[("name", lease.to_owned())]).set(leading.into());
    }

    pub(super) fn queue(&self, length: usize) {
        self.queued.set(i64::try_from(length).unwrap_or(i64::MAX));
    }

    pub(super) fn watch(&self, synced: bool) {
        self.watching.set(synced.into());
    }

    /// Whether passes can end: `false` once no request of a pass has been answered for so long that none is going to be.
    /// A standby has to take over then.
    pub fn is_healthy(&self) -> bool {
        self.progress().unanswered.is_none_or(|since| since.elapsed() < STALLED)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request of a pass is about to be made.
    pub(super) fn request_started(&self) {
        let mut progress = self.progress();
        progress.requests += 1;
        progress.unanswered.get_or_insert_with(Instant::now);
    }

    /// A request of a pass has ended, with an answer (whatever it says) or without.
    pub(super) fn request_ended(&self, answered: bool) {
        let mut progress = self.progress();
        progress.requests = progress.requests.saturating_sub(1);
        if answered {
            progress.unanswered = (progress.requests > 0).then(Instant::now);
        }
    }

    /// Nothing is to be done.
    pub(super) fn idle(&self) {
        self.progress().unanswered = None;
    }

    pub(super) fn pass(&self, succeeded: bool, took: Duration) {
        self.passes.get_or_create(&result(succeeded)).inc();
        self.pass_seconds.observe(took.as_secs_f64());
    }

    /// An event is recorded: of a VMI that was created or deleted, perhaps.
    pub(super) fn count(&self, event: &EventMessage) {
        match event.reason {
            message::CREATED => drop(self.created.inc()),
            message::DELETED => drop(self.deleted.inc()),
            _ => {}
        }
    }
}

impl Probed for Metrics {
    fn health(&self) -> Result<(), &'static str> {
        if self.is_healthy() { Ok(()) } else { Err("no request of the reconciler is answered") }
    }

    fn readiness(&self) -> Result<(), &'static str> {
        if self.is_ready() { Ok(()) } else { Err("sets and VMIs have not been listed yet, or are not watched") }
    }

    fn metrics(&self) -> String {
        self.text()
    }
}

fn result(succeeded: bool) -> Label {
    [("result", if succeeded { "success" } else { "error" }.to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        let metrics = Metrics::default();
        let counts_elsewhere = metrics.clone();
        counts_elsewhere.pass(true, Duration::from_millis(500));
        counts_elsewhere.count(&EventMessage::created("a"));
        counts_elsewhere.count(&EventMessage::create_failed("quota"));
        metrics.queue(2);
        metrics.lead("it", true);
        let text = metrics.text();
        assert!(text.ends_with("# EOF\n"), "{text}");
        let mut told: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.contains("bucket")).collect();
        // Labels are kept in no order.
        told.sort_unstable();
        insta::assert_snapshot!(told.join("\n"), @r#"
        leader_election_master_status{name="it"} 1
        vmirs_controller_queue_depth 2
        vmirs_controller_reconcile_duration_seconds_count 1
        vmirs_controller_reconcile_duration_seconds_sum 0.5
        vmirs_controller_reconciles_total{result="error"} 0
        vmirs_controller_reconciles_total{result="success"} 1
        vmirs_controller_vmis_created_total 1
        vmirs_controller_vmis_deleted_total 0
        vmirs_controller_watches_synced 0
        "#);
    }

    #[test]
    fn who_waits_for_a_lease_is_ready_and_who_works_is_once_it_sees_its_sets() {
        let metrics = Metrics::default();
        assert!(metrics.is_ready());
        metrics.start();
        assert!(!metrics.is_ready());
        metrics.watch(true);
        assert!(metrics.is_ready());
        metrics.watch(false);
        assert!(!metrics.is_ready());
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_not_answered_is_not_healthy_and_who_does_not_ask_is() {
        let metrics = Metrics::default();
        tokio::time::advance(STALLED * 2).await;
        assert!(metrics.is_healthy(), "nothing was to be done");
        // One request after the other runs out of time, and another one of three is answered.
        for answered in [false, true] {
            metrics.request_started();
            tokio::time::advance(STALLED / 2).await;
            metrics.request_ended(answered);
        }
        assert!(metrics.is_healthy());
        for _ in 0..2 {
            metrics.request_started();
            tokio::time::advance(STALLED / 2).await;
            metrics.request_ended(false);
        }
        assert!(!metrics.is_healthy());
        metrics.idle();
        assert!(metrics.is_healthy());
    }
}
