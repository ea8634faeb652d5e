//! What of our own writes has not been seen yet.
//!
//! A watch lags behind. Whoever counts VMIs in a view that does not hold its own last creations creates them again.
//! So a set is not scaled before everything that was created for it has been seen, and everything deleted has been seen
//! going; or until the wait has lasted so long that an event must have been missed. KubeVirt's controller counts
//! creations in one number, which a later deletion overwrites; here each write is remembered by its UID.

use super::index::Effect;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

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
    /// Creations that have been asked for and not been answered.
    asked: HashMap<String, Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    count: usize,
    /// What was seen going meanwhile: perhaps what an answer is about to name.
    gone: HashSet<String>,
}

#[derive(Debug)]
struct Pending {
    created: HashSet<String>,
    deleted: HashSet<String>,
    since: Instant,
}

impl Expectations {
    /// A VMI is about to be asked for; [`answered`](Self::answered) is to follow.
    pub fn ask(&mut self, set: &str) {
        self.asked.entry(set.to_owned()).or_default().count += 1;
    }

    /// The answer to a creation: the VMI's UID if there is one now and it has not been seen. A VMI that was seen going
    /// while the answer was on its way is not waited for.
    pub fn answered(&mut self, set: &str, created: Option<&str>, now: Instant) {
        let mut seen_going = false;
        if let Some(asked) = self.asked.get_mut(set) {
            asked.count = asked.count.saturating_sub(1);
            seen_going = created.is_some_and(|vmi| asked.gone.contains(vmi));
            if asked.count == 0 {
                self.asked.remove(set);
            }
        }
        if let Some(vmi) = created.filter(|_| !seen_going) {
            self.pending(set, now).created.insert(vmi.to_owned());
        }
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

    /// The VMIs that were created for the set and have not been seen.
    pub fn unseen(&self, set: &str) -> Vec<String> {
        self.sets.get(set).into_iter().flat_map(|pending| pending.created.iter().cloned()).collect()
    }

    /// The VMI was seen going, or gone.
    pub fn saw_going(&mut self, set: &str, vmi: &str) {
        if let Some(asked) = self.asked.get_mut(set) {
            asked.gone.insert(vmi.to_owned());
        }
        self.fulfil(set, |pending| pending.created.remove(vmi) | pending.deleted.remove(vmi));
    }

    /// What a VMI's event means for what is waited for.
    pub fn take(&mut self, effect: &Effect, vmi: &str) {
        if let Some(set) = &effect.saw {
            self.saw(set, vmi);
        }
        if let Some(set) = &effect.saw_going {
            self.saw_going(set, vmi);
        }
    }

    /// The set is gone.
    pub fn forget(&mut self, set: &str) {
        self.sets.remove(set);
        self.doubts.remove(set);
        self.asked.remove(set);
    }

    /// Whether nothing is waited for, of no set.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.doubts.is_empty() && self.asked.is_empty()
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
        if now.saturating_duration_since(pending.since) >= PATIENCE {
            // What was missed then would hold the set up once more.
            *pending = fresh();
        }
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
        expectations.answered("set", Some("a"), now);
        expectations.answered("set", Some("b"), now);
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
        expectations.answered("set", Some("new"), now);
        expectations.expect_deletion("set", "old", now);
        expectations.saw_going("set", "old");
        assert!(expectations.wait("set", now).is_some());
        expectations.saw("set", "new");
        assert_eq!(expectations.wait("set", now), None);
    }

    #[test]
    fn a_vmi_that_went_before_the_answer_named_it_is_not_waited_for() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.ask("set");
        expectations.ask("set");
        expectations.saw_going("set", "fast");
        expectations.answered("set", Some("fast"), now);
        assert_eq!(expectations.wait("set", now), None);
        expectations.answered("set", Some("slow"), now);
        assert_eq!((expectations.wait("set", now), expectations.unseen("set")), (Some(PATIENCE), vec!["slow".into()]));
        expectations.saw("set", "slow");
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_refused_creation_leaves_nothing_behind() {
        let mut expectations = Expectations::default();
        expectations.ask("set");
        expectations.saw_going("set", "other");
        expectations.answered("set", None, Instant::now());
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_vmi_that_came_and_went_unseen_is_not_waited_for() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.answered("set", Some("a"), now);
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
    fn what_was_missed_once_holds_nothing_up_again() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.answered("set", Some("missed"), now);
        let later = now + PATIENCE;
        expectations.answered("set", Some("next"), later);
        assert!(expectations.wait("set", later).is_some());
        expectations.saw("set", "next");
        assert_eq!(expectations.wait("set", later), None);
    }

    #[test]
    fn patience_ends() {
        let now = Instant::now();
        let mut expectations = Expectations::default();
        expectations.answered("set", Some("a"), now);
        assert_eq!(expectations.wait("set", now + PATIENCE / 2), Some(PATIENCE / 2));
        assert_eq!(expectations.wait("set", now + PATIENCE), None);
        assert_eq!(expectations.wait("set", now + PATIENCE * 2), None);
    }
}
