//! The objects, their one revision counter, and the recent past.
//!
//! Pure and synchronous: no HTTP, no clock. The revision plays the part of etcd's: every write takes the next number,
//! whatever the kind, and `metadata.resourceVersion` is that number.

use crate::apiserver::object;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A kind of object: its storage group and its plural.
pub type Resource = (&'static str, &'static str);

/// Where an object is kept. The namespace is empty for kinds without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Which kind of object.
    pub resource: Resource,
    /// Its namespace, or empty.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was created.
    Added,
    /// It was written.
    Modified,
    /// It is gone.
    Deleted,
}

/// One write.
#[derive(Clone, Debug)]
pub struct Event {
    /// The revision that the write took.
    pub revision: u64,
    /// Which object.
    pub key: Key,
    /// What happened.
    pub change: Change,
    /// The object after the write; for a deletion its last state, stamped with this revision.
    pub object: Arc<Value>,
    /// The object before the write.
    pub previous: Option<Arc<Value>>,
}

/// The past that was asked for is no longer known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOld {
    /// The first revision whose events are known.
    pub oldest: u64,
}

/// The objects of a kind at one revision, in the order of their keys.
pub type Snapshot = BTreeMap<(String, String), Arc<Value>>;

/// All objects, and the last events.
#[derive(Debug)]
pub struct Store {
    revision: u64,
    objects: BTreeMap<Key, Arc<Value>>,
    history: VecDeque<Event>,
    kept: usize,
}

impl Store {
    /// An empty store that remembers the last `kept` writes.
    pub fn new(kept: usize) -> Self {
        Self { revision: 1, objects: BTreeMap::new(), history: VecDeque::new(), kept }
    }

    /// The revision of the last write.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// An object as it is now.
    pub fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// Creates or replaces an object, stamped with the next revision.
    pub fn put(&mut self, key: Key, mut object: Value) -> Arc<Value> {
        let revision = self.stamp(&mut object);
        let object = Arc::new(object);
        let previous = self.objects.insert(key.clone(), Arc::clone(&object));
        let change = if previous.is_some() { Change::Modified } else { Change::Added };
        self.remember(Event { revision, key, change, object: Arc::clone(&object), previous });
        object
    }

    /// Takes an object away; `last` is the state in which it leaves. Returns that state with the deletion's revision.
    pub fn remove(&mut self, key: &Key, mut last: Value) -> Arc<Value> {
        let previous = self.objects.remove(key);
        let revision = self.stamp(&mut last);
        let object = Arc::new(last);
        let event =
            Event { revision, key: key.clone(), change: Change::Deleted, object: Arc::clone(&object), previous };
        self.remember(event);
        object
    }

    fn stamp(&mut self, object: &mut Value) -> u64 {
        self.revision += 1;
        object::set_meta(object, "resourceVersion", self.revision.to_string());
        self.revision
    }

    fn remember(&mut self, event: Event) {
        self.history.push_back(event);
        if self.history.len() > self.kept {
            self.history.pop_front();
        }
    }

    /// The objects of a kind, in one namespace or in all (`None`), as they are now.
    pub fn list(&self, resource: Resource, namespace: Option<&str>) -> Snapshot {
        let first = Key { resource, namespace: namespace.unwrap_or("").to_owned(), name: String::new() };
        self.objects
            .range(first..)
            .take_while(|(key, _)| key.resource == resource && namespace.is_none_or(|wanted| key.namespace == wanted))
            .map(|(key, object)| ((key.namespace.clone(), key.name.clone()), Arc::clone(object)))
            .collect()
    }

