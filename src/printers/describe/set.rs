//! A set as kubectl describes a ReplicaSet, and what else is good to know of it.

use super::events::{since, time};
use super::{annotations, labels};
use crate::api::table::Table;
use crate::text::labels::Selector;
use crate::text::quantity::Quantity;
use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write as _;

/// What is known of a set.
#[derive(Clone, Debug)]
pub struct DescribedSet {
    /// The set.
    pub set: Value,
    /// The VMIs that it controls; `Err` says why they are not known.
    pub vmis: Result<Vec<Value>, String>,
    /// The autoscalers that have it as their target, as the server's table shows them.
    pub autoscalers: Table,
}

/// The description; `events` is the block of [`super::events`], if they are shown.
pub fn description(described: &DescribedSet, events: Option<&str>, now: Timestamp) -> String {
    let (set, metadata) = (&described.set, &described.set["metadata"]);
    let mut rendered = format!("Name:\t{}\nNamespace:\t{}\n", text(&metadata["name"]), text(&metadata["namespace"]));
    let _ = writeln!(rendered, "Selector:\t{}", selector(&set["spec"]["selector"]));
    labels(&mut rendered, "Labels", &metadata["labels"]);
    annotations(&mut rendered, &metadata["annotations"]);
    if let Some(owner) = controller(metadata) {
        let _ = writeln!(rendered, "Controlled By:\t{}/{}", text(&owner["kind"]), text(&owner["name"]));
    }
    if set["spec"]["paused"] == true {
        rendered.push_str("Paused:\ttrue\n");
    }
    replicas(&mut rendered, set);
    status(&mut rendered, &described.vmis);
    template(&mut rendered, &set["spec"]["template"]);
    if let Ok(vmis) = &described.vmis {
        vmi_rows(&mut rendered, vmis, now);
    }
    autoscalers(&mut rendered, &described.autoscalers);
    conditions(&mut rendered, &set["status"]["conditions"]);
    rendered.push_str(events.unwrap_or_default());
    rendered
}

fn replicas(rendered: &mut String, set: &Value) {
    let count = |value: &Value| value.as_i64().unwrap_or_default();
    // KubeVirt takes an absent size as 1.
    let desired = set["spec"]["replicas"].as_i64().unwrap_or(1);
    let (current, ready) = (count(&set["status"]["replicas"]), count(&set["status"]["readyReplicas"]));
    let _ = writeln!(rendered, "Replicas:\t{current} current / {desired} desired / {ready} ready");
}

/// How many VMIs are in which state; what is not counted as a replica stands apart.
fn status(rendered: &mut String, vmis: &Result<Vec<Value>, String>) {
    let vmis = match vmis {
        Ok(vmis) => vmis,
        Err(why) => {
            let _ = writeln!(rendered, "VMIs Status:\terror in fetching VMIs: {why}");
            return;
        }
    };
    let mut counts = [("Running", 0), ("Waiting", 0), ("Succeeded", 0), ("Failed", 0), ("Terminating", 0)];
    for vmi in vmis {
        let state = state(vmi);
        counts.iter_mut().filter(|(name, _)| *name == state).for_each(|(_, count)| *count += 1);
    }
    let shown = counts.iter().filter(|(name, count)| *name != "Terminating" || *count > 0);
    let shown: Vec<_> = shown.map(|(name, count)| format!("{count} {name}")).collect();
    let _ = writeln!(rendered, "VMIs Status:\t{}", shown.join(" / "));
}

fn state(vmi: &Value) -> &str {
    match text(&vmi["status"]["phase"]) {
        _ if !vmi["metadata"]["deletionTimestamp"].is_null() => "Terminating",
        phase @ ("Running" | "Succeeded" | "Failed") => phase,
        _ => "Waiting",
    }
}

