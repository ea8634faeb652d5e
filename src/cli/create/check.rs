//! What KubeVirt would refuse in a set, or silently never act on, found before it is sent. Where KubeVirt's webhook runs,
//! it has the last word; where only its CRDs are installed, nobody else would tell.

use crate::api::vmirs::ReplicaSet;
use crate::text::labels::Selector;
use crate::text::quantity::Quantity;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

const SPEC: &str = "spec.template.spec";

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    field: String,
    message: String,
    /// KubeVirt's webhook refuses such a set; otherwise it is taken, and works badly or not at all.
    pub(super) refused: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Everything that is wrong with the set; empty if nothing is.
pub(super) fn faults(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Ok(set) = serde_json::from_value::<ReplicaSet>(object.clone()) else {
        // The server says what is of the wrong type, and where.
        return faults;
    };
    selection(&set, &mut faults);
    let Some(spec) = object.pointer("/spec/template/spec") else { return faults };
    disks(spec, &mut faults);
    networks(spec, &mut faults);
    memory(spec, &mut faults);
    sharing(spec, wanted(object), &mut faults);
    faults
}

fn wanted(object: &Value) -> i64 {
    object.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(1)
}

fn push(faults: &mut Vec<Fault>, field: impl Into<String>, message: impl Into<String>) {
    faults.push(Fault { field: field.into(), message: message.into(), refused: false });
}

fn refuse(faults: &mut Vec<Fault>, field: impl Into<String>, message: impl Into<String>) {
    faults.push(Fault { field: field.into(), message: message.into(), refused: true });
}

fn selection(set: &ReplicaSet, faults: &mut Vec<Fault>) {
    if set.spec.replicas.is_none() {
        push(faults, "spec.replicas", "not set: the set has one VMI, and can be neither scaled nor autoscaled");
    }
    let Some(selector) = &set.spec.selector else { return };
    match Selector::from_object(selector) {
        Err(error) => refuse(faults, "spec.selector", error.to_string()),
        Ok(selector) if selector.is_empty() => push(faults, "spec.selector", "empty: KubeVirt ignores such a set"),
        Ok(selector) if !selector.matches(&set.template_labels()) => {
            refuse(faults, "spec.selector", "selector does not match labels.");
        }
        Ok(_) => {}
    }
}

fn disks(spec: &Value, faults: &mut Vec<Fault>) {
    let volumes = names(spec, "/volumes");
    let disks = names(spec, "/domain/devices/disks");
    let systems = names(spec, "/domain/devices/filesystems");
    for (index, disk) in disks.iter().enumerate() {
        if !volumes.contains(disk) {
            let field = format!("{SPEC}.domain.devices.disks[{index}].name");
            refuse(faults, field, format!("{SPEC}.domain.devices.disks[{index}].Name '{disk}' not found."));
        }
    }
    for (index, volume) in volumes.iter().enumerate() {
        if !disks.contains(volume) && !systems.contains(volume) {
            push(
                faults,
                format!("{SPEC}.volumes[{index}].name"),
                format!("'{volume}' not found among disks and filesystems."),
            );
        }
    }
    repeated(&volumes, "volumes", faults);
    repeated(&disks, "domain.devices.disks", faults);
}

fn networks(spec: &Value, faults: &mut Vec<Fault>) {
    let networks = names(spec, "/networks");
    let interfaces = names(spec, "/domain/devices/interfaces");
    for (index, network) in networks.iter().enumerate() {
        if !interfaces.contains(network) {
            refuse(
                faults,
                format!("{SPEC}.networks[{index}].name"),
                format!("{SPEC}.networks[{index}].name '{network}' not found."),
            );
        }
    }
    for (index, interface) in interfaces.iter().enumerate() {
        if !networks.contains(interface) {
            let field = format!("{SPEC}.domain.devices.interfaces[{index}].name");
            refuse(faults, field.clone(), format!("{field} '{interface}' not found."));
        }
    }
}

