//! The columns of each kind's Table: names, types and descriptions as kube-apiserver 1.37 sends them.

use super::{Cell, Column};
use crate::apiserver::columns;

/// The object's name: first everywhere but in the Table of events.
const NAME: Column = Column {
    name: "Name",
    r#type: "string",
    format: "name",
    priority: 0,
    description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    cell: Cell::Name,
};

/// How long ago a built-in object was created.
const AGE: Column = Column {
    name: "Age",
    r#type: "string",
    format: "",
    priority: 0,
    description: "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    cell: Cell::Computed(columns::age),
};

/// Of a Scale, whatever it is the size of.
pub(super) const SCALE: &[Column] = &[
    NAME,
    Column {
        name: "Desired",
        r#type: "integer",
        format: "",
        priority: 0,
        description: "Number of desired replicas",
        cell: Cell::Computed(columns::scale_desired),
    },
    Column {
        name: "Available",
        r#type: "integer",
        format: "",
        priority: 0,
        description: "Number of actual replicas",
        cell: Cell::Computed(columns::scale_available),
    },
    Column { r#type: "date", ..AGE },
];

/// Of a namespace.
pub(super) const NAMESPACE: &[Column] = &[
    NAME,
    Column {
        name: "Status",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The status of the namespace",
        cell: Cell::Computed(columns::namespace_status),
    },
    AGE,
];

/// Of a node.
pub(super) const NODE: &[Column] = &[
    NAME,
    Column {
        name: "Status",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The status of the node",
        cell: Cell::Computed(columns::node_status),
    },
    Column {
        name: "Roles",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The roles of the node",
        cell: Cell::Computed(columns::node_roles),
    },
    AGE,
    Column {
        name: "Version",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Kubelet Version reported by the node.",
        cell: Cell::Computed(columns::node_version),
    },
    Column {
        name: "Internal-IP",
        r#type: "string",
        format: "",
        priority: 1,
        description: "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
        cell: Cell::Computed(columns::node_internal_ip),
    },
    Column {
        name: "External-IP",
        r#type: "string",
        format: "",
        priority: 1,
        description: "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
        cell: Cell::Computed(columns::node_external_ip),
    },
    Column {
        name: "OS-Image",
        r#type: "string",
        format: "",
        priority: 1,
        description: "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).",
        cell: Cell::Computed(columns::node_os_image),
    },
    Column {
        name: "Kernel-Version",
        r#type: "string",
        format: "",
        priority: 1,
        description: "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
        cell: Cell::Computed(columns::node_kernel_version),
    },
    Column {
        name: "Container-Runtime",
        r#type: "string",
        format: "",
        priority: 1,
        description: "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).",
        cell: Cell::Computed(columns::node_container_runtime),
    },
];

/// Of a pod.
pub(super) const POD: &[Column] = &[
    NAME,
    Column {
        name: "Ready",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The aggregate readiness state of this pod for accepting traffic.",
        cell: Cell::Computed(columns::pod_ready),
    },
    Column {
        name: "Status",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The aggregate status of the containers in this pod.",
        cell: Cell::Computed(columns::pod_status),
    },
    Column {
        name: "Restarts",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
        cell: Cell::Computed(columns::pod_restarts),
    },
    AGE,
    Column {
        name: "IP",
        r#type: "string",
        format: "",
        priority: 1,
        description: "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.",
        cell: Cell::Computed(columns::pod_ip),
    },
    Column {
        name: "Node",
        r#type: "string",
        format: "",
        priority: 1,
        description: "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
        cell: Cell::Computed(columns::pod_node),
    },
    Column {
        name: "Nominated Node",
        r#type: "string",
        format: "",
        priority: 1,
        description: "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.",
        cell: Cell::Computed(columns::pod_nominated_node),
    },
    Column {
        name: "Readiness Gates",
        r#type: "string",
        format: "",
        priority: 1,
        description: "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates",
        cell: Cell::Computed(columns::pod_readiness_gates),
    },
];

/// Of a event.
pub(super) const EVENT: &[Column] = &[
    Column {
        name: "Last Seen",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The time at which the most recent occurrence of this event was recorded.",
        cell: Cell::Computed(columns::event_last_seen),
    },
    Column {
        name: "Type",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Type of this event (Normal, Warning), new types could be added in the future",
        cell: Cell::Computed(columns::event_type),
    },
    Column {
        name: "Reason",
        r#type: "string",
        format: "",
        priority: 0,
        description: "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
        cell: Cell::Computed(columns::event_reason),
    },
    Column {
        name: "Object",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The object that this event is about.",
        cell: Cell::Computed(columns::event_object),
    },
    Column {
        name: "Subobject",
        r#type: "string",
        format: "",
        priority: 1,
        description: "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.",
        cell: Cell::Computed(columns::event_subobject),
    },
    Column {
        name: "Source",
        r#type: "string",
        format: "",
        priority: 1,
        description: "The component reporting this event. Should be a short machine understandable string.",
        cell: Cell::Computed(columns::event_source),
    },
    Column {
        name: "Message",
        r#type: "string",
        format: "",
        priority: 0,
        description: "A human-readable description of the status of this operation.",
        cell: Cell::Computed(columns::event_message),
    },
    Column {
        name: "First Seen",
        r#type: "string",
        format: "",
        priority: 1,
        description: "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
        cell: Cell::Computed(columns::event_first_seen),
    },
    Column {
        name: "Count",
        r#type: "string",
        format: "",
        priority: 1,
        description: "The number of times this event has occurred.",
        cell: Cell::Computed(columns::event_count),
    },
    Column { priority: 1, ..NAME },
];

/// Of a service.
pub(super) const SERVICE: &[Column] = &[
    NAME,
    Column {
        name: "Type",
        r#type: "string",
        format: "",
        priority: 0,
        description: "type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer. \"ClusterIP\" allocates a cluster-internal IP address for load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified, by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is \"None\", no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a virtual IP. \"NodePort\" builds on ClusterIP and allocates a port on every node which routes to the same endpoints as the clusterIP. \"LoadBalancer\" builds on NodePort and creates an external load-balancer (if supported in the current cloud) which routes to the same endpoints as the clusterIP. \"ExternalName\" aliases this service to the specified externalName. Several other fields do not apply to ExternalName services. More info: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
        cell: Cell::Computed(columns::service_type),
    },
    Column {
        name: "Cluster-IP",
        r#type: "string",
        format: "",
        priority: 0,
        description: "clusterIP is the IP address of the service and is usually assigned randomly. If an address is specified manually, is in-range (as per system configuration), and is not in use, it will be allocated to the service; otherwise creation of the service will fail. This field may not be changed through updates unless the type field is also being changed to ExternalName (which requires this field to be blank) or the type field is being changed from ExternalName (in which case this field may optionally be specified, as describe above).  Valid values are \"None\", empty string (\"\"), or a valid IP address. Setting this to \"None\" makes a \"headless service\" (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.  Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when creating a Service of type ExternalName, creation will fail. This field will be wiped when updating a Service to type ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies",
        cell: Cell::Computed(columns::service_cluster_ip),
    },
    Column {
        name: "External-IP",
        r#type: "string",
        format: "",
        priority: 0,
        description: "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that traffic arrives at a node with this IP.  A common example is external load-balancers that are not part of the Kubernetes system.",
        cell: Cell::Computed(columns::service_external_ip),
    },
    Column {
        name: "Port(s)",
        r#type: "string",
        format: "",
        priority: 0,
        description: "The list of ports that are exposed by this service. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies",
        cell: Cell::Computed(columns::service_ports),
    },
    AGE,
    Column {
        name: "Selector",
        r#type: "string",
        format: "",
        priority: 1,
        description: "Route service traffic to pods with label keys and values matching this selector. If empty or not present, the service is assumed to have an external process managing its endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored if type is ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/",
        cell: Cell::Computed(columns::service_selector),
    },
];

/// Of a config map.
pub(super) const CONFIG_MAP: &[Column] = &[
    NAME,
    Column {
        name: "Data",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
        cell: Cell::Computed(columns::config_map_data),
    },
    AGE,
];

/// Of a secret.
pub(super) const SECRET: &[Column] = &[
    NAME,
    Column {
        name: "Type",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
        cell: Cell::Computed(columns::secret_type),
    },
    Column {
        name: "Data",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
        cell: Cell::Computed(columns::secret_data),
    },
    AGE,
];

/// Of a service account.
pub(super) const SERVICE_ACCOUNT: &[Column] = &[NAME, AGE];

/// Of a lease.
pub(super) const LEASE: &[Column] = &[
    NAME,
    Column {
        name: "Holder",
        r#type: "string",
        format: "",
        priority: 0,
        description: "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.",
        cell: Cell::Computed(columns::lease_holder),
    },
    AGE,
];

/// Of a horizontal pod autoscaler.
pub(super) const HORIZONTAL_POD_AUTOSCALER: &[Column] = &[
    NAME,
    Column {
        name: "Reference",
        r#type: "string",
        format: "",
        priority: 0,
        description: "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.",
        cell: Cell::Computed(columns::hpa_reference),
    },
    Column {
        name: "Targets",
        r#type: "string",
        format: "",
        priority: 0,
        description: "metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization.",
        cell: Cell::Computed(columns::hpa_targets),
    },
    Column {
        name: "MinPods",
        r#type: "string",
        format: "",
        priority: 0,
        description: "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.",
        cell: Cell::Computed(columns::hpa_min),
    },
    Column {
        name: "MaxPods",
        r#type: "string",
        format: "",
        priority: 0,
        description: "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.",
        cell: Cell::Computed(columns::hpa_max),
    },
    Column {
        name: "Replicas",
        r#type: "string",
        format: "",
        priority: 0,
        description: "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.",
        cell: Cell::Computed(columns::hpa_replicas),
    },
    AGE,
];

/// Of a custom resource definition.
pub(super) const CUSTOM_RESOURCE_DEFINITION: &[Column] = &[
    NAME,
    Column {
        name: "Scope",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Cluster/Namespaced",
        cell: Cell::Computed(columns::crd_scope),
    },
    Column {
        name: "Versions",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Served versions",
        cell: Cell::Computed(columns::crd_versions),
    },
    Column {
        name: "Created At",
        r#type: "date",
        format: "",
        priority: 0,
        description: AGE.description,
        cell: Cell::Computed(columns::crd_created_at),
    },
    Column {
        name: "Group",
        r#type: "string",
        format: "",
        priority: 1,
        description: "API group",
        cell: Cell::Computed(columns::crd_group),
    },
    Column {
        name: "Kind",
        r#type: "string",
        format: "",
        priority: 1,
        description: "CustomResource kind",
        cell: Cell::Computed(columns::crd_kind),
    },
    Column {
        name: "ShortNames",
        r#type: "string",
        format: "",
        priority: 1,
        description: "Short names",
        cell: Cell::Computed(columns::crd_short_names),
    },
    Column {
        name: "Established",
        r#type: "boolean",
        format: "",
        priority: 1,
        description: "Established status",
        cell: Cell::Computed(columns::crd_established),
    },
];

/// Of a set of virtual machine instances, as in its definition's `additionalPrinterColumns`.
pub(super) const VMIRS: &[Column] = &[
    NAME,
    Column {
        name: "Desired",
        r#type: "integer",
        format: "",
        priority: 0,
        description: "Number of desired VirtualMachineInstances",
        cell: Cell::Path(".spec.replicas"),
    },
    Column {
        name: "Current",
        r#type: "integer",
        format: "",
        priority: 0,
        description: "Number of managed and not final or deleted VirtualMachineInstances",
        cell: Cell::Path(".status.replicas"),
    },
    Column {
        name: "Ready",
        r#type: "integer",
        format: "",
        priority: 0,
        description: "Number of managed VirtualMachineInstances which are ready to receive traffic",
        cell: Cell::Path(".status.readyReplicas"),
    },
    Column {
        name: "Age",
        r#type: "date",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp",
        cell: Cell::Path(".metadata.creationTimestamp"),
    },
];

/// Of a virtual machine instance, as in its definition's `additionalPrinterColumns`.
pub(super) const VMI: &[Column] = &[
    NAME,
    Column {
        name: "Age",
        r#type: "date",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp",
        cell: Cell::Path(".metadata.creationTimestamp"),
    },
    Column {
        name: "Phase",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .status.phase",
        cell: Cell::Path(".status.phase"),
    },
    Column {
        name: "IP",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .status.interfaces[0].ipAddress",
        cell: Cell::Path(".status.interfaces[0].ipAddress"),
    },
    Column {
        name: "NodeName",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .status.nodeName",
        cell: Cell::Path(".status.nodeName"),
    },
    Column {
        name: "Ready",
        r#type: "string",
        format: "",
        priority: 0,
        description: "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='Ready')].status",
        cell: Cell::Path(".status.conditions[?(@.type=='Ready')].status"),
    },
    Column {
        name: "Live-Migratable",
        r#type: "string",
        format: "",
        priority: 1,
        description: "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='LiveMigratable')].status",
        cell: Cell::Path(".status.conditions[?(@.type=='LiveMigratable')].status"),
    },
    Column {
        name: "Paused",
        r#type: "string",
        format: "",
        priority: 1,
        description: "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='Paused')].status",
        cell: Cell::Path(".status.conditions[?(@.type=='Paused')].status"),
    },
];
