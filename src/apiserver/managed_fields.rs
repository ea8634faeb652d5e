//! Who manages which fields of an object: `metadata.managedFields`. The rules are those of
//! `apimachinery/pkg/util/managedfields` and `structured-merge-diff`: every write gives its manager the fields it added
//! or changed, and takes them from the others.

pub(super) mod compare;
pub(super) mod entry;
pub(super) mod set;
pub(super) mod types;
mod zero;

#[cfg(test)]
mod tests;

use self::compare::{Comparison, compare};
use self::entry::{Entry, Operation};
use self::set::FieldSet;
use self::types::Type;
use crate::scheme::Struct;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How many entries of updates are kept apart; older ones are merged.
const MOST_UPDATERS: usize = 10;
/// The manager of merged entries.
const OLD_UPDATES: &str = "ancient-changes";

/// Who writes, and how.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The `fieldManager` parameter, or what the user agent has before its first slash.
    pub manager: &'a str,
    /// Of the request, for instance `kubevirt.io/v1`.
    pub api_version: &'a str,
    /// `status`, `scale`, or empty.
    pub subresource: &'a str,
    /// How the object's values merge.
    pub(crate) r#type: Type<'a>,
    /// Whether the kind has a `/status`, which a write to the object itself leaves alone.
    pub separate_status: bool,
    /// The present time.
    pub now: Timestamp,
}

impl Change<'_> {
    /// The top-level fields that this kind of write cannot change, and so cannot come to own.
    fn out_of_reach(&self) -> &'static [&'static str] {
        match self.subresource {
            "status" => &["f:metadata", "f:spec"],
            "" if self.separate_status => &["f:status"],
            _ => &[],
        }
    }

    pub(super) fn reachable(&self, set: FieldSet) -> FieldSet {
        self.out_of_reach().iter().fold(set, |set, field| set.without_child(field))
    }

    fn is_custom(&self) -> bool {
        matches!(self.r#type, Type::Custom(_))
    }

    pub(super) fn time(&self) -> Option<String> {
        // The scale subresource records no time.
        (self.subresource != "scale").then(|| self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    pub(super) fn entry(&self, operation: Operation, set: FieldSet) -> Entry {
        let manager = if self.manager.is_empty() { "unknown" } else { self.manager };
        Entry {
            manager: manager.to_owned(),
            operation,
            api_version: self.api_version.to_owned(),
            subresource: self.subresource.to_owned(),
            time: self.time(),
            set,
        }
    }
}

/// Records a create (`old` is `None`), update or patch in `new`'s `metadata.managedFields`. `new` is the object as it
/// will be stored, with whatever managed fields the request carried: a list of one empty entry (for built-in kinds also
/// an empty list) asks to forget all managers; none at all keeps those of `old`.
pub fn track(old: Option<&Value>, mut new: Value, change: &Change<'_>) -> Value {
    let Some(entries) = entries_before(old, &new, change) else {
        entry::store(&mut new, &[]);
        return new;
    };
    entry::remove(&mut new);
    let empty = json!({});
    let entries = update(old.unwrap_or(&empty), &new, entries, change);
    entry::store(&mut new, &entries);
    new
}

/// The entries to start from; nothing if this object's managers are not recorded.
fn entries_before(old: Option<&Value>, new: &Value, change: &Change<'_>) -> Option<Vec<Entry>> {
    let of_old = || old.map(entry::load).unwrap_or_default();
    let asked = new.pointer("/metadata/managedFields").and_then(Value::as_array);
    let entries = match asked {
        _ if !change.subresource.is_empty() => of_old(),
        Some(asked) if *asked == [json!({})] => Vec::new(),
        // The real server overlooks an empty list in custom kinds, whose objects have no Go type.
        Some(asked) if asked.is_empty() && !change.is_custom() => Vec::new(),
        _ => Some(entry::load(new)).filter(|entries| !entries.is_empty()).unwrap_or_else(of_old),
    };
    (old.is_none() || !entries.is_empty()).then_some(entries)
}

/// The entries after an update from `old` to `new`.
pub(super) fn update(old: &Value, new: &Value, entries: Vec<Entry>, change: &Change<'_>) -> Vec<Entry> {
    let written = |object: Value| match change.r#type {
        Type::Struct(of) => with_zeros(of, object),
        _ => object,
    };
    let mut comparison = compare(change.r#type, &written(without_managed_fields(old)), &written(new.clone()));
    comparison.map(|set| change.reachable(set));
    let mut entries: Vec<Entry> = entries
        .into_iter()
        .map(|mut entry| {
            entry.set = lose(&entry.set, &comparison);
            entry
        })
        .filter(|entry| !entry.set.is_empty())
        .collect();
    let gained = comparison.modified.union(&comparison.added).difference(&entry::stripped());
    if !gained.is_empty() {
        let mut own = change.entry(Operation::Update, gained);
        if let Some(at) = entries.iter().position(|entry| entry.is_same_manager(&own)) {
            let before = entries.swap_remove(at);
            own.set = own.set.union(&before.set);
        }
        entries.push(own);
    }
    entry::cap(&mut entries, MOST_UPDATERS, OLD_UPDATES);
    entries
}

fn with_zeros(of: &Struct, mut object: Value) -> Value {
    zero::fill(of, &mut object);
    object
}

/// What another manager keeps.
fn lose(set: &FieldSet, comparison: &Comparison) -> FieldSet {
    set.difference(&comparison.modified.union(&comparison.added)).difference(&comparison.removed)
}

/// The object as it is compared.
pub(super) fn without_managed_fields(object: &Value) -> Value {
    let mut object = object.clone();
    entry::remove(&mut object);
    object
}