    /// The same as it was at an earlier revision.
    ///
    /// # Errors
    /// [`TooOld`] when the events since then are no longer all known.
    pub fn list_at(&self, resource: Resource, namespace: Option<&str>, revision: u64) -> Result<Snapshot, TooOld> {
        let mut snapshot = self.list(resource, namespace);
        for event in self.after(revision)?.collect::<Vec<_>>().into_iter().rev() {
            let key = &event.key;
            if key.resource != resource || namespace.is_some_and(|wanted| key.namespace != wanted) {
                continue;
            }
            let place = (key.namespace.clone(), key.name.clone());
            match &event.previous {
                Some(previous) => snapshot.insert(place, Arc::clone(previous)),
                None => snapshot.remove(&place),
            };
        }
        Ok(snapshot)
    }

    /// The events after a revision, oldest first.
    ///
    /// # Errors
    /// [`TooOld`] when some of them are no longer known.
    pub fn after(&self, revision: u64) -> Result<impl Iterator<Item = &Event>, TooOld> {
        let oldest = self.history.front().map_or(self.revision + 1, |event| event.revision);
        if revision + 1 < oldest {
            return Err(TooOld { oldest });
        }
        let skipped = self.history.partition_point(|event| event.revision <= revision);
        Ok(self.history.range(skipped..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PODS: Resource = ("", "pods");

    fn key(namespace: &str, name: &str) -> Key {
        Key { resource: PODS, namespace: namespace.into(), name: name.into() }
    }

    fn names(snapshot: &Snapshot) -> Vec<String> {
        snapshot.keys().map(|(namespace, name)| format!("{namespace}/{name}")).collect()
    }

    #[test]
    fn every_write_takes_the_next_revision_and_stamps_it() {
        let mut store = Store::new(10);
        let first = store.put(key("a", "x"), json!({}));
        let second = store.put(key("a", "x"), json!({"spec": 1}));
        let gone = store.remove(&key("a", "x"), json!({}));
        let revisions: Vec<_> =
            [first, second, gone].iter().map(|o| object::meta(o, "resourceVersion").to_owned()).collect();
        assert_eq!(revisions, ["2", "3", "4"]);
        assert_eq!(store.revision(), 4);
        assert!(store.get(&key("a", "x")).is_none());
    }

    #[test]
    fn a_list_holds_one_namespace_or_all_and_one_kind() {
        let mut store = Store::new(10);
        for (namespace, name) in [("b", "y"), ("a", "x"), ("ab", "z")] {
            store.put(key(namespace, name), json!({}));
        }
        store.put(Key { resource: ("", "services"), ..key("a", "s") }, json!({}));
        assert_eq!(names(&store.list(PODS, None)), ["a/x", "ab/z", "b/y"]);
        assert_eq!(names(&store.list(PODS, Some("a"))), ["a/x"]);
        assert_eq!(names(&store.list(PODS, Some("none"))), Vec::<String>::new());
    }

    #[test]
    fn the_past_can_be_listed_while_its_events_are_known() {
        let mut store = Store::new(4);
        store.put(key("a", "x"), json!({"v": 1}));
        store.put(key("a", "y"), json!({}));
        let then = store.revision();
        store.put(key("a", "x"), json!({"v": 2}));
        store.remove(&key("a", "y"), json!({}));
        store.put(key("a", "z"), json!({}));
        let past = store.list_at(PODS, None, then).unwrap();
        assert_eq!(names(&past), ["a/x", "a/y"]);
        assert_eq!(past.values().next().unwrap()["v"], 1);
        store.put(key("a", "w"), json!({}));
        store.put(key("a", "w"), json!({}));
        assert_eq!(store.list_at(PODS, None, then).unwrap_err(), TooOld { oldest: 5 });
    }

    #[test]
    fn events_follow_a_revision_without_gaps() {
        let mut store = Store::new(2);
        assert_eq!(store.after(1).unwrap().count(), 0);
        for _ in 0..3 {
            store.put(key("a", "x"), json!({}));
        }
        let seen: Vec<_> = store.after(2).unwrap().map(|event| event.revision).collect();
        assert_eq!(seen, [3, 4]);
        assert!(store.after(1).is_err());
        assert_eq!(store.after(4).unwrap().count(), 0);
    }
}
