//! What is seen of machines, pods and nodes, and which machine is due for a step. Fed by plain method calls.

use super::acts::Done;
use super::nodes::{self, Fleet};
use super::placement::{Room, place};
use super::step::{Act, Next, Times, next, stage};
use super::view::{Launcher, Machine, Request};
use super::wish::Wish;
use kube::runtime::watcher::Event;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a step that failed rests.
const RETRY: Duration = Duration::from_millis(200);
/// The addresses of a node's range that machines get.
const HOSTS: std::ops::RangeInclusive<u8> = 2..=254;

/// One step to carry out, with all it needs.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) act: Act,
    pub(super) machine: Arc<Machine>,
    pub(super) pod: Option<Arc<Launcher>>,
    /// For a new or waiting pod: its node, or why there is none.
    pub(super) node: Result<String, String>,
    /// For a pod that starts: its address and its node's.
    pub(super) addresses: (String, String),
}

impl Order {
    pub(super) fn machine_uid(&self) -> String {
        self.machine.uid().to_owned()
    }
}

pub(super) struct Farm {
    times: Times,
    fleet: Fleet,
    machines: HashMap<String, Arc<Machine>>,
    launchers: HashMap<String, Arc<Launcher>>,
    /// UIDs of pods by the UID of their machine.
    pods: HashMap<String, BTreeSet<String>>,
    /// Since when a machine has been in its stage.
    stages: HashMap<String, (String, Instant)>,
    due: BTreeSet<(Instant, String)>,
    when: HashMap<String, Instant>,
    busy: HashSet<String>,
    /// Room that is promised to a pod which has not been seen there yet.
    promised: HashMap<String, (String, Request)>,
    /// Addresses that are given to a pod which has not been seen with it yet.
    given: HashMap<String, String>,
    unseen: (HashSet<String>, HashSet<String>),
}

impl Farm {
    pub(super) fn new(fleet: Fleet, times: Times) -> Self {
        Self {
            times,
            fleet,
            machines: HashMap::new(),
            launchers: HashMap::new(),
            pods: HashMap::new(),
            stages: HashMap::new(),
            due: BTreeSet::new(),
            when: HashMap::new(),
            busy: HashSet::new(),
            promised: HashMap::new(),
            given: HashMap::new(),
            unseen: (HashSet::new(), HashSet::new()),
        }
    }

    pub(super) fn machine_event(&mut self, event: Event<Machine>, now: Instant) {
        match event {
            Event::Init => self.unseen.0 = self.machines.keys().cloned().collect(),
            Event::InitApply(machine) | Event::Apply(machine) => {
                self.unseen.0.remove(machine.uid());
                self.apply_machine(machine, now);
            }
            Event::InitDone => {
                for uid in std::mem::take(&mut self.unseen.0) {
                    self.forget(&uid);
                }
            }
            Event::Delete(machine) => self.forget(machine.uid()),
        }
    }

