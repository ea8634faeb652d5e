//! The rules of client-go's leader election, over plain values.
//!
//! A Lease names its holder. Nobody trusts another machine's clock: whoever wants the lease watches how long it has not
//! changed, by its own clock, and takes it when that is longer than the holder itself allows.

use super::config::LeaderElectionConfig;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use std::time::Duration;
use tokio::time::Instant;

/// How long a lease lasts without being renewed, in seconds, where it does not say. The value is client-go's.
const DEFAULT_LEASE_SECONDS: i32 = 15;
/// A Lease as it was read last, and since when it has been seen unchanged.
#[derive(Clone, Debug)]
pub struct ObservedRecord {
    lease: Lease,
    since: Instant,
}

impl ObservedRecord {
    /// Takes in a reading; `before` is what was seen before.
    pub fn new(lease: Lease, before: Option<&Self>, now: Instant) -> Self {
        let unchanged = before.filter(|before| before.lease.spec == lease.spec);
        Self { since: unchanged.map_or(now, |before| before.since), lease }
    }

    /// Who holds it; a released lease has no holder.
    pub fn holder(&self) -> Option<&str> {
        self.lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
    }

    /// Whether this reading differs from the one before: somebody has renewed it, whatever the clocks say.
    pub fn is_renewed_since(&self, before: &Self) -> bool {
        self.lease.spec != before.lease.spec
    }

    /// Whether it was seen unchanged for as long as it lasts by its own words.
    pub fn has_run_out(&self, now: Instant) -> bool {
        let seconds =
            self.lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds).unwrap_or(DEFAULT_LEASE_SECONDS);
        let lasts = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        self.was_unchanged_for(lasts, now)
    }

    /// Whether it was seen unchanged for so long.
    pub fn was_unchanged_for(&self, length: Duration, now: Instant) -> bool {
        now.saturating_duration_since(self.since) >= length
    }
}

/// What to do about a lease.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It is ours, or free: write this. The server refuses it if somebody else was faster.
    Write(Box<Lease>),
    /// This one has it.
    Held(String),
}

impl LeaderElectionConfig {
    /// The Lease to create where there is none.
    pub fn new_lease(&self, wall: Timestamp) -> Lease {
        let mut lease = Lease::default();
        lease.metadata.namespace = Some(self.namespace.clone());
        lease.metadata.name = Some(self.name.clone());
        lease.spec = Some(LeaseSpec { lease_transitions: Some(0), ..self.spec(wall) });
        self.label(&mut lease);
        lease
    }

    /// What to do about the lease. `now` is for measuring, `wall` for telling others.
    pub fn decide(&self, observed: &ObservedRecord, now: Instant, wall: Timestamp) -> Decision {
        let ours = observed.holder() == Some(&self.identity);
        if let Some(holder) = observed.holder().filter(|_| !ours && !observed.has_run_out(now)) {
            return Decision::Held(holder.to_owned());
        }
        let mut lease = observed.lease.clone();
        let before = lease.spec.take().unwrap_or_default();
        let transitions = before.lease_transitions.unwrap_or_default();
        let mut spec = self.spec(wall);
        if ours {
            spec.acquire_time = before.acquire_time;
            spec.lease_transitions = Some(transitions);
        } else {
            spec.lease_transitions = Some(transitions.saturating_add(1));
        }
        lease.spec = Some(spec);
        self.label(&mut lease);
        Decision::Write(Box::new(lease))
    }

    /// The lease as it is released, if it is ours: the next one need not wait.
    pub fn released(&self, lease: &Lease, wall: Timestamp) -> Option<Lease> {
        let spec = lease.spec.as_ref()?;
        let ours = spec.holder_identity.as_deref() == Some(&self.identity);
        let released = LeaseSpec {
            holder_identity: Some(String::new()),
            // The API refuses a lease that lasts no time at all.
            lease_duration_seconds: Some(1),
            lease_transitions: spec.lease_transitions,
            ..self.spec(wall)
        };
        ours.then(|| Lease { spec: Some(released), ..lease.clone() })
    }

