//! Is somebody else keeping the sets already? Two controllers on one set create the same missing VMIs twice.

use super::Error;
use super::execute::bounded;
use crate::api::{GROUP, VERSION};
use crate::runtime::leader_election::ObservedRecord;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, GroupVersionKind};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The label of our Leases that tells which namespace's sets the holder keeps; empty for all.
pub const NAMESPACE_LABEL: &str = "controller.kubectl-vmirs/namespace";
/// The Lease that KubeVirt's controllers elect their leader with.
const LEASE: &str = "virt-controller";
/// Where KubeVirt is installed by default; asked alone where a role may not list every namespace.
const NAMESPACE: &str = "kubevirt";
/// How many lease durations a renewal may be old by our clock before its holder is watched instead of believed.
const TOLERANCE: i32 = 4;
/// How often a Lease is read while it is watched.
const RETRY: Duration = Duration::from_secs(2);
/// How long it is watched at most, whatever duration it names.
const LONGEST_WATCH: Duration = Duration::from_secs(60);
/// client-go's lease duration, in seconds, for a Lease that does not say.
const USUAL_DURATION: i32 = 15;

/// Somebody who keeps the sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActiveController {
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

impl fmt::Display for ActiveController {
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
/// `now` is the wall clock's time. A Lease that was renewed lately by it is live at once. One that was not may have a holder
/// whose clock is wrong: it is watched for as long as it lasts, and live if it is renewed meanwhile. `watching` is told of
/// each such Lease when that begins.
///
/// # Errors
/// [`Error::ActiveController`] when too little may be read to know: not knowing is not the same as "none".
pub async fn virt_controller(
    client: &kube::Client,
    now: Timestamp,
    watching: impl FnMut(&Holder),
) -> Result<Option<ActiveController>, Error> {
    match observe(Look::UntilSure, now, watching, || virt_controller_leases(client)).await? {
        Observed::Active(holder) => Ok(Some(ActiveController::KubeVirt(holder))),
        Observed::None => Ok(None),
        // Nothing that may be seen: KubeVirt may be installed in another namespace.
        Observed::Unreadable => installed(client).await,
    }
}

/// The Leases of virt-controllers; `None` where that may not be known.
async fn virt_controller_leases(client: &kube::Client) -> Result<Option<Vec<Lease>>, Error> {
    let by_name = ListParams::default().fields(&format!("metadata.name={LEASE}"));
    match bounded(Api::<Lease>::all(client.clone()).list(&by_name)).await {
        Ok(list) => return Ok(Some(list.items)),
        Err(kube::Error::Api(status)) if status.is_forbidden() => {}
        Err(source) => return Err(Error::ActiveController(source)),
    }
    match bounded(Api::<Lease>::namespaced(client.clone(), NAMESPACE).get_opt(LEASE)).await {
        Ok(lease) => Ok(lease.map(|lease| vec![lease])),
        Err(kube::Error::Api(status)) if status.is_forbidden() => Ok(None),
        Err(source) => Err(Error::ActiveController(source)),
    }
}

/// Looks for a controller of this program that keeps sets which are also to be kept here: those of the namespace `keeps`,
/// or of all. `but` is the namespace and name of the caller's own Lease, for which it waits like others. A Lease that may
/// not be read is not found. `now` and `watching` are as in [`virt_controller`].
///
/// Two that start at the same time find each other only where each looks after it has got its own lease.
///
/// # Errors
/// [`Error::ActiveController`] when the Leases cannot be read for another reason than a missing right.
pub async fn another_of_ours(
    client: &kube::Client,
    keeps: Option<&str>,
    but: Option<(&str, &str)>,
    look: Look,
    now: Timestamp,
    watching: impl FnMut(&Holder),
) -> Result<Option<ActiveController>, Error> {
    let others = || async move {
        let leases = our_leases(client, keeps).await?;
        let others = leases.into_iter().filter(|lease| overlaps(lease, keeps) && !is_at(lease, but));
        Ok(Some(others.collect()))
    };
    match observe(look, now, watching, others).await? {
        Observed::Active(holder) => Ok(Some(ActiveController::Ours(holder))),
        Observed::None | Observed::Unreadable => Ok(None),
    }
}

async fn our_leases(client: &kube::Client, keeps: Option<&str>) -> Result<Vec<Lease>, Error> {
    let marked = ListParams::default().labels(NAMESPACE_LABEL);
    let mut places = vec![Api::<Lease>::all(client.clone())];
    places.extend(keeps.map(|namespace| Api::namespaced(client.clone(), namespace)));
    for place in places {
        match bounded(place.list(&marked)).await {
            Ok(list) => return Ok(list.items),
            Err(kube::Error::Api(status)) if status.is_forbidden() => {}
            Err(source) => return Err(Error::ActiveController(source)),
        }
    }
    Ok(Vec::new())
}

/// How sure one has to be that nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// One look: who was renewed lately by our clock is there.
    Once,
    /// Whoever may be there although his clock is wrong is watched until it is known.
    UntilSure,
}

