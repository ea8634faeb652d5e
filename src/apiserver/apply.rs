//! Server-side apply: a manager states the fields it wants, and the server merges them into the object, takes away what
//! that manager no longer states, and refuses to overwrite fields of others unless forced. Rules: the `Updater` of
//! `structured-merge-diff`.

mod last_applied;
mod merge;

use super::managed_fields::compare::{compare, fields};
use super::managed_fields::entry::{self, Entry, Operation};
use super::managed_fields::set::FieldSet;
use super::managed_fields::types::Type;
use super::managed_fields::{Change, update, without_managed_fields};
use serde_json::{Value, json};

/// Who holds what before the first apply to an object whose managers were not recorded.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// The manager that takes over from client-side apply.
const KUBECTL: &str = "kubectl";

/// Why an apply was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// 409, reason `Conflict`: others manage fields that would change.
    #[error("{message}")]
    Conflict {
        /// As the real server says it.
        message: String,
        /// One for each field and manager.
        causes: Vec<Cause>,
    },
    /// 400, reason `BadRequest`.
    #[error("{0}")]
    BadRequest(String),
}

/// An entry of the status's `details.causes`, whose reason is `FieldManagerConflict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// For instance `conflict with "kubectl" using kubevirt.io/v1`.
    pub message: String,
    /// For instance `.spec.replicas`.
    pub field: String,
}

/// Applies. `live` is the stored object, if there is one; the result is the object to store, with its managers recorded.
///
/// # Errors
/// Conflicts, unless `force`; a configuration that carries managed fields.
pub fn apply(live: Option<&Value>, applied: &Value, force: bool, change: &Change<'_>) -> Result<Value, ApplyError> {
    if applied.pointer("/metadata/managedFields").is_some_and(|fields| !fields.is_null()) {
        return Err(ApplyError::BadRequest("metadata.managedFields must be nil".to_owned()));
    }
    let mut entries = live.map(|live| managers_of(live, change)).unwrap_or_default();
    let live = live.map(without_managed_fields).unwrap_or_else(|| json!({}));
    let r#type = change.r#type;
    let merged = merge::merge(r#type, &live, applied);

    let mut own = change.entry(Operation::Apply, change.reachable(fields(r#type, applied)));
    let before = entries.iter().position(|entry| entry.is_same_manager(&own)).map(|at| entries.swap_remove(at));
    let mut object = match &before {
        Some(before) => prune(r#type, &merged, &before.set, &own.set, &entries),
        None => merged,
    };
    let entries = give_way(r#type, &live, &object, entries, force, change)?;

    own.set = own.set.difference(&entry::stripped());
    if object == live {
        // Nothing changed: the time of the last change stays.
        own.time = before.and_then(|before| before.time);
    }
    let entries: Vec<Entry> = entries.into_iter().chain(Some(own).filter(|own| !own.set.is_empty())).collect();
    entry::store(&mut object, &entries);
    if change.manager == KUBECTL {
        last_applied::refresh(&mut object, applied);
    }
    Ok(object)
}

/// The recorded managers; if there are none, one that stands for all earlier writes.
fn managers_of(live: &Value, change: &Change<'_>) -> Vec<Entry> {
    let entries = entry::load(live);
    if !entries.is_empty() {
        return entries;
    }
    let before = Change { manager: BEFORE_FIRST_APPLY, ..*change };
    update(&json!({}), &without_managed_fields(live), Vec::new(), &before)
}

/// Takes from the other managers what changed, or refuses.
fn give_way(
    r#type: Type<'_>,
    live: &Value,
    object: &Value,
    entries: Vec<Entry>,
    force: bool,
    change: &Change<'_>,
) -> Result<Vec<Entry>, ApplyError> {
    let mut comparison = compare(r#type, live, object);
    comparison.map(|set| change.reachable(set));
    let changed = comparison.modified.union(&comparison.added);
    let allowed = match change.manager {
        KUBECTL => last_applied::allowed(r#type, live, change.api_version),
        _ => FieldSet::default(),
    };
    let mut conflicts: Vec<(&Entry, Vec<String>)> = entries
        .iter()
        .map(|entry| (entry, entry.set.intersection(&changed).difference(&allowed).paths()))
        .filter(|(_, paths)| !paths.is_empty())
        .collect();
    if !force && !conflicts.is_empty() {
        conflicts.sort_by_cached_key(|(entry, _)| entry.identity());
        return Err(refusal(&conflicts));
    }
    Ok(entries
        .into_iter()
        .map(|mut entry| {
            entry.set = entry.set.difference(&changed).difference(&comparison.removed);
            entry
        })
        .filter(|entry| !entry.set.is_empty())
        .collect())
}

fn refusal(conflicts: &[(&Entry, Vec<String>)]) -> ApplyError {
    let causes: Vec<Cause> = conflicts
        .iter()
        .flat_map(|(entry, paths)| {
            paths.iter().map(|path| Cause { message: format!("conflict with {}", entry.shown()), field: path.clone() })
        })
        .collect();
    let message = match causes.as_slice() {
        [only] => format!("Apply failed with 1 conflict: {}: {}", only.message, only.field),
        _ => {
            let lines = conflicts.iter().flat_map(|(entry, paths)| {
                std::iter::once(format!("conflicts with {}:", entry.shown()))
                    .chain(paths.iter().map(|path| format!("- {path}")))
            });
            format!("Apply failed with {} conflicts: {}", causes.len(), lines.collect::<Vec<_>>().join("\n"))
        }
    };
    ApplyError::Conflict { message, causes }
}

/// Removes what this manager applied the last time and not this time, unless others manage it.
fn prune(r#type: Type<'_>, merged: &Value, last: &FieldSet, now: &FieldSet, others: &[Entry]) -> Value {
    let members = |set: &FieldSet| set.with_members(r#type, Type::step);
    let last = members(last);
    let pruned = merge::remove(r#type, merged, &last);
    let managed = others.iter().fold(now.clone(), |managed, entry| managed.union(&entry.set));
    let all = members(&fields(r#type, merged));
    let kept = members(&fields(r#type, &pruned)).union(&members(&managed));
    let pruned = merge::remove(r#type, merged, &all.difference(&kept));
    let gone = all.difference(&members(&fields(r#type, &pruned)));
    merge::remove(r#type, merged, &gone.intersection(&last))
}
