//! The manifest's roles: what the controller asks for, and no more. That a server lets it work with them is tried in
//! `roles`.

use super::*;
use crate::support::{Outcome, refusal};
use kubectl_vmirs::controller::LEASE;
use kubectl_vmirs::controller::active_controller::{self, Look};
use kubectl_vmirs::manifests::RBAC;
use kubectl_vmirs::runtime::leader_election::{LeaderElectionConfig, Mode, Timing, lead};
use kubectl_vmirs::text::yaml;
use std::collections::BTreeSet;

/// The role's kind, the group, the resource and the verb.
type Right = (String, String, String, String);

/// What the manifest's roles allow.
fn granted() -> BTreeSet<Right> {
    let mut granted = BTreeSet::new();
    for role in yaml::documents(RBAC).unwrap() {
        for rule in role["rules"].as_array().into_iter().flatten() {
            let texts = |key: &str| rule[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned());
            for group in texts("apiGroups") {
                for resource in texts("resources") {
                    let kind = role["kind"].as_str().unwrap().to_owned();
                    granted.extend(texts("verbs").map(|verb| (kind.clone(), group.clone(), resource.clone(), verb)));
                }
            }
        }
    }
    granted
}

/// The right that a request takes.
fn right(line: &str) -> Right {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut segments = path.trim_start_matches('/').split('/').peekable();
    let group = if segments.next() == Some("apis") { segments.next().unwrap() } else { "" };
    segments.next();
    let namespaced = segments.next_if_eq(&"namespaces").is_some() && segments.next().is_some();
    let resource = segments.next().unwrap();
    let name = segments.next();
    let resource = segments.next().map_or(resource.to_owned(), |subresource| format!("{resource}/{subresource}"));
    let verb = match (method, name) {
        ("GET", _) if query.contains("watch=true") => "watch",
        ("GET", None) => "list",
        ("GET", Some(_)) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", _) => "delete",
        other => panic!("{other:?}"),
    };
    // The lease of the election is the only thing that is asked for in one namespace alone.
    let kind = if namespaced && resource == "leases" { "Role" } else { "ClusterRole" };
    (kind.to_owned(), group.to_owned(), resource, verb.to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_manifest_grants_what_is_asked_for_and_no_more() {
    let faults = FaultLayer::new();
    let client = faults.client();
    active_controller::virt_controller(&client, Timestamp::now(), |_| ()).await.unwrap();
    active_controller::another_of_ours(&client, None, None, Look::Once, Timestamp::now(), |_| ()).await.unwrap();
    let candidate = LeaderElectionConfig {
        namespace: "default".into(),
        name: LEASE.into(),
        identity: "it".into(),
        labels: active_controller::lease_labels(None),
        timing: Timing::default(),
        mode: Mode::Standby,
    };
    let stop = CancellationToken::new();
    let until = stop.clone();
    let keeping = async move {
        let work = controller::run(client.clone(), Options::default(), until.clone());
        lead(client.clone(), candidate, &|_, _| (), &until, work).await
    };
    let running = tokio::spawn(keeping);
    let fixture = Fixture { client: faults.direct(), faults, stop, running };
    // A few creations are refused alike, so that an event is told again; one is not answered and has to be asked about.
    let mut left = 4;
    fixture.faults.policy(move |line| {
        let met = line.starts_with("POST") && line.contains("/virtualmachineinstances") && left > 0;
        left -= i32::from(met);
        match (met, left) {
            (false, _) => Outcome::Pass,
            (true, 0) => Outcome::Refuse(504, refusal(504, "Timeout", "request did not complete")),
            (true, _) => Outcome::Refuse(403, refusal(403, "Forbidden", "quota")),
        }
    });
    fixture.send("POST", VMIS, &orphan("stray", "web")).await;
    fixture.create("web", 2).await;
    fixture.rest().await;
    fixture.scale("web", 0).await;
    fixture.rest().await;
    let asked: BTreeSet<_> = fixture.faults.asked().iter().map(|line| right(line)).collect();
    fixture.stop().await;
    let mut granted = granted();
    // Asked for by the server on the controller's behalf, where an admission plugin is on.
    let finalizers = "virtualmachineinstancereplicasets/finalizers";
    assert!(granted.remove(&("ClusterRole".into(), "kubevirt.io".into(), finalizers.into(), "update".into())));
    assert_eq!(asked, granted);
}
