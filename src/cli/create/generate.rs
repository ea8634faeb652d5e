//! The manifest of a set from a few words: what `create NAME --image IMAGE` means.

use crate::api::{API_VERSION, vmirs};
use crate::cli::error::Error;
use crate::text::labels::Labels;
use crate::text::names;
use crate::text::quantity::Quantity;
use serde_json::{Value, json};

/// The label by which a generated set knows its VMIs (KubeVirt's own examples use it; it has no other meaning).
const IDENTITY: &str = "kubevirt.io/vmReplicaSet";
/// KubeVirt's limit for user data inside the object.
const MOST_USER_DATA: usize = 2048;
const BUSES: [&str; 4] = ["virtio", "sata", "scsi", "usb"];
const SMALLEST_MEMORY: i128 = 1_000_000;

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) replicas: i32,
    pub(super) memory: String,
    pub(super) cpu: String,
    pub(super) labels: Labels,
    pub(super) disk_bus: String,
    pub(super) cloud_init: Option<CloudInit>,
}

/// Where the guests' user data comes from.
#[derive(Clone, Debug)]
pub(super) enum CloudInit {
    Text(String),
    /// A secret's name.
    Secret(String),
}

/// Writes the set.
///
/// # Errors
/// [`Error::Plain`] for a value that Kubernetes or KubeVirt would refuse.
pub(super) fn set(recipe: &Recipe, namespace: &str) -> Result<Value, Error> {
    check(recipe)?;
    let mut labels = recipe.labels.clone();
    labels.insert(IDENTITY.into(), recipe.name.clone());
    let mut disks = vec![disk("root", &recipe.disk_bus)];
    let mut volumes = vec![json!({"name": "root", "containerDisk": {"image": recipe.image}})];
    if let Some(cloud_init) = &recipe.cloud_init {
        disks.push(disk("cloudinit", &recipe.disk_bus));
        let source = match cloud_init {
            CloudInit::Text(text) => json!({"userData": text}),
            CloudInit::Secret(name) => json!({"secretRef": {"name": name}}),
        };
        volumes.push(json!({"name": "cloudinit", "cloudInitNoCloud": source}));
    }
    Ok(json!({
        "apiVersion": API_VERSION,
        "kind": vmirs::KIND,
        "metadata": {"name": recipe.name, "namespace": namespace, "labels": labels},
        "spec": {
            "replicas": recipe.replicas,
            "selector": {"matchLabels": {IDENTITY: recipe.name}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "domain": {
                        "cpu": {"cores": cores(&recipe.cpu)?},
                        "devices": {
                            "disks": disks,
                            "interfaces": [{"name": "default", "masquerade": {}}],
                        },
                        "memory": {"guest": recipe.memory},
                        "resources": {"requests": {"cpu": recipe.cpu, "memory": recipe.memory}},
                    },
                    "networks": [{"name": "default", "pod": {}}],
                    "volumes": volumes,
                },
            },
        },
    }))
}

fn disk(name: &str, bus: &str) -> Value {
    json!({"name": name, "disk": {"bus": bus}})
}

/// Whole CPUs for the guest: a share of one still is one.
fn cores(cpu: &str) -> Result<i128, Error> {
    let quantity = Quantity::parse(cpu).map_err(|error| Error::plain(format!("invalid --cpu {cpu:?}: {error}")))?;
    if quantity.milli() <= 0 {
        return Err(Error::plain(format!("invalid --cpu {cpu:?}: must be greater than 0")));
    }
    Ok(quantity.value())
}