fn memory(spec: &Value, faults: &mut Vec<Fault>) {
    let paths = [
        "/domain/memory/guest",
        "/domain/memory/hugepages/pageSize",
        "/domain/resources/requests/memory",
        "/domain/resources/limits/memory",
    ];
    if !paths.iter().any(|path| spec.pointer(path).is_some()) {
        push(faults, format!("{SPEC}.domain.resources.requests.memory"), "no memory requested: no VMI can be created");
    }
    let Some(request) = spec.pointer("/domain/resources/requests/memory").and_then(Value::as_str) else { return };
    if Quantity::parse(request).is_ok_and(|quantity| quantity.value() < 1_000_000) {
        let field = format!("{SPEC}.domain.resources.requests.memory");
        refuse(faults, field.clone(), format!("{field} '{request}': must be greater than or equal to 1M."));
    }
}

/// Several VMIs that write to one volume destroy it.
fn sharing(spec: &Value, replicas: i64, faults: &mut Vec<Fault>) {
    if replicas < 2 {
        return;
    }
    let volumes = spec.get("volumes").and_then(Value::as_array);
    for (index, volume) in volumes.into_iter().flatten().enumerate() {
        let claim = volume.get("persistentVolumeClaim");
        let read_only = claim.and_then(|claim| claim.get("readOnly")).and_then(Value::as_bool).unwrap_or_default();
        if (claim.is_some() && !read_only) || volume.get("dataVolume").is_some() {
            push(
                faults,
                format!("{SPEC}.volumes[{index}]"),
                format!("{replicas} VMIs would write to the same volume, and destroy its contents"),
            );
        }
    }
}

fn repeated(names: &[&str], list: &str, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        if !seen.insert(name) {
            refuse(faults, format!("{SPEC}.{list}[{index}].name"), format!("'{name}' must not be used twice."));
        }
    }
}

fn names<'a>(spec: &'a Value, list: &str) -> Vec<&'a str> {
    let items = spec.pointer(list).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item.get("name")?.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({"spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
                "domain": {
                    "devices": {"disks": [{"name": "root"}], "interfaces": [{"name": "default"}]},
                    "resources": {"requests": {"memory": "64Mi"}},
                },
                "networks": [{"name": "default", "pod": {}}],
                "volumes": [{"name": "root", "containerDisk": {}}],
            }},
        }})
    }

    #[test]
    fn a_good_set_has_no_faults() {
        assert_eq!(faults(&good()), []);
    }

    #[test]
    fn each_fault_names_its_field() {
        let spec = "/spec/template/spec";
        for (pointer, value, field) in [
            ("/spec/replicas".to_owned(), Value::Null, "spec.replicas"),
            ("/spec/selector".to_owned(), json!({}), "spec.selector"),
            ("/spec/selector".to_owned(), json!({"matchLabels": {"a": "c"}}), "spec.selector"),
            (
                "/spec/selector".to_owned(),
                json!({"matchExpressions": [{"key": "a", "operator": "In"}]}),
                "spec.selector",
            ),
            (format!("{spec}/volumes"), json!([]), "spec.template.spec.domain.devices.disks[0].name"),
            (format!("{spec}/domain/devices/disks"), json!([]), "spec.template.spec.volumes[0].name"),
            (format!("{spec}/networks"), json!([]), "spec.template.spec.domain.devices.interfaces[0].name"),
            (format!("{spec}/domain/devices/interfaces"), json!([]), "spec.template.spec.networks[0].name"),
            (format!("{spec}/domain/resources"), json!({}), "spec.template.spec.domain.resources.requests.memory"),
            (
                format!("{spec}/domain/resources/requests/memory"),
                json!("1k"),
                "spec.template.spec.domain.resources.requests.memory",
            ),
            (
                format!("{spec}/volumes"),
                json!([{"name": "root", "persistentVolumeClaim": {"claimName": "c"}}]),
                "spec.template.spec.volumes[0]",
            ),
        ] {
            let mut set = good();
            *set.pointer_mut(&pointer).unwrap() = value;
            let found = faults(&set);
            assert_eq!(found.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), [field], "{pointer}");
        }
    }

    #[test]
    fn one_vmi_may_write_to_its_volume() {
        let mut set = good();
        set["spec"]["replicas"] = json!(1);
        set["spec"]["template"]["spec"]["volumes"] = json!([{"name": "root", "dataVolume": {"name": "d"}}]);
        assert_eq!(faults(&set), []);
    }
}
