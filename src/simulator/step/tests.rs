use super::*;
use serde_json::{Value, json};

const SECOND: Duration = Duration::from_secs(1);

fn times() -> Times {
    Times { pull: SECOND, start: SECOND, boot: SECOND, shutdown: SECOND }
}

fn vmi(phase: &str) -> VmiView {
    let status = json!({"phase": phase});
    let metadata = json!({"name": "a", "uid": "a", "finalizers": [crate::api::vmi::FINALIZER]});
    serde_json::from_value(json!({"metadata": metadata, "spec": {}, "status": status})).unwrap()
}

fn pod(phase: &str, node: Option<&str>) -> LauncherPodView {
    serde_json::from_value(json!({"metadata": {"name": "p"}, "spec": {"nodeName": node}, "status": {"phase": phase}}))
        .unwrap()
}

impl VmiView {
    fn with(mut self, r#type: &str, status: &str, reason: &str) -> Self {
        let condition = json!({"type": r#type, "status": status, "reason": reason});
        self.status["conditions"] = Value::Array([self.conditions(), &[condition]].concat());
        self
    }

    fn going(mut self) -> Self {
        self.metadata.deletion_timestamp = serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        self
    }
}

fn at_once(vmi: &VmiView, pod: Option<&LauncherPodView>) -> Next {
    next(vmi, pod, InjectedFaults::default(), &times(), Duration::ZERO)
}

fn late(vmi: &VmiView, pod: Option<&LauncherPodView>) -> Next {
    next(vmi, pod, InjectedFaults::default(), &times(), SECOND)
}

#[test]
fn a_healthy_vmi_goes_through_every_phase() {
    let waiting = pod("Pending", Some("n"));
    let started = pod("Running", Some("n"));
    let mut fresh = vmi("");
    assert_eq!(at_once(&fresh, None), Next::Do(Action::Admit));
    fresh = vmi("Pending");
    assert_eq!(at_once(&fresh, None), Next::Do(Action::CreatePod));
    assert_eq!(at_once(&fresh, Some(&waiting)), Next::Do(Action::MarkScheduling));
    assert_eq!(at_once(&vmi("Scheduling"), Some(&waiting)), Next::After(SECOND));
    assert_eq!(late(&vmi("Scheduling"), Some(&waiting)), Next::Do(Action::StartPod));
    assert_eq!(at_once(&vmi("Scheduling"), Some(&started)), Next::Do(Action::MarkScheduled));
    assert_eq!(at_once(&vmi("Scheduled"), Some(&started)), Next::After(SECOND));
    assert_eq!(late(&vmi("Scheduled"), Some(&started)), Next::Do(Action::Run));
    assert_eq!(late(&vmi("Running"), Some(&started)), Next::Do(Action::MarkReady));
    assert_eq!(late(&vmi("Running").with("Ready", "True", ""), Some(&started)), Next::Rest);
}

#[test]
fn a_vmi_that_fits_nowhere_waits_for_room() {
    let mut homeless = pod("Pending", None);
    assert_eq!(at_once(&vmi("Scheduling"), Some(&homeless)), Next::Do(Action::Schedule));
    homeless.status["conditions"] = json!([{"type": "PodScheduled", "status": "False", "message": "no capacity"}]);
    assert_eq!(at_once(&vmi("Scheduling"), Some(&homeless)), Next::Do(Action::MarkUnschedulable("no capacity".into())));
    let told = vmi("Scheduling").with("PodScheduled", "False", "Unschedulable");
    assert_eq!(at_once(&told, Some(&homeless)), Next::Do(Action::Schedule));
}

#[test]
fn an_image_that_cannot_be_pulled_keeps_a_vmi_in_scheduling() {
    let faults = InjectedFaults { pull_failure: true, ..InjectedFaults::default() };
    let pod = pod("Pending", Some("n"));
    let step = |vmi: &VmiView| next(vmi, Some(&pod), faults, &times(), SECOND);
    assert_eq!(step(&vmi("Scheduling")), Next::Do(Action::MarkPullFailure("ErrImagePull")));
    let failing = vmi("Scheduling").with("Synchronized", "False", "ErrImagePull");
    assert_eq!(step(&failing), Next::Do(Action::MarkPullFailure("ImagePullBackOff")));
    assert_eq!(step(&vmi("Scheduling").with("Synchronized", "False", "ImagePullBackOff")), Next::Rest);
}

#[test]
fn a_vmi_crashes_and_stays_unready_on_demand() {
    let pod = pod("Running", Some("n"));
    let crash = InjectedFaults { crash: Some(3 * SECOND), ..InjectedFaults::default() };
    let step = |faults, phase_of| next(&vmi("Running"), Some(&pod), faults, &times(), phase_of);
    assert_eq!(step(crash, Duration::ZERO), Next::After(SECOND));
    assert_eq!(step(crash, SECOND), Next::Do(Action::MarkReady));
    assert_eq!(step(crash, 3 * SECOND), Next::Do(Action::Crash));
    let never_ready = InjectedFaults { never_ready: true, ..InjectedFaults::default() };
    assert_eq!(step(never_ready, 9 * SECOND), Next::Rest);
    assert_eq!(at_once(&vmi("Failed"), Some(&pod)), Next::Rest);
}

#[test]
fn a_deleted_vmi_takes_its_pod_along() {
    let running = vmi("Running").going();
    let mut pod = pod("Running", Some("n"));
    assert_eq!(at_once(&running, Some(&pod)), Next::Do(Action::BeginShutdown));
    pod.metadata.deletion_timestamp = running.metadata.deletion_timestamp.clone();
    assert_eq!(at_once(&running, Some(&pod)), Next::Do(Action::MarkPodTerminating));
    let told = vmi("Running").with("Ready", "False", "PodTerminating").going();
    assert_eq!(at_once(&told, Some(&pod)), Next::After(SECOND));
    assert_eq!(late(&told, Some(&pod)), Next::Do(Action::KillPod));
    assert_eq!(at_once(&told, None), Next::Do(Action::Release));
}

#[test]
fn a_vmi_does_not_outlive_its_pod() {
    assert_eq!(at_once(&vmi("Running"), None), Next::Do(Action::Fail));
    assert_eq!(at_once(&vmi("Scheduled"), Some(&pod("Failed", Some("n")))), Next::Do(Action::Fail));
    let mut going = pod("Running", Some("n"));
    going.metadata.deletion_timestamp = vmi("").going().metadata.deletion_timestamp;
    assert_eq!(at_once(&vmi("Running"), Some(&going)), Next::Do(Action::MarkPodTerminating));
}
