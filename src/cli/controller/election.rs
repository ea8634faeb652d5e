//! The flags of the election, with kube-controller-manager's names.

use crate::cli::error::Error;
use crate::cli::go_values::go_bool;
use crate::cli::system;
use crate::controller::{self, active_controller};
use crate::runtime::leader_election::{LeaderElectionConfig, Mode, Timing};
use crate::text::go::duration;
use std::time::Duration;

/// Where the Lease lies when the sets in all namespaces are kept: every cluster has it.
const NAMESPACE: &str = "kube-system";

/// Of several controllers one leads: each keeps the sets only while it holds the lease.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Election {
    /// Stand by while another controller holds the lease, and take over when it stops. If false, refuse to start instead.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", value_parser = go_bool, action = clap::ArgAction::Set)]
    leader_elect: bool,
    /// How long other candidates wait before they take over a lease that is not renewed
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = length)]
    leader_elect_lease_duration: Duration,
    /// How long the leader keeps working without renewing the lease before it stops
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = length)]
    leader_elect_renew_deadline: Duration,
    /// How often candidates try to acquire or renew the lease
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = length)]
    leader_elect_retry_period: Duration,
    /// The name of the lease
    #[arg(long, value_name = "NAME", default_value = controller::LEASE)]
    leader_elect_resource_name: String,
    /// The namespace of the lease. Defaults to the namespace whose sets are reconciled, or to kube-system with -A.
    #[arg(long, value_name = "NAME")]
    leader_elect_resource_namespace: Option<String>,
}

impl Election {
    /// This process as a candidate. `keeps` is the namespace whose sets are kept, `None` for all.
    ///
    /// # Errors
    /// [`Error::Plain`] for periods that do not fit together.
    pub(super) fn candidate(&self, keeps: Option<&str>) -> Result<LeaderElectionConfig, Error> {
        let timing = Timing {
            lease_duration: self.leader_elect_lease_duration,
            renew_deadline: self.leader_elect_renew_deadline,
            retry_period: self.leader_elect_retry_period,
        };
        timing.check().map_err(|fault| Error::plain(fault.to_string()))?;
        let named = self.leader_elect_resource_namespace.as_deref().filter(|name| !name.is_empty());
        Ok(LeaderElectionConfig {
            namespace: named.or(keeps).unwrap_or(NAMESPACE).to_owned(),
            name: self.leader_elect_resource_name.clone(),
            identity: system::identity(),
            labels: active_controller::lease_labels(keeps),
            timing,
            mode: if self.leader_elect { Mode::Standby } else { Mode::Exclusive },
        })
    }
}

/// A Go duration; a negative one is none.
fn length(text: &str) -> Result<Duration, String> {
    duration::parse(text)?.ok_or_else(|| "must not be negative".to_owned())
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

    fn candidate(flags: &[&str], keeps: Option<&str>) -> Result<LeaderElectionConfig, Error> {
        let typed = Typed::try_parse_from(["x"].iter().chain(flags)).unwrap();
        typed.election.candidate(keeps)
    }

    #[test]
    fn the_lease_lies_where_the_sets_are_or_in_kube_system() {
        let place = |flags: &[&str], keeps| candidate(flags, keeps).unwrap().to_string();
        assert_eq!(place(&[], Some("test")), "test/kubectl-vmirs-controller");
        assert_eq!(place(&[], None), "kube-system/kubectl-vmirs-controller");
        let named = ["--leader-elect-resource-namespace=a", "--leader-elect-resource-name=b"];
        assert_eq!(place(&named, Some("test")), "a/b");
    }

    #[test]
    fn no_two_processes_are_the_same_candidate() {
        let identities = [(), ()].map(|()| candidate(&[], None).unwrap().identity);
        assert_ne!(identities[0], identities[1]);
    }

    #[test]
    fn whoever_does_not_stand_by_is_refused_and_periods_have_to_fit() {
        assert_eq!(candidate(&["--leader-elect=false"], None).unwrap().mode, Mode::Exclusive);
        assert_eq!(candidate(&["--leader-elect"], None).unwrap().mode, Mode::Standby);
        let refused = candidate(&["--leader-elect-lease-duration=10s"], None).unwrap_err();
        assert_eq!(refused.to_string(), "leaseDuration must be greater than renewDeadline");
    }
}
