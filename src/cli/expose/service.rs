//! The Service that was asked for. Pure.

use super::{ServiceFlags, ports};
use crate::cli::error::Error;
use serde_json::{Map, Value, json};

/// What was asked for, of which set.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceRequest<'a> {
    pub(super) flags: &'a ServiceFlags,
    pub(super) set: &'a Value,
}

/// The longest name of a Service (RFC 1035); kubectl cuts the name it takes over.
const LONGEST_NAME: usize = 63;

/// Writes the object.
///
/// # Errors
/// In kubectl's and virtctl's words for flags that make no Service.
pub(super) fn build(request: &ServiceRequest<'_>) -> Result<Value, Error> {
    let ServiceRequest { flags, set } = request;
    let selector = selector(flags, set)?;
    let headless = flags.cluster_ip == "None";
    let ports = ports::all(flags, set, headless)?;
    let labels = match flags.labels.as_str() {
        "" => set.pointer("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default(),
        text => parse_labels(text)?,
    };
    let mut metadata = json!({"name": name(flags, set)});
    if !labels.is_empty() {
        metadata["labels"] = labels.into();
    }
    let mut spec = json!({"selector": selector});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    for (field, text) in
        [("type", &flags.kind), ("clusterIP", &flags.cluster_ip), ("sessionAffinity", &flags.session_affinity)]
    {
        if !text.is_empty() {
            spec[field] = text.as_str().into();
        }
    }
    if !matches!(flags.session_affinity.as_str(), "" | "None" | "ClientIP") {
        return Err(Error::plain(format!("unknown session affinity: {}", flags.session_affinity)));
    }
    if !flags.external_ip.is_empty() {
        spec["externalIPs"] = json!([flags.external_ip]);
    }
    if flags.kind == "LoadBalancer" && !flags.load_balancer_ip.is_empty() {
        spec["loadBalancerIP"] = flags.load_balancer_ip.as_str().into();
    }
    families(flags, &mut spec)?;
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }))
}

/// The reference to the set by which the garbage collector deletes the Service with it. It names the set that was read, by
/// its uid: where another one has taken its name since then, the Service is not that one's. Nothing waits for the
/// Service (no `blockOwnerDeletion`), which would take the right to set finalizers on the set.
pub(super) fn owner(set: &Value) -> Value {
    let field = |pointer: &str| set.pointer(pointer).cloned().unwrap_or_default();
    json!([{
        "apiVersion": field("/apiVersion"),
        "kind": field("/kind"),
        "name": field("/metadata/name"),
        "uid": field("/metadata/uid"),
    }])
}

fn name(flags: &ServiceFlags, set: &Value) -> String {
    if flags.name.is_empty() {
        let name = set.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        name.chars().take(LONGEST_NAME).collect()
    } else {
        flags.name.clone()
    }
}

/// The labels that every VMI's launcher pod has: those of the template.
fn selector(flags: &ServiceFlags, set: &Value) -> Result<Map<String, Value>, Error> {
    if !flags.selector.is_empty() {
        return parse_labels(&flags.selector);
    }
    let labels = set.pointer("/spec/template/metadata/labels").and_then(Value::as_object);
    labels.filter(|labels| !labels.is_empty()).cloned().ok_or_else(|| {
        let name = set.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let message = format!("cannot expose {name:?}: its template has no labels that a service could select by");
        Error::plain(message).hint("Use --selector to select the VMIs.")
    })
}

/// `KEY=VALUE,…` as kubectl's generators read it.
fn parse_labels(text: &str) -> Result<Map<String, Value>, Error> {
    let pair = |spec: &str| match spec.split('=').collect::<Vec<_>>()[..] {
        ["", _] => Err(Error::plain("unexpected empty label key")),
        [key, value] => Ok((key.to_owned(), value.into())),
        _ => Err(Error::plain(format!("unexpected label spec: {spec}"))),
    };
    text.split(',').map(pair).collect()
}