/// What Leases tell of their holders.
enum Observed {
    Active(Holder),
    None,
    /// They may not be read.
    Unreadable,
}

/// Reads Leases until one is known to be live or all are known not to be.
async fn observe<F: Future<Output = Result<Option<Vec<Lease>>, Error>>>(
    look: Look,
    now: Timestamp,
    mut watching: impl FnMut(&Holder),
    read: impl Fn() -> F,
) -> Result<Observed, Error> {
    let mut watched: HashMap<(String, String), ObservedRecord> = HashMap::new();
    let mut is_first = true;
    loop {
        let Some(leases) = read().await? else { return Ok(Observed::Unreadable) };
        let mut undecided = false;
        for lease in leases {
            let Some((holder, age)) = holder(&lease, now) else { continue };
            let before = watched.get(&holder.lease).cloned();
            let seen = ObservedRecord::new(lease, before.as_ref(), Instant::now());
            let renewed = before.as_ref().is_some_and(|before| seen.is_renewed_since(before));
            if renewed || (is_first && age == Age::Fresh) {
                return Ok(Observed::Active(holder));
            }
            if look == Look::Once {
                continue;
            }
            if before.is_none() {
                watching(&holder);
            }
            let now = Instant::now();
            undecided |= !seen.has_run_out(now) && !seen.was_unchanged_for(LONGEST_WATCH, now);
            watched.insert(holder.lease, seen);
        }
        if !undecided {
            return Ok(Observed::None);
        }
        is_first = false;
        sleep(RETRY).await;
    }
}

/// Whether the Lease's holder keeps sets of that namespace, or any where all are meant.
fn overlaps(lease: &Lease, keeps: Option<&str>) -> bool {
    let theirs = lease.metadata.labels.as_ref().and_then(|labels| labels.get(NAMESPACE_LABEL)).map(String::as_str);
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

/// The labels of a Lease whose holder keeps the sets of that namespace, or of all.
pub fn lease_labels(namespace: Option<&str>) -> BTreeMap<String, String> {
    [(NAMESPACE_LABEL.to_owned(), namespace.unwrap_or_default().to_owned())].into()
}

/// The first KubeVirt object; a cluster without that kind has no KubeVirt.
async fn installed(client: &kube::Client) -> Result<Option<ActiveController>, Error> {
    let kind = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(GROUP, VERSION, "KubeVirt"), "kubevirts");
    let objects: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    match bounded(objects.list(&ListParams::default())).await {
        Ok(list) => Ok(list.items.into_iter().next().map(|object| ActiveController::Installed {
            namespace: object.metadata.namespace.unwrap_or_default(),
            name: object.metadata.name.unwrap_or_default(),
        })),
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
        Err(source) => Err(Error::ActiveController(source)),
    }
}

/// How old the last renewal is by our clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// As young as a live holder's.
    Fresh,
    /// Long past, or far in the future: the clocks differ, or nobody renews it.
    Odd,
}

