//! Which sets are due: each at most once, none while it is being worked on, failures later and later.

use super::Key;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

/// The first and the longest rest of a set whose pass failed; client-go's values.
const FIRST_REST: Duration = Duration::from_millis(5);
const LONGEST_REST: Duration = Duration::from_secs(1000);

/// Which sets are due, and when.
#[derive(Debug, Default)]
pub(super) struct Queue {
    due: HashMap<Key, Instant>,
    busy: HashSet<Key>,
    failures: HashMap<Key, u32>,
    /// Before when the server has asked not to be bothered again.
    held: HashMap<Key, Instant>,
}

impl Queue {
    /// The set is due at that time, or earlier if it was due earlier; not before the server wants to hear of it again.
    pub(super) fn add(&mut self, key: Key, at: Instant) {
        let at = self.held.get(&key).map_or(at, |held| at.max(*held));
        let due = self.due.entry(key).or_insert(at);
        *due = at.min(*due);
    }

    /// A set that is due, that nobody works on and that may be worked on; it counts as being worked on from now.
    pub(super) fn take(&mut self, now: Instant, may: impl Fn(&Key) -> bool) -> Option<Key> {
        let free = self.due.iter().filter(|(key, at)| **at <= now && !self.busy.contains(*key) && may(key));
        let key = free.min_by_key(|(_, at)| **at)?.0.clone();
        self.due.remove(&key);
        self.busy.insert(key.clone());
        Some(key)
    }

    /// When the next set becomes due of those that may be worked on.
    pub(super) fn next(&self, may: impl Fn(&Key) -> bool) -> Option<Instant> {
        self.due.iter().filter(|(key, _)| !self.busy.contains(*key) && may(key)).map(|(_, at)| *at).min()
    }

    /// The work on the set ended well.
    pub(super) fn succeeded(&mut self, key: &Key) {
        self.busy.remove(key);
        self.failures.remove(key);
        self.held.remove(key);
    }

    /// The work on the set failed: it is due again after a rest, of `asked` at least if the server has asked for that.
    pub(super) fn failed(&mut self, key: Key, asked: Option<Duration>, now: Instant) {
        self.busy.remove(&key);
        let failures = self.failures.entry(key.clone()).or_default();
        let rest = FIRST_REST.saturating_mul(2u32.saturating_pow(*failures)).min(LONGEST_REST);
        *failures = failures.saturating_add(1);
        match asked {
            Some(asked) => self.held.insert(key.clone(), now + asked.min(LONGEST_REST)),
            None => self.held.remove(&key),
        };
        // What became due meanwhile waits, too.
        let due = self.due.remove(&key).map_or(now + rest, |due| due.min(now + rest));
        self.add(key, due);
    }

    /// How many sets are due, now or later.
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether no set is due, now or later, and none is being worked on.
    pub(super) fn is_empty(&self) -> bool {
        self.due.is_empty() && self.busy.is_empty()
    }

    /// Whether a set is due or being worked on.
    pub(super) fn holds(&self, key: &Key) -> bool {
        self.due.contains_key(key) || self.busy.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(_: &Key) -> bool {
        true
    }

    fn key(name: &str) -> Key {
        ("default".into(), name.into())
    }

    #[test]
    fn a_set_that_is_added_twice_is_due_once_and_at_the_earlier_time() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.add(key("a"), now + Duration::from_secs(9));
        queue.add(key("a"), now);
        assert_eq!(queue.take(now, any), Some(key("a")));
        assert_eq!(queue.take(now, any), None);
    }

    #[test]
    fn a_set_that_is_worked_on_waits_for_its_turn() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.add(key("a"), now);
        queue.take(now, any);
        queue.add(key("a"), now);
        assert_eq!((queue.take(now, any), queue.next(any)), (None, None));
        queue.succeeded(&key("a"));
        assert_eq!(queue.take(now, any), Some(key("a")));
    }

    #[test]
    fn failures_rest_longer_each_time_up_to_a_limit() {
        let now = Instant::now();
        let mut queue = Queue::default();
        for rest in [5, 10, 20, 40] {
            queue.failed(key("a"), None, now);
            assert_eq!(queue.next(any), Some(now + Duration::from_millis(rest)));
            queue.take(now + LONGEST_REST, any);
        }
        for _ in 0..40 {
            queue.failed(key("a"), None, now);
            queue.take(now + LONGEST_REST, any);
        }
        queue.failed(key("a"), None, now);
        assert_eq!(queue.next(any), Some(now + LONGEST_REST));
        queue.take(now + LONGEST_REST, any);
        queue.succeeded(&key("a"));
        queue.failed(key("a"), None, now);
        assert_eq!(queue.next(any), Some(now + FIRST_REST));
    }

    #[test]
    fn a_server_that_asks_for_a_rest_gets_it_whatever_happens_meanwhile() {
        let now = Instant::now();
        let asked = Duration::from_secs(7);
        let mut queue = Queue::default();
        queue.add(key("a"), now);
        queue.failed(key("a"), Some(asked), now);
        queue.add(key("a"), now);
        assert_eq!((queue.take(now, any), queue.next(any)), (None, Some(now + asked)));
        assert_eq!(queue.take(now + asked, any), Some(key("a")));
        queue.succeeded(&key("a"));
        queue.add(key("a"), now);
        assert_eq!(queue.next(any), Some(now));
    }

    #[test]
    fn a_set_that_may_not_be_worked_on_stays_due() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.add(key("blind"), now);
        queue.add(key("seen"), now + Duration::from_secs(1));
        let seen = |key: &Key| key.1 == "seen";
        assert_eq!((queue.take(now, seen), queue.next(seen)), (None, Some(now + Duration::from_secs(1))));
        assert_eq!(queue.take(now, any), Some(key("blind")));
    }
}
