//! What happens next to one VMI: from what is seen of the VMI and its pod to one act, or to a wait.
//!
//! The request of events is that of a real cluster, where virt-controller, the scheduler, the kubelet and virt-handler
//! take turns; the rules are those of KubeVirt's VMI life cycle.

use super::fault_injection::InjectedFaults;
use super::view::{LauncherPodView, VmiView};
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
pub(super) enum Action {
    /// What KubeVirt's webhook does on creation: finalizer, phase Pending.
    Admit,
    /// Create the launcher pod, on a node if one has capacity.
    CreatePod,
    /// Phase Scheduling.
    MarkScheduling,
    /// Give the waiting pod a node, if one has capacity by now; else say why not.
    Schedule,
    /// The pod's scheduling failure, copied to the VMI.
    MarkUnschedulable(String),
    /// The containers run.
    StartPod,
    /// The image cannot be pulled; the second word comes when that goes on.
    MarkPullFailure(&'static str),
    /// Phase Scheduled: the VMI is handed to its node.
    MarkScheduled,
    /// Phase Running.
    Run,
    /// The guest has booted.
    MarkReady,
    /// The guest crashed: phase Failed.
    Crash,
    /// The pod is gone or going from under the VMI: phase Failed.
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
    Do(Action),
    /// Look again after so long.
    After(Duration),
    /// Nothing until something changes.
    Rest,
}

/// Decides. `elapsed` is how long the VMI has been in its present [`phase_of`].
pub(super) fn next(
    vmi: &VmiView,
    pod: Option<&LauncherPodView>,
    faults: InjectedFaults,
    times: &Times,
    elapsed: Duration,
) -> Next {
    if vmi.is_deleting() {
        return going(vmi, pod, times, elapsed);
    }
    if !vmi.is_held() || vmi.phase().is_empty() {
        return Next::Do(Action::Admit);
    }
    if vmi.is_final() {
        return Next::Rest;
    }
    match pod {
        None if vmi.phase() == "Pending" => Next::Do(Action::CreatePod),
        None => Next::Do(Action::Fail),
        Some(pod) if pod.is_deleting() => pod_going(vmi, times, elapsed),
        Some(pod) if !pod.takes_room() => Next::Do(Action::Fail),
        Some(pod) => living(vmi, pod, faults, times, elapsed),
    }
}

/// A name for where the VMI stands; the clock of `next` starts anew whenever it changes.
pub(super) fn phase_of(vmi: &VmiView, pod: Option<&LauncherPodView>) -> String {
    let pod = pod.map_or("no pod".to_owned(), |pod| {
        format!("{} {} {}", pod.phase(), pod.node().unwrap_or("-"), pod.is_deleting())
    });
    let pulling = vmi.condition("Synchronized").map_or("", |(_, reason)| reason);
    format!("{} {} {pulling} {pod}", vmi.phase(), vmi.is_deleting())
}

fn living(vmi: &VmiView, pod: &LauncherPodView, faults: InjectedFaults, times: &Times, elapsed: Duration) -> Next {
    match vmi.phase() {
        "Pending" => Next::Do(Action::MarkScheduling),
        "Scheduling" => scheduling(vmi, pod, faults, times, elapsed),
        "Scheduled" => after(times.start, elapsed, Action::Run),
        "Running" => running(vmi, faults, times, elapsed),
        _ => Next::Rest,
    }
}

fn scheduling(vmi: &VmiView, pod: &LauncherPodView, faults: InjectedFaults, times: &Times, elapsed: Duration) -> Next {
    if pod.node().is_none() {
        let told = vmi.condition("PodScheduled").is_some();
        return match pod.unschedulable() {
            Some(why) if !told => Next::Do(Action::MarkUnschedulable(why.to_owned())),
            _ => Next::Do(Action::Schedule),
        };
    }
    match (pod.phase(), faults.pull_failure, vmi.condition("Synchronized")) {
        ("Running", ..) => Next::Do(Action::MarkScheduled),
        (_, true, None) => after(times.pull, elapsed, Action::MarkPullFailure("ErrImagePull")),
        (_, true, Some((_, "ErrImagePull"))) => after(times.pull, elapsed, Action::MarkPullFailure("ImagePullBackOff")),
        (_, true, _) => Next::Rest,
        _ => after(times.pull, elapsed, Action::StartPod),
    }
}

fn running(vmi: &VmiView, faults: InjectedFaults, times: &Times, elapsed: Duration) -> Next {
    let ready = vmi.condition("Ready").is_some_and(|(status, _)| status == "True");
    let boot = (!ready && !faults.never_ready).then(|| after(times.boot, elapsed, Action::MarkReady));
    match (faults.crash.map(|delay| after(delay, elapsed, Action::Crash)), boot) {
        (Some(Next::After(crash)), Some(Next::After(boot))) => Next::After(crash.min(boot)),
        (Some(Next::After(_)), Some(boot)) => boot,
        (Some(crash), _) => crash,
        (None, boot) => boot.unwrap_or(Next::Rest),
    }
}

/// The pod was deleted from under the VMI, which says so and ends with it.
fn pod_going(vmi: &VmiView, times: &Times, elapsed: Duration) -> Next {
    match vmi.condition("Ready") {
        Some((_, "PodTerminating")) => after(times.shutdown, elapsed, Action::KillPod),
        _ => Next::Do(Action::MarkPodTerminating),
    }
}

fn going(vmi: &VmiView, pod: Option<&LauncherPodView>, times: &Times, elapsed: Duration) -> Next {
    match pod {
        Some(pod) if !pod.is_deleting() => Next::Do(Action::BeginShutdown),
        Some(_) if !pod_told(vmi) => Next::Do(Action::MarkPodTerminating),
        Some(_) => after(times.shutdown, elapsed, Action::KillPod),
        None if vmi.is_held() => Next::Do(Action::Release),
        None => Next::Rest,
    }
}

fn pod_told(vmi: &VmiView) -> bool {
    vmi.condition("Ready").is_some_and(|(_, reason)| reason == "PodTerminating")
}

fn after(delay: Duration, elapsed: Duration, act: Action) -> Next {
    match delay.checked_sub(elapsed) {
        Some(left) if !left.is_zero() => Next::After(left),
        _ => Next::Do(act),
    }
}

#[cfg(test)]
mod tests;