/// The template's essentials; `--full` and `-o yaml` have the rest.
fn template(rendered: &mut String, template: &Value) {
    rendered.push_str("VMI Template:\n");
    let mut block = String::new();
    labels(&mut block, "Labels", &template["metadata"]["labels"]);
    let spec = &template["spec"];
    let domain = &spec["domain"];
    let cpu = &domain["cpu"];
    let count = |key: &str| cpu[key].as_u64().unwrap_or(1);
    let request =
        |key: &str| domain["resources"]["requests"][key].as_str().filter(|text| Quantity::parse(text).is_ok());
    if !cpu.is_null() || request("cpu").is_some() {
        let vcpus = count("sockets") * count("cores") * count("threads");
        let asked = request("cpu").map(|asked| format!(" (requests {asked})")).unwrap_or_default();
        let _ = writeln!(block, "CPUs:\t{vcpus}{asked}");
    }
    if let Some(memory) = domain["memory"]["guest"].as_str().or_else(|| request("memory")) {
        let _ = writeln!(block, "Memory:\t{memory}");
    }
    for line in block.lines() {
        let _ = writeln!(rendered, "  {line}");
    }
    volumes(rendered, spec);
}

fn volumes(rendered: &mut String, spec: &Value) {
    let volumes = spec["volumes"].as_array().map_or(&[][..], Vec::as_slice);
    if volumes.is_empty() {
        return;
    }
    rendered.push_str("  Volumes:\n");
    for volume in volumes {
        let name = text(&volume["name"]);
        let source = volume.as_object().into_iter().flatten().find(|(key, _)| *key != "name");
        let rendered_source = source.map(|(kind, source)| {
            let details = ["image", "claimName", "name", "capacity"].into_iter().find_map(|key| source[key].as_str());
            format!("{kind}{}", details.map(|details| format!(" {details}")).unwrap_or_default())
        });
        let _ = writeln!(rendered, "    {name}:\t{}{}", rendered_source.unwrap_or_default(), bus(spec, name));
    }
}

/// How the guest sees the volume.
fn bus(spec: &Value, name: &str) -> String {
    let disks = spec["domain"]["devices"]["disks"].as_array().map_or(&[][..], Vec::as_slice);
    let disk = disks.iter().find(|disk| disk["name"] == name);
    let target =
        disk.and_then(|disk| ["disk", "cdrom", "lun"].into_iter().find_map(|kind| Some((kind, disk.get(kind)?))));
    target.map(|(kind, target)| format!(" ({} {kind})", text(&target["bus"]))).unwrap_or_default().replace("( ", "(")
}

fn vmi_rows(rendered: &mut String, vmis: &[Value], now: Timestamp) {
    if vmis.is_empty() {
        return;
    }
    rendered.push_str("\u{c}VMIs:\n  Name\tPhase\tReady\tNode\tIP\tAge\n  ----\t-----\t-----\t----\t--\t---\n");
    for vmi in vmis {
        let status = &vmi["status"];
        let going = if vmi["metadata"]["deletionTimestamp"].is_null() { "" } else { " (terminating)" };
        let age = since(time(&vmi["metadata"]["creationTimestamp"]), now);
        let cells = [
            text(&vmi["metadata"]["name"]).to_owned(),
            format!("{}{going}", or_none(text(&status["phase"]))),
            readiness(&status["conditions"]),
            or_none(text(&status["nodeName"])).to_owned(),
            or_none(text(&status["interfaces"][0]["ipAddress"])).to_owned(),
            age,
        ];
        let _ = writeln!(rendered, "  {}", cells.join("\t"));
    }
    rendered.push('\u{c}');
}

/// True, or False and why: the scheduler's and the image's troubles say more than Ready does.
fn readiness(conditions: &Value) -> String {
    let conditions = conditions.as_array().map_or(&[][..], Vec::as_slice);
    let find = |r#type: &str| conditions.iter().find(|condition| condition["type"] == r#type);
    let Some(ready) = find("Ready") else { return "<none>".to_owned() };
    if ready["status"] == "True" {
        return "True".to_owned();
    }
    let trouble = ["PodScheduled", "Synchronized"].into_iter().filter_map(find).find(|c| c["status"] == "False");
    format!("{} ({})", text(&ready["status"]), text(&trouble.unwrap_or(ready)["reason"]))
}

