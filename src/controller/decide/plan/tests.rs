use super::fixtures::{set, vmi};
use super::*;
use proptest::prelude::*;

fn ours(name: &str) -> Vmi {
    vmi(name).owned_by("set")
}

fn snapshot(set: ReplicaSet, vmis: Vec<Vmi>) -> Snapshot {
    let vmis = vmis.into_iter().map(Arc::new).collect();
    Snapshot { set: Arc::new(set), vmis, in_flight: false, doubtful: BTreeSet::new(), burst: 250 }
}

/// The plan in one line.
fn told(snapshot: &Snapshot) -> String {
    let names = |vmis: &[Arc<Vmi>]| vmis.iter().filter_map(|v| v.metadata.name.clone()).collect::<Vec<_>>().join(" ");
    match plan(snapshot) {
        Err(why) => format!("nothing: {why}"),
        Ok(plan) => {
            let deleted =
                plan.delete.iter().filter_map(|v| Some(format!("{} {:?}", v.vmi.metadata.name.as_ref()?, v.reason)));
            let deleted = deleted.collect::<Vec<_>>().join(", ");
            let skip = plan.skip.map(|skip| format!(" ({skip:?})")).unwrap_or_default();
            format!(
                "adopt [{}] release [{}] create {} delete [{deleted}] of {}/{}{skip}",
                names(&plan.adopt),
                names(&plan.release),
                plan.create,
                plan.ready,
                plan.active
            )
        }
    }
}

#[test]
fn an_empty_set_is_filled() {
    assert_eq!(told(&snapshot(set(3), vec![])), "adopt [] release [] create 3 delete [] of 0/0");
}

#[test]
fn a_full_set_is_left_alone() {
    let told = told(&snapshot(set(2), vec![ours("a").ready(), ours("b")]));
    assert_eq!(told, "adopt [] release [] create 0 delete [] of 1/2");
}

#[test]
fn replicas_that_are_not_said_are_one() {
    let mut one = set(0);
    one.spec.replicas = None;
    assert_eq!(told(&snapshot(one, vec![])), "adopt [] release [] create 1 delete [] of 0/0");
}

#[test]
fn a_set_that_is_too_large_shrinks() {
    let told = told(&snapshot(set(1), vec![ours("a").ready(), ours("b"), ours("c").ready().age(9)]));
    assert_eq!(told, "adopt [] release [] create 0 delete [b Surplus, c Surplus] of 2/3");
}

#[test]
fn a_vmi_whose_deletion_may_yet_take_effect_goes_before_any_other() {
    let doubtful = BTreeSet::from(["a".to_owned()]);
    let shrinking = snapshot(set(2), vec![ours("a").ready(), ours("b"), ours("c").ready()]);
    let told = told(&Snapshot { doubtful, ..shrinking });
    assert_eq!(told, "adopt [] release [] create 0 delete [a Surplus] of 2/3");
}

#[test]
fn a_finished_vmi_is_replaced_and_cleaned_up_in_one_pass() {
    let told = told(&snapshot(set(2), vec![ours("a").ready(), ours("b").phase("Failed")]));
    assert_eq!(told, "adopt [] release [] create 1 delete [b Finished] of 1/1");
}

#[test]
fn a_vmi_whose_pod_goes_is_replaced_and_deleted() {
    let told = told(&snapshot(set(1), vec![ours("a").phase("Running").pod_terminating()]));
    assert_eq!(told, "adopt [] release [] create 1 delete [a PodTerminating] of 0/0");
}

#[test]
fn a_vmi_that_goes_already_is_replaced_and_not_deleted_again() {
    let told = told(&snapshot(set(1), vec![ours("a").ready().deleting()]));
    assert_eq!(told, "adopt [] release [] create 1 delete [] of 0/0");
}

#[test]
fn an_orphan_is_adopted_and_counts() {
    let told = told(&snapshot(set(1), vec![vmi("a").ready()]));
    assert_eq!(told, "adopt [a] release [] create 0 delete [] of 1/1");
}

#[test]
fn one_that_is_no_longer_selected_is_released_and_replaced() {
    let told = told(&snapshot(set(1), vec![ours("a").ready().label("app", "mine")]));
    assert_eq!(told, "adopt [] release [a] create 1 delete [] of 0/0");
}

#[test]
fn a_paused_set_claims_and_counts_and_does_nothing_else() {
    let vmis = vec![vmi("a").ready(), ours("b").phase("Failed")];
    assert_eq!(told(&snapshot(set(5).paused(), vmis)), "adopt [a] release [] create 0 delete [] of 1/1 (Paused)");
}

#[test]
fn a_set_on_its_way_out_only_counts() {
    let vmis = vec![vmi("a"), ours("b").ready()];
    assert_eq!(told(&snapshot(set(5).deleting(), vmis)), "adopt [] release [] create 0 delete [] of 1/1 (Deleting)");
}

#[test]
fn writes_that_were_not_seen_yet_are_waited_for() {
    let waiting = Snapshot { in_flight: true, ..snapshot(set(5), vec![ours("a")]) };
    assert_eq!(told(&waiting), "adopt [] release [] create 0 delete [] of 0/1 (InFlight)");
}

#[test]
fn no_pass_does_more_than_the_burst() {
    let growing = Snapshot { burst: 10, ..snapshot(set(1000), vec![]) };
    assert_eq!(told(&growing), "adopt [] release [] create 10 delete [] of 0/0");
    let many = (0..30).map(|n| ours(&n.to_string())).collect();
    assert_eq!(plan(&Snapshot { burst: 10, ..snapshot(set(0), many) }).unwrap().delete.len(), 10);
}

