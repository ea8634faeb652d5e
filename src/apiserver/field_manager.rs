//! Who writes which fields: what the write path tells [`managed_fields`].

use super::managed_fields::types::Type;
use super::managed_fields::{self, Change};
use super::object;
use super::registry::StorageKind;
use super::registry::conversion::to_requested;
use super::request::Target;
use serde_json::Value;

/// Records in `managedFields` who wrote what.
pub(super) fn track(
    target: &Target,
    old: Option<&Value>,
    mut new: Value,
    manager: &str,
    now: jiff::Timestamp,
) -> Value {
    let version = target.api_version();
    let change = change(target, manager, &version, now);
    if target.kind.storage == StorageKind::Custom
        || target.kind.storage_version() == (target.group.as_str(), target.version.as_str())
    {
        return managed_fields::track(old, new, &change);
    }
    // Fields are named as in the version that was written.
    let old = old.map(|old| to_requested(target, old.clone()));
    let tracked = managed_fields::track(old.as_ref(), to_requested(target, new.clone()), &change);
    object::copy_meta(&mut new, &tracked, "managedFields");
    new
}

/// Who writes to the target, and how.
pub(super) fn change<'a>(target: &'a Target, manager: &'a str, version: &'a str, now: jiff::Timestamp) -> Change<'a> {
    Change {
        manager,
        api_version: version,
        subresource: target.subresource.as_deref().unwrap_or(""),
        r#type: match target.kind.schema() {
            Some(schema) => Type::Custom(schema),
            None => Type::built_in(version, target.kind.kind),
        },
        separate_status: target.kind.has_status(),
        now,
    }
}
