//! What a watch has shown, so that after a reconnect no change is shown twice or missed.

use crate::api::partial::Metadata;
use std::collections::BTreeMap;

/// The type of a watch event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventType {
    Added,
    Modified,
    Deleted,
}

impl EventType {
    /// As the server calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// The state of a watch. `T`: what is kept of an object to show it once more when it is found to be gone.
#[derive(Debug)]
pub(super) struct WatchState<T> {
    /// From where a watch goes on.
    pub(super) revision: String,
    /// By namespace, name and UID.
    shown: BTreeMap<[String; 3], (String, T)>,
}

impl<T> Default for WatchState<T> {
    fn default() -> Self {
        Self { revision: String::new(), shown: BTreeMap::new() }
    }
}

impl<T> WatchState<T> {
    /// An object that was shown before the watch began.
    pub(super) fn record(&mut self, metadata: &Metadata, item: T) {
        self.shown.insert(key(metadata), (metadata.resource_version.clone(), item));
    }

    /// Whether nothing that is still there was shown.
    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// A bookmark: nothing happened up to there.
    pub(super) fn bookmark(&mut self, metadata: &Metadata) {
        self.advance(metadata);
    }

    /// An event of the watch: whether it is to be shown. An object that was already shown in this very version is not.
    pub(super) fn event(&mut self, kind: &str, metadata: &Metadata, item: T) -> bool {
        self.advance(metadata);
        if kind == EventType::Deleted.name() {
            self.shown.remove(&key(metadata));
            return true;
        }
        let before = self.shown.insert(key(metadata), (metadata.resource_version.clone(), item));
        before.is_none_or(|(revision, _)| revision != metadata.resource_version)
    }

    fn advance(&mut self, metadata: &Metadata) {
        if !metadata.resource_version.is_empty() {
            self.revision.clone_from(&metadata.resource_version);
        }
    }
}

impl<T: Clone> WatchState<T> {
    /// A new list, after the watch could not go on from its revision: what has changed since. Deletions come
    /// first: an object that was made anew under its old name is there at the end.
    pub(super) fn list(&mut self, revision: String, items: Vec<(Metadata, T)>) -> Vec<(EventType, T)> {
        let mut before = std::mem::take(&mut self.shown);
        let mut changes = Vec::new();
        for (metadata, item) in items {
            match before.remove(&key(&metadata)) {
                None => changes.push((EventType::Added, item.clone())),
                Some((shown, _)) if shown != metadata.resource_version => {
                    changes.push((EventType::Modified, item.clone()));
                }
                Some(_) => {}
            }
            self.record(&metadata, item);
        }
        self.revision = revision;
        let gone = before.into_values().map(|(_, item)| (EventType::Deleted, item));
        gone.chain(changes).collect()
    }
}

fn key(metadata: &Metadata) -> [String; 3] {
    [metadata.namespace.clone(), metadata.name.clone(), metadata.uid.clone()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, revision: &str) -> Metadata {
        let (name, resource_version) = (name.to_owned(), revision.to_owned());
        Metadata { uid: name.clone(), name, resource_version, ..Metadata::default() }
    }

    fn watch_state(items: &[(&str, &str)]) -> WatchState<String> {
        let mut watch_state = WatchState { revision: "5".into(), ..WatchState::default() };
        items.iter().for_each(|(name, revision)| watch_state.record(&at(name, revision), format!("{name}@{revision}")));
        watch_state
    }

    #[test]
    fn an_object_is_shown_once_in_each_of_its_versions() {
        let mut watch_state = watch_state(&[("a", "4")]);
        assert!(!watch_state.event("ADDED", &at("a", "4"), "again".into()));
        assert!(watch_state.event("MODIFIED", &at("a", "6"), "new".into()));
        assert!(!watch_state.event("MODIFIED", &at("a", "6"), "again".into()));
        assert!(watch_state.event("ADDED", &at("b", "7"), "new".into()));
        assert!(watch_state.event("DELETED", &at("a", "8"), "gone".into()));
        assert!(watch_state.event("ADDED", &at("a", "6"), "as if it had never been".into()));
    }

    #[test]
    fn the_watch_goes_on_from_the_last_thing_it_heard_of() {
        let mut watch_state = watch_state(&[]);
        watch_state.event("ADDED", &at("a", "6"), String::new());
        assert_eq!(watch_state.revision, "6");
        watch_state.bookmark(&at("", "9"));
        assert_eq!(watch_state.revision, "9");
        watch_state.event("ERROR", &at("", ""), String::new());
        assert_eq!(watch_state.revision, "9");
    }

    #[test]
    fn a_new_list_tells_what_was_missed_and_nothing_else() {
        let mut watch_state = watch_state(&[("same", "1"), ("changed", "2"), ("gone", "3")]);
        let now = [("changed", "7"), ("new", "8"), ("same", "1")];
        let list = now.map(|(name, revision)| (at(name, revision), format!("{name}@{revision}"))).to_vec();
        let changes = watch_state.list("20".into(), list.clone());
        assert_eq!(
            changes,
            [
                (EventType::Deleted, "gone@3".to_owned()),
                (EventType::Modified, "changed@7".to_owned()),
                (EventType::Added, "new@8".to_owned()),
            ]
        );
        assert_eq!(watch_state.revision, "20");
        assert_eq!(watch_state.list("21".into(), list), []);
    }

    #[test]
    fn an_object_that_was_made_anew_is_another_one() {
        let mut watch_state = watch_state(&[("a", "1")]);
        let again = Metadata { uid: "other".into(), ..at("a", "1") };
        let changes = watch_state.list("2".into(), vec![(again, "new".into())]);
        assert_eq!(changes, [(EventType::Deleted, "a@1".to_owned()), (EventType::Added, "new".to_owned())]);
    }
}
