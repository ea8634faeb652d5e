//! Pod: what a launcher pod could get wrong. A real server has many more rules.

use crate::apiserver::field;
use crate::apiserver::object::{items, text};
use crate::text::names;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let containers = items(object, "/spec/containers");
    if containers.is_empty() {
        errors.push(field::Error::required("spec.containers", ""));
    }
    for (index, container) in containers.iter().enumerate() {
        errors.extend(container_errors(&format!("spec.containers[{index}]"), container));
        let name = text(container, "/name");
        if !name.is_empty() && containers.iter().take(index).any(|other| text(other, "/name") == name) {
            errors.push(field::Error::duplicate(format!("spec.containers[{index}].name"), &json!(name)));
        }
    }
    errors.extend(choice_error("restartPolicy", object, &["Always", "OnFailure", "Never"]));
    errors.extend(choice_error("dnsPolicy", object, &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]));
    errors
}

fn container_errors(field: &str, container: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let name = text(container, "/name");
    if name.is_empty() {
        errors.push(field::Error::required(format!("{field}.name"), ""));
    } else {
        let why = names::dns_label_faults(name);
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("{field}.name"), &json!(name), why)));
    }
    if text(container, "/image").is_empty() {
        errors.push(field::Error::required(format!("{field}.image"), ""));
    }
    let policy = text(container, "/imagePullPolicy");
    let policies = ["Always", "IfNotPresent", "Never"];
    if !policies.contains(&policy) {
        errors.push(field::Error::not_supported(format!("{field}.imagePullPolicy"), &json!(policy), &policies));
    }
    errors
}

fn choice_error(field: &str, object: &Value, choices: &[&str]) -> Option<field::Error> {
    let chosen = text(object, &format!("/spec/{field}"));
    let known = choices.contains(&chosen);
    (!known).then(|| field::Error::not_supported(format!("spec.{field}"), &json!(chosen), choices))
}
