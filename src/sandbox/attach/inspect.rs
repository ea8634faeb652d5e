//! May this cluster be given simulated VMIs? Not where real ones may be.

use super::{Error, LEASE, Options};
use crate::controller::active_controller::{self, Look};
use crate::manifests::{OURS, crds};
use crate::simulator::nodes::{LEASE_NAMESPACE, LEASE_SECONDS};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition as Definition;
use kube::api::Api;

/// Refuses a cluster with a live virt-controller, with definitions that are not ours, or with another attached sandbox.
///
/// # Errors
/// The reason; that too little may be read to know.
pub(super) async fn refuse(client: &kube::Client, options: &Options) -> Result<(), Error> {
    if options.force {
        return Ok(());
    }
    let now = Timestamp::now();
    if let Some(live) = active_controller::virt_controller(client, now, |_| ()).await.map_err(Error::Guard)? {
        return Err(Error::Live(live));
    }
    if options.controller
        && let Some(kept) =
            active_controller::another_of_ours(client, None, Some(("kube-system", LEASE)), Look::UntilSure, now, |_| ())
                .await
                .map_err(Error::Guard)?
    {
        return Err(Error::Kept(kept));
    }
    let definitions: Api<Definition> = Api::all(client.clone());
    for crd in crds() {
        let name = crd["metadata"]["name"].as_str().unwrap_or_default();
        let what = format!("CustomResourceDefinition {name}");
        let found = definitions.get_opt(name).await.map_err(Error::request("read", &what))?;
        if found.is_some_and(|found| !is_ours(&found)) {
            return Err(Error::ForeignDefinition { name: name.to_owned() });
        }
    }
    let node = options.simulator.nodes().name(1);
    let leases: Api<Lease> = Api::namespaced(client.clone(), LEASE_NAMESPACE);
    let what = format!("Lease {LEASE_NAMESPACE}/{node}");
    let lease = leases.get_opt(&node).await.map_err(Error::request("read", &what))?;
    match lease.and_then(|lease| holder(&lease, now)) {
        Some((holder, renewed)) if holder != options.simulator.holder => Err(Error::Occupied { holder, node, renewed }),
        _ => Ok(()),
    }
}

fn is_ours(definition: &Definition) -> bool {
    let label = definition.metadata.labels.as_ref().and_then(|labels| labels.get(OURS.0));
    label.is_some_and(|value| value == OURS.1)
}

/// Who keeps the node alive, and seconds since the last renewal; nobody once the lease has run out.
fn holder(lease: &Lease, now: Timestamp) -> Option<(String, i64)> {
    let spec = lease.spec.as_ref()?;
    let renewed = now.duration_since(spec.renew_time.as_ref()?.0);
    let duration = i64::from(spec.lease_duration_seconds.unwrap_or(LEASE_SECONDS));
    (renewed <= SignedDuration::from_secs(duration))
        .then(|| (spec.holder_identity.clone().unwrap_or_default(), renewed.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn definition(labels: Value) -> Definition {
        let mut crd = crds()[0].clone();
        crd["metadata"]["labels"] = labels;
        serde_json::from_value(crd).unwrap()
    }

    #[test]
    fn our_definitions_are_told_by_their_label() {
        assert!(is_ours(&serde_json::from_value(crds()[0].clone()).unwrap()));
        assert!(!is_ours(&definition(json!({"app.kubernetes.io/managed-by": "virt-operator"}))));
        assert!(!is_ours(&definition(json!({OURS.0: "kubevirt"}))));
    }

    #[test]
    fn a_node_is_kept_by_whoever_renewed_its_lease_lately() {
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        let lease = |time: &str| {
            let spec = json!({"holderIdentity": "a", "leaseDurationSeconds": 40, "renewTime": time});
            serde_json::from_value::<Lease>(json!({"metadata": {}, "spec": spec})).unwrap()
        };
        assert_eq!(holder(&lease("2026-01-01T00:00:50.000000Z"), now), Some(("a".into(), 10)));
        assert_eq!(holder(&lease("2026-01-01T00:00:10.000000Z"), now), None);
    }
}