/// virtctl's words for families and their policy, in any case.
fn families(flags: &ServiceFlags, spec: &mut Value) -> Result<(), Error> {
    let families = match flags.ip_family.to_ascii_lowercase().as_str() {
        "" => None,
        "ipv4" => Some(json!(["IPv4"])),
        "ipv6" => Some(json!(["IPv6"])),
        "ipv4,ipv6" => Some(json!(["IPv4", "IPv6"])),
        "ipv6,ipv4" => Some(json!(["IPv6", "IPv4"])),
        _ => return Err(Error::plain(format!("unknown IPFamily/s: {}", flags.ip_family))),
    };
    let policies = ["SingleStack", "PreferDualStack", "RequireDualStack"];
    let policy = policies.iter().find(|policy| policy.eq_ignore_ascii_case(&flags.ip_family_policy));
    if policy.is_none() && !flags.ip_family_policy.is_empty() {
        return Err(Error::plain(format!("unknown IPFamilyPolicy/s: {}", flags.ip_family_policy)));
    }
    if let Some(families) = families {
        spec["ipFamilies"] = families;
    }
    if let Some(policy) = policy {
        spec["ipFamilyPolicy"] = (*policy).into();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> Value {
        json!({
            "metadata": {"name": "web", "labels": {"tier": "front"}},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web", "v": "2"}}}},
        })
    }

    fn flags(port: &str) -> ServiceFlags {
        ServiceFlags { port: port.to_owned(), ..ServiceFlags::default() }
    }

    fn fault(flags: &ServiceFlags) -> String {
        build(&ServiceRequest { flags, set: &set() }).unwrap_err().to_string()
    }

    #[test]
    fn a_service_selects_by_the_templates_labels_and_takes_the_sets_own() {
        let service = build(&ServiceRequest { flags: &flags("80"), set: &set() }).unwrap();
        let expected = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "web", "labels": {"tier": "front"}},
            "spec": {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "selector": {"app": "web", "v": "2"}},
            "status": {"loadBalancer": {}},
        });
        assert_eq!(service, expected);
        let mut bare = set();
        bare["spec"]["template"] = json!({});
        let refused = build(&ServiceRequest { flags: &flags("80"), set: &bare }).unwrap_err().to_string();
        assert_eq!(refused, "cannot expose \"web\": its template has no labels that a service could select by");
        let chosen = ServiceFlags { selector: "a=b".into(), ..flags("80") };
        assert_eq!(
            build(&ServiceRequest { flags: &chosen, set: &bare }).unwrap()["spec"]["selector"],
            json!({"a": "b"})
        );
    }

    #[test]
    fn every_flag_finds_its_field() {
        let flags = ServiceFlags {
            name: "n".into(),
            kind: "LoadBalancer".into(),
            cluster_ip: "10.0.0.9".into(),
            external_ip: "5.6.7.8".into(),
            load_balancer_ip: "1.2.3.4".into(),
            ip_family: "IPv6,ipv4".into(),
            ip_family_policy: "requiredualstack".into(),
            session_affinity: "ClientIP".into(),
            labels: "a=b,c=".into(),
            ..flags("80")
        };
        let service = build(&ServiceRequest { flags: &flags, set: &set() }).unwrap();
        assert_eq!(service["metadata"], json!({"name": "n", "labels": {"a": "b", "c": ""}}));
        let expected = json!({
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "selector": {"app": "web", "v": "2"},
            "type": "LoadBalancer", "clusterIP": "10.0.0.9", "externalIPs": ["5.6.7.8"], "loadBalancerIP": "1.2.3.4",
            "ipFamilies": ["IPv6", "IPv4"], "ipFamilyPolicy": "RequireDualStack", "sessionAffinity": "ClientIP",
        });
        assert_eq!(service["spec"], expected);
    }

    #[test]
    fn what_makes_no_service_is_refused() {
        let of = |change: fn(&mut ServiceFlags)| {
            let mut flags = flags("80");
            change(&mut flags);
            fault(&flags)
        };
        assert_eq!(of(|flags| flags.labels = "a".into()), "unexpected label spec: a");
        assert_eq!(of(|flags| flags.selector = "a=b=c".into()), "unexpected label spec: a=b=c");
        assert_eq!(of(|flags| flags.labels = "=b".into()), "unexpected empty label key");
        assert_eq!(of(|flags| flags.session_affinity = "no".into()), "unknown session affinity: no");
        assert_eq!(of(|flags| flags.ip_family = "ipv5".into()), "unknown IPFamily/s: ipv5");
        assert_eq!(of(|flags| flags.ip_family_policy = "x".into()), "unknown IPFamilyPolicy/s: x");
    }

    #[test]
    fn a_long_name_is_cut() {
        let mut long = set();
        long["metadata"]["name"] = "a".repeat(80).into();
        let service = build(&ServiceRequest { flags: &flags("80"), set: &long }).unwrap();
        assert_eq!(service["metadata"]["name"].as_str().unwrap().len(), LONGEST_NAME);
    }
}