fn check(recipe: &Recipe) -> Result<(), Error> {
    let fault = |message: String| Err(Error::plain(message));
    let name = &recipe.name;
    if let Some(why) = names::dns_subdomain_faults(name).first() {
        return fault(format!("invalid name {name:?}: {why}"));
    }
    if let Some(why) = names::label_value_faults(name).first() {
        return fault(format!("invalid name {name:?}: it is also used as a label value, which {why}"));
    }
    if recipe.image.trim().is_empty() || recipe.image.contains(char::is_whitespace) {
        return fault(format!("invalid --image {:?}: not a reference to a container image", recipe.image));
    }
    if recipe.replicas < 0 {
        return fault(format!("invalid --replicas {}: must be greater than or equal to 0", recipe.replicas));
    }
    if !BUSES.contains(&recipe.disk_bus.as_str()) {
        return fault(format!("invalid --disk-bus {:?}: must be one of {}", recipe.disk_bus, BUSES.join(", ")));
    }
    let memory = &recipe.memory;
    match Quantity::parse(memory) {
        Err(error) => return fault(format!("invalid --memory {memory:?}: {error}")),
        Ok(quantity) if quantity.value() < SMALLEST_MEMORY => {
            return fault(format!("invalid --memory {memory:?}: must be greater than or equal to 1M"));
        }
        Ok(_) => {}
    }
    match &recipe.cloud_init {
        Some(CloudInit::Text(text)) if text.len() > MOST_USER_DATA => Err(Error::plain(format!(
            "the cloud-init user data has {} bytes, more than the {MOST_USER_DATA} that KubeVirt allows inside a set",
            text.len()
        ))
        .hint("Put it into a Secret, under the key 'userdata', and use --cloud-init-secret.")),
        Some(CloudInit::Text(text)) if text.trim().is_empty() => fault("the cloud-init user data is empty".to_owned()),
        Some(CloudInit::Secret(name)) if !names::dns_subdomain_faults(name).is_empty() => {
            fault(format!("invalid --cloud-init-secret {name:?}: not the name of a Secret"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::create::check::faults;

    fn recipe() -> Recipe {
        Recipe {
            name: "web".into(),
            image: "example.org/disk:1".into(),
            replicas: 3,
            memory: "1Gi".into(),
            cpu: "500m".into(),
            labels: Labels::from([("tier".into(), "front".into())]),
            disk_bus: "virtio".into(),
            cloud_init: Some(CloudInit::Text("#cloud-config\n".into())),
        }
    }

    #[test]
    fn a_generated_set_has_all_that_a_vmi_needs() {
        let set = set(&recipe(), "here").unwrap();
        insta::assert_snapshot!(crate::text::yaml::to_string(&set).unwrap(), @r##"
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstanceReplicaSet
        metadata:
          labels:
            kubevirt.io/vmReplicaSet: web
            tier: front
          name: web
          namespace: here
        spec:
          replicas: 3
          selector:
            matchLabels:
              kubevirt.io/vmReplicaSet: web
          template:
            metadata:
              labels:
                kubevirt.io/vmReplicaSet: web
                tier: front
            spec:
              domain:
                cpu:
                  cores: 1
                devices:
                  disks:
                  - disk:
                      bus: virtio
                    name: root
                  - disk:
                      bus: virtio
                    name: cloudinit
                  interfaces:
                  - masquerade: {}
                    name: default
                memory:
                  guest: 1Gi
                resources:
                  requests:
                    cpu: 500m
                    memory: 1Gi
              networks:
              - name: default
                pod: {}
              volumes:
              - containerDisk:
                  image: example.org/disk:1
                name: root
              - cloudInitNoCloud:
                  userData: |
                    #cloud-config
                name: cloudinit
        "##);
        assert_eq!(faults(&set), []);
    }

    #[test]
    fn what_would_be_refused_later_is_refused_at_once() {
        let fault = |change: fn(&mut Recipe)| {
            let mut recipe = recipe();
            change(&mut recipe);
            set(&recipe, "here").unwrap_err().to_string()
        };
        for (got, start) in [
            (fault(|r| r.name = "Web".into()), "invalid name \"Web\": a lowercase RFC 1123 subdomain"),
            (fault(|r| r.name = "a".repeat(64)), "invalid name"),
            (fault(|r| r.image = " ".into()), "invalid --image"),
            (fault(|r| r.replicas = -1), "invalid --replicas -1"),
            (
                fault(|r| r.disk_bus = "ide".into()),
                "invalid --disk-bus \"ide\": must be one of virtio, sata, scsi, usb",
            ),
            (fault(|r| r.memory = "1x".into()), "invalid --memory"),
            (fault(|r| r.memory = "100k".into()), "invalid --memory \"100k\": must be greater than or equal to 1M"),
            (fault(|r| r.cpu = "0".into()), "invalid --cpu \"0\": must be greater than 0"),
            (
                fault(|r| r.cloud_init = Some(CloudInit::Text("x".repeat(2049)))),
                "the cloud-init user data has 2049 bytes",
            ),
        ] {
            assert!(got.starts_with(start), "{got}");
        }
    }

    #[test]
    fn a_share_of_a_cpu_is_one_core() {
        assert_eq!(cores("500m").unwrap(), 1);
        assert_eq!(cores("2").unwrap(), 2);
        assert_eq!(cores("2500m").unwrap(), 3);
    }
}
