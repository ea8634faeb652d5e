//! Which items are due: each at most once, none while it is being worked on, failures later and later. client-go's
//! rate-limiting work queue as a plain value: fed and asked by method calls, with the time handed in.

use super::backoff::Backoff;
use super::tick::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const BACKOFF: Backoff = Backoff::WORK_QUEUE;

/// Which items are due, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkQueue<K> {
    due: BTreeMap<K, Tick>,
    busy: BTreeSet<K>,
    failures: BTreeMap<K, u32>,
    /// Before when the server wants to be asked again.
    held: BTreeMap<K, Tick>,
}

impl<K> Default for WorkQueue<K> {
    fn default() -> Self {
        let (due, busy, failures, held) = Default::default();
        Self { due, busy, failures, held }
    }
}

impl<K: Clone + Ord> WorkQueue<K> {
    /// The item is due at that time, or earlier if it was due earlier; not before the server wants to hear of it again.
    pub fn add(&mut self, key: K, at: Tick) {
        let at = self.held.get(&key).map_or(at, |held| at.max(*held));
        let due = self.due.entry(key).or_insert(at);
        *due = at.min(*due);
    }

    /// An item that is due, that nobody works on and that may be worked on; it counts as being worked on from now.
    pub fn get(&mut self, now: Tick, may: impl Fn(&K) -> bool) -> Option<K> {
        let free = self.due.iter().filter(|(key, at)| **at <= now && !self.busy.contains(*key) && may(key));
        let key = free.min_by_key(|(_, at)| **at)?.0.clone();
        self.due.remove(&key);
        self.busy.insert(key.clone());
        Some(key)
    }

    /// When the next item becomes due of those that may be worked on.
    pub fn next_due(&self, may: impl Fn(&K) -> bool) -> Option<Tick> {
        self.due.iter().filter(|(key, _)| !self.busy.contains(*key) && may(key)).map(|(_, at)| *at).min()
    }

    /// The work on the item ended well.
    pub fn forget(&mut self, key: &K) {
        self.busy.remove(key);
        self.failures.remove(key);
        self.held.remove(key);
    }

    /// The work on the item failed, or is to be repeated: it is due again after a while, of `asked` at least if the server
    /// has asked for that.
    pub fn add_rate_limited(&mut self, key: K, asked: Option<Duration>, now: Tick) {
        self.busy.remove(&key);
        let failures = self.failures.entry(key.clone()).or_default();
        let backoff = BACKOFF.after(*failures);
        *failures = BACKOFF.count(*failures);
        match asked {
            Some(asked) => self.held.insert(key.clone(), now + asked.min(BACKOFF.longest)),
            None => self.held.remove(&key),
        };
        // What became due meanwhile waits, too.
        let due = self.due.remove(&key).map_or(now + backoff, |due| due.min(now + backoff));
        self.add(key, due);
    }

    /// The same queue as somebody sees it who began to count at `origin`.
    pub fn rebase(&mut self, origin: Tick) {
        self.held.retain(|_, held| *held > origin);
        for at in self.due.values_mut().chain(self.held.values_mut()) {
            *at = at.rebased(origin);
        }
    }

    /// How many items are due, now or later.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether no item is due, now or later, and none is being worked on.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty() && self.busy.is_empty()
    }

    /// Whether an item is due or being worked on.
    pub fn contains(&self, key: &K) -> bool {
        self.due.contains_key(key) || self.busy.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = (String, String);

    fn any(_: &Key) -> bool {
        true
    }

    fn key(name: &str) -> Key {
        ("default".into(), name.into())
    }

    #[test]
    fn an_item_that_is_added_twice_is_due_once_and_at_the_earlier_time() {
        let now = Tick(0);
        let mut queue = WorkQueue::default();
        queue.add(key("a"), now + Duration::from_secs(9));
        queue.add(key("a"), now);
        assert_eq!(queue.get(now, any), Some(key("a")));
        assert_eq!(queue.get(now, any), None);
    }

    #[test]
    fn an_item_that_is_worked_on_waits_for_its_turn() {
        let now = Tick(0);
        let mut queue = WorkQueue::default();
        queue.add(key("a"), now);
        queue.get(now, any);
        queue.add(key("a"), now);
        assert_eq!((queue.get(now, any), queue.next_due(any)), (None, None));
        queue.forget(&key("a"));
        assert_eq!(queue.get(now, any), Some(key("a")));
    }

    #[test]
    fn failures_rest_longer_each_time_up_to_a_limit() {
        let now = Tick(0);
        let mut queue = WorkQueue::default();
        for rest in [5, 10, 20, 40] {
            queue.add_rate_limited(key("a"), None, now);
            assert_eq!(queue.next_due(any), Some(now + Duration::from_millis(rest)));
            queue.get(now + BACKOFF.longest, any);
        }
        for _ in 0..40 {
            queue.add_rate_limited(key("a"), None, now);
            queue.get(now + BACKOFF.longest, any);
        }
        queue.add_rate_limited(key("a"), None, now);
        assert_eq!(queue.next_due(any), Some(now + BACKOFF.longest));
        queue.get(now + BACKOFF.longest, any);
        queue.forget(&key("a"));
        queue.add_rate_limited(key("a"), None, now);
        assert_eq!(queue.next_due(any), Some(now + BACKOFF.first));
    }

    #[test]
    fn a_server_that_asks_for_a_rest_gets_it_whatever_happens_meanwhile() {
        let now = Tick(0);
        let asked = Duration::from_secs(7);
        let mut queue = WorkQueue::default();
        queue.add(key("a"), now);
        queue.add_rate_limited(key("a"), Some(asked), now);
        queue.add(key("a"), now);
        assert_eq!((queue.get(now, any), queue.next_due(any)), (None, Some(now + asked)));
        assert_eq!(queue.get(now + asked, any), Some(key("a")));
        queue.forget(&key("a"));
        queue.add(key("a"), now);
        assert_eq!(queue.next_due(any), Some(now));
    }

    #[test]
    fn an_item_that_may_not_be_worked_on_stays_due() {
        let now = Tick(0);
        let mut queue = WorkQueue::default();
        queue.add(key("blind"), now);
        queue.add(key("seen"), now + Duration::from_secs(1));
        let seen = |key: &Key| key.1 == "seen";
        assert_eq!((queue.get(now, seen), queue.next_due(seen)), (None, Some(now + Duration::from_secs(1))));
        assert_eq!(queue.get(now, any), Some(key("blind")));
    }
}
