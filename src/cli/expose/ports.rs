//! The ports of a Service: those of `--port`, or those that the template declares. Pure.

use super::ServiceFlags;
use crate::cli::error::Error;
use crate::text::go::{quote, strconv};
use serde_json::{Value, json};

/// A port before the flags that are the same for all ports.
#[derive(Clone, Debug, PartialEq)]
struct Port {
    number: i32,
    name: Option<String>,
    protocol: String,
}

/// The ports as they stand in the Service. A headless one may have none.
///
/// # Errors
/// In kubectl's words.
pub(super) fn all(flags: &ServiceFlags, set: &Value, headless: bool) -> Result<Vec<Value>, Error> {
    let ports = match flags.port.as_str() {
        "" => declared(set),
        text => typed(text)?,
    };
    if ports.is_empty() && !headless {
        return Err(Error::plain("couldn't find port via --port flag or introspection"));
    }
    check_node_port(flags, ports.len())?;
    let several = ports.len() > 1;
    let shown = ports.into_iter().enumerate().map(|(index, port)| {
        let name = match port.name {
            Some(name) if several || flags.port_name.is_empty() => name,
            _ if several => format!("port-{}", index + 1),
            _ => flags.port_name.clone(),
        };
        let protocol = if flags.protocol.is_empty() { port.protocol } else { flags.protocol.clone() };
        let mut shown = json!({"port": port.number, "protocol": protocol, "targetPort": target(flags, port.number)});
        if !name.is_empty() {
            shown["name"] = name.into();
        }
        if let Some(node_port) = flags.node_port {
            shown["nodePort"] = node_port.into();
        }
        shown
    });
    Ok(shown.collect())
}

fn typed(text: &str) -> Result<Vec<Port>, Error> {
    let port = |text: &str| {
        let number = go_atoi(text).map_err(Error::plain)?;
        Ok(Port { number, name: None, protocol: "TCP".to_owned() })
    };
    text.split(',').map(port).collect()
}

/// The ports that the template's interface on the pod network declares (virtctl's rule).
fn declared(set: &Value) -> Vec<Port> {
    let items = |pointer: &str| {
        let found = set.pointer("/spec/template/spec").and_then(|spec| spec.pointer(pointer));
        found.and_then(Value::as_array).into_iter().flatten()
    };
    let network = items("/networks").find(|network| network.get("pod").is_some());
    let interface =
        network.and_then(|network| items("/domain/devices/interfaces").find(|found| found["name"] == network["name"]));
    let ports = interface.and_then(|interface| interface["ports"].as_array()).into_iter().flatten();
    let port = |port: &Value| {
        let text = |key: &str| port[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let number = i32::try_from(port["port"].as_i64()?).ok()?;
        Some(Port { number, name: text("name"), protocol: text("protocol").unwrap_or_else(|| "TCP".to_owned()) })
    };
    ports.filter_map(port).collect()
}

/// A number, or the name of a container's port.
fn target(flags: &ServiceFlags, port: i32) -> Value {
    match flags.target_port.as_str() {
        "" => port.into(),
        text => go_atoi(text).map_or_else(|_| text.into(), Value::from),
    }
}

fn check_node_port(flags: &ServiceFlags, ports: usize) -> Result<(), Error> {
    if flags.node_port.is_none() {
        return Ok(());
    }
    if !matches!(flags.kind.as_str(), "NodePort" | "LoadBalancer") {
        return Err(Error::plain("--node-port can only be used with --type=NodePort or --type=LoadBalancer"));
    }
    if ports != 1 {
        return Err(Error::plain(format!("--node-port can only be used with a single port, not with {ports}")));
    }
    Ok(())
}

/// A number as Go's `strconv.Atoi` reads it. kubectl goes on to cut what is longer than 32 bits; that is refused here.
fn go_atoi(text: &str) -> Result<i32, String> {
    let number = strconv::atoi(text)?;
    i32::try_from(number).map_err(|_| format!("strconv.Atoi: parsing {}: value out of range", quote(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(change: impl FnOnce(&mut ServiceFlags)) -> Result<Vec<Value>, String> {
        let mut flags = ServiceFlags::default();
        change(&mut flags);
        let headless = flags.cluster_ip == "None";
        all(&flags, &Value::Null, headless).map_err(|error| error.to_string())
    }

    #[test]
    fn typed_ports_are_named_when_there_are_several() {
        let one = ports(|flags| (flags.port, flags.port_name) = ("80".into(), "http".into())).unwrap();
        assert_eq!(one, [json!({"name": "http", "port": 80, "protocol": "TCP", "targetPort": 80})]);
        let two = ports(|flags| (flags.port, flags.protocol) = ("80,443".into(), "UDP".into())).unwrap();
        let expected = [
            json!({"name": "port-1", "port": 80, "protocol": "UDP", "targetPort": 80}),
            json!({"name": "port-2", "port": 443, "protocol": "UDP", "targetPort": 443}),
        ];
        assert_eq!(two, expected);
    }

    #[test]
    fn a_target_is_a_number_or_a_name() {
        let target = |text: &str| {
            ports(|flags| (flags.port, flags.target_port) = ("80".into(), text.into())).unwrap()[0]["targetPort"]
                .clone()
        };
        assert_eq!(target("8080"), json!(8080));
        assert_eq!(target("http"), json!("http"));
    }

    #[test]
    fn ports_that_are_none_are_refused() {
        let fault = |port: &str| ports(|flags| flags.port = port.into()).unwrap_err();
        assert_eq!(fault(""), "couldn't find port via --port flag or introspection");
        assert_eq!(fault("x"), "strconv.Atoi: parsing \"x\": invalid syntax");
        assert_eq!(fault("80,"), "strconv.Atoi: parsing \"\": invalid syntax");
        assert_eq!(fault("99999999999"), "strconv.Atoi: parsing \"99999999999\": value out of range");
        assert_eq!(ports(|flags| flags.cluster_ip = "None".into()), Ok(Vec::new()));
    }

    #[test]
    fn a_nodes_port_needs_a_type_that_has_one_and_a_single_port() {
        let node_port = |kind: &str, port: &str| {
            ports(|flags| {
                (flags.kind, flags.port, flags.node_port) = (kind.into(), port.into(), Some(30080));
            })
        };
        assert_eq!(node_port("NodePort", "80").unwrap()[0]["nodePort"], 30080);
        let message = "--node-port can only be used with --type=NodePort or --type=LoadBalancer";
        assert_eq!(node_port("", "80").unwrap_err(), message);
        let message = "--node-port can only be used with a single port, not with 2";
        assert_eq!(node_port("LoadBalancer", "80,443").unwrap_err(), message);
    }

    #[test]
    fn the_templates_ports_are_those_of_its_pod_network() {
        let set = json!({"spec": {"template": {"spec": {
            "networks": [{"name": "lan", "multus": {}}, {"name": "default", "pod": {}}],
            "domain": {"devices": {"interfaces": [
                {"name": "lan", "ports": [{"port": 1}]},
                {"name": "default", "ports": [{"port": 53, "protocol": "UDP", "name": "dns"}, {"port": 80}]},
            ]}},
        }}}});
        let found = all(&ServiceFlags::default(), &set, false).unwrap();
        let expected = [
            json!({"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53}),
            json!({"name": "port-2", "port": 80, "protocol": "TCP", "targetPort": 80}),
        ];
        assert_eq!(found, expected);
    }
}
