//! What a watch has shown, so that nothing is shown twice or left out when it is taken up again. Pure.

use crate::api::table::Row;
use std::collections::BTreeMap;

/// What has been shown, by UID.
#[derive(Debug, Default)]
pub(in crate::cli::get) struct Seen {
    revision: String,
    shown: BTreeMap<String, Row>,
}

impl Seen {
    /// Goes on from that revision, with nothing shown before.
    pub(in crate::cli::get) fn from(revision: String) -> Self {
        Self { revision, shown: BTreeMap::new() }
    }

    /// The last revision that was seen: where a watch goes on.
    pub(super) fn revision(&self) -> &str {
        &self.revision
    }

    /// An event of the watch: whether it is to be shown.
    pub(super) fn event(&mut self, r#type: &str, row: &Row) -> bool {
        let (uid, revision) = identity(row);
        if !revision.is_empty() {
            self.revision.clone_from(&revision);
        }
        match r#type {
            "BOOKMARK" => false,
            "DELETED" => {
                self.shown.remove(&uid);
                true
            }
            _ => {
                let before = self.shown.insert(uid, row.clone());
                before.is_none_or(|before| identity(&before).1 != revision)
            }
        }
    }

    /// A list, the first or a new one after the revision had expired: what an unbroken watch would have shown since,
    /// as event and row.
    pub(in crate::cli::get) fn list(&mut self, revision: String, rows: Vec<Row>) -> Vec<(&'static str, Row)> {
        let mut gone = std::mem::take(&mut self.shown);
        let mut events = Vec::new();
        for row in rows {
            let (uid, revision) = identity(&row);
            match gone.remove(&uid) {
                None => events.push(("ADDED", row.clone())),
                Some(before) if identity(&before).1 != revision => events.push(("MODIFIED", row.clone())),
                Some(_) => {}
            }
            self.shown.insert(uid, row);
        }
        self.revision = revision;
        events.extend(gone.into_values().map(|row| ("DELETED", row)));
        events
    }
}

/// UID and revision.
fn identity(row: &Row) -> (String, String) {
    let text = |key: &str| row.object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (text("uid"), text("resourceVersion"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(uid: &str, revision: &str) -> Row {
        Row { cells: Vec::new(), object: json!({"metadata": {"uid": uid, "resourceVersion": revision}}) }
    }

    #[test]
    fn an_event_that_was_shown_is_not_shown_again() {
        let mut seen = Seen::from("5".into());
        assert!(seen.event("ADDED", &row("a", "6")));
        assert!(!seen.event("MODIFIED", &row("a", "6")));
        assert!(seen.event("MODIFIED", &row("a", "7")));
        assert!(!seen.event("BOOKMARK", &row("", "9")));
        assert_eq!(seen.revision(), "9");
    }

    #[test]
    fn what_the_first_list_showed_is_not_shown_again() {
        let mut seen = Seen::default();
        seen.list("5".into(), vec![row("a", "3")]);
        assert!(!seen.event("ADDED", &row("a", "3")));
        assert!(seen.event("ADDED", &row("b", "6")));
    }

    #[test]
    fn after_a_gap_exactly_what_has_changed_is_shown() {
        let mut seen = Seen::from("5".into());
        for name in ["same", "changed", "gone"] {
            seen.event("ADDED", &row(name, "6"));
        }
        let events = seen.list("20".into(), vec![row("same", "6"), row("changed", "12"), row("new", "19")]);
        let told: Vec<_> = events.iter().map(|(event, row)| format!("{event} {}", identity(row).0)).collect();
        assert_eq!(told, ["MODIFIED changed", "ADDED new", "DELETED gone"]);
        assert_eq!(seen.revision(), "20");
    }
}
