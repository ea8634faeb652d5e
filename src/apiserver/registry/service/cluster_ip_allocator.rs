//! What a server gives a new Service, after it has noted who set which field: addresses and their families.

use serde_json::{Map, Value, json};

/// Gives a Service its families of addresses, and an address of 10.96.0.0/16 unless it has one or wants none. No two have
/// the same: each comes from the revision at which its Service was created.
pub(super) fn allocate(service: &mut Value, revision: u64) {
    let Some(spec) = service.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if spec.get("type").is_some_and(|service_type| service_type == "ExternalName") {
        return;
    }
    let address = match spec.get("clusterIP").and_then(Value::as_str) {
        Some(address) if !address.is_empty() => address.to_owned(),
        _ => format!("10.96.{}.{}", revision >> 8 & 0xff, revision & 0xff),
    };
    // Endpoints that somebody else writes may be of both families, also on a cluster that has one.
    let unselective = spec.get("selector").and_then(Value::as_object).is_none_or(Map::is_empty);
    let (policy, families) = if address == "None" && unselective {
        ("RequireDualStack", json!(["IPv4", "IPv6"]))
    } else {
        ("SingleStack", json!(["IPv4"]))
    };
    spec.entry("ipFamilyPolicy").or_insert_with(|| policy.into());
    spec.entry("ipFamilies").or_insert(families);
    spec.entry("clusterIPs").or_insert_with(|| json!([address]));
    spec.insert("clusterIP".to_owned(), address.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allocated(spec: &Value) -> Value {
        let mut service = json!({"spec": spec});
        allocate(&mut service, 0x0102);
        service["spec"].take()
    }

    #[test]
    fn a_service_gets_what_it_did_not_say() {
        let fresh = json!({"clusterIP": "10.96.1.2", "clusterIPs": ["10.96.1.2"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"});
        assert_eq!(allocated(&json!({})), fresh);
        let own = allocated(&json!({"clusterIP": "10.0.0.7"}));
        assert_eq!((&own["clusterIP"], &own["clusterIPs"]), (&json!("10.0.0.7"), &json!(["10.0.0.7"])));
        assert_eq!(allocated(&json!({"type": "ExternalName"})), json!({"type": "ExternalName"}));
    }

    #[test]
    fn without_an_address_and_a_selector_both_families_are_possible() {
        assert_eq!(allocated(&json!({"clusterIP": "None"}))["ipFamilies"], json!(["IPv4", "IPv6"]));
        assert_eq!(allocated(&json!({"clusterIP": "None", "selector": {"a": "b"}}))["ipFamilies"], json!(["IPv4"]));
    }
}