/// The Lease's holder, if it has one, and how old its last renewal is.
fn holder(lease: &Lease, now: Timestamp) -> Option<(Holder, Age)> {
    let spec = lease.spec.as_ref()?;
    let identity = spec.holder_identity.clone().filter(|holder| !holder.is_empty())?;
    let renewed = now.duration_since(spec.renew_time.as_ref()?.0);
    let duration = spec.lease_duration_seconds.unwrap_or(USUAL_DURATION);
    let tolerated = SignedDuration::from_secs(i64::from(duration.saturating_mul(TOLERANCE)));
    let tolerated = tolerated.min(SignedDuration::try_from(LONGEST_WATCH).unwrap_or(tolerated));
    let metadata = lease.metadata.clone();
    let lease = (metadata.namespace.unwrap_or_default(), metadata.name.unwrap_or_default());
    let age = if renewed.abs() <= tolerated { Age::Fresh } else { Age::Odd };
    Some((Holder { identity, lease, renewed: renewed.as_secs() }, age))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lease(spec: &serde_json::Value) -> Lease {
        let lease = json!({"metadata": {"name": LEASE, "namespace": "kubevirt"}, "spec": spec});
        serde_json::from_value(lease).unwrap()
    }

    fn renewed(time: &str, seconds: u32) -> Lease {
        lease(&json!({"holderIdentity": "pod-a", "leaseDurationSeconds": seconds, "renewTime": time}))
    }

    fn noon() -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }

    /// What is made of these readings, one after the other; and how long it took.
    async fn observed(readings: Vec<Vec<Lease>>) -> (Option<String>, Duration) {
        let (begun, readings) = (Instant::now(), std::cell::RefCell::new(readings));
        let read = || {
            let mut readings = readings.borrow_mut();
            let leases = if readings.len() > 1 { readings.remove(0) } else { readings[0].clone() };
            std::future::ready(Ok(Some(leases)))
        };
        let live = match observe(Look::UntilSure, noon(), |_| (), read).await.unwrap() {
            Observed::Active(holder) => Some(ActiveController::KubeVirt(holder).to_string()),
            _ => None,
        };
        (live, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_that_was_renewed_lately_is_live_at_once() {
        let told = "\"pod-a\" holds the lease kubevirt/virt-controller and renewed it 10 s ago";
        let (live, took) = observed(vec![vec![renewed("2026-01-01T11:59:50.000000Z", 15)]]).await;
        assert_eq!((live.as_deref(), took), (Some(told), Duration::ZERO));
        let ahead = observed(vec![vec![renewed("2026-01-01T12:00:30.000000Z", 15)]]).await;
        assert!(ahead.0.is_some() && ahead.1.is_zero(), "{ahead:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_holder_whose_clock_is_wrong_is_found_out_by_its_renewals() {
        for minutes in ["11:50", "13:30"] {
            let at = |seconds: u32| vec![renewed(&format!("2026-01-01T{minutes}:{seconds:02}.000000Z"), 15)];
            let (live, took) = observed(vec![at(0), at(2)]).await;
            assert!(live.is_some() && took == RETRY, "{minutes}: {live:?} {took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_that_nobody_renews_is_not_live_whatever_it_says_of_itself() {
        for (time, duration, watched) in [
            ("2026-01-01T11:50:00.000000Z", 15, 16),
            ("9999-01-01T00:00:00.000000Z", 15, 16),
            ("2020-01-01T00:00:00.000000Z", i32::MAX.unsigned_abs(), 60),
        ] {
            let (live, took) = observed(vec![vec![renewed(time, duration)]]).await;
            assert_eq!((live, took), (None, Duration::from_secs(watched)), "{time}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_without_a_holder_is_nobodys() {
        let given_up = lease(&json!({"holderIdentity": "", "renewTime": "2026-01-01T11:59:59.000000Z"}));
        let never = lease(&json!({"holderIdentity": "pod-a"}));
        assert_eq!(observed(vec![vec![given_up, never]]).await, (None, Duration::ZERO));
    }

    #[test]
    fn controllers_are_in_each_others_way_where_they_keep_the_same_sets() {
        let lease = |keeps: &str| {
            let metadata = json!({"name": "l", "namespace": "n", "labels": {NAMESPACE_LABEL: keeps}});
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
