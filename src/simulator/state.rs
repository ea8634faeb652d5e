//! What is seen of VMIs, pods and nodes, and which VMI is due for a step. Fed by plain method calls.

use super::executor::Completion;
use super::fault_injection::InjectedFaults;
use super::nodes::{self, NodePool};
use super::placement::{NodeCapacity, place};
use super::step::{Action, Next, Times, next, phase_of};
use super::view::{LauncherPodView, ResourceRequest, VmiView};
use kube::runtime::watcher::Event;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a step that failed rests.
const RETRY: Duration = Duration::from_millis(200);
/// The addresses of a node's range that VMIs get.
const HOSTS: std::ops::RangeInclusive<u8> = 2..=254;

/// One step to carry out, with all it needs.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) act: Action,
    pub(super) vmi: Arc<VmiView>,
    pub(super) pod: Option<Arc<LauncherPodView>>,
    /// For a new or waiting pod: its node, or why there is none.
    pub(super) node: Result<String, String>,
    /// For a pod that starts: its address and its node's.
    pub(super) addresses: (String, String),
}

impl Request {
    pub(super) fn vmi_uid(&self) -> String {
        self.vmi.uid().to_owned()
    }
}

pub(super) struct Simulator {
    times: Times,
    nodes: NodePool,
    vmis: HashMap<String, Arc<VmiView>>,
    launchers: HashMap<String, Arc<LauncherPodView>>,
    /// UIDs of pods by the UID of their VMI.
    pods: HashMap<String, BTreeSet<String>>,
    /// Since when a VMI has been in its phase.
    phases: HashMap<String, (String, Instant)>,
    due: BTreeSet<(Instant, String)>,
    when: HashMap<String, Instant>,
    busy: HashSet<String>,
    /// NodeCapacity that is promised to a pod which has not been seen there yet.
    promised: HashMap<String, (String, ResourceRequest)>,
    /// Addresses that are given to a pod which has not been seen with it yet.
    given: HashMap<String, String>,
    unseen: (HashSet<String>, HashSet<String>),
}

impl Simulator {
    pub(super) fn new(nodes: NodePool, times: Times) -> Self {
        Self {
            times,
            nodes,
            vmis: HashMap::new(),
            launchers: HashMap::new(),
            pods: HashMap::new(),
            phases: HashMap::new(),
            due: BTreeSet::new(),
            when: HashMap::new(),
            busy: HashSet::new(),
            promised: HashMap::new(),
            given: HashMap::new(),
            unseen: (HashSet::new(), HashSet::new()),
        }
    }

    pub(super) fn vmi_event(&mut self, event: Event<VmiView>, now: Instant) {
        match event {
            Event::Init => self.unseen.0 = self.vmis.keys().cloned().collect(),
            Event::InitApply(vmi) | Event::Apply(vmi) => {
                self.unseen.0.remove(vmi.uid());
                self.apply_vmi(vmi, now);
            }
            Event::InitDone => {
                for uid in std::mem::take(&mut self.unseen.0) {
                    self.forget(&uid);
                }
            }
            Event::Delete(vmi) => self.forget(vmi.uid()),
        }
    }

    pub(super) fn launcher_event(&mut self, event: Event<LauncherPodView>, now: Instant) {
        match event {
            Event::Init => self.unseen.1 = self.launchers.keys().cloned().collect(),
            Event::InitApply(pod) | Event::Apply(pod) => {
                self.unseen.1.remove(pod.metadata.uid.as_deref().unwrap_or_default());
                self.apply_pod(pod, now);
            }
            Event::InitDone => {
                for uid in std::mem::take(&mut self.unseen.1) {
                    self.remove_pod(&uid, now);
                }
            }
            Event::Delete(pod) => self.remove_pod(pod.metadata.uid.as_deref().unwrap_or_default(), now),
        }
    }

