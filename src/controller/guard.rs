//! Is somebody else keeping the sets already? Two controllers on one set create the same missing VMIs twice.

use super::Error;
use crate::api::{GROUP, VERSION};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, GroupVersionKind};
use std::fmt;

/// The Lease that KubeVirt's controllers elect their leader with.
const LEASE: &str = "virt-controller";
/// Where KubeVirt is installed by default; asked alone where a role may not list every namespace.
const NAMESPACE: &str = "kubevirt";
/// How many lease durations a renewal may be old before its holder counts as gone. Generous, because the clocks of two
/// machines differ, and because a wrong "gone" costs virtual machines.
const TOLERANCE: i32 = 4;
/// client-go's lease duration, in seconds, for a Lease that does not say.
const USUAL_DURATION: i32 = 15;

/// Somebody who keeps the sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// A virt-controller that renews its Lease.
    Leader {
        /// Who holds the Lease.
        holder: String,
        /// Where the Lease is.
        namespace: String,
        /// Seconds since it was last renewed, by the local clock; negative when the clocks differ.
        renewed: i64,
    },
    /// KubeVirt is installed, and its Lease may not be read.
    Installed {
        /// Where the KubeVirt object is.
        namespace: String,
        /// Its name.
        name: String,
    },
}

impl fmt::Display for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leader { holder, namespace, renewed } => {
                write!(f, "{holder:?} holds the lease {namespace}/{LEASE} and renewed it {} s ago", renewed.max(&0))
            }
            Self::Installed { namespace, name } => {
                write!(f, "KubeVirt {namespace}/{name} is installed, and whether its controller runs may not be read")
            }
        }
    }
}

/// Looks for somebody who keeps the sets: a live Lease of virt-controller anywhere; where a role may not list Leases, one
/// in `kubevirt`, and KubeVirt objects.
///
/// # Errors
/// [`Error::Guard`] when too little may be read to know: not knowing is not the same as "none".
pub async fn live(client: &kube::Client, now: Timestamp) -> Result<Option<Live>, Error> {
    let by_name = ListParams::default().fields(&format!("metadata.name={LEASE}"));
    let everywhere: Api<Lease> = Api::all(client.clone());
    match everywhere.list(&by_name).await {
        Ok(list) => return Ok(list.items.iter().find_map(|lease| judge(lease, now))),
        Err(kube::Error::Api(status)) if status.is_forbidden() => {}
        Err(source) => return Err(Error::Guard(source)),
    }
    let there: Api<Lease> = Api::namespaced(client.clone(), NAMESPACE);
    match there.get_opt(LEASE).await {
        Ok(Some(lease)) => Ok(judge(&lease, now)),
        // Nothing there, or nothing that may be seen: KubeVirt may be installed in another namespace.
        Ok(None) => installed(client).await,
        Err(kube::Error::Api(status)) if status.is_forbidden() => installed(client).await,
        Err(source) => Err(Error::Guard(source)),
    }
}

/// The first KubeVirt object; a cluster without that kind has no KubeVirt.
async fn installed(client: &kube::Client) -> Result<Option<Live>, Error> {
    let kind = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(GROUP, VERSION, "KubeVirt"), "kubevirts");
    let objects: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    match objects.list(&ListParams::default()).await {
        Ok(list) => Ok(list.items.into_iter().next().map(|object| Live::Installed {
            namespace: object.metadata.namespace.unwrap_or_default(),
            name: object.metadata.name.unwrap_or_default(),
        })),
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
        Err(source) => Err(Error::Guard(source)),
    }
}

/// Whether the Lease's holder is alive.
fn judge(lease: &Lease, now: Timestamp) -> Option<Live> {
    let spec = lease.spec.as_ref()?;
    let holder = spec.holder_identity.clone().filter(|holder| !holder.is_empty())?;
    let renewed = now.duration_since(spec.renew_time.as_ref()?.0);
    let duration = spec.lease_duration_seconds.unwrap_or(USUAL_DURATION);
    let fresh = renewed <= SignedDuration::from_secs(i64::from(duration.saturating_mul(TOLERANCE)));
    let namespace = lease.metadata.namespace.clone().unwrap_or_default();
    fresh.then(|| Live::Leader { holder, namespace, renewed: renewed.as_secs() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(spec: &serde_json::Value) -> Option<String> {
        let lease = json!({"metadata": {"name": LEASE, "namespace": "kubevirt"}, "spec": spec});
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        judge(&serde_json::from_value(lease).unwrap(), now).map(|live| live.to_string())
    }

    #[test]
    fn a_lease_that_was_renewed_lately_is_alive() {
        let spec =
            json!({"holderIdentity": "pod-a", "leaseDurationSeconds": 15, "renewTime": "2026-01-01T00:00:50.000000Z"});
        let told = "\"pod-a\" holds the lease kubevirt/virt-controller and renewed it 10 s ago";
        assert_eq!(judged(&spec).as_deref(), Some(told));
    }

    #[test]
    fn a_lease_from_the_future_is_alive() {
        let spec =
            json!({"holderIdentity": "pod-a", "leaseDurationSeconds": 15, "renewTime": "2026-01-01T00:09:00.000000Z"});
        assert!(judged(&spec).is_some());
    }

    #[test]
    fn a_lease_that_ran_out_or_was_given_up_is_not() {
        let old =
            json!({"holderIdentity": "pod-a", "leaseDurationSeconds": 14, "renewTime": "2026-01-01T00:00:00.000000Z"});
        assert_eq!(judged(&old), None);
        let given_up = json!({"holderIdentity": "", "renewTime": "2026-01-01T00:00:59.000000Z"});
        assert_eq!(judged(&given_up), None);
        assert_eq!(judged(&json!({"holderIdentity": "pod-a"})), None);
    }
}
