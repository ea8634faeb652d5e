//! What of our own writes has not been seen yet.
//!
//! A watch lags behind. Whoever counts VMIs in a view that does not hold its own last creations creates them again.
//! So a set is not scaled before everything that was created for it has been seen, and everything deleted has been seen
//! going; or until the wait has lasted so long that an event must have been missed. KubeVirt's controller counts
//! creations in one number, which a later deletion overwrites; here each write is remembered by its UID.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// After this long an event must have been missed, and the view is trusted again. The value is KubeVirt's.
pub const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How long a creation whose answer was lost may still take effect. Until then nothing is created for the set, and
/// nothing after it before the VMIs have been listed anew.
pub const DOUBT: Duration = Duration::from_secs(10);

/// The writes that are waited for, by set.
#[derive(Debug, Default)]
pub struct Expectations {
    sets: HashMap<String, Pending>,
    /// Since when it is not known whether a creation has taken effect.
    doubts: HashMap<String, Instant>,
}

#[derive(Debug)]
struct Pending {
    created: HashSet<String>,
    deleted: HashSet<String>,
    since: Instant,
}

impl Expectations {
    /// A VMI was created for the set, and has not been seen.
    pub fn expect_creation(&mut self, set: &str, vmi: &str, now: Instant) {
        self.pending(set, now).created.insert(vmi.to_owned());
    }

    /// A VMI of the set was deleted, and has not been seen going.
    pub fn expect_deletion(&mut self, set: &str, vmi: &str, now: Instant) {
        self.pending(set, now).deleted.insert(vmi.to_owned());
    }

    /// A creation's answer was lost: the VMI may be there, or may yet come to be.
    pub fn doubt(&mut self, set: &str, now: Instant) {
        self.doubts.insert(set.to_owned(), now);
    }

    /// Whether the VMIs have to be listed anew before the set is scaled.
    pub fn is_in_doubt(&self, set: &str) -> bool {
        self.doubts.contains_key(set)
    }

    /// The VMIs have been listed anew.
    pub fn settle_doubt(&mut self, set: &str) {
        self.doubts.remove(set);
    }

    /// The VMI was seen to be there.
    pub fn saw(&mut self, set: &str, vmi: &str) {
        self.fulfil(set, |pending| pending.created.remove(vmi));
    }

    /// The VMI was seen going, or gone.
    pub fn saw_going(&mut self, set: &str, vmi: &str) {
        self.fulfil(set, |pending| pending.created.remove(vmi) | pending.deleted.remove(vmi));
    }

    /// The set is gone.
    pub fn forget(&mut self, set: &str) {
        self.sets.remove(set);
        self.doubts.remove(set);
    }

    /// How long the set has to wait yet: `None` when everything has been seen or the patience is over.
    pub fn wait(&self, set: &str, now: Instant) -> Option<Duration> {
        let left = |since: Instant, patience: Duration| patience.checked_sub(now.saturating_duration_since(since));
        let unseen = self.sets.get(set).and_then(|pending| left(pending.since, PATIENCE));
        let doubtful = self.doubts.get(set).and_then(|since| left(*since, DOUBT));
        unseen.max(doubtful).filter(|left| !left.is_zero())
    }

    fn pending(&mut self, set: &str, now: Instant) -> &mut Pending {
        let fresh = || Pending { created: HashSet::new(), deleted: HashSet::new(), since: now };
        let pending = self.sets.entry(set.to_owned()).or_insert_with(fresh);
        pending.since = now;
        pending
    }

    fn fulfil(&mut self, set: &str, change: impl FnOnce(&mut Pending) -> bool) {
        let Some(pending) = self.sets.get_mut(set) else { return };
        change(pending);
        if pending.created.is_empty() && pending.deleted.is_empty() {
            self.sets.remove(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_waits_until_all_it_created_has_been_seen() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        assert_eq!(expectations.wait("set", now), None);
        expectations.expect_creation("set", "a", now);
        expectations.expect_creation("set", "b", now);
        expectations.saw("set", "a");
        assert_eq!(expectations.wait("set", now), Some(PATIENCE));
        expectations.saw("other", "b");
        assert!(expectations.wait("set", now).is_some());
        expectations.saw("set", "b");
        assert_eq!(expectations.wait("set", now), None);
    }

    #[test]
    fn a_deletion_does_not_cover_up_a_creation() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.expect_creation("set", "new", now);
        expectations.expect_deletion("set", "old", now);
        expectations.saw_going("set", "old");
        assert!(expectations.wait("set", now).is_some());
        expectations.saw("set", "new");
        assert_eq!(expectations.wait("set", now), None);
    }

    #[test]
    fn a_vmi_that_came_and_went_unseen_is_not_waited_for() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.expect_creation("set", "a", now);
        expectations.saw_going("set", "a");
        assert_eq!(expectations.wait("set", now), None);
    }

    #[test]
    fn a_creation_whose_answer_was_lost_holds_the_set_and_leaves_a_doubt() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.doubt("set", now);
        assert_eq!(expectations.wait("set", now), Some(DOUBT));
        assert_eq!(expectations.wait("set", now + DOUBT), None);
        assert!(expectations.is_in_doubt("set"));
        expectations.settle_doubt("set");
        assert!(!expectations.is_in_doubt("set"));
    }

    #[test]
    fn patience_ends() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.expect_creation("set", "a", now);
        assert_eq!(expectations.wait("set", now + PATIENCE / 2), Some(PATIENCE / 2));
        assert_eq!(expectations.wait("set", now + PATIENCE), None);
        assert_eq!(expectations.wait("set", now + PATIENCE * 2), None);
    }
}
