use crate::apiserver::registry::column::Cell;
use crate::apiserver::registry::{KINDS, StorageKind, by_kind, by_path};

#[test]
fn a_kind_is_found_by_its_path_and_by_its_name() {
    for kind in KINDS {
        for (group, version) in kind.served {
            assert_eq!(by_path(group, version, kind.plural).map(|found| found.kind), Some(kind.kind));
            assert_eq!(by_kind(group, version, kind.kind).map(|found| found.plural), Some(kind.plural));
        }
    }
    assert!(by_path("kubevirt.io", "v1alpha2", "virtualmachineinstances").is_none());
    assert!(by_kind("", "v1", "VirtualMachineInstance").is_none());
}

#[test]
fn both_groups_of_events_name_one_kind() {
    let core = by_path("", "v1", "events").unwrap();
    let new = by_path("events.k8s.io", "v1", "events").unwrap();
    assert!(std::ptr::eq(core, new));
    assert_eq!(core.storage_version(), ("", "v1"));
}

#[test]
fn autoscalers_are_stored_in_their_second_version() {
    let kind = by_path("autoscaling", "v1", "horizontalpodautoscalers").unwrap();
    assert_eq!(kind.storage_version(), ("autoscaling", "v2"));
}

#[test]
fn custom_kinds_have_a_schema_and_built_in_ones_have_none() {
    for kind in KINDS {
        assert_eq!(kind.schema().is_some(), kind.storage == StorageKind::Custom, "{}", kind.kind);
    }
}

#[test]
fn every_stored_kind_shows_its_name_and_reviews_show_nothing() {
    for kind in KINDS {
        let names = kind.columns.iter().filter(|column| matches!(column.cell, Cell::Name)).count();
        assert_eq!(names, usize::from(kind.storage != StorageKind::Virtual), "{}", kind.kind);
    }
}