    /// The next step that is due, for a machine that nothing is being done about.
    pub(super) fn take(&mut self, now: Instant) -> Option<Request> {
        while let Some((at, uid)) = self.due.first().cloned() {
            if at > now {
                return None;
            }
            self.postpone(&uid, None);
            match self.decide(&uid, now) {
                Next::Do(act) => {
                    if let Some(request) = self.request(&uid, act) {
                        self.busy.insert(uid);
                        return Some(request);
                    }
                }
                Next::After(delay) => self.postpone(&uid, Some(now + delay)),
                Next::Rest => {}
            }
        }
        None
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The step was carried out; what it wrote is as good as seen.
    pub(super) fn done(&mut self, uid: &str, done: Completion, now: Instant) {
        self.busy.remove(uid);
        if let Some(vmi) = done.vmi {
            self.apply_vmi(vmi, now);
        }
        if let Some(pod) = done.pod {
            self.apply_pod(pod, now);
        }
        if let Some(gone) = done.gone {
            self.remove_pod(&gone, now);
        }
        self.promised.remove(uid);
        self.given.remove(uid);
        self.look_at(uid, now);
    }

    /// The step failed.
    pub(super) fn failed(&mut self, uid: &str, now: Instant) {
        self.busy.remove(uid);
        self.promised.remove(uid);
        self.given.remove(uid);
        if self.vmis.contains_key(uid) {
            self.postpone(uid, Some(now + RETRY));
        }
    }

    fn apply_vmi(&mut self, vmi: VmiView, now: Instant) {
        let uid = vmi.uid().to_owned();
        let newer = |known: &Arc<VmiView>| revision(&known.metadata) <= revision(&vmi.metadata);
        if self.vmis.get(&uid).is_none_or(newer) {
            self.vmis.insert(uid.clone(), Arc::new(vmi));
        }
        self.look_at(&uid, now);
    }

    fn apply_pod(&mut self, pod: LauncherPodView, now: Instant) {
        let (Some(uid), Some(vmi)) = (pod.metadata.uid.clone(), pod.vmi().map(str::to_owned)) else { return };
        let newer = |known: &Arc<LauncherPodView>| revision(&known.metadata) <= revision(&pod.metadata);
        if self.launchers.get(&uid).is_none_or(newer) {
            let freed = !pod.takes_room();
            self.launchers.insert(uid.clone(), Arc::new(pod));
            self.pods.entry(vmi.clone()).or_default().insert(uid);
            if freed {
                self.look_at_the_waiting(now);
            }
        }
        self.look_at(&vmi, now);
    }

    fn remove_pod(&mut self, uid: &str, now: Instant) {
        let Some(pod) = self.launchers.remove(uid) else { return };
        let Some(vmi) = pod.vmi() else { return };
        if let Some(pods) = self.pods.get_mut(vmi) {
            pods.remove(uid);
            if pods.is_empty() {
                self.pods.remove(vmi);
            }
        }
        self.look_at(vmi, now);
        self.look_at_the_waiting(now);
    }

    fn forget(&mut self, uid: &str) {
        self.vmis.remove(uid);
        self.phases.remove(uid);
        self.postpone(uid, None);
    }

    /// Capacity was freed: VMIs that fit nowhere may fit now.
    fn look_at_the_waiting(&mut self, now: Instant) {
        let waiting = self.launchers.values().filter(|pod| pod.node().is_none());
        let vmis: Vec<_> = waiting.filter_map(|pod| pod.vmi().map(str::to_owned)).collect();
        for vmi in vmis {
            self.look_at(&vmi, now);
        }
    }

    fn look_at(&mut self, uid: &str, now: Instant) {
        if self.vmis.contains_key(uid) && !self.busy.contains(uid) {
            self.postpone(uid, Some(now));
        }
    }

    fn postpone(&mut self, uid: &str, at: Option<Instant>) {
        if let Some(before) = self.when.remove(uid) {
            self.due.remove(&(before, uid.to_owned()));
        }
        if let Some(at) = at {
            self.when.insert(uid.to_owned(), at);
            self.due.insert((at, uid.to_owned()));
        }
    }

    /// The VMI's pod: of those that name its UID, one of its own namespace. A UID is no secret.
    fn pod_of(&self, vmi: &str) -> Option<&Arc<LauncherPodView>> {
        let namespace = &self.vmis.get(vmi)?.metadata.namespace;
        let pods = self.pods.get(vmi)?.iter().filter_map(|uid| self.launchers.get(uid));
        pods.into_iter().find(|pod| pod.metadata.namespace == *namespace)
    }

    fn decide(&mut self, uid: &str, now: Instant) -> Next {
        let Some(vmi) = self.vmis.get(uid).cloned() else { return Next::Rest };
        let pod = self.pod_of(uid).cloned();
        if !self.is_ours(&vmi, pod.as_deref()) {
            return Next::Rest;
        }
        let phase = phase_of(&vmi, pod.as_deref());
        let entry = self.phases.entry(uid.to_owned()).or_insert_with(|| (phase.clone(), now));
        if entry.0 != phase {
            *entry = (phase, now);
        }
        let faults = InjectedFaults::of(vmi.metadata.annotations.as_ref());
        next(&vmi, pod.as_deref(), faults, &self.times, now.saturating_duration_since(entry.1))
    }

    /// Whether nobody else runs the VMI: on a cluster with a KubeVirt of its own, most are not for us.
    fn is_ours(&self, vmi: &VmiView, pod: Option<&LauncherPodView>) -> bool {
        let elsewhere = vmi.node().is_some_and(|node| self.nodes.index(node).is_none());
        !elsewhere && pod.is_none_or(LauncherPodView::is_ours)
    }

    /// Adds what the step needs; `None` when a waiting pod fits nowhere still, which has been said.
    fn request(&mut self, uid: &str, act: Action) -> Option<Request> {
        let vmi = self.vmis.get(uid).cloned()?;
        let pod = self.pod_of(uid).cloned();
        let mut request =
            Request { act, vmi, pod, node: Err(String::new()), addresses: (String::new(), String::new()) };
        match &request.act {
            Action::CreatePod => request.node = self.promise(uid, request.vmi.request()),
            Action::Schedule => {
                let pod = request.pod.clone()?;
                request.node = self.promise(uid, pod.request());
                if request.node.is_err() && pod.unschedulable().is_some() {
                    return None;
                }
            }
            Action::StartPod => request.addresses = self.address(uid, request.pod.as_ref()?.node()?)?,
            _ => {}
        }
        Some(request)
    }

    fn promise(&mut self, uid: &str, request: ResourceRequest) -> Result<String, String> {
        let node = place(&self.capacities(), request)?;
        self.promised.insert(uid.to_owned(), (node.clone(), request));
        Ok(node)
    }

    fn capacities(&self) -> BTreeMap<String, NodeCapacity> {
        let mut capacities: BTreeMap<_, _> = self.nodes.names().map(|name| (name, nodes::capacity())).collect();
        let placed = self.launchers.values().filter(|pod| pod.takes_room());
        let placed = placed.filter_map(|pod| Some((pod.node()?, pod.request())));
        for (node, request) in placed.chain(self.promised.values().map(|(node, request)| (node.as_str(), *request))) {
            if let Some(capacity) = capacities.get_mut(node) {
                capacity.taken.milli_cpu += request.milli_cpu;
                capacity.taken.memory += request.memory;
                capacity.running += 1;
            }
        }
        capacities
    }

    /// The lowest address of the node's range that nobody has, and the node's own.
    fn address(&mut self, uid: &str, node: &str) -> Option<(String, String)> {
        let index = self.nodes.index(node)?;
        let pods = self.launchers.values().filter(|pod| pod.takes_room());
        let taken: HashSet<&str> =
            pods.filter_map(|pod| pod.ip()).chain(self.given.values().map(String::as_str)).collect();
        let free = HOSTS.map(|host| nodes::pod_ip(index, host)).find(|ip| !taken.contains(ip.as_str()))?;
        self.given.insert(uid.to_owned(), free.clone());
        Some((free, nodes::host_ip(index)))
    }
}

/// Revisions of one object can be compared as numbers.
fn revision(metadata: &kube::api::ObjectMeta) -> u64 {
    metadata.resource_version.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn vmi(uid: &str, phase: &str, memory: &str) -> VmiView {
        serde_json::from_value(json!({
            "metadata": {"name": uid, "uid": uid, "resourceVersion": "1", "finalizers": [crate::api::vmi::FINALIZER]},
            "spec": {"domain": {"resources": {"requests": {"memory": memory}}}},
            "status": {"phase": phase},
        }))
        .unwrap()
    }

    fn pod(uid: &str, vmi: &str, node: Option<&str>, revision: &str) -> LauncherPodView {
        let owner = json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance", "name": vmi, "uid": vmi, "controller": true});
        serde_json::from_value(json!({
            "metadata": {"name": uid, "uid": uid, "resourceVersion": revision, "ownerReferences": [owner]},
            "spec": {"schedulerName": crate::simulator::pod::SCHEDULER, "nodeName": node, "containers": [{"resources": {"requests": {"memory": "60Gi", "cpu": "1"}}}]},
        }))
        .unwrap()
    }

    fn simulator(nodes: usize) -> Simulator {
        let nodes = NodePool { prefix: "node".into(), count: nodes, holder: "test".into() };
        Simulator::new(nodes, Times::scaled(Duration::ZERO))
    }

    #[test]
    fn a_vmi_is_worked_on_by_one_step_at_a_time() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        simulator.vmi_event(Event::Apply(vmi("a", "Pending", "1Gi")), now);
        let request = simulator.take(now).unwrap();
        assert_eq!((request.act, request.node.as_deref()), (Action::CreatePod, Ok("node01")));
        simulator.vmi_event(Event::Apply(vmi("a", "Pending", "1Gi")), now);
        assert!(simulator.take(now).is_none());
        simulator.failed("a", now);
        assert!(simulator.take(now).is_none());
        assert!(simulator.take(now + RETRY).is_some());
    }

