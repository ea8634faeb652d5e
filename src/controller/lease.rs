//! Who may keep the sets, of several controllers: the rules of client-go's leader election, over plain values.
//!
//! A Lease names its holder. Nobody trusts another machine's clock: whoever wants the lease watches how long it has not
//! changed, by its own clock, and takes it when that is longer than the holder itself allows.

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use std::time::Duration;
use tokio::time::Instant;

/// The usual name of the Lease.
pub const NAME: &str = "kubectl-vmirs-controller";
/// The label that tells which namespace's sets the holder keeps; empty for all.
pub const KEEPS: &str = "controller.kubectl-vmirs/namespace";

/// How long a lease lasts without being renewed, in seconds, where it does not say. The value is client-go's.
const USUAL_DURATION: i32 = 15;
/// client-go lets a retry take up to so many times its period.
const JITTER: f64 = 1.2;

/// The periods of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long the others leave an unrenewed lease alone; whole seconds.
    pub duration: Duration,
    /// How long the holder goes on without having renewed it. Less than `duration`, so that it has stopped by the time
    /// another one starts.
    pub renew_deadline: Duration,
    /// How often it is renewed or tried for.
    pub retry: Duration,
}

impl Default for Timing {
    /// kube-controller-manager's values.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { duration: seconds(15), renew_deadline: seconds(10), retry: seconds(2) }
    }
}

/// Periods with which an election would not be safe; client-go's rules and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTiming {
    /// Others would take the lease while its holder still works.
    #[error("leaseDuration must be greater than renewDeadline")]
    Duration,
    /// The holder would have no second try.
    #[error("renewDeadline must be greater than retryPeriod*JitterFactor")]
    Deadline,
    /// A Lease counts in seconds.
    #[error("leaseDuration must be a whole number of seconds, and at least one")]
    Fraction,
    /// Trying without a pause.
    #[error("retryPeriod must be greater than zero")]
    Retry,
}

impl Timing {
    /// Whether an election with these periods is safe.
    ///
    /// # Errors
    /// [`BadTiming`] if it is not.
    pub fn check(&self) -> Result<(), BadTiming> {
        match self {
            _ if self.duration <= self.renew_deadline => Err(BadTiming::Duration),
            _ if self.renew_deadline <= self.retry.mul_f64(JITTER) => Err(BadTiming::Deadline),
            _ if self.retry.is_zero() => Err(BadTiming::Retry),
            _ if self.duration.subsec_nanos() != 0 => Err(BadTiming::Fraction),
            _ => Ok(()),
        }
    }

    /// How long to rest before the next try for a lease; `chance` is from 0 to 1 and keeps several from trying at once.
    pub fn rest(&self, chance: f64) -> Duration {
        self.retry.mul_f64(1.0 + chance.clamp(0.0, 1.0) * JITTER)
    }
}

/// What a candidate does where somebody else holds the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Stands by, and takes over when the lease has run out or is given up.
    Standby,
    /// Is refused once the holder was seen to renew it. In the end the Lease is deleted: nobody stands by for it.
    Exclusive,
}

/// One who wants to keep sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The Lease's namespace.
    pub namespace: String,
    /// The Lease's name.
    pub name: String,
    /// Different for each process that ever runs.
    pub identity: String,
    /// The namespace whose sets are kept; `None` for all.
    pub keeps: Option<String>,
    /// How long everything takes.
    pub timing: Timing,
    /// What to do where somebody else holds it.
    pub mode: Mode,
}

/// A Lease as it was read last, and since when it has been seen unchanged.
#[derive(Clone, Debug)]
pub struct Seen {
    lease: Lease,
    since: Instant,
}

impl Seen {
    /// Takes in a reading; `before` is what was seen before.
    pub fn new(lease: Lease, before: Option<&Self>, now: Instant) -> Self {
        let unchanged = before.filter(|before| before.lease.spec == lease.spec);
        Self { since: unchanged.map_or(now, |before| before.since), lease }
    }

    /// Who holds it; a lease that was given up has no holder.
    pub fn holder(&self) -> Option<&str> {
        self.lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
    }

    /// Whether this reading differs from the one before: somebody has renewed it, whatever the clocks say.
    pub fn is_renewed_since(&self, before: &Self) -> bool {
        self.lease.spec != before.lease.spec
    }