#[test]
fn a_set_that_makes_no_sense_is_left_alone() {
    let broken = |change: fn(&mut ReplicaSet)| {
        let mut set = set(2);
        change(&mut set);
        told(&snapshot(set, vec![vmi("a")]))
    };
    assert_eq!(broken(|set| set.spec.template = None), "nothing: spec.template is missing");
    assert_eq!(broken(|set| set.spec.selector = None), "nothing: spec.selector is missing");
    assert_eq!(
        broken(|set| set.spec.template = Some(Default::default())),
        "nothing: spec.template.metadata.labels is empty"
    );
    assert_eq!(
        broken(|set| set.spec.selector.as_mut().unwrap().match_labels = Some([("app".into(), "x".into())].into())),
        "nothing: spec.selector does not match spec.template.metadata.labels"
    );
    assert!(
        broken(|set| set.spec.selector.as_mut().unwrap().match_labels = Some([("-".into(), "x".into())].into()))
            .starts_with("nothing: spec.selector is invalid: key: Invalid value"),
    );
}

/// No two objects share a UID.
fn numbered(mut vmi: Vmi, index: usize) -> Vmi {
    vmi.metadata.name = Some(index.to_string());
    vmi.metadata.uid = Some(index.to_string());
    vmi
}

fn any_vmi() -> impl Strategy<Value = Vmi> {
    let phase = prop::sample::select(vec!["Pending", "Scheduling", "Running", "Succeeded", "Failed"]);
    let owner = prop::sample::select(vec![Some("set"), Some("another"), None]);
    (phase, owner, any::<(bool, bool, bool, bool)>()).prop_map(
        |(phase, owner, (selected, deleting, ready, pod_going))| {
            let mut vmi = vmi("any").phase(phase);
            vmi = if selected { vmi } else { vmi.label("app", "other") };
            vmi = owner.map_or(vmi.clone(), |owner| vmi.owned_by(owner));
            vmi = if ready { vmi.ready_is("True", None) } else { vmi };
            vmi = if pod_going { vmi.pod_terminating() } else { vmi };
            if deleting { vmi.deleting() } else { vmi }
        },
    )
}

prop_compose! {
    fn any_snapshot()(
        replicas in 0..40i32,
        paused: bool,
        set_deleting: bool,
        in_flight: bool,
        burst in 1..30usize,
        vmis in prop::collection::vec(any_vmi(), 0..40),
    ) -> Snapshot {
        let vmis = vmis.into_iter().enumerate().map(|(index, vmi)| numbered(vmi, index)).collect();
        let mut set = set(replicas);
        set = if paused { set.paused() } else { set };
        set = if set_deleting { set.deleting() } else { set };
        Snapshot { in_flight, burst, ..snapshot(set, vmis) }
    }
}

proptest! {
    #[test]
    fn only_what_is_ours_or_becomes_ours_is_deleted(snapshot in any_snapshot()) {
        let plan = plan(&snapshot).unwrap();
        let adopted = |vmi: &Vmi| plan.adopt.iter().any(|other| other.metadata.uid == vmi.metadata.uid);
        for victim in &plan.delete {
            let owner = crate::api::controller_of(&victim.vmi.metadata).map(|owner| owner.uid.as_str());
            prop_assert!(owner == Some("set") || (owner.is_none() && adopted(&victim.vmi)));
            prop_assert!(victim.vmi.metadata.deletion_timestamp.is_none());
        }
    }

    #[test]
    fn what_is_held_is_neither_filled_nor_emptied(snapshot in any_snapshot()) {
        let plan = plan(&snapshot).unwrap();
        let held = snapshot.set.spec.paused || snapshot.in_flight || snapshot.set.metadata.deletion_timestamp.is_some();
        prop_assert_eq!(plan.skip.is_some(), held);
        if held {
            prop_assert_eq!((plan.create, plan.delete.len()), (0, 0));
        }
    }

    #[test]
    fn a_set_is_never_taken_past_its_size(snapshot in any_snapshot()) {
        let plan = plan(&snapshot).unwrap();
        let surplus = plan.delete.iter().filter(|victim| victim.reason == DeleteReason::Surplus).count();
        let wanted = usize::try_from(snapshot.set.desired()).unwrap();
        prop_assert!(plan.create == 0 || plan.active + plan.create <= wanted);
        prop_assert!(surplus == 0 || plan.active - surplus >= wanted);
        prop_assert!(plan.create == 0 || surplus == 0);
    }

    #[test]
    fn a_plan_carried_out_leaves_nothing_to_do(snapshot in any_snapshot()) {
        let mut snapshot = Snapshot { burst: 1000, in_flight: false, ..snapshot };
        let first = plan(&snapshot).unwrap();
        let gone = |vmi: &Vmi| first.delete.iter().any(|victim| victim.vmi.metadata.uid == vmi.metadata.uid);
        let released = |vmi: &Vmi| first.release.iter().any(|other| other.metadata.uid == vmi.metadata.uid);
        let adopted = |vmi: &Vmi| first.adopt.iter().any(|other| other.metadata.uid == vmi.metadata.uid);
        snapshot.vmis = snapshot.vmis.iter().filter(|vmi| !gone(vmi) && !released(vmi)).map(|vmi| {
            if adopted(vmi) { Arc::new(vmi.as_ref().clone().owned_by("set")) } else { Arc::clone(vmi) }
        }).collect();
        snapshot.vmis.extend((0..first.create).map(|n| Arc::new(ours(&format!("new{n}")))));
        let second = plan(&snapshot).unwrap();
        prop_assert_eq!((second.create, second.delete.len()), (0, 0));
        prop_assert_eq!((second.adopt.len(), second.release.len()), (0, 0));
    }
}
