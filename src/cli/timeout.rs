//! `--timeout`: a length of time as Go reads it, and what zero and less mean to kubectl's verbs.

use crate::text::go::duration;
use std::time::Duration;

/// How long kubectl waits when it is told to wait without end.
const A_WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long to wait: a Go duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timeout {
    /// Zero.
    Zero,
    /// That long.
    For(Duration),
    /// Less than nothing: to Go's contexts it has passed already, to `kubectl wait` it is a week.
    Negative,
}

impl Timeout {
    /// The length, or `when_zero`; none at all if it is negative.
    pub(crate) fn or(self, when_zero: Duration) -> Duration {
        match self {
            Self::Zero => when_zero,
            Self::For(length) => length,
            Self::Negative => Duration::ZERO,
        }
    }

    /// The length as `kubectl wait` has it: zero looks once, and what is negative is a week.
    pub(crate) fn of_wait(self) -> Duration {
        if self == Self::Negative { A_WEEK } else { self.or(Duration::ZERO) }
    }

    /// The length, zero being kubectl's "as long as it takes".
    pub(crate) fn or_a_week(self) -> Duration {
        self.or(A_WEEK)
    }
}

/// Reads `--timeout`.
pub(crate) fn go_timeout(text: &str) -> Result<Timeout, String> {
    Ok(match duration::parse(text)? {
        Some(length) if length.is_zero() => Timeout::Zero,
        Some(length) => Timeout::For(length),
        None => Timeout::Negative,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_go_duration() {
        assert_eq!(go_timeout("10"), Err("time: missing unit in duration \"10\"".into()));
        assert_eq!(go_timeout("0"), Ok(Timeout::Zero));
        let negative = go_timeout("-1s").unwrap();
        assert_eq!((negative.of_wait(), negative.or_a_week()), (A_WEEK, Duration::ZERO));
    }
}