    /// Whether it was seen unchanged for as long as it lasts by its own words.
    pub fn has_run_out(&self, now: Instant) -> bool {
        let seconds = self.lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds).unwrap_or(USUAL_DURATION);
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

impl Candidate {
    /// The Lease's namespace and name.
    pub fn place(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    /// The Lease to create where there is none.
    pub fn first(&self, wall: Timestamp) -> Lease {
        let mut lease = Lease::default();
        lease.metadata.namespace = Some(self.namespace.clone());
        lease.metadata.name = Some(self.name.clone());
        lease.spec = Some(LeaseSpec { lease_transitions: Some(0), ..self.spec(wall) });
        self.label(&mut lease);
        lease
    }

    /// What to do about the lease. `now` is for measuring, `wall` for telling others.
    pub fn decide(&self, seen: &Seen, now: Instant, wall: Timestamp) -> Decision {
        let ours = seen.holder() == Some(&self.identity);
        if let Some(holder) = seen.holder().filter(|_| !ours && !seen.has_run_out(now)) {
            return Decision::Held(holder.to_owned());
        }
        let mut lease = seen.lease.clone();
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

    /// The lease as it is given up, if it is ours: the next one need not wait.
    pub fn given_up(&self, lease: &Lease, wall: Timestamp) -> Option<Lease> {
        let spec = lease.spec.as_ref()?;
        let ours = spec.holder_identity.as_deref() == Some(&self.identity);
        let given_up = LeaseSpec {
            holder_identity: Some(String::new()),
            // The API refuses a lease that lasts no time at all.
            lease_duration_seconds: Some(1),
            lease_transitions: spec.lease_transitions,
            ..self.spec(wall)
        };
        ours.then(|| Lease { spec: Some(given_up), ..lease.clone() })
    }

    fn spec(&self, wall: Timestamp) -> LeaseSpec {
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: Some(i32::try_from(self.timing.duration.as_secs()).unwrap_or(i32::MAX)),
            acquire_time: Some(MicroTime(wall)),
            renew_time: Some(MicroTime(wall)),
            ..LeaseSpec::default()
        }
    }

    fn label(&self, lease: &mut Lease) {
        let labels = lease.metadata.labels.get_or_insert_default();
        labels.insert(KEEPS.to_owned(), self.keeps.clone().unwrap_or_default());
    }
}

impl std::fmt::Display for Candidate {
    /// `namespace/name` of the Lease.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: Timestamp = Timestamp::UNIX_EPOCH;

    fn candidate(identity: &str) -> Candidate {
        Candidate {
            namespace: "kubevirt".into(),
            name: NAME.into(),
            identity: identity.into(),
            keeps: None,
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
        let seen = Seen::new(a.first(WALL), None, start);
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
        let first = Seen::new(a.first(WALL), None, start);
        let same = Seen::new(a.first(WALL), Some(&first), at(10));
        assert!(matches!(b.decide(&same, at(15), WALL), Decision::Write(_)));
        let renewed = Seen::new(a.first(later(10)), Some(&first), at(10));
        assert_eq!(b.decide(&renewed, at(15), WALL), Decision::Held("a".into()));
    }

    #[test]
    fn the_holder_renews_and_keeps_the_time_at_which_it_took_it() {
        let (a, start) = (candidate("a"), Instant::now());
        let seen = Seen::new(a.first(WALL), None, start);
        let renewed = written(a.decide(&seen, start + Duration::from_secs(100), later(100)));
        assert_eq!((renewed.acquire_time, renewed.renew_time), (Some(MicroTime(WALL)), Some(MicroTime(later(100)))));
        assert_eq!(renewed.lease_transitions, Some(0));
    }

    #[test]
    fn a_lease_that_was_given_up_is_free_at_once() {
        let (a, b, start) = (candidate("a"), candidate("b"), Instant::now());
        let given_up = a.given_up(&a.first(WALL), later(1)).unwrap();
        assert_eq!(given_up.spec.as_ref().unwrap().lease_duration_seconds, Some(1));
        let taken = written(b.decide(&Seen::new(given_up, None, start), start, later(2)));
        assert_eq!((taken.holder_identity.as_deref(), taken.lease_transitions), (Some("b"), Some(1)));
        assert_eq!(b.given_up(&a.first(WALL), WALL), None, "it is not b's to give up");
    }

    #[test]
    fn what_others_wrote_beside_the_election_stays() {
        let a = candidate("a");
        let mut lease = a.first(WALL);
        lease.metadata.resource_version = Some("7".into());
        lease.metadata.labels.as_mut().unwrap().insert("team".into(), "blue".into());
        let Decision::Write(next) = a.decide(&Seen::new(lease, None, Instant::now()), Instant::now(), WALL) else {
            panic!("it is ours");
        };
        assert_eq!(next.metadata.resource_version.as_deref(), Some("7"), "a write in between is noticed");
        assert_eq!(next.metadata.labels.unwrap().get("team").map(String::as_str), Some("blue"));
    }

    #[test]
    fn periods_have_to_leave_room_for_one_another() {
        let timing = |duration: u64, renew_deadline: u64, retry: u64| {
            let millis = Duration::from_millis;
            Timing { duration: millis(duration), renew_deadline: millis(renew_deadline), retry: millis(retry) }.check()
        };
        assert_eq!(Timing::default().check(), Ok(()));
        assert_eq!(timing(10_000, 10_000, 2000), Err(BadTiming::Duration));
        assert_eq!(timing(15_000, 2400, 2000), Err(BadTiming::Deadline));
        assert_eq!(timing(15_000, 10_000, 0), Err(BadTiming::Retry));
        assert_eq!(timing(1500, 1000, 100), Err(BadTiming::Fraction));
        let rests = [0.0, 1.0].map(|chance| Timing::default().rest(chance));
        assert_eq!(rests, [Duration::from_secs(2), Duration::from_millis(4400)]);
    }
}