    fn spec(&self, wall: Timestamp) -> LeaseSpec {
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: Some(i32::try_from(self.timing.lease_duration.as_secs()).unwrap_or(i32::MAX)),
            acquire_time: Some(MicroTime(wall)),
            renew_time: Some(MicroTime(wall)),
            ..LeaseSpec::default()
        }
    }

    fn label(&self, lease: &mut Lease) {
        let labels = self.labels.iter().map(|(key, value)| (key.clone(), value.clone()));
        lease.metadata.labels.get_or_insert_default().extend(labels);
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{Mode, Timing};
    use super::*;
    use std::collections::BTreeMap;

    const WALL: Timestamp = Timestamp::UNIX_EPOCH;

    fn candidate(identity: &str) -> LeaderElectionConfig {
        LeaderElectionConfig {
            namespace: "kubevirt".into(),
            name: "lease".into(),
            identity: identity.into(),
            labels: BTreeMap::new(),
            timing: Timing::default(),
            mode: Mode::Standby,
        }
    }

    fn written(decision: Decision) -> LeaseSpec {
        match decision {
            Decision::Write(lease) => lease.spec.unwrap(),
            Decision::Held(holder) => panic!("held by {holder}"),
        }
    }

    fn later(seconds: u64) -> Timestamp {
        WALL + Duration::from_secs(seconds)
    }

    #[test]
    fn a_lease_is_taken_only_when_it_was_seen_unchanged_for_as_long_as_it_lasts() {
        let (a, b, start) = (candidate("a"), candidate("b"), Instant::now());
        // By its own words it ran out long ago: but that is another machine's clock.
        let seen = ObservedRecord::new(a.new_lease(WALL), None, start);
        for seconds in [0, 14] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(b.decide(&seen, now, later(1000)), Decision::Held("a".into()));
        }
        let taken = written(b.decide(&seen, start + Duration::from_secs(15), later(15)));
        assert_eq!((taken.holder_identity.as_deref(), taken.lease_transitions), (Some("b"), Some(1)));
        assert_eq!((taken.acquire_time, taken.renew_time), (Some(MicroTime(later(15))), Some(MicroTime(later(15)))));
    }

    #[test]
    fn a_renewal_starts_the_wait_anew_and_the_same_reading_does_not() {
        let (a, b, start) = (candidate("a"), candidate("b"), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let first = ObservedRecord::new(a.new_lease(WALL), None, start);
        let same = ObservedRecord::new(a.new_lease(WALL), Some(&first), at(10));
        assert!(matches!(b.decide(&same, at(15), WALL), Decision::Write(_)));
        let renewed = ObservedRecord::new(a.new_lease(later(10)), Some(&first), at(10));
        assert_eq!(b.decide(&renewed, at(15), WALL), Decision::Held("a".into()));
    }

    #[test]
    fn the_holder_renews_and_keeps_the_time_at_which_it_took_it() {
        let (a, start) = (candidate("a"), Instant::now());
        let seen = ObservedRecord::new(a.new_lease(WALL), None, start);
        let renewed = written(a.decide(&seen, start + Duration::from_secs(100), later(100)));
        assert_eq!((renewed.acquire_time, renewed.renew_time), (Some(MicroTime(WALL)), Some(MicroTime(later(100)))));
        assert_eq!(renewed.lease_transitions, Some(0));
    }

    #[test]
    fn a_lease_that_was_released_is_free_at_once() {
        let (a, b, start) = (candidate("a"), candidate("b"), Instant::now());
        let released = a.released(&a.new_lease(WALL), later(1)).unwrap();
        assert_eq!(released.spec.as_ref().unwrap().lease_duration_seconds, Some(1));
        let taken = written(b.decide(&ObservedRecord::new(released, None, start), start, later(2)));
        assert_eq!((taken.holder_identity.as_deref(), taken.lease_transitions), (Some("b"), Some(1)));
        assert_eq!(b.released(&a.new_lease(WALL), WALL), None, "it is not b's to give up");
    }

    #[test]
    fn what_others_wrote_beside_the_election_stays() {
        let a = candidate("a");
        let mut lease = a.new_lease(WALL);
        lease.metadata.resource_version = Some("7".into());
        lease.metadata.labels.get_or_insert_default().insert("team".into(), "blue".into());
        let Decision::Write(next) = a.decide(&ObservedRecord::new(lease, None, Instant::now()), Instant::now(), WALL)
        else {
            panic!("it is ours");
        };
        assert_eq!(next.metadata.resource_version.as_deref(), Some("7"), "a write in between is noticed");
        assert_eq!(next.metadata.labels.unwrap().get("team").map(String::as_str), Some("blue"));
    }
}
