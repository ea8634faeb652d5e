//! How long to wait after a failure: twice as long each time, up to a limit.

use std::time::Duration;

/// The first and the longest backoff.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// After the first failure.
    pub first: Duration,
    /// After many of them.
    pub longest: Duration,
}

impl Backoff {
    /// client-go's `ItemExponentialFailureRateLimiter`, as its controllers use it for their work queue.
    pub const WORK_QUEUE: Self = Self { first: Duration::from_millis(5), longest: Duration::from_secs(1000) };
    /// That of client-go's reflector.
    pub const REFLECTOR: Self = Self { first: Duration::from_millis(800), longest: Duration::from_secs(30) };

    /// How long to wait after so many failures before this one.
    pub fn after(self, failures: u32) -> Duration {
        self.first.saturating_mul(2u32.saturating_pow(failures)).min(self.longest)
    }

    /// How many failures there have been with this one. What makes no difference to the backoff is not counted.
    pub fn count(self, failures: u32) -> u32 {
        if self.after(failures) < self.longest { failures + 1 } else { failures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_a_limit_and_counts_no_further() {
        let (mut failures, mut waits) = (0, Vec::new());
        for _ in 0..40 {
            waits.push(Backoff::REFLECTOR.after(failures).as_millis());
            failures = Backoff::REFLECTOR.count(failures);
        }
        assert_eq!(waits[..8], [800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
        assert_eq!((waits[39], failures), (30000, 6));
    }
}
