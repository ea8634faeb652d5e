//! The path of a request. Whatever stands in it as a name has been checked and cannot leave its segment.

use super::percent_encode;
use crate::client::Error;
use crate::text::names::path_segment_faults;
use std::fmt;

/// What client-go says of a request that must name a namespace and does not.
pub const EMPTY_NAMESPACE: &str = "an empty namespace may not be set when a resource name is provided";

/// A path below the server's address, such as `/apis/kubevirt.io/v1/namespaces/default/…`, percent-encoded.
///
/// No segment of it is empty: a server leaves such a segment out, and what was to be one object would be all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// One more segment that is written in this program, such as the plural of a kind.
    #[must_use]
    pub fn then(mut self, segment: &'static str) -> Self {
        self.0.push('/');
        self.0.push_str(segment);
        self
    }

    /// What lies in that namespace.
    ///
    /// # Errors
    /// [`Error::Input`] for a name that cannot be a segment, in client-go's words (`rest/request.go`).
    pub fn in_namespace(self, name: &str) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::input(EMPTY_NAMESPACE));
        }
        self.then("namespaces").segment("namespace", name)
    }

    /// The object of that name.
    ///
    /// # Errors
    /// [`Error::Input`] for a name that cannot be a segment, in client-go's words (`rest/request.go`).
    pub fn of(self, name: &str) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::input("resource name may not be empty"));
        }
        self.segment("resource name", name)
    }

    /// Without its last segment: from an object to all of its kind.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned())
    }

    fn segment(mut self, what: &str, name: &str) -> Result<Self, Error> {
        let faults = path_segment_faults(name);
        if !faults.is_empty() {
            return Err(Error::input(format!("invalid {what} {name:?}: [{}]", faults.join(" "))));
        }
        self.0.push('/');
        self.0.push_str(&percent_encode(name));
        Ok(self)
    }

    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A path that is written in this program.
impl From<&'static str> for Path {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(namespace: &str, name: &str) -> Result<String, String> {
        let path = Path::from("/api/v1").in_namespace(namespace).and_then(|all| all.then("pods").of(name));
        path.map(|path| path.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn no_name_can_leave_its_segment() {
        assert_eq!(object("a", "x?y#ü").unwrap(), "/api/v1/namespaces/a/pods/x%3Fy%23%C3%BC");
        for (namespace, name, why) in [
            ("", "x", EMPTY_NAMESPACE),
            ("..", "x", "invalid namespace \"..\": [may not be '..']"),
            ("a/b", "x", "invalid namespace \"a/b\": [may not contain '/']"),
            ("a", "", "resource name may not be empty"),
            ("a", ".", "invalid resource name \".\": [may not be '.']"),
            ("a", "../%2F", "invalid resource name \"../%2F\": [may not contain '/' may not contain '%']"),
        ] {
            assert_eq!(object(namespace, name).unwrap_err(), why);
        }
    }

    #[test]
    fn the_parent_of_an_object_is_its_collection() {
        let pods = Path::from("/api/v1").then("pods");
        assert_eq!(pods.clone().of("a").unwrap().parent(), pods);
        assert_eq!(Path::from("").parent(), Path::from(""));
    }
}