    #[test]
    fn room_that_is_promised_is_not_given_twice() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        simulator.vmi_event(Event::Apply(vmi("a", "Pending", "50Gi")), now);
        simulator.vmi_event(Event::Apply(vmi("b", "Pending", "50Gi")), now);
        let nodes = [simulator.take(now).unwrap().node.is_ok(), simulator.take(now).unwrap().node.is_ok()];
        assert_eq!(nodes, [true, false]);
    }

    #[test]
    fn a_vmi_that_somebody_else_runs_is_left_alone() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        let mut elsewhere = vmi("a", "Running", "1Gi");
        elsewhere.status["nodeName"] = json!("worker-1");
        elsewhere.metadata.deletion_timestamp = Some(serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap());
        simulator.vmi_event(Event::Apply(elsewhere), now);
        let mut theirs = pod("pb", "b", None, "1");
        theirs.spec["schedulerName"] = json!("default-scheduler");
        simulator.launcher_event(Event::Apply(theirs), now);
        simulator.vmi_event(Event::Apply(vmi("b", "Scheduling", "1Gi")), now);
        assert!(simulator.take(now).is_none());
    }

    #[test]
    fn a_waiting_vmi_is_looked_at_when_room_is_freed() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        simulator.launcher_event(Event::Apply(pod("pa", "a", Some("node01"), "1")), now);
        simulator.vmi_event(Event::Apply(vmi("b", "Scheduling", "50Gi")), now);
        let mut waiting = pod("pb", "b", None, "1");
        waiting.status = json!({"conditions": [{"type": "PodScheduled", "status": "False", "message": "no"}]});
        simulator.launcher_event(Event::Apply(waiting), now);
        assert!(matches!(simulator.take(now).unwrap().act, Action::MarkUnschedulable(_)));
        let mut told = vmi("b", "Scheduling", "50Gi");
        told.status["conditions"] = json!([{"type": "PodScheduled", "status": "False"}]);
        simulator.done("b", Completion { vmi: Some(told), ..Completion::default() }, now);
        assert!(simulator.take(now).is_none());
        simulator.launcher_event(Event::Delete(pod("pa", "a", Some("node01"), "2")), now);
        let request = simulator.take(now).unwrap();
        assert_eq!((request.act, request.node.as_deref()), (Action::Schedule, Ok("node01")));
    }

    #[test]
    fn an_old_event_does_not_undo_what_is_known() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        simulator.vmi_event(Event::Apply(vmi("a", "Scheduling", "1Gi")), now);
        simulator.launcher_event(Event::Apply(pod("pa", "a", Some("node01"), "10")), now);
        simulator.launcher_event(Event::Apply(pod("pa", "a", None, "9")), now);
        assert_eq!(simulator.pod_of("a").unwrap().node(), Some("node01"));
    }

    #[test]
    fn a_pod_of_another_namespace_is_nobodys_whatever_it_claims() {
        let now = Instant::now();
        let mut simulator = simulator(1);
        simulator.vmi_event(Event::Apply(vmi("a", "Scheduling", "1Gi")), now);
        let mut forged = pod("forged", "a", Some("node01"), "1");
        forged.metadata.namespace = Some("evil".into());
        forged.status = json!({"phase": "Failed"});
        simulator.launcher_event(Event::Apply(forged), now);
        assert!(simulator.pod_of("a").is_none());
        simulator.launcher_event(Event::Apply(pod("real", "a", None, "2")), now);
        assert_eq!(simulator.pod_of("a").unwrap().name(), "real");
    }
}
