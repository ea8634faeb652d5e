//! Who writes which fields: what the write path tells [`managed_fields`].

use crate::apiserver::managed_fields::types::Type;
use crate::apiserver::managed_fields::{self, Change};
use crate::apiserver::object;
use crate::apiserver::registry::StorageKind;
use crate::apiserver::registry::conversion::to_requested;
use crate::apiserver::request_info::RequestInfo;
use serde_json::Value;

/// Records in `managedFields` who wrote what.
pub(super) fn track(
    info: &RequestInfo,
    old: Option<&Value>,
    mut new: Value,
    manager: &str,
    now: jiff::Timestamp,
) -> Value {
    let version = info.api_version();
    let change = change(info, manager, &version, now);
    if info.kind.storage == StorageKind::Custom
        || info.kind.storage_version() == (info.group.as_str(), info.version.as_str())
    {
        return managed_fields::track(old, new, &change);
    }
    // Fields are named as in the version that was written.
    let old = old.map(|old| to_requested(info, old.clone()));
    let tracked = managed_fields::track(old.as_ref(), to_requested(info, new.clone()), &change);
    object::copy_meta(&mut new, &tracked, "managedFields");
    new
}

/// Who writes to the info, and how.
pub(super) fn change<'a>(
    info: &'a RequestInfo,
    manager: &'a str,
    version: &'a str,
    now: jiff::Timestamp,
) -> Change<'a> {
    Change {
        manager,
        api_version: version,
        subresource: info.subresource.as_deref().unwrap_or(""),
        r#type: match info.kind.schema() {
            Some(schema) => Type::Custom(schema),
            None => Type::built_in(version, info.kind.kind),
        },
        separate_status: info.kind.has_status(),
        now,
    }
}
