//! The text of `apiVersion`, taken apart.

use std::fmt;

/// A group and a version; the core group is `""`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupVersion<'a> {
    /// For instance `kubevirt.io`.
    pub group: &'a str,
    /// For instance `v1`.
    pub version: &'a str,
}

impl<'a> GroupVersion<'a> {
    /// Takes `GROUP/VERSION` or `VERSION` apart. What follows a second slash belongs to the version.
    pub fn parse(api_version: &'a str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group, version }
    }
}

impl fmt::Display for GroupVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() { f.write_str(self.version) } else { write!(f, "{}/{}", self.group, self.version) }
    }
}

/// Whether an owner or another reference, by its `apiVersion` and `kind`, is of a kind of a group, in whichever version.
pub fn refers_to(api_version: &str, kind: &str, group: &str, wanted_kind: &str) -> bool {
    kind == wanted_kind && GroupVersion::parse(api_version).group == group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_version_is_taken_apart_and_put_together_again() {
        for (text, group, version) in [("v1", "", "v1"), ("kubevirt.io/v1", "kubevirt.io", "v1"), ("", "", "")] {
            let parsed = GroupVersion::parse(text);
            assert_eq!((parsed.group, parsed.version), (group, version));
            assert_eq!(parsed.to_string(), text);
        }
    }

    #[test]
    fn a_reference_is_compared_by_group_and_kind() {
        assert!(refers_to("kubevirt.io/v1alpha3", "A", "kubevirt.io", "A"));
        assert!(refers_to("v1", "Pod", "", "Pod"));
        assert!(!refers_to("v1", "A", "kubevirt.io", "A"));
        assert!(!refers_to("kubevirt.io/v1", "B", "kubevirt.io", "A"));
    }
}
