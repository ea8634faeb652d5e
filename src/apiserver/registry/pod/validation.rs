//! Pod: what a launcher pod could get wrong. A real server has many more rules.

use crate::apiserver::fault::Fault;
use crate::apiserver::object::{items, text};
use crate::text::names;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let containers = items(object, "/spec/containers");
    if containers.is_empty() {
        faults.push(Fault::required("spec.containers", ""));
    }
    for (index, container) in containers.iter().enumerate() {
        faults.extend(container_faults(&format!("spec.containers[{index}]"), container));
        let name = text(container, "/name");
        if !name.is_empty() && containers.iter().take(index).any(|other| text(other, "/name") == name) {
            faults.push(Fault::duplicate(format!("spec.containers[{index}].name"), &json!(name)));
        }
    }
    faults.extend(choice_fault("restartPolicy", object, &["Always", "OnFailure", "Never"]));
    faults.extend(choice_fault("dnsPolicy", object, &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]));
    faults
}

fn container_faults(field: &str, container: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let name = text(container, "/name");
    if name.is_empty() {
        faults.push(Fault::required(format!("{field}.name"), ""));
    } else {
        let why = names::dns_label_faults(name);
        faults.extend(why.iter().map(|why| Fault::invalid(format!("{field}.name"), &json!(name), why)));
    }
    if text(container, "/image").is_empty() {
        faults.push(Fault::required(format!("{field}.image"), ""));
    }
    let policy = text(container, "/imagePullPolicy");
    let policies = ["Always", "IfNotPresent", "Never"];
    if !policies.contains(&policy) {
        faults.push(Fault::not_supported(format!("{field}.imagePullPolicy"), &json!(policy), &policies));
    }
    faults
}

fn choice_fault(field: &str, object: &Value, choices: &[&str]) -> Option<Fault> {
    let chosen = text(object, &format!("/spec/{field}"));
    let known = choices.contains(&chosen);
    (!known).then(|| Fault::not_supported(format!("spec.{field}"), &json!(chosen), choices))
}
