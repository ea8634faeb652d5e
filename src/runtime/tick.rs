//! Logical time: what decides is handed a [`Tick`] and has no clock of its own.

use std::ops::Add;
use std::time::Duration;

/// Milliseconds since a moment that whoever drives the decisions has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub u64);

impl Tick {
    /// The tick so long after the beginning, rounded down to a whole millisecond.
    pub fn after(start: Duration) -> Self {
        Self(millis(start))
    }

    /// How long it is from `earlier` until now; zero if that is still to come.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The same moment as somebody counts who began at `origin`. What was before it becomes the beginning: for a deadline
    /// that has passed it makes no difference by how much.
    #[must_use]
    pub fn rebased(self, origin: Self) -> Self {
        Self(self.0.saturating_sub(origin.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(millis(later)))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
