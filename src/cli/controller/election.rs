//! The flags of the election, with kube-controller-manager's names.

use crate::api::duration;
use crate::cli::error::Error;
use crate::cli::flags::go_bool;
use crate::controller::lease::{self, Candidate, Timing};
use std::time::Duration;

/// Where the Lease lies when the sets of all namespaces are kept: every cluster has it.
const NAMESPACE: &str = "kube-system";

/// Of several controllers one leads.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Election {
    /// Keep the sets only while holding a lease, so that several controllers may run and one of them works
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", value_parser = go_bool, action = clap::ArgAction::Set)]
    leader_elect: bool,
    /// How long the others leave a lease alone that is not renewed
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = length)]
    leader_elect_lease_duration: Duration,
    /// How long the one that holds the lease goes on without having renewed it, before it stops
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = length)]
    leader_elect_renew_deadline: Duration,
    /// How often the lease is renewed or tried for
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = length)]
    leader_elect_retry_period: Duration,
    /// The name of the lease
    #[arg(long, value_name = "NAME", default_value = lease::NAME)]
    leader_elect_resource_name: String,
    /// The namespace of the lease. If not set: the one whose sets are kept, or kube-system with -A.
    #[arg(long, value_name = "NAME")]
    leader_elect_resource_namespace: Option<String>,
}

impl Election {
    /// This process as a candidate; `None` where there is no election. `keeps` is the namespace whose sets are kept, `None`
    /// for all.
    ///
    /// # Errors
    /// [`Error::Plain`] for periods that do not fit together.
    pub(super) fn candidate(&self, keeps: Option<String>) -> Result<Option<Candidate>, Error> {
        if !self.leader_elect {
            return Ok(None);
        }
        let timing = Timing {
            duration: self.leader_elect_lease_duration,
            renew_deadline: self.leader_elect_renew_deadline,
            retry: self.leader_elect_retry_period,
        };
        timing.check().map_err(|fault| Error::plain(fault.to_string()))?;
        let named = self.leader_elect_resource_namespace.clone().filter(|name| !name.is_empty());
        let namespace = named.or_else(|| keeps.clone());
        Ok(Some(Candidate {
            namespace: namespace.unwrap_or_else(|| NAMESPACE.to_owned()),
            name: self.leader_elect_resource_name.clone(),
            identity: format!("{}_{}", host(), uuid::Uuid::new_v4()),
            keeps,
            timing,
        }))
    }
}

/// A Go duration; a negative one is none.
fn length(text: &str) -> Result<Duration, String> {
    duration::parse_go(text)?.ok_or_else(|| "must not be negative".to_owned())
}

/// The host's name; in a cluster, the pod's.
#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The host's name.
#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        election: Election,
    }

    fn candidate(flags: &[&str], keeps: Option<&str>) -> Result<Option<Candidate>, Error> {
        let typed = Typed::try_parse_from(["x"].iter().chain(flags)).unwrap();
        typed.election.candidate(keeps.map(str::to_owned))
    }

    #[test]
    fn the_lease_lies_where_the_sets_are_or_in_kube_system() {
        let place = |flags: &[&str], keeps| candidate(flags, keeps).unwrap().unwrap().to_string();
        assert_eq!(place(&[], Some("test")), "test/kubectl-vmirs-controller");
        assert_eq!(place(&[], None), "kube-system/kubectl-vmirs-controller");
        let named = ["--leader-elect-resource-namespace=a", "--leader-elect-resource-name=b"];
        assert_eq!(place(&named, Some("test")), "a/b");
    }

    #[test]
    fn no_two_processes_are_the_same_candidate() {
        let identities = [(), ()].map(|()| candidate(&[], None).unwrap().unwrap().identity);
        assert_ne!(identities[0], identities[1]);
    }

    #[test]
    fn an_election_can_be_left_out_and_its_periods_have_to_fit() {
        assert_eq!(candidate(&["--leader-elect=false"], None).unwrap(), None);
        assert!(candidate(&["--leader-elect"], None).unwrap().is_some());
        let refused = candidate(&["--leader-elect-lease-duration=10s"], None).unwrap_err();
        assert_eq!(refused.to_string(), "leaseDuration must be greater than renewDeadline");
    }
}
