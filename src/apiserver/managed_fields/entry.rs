//! The entries of `metadata.managedFields`.

use super::set::FieldSet;
use serde_json::{Value, json};

/// What kind of write an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Apply,
    Update,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// One manager's fields.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) manager: String,
    pub(crate) operation: Operation,
    pub(crate) api_version: String,
    pub(crate) subresource: String,
    /// RFC 3339, whole seconds; so texts sort as times.
    pub(crate) time: Option<String>,
    pub(crate) set: FieldSet,
}

impl Entry {
    /// Whether both name one manager. The version tells updates apart, but not applies.
    pub(crate) fn is_same_manager(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    /// By what Kubernetes tells managers apart, in the order in which it sorts them.
    pub(crate) fn identity(&self) -> String {
        let version = match self.operation {
            Operation::Apply => "",
            Operation::Update => &self.api_version,
        };
        let text = |text: &str| Value::from(text).to_string();
        format!("{},{},{},{}", text(&self.manager), self.operation.name(), text(version), text(&self.subresource))
    }

    /// As a conflict names it.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{:?}", self.manager);
        if !self.subresource.is_empty() {
            shown.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if self.operation == Operation::Update {
            shown.push_str(&format!(" using {}", self.api_version));
        }
        shown
    }

    fn from_json(entry: &Value) -> Option<Self> {
        let text = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let operation = match text("operation").as_str() {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return None,
        };
        Some(Self {
            manager: text("manager"),
            operation,
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: entry.get("time").and_then(Value::as_str).map(str::to_owned),
            set: FieldSet::from_json(entry.get("fieldsV1")?),
        })
    }

    fn to_json(&self) -> Value {
        let mut entry = json!({
            "manager": self.manager,
            "operation": self.operation.name(),
            "apiVersion": self.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": self.set.to_json(),
        });
        if let Some(entry) = entry.as_object_mut() {
            if let Some(time) = &self.time {
                entry.insert("time".to_owned(), time.as_str().into());
            }
            if !self.subresource.is_empty() {
                entry.insert("subresource".to_owned(), self.subresource.as_str().into());
            }
        }
        entry
    }
}

/// Reads an object's entries; none if any cannot be read.
pub(crate) fn load(object: &Value) -> Vec<Entry> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    entries.into_iter().flatten().map(Entry::from_json).collect::<Option<_>>().unwrap_or_default()
}

/// Takes the entries out of an object.
pub(crate) fn remove(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
}

/// Puts entries into an object, in the order of the real server.
pub(crate) fn store(object: &mut Value, entries: &[Entry]) {
    remove(object);
    if entries.is_empty() {
        return;
    }
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|left, right| order(left).cmp(&order(right)));
    let list: Vec<Value> = sorted.into_iter().map(Entry::to_json).collect();
    if let Some(object) = object.as_object_mut()
        && let Some(metadata) = object.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
    {
        metadata.insert("managedFields".to_owned(), list.into());
    }
}

fn order(entry: &Entry) -> (Operation, Option<&str>, &str, &str, &str) {
    (entry.operation, entry.time.as_deref(), &entry.manager, &entry.api_version, &entry.subresource)
}

/// Merges the oldest updates of a version into one entry until at most `most` updates are left.
pub(crate) fn cap(entries: &mut Vec<Entry>, most: usize, bucket: &str) {
    let mut updates: Vec<Entry> = Vec::new();
    let (kept, mut candidates): (Vec<Entry>, Vec<Entry>) =
        entries.drain(..).partition(|entry| entry.operation == Operation::Apply);
    candidates.sort_by_cached_key(|entry| (entry.time.clone(), entry.identity()));
    let mut left = candidates.len();
    for candidate in candidates {
        let earlier = updates.iter_mut().find(|update| update.api_version == candidate.api_version);
        match earlier {
            Some(earlier) if left > most => {
                bucket.clone_into(&mut earlier.manager);
                earlier.subresource.clear();
                earlier.set = earlier.set.union(&candidate.set);
                earlier.time = candidate.time;
                left -= 1;
            }
            _ => updates.push(candidate),
        }
    }
    entries.extend(kept);
    entries.extend(updates);
}

/// The fields that nobody manages.
pub(crate) fn stripped() -> FieldSet {
    FieldSet::from_json(&json!({
        "f:apiVersion": {},
        "f:kind": {},
        "f:metadata": {
            ".": {},
            "f:name": {},
            "f:namespace": {},
            "f:creationTimestamp": {},
            "f:selfLink": {},
            "f:uid": {},
            "f:clusterName": {},
            "f:generation": {},
            "f:managedFields": {},
            "f:resourceVersion": {},
        },
    }))
}
