//! What an election is about, and how long everything takes.

use std::collections::BTreeMap;
use std::time::Duration;

/// client-go lets a retry take up to so many times its period.
const JITTER: f64 = 1.2;

/// The periods of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long the others leave an unrenewed lease alone; whole seconds.
    pub lease_duration: Duration,
    /// How long the holder goes on without having renewed it. Less than `lease_duration`, so that it has stopped by the time
    /// another one starts.
    pub renew_deadline: Duration,
    /// How often it is renewed or tried for.
    pub retry_period: Duration,
}

impl Default for Timing {
    /// kube-controller-manager's values.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { lease_duration: seconds(15), renew_deadline: seconds(10), retry_period: seconds(2) }
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
            _ if self.lease_duration <= self.renew_deadline => Err(BadTiming::Duration),
            _ if self.renew_deadline <= self.retry_period.mul_f64(JITTER) => Err(BadTiming::Deadline),
            _ if self.retry_period.is_zero() => Err(BadTiming::Retry),
            _ if self.lease_duration.subsec_nanos() != 0 => Err(BadTiming::Fraction),
            _ => Ok(()),
        }
    }

    /// How long to wait before the next try for a lease; `chance` is from 0 to 1 and keeps several from trying at once.
    pub fn jittered_retry(&self, chance: f64) -> Duration {
        self.retry_period.mul_f64(1.0 + chance.clamp(0.0, 1.0) * JITTER)
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

/// A candidate, and the lease that it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderElectionConfig {
    /// The Lease's namespace.
    pub namespace: String,
    /// The Lease's name.
    pub name: String,
    /// Different for each process that ever runs.
    pub identity: String,
    /// Labels that the Lease carries.
    pub labels: BTreeMap<String, String>,
    /// How long everything takes.
    pub timing: Timing,
    /// What to do where somebody else holds it.
    pub mode: Mode,
}

impl LeaderElectionConfig {
    /// The Lease's namespace and name.
    pub fn lease(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }
}

impl std::fmt::Display for LeaderElectionConfig {
    /// `namespace/name` of the Lease.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_to_leave_room_for_one_another() {
        let timing = |duration: u64, renew_deadline: u64, retry: u64| {
            let millis = Duration::from_millis;
            Timing {
                lease_duration: millis(duration),
                renew_deadline: millis(renew_deadline),
                retry_period: millis(retry),
            }
            .check()
        };
        assert_eq!(Timing::default().check(), Ok(()));
        assert_eq!(timing(10_000, 10_000, 2000), Err(BadTiming::Duration));
        assert_eq!(timing(15_000, 2400, 2000), Err(BadTiming::Deadline));
        assert_eq!(timing(15_000, 10_000, 0), Err(BadTiming::Retry));
        assert_eq!(timing(1500, 1000, 100), Err(BadTiming::Fraction));
        let rests = [0.0, 1.0].map(|chance| Timing::default().jittered_retry(chance));
        assert_eq!(rests, [Duration::from_secs(2), Duration::from_millis(4400)]);
    }
}
