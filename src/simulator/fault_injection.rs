//! Failures on demand: annotations on a VMI, or on a set's template, that make its VMI misbehave.

use crate::text::go::duration;
use std::collections::BTreeMap;
use std::time::Duration;

/// The VMI crashes: `now`, or so long after it began to run (a Go duration).
pub const CRASH: &str = "sandbox.kubectl-vmirs/crash";
/// `true`: the guest runs and never becomes ready.
pub const NEVER_READY: &str = "sandbox.kubectl-vmirs/never-ready";
/// `true`: the image of its container disk cannot be pulled.
pub const PULL_FAILURE: &str = "sandbox.kubectl-vmirs/pull-failure";

/// What is to go wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct InjectedFaults {
    /// Crash so long after the VMI began to run.
    pub(super) crash: Option<Duration>,
    pub(super) never_ready: bool,
    pub(super) pull_failure: bool,
}

impl InjectedFaults {
    /// Reads the annotations; a duration that is none means at once.
    pub(super) fn of(annotations: Option<&BTreeMap<String, String>>) -> Self {
        let get = |key: &str| annotations.and_then(|all| all.get(key)).map(String::as_str);
        Self {
            crash: get(CRASH).map(|after| duration::parse(after).ok().flatten().unwrap_or_default()),
            never_ready: get(NEVER_READY) == Some("true"),
            pull_failure: get(PULL_FAILURE) == Some("true"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_wishes() {
        let of = |key: &str, value: &str| InjectedFaults::of(Some(&[(key.to_owned(), value.to_owned())].into()));
        assert_eq!(of(CRASH, "now").crash, Some(Duration::ZERO));
        assert_eq!(of(CRASH, "2s").crash, Some(Duration::from_secs(2)));
        assert!(of(NEVER_READY, "true").never_ready && !of(NEVER_READY, "no").never_ready);
        assert!(of(PULL_FAILURE, "true").pull_failure);
        assert_eq!(InjectedFaults::of(None), InjectedFaults::default());
    }
}
