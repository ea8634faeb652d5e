//! The name of a namespace, and which namespaces a request is about.

use std::fmt;
use std::ops::Deref;

/// The namespace of whoever names none (Kubernetes' `metav1.NamespaceDefault`).
const DEFAULT: &str = "default";

/// The name of a namespace. It is never empty: in the path of a request, an empty one would stand for every namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespaceName(String);

impl NamespaceName {
    /// The namespace of that name; `None` for an empty text, which means "not given", as everywhere in Go.
    pub fn given(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.is_empty()).map(Self)
    }
}

/// `default`.
impl Default for NamespaceName {
    fn default() -> Self {
        Self(DEFAULT.to_owned())
    }
}

impl Deref for NamespaceName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NamespaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<NamespaceName> for String {
    fn from(name: NamespaceName) -> Self {
        name.0
    }
}

/// Which namespaces a request is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamespaceScope {
    /// All of them. Only somebody who said so (`-A`) means this.
    All,
    /// That one.
    One(NamespaceName),
}

impl NamespaceScope {
    /// All namespaces if `all_namespaces` (`-A`) was given, else `current`.
    pub fn new(all_namespaces: bool, current: &NamespaceName) -> Self {
        if all_namespaces { Self::All } else { Self::One(current.clone()) }
    }

    /// Whether an object of that namespace is within it.
    pub fn contains(&self, namespace: &str) -> bool {
        self.one().is_none_or(|one| &**one == namespace)
    }

    /// The one namespace, if it is one.
    pub fn one(&self) -> Option<&NamespaceName> {
        match self {
            Self::All => None,
            Self::One(namespace) => Some(namespace),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_not_given() {
        assert_eq!(NamespaceName::given(""), None);
        assert_eq!(&*NamespaceName::given("").unwrap_or_default(), "default");
        assert_eq!(NamespaceName::given("a").unwrap_or_default().to_string(), "a");
    }

    #[test]
    fn only_a_flag_means_all_namespaces() {
        let here = NamespaceName::default();
        assert_eq!(NamespaceScope::new(true, &here).one(), None);
        assert_eq!(NamespaceScope::new(false, &here).one(), Some(&here));
        assert!(NamespaceScope::All.contains("a") && NamespaceScope::One(here.clone()).contains("default"));
        assert!(!NamespaceScope::One(here).contains("a"));
    }
}