    pub(super) fn launcher_event(&mut self, event: Event<Launcher>, now: Instant) {
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
    pub(super) fn take(&mut self, now: Instant) -> Option<Order> {
        while let Some((at, uid)) = self.due.first().cloned() {
            if at > now {
                return None;
            }
            self.postpone(&uid, None);
            match self.decide(&uid, now) {
                Next::Do(act) => {
                    if let Some(order) = self.order(&uid, act) {
                        self.busy.insert(uid);
                        return Some(order);
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
    pub(super) fn done(&mut self, uid: &str, done: Done, now: Instant) {
        self.busy.remove(uid);
        if let Some(machine) = done.machine {
            self.apply_machine(machine, now);
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
        if self.machines.contains_key(uid) {
            self.postpone(uid, Some(now + RETRY));
        }
    }

    fn apply_machine(&mut self, machine: Machine, now: Instant) {
        let uid = machine.uid().to_owned();
        let newer = |known: &Arc<Machine>| revision(&known.metadata) <= revision(&machine.metadata);
        if self.machines.get(&uid).is_none_or(newer) {
            self.machines.insert(uid.clone(), Arc::new(machine));
        }
        self.look_at(&uid, now);
    }

    fn apply_pod(&mut self, pod: Launcher, now: Instant) {
        let (Some(uid), Some(machine)) = (pod.metadata.uid.clone(), pod.machine().map(str::to_owned)) else { return };
        let newer = |known: &Arc<Launcher>| revision(&known.metadata) <= revision(&pod.metadata);
        if self.launchers.get(&uid).is_none_or(newer) {
            let freed = !pod.takes_room();
            self.launchers.insert(uid.clone(), Arc::new(pod));
            self.pods.entry(machine.clone()).or_default().insert(uid);
            if freed {
                self.look_at_the_waiting(now);
            }
        }
        self.look_at(&machine, now);
    }

    fn remove_pod(&mut self, uid: &str, now: Instant) {
        let Some(pod) = self.launchers.remove(uid) else { return };
        let Some(machine) = pod.machine() else { return };
        if let Some(pods) = self.pods.get_mut(machine) {
            pods.remove(uid);
            if pods.is_empty() {
                self.pods.remove(machine);
            }
        }
        self.look_at(machine, now);
        self.look_at_the_waiting(now);
    }

    fn forget(&mut self, uid: &str) {
        self.machines.remove(uid);
        self.stages.remove(uid);
        self.postpone(uid, None);
    }

    /// Room was freed: machines that fit nowhere may fit now.
    fn look_at_the_waiting(&mut self, now: Instant) {
        let waiting = self.launchers.values().filter(|pod| pod.node().is_none());
        let machines: Vec<_> = waiting.filter_map(|pod| pod.machine().map(str::to_owned)).collect();
        for machine in machines {
            self.look_at(&machine, now);
        }
    }

    fn look_at(&mut self, uid: &str, now: Instant) {
        if self.machines.contains_key(uid) && !self.busy.contains(uid) {
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

    /// The machine's pod: of those that name its UID, one of its own namespace. A UID is no secret.
    fn pod_of(&self, machine: &str) -> Option<&Arc<Launcher>> {
        let namespace = &self.machines.get(machine)?.metadata.namespace;
        let pods = self.pods.get(machine)?.iter().filter_map(|uid| self.launchers.get(uid));
        pods.into_iter().find(|pod| pod.metadata.namespace == *namespace)
    }

    fn decide(&mut self, uid: &str, now: Instant) -> Next {
        let Some(machine) = self.machines.get(uid).cloned() else { return Next::Rest };
        let pod = self.pod_of(uid).cloned();
        if !self.is_ours(&machine, pod.as_deref()) {
            return Next::Rest;
        }
        let stage = stage(&machine, pod.as_deref());
        let entry = self.stages.entry(uid.to_owned()).or_insert_with(|| (stage.clone(), now));
        if entry.0 != stage {
            *entry = (stage, now);
        }
        let wish = Wish::of(machine.metadata.annotations.as_ref());
        next(&machine, pod.as_deref(), wish, &self.times, now.saturating_duration_since(entry.1))
    }

    /// Whether nobody else runs the machine: on a cluster with a KubeVirt of its own, most are not for us.
    fn is_ours(&self, machine: &Machine, pod: Option<&Launcher>) -> bool {
        let elsewhere = machine.node().is_some_and(|node| self.fleet.index(node).is_none());
        !elsewhere && pod.is_none_or(Launcher::is_ours)
    }

    /// Adds what the step needs; `None` when a waiting pod fits nowhere still, which has been said.
    fn order(&mut self, uid: &str, act: Act) -> Option<Order> {
        let machine = self.machines.get(uid).cloned()?;
        let pod = self.pod_of(uid).cloned();
        let mut order =
            Order { act, machine, pod, node: Err(String::new()), addresses: (String::new(), String::new()) };
        match &order.act {
            Act::CreatePod => order.node = self.promise(uid, order.machine.request()),
            Act::Schedule => {
                let pod = order.pod.clone()?;
                order.node = self.promise(uid, pod.request());
                if order.node.is_err() && pod.unschedulable().is_some() {
                    return None;
                }
            }
            Act::StartPod => order.addresses = self.address(uid, order.pod.as_ref()?.node()?)?,
            _ => {}
        }
        Some(order)
    }

    fn promise(&mut self, uid: &str, request: Request) -> Result<String, String> {
        let node = place(&self.rooms(), request)?;
        self.promised.insert(uid.to_owned(), (node.clone(), request));
        Ok(node)
    }

    fn rooms(&self) -> BTreeMap<String, Room> {
        let mut rooms: BTreeMap<_, _> = self.fleet.names().map(|name| (name, nodes::room())).collect();
        let placed = self.launchers.values().filter(|pod| pod.takes_room());
        let placed = placed.filter_map(|pod| Some((pod.node()?, pod.request())));
        for (node, request) in placed.chain(self.promised.values().map(|(node, request)| (node.as_str(), *request))) {
            if let Some(room) = rooms.get_mut(node) {
                room.taken.milli_cpu += request.milli_cpu;
                room.taken.memory += request.memory;
                room.running += 1;
            }
        }
        rooms
    }

    /// The lowest address of the node's range that nobody has, and the node's own.
    fn address(&mut self, uid: &str, node: &str) -> Option<(String, String)> {
        let index = self.fleet.index(node)?;
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

    fn machine(uid: &str, phase: &str, memory: &str) -> Machine {
        serde_json::from_value(json!({
            "metadata": {"name": uid, "uid": uid, "resourceVersion": "1", "finalizers": [crate::api::vmi::FINALIZER]},
            "spec": {"domain": {"resources": {"requests": {"memory": memory}}}},
            "status": {"phase": phase},
        }))
        .unwrap()
    }

    fn pod(uid: &str, machine: &str, node: Option<&str>, revision: &str) -> Launcher {
        let owner = json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance", "name": machine, "uid": machine, "controller": true});
        serde_json::from_value(json!({
            "metadata": {"name": uid, "uid": uid, "resourceVersion": revision, "ownerReferences": [owner]},
            "spec": {"schedulerName": crate::simulator::pod::SCHEDULER, "nodeName": node, "containers": [{"resources": {"requests": {"memory": "60Gi", "cpu": "1"}}}]},
        }))
        .unwrap()
    }

    fn farm(nodes: usize) -> Farm {
        let fleet = Fleet { prefix: "node".into(), count: nodes, holder: "test".into() };
        Farm::new(fleet, Times::scaled(Duration::ZERO))
    }

    #[test]
    fn a_machine_is_worked_on_by_one_step_at_a_time() {
        let now = Instant::now();
        let mut farm = farm(1);
        farm.machine_event(Event::Apply(machine("a", "Pending", "1Gi")), now);
        let order = farm.take(now).unwrap();
        assert_eq!((order.act, order.node.as_deref()), (Act::CreatePod, Ok("node01")));
        farm.machine_event(Event::Apply(machine("a", "Pending", "1Gi")), now);
        assert!(farm.take(now).is_none());
        farm.failed("a", now);
        assert!(farm.take(now).is_none());
        assert!(farm.take(now + RETRY).is_some());
    }

    #[test]
    fn room_that_is_promised_is_not_given_twice() {
        let now = Instant::now();
        let mut farm = farm(1);
        farm.machine_event(Event::Apply(machine("a", "Pending", "50Gi")), now);
        farm.machine_event(Event::Apply(machine("b", "Pending", "50Gi")), now);
        let nodes = [farm.take(now).unwrap().node.is_ok(), farm.take(now).unwrap().node.is_ok()];
        assert_eq!(nodes, [true, false]);
    }

    #[test]
    fn a_machine_that_somebody_else_runs_is_left_alone() {
        let now = Instant::now();
        let mut farm = farm(1);
        let mut elsewhere = machine("a", "Running", "1Gi");
        elsewhere.status["nodeName"] = json!("worker-1");
        elsewhere.metadata.deletion_timestamp = Some(serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap());
        farm.machine_event(Event::Apply(elsewhere), now);
        let mut theirs = pod("pb", "b", None, "1");
        theirs.spec["schedulerName"] = json!("default-scheduler");
        farm.launcher_event(Event::Apply(theirs), now);
        farm.machine_event(Event::Apply(machine("b", "Scheduling", "1Gi")), now);
        assert!(farm.take(now).is_none());
    }

    #[test]
    fn a_waiting_machine_is_looked_at_when_room_is_freed() {
        let now = Instant::now();
        let mut farm = farm(1);
        farm.launcher_event(Event::Apply(pod("pa", "a", Some("node01"), "1")), now);
        farm.machine_event(Event::Apply(machine("b", "Scheduling", "50Gi")), now);
        let mut waiting = pod("pb", "b", None, "1");
        waiting.status = json!({"conditions": [{"type": "PodScheduled", "status": "False", "message": "no"}]});
        farm.launcher_event(Event::Apply(waiting), now);
        assert!(matches!(farm.take(now).unwrap().act, Act::MarkUnschedulable(_)));
        let mut told = machine("b", "Scheduling", "50Gi");
        told.status["conditions"] = json!([{"type": "PodScheduled", "status": "False"}]);
        farm.done("b", Done { machine: Some(told), ..Done::default() }, now);
        assert!(farm.take(now).is_none());
        farm.launcher_event(Event::Delete(pod("pa", "a", Some("node01"), "2")), now);
        let order = farm.take(now).unwrap();
        assert_eq!((order.act, order.node.as_deref()), (Act::Schedule, Ok("node01")));
    }

    #[test]
    fn an_old_event_does_not_undo_what_is_known() {
        let now = Instant::now();
        let mut farm = farm(1);
        farm.machine_event(Event::Apply(machine("a", "Scheduling", "1Gi")), now);
        farm.launcher_event(Event::Apply(pod("pa", "a", Some("node01"), "10")), now);
        farm.launcher_event(Event::Apply(pod("pa", "a", None, "9")), now);
        assert_eq!(farm.pod_of("a").unwrap().node(), Some("node01"));
    }

    #[test]
    fn a_pod_of_another_namespace_is_nobodys_whatever_it_claims() {
        let now = Instant::now();
        let mut farm = farm(1);
        farm.machine_event(Event::Apply(machine("a", "Scheduling", "1Gi")), now);
        let mut forged = pod("forged", "a", Some("node01"), "1");
        forged.metadata.namespace = Some("evil".into());
        forged.status = json!({"phase": "Failed"});
        farm.launcher_event(Event::Apply(forged), now);
        assert!(farm.pod_of("a").is_none());
        farm.launcher_event(Event::Apply(pod("real", "a", None, "2")), now);
        assert_eq!(farm.pod_of("a").unwrap().name(), "real");
    }
}