fn autoscalers(rendered: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    rendered.push_str("\u{c}HPAs:\n  Name\tTargets\tMin\tMax\tReplicas\n  ----\t-------\t---\t---\t--------\n");
    let columns = table.column_definitions.as_deref().unwrap_or_default();
    for row in &table.rows {
        let cell = |name: &str| {
            let index = columns.iter().position(|column| column.name == name);
            let value = index.and_then(|index| row.cells.get(index)).unwrap_or(&Value::Null);
            crate::text::go::fmt::value(value)
        };
        let cells = ["Name", "Targets", "MinPods", "MaxPods", "Replicas"].map(cell);
        let _ = writeln!(rendered, "  {}", cells.join("\t"));
    }
    rendered.push('\u{c}');
}

fn conditions(rendered: &mut String, conditions: &Value) {
    let conditions = conditions.as_array().map_or(&[][..], Vec::as_slice);
    if conditions.is_empty() {
        return;
    }
    rendered.push_str("Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n");
    for condition in conditions {
        let cells = ["type", "status", "reason", "message"].map(|key| text(&condition[key]));
        let _ = writeln!(rendered, "  {}", cells.join("\t"));
    }
}

fn selector(selector: &Value) -> String {
    let parsed = serde_json::from_value(selector.clone()).ok().and_then(|object| Selector::from_object(&object).ok());
    match parsed {
        Some(selector) if selector.is_empty() => "<none>".to_owned(),
        Some(selector) => selector.to_string(),
        None => "<invalid>".to_owned(),
    }
}

fn controller(metadata: &Value) -> Option<&Value> {
    metadata["ownerReferences"].as_array()?.iter().find(|owner| owner["controller"] == true)
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printers::tabwriter::align;
    use insta::assert_snapshot;
    use serde_json::json;

    #[test]
    fn a_set_is_told_with_its_vmis() {
        let set = json!({
            "metadata": {"name": "web", "namespace": "default", "labels": {"tier": "front"}},
            "spec": {
                "replicas": 3, "paused": true, "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {
                        "domain": {
                            "resources": {"requests": {"memory": "1024M"}},
                            "devices": {"disks": [{"name": "root", "disk": {"bus": "virtio"}}]},
                        },
                        "volumes": [{"name": "root", "containerDisk": {"image": "quay.io/x:1"}}],
                    },
                },
            },
            "status": {"replicas": 2, "readyReplicas": 1, "conditions": [
                {"type": "ReplicaPaused", "status": "True", "reason": "Paused", "message": "Controller got paused"},
            ]},
        });
        let vmi = |name: &str, phase: &str, ready: Value| {
            json!({
                "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:59:00Z"},
                "status": {"phase": phase, "nodeName": "node01", "conditions": [ready]},
            })
        };
        let vmis = vec![
            vmi("web-a", "Running", json!({"type": "Ready", "status": "True"})),
            vmi("web-b", "Scheduling", json!({"type": "Ready", "status": "False", "reason": "GuestNotRunning"})),
        ];
        let described = DescribedSet { set, vmis: Ok(vmis), autoscalers: Table::default() };
        let now = "2026-01-01T01:00:00Z".parse().unwrap();
        assert_snapshot!(align(&description(&described, Some("Events:\t<none>\n"), now)), @r"
        Name:         web
        Namespace:    default
        Selector:     app=web
        Labels:       tier=front
        Annotations:  <none>
        Paused:       true
        Replicas:     2 current / 3 desired / 1 ready
        VMIs Status:  1 Running / 1 Waiting / 0 Succeeded / 0 Failed
        VMI Template:
          Labels:  app=web
          Memory:  1024M
          Volumes:
            root:  containerDisk quay.io/x:1 (virtio disk)
        VMIs:
          Name   Phase       Ready                    Node    IP      Age
          ----   -----       -----                    ----    --      ---
          web-a  Running     True                     node01  <none>  60s
          web-b  Scheduling  False (GuestNotRunning)  node01  <none>  60s
        Conditions:
          Type           Status  Reason  Message
          ----           ------  ------  -------
          ReplicaPaused  True    Paused  Controller got paused
        Events:          <none>
        ");
    }

    #[test]
    fn vmis_that_may_not_be_listed_are_said_to_be_unknown() {
        let described =
            DescribedSet { set: json!({"spec": {}}), vmis: Err("forbidden".into()), autoscalers: Table::default() };
        let rendered = align(&description(&described, None, Timestamp::UNIX_EPOCH));
        assert!(rendered.contains("VMIs Status:  error in fetching VMIs: forbidden"), "{rendered}");
    }
}
