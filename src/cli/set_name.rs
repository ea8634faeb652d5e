//! How a set is named on a command line.

use super::error::Error;
use crate::api::{GROUP, VERSION, vmirs};

/// The name in `NAME`, `vmirs/NAME`, `virtualmachineinstancereplicaset.kubevirt.io/NAME` and the like.
///
/// # Errors
/// [`Error::Plain`] for another kind, or a form that is none.
pub(crate) fn bare_name(word: &str) -> Result<String, Error> {
    let (kind, name) = match word.split('/').collect::<Vec<_>>()[..] {
        [name] if !name.is_empty() => return Ok(name.to_owned()),
        [kind, name] => (kind, name),
        [_] => return Err(Error::plain("resource name may not be empty")),
        _ => return Err(Error::plain("arguments in resource/name form may not have more than one slash")),
    };
    if kind.is_empty() || name.is_empty() {
        return Err(Error::plain("arguments in resource/name form must have a single resource and name"));
    }
    if !is_our_kind(kind) {
        let message =
            format!("{word:?} is not a VirtualMachineInstanceReplicaSet, and kubectl vmirs handles no other kinds");
        return Err(Error::plain(message).hint(format!("Use kubectl for a {kind}; name a set as NAME or vmirs/NAME.")));
    }
    Ok(name.to_owned())
}

/// Whether this names our kind, as a singular, plural or short name, with or without a group.
pub(crate) fn is_our_kind(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let (kind, group) = text.split_once('.').unwrap_or((&text, GROUP));
    let group = group.strip_prefix(&format!("{VERSION}.")).or_else(|| group.strip_prefix("v1alpha3.")).unwrap_or(group);
    group == GROUP && (kind == vmirs::SINGULAR || kind == vmirs::PLURAL || vmirs::SHORT_NAMES.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_many_names() {
        for word in [
            "web",
            "vmirs/web",
            "vmirss/web",
            "VMIRS/web",
            "virtualmachineinstancereplicaset/web",
            "virtualmachineinstancereplicasets/web",
            "virtualmachineinstancereplicaset.kubevirt.io/web",
            "virtualmachineinstancereplicasets.v1.kubevirt.io/web",
            "vmirs.kubevirt.io/web",
        ] {
            assert_eq!(bare_name(word).unwrap(), "web", "{word}");
        }
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for (word, message) in [
            ("", "resource name may not be empty"),
            ("vmirs/", "arguments in resource/name form must have a single resource and name"),
            ("/web", "arguments in resource/name form must have a single resource and name"),
            ("vmirs/a/b", "arguments in resource/name form may not have more than one slash"),
            (
                "deploy/a",
                "\"deploy/a\" is not a VirtualMachineInstanceReplicaSet, and kubectl vmirs handles no other kinds",
            ),
            (
                "vmirs.apps/a",
                "\"vmirs.apps/a\" is not a VirtualMachineInstanceReplicaSet, and kubectl vmirs handles no other kinds",
            ),
        ] {
            assert_eq!(bare_name(word).unwrap_err().to_string(), message, "{word}");
        }
    }
}
