use super::*;
use serde_json::{Value, json};

const SECOND: Duration = Duration::from_secs(1);

fn times() -> Times {
    Times { pull: SECOND, start: SECOND, boot: SECOND, shutdown: SECOND }
}

fn machine(phase: &str) -> Machine {
    let status = json!({"phase": phase});
    let metadata = json!({"name": "a", "uid": "a", "finalizers": [crate::api::vmi::FINALIZER]});
    serde_json::from_value(json!({"metadata": metadata, "spec": {}, "status": status})).unwrap()
}

fn pod(phase: &str, node: Option<&str>) -> Launcher {
    serde_json::from_value(json!({"metadata": {"name": "p"}, "spec": {"nodeName": node}, "status": {"phase": phase}}))
        .unwrap()
}

impl Machine {
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

fn at_once(machine: &Machine, pod: Option<&Launcher>) -> Next {
    next(machine, pod, Wish::default(), &times(), Duration::ZERO)
}

fn late(machine: &Machine, pod: Option<&Launcher>) -> Next {
    next(machine, pod, Wish::default(), &times(), SECOND)
}

#[test]
fn a_healthy_machine_goes_through_every_phase() {
    let waiting = pod("Pending", Some("n"));
    let started = pod("Running", Some("n"));
    let mut fresh = machine("");
    assert_eq!(at_once(&fresh, None), Next::Do(Act::Admit));
    fresh = machine("Pending");
    assert_eq!(at_once(&fresh, None), Next::Do(Act::CreatePod));
    assert_eq!(at_once(&fresh, Some(&waiting)), Next::Do(Act::MarkScheduling));
    assert_eq!(at_once(&machine("Scheduling"), Some(&waiting)), Next::After(SECOND));
    assert_eq!(late(&machine("Scheduling"), Some(&waiting)), Next::Do(Act::StartPod));
    assert_eq!(at_once(&machine("Scheduling"), Some(&started)), Next::Do(Act::MarkScheduled));
    assert_eq!(at_once(&machine("Scheduled"), Some(&started)), Next::After(SECOND));
    assert_eq!(late(&machine("Scheduled"), Some(&started)), Next::Do(Act::Run));
    assert_eq!(late(&machine("Running"), Some(&started)), Next::Do(Act::MarkReady));
    assert_eq!(late(&machine("Running").with("Ready", "True", ""), Some(&started)), Next::Rest);
}

#[test]
fn a_machine_that_fits_nowhere_waits_for_room() {
    let mut homeless = pod("Pending", None);
    assert_eq!(at_once(&machine("Scheduling"), Some(&homeless)), Next::Do(Act::Schedule));
    homeless.status["conditions"] = json!([{"type": "PodScheduled", "status": "False", "message": "no room"}]);
    assert_eq!(at_once(&machine("Scheduling"), Some(&homeless)), Next::Do(Act::MarkUnschedulable("no room".into())));
    let told = machine("Scheduling").with("PodScheduled", "False", "Unschedulable");
    assert_eq!(at_once(&told, Some(&homeless)), Next::Do(Act::Schedule));
}

#[test]
fn an_image_that_cannot_be_pulled_keeps_a_machine_in_scheduling() {
    let wish = Wish { pull_failure: true, ..Wish::default() };
    let pod = pod("Pending", Some("n"));
    let step = |machine: &Machine| next(machine, Some(&pod), wish, &times(), SECOND);
    assert_eq!(step(&machine("Scheduling")), Next::Do(Act::MarkPullFailure("ErrImagePull")));
    let failing = machine("Scheduling").with("Synchronized", "False", "ErrImagePull");
    assert_eq!(step(&failing), Next::Do(Act::MarkPullFailure("ImagePullBackOff")));
    assert_eq!(step(&machine("Scheduling").with("Synchronized", "False", "ImagePullBackOff")), Next::Rest);
}

#[test]
fn a_machine_crashes_and_stays_unready_on_demand() {
    let pod = pod("Running", Some("n"));
    let crash = Wish { crash: Some(3 * SECOND), ..Wish::default() };
    let step = |wish, stage| next(&machine("Running"), Some(&pod), wish, &times(), stage);
    assert_eq!(step(crash, Duration::ZERO), Next::After(SECOND));
    assert_eq!(step(crash, SECOND), Next::Do(Act::MarkReady));
    assert_eq!(step(crash, 3 * SECOND), Next::Do(Act::Crash));
    let never_ready = Wish { never_ready: true, ..Wish::default() };
    assert_eq!(step(never_ready, 9 * SECOND), Next::Rest);
    assert_eq!(at_once(&machine("Failed"), Some(&pod)), Next::Rest);
}

#[test]
fn a_deleted_machine_takes_its_pod_along() {
    let running = machine("Running").going();
    let mut pod = pod("Running", Some("n"));
    assert_eq!(at_once(&running, Some(&pod)), Next::Do(Act::BeginShutdown));
    pod.metadata.deletion_timestamp = running.metadata.deletion_timestamp.clone();
    assert_eq!(at_once(&running, Some(&pod)), Next::Do(Act::MarkPodTerminating));
    let told = machine("Running").with("Ready", "False", "PodTerminating").going();
    assert_eq!(at_once(&told, Some(&pod)), Next::After(SECOND));
    assert_eq!(late(&told, Some(&pod)), Next::Do(Act::KillPod));
    assert_eq!(at_once(&told, None), Next::Do(Act::Release));
}

#[test]
fn a_machine_does_not_outlive_its_pod() {
    assert_eq!(at_once(&machine("Running"), None), Next::Do(Act::Fail));
    assert_eq!(at_once(&machine("Scheduled"), Some(&pod("Failed", Some("n")))), Next::Do(Act::Fail));
    let mut going = pod("Running", Some("n"));
    going.metadata.deletion_timestamp = machine("").going().metadata.deletion_timestamp;
    assert_eq!(at_once(&machine("Running"), Some(&going)), Next::Do(Act::MarkPodTerminating));
}
