//! Is somebody else keeping the sets already? Two controllers on one set create the same missing VMIs twice.

use super::Error;
use super::lease::KEEPS;
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
    KubeVirt(Holder),
    /// KubeVirt is installed, and its Lease may not be read.
    Installed {
        /// Where the KubeVirt object is.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A `kubectl vmirs controller` that renews its Lease.
    Ours(Holder),
}

/// Who holds a Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// As it calls itself.
    pub identity: String,
    /// The Lease's namespace and name.
    pub lease: (String, String),
    /// Seconds since it was last renewed, by the local clock; negative when the clocks differ.
    pub renewed: i64,
}

impl fmt::Display for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KubeVirt(Holder { identity, lease: (namespace, name), renewed })
            | Self::Ours(Holder { identity, lease: (namespace, name), renewed }) => {
                write!(f, "{identity:?} holds the lease {namespace}/{name} and renewed it {} s ago", renewed.max(&0))
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
        Ok(list) => return Ok(list.items.iter().find_map(|lease| holder(lease, now)).map(Live::KubeVirt)),
        Err(kube::Error::Api(status)) if status.is_forbidden() => {}
        Err(source) => return Err(Error::Guard(source)),
    }
    let there: Api<Lease> = Api::namespaced(client.clone(), NAMESPACE);
    match there.get_opt(LEASE).await {
        Ok(Some(lease)) => Ok(holder(&lease, now).map(Live::KubeVirt)),
        // Nothing there, or nothing that may be seen: KubeVirt may be installed in another namespace.
        Ok(None) => installed(client).await,
        Err(kube::Error::Api(status)) if status.is_forbidden() => installed(client).await,
        Err(source) => Err(Error::Guard(source)),
    }
}

/// Looks for a controller of this program that keeps sets which are also to be kept here: those of the namespace `keeps`,
/// or of all. `but` is the namespace and name of the caller's own Lease, for which it waits like others. A Lease that may not be read is
/// not found.
///
/// # Errors
/// [`Error::Guard`] when the Leases cannot be read for another reason than a missing right.
pub async fn ours(
    client: &kube::Client,
    keeps: Option<&str>,
    but: Option<(&str, &str)>,
    now: Timestamp,
) -> Result<Option<Live>, Error> {
    let marked = ListParams::default().labels(KEEPS);
    let mut places = vec![Api::<Lease>::all(client.clone())];
    places.extend(keeps.map(|namespace| Api::namespaced(client.clone(), namespace)));
    for place in places {
        match place.list(&marked).await {
            Ok(list) => {
                let others = list.items.iter().filter(|lease| overlaps(lease, keeps) && !is_at(lease, but));
                return Ok(others.filter_map(|lease| holder(lease, now)).map(Live::Ours).next());
            }
            Err(kube::Error::Api(status)) if status.is_forbidden() => {}
            Err(source) => return Err(Error::Guard(source)),
        }
    }
    Ok(None)
}

/// Whether the Lease's holder keeps sets of that namespace, or any where all are meant.
fn overlaps(lease: &Lease, keeps: Option<&str>) -> bool {
    let theirs = lease.metadata.labels.as_ref().and_then(|labels| labels.get(KEEPS)).map(String::as_str);
    match (theirs, keeps) {
        (None, _) => false,
        (Some(""), _) | (_, None) => true,
        (theirs, ours) => theirs == ours,
    }
}

fn is_at(lease: &Lease, place: Option<(&str, &str)>) -> bool {
    let metadata = &lease.metadata;
    place.is_some_and(|(namespace, name)| {
        metadata.namespace.as_deref() == Some(namespace) && metadata.name.as_deref() == Some(name)
    })
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

/// The Lease's holder, if it is alive.
fn holder(lease: &Lease, now: Timestamp) -> Option<Holder> {
    let spec = lease.spec.as_ref()?;
    let identity = spec.holder_identity.clone().filter(|holder| !holder.is_empty())?;
    let renewed = now.duration_since(spec.renew_time.as_ref()?.0);
    let duration = spec.lease_duration_seconds.unwrap_or(USUAL_DURATION);
    let fresh = renewed <= SignedDuration::from_secs(i64::from(duration.saturating_mul(TOLERANCE)));
    let metadata = lease.metadata.clone();
    let lease = (metadata.namespace.unwrap_or_default(), metadata.name.unwrap_or_default());
    fresh.then(|| Holder { identity, lease, renewed: renewed.as_secs() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(spec: &serde_json::Value) -> Option<String> {
        let lease = json!({"metadata": {"name": LEASE, "namespace": "kubevirt"}, "spec": spec});
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        holder(&serde_json::from_value(lease).unwrap(), now).map(|holder| Live::KubeVirt(holder).to_string())
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

    #[test]
    fn controllers_are_in_each_others_way_where_they_keep_the_same_sets() {
        let lease = |keeps: &str| {
            let metadata = json!({"name": "l", "namespace": "n", "labels": {KEEPS: keeps}});
            serde_json::from_value::<Lease>(json!({"metadata": metadata})).unwrap()
        };
        for (theirs, ours, expected) in [
            ("", None, true),
            ("", Some("a"), true),
            ("a", None, true),
            ("a", Some("a"), true),
            ("a", Some("b"), false),
        ] {
            assert_eq!(overlaps(&lease(theirs), ours), expected, "{theirs:?} {ours:?}");
        }
        assert!(!overlaps(&Lease::default(), None), "somebody else's lease");
    }
}
