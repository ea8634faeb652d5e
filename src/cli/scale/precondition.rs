//! What must be true of a set for it to be scaled.

use crate::cli::error::Error;

/// `--current-replicas` and `--resource-version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Precondition {
    size: Option<i32>,
    resource_version: Option<String>,
}

impl Precondition {
    /// From the flags: -1 and the empty text mean that anything will do.
    ///
    /// # Errors
    /// For a size below -1.
    pub(super) fn new(size: i32, resource_version: &str) -> Result<Self, Error> {
        if size < -1 {
            return Err(Error::plain("The --current-replicas must specify an integer of -1 or greater"));
        }
        let resource_version = (!resource_version.is_empty()).then(|| resource_version.to_owned());
        Ok(Self { size: (size >= 0).then_some(size), resource_version })
    }

    /// Whether anything will do.
    pub(super) fn is_none(&self) -> bool {
        self.size.is_none() && self.resource_version.is_none()
    }

    /// Compares with what the server has.
    ///
    /// # Errors
    /// kubectl's words for the first difference.
    pub(super) fn check(&self, replicas: i64, resource_version: &str) -> Result<(), Error> {
        if let Some(expected) = self.size
            && i64::from(expected) != replicas
        {
            return Err(Error::plain(format!("Expected replicas to be {expected}, was {replicas}")));
        }
        if let Some(expected) = &self.resource_version
            && expected != resource_version
        {
            return Err(Error::plain(format!("Expected resource version to be {expected}, was {resource_version}")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precondition_holds_or_is_told_in_kubectls_words() {
        let fault = |size, version: &str| {
            Precondition::new(size, version).unwrap().check(5, "1002").err().map(|error| error.to_string())
        };
        assert_eq!(fault(-1, ""), None);
        assert_eq!(fault(5, "1002"), None);
        assert_eq!(fault(99, "1"), Some("Expected replicas to be 99, was 5".into()));
        assert_eq!(fault(-1, "99"), Some("Expected resource version to be 99, was 1002".into()));
        assert!(Precondition::new(-1, "").unwrap().is_none());
        assert!(!Precondition::new(0, "").unwrap().is_none());
        assert_eq!(
            Precondition::new(-2, "").unwrap_err().to_string(),
            "The --current-replicas must specify an integer of -1 or greater"
        );
    }
}
