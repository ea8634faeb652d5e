//! What happens next to one machine: from what is seen of the VMI and its pod to one act, or to a wait.
//!
//! The order of events is that of a real cluster, where virt-controller, the scheduler, the kubelet and virt-handler
//! take turns; the rules are those of KubeVirt's VMI life cycle.

use super::view::{Launcher, Machine};
use super::wish::Wish;
use std::time::Duration;

/// How long things take. Everything scales with the time that a guest takes to boot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// From a pod that has a node to one whose containers run: images are pulled.
    pub(super) pull: Duration,
    /// From Scheduled to Running: the domain is defined and started.
    pub(super) start: Duration,
    /// From Running to Ready: the guest boots.
    pub(super) boot: Duration,
    /// From a deletion to the end of the guest.
    pub(super) shutdown: Duration,
}

impl Times {
    /// Shares of the boot time that look like a real cluster's, where pulling dominates.
    pub(super) fn scaled(boot_time: Duration) -> Self {
        Self {
            pull: boot_time.mul_f64(0.4),
            start: boot_time.mul_f64(0.2),
            boot: boot_time.mul_f64(0.4),
            shutdown: boot_time.mul_f64(0.3),
        }
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// What KubeVirt's webhook does on creation: finalizer, phase Pending.
    Admit,
    /// Create the launcher pod, on a node if one has room.
    CreatePod,
    /// Phase Scheduling.
    MarkScheduling,
    /// Give the waiting pod a node, if one has room by now; else say why not.
    Schedule,
    /// The pod's scheduling failure, copied to the VMI.
    MarkUnschedulable(String),
    /// The containers run.
    StartPod,
    /// The image cannot be pulled; the second word comes when that goes on.
    MarkPullFailure(&'static str),
    /// Phase Scheduled: the machine is handed to its node.
    MarkScheduled,
    /// Phase Running.
    Run,
    /// The guest has booted.
    MarkReady,
    /// The guest crashed: phase Failed.
    Crash,
    /// The pod is gone or going from under the machine: phase Failed.
    Fail,
    /// The pod is going while the VMI is not: say so.
    MarkPodTerminating,
    /// The VMI was deleted: delete its pod.
    BeginShutdown,
    /// The pod's time is up: remove it.
    KillPod,
    /// Nothing holds the VMI any more: take the finalizer out.
    Release,
}

/// What is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Do this now.
    Do(Act),
    /// Look again after so long.
    After(Duration),
    /// Nothing until something changes.
    Rest,
}

/// Decides. `stage` is how long the machine has been in its present [`stage`].
pub(super) fn next(machine: &Machine, pod: Option<&Launcher>, wish: Wish, times: &Times, stage: Duration) -> Next {
    if machine.is_deleting() {
        return going(machine, pod, times, stage);
    }
    if !machine.is_held() || machine.phase().is_empty() {
        return Next::Do(Act::Admit);
    }
    if machine.is_final() {
        return Next::Rest;
    }
    match pod {
        None if machine.phase() == "Pending" => Next::Do(Act::CreatePod),
        None => Next::Do(Act::Fail),
        Some(pod) if pod.is_deleting() => pod_going(machine, times, stage),
        Some(pod) if !pod.takes_room() => Next::Do(Act::Fail),
        Some(pod) => living(machine, pod, wish, times, stage),
    }
}

/// A name for where the machine stands; the clock of `next` starts anew whenever it changes.
pub(super) fn stage(machine: &Machine, pod: Option<&Launcher>) -> String {
    let pod = pod.map_or("no pod".to_owned(), |pod| {
        format!("{} {} {}", pod.phase(), pod.node().unwrap_or("-"), pod.is_deleting())
    });
    let pulling = machine.condition("Synchronized").map_or("", |(_, reason)| reason);
    format!("{} {} {pulling} {pod}", machine.phase(), machine.is_deleting())
}

fn living(machine: &Machine, pod: &Launcher, wish: Wish, times: &Times, stage: Duration) -> Next {
    match machine.phase() {
        "Pending" => Next::Do(Act::MarkScheduling),
        "Scheduling" => scheduling(machine, pod, wish, times, stage),
        "Scheduled" => after(times.start, stage, Act::Run),
        "Running" => running(machine, wish, times, stage),
        _ => Next::Rest,
    }
}

fn scheduling(machine: &Machine, pod: &Launcher, wish: Wish, times: &Times, stage: Duration) -> Next {
    if pod.node().is_none() {
        let told = machine.condition("PodScheduled").is_some();
        return match pod.unschedulable() {
            Some(why) if !told => Next::Do(Act::MarkUnschedulable(why.to_owned())),
            _ => Next::Do(Act::Schedule),
        };
    }
    match (pod.phase(), wish.pull_failure, machine.condition("Synchronized")) {
        ("Running", ..) => Next::Do(Act::MarkScheduled),
        (_, true, None) => after(times.pull, stage, Act::MarkPullFailure("ErrImagePull")),
        (_, true, Some((_, "ErrImagePull"))) => after(times.pull, stage, Act::MarkPullFailure("ImagePullBackOff")),
        (_, true, _) => Next::Rest,
        _ => after(times.pull, stage, Act::StartPod),
    }
}

fn running(machine: &Machine, wish: Wish, times: &Times, stage: Duration) -> Next {
    let ready = machine.condition("Ready").is_some_and(|(status, _)| status == "True");
    let boot = (!ready && !wish.never_ready).then(|| after(times.boot, stage, Act::MarkReady));
    match (wish.crash.map(|delay| after(delay, stage, Act::Crash)), boot) {
        (Some(Next::After(crash)), Some(Next::After(boot))) => Next::After(crash.min(boot)),
        (Some(Next::After(_)), Some(boot)) => boot,
        (Some(crash), _) => crash,
        (None, boot) => boot.unwrap_or(Next::Rest),
    }
}

/// The pod was deleted from under the machine, which says so and ends with it.
fn pod_going(machine: &Machine, times: &Times, stage: Duration) -> Next {
    match machine.condition("Ready") {
        Some((_, "PodTerminating")) => after(times.shutdown, stage, Act::KillPod),
        _ => Next::Do(Act::MarkPodTerminating),
    }
}

fn going(machine: &Machine, pod: Option<&Launcher>, times: &Times, stage: Duration) -> Next {
    match pod {
        Some(pod) if !pod.is_deleting() => Next::Do(Act::BeginShutdown),
        Some(_) if !pod_told(machine) => Next::Do(Act::MarkPodTerminating),
        Some(_) => after(times.shutdown, stage, Act::KillPod),
        None if machine.is_held() => Next::Do(Act::Release),
        None => Next::Rest,
    }
}

fn pod_told(machine: &Machine) -> bool {
    machine.condition("Ready").is_some_and(|(_, reason)| reason == "PodTerminating")
}

fn after(delay: Duration, stage: Duration, act: Act) -> Next {
    match delay.checked_sub(stage) {
        Some(left) if !left.is_zero() => Next::After(left),
        _ => Next::Do(act),
    }
}

#[cfg(test)]
mod tests;
