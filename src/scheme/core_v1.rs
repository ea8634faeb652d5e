//! `k8s.io/api/core/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Bool, Bytes, Int32, Int64, IntOrString, List, Map, MicroTime, Named, Object, Quantity, Text, Time};
use super::{Struct, STRING, STRINGS, inline, optional, pointer, required, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.core.v1";

pub(super) static AFFINITY: Struct = structure(PACKAGE, "Affinity", &[
    pointer(1, "nodeAffinity", Object(&NODE_AFFINITY)),
    pointer(2, "podAffinity", Object(&POD_AFFINITY)),
    pointer(3, "podAntiAffinity", Object(&POD_ANTI_AFFINITY)),
]);

pub(super) static APP_ARMOR_PROFILE: Struct = structure(PACKAGE, "AppArmorProfile", &[
    required(1, "type", Text("v1.AppArmorProfileType")),
    pointer(2, "localhostProfile", STRING),
]);

pub(super) static ATTACHED_VOLUME: Struct = structure(PACKAGE, "AttachedVolume", &[
    required(1, "name", Text("v1.UniqueVolumeName")),
    required(2, "devicePath", STRING),
]);

pub(super) static AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE: Struct = structure(PACKAGE, "AWSElasticBlockStoreVolumeSource", &[
    required(1, "volumeID", STRING),
    optional(2, "fsType", STRING),
    optional(3, "partition", Int32),
    optional(4, "readOnly", Bool),
]);

pub(super) static AZURE_DISK_VOLUME_SOURCE: Struct = structure(PACKAGE, "AzureDiskVolumeSource", &[
    required(1, "diskName", STRING),
    required(2, "diskURI", STRING),
    pointer(3, "cachingMode", Text("v1.AzureDataDiskCachingMode")).default("ReadWrite"),
    pointer(4, "fsType", STRING).default("ext4"),
    pointer(5, "readOnly", Bool),
    pointer(6, "kind", Text("v1.AzureDataDiskKind")).default("Shared"),
]);

pub(super) static AZURE_FILE_VOLUME_SOURCE: Struct = structure(PACKAGE, "AzureFileVolumeSource", &[
    required(1, "secretName", STRING),
    required(2, "shareName", STRING),
    optional(3, "readOnly", Bool),
]);

pub(super) static BINDING: Struct = structure(PACKAGE, "Binding", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "target", Object(&OBJECT_REFERENCE)),
]);

pub(super) static CAPABILITIES: Struct = structure(PACKAGE, "Capabilities", &[
    optional(1, "add", List(&Text("v1.Capability"))).atomic(),
    optional(2, "drop", List(&Text("v1.Capability"))).atomic(),
]);

pub(super) static CEPH_FS_VOLUME_SOURCE: Struct = structure(PACKAGE, "CephFSVolumeSource", &[
    required(1, "monitors", List(&STRING)).atomic(),
    optional(2, "path", STRING),
    optional(3, "user", STRING),
    optional(4, "secretFile", STRING),
    pointer(5, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
    optional(6, "readOnly", Bool),
]);

pub(super) static CINDER_VOLUME_SOURCE: Struct = structure(PACKAGE, "CinderVolumeSource", &[
    required(1, "volumeID", STRING),
    optional(2, "fsType", STRING),
    optional(3, "readOnly", Bool),
    pointer(4, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
]);

pub(super) static CLIENT_IP_CONFIG: Struct = structure(PACKAGE, "ClientIPConfig", &[
    pointer(1, "timeoutSeconds", Int32),
]);

pub(super) static CLUSTER_TRUST_BUNDLE_PROJECTION: Struct = structure(PACKAGE, "ClusterTrustBundleProjection", &[
    pointer(1, "name", STRING),
    pointer(2, "signerName", STRING),
    pointer(3, "labelSelector", Object(&meta_v1::LABEL_SELECTOR)),
    pointer(5, "optional", Bool),
    required(4, "path", STRING),
    pointer(6, "user", Int64),
]);

pub(super) static CONFIG_MAP: Struct = structure(PACKAGE, "ConfigMap", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    pointer(4, "immutable", Bool),
    optional(2, "data", STRINGS),
    optional(3, "binaryData", Map(&Bytes)),
]);

pub(super) static CONFIG_MAP_ENV_SOURCE: Struct = structure(PACKAGE, "ConfigMapEnvSource", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    pointer(2, "optional", Bool),
]);

pub(super) static CONFIG_MAP_KEY_SELECTOR: Struct = structure(PACKAGE, "ConfigMapKeySelector", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    required(2, "key", STRING),
    pointer(3, "optional", Bool),
]).atomic();

pub(super) static CONFIG_MAP_NODE_CONFIG_SOURCE: Struct = structure(PACKAGE, "ConfigMapNodeConfigSource", &[
    required(1, "namespace", STRING),
    required(2, "name", STRING),
    optional(3, "uid", Text("types.UID")),
    optional(4, "resourceVersion", STRING),
    required(5, "kubeletConfigKey", STRING),
]);

pub(super) static CONFIG_MAP_PROJECTION: Struct = structure(PACKAGE, "ConfigMapProjection", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    optional(2, "items", List(&Object(&KEY_TO_PATH))).atomic(),
    pointer(4, "optional", Bool),
]);

pub(super) static CONFIG_MAP_VOLUME_SOURCE: Struct = structure(PACKAGE, "ConfigMapVolumeSource", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    optional(2, "items", List(&Object(&KEY_TO_PATH))).atomic(),
    pointer(3, "defaultMode", Int32),
    pointer(4, "optional", Bool),
    pointer(5, "defaultUser", Int64),
]);

pub(super) static CONTAINER: Struct = structure(PACKAGE, "Container", &[
    required(1, "name", STRING),
    optional(2, "image", STRING),
    optional(3, "command", List(&STRING)).atomic(),
    optional(4, "args", List(&STRING)).atomic(),
    optional(5, "workingDir", STRING),
    optional(6, "ports", List(&Object(&CONTAINER_PORT))).map(&["containerPort", "protocol"]).patch("merge", "containerPort"),
    optional(19, "envFrom", List(&Object(&ENV_FROM_SOURCE))).atomic(),
    optional(7, "env", List(&Object(&ENV_VAR))).map(&["name"]).patch("merge", "name"),
    optional(8, "resources", Object(&RESOURCE_REQUIREMENTS)),
    optional(23, "resizePolicy", List(&Object(&CONTAINER_RESIZE_POLICY))).atomic(),
    pointer(24, "restartPolicy", Text("v1.ContainerRestartPolicy")),
    optional(25, "restartPolicyRules", List(&Object(&CONTAINER_RESTART_RULE))).atomic(),
    optional(9, "volumeMounts", List(&Object(&VOLUME_MOUNT))).map(&["mountPath"]).patch("merge", "mountPath"),
    optional(21, "volumeDevices", List(&Object(&VOLUME_DEVICE))).map(&["devicePath"]).patch("merge", "devicePath"),
    pointer(10, "livenessProbe", Object(&PROBE)),
    pointer(11, "readinessProbe", Object(&PROBE)),
    pointer(22, "startupProbe", Object(&PROBE)),
    pointer(12, "lifecycle", Object(&LIFECYCLE)),
    optional(13, "terminationMessagePath", STRING),
    optional(20, "terminationMessagePolicy", Text("v1.TerminationMessagePolicy")),
    optional(14, "imagePullPolicy", Text("v1.PullPolicy")),
    pointer(15, "securityContext", Object(&SECURITY_CONTEXT)),
    optional(16, "stdin", Bool),
    optional(17, "stdinOnce", Bool),
    optional(18, "tty", Bool),
]);

pub(super) static CONTAINER_EXTENDED_RESOURCE_REQUEST: Struct = structure(PACKAGE, "ContainerExtendedResourceRequest", &[
    required(1, "containerName", STRING),
    required(2, "resourceName", STRING),
    required(3, "requestName", STRING),
]);

pub(super) static CONTAINER_IMAGE: Struct = structure(PACKAGE, "ContainerImage", &[
    required(1, "names", List(&STRING)).openapi_optional().atomic(),
    optional(2, "sizeBytes", Int64),
]);

pub(super) static CONTAINER_PORT: Struct = structure(PACKAGE, "ContainerPort", &[
    optional(1, "name", STRING),
    optional(2, "hostPort", Int32),
    required(3, "containerPort", Int32),
    optional(4, "protocol", Text("v1.Protocol")).default("TCP"),
    optional(5, "hostIP", STRING),
]);

pub(super) static CONTAINER_RESIZE_POLICY: Struct = structure(PACKAGE, "ContainerResizePolicy", &[
    required(1, "resourceName", Text("v1.ResourceName")),
    required(2, "restartPolicy", Text("v1.ResourceResizeRestartPolicy")),
]);

pub(super) static CONTAINER_RESTART_RULE: Struct = structure(PACKAGE, "ContainerRestartRule", &[
    optional(1, "action", Text("v1.ContainerRestartRuleAction")).openapi_required(),
    pointer(2, "exitCodes", Object(&CONTAINER_RESTART_RULE_ON_EXIT_CODES)),
]);

pub(super) static CONTAINER_RESTART_RULE_ON_EXIT_CODES: Struct = structure(PACKAGE, "ContainerRestartRuleOnExitCodes", &[
    optional(1, "operator", Text("v1.ContainerRestartRuleOnExitCodesOperator")).openapi_required(),
    optional(2, "values", List(&Int32)).set(),
]);

pub(super) static CONTAINER_STATE: Struct = structure(PACKAGE, "ContainerState", &[
    pointer(1, "waiting", Object(&CONTAINER_STATE_WAITING)),
    pointer(2, "running", Object(&CONTAINER_STATE_RUNNING)),
    pointer(3, "terminated", Object(&CONTAINER_STATE_TERMINATED)),
]);

pub(super) static CONTAINER_STATE_RUNNING: Struct = structure(PACKAGE, "ContainerStateRunning", &[
    optional(1, "startedAt", Time),
]);

pub(super) static CONTAINER_STATE_TERMINATED: Struct = structure(PACKAGE, "ContainerStateTerminated", &[
    required(1, "exitCode", Int32),
    optional(2, "signal", Int32),
    optional(3, "reason", STRING),
    optional(4, "message", STRING),
    optional(5, "startedAt", Time),
    optional(6, "finishedAt", Time),
    optional(7, "containerID", STRING),
]);

pub(super) static CONTAINER_STATE_WAITING: Struct = structure(PACKAGE, "ContainerStateWaiting", &[
    optional(1, "reason", STRING),
    optional(2, "message", STRING),
]);

pub(super) static CONTAINER_STATUS: Struct = structure(PACKAGE, "ContainerStatus", &[
    required(1, "name", STRING),
    optional(2, "state", Object(&CONTAINER_STATE)),
    optional(3, "lastState", Object(&CONTAINER_STATE)),
    required(4, "ready", Bool),
    required(5, "restartCount", Int32),
    required(6, "image", STRING),
    required(7, "imageID", STRING),
    optional(8, "containerID", STRING),
    pointer(9, "started", Bool),
    optional(10, "allocatedResources", Named("v1.ResourceList", &Map(&Quantity))),
    pointer(11, "resources", Object(&RESOURCE_REQUIREMENTS)),
    optional(12, "volumeMounts", List(&Object(&VOLUME_MOUNT_STATUS))).map(&["mountPath"]).patch("merge", "mountPath"),
    pointer(13, "user", Object(&CONTAINER_USER)),
    optional(14, "allocatedResourcesStatus", List(&Object(&RESOURCE_STATUS))).map(&["name"]).patch("merge", "name"),
    pointer(15, "stopSignal", Text("v1.Signal")),
]);

pub(super) static CONTAINER_USER: Struct = structure(PACKAGE, "ContainerUser", &[
    pointer(1, "linux", Object(&LINUX_CONTAINER_USER)),
]);

pub(super) static CSI_VOLUME_SOURCE: Struct = structure(PACKAGE, "CSIVolumeSource", &[
    required(1, "driver", STRING),
    pointer(2, "readOnly", Bool),
    pointer(3, "fsType", STRING),
    optional(4, "volumeAttributes", STRINGS),
    pointer(5, "nodePublishSecretRef", Object(&LOCAL_OBJECT_REFERENCE)),
]);

pub(super) static DAEMON_ENDPOINT: Struct = structure(PACKAGE, "DaemonEndpoint", &[
    required(1, "Port", Int32),
]);

pub(super) static DOWNWARD_API_PROJECTION: Struct = structure(PACKAGE, "DownwardAPIProjection", &[
    optional(1, "items", List(&Object(&DOWNWARD_API_VOLUME_FILE))).atomic(),
]);

pub(super) static DOWNWARD_API_VOLUME_FILE: Struct = structure(PACKAGE, "DownwardAPIVolumeFile", &[
    required(1, "path", STRING),
    pointer(2, "fieldRef", Object(&OBJECT_FIELD_SELECTOR)),
    pointer(3, "resourceFieldRef", Object(&RESOURCE_FIELD_SELECTOR)),
    pointer(4, "mode", Int32),
    pointer(5, "user", Int64),
]);

pub(super) static DOWNWARD_API_VOLUME_SOURCE: Struct = structure(PACKAGE, "DownwardAPIVolumeSource", &[
    optional(1, "items", List(&Object(&DOWNWARD_API_VOLUME_FILE))).atomic(),
    pointer(2, "defaultMode", Int32),
    pointer(3, "defaultUser", Int64),
]);

pub(super) static EMPTY_DIR_VOLUME_SOURCE: Struct = structure(PACKAGE, "EmptyDirVolumeSource", &[
    optional(1, "medium", Text("v1.StorageMedium")),
    pointer(2, "sizeLimit", Quantity),
    pointer(3, "mode", Int32),
]);

pub(super) static ENV_FROM_SOURCE: Struct = structure(PACKAGE, "EnvFromSource", &[
    optional(1, "prefix", STRING),
    pointer(2, "configMapRef", Object(&CONFIG_MAP_ENV_SOURCE)),
    pointer(3, "secretRef", Object(&SECRET_ENV_SOURCE)),
]);

pub(super) static ENV_VAR: Struct = structure(PACKAGE, "EnvVar", &[
    required(1, "name", STRING),
    optional(2, "value", STRING),
    pointer(3, "valueFrom", Object(&ENV_VAR_SOURCE)),
]);

pub(super) static ENV_VAR_SOURCE: Struct = structure(PACKAGE, "EnvVarSource", &[
    pointer(1, "fieldRef", Object(&OBJECT_FIELD_SELECTOR)),
    pointer(2, "resourceFieldRef", Object(&RESOURCE_FIELD_SELECTOR)),
    pointer(3, "configMapKeyRef", Object(&CONFIG_MAP_KEY_SELECTOR)),
    pointer(4, "secretKeyRef", Object(&SECRET_KEY_SELECTOR)),
    pointer(5, "fileKeyRef", Object(&FILE_KEY_SELECTOR)),
]);

pub(super) static EPHEMERAL_CONTAINER: Struct = structure(PACKAGE, "EphemeralContainer", &[
    inline(1, &EPHEMERAL_CONTAINER_COMMON),
    optional(2, "targetContainerName", STRING),
]);

pub(super) static EPHEMERAL_CONTAINER_COMMON: Struct = structure(PACKAGE, "EphemeralContainerCommon", &[
    required(1, "name", STRING),
    optional(2, "image", STRING),
    optional(3, "command", List(&STRING)).atomic(),
    optional(4, "args", List(&STRING)).atomic(),
    optional(5, "workingDir", STRING),
    optional(6, "ports", List(&Object(&CONTAINER_PORT))).map(&["containerPort", "protocol"]).patch("merge", "containerPort"),
    optional(19, "envFrom", List(&Object(&ENV_FROM_SOURCE))).atomic(),
    optional(7, "env", List(&Object(&ENV_VAR))).map(&["name"]).patch("merge", "name"),
    optional(8, "resources", Object(&RESOURCE_REQUIREMENTS)),
    optional(23, "resizePolicy", List(&Object(&CONTAINER_RESIZE_POLICY))).atomic(),
    pointer(24, "restartPolicy", Text("v1.ContainerRestartPolicy")),
    optional(25, "restartPolicyRules", List(&Object(&CONTAINER_RESTART_RULE))).atomic(),
    optional(9, "volumeMounts", List(&Object(&VOLUME_MOUNT))).map(&["mountPath"]).patch("merge", "mountPath"),
    optional(21, "volumeDevices", List(&Object(&VOLUME_DEVICE))).map(&["devicePath"]).patch("merge", "devicePath"),
    pointer(10, "livenessProbe", Object(&PROBE)),
    pointer(11, "readinessProbe", Object(&PROBE)),
    pointer(22, "startupProbe", Object(&PROBE)),
    pointer(12, "lifecycle", Object(&LIFECYCLE)),
    optional(13, "terminationMessagePath", STRING),
    optional(20, "terminationMessagePolicy", Text("v1.TerminationMessagePolicy")),
    optional(14, "imagePullPolicy", Text("v1.PullPolicy")),
    pointer(15, "securityContext", Object(&SECURITY_CONTEXT)),
    optional(16, "stdin", Bool),
    optional(17, "stdinOnce", Bool),
    optional(18, "tty", Bool),
]);

pub(super) static EPHEMERAL_VOLUME_SOURCE: Struct = structure(PACKAGE, "EphemeralVolumeSource", &[
    pointer(1, "volumeClaimTemplate", Object(&PERSISTENT_VOLUME_CLAIM_TEMPLATE)),
]);

pub(super) static EVENT: Struct = structure(PACKAGE, "Event", &[
    inline(0, &meta_v1::TYPE_META),
    required(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "involvedObject", Object(&OBJECT_REFERENCE)),
    optional(3, "reason", STRING),
    optional(4, "message", STRING),
    optional(5, "source", Object(&EVENT_SOURCE)),
    optional(6, "firstTimestamp", Time),
    optional(7, "lastTimestamp", Time),
    optional(8, "count", Int32),
    optional(9, "type", STRING),
    optional(10, "eventTime", MicroTime),
    pointer(11, "series", Object(&EVENT_SERIES)),
    optional(12, "action", STRING),
    pointer(13, "related", Object(&OBJECT_REFERENCE)),
    required(14, "reportingComponent", STRING).openapi_optional(),
    required(15, "reportingInstance", STRING).openapi_optional(),
]);

pub(super) static EVENT_SERIES: Struct = structure(PACKAGE, "EventSeries", &[
    optional(1, "count", Int32),
    optional(2, "lastObservedTime", MicroTime),
]);

pub(super) static EVENT_SOURCE: Struct = structure(PACKAGE, "EventSource", &[
    optional(1, "component", STRING),
    optional(2, "host", STRING),
]);

pub(super) static EVICTION_RESPONDER: Struct = structure(PACKAGE, "EvictionResponder", &[
    required(1, "name", STRING),
    required(2, "priority", Int32).behind_pointer(),
]).atomic();

pub(super) static EXEC_ACTION: Struct = structure(PACKAGE, "ExecAction", &[
    optional(1, "command", List(&STRING)).atomic(),
]);

pub(super) static FC_VOLUME_SOURCE: Struct = structure(PACKAGE, "FCVolumeSource", &[
    optional(1, "targetWWNs", List(&STRING)).atomic(),
    pointer(2, "lun", Int32),
    optional(3, "fsType", STRING),
    optional(4, "readOnly", Bool),
    optional(5, "wwids", List(&STRING)).atomic(),
]);

pub(super) static FILE_KEY_SELECTOR: Struct = structure(PACKAGE, "FileKeySelector", &[
    required(1, "volumeName", STRING),
    required(2, "path", STRING),
    required(3, "key", STRING),
    pointer(4, "optional", Bool),
]).atomic();

pub(super) static FLEX_VOLUME_SOURCE: Struct = structure(PACKAGE, "FlexVolumeSource", &[
    required(1, "driver", STRING),
    optional(2, "fsType", STRING),
    pointer(3, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
    optional(4, "readOnly", Bool),
    optional(5, "options", STRINGS),
]);

pub(super) static FLOCKER_VOLUME_SOURCE: Struct = structure(PACKAGE, "FlockerVolumeSource", &[
    optional(1, "datasetName", STRING),
    optional(2, "datasetUUID", STRING),
]);

pub(super) static GCE_PERSISTENT_DISK_VOLUME_SOURCE: Struct = structure(PACKAGE, "GCEPersistentDiskVolumeSource", &[
    required(1, "pdName", STRING),
    optional(2, "fsType", STRING),
    optional(3, "partition", Int32),
    optional(4, "readOnly", Bool),
]);

pub(super) static GIT_REPO_VOLUME_SOURCE: Struct = structure(PACKAGE, "GitRepoVolumeSource", &[
    required(1, "repository", STRING),
    optional(2, "revision", STRING),
    optional(3, "directory", STRING),
]);

pub(super) static GLUSTERFS_VOLUME_SOURCE: Struct = structure(PACKAGE, "GlusterfsVolumeSource", &[
    required(1, "endpoints", STRING),
    required(2, "path", STRING),
    optional(3, "readOnly", Bool),
]);

pub(super) static GRPC_ACTION: Struct = structure(PACKAGE, "GRPCAction", &[
    required(1, "port", Int32),
    required(2, "service", STRING).openapi_optional().behind_pointer(),
    pointer(3, "mode", Text("v1.GRPCProbeMode")),
]);

pub(super) static HOST_ALIAS: Struct = structure(PACKAGE, "HostAlias", &[
    required(1, "ip", STRING),
    optional(2, "hostnames", List(&STRING)).atomic(),
]);

pub(super) static HOST_IP: Struct = structure(PACKAGE, "HostIP", &[
    required(1, "ip", STRING),
]);

pub(super) static HOST_PATH_VOLUME_SOURCE: Struct = structure(PACKAGE, "HostPathVolumeSource", &[
    required(1, "path", STRING),
    pointer(2, "type", Text("v1.HostPathType")),
]);

pub(super) static HTTP_GET_ACTION: Struct = structure(PACKAGE, "HTTPGetAction", &[
    optional(1, "path", STRING),
    required(2, "port", IntOrString),
    optional(3, "host", STRING),
    optional(4, "scheme", Text("v1.URIScheme")),
    optional(5, "httpHeaders", List(&Object(&HTTP_HEADER))).atomic(),
    pointer(6, "protocol", Text("v1.HTTPProtocol")),
]);

pub(super) static HTTP_HEADER: Struct = structure(PACKAGE, "HTTPHeader", &[
    required(1, "name", STRING),
    required(2, "value", STRING),
]);

pub(super) static IMAGE_VOLUME_SOURCE: Struct = structure(PACKAGE, "ImageVolumeSource", &[
    optional(1, "reference", STRING),
    optional(2, "pullPolicy", Text("v1.PullPolicy")),
]);

pub(super) static IMAGE_VOLUME_STATUS: Struct = structure(PACKAGE, "ImageVolumeStatus", &[
    optional(1, "imageRef", STRING).openapi_required(),
]);

pub(super) static ISCSI_VOLUME_SOURCE: Struct = structure(PACKAGE, "ISCSIVolumeSource", &[
    required(1, "targetPortal", STRING),
    required(2, "iqn", STRING),
    required(3, "lun", Int32),
    optional(4, "iscsiInterface", STRING).default("default"),
    optional(5, "fsType", STRING),
    optional(6, "readOnly", Bool),
    optional(7, "portals", List(&STRING)).atomic(),
    optional(8, "chapAuthDiscovery", Bool),
    optional(11, "chapAuthSession", Bool),
    pointer(10, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
    pointer(12, "initiatorName", STRING),
]);

pub(super) static KEY_TO_PATH: Struct = structure(PACKAGE, "KeyToPath", &[
    required(1, "key", STRING),
    required(2, "path", STRING),
    pointer(3, "mode", Int32),
    pointer(4, "user", Int64),
]);

pub(super) static LIFECYCLE: Struct = structure(PACKAGE, "Lifecycle", &[
    pointer(1, "postStart", Object(&LIFECYCLE_HANDLER)),
    pointer(2, "preStop", Object(&LIFECYCLE_HANDLER)),
    pointer(3, "stopSignal", Text("v1.Signal")),
]);

pub(super) static LIFECYCLE_HANDLER: Struct = structure(PACKAGE, "LifecycleHandler", &[
    pointer(1, "exec", Object(&EXEC_ACTION)),
    pointer(2, "httpGet", Object(&HTTP_GET_ACTION)),
    pointer(3, "tcpSocket", Object(&TCP_SOCKET_ACTION)),
    pointer(4, "sleep", Object(&SLEEP_ACTION)),
]);

pub(super) static LINUX_CONTAINER_USER: Struct = structure(PACKAGE, "LinuxContainerUser", &[
    required(1, "uid", Int64),
    required(2, "gid", Int64),
    optional(3, "supplementalGroups", List(&Int64)).atomic(),
]);

pub(super) static LOAD_BALANCER_INGRESS: Struct = structure(PACKAGE, "LoadBalancerIngress", &[
    optional(1, "ip", STRING),
    optional(2, "hostname", STRING),
    pointer(3, "ipMode", Text("v1.LoadBalancerIPMode")),
    optional(4, "ports", List(&Object(&PORT_STATUS))).atomic(),
]);

pub(super) static LOAD_BALANCER_STATUS: Struct = structure(PACKAGE, "LoadBalancerStatus", &[
    optional(1, "ingress", List(&Object(&LOAD_BALANCER_INGRESS))).atomic(),
]);

pub(super) static LOCAL_OBJECT_REFERENCE: Struct = structure(PACKAGE, "LocalObjectReference", &[
    optional(1, "name", STRING),
]).atomic();

pub(super) static NAMESPACE: Struct = structure(PACKAGE, "Namespace", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&NAMESPACE_SPEC)),
    optional(3, "status", Object(&NAMESPACE_STATUS)),
]);

pub(super) static NAMESPACE_CONDITION: Struct = structure(PACKAGE, "NamespaceCondition", &[
    required(1, "type", Text("v1.NamespaceConditionType")),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(4, "lastTransitionTime", Time),
    optional(5, "reason", STRING),
    optional(6, "message", STRING),
]);

pub(super) static NAMESPACE_SPEC: Struct = structure(PACKAGE, "NamespaceSpec", &[
    optional(1, "finalizers", List(&Text("v1.FinalizerName"))).atomic(),
]);

pub(super) static NAMESPACE_STATUS: Struct = structure(PACKAGE, "NamespaceStatus", &[
    optional(1, "phase", Text("v1.NamespacePhase")),
    optional(2, "conditions", List(&Object(&NAMESPACE_CONDITION))).map(&["type"]).patch("merge", "type"),
]);

pub(super) static NFS_VOLUME_SOURCE: Struct = structure(PACKAGE, "NFSVolumeSource", &[
    required(1, "server", STRING),
    required(2, "path", STRING),
    optional(3, "readOnly", Bool),
]);

pub(super) static NODE: Struct = structure(PACKAGE, "Node", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&NODE_SPEC)),
    optional(3, "status", Object(&NODE_STATUS)),
]);

pub(super) static NODE_ADDRESS: Struct = structure(PACKAGE, "NodeAddress", &[
    required(1, "type", Text("v1.NodeAddressType")),
    required(2, "address", STRING),
]);

pub(super) static NODE_AFFINITY: Struct = structure(PACKAGE, "NodeAffinity", &[
    pointer(1, "requiredDuringSchedulingIgnoredDuringExecution", Object(&NODE_SELECTOR)),
    optional(2, "preferredDuringSchedulingIgnoredDuringExecution", List(&Object(&PREFERRED_SCHEDULING_TERM))).atomic(),
]);

pub(super) static NODE_ALLOCATABLE_MAPPED_RESOURCES: Struct = structure(PACKAGE, "NodeAllocatableMappedResources", &[
    required(1, "name", Text("v1.ResourceName")),
    required(2, "quantity", Quantity).behind_pointer(),
]);

pub(super) static NODE_ALLOCATABLE_OVERHEAD_RESOURCES: Struct = structure(PACKAGE, "NodeAllocatableOverheadResources", &[
    required(1, "name", Text("v1.ResourceName")),
    pointer(2, "perPod", Quantity),
    pointer(3, "perContainer", Quantity),
]);

pub(super) static NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS: Struct = structure(PACKAGE, "NodeAllocatableResourceClaimStatus", &[
    required(1, "resourceClaimName", STRING),
    optional(2, "containers", List(&STRING)).set(),
    optional(4, "mapping", List(&Object(&NODE_ALLOCATABLE_MAPPED_RESOURCES))).map(&["name"]).patch("merge", "name"),
    optional(5, "overhead", List(&Object(&NODE_ALLOCATABLE_OVERHEAD_RESOURCES))).map(&["name"]).patch("merge", "name"),
]);

pub(super) static NODE_CONDITION: Struct = structure(PACKAGE, "NodeCondition", &[
    required(1, "type", Text("v1.NodeConditionType")),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(3, "lastHeartbeatTime", Time),
    optional(4, "lastTransitionTime", Time),
    optional(5, "reason", STRING),
    optional(6, "message", STRING),
]);

pub(super) static NODE_CONFIG_SOURCE: Struct = structure(PACKAGE, "NodeConfigSource", &[
    pointer(2, "configMap", Object(&CONFIG_MAP_NODE_CONFIG_SOURCE)),
]);

pub(super) static NODE_CONFIG_STATUS: Struct = structure(PACKAGE, "NodeConfigStatus", &[
    pointer(1, "assigned", Object(&NODE_CONFIG_SOURCE)),
    pointer(2, "active", Object(&NODE_CONFIG_SOURCE)),
    pointer(3, "lastKnownGood", Object(&NODE_CONFIG_SOURCE)),
    optional(4, "error", STRING),
]);

pub(super) static NODE_DAEMON_ENDPOINTS: Struct = structure(PACKAGE, "NodeDaemonEndpoints", &[
    optional(1, "kubeletEndpoint", Object(&DAEMON_ENDPOINT)),
]);

pub(super) static NODE_FEATURES: Struct = structure(PACKAGE, "NodeFeatures", &[
    pointer(1, "supplementalGroupsPolicy", Bool),
]);

pub(super) static NODE_POD_PREEMPTION_POLICY: Struct = structure(PACKAGE, "NodePodPreemptionPolicy", &[
    optional(1, "disableResizePreemption", List(&STRING)).set(),
]);

pub(super) static NODE_RUNTIME_HANDLER: Struct = structure(PACKAGE, "NodeRuntimeHandler", &[
    required(1, "name", STRING).openapi_optional(),
    pointer(2, "features", Object(&NODE_RUNTIME_HANDLER_FEATURES)),
]);

pub(super) static NODE_RUNTIME_HANDLER_FEATURES: Struct = structure(PACKAGE, "NodeRuntimeHandlerFeatures", &[
    pointer(1, "recursiveReadOnlyMounts", Bool),
    pointer(2, "userNamespaces", Bool),
]);

pub(super) static NODE_SELECTOR: Struct = structure(PACKAGE, "NodeSelector", &[
    required(1, "nodeSelectorTerms", List(&Object(&NODE_SELECTOR_TERM))).atomic(),
]).atomic();

pub(super) static NODE_SELECTOR_REQUIREMENT: Struct = structure(PACKAGE, "NodeSelectorRequirement", &[
    required(1, "key", STRING),
    required(2, "operator", Text("v1.NodeSelectorOperator")),
    optional(3, "values", List(&STRING)).atomic(),
]);

pub(super) static NODE_SELECTOR_TERM: Struct = structure(PACKAGE, "NodeSelectorTerm", &[
    optional(1, "matchExpressions", List(&Object(&NODE_SELECTOR_REQUIREMENT))).atomic(),
    optional(2, "matchFields", List(&Object(&NODE_SELECTOR_REQUIREMENT))).atomic(),
]).atomic();

pub(super) static NODE_SPEC: Struct = structure(PACKAGE, "NodeSpec", &[
    optional(1, "podCIDR", STRING),
    optional(7, "podCIDRs", List(&STRING)).set().patch("merge", ""),
    optional(3, "providerID", STRING),
    optional(4, "unschedulable", Bool),
    optional(5, "taints", List(&Object(&TAINT))).atomic(),
    pointer(6, "configSource", Object(&NODE_CONFIG_SOURCE)),
    optional(2, "externalID", STRING),
    pointer(8, "podPreemptionPolicy", Object(&NODE_POD_PREEMPTION_POLICY)),
]);

pub(super) static NODE_STATUS: Struct = structure(PACKAGE, "NodeStatus", &[
    optional(1, "capacity", Named("v1.ResourceList", &Map(&Quantity))),
    optional(2, "allocatable", Named("v1.ResourceList", &Map(&Quantity))),
    optional(3, "phase", Text("v1.NodePhase")),
    optional(4, "conditions", List(&Object(&NODE_CONDITION))).map(&["type"]).patch("merge", "type"),
    optional(5, "addresses", List(&Object(&NODE_ADDRESS))).map(&["type"]).patch("merge", "type"),
    optional(6, "daemonEndpoints", Object(&NODE_DAEMON_ENDPOINTS)),
    optional(7, "nodeInfo", Object(&NODE_SYSTEM_INFO)),
    optional(8, "images", List(&Object(&CONTAINER_IMAGE))).atomic(),
    optional(9, "volumesInUse", List(&Text("v1.UniqueVolumeName"))).atomic(),
    optional(10, "volumesAttached", List(&Object(&ATTACHED_VOLUME))).atomic(),
    pointer(11, "config", Object(&NODE_CONFIG_STATUS)),
    optional(12, "runtimeHandlers", List(&Object(&NODE_RUNTIME_HANDLER))).atomic(),
    pointer(13, "features", Object(&NODE_FEATURES)),
    optional(14, "declaredFeatures", List(&STRING)).atomic(),
]);

pub(super) static NODE_SWAP_STATUS: Struct = structure(PACKAGE, "NodeSwapStatus", &[
    pointer(1, "capacity", Int64),
]);

pub(super) static NODE_SYSTEM_INFO: Struct = structure(PACKAGE, "NodeSystemInfo", &[
    required(1, "machineID", STRING),
    required(2, "systemUUID", STRING),
    required(3, "bootID", STRING),
    required(4, "kernelVersion", STRING),
    required(5, "osImage", STRING),
    required(6, "containerRuntimeVersion", STRING),
    required(7, "kubeletVersion", STRING),
    required(8, "kubeProxyVersion", STRING),
    required(9, "operatingSystem", STRING),
    required(10, "architecture", STRING),
    pointer(11, "swap", Object(&NODE_SWAP_STATUS)),
    pointer(12, "runningInUserNamespace", Bool),
]);

pub(super) static OBJECT_FIELD_SELECTOR: Struct = structure(PACKAGE, "ObjectFieldSelector", &[
    optional(1, "apiVersion", STRING),
    required(2, "fieldPath", STRING),
]).atomic();

pub(super) static OBJECT_REFERENCE: Struct = structure(PACKAGE, "ObjectReference", &[
    optional(1, "kind", STRING),
    optional(2, "namespace", STRING),
    optional(3, "name", STRING),
    optional(4, "uid", Text("types.UID")),
    optional(5, "apiVersion", STRING),
    optional(6, "resourceVersion", STRING),
    optional(7, "fieldPath", STRING),
]).atomic();

pub(super) static PERSISTENT_VOLUME_CLAIM_SPEC: Struct = structure(PACKAGE, "PersistentVolumeClaimSpec", &[
    optional(1, "accessModes", List(&Text("v1.PersistentVolumeAccessMode"))).atomic(),
    pointer(4, "selector", Object(&meta_v1::LABEL_SELECTOR)),
    optional(2, "resources", Object(&VOLUME_RESOURCE_REQUIREMENTS)),
    optional(3, "volumeName", STRING),
    pointer(5, "storageClassName", STRING),
    pointer(6, "volumeMode", Text("v1.PersistentVolumeMode")),
    pointer(7, "dataSource", Object(&TYPED_LOCAL_OBJECT_REFERENCE)),
    pointer(8, "dataSourceRef", Object(&TYPED_OBJECT_REFERENCE)),
    pointer(9, "volumeAttributesClassName", STRING),
]);

pub(super) static PERSISTENT_VOLUME_CLAIM_TEMPLATE: Struct = structure(PACKAGE, "PersistentVolumeClaimTemplate", &[
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    required(2, "spec", Object(&PERSISTENT_VOLUME_CLAIM_SPEC)),
]);

pub(super) static PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE: Struct = structure(PACKAGE, "PersistentVolumeClaimVolumeSource", &[
    required(1, "claimName", STRING),
    optional(2, "readOnly", Bool),
]);

pub(super) static PHOTON_PERSISTENT_DISK_VOLUME_SOURCE: Struct = structure(PACKAGE, "PhotonPersistentDiskVolumeSource", &[
    required(1, "pdID", STRING),
    optional(2, "fsType", STRING),
]);

pub(super) static POD: Struct = structure(PACKAGE, "Pod", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&POD_SPEC)),
    optional(3, "status", Object(&POD_STATUS)),
]);

pub(super) static POD_AFFINITY: Struct = structure(PACKAGE, "PodAffinity", &[
    optional(1, "requiredDuringSchedulingIgnoredDuringExecution", List(&Object(&POD_AFFINITY_TERM))).atomic(),
    optional(2, "preferredDuringSchedulingIgnoredDuringExecution", List(&Object(&WEIGHTED_POD_AFFINITY_TERM))).atomic(),
]);

pub(super) static POD_AFFINITY_TERM: Struct = structure(PACKAGE, "PodAffinityTerm", &[
    pointer(1, "labelSelector", Object(&meta_v1::LABEL_SELECTOR)),
    optional(2, "namespaces", List(&STRING)).atomic(),
    required(3, "topologyKey", STRING),
    pointer(4, "namespaceSelector", Object(&meta_v1::LABEL_SELECTOR)),
    optional(5, "matchLabelKeys", List(&STRING)).atomic(),
    optional(6, "mismatchLabelKeys", List(&STRING)).atomic(),
]);

pub(super) static POD_ANTI_AFFINITY: Struct = structure(PACKAGE, "PodAntiAffinity", &[
    optional(1, "requiredDuringSchedulingIgnoredDuringExecution", List(&Object(&POD_AFFINITY_TERM))).atomic(),
    optional(2, "preferredDuringSchedulingIgnoredDuringExecution", List(&Object(&WEIGHTED_POD_AFFINITY_TERM))).atomic(),
]);

pub(super) static POD_CERTIFICATE_PROJECTION: Struct = structure(PACKAGE, "PodCertificateProjection", &[
    optional(1, "signerName", STRING).openapi_required(),
    optional(2, "keyType", STRING).openapi_required(),
    pointer(3, "maxExpirationSeconds", Int32),
    optional(4, "credentialBundlePath", STRING),
    optional(5, "keyPath", STRING),
    optional(6, "certificateChainPath", STRING),
    optional(7, "userAnnotations", STRINGS),
    pointer(8, "user", Int64),
]);

pub(super) static POD_CONDITION: Struct = structure(PACKAGE, "PodCondition", &[
    required(1, "type", Text("v1.PodConditionType")),
    optional(7, "observedGeneration", Int64),
    required(2, "status", Text("v1.ConditionStatus")),
    optional(3, "lastProbeTime", Time),
    optional(4, "lastTransitionTime", Time),
    optional(5, "reason", STRING),
    optional(6, "message", STRING),
]);

pub(super) static POD_DNS_CONFIG: Struct = structure(PACKAGE, "PodDNSConfig", &[
    optional(1, "nameservers", List(&STRING)).atomic(),
    optional(2, "searches", List(&STRING)).atomic(),
    optional(3, "options", List(&Object(&POD_DNS_CONFIG_OPTION))).atomic(),
]);

pub(super) static POD_DNS_CONFIG_OPTION: Struct = structure(PACKAGE, "PodDNSConfigOption", &[
    optional(1, "name", STRING),
    pointer(2, "value", STRING),
]);

pub(super) static POD_EXTENDED_RESOURCE_CLAIM_STATUS: Struct = structure(PACKAGE, "PodExtendedResourceClaimStatus", &[
    required(1, "requestMappings", List(&Object(&CONTAINER_EXTENDED_RESOURCE_REQUEST))).atomic(),
    required(2, "resourceClaimName", STRING),
]);

pub(super) static POD_IP: Struct = structure(PACKAGE, "PodIP", &[
    required(1, "ip", STRING),
]);

pub(super) static POD_OS: Struct = structure(PACKAGE, "PodOS", &[
    required(1, "name", Text("v1.OSName")),
]);

pub(super) static POD_READINESS_GATE: Struct = structure(PACKAGE, "PodReadinessGate", &[
    required(1, "conditionType", Text("v1.PodConditionType")),
]);

pub(super) static POD_RESOURCE_CLAIM: Struct = structure(PACKAGE, "PodResourceClaim", &[
    required(1, "name", STRING),
    pointer(3, "resourceClaimName", STRING),
    pointer(4, "resourceClaimTemplateName", STRING),
]);

pub(super) static POD_RESOURCE_CLAIM_STATUS: Struct = structure(PACKAGE, "PodResourceClaimStatus", &[
    required(1, "name", STRING),
    pointer(2, "resourceClaimName", STRING),
]);

pub(super) static POD_SCHEDULING_GATE: Struct = structure(PACKAGE, "PodSchedulingGate", &[
    required(1, "name", STRING),
]);

pub(super) static POD_SCHEDULING_GROUP: Struct = structure(PACKAGE, "PodSchedulingGroup", &[
    pointer(1, "podGroupName", STRING),
]);

pub(super) static POD_SECURITY_CONTEXT: Struct = structure(PACKAGE, "PodSecurityContext", &[
    pointer(1, "seLinuxOptions", Object(&SE_LINUX_OPTIONS)),
    pointer(8, "windowsOptions", Object(&WINDOWS_SECURITY_CONTEXT_OPTIONS)),
    pointer(2, "runAsUser", Int64),
    pointer(6, "runAsGroup", Int64),
    pointer(3, "runAsNonRoot", Bool),
    optional(4, "supplementalGroups", List(&Int64)).atomic(),
    pointer(12, "supplementalGroupsPolicy", Text("v1.SupplementalGroupsPolicy")),
    pointer(5, "fsGroup", Int64),
    optional(7, "sysctls", List(&Object(&SYSCTL))).atomic(),
    pointer(9, "fsGroupChangePolicy", Text("v1.PodFSGroupChangePolicy")),
    pointer(10, "seccompProfile", Object(&SECCOMP_PROFILE)),
    pointer(11, "appArmorProfile", Object(&APP_ARMOR_PROFILE)),
    pointer(13, "seLinuxChangePolicy", Text("v1.PodSELinuxChangePolicy")),
]);

pub(super) static POD_SPEC: Struct = structure(PACKAGE, "PodSpec", &[
    optional(1, "volumes", List(&Object(&VOLUME))).map(&["name"]).patch("merge,retainKeys", "name"),
    optional(20, "initContainers", List(&Object(&CONTAINER))).map(&["name"]).patch("merge", "name"),
    required(2, "containers", List(&Object(&CONTAINER))).map(&["name"]).patch("merge", "name"),
    optional(34, "ephemeralContainers", List(&Object(&EPHEMERAL_CONTAINER))).map(&["name"]).patch("merge", "name"),
    optional(3, "restartPolicy", Text("v1.RestartPolicy")),
    pointer(4, "terminationGracePeriodSeconds", Int64),
    pointer(5, "activeDeadlineSeconds", Int64),
    optional(6, "dnsPolicy", Text("v1.DNSPolicy")),
    optional(7, "nodeSelector", STRINGS).atomic(),
    optional(8, "serviceAccountName", STRING),
    optional(9, "serviceAccount", STRING),
    pointer(21, "automountServiceAccountToken", Bool),
    optional(10, "nodeName", STRING),
    optional(11, "hostNetwork", Bool),
    optional(12, "hostPID", Bool),
    optional(13, "hostIPC", Bool),
    pointer(27, "shareProcessNamespace", Bool),
    pointer(14, "securityContext", Object(&POD_SECURITY_CONTEXT)),
    optional(15, "imagePullSecrets", List(&Object(&LOCAL_OBJECT_REFERENCE))).map(&["name"]).patch("merge", "name"),
    optional(16, "hostname", STRING),
    optional(17, "subdomain", STRING),
    pointer(18, "affinity", Object(&AFFINITY)),
    optional(19, "schedulerName", STRING),
    optional(22, "tolerations", List(&Object(&TOLERATION))).atomic(),
    optional(23, "hostAliases", List(&Object(&HOST_ALIAS))).map(&["ip"]).patch("merge", "ip"),
    optional(24, "priorityClassName", STRING),
    pointer(25, "priority", Int32),
    pointer(26, "dnsConfig", Object(&POD_DNS_CONFIG)),
    optional(28, "readinessGates", List(&Object(&POD_READINESS_GATE))).atomic(),
    pointer(29, "runtimeClassName", STRING),
    pointer(30, "enableServiceLinks", Bool),
    pointer(31, "preemptionPolicy", Text("v1.PreemptionPolicy")),
    optional(32, "overhead", Named("v1.ResourceList", &Map(&Quantity))),
    optional(33, "topologySpreadConstraints", List(&Object(&TOPOLOGY_SPREAD_CONSTRAINT))).map(&["topologyKey", "whenUnsatisfiable"]).patch("merge", "topologyKey"),
    pointer(35, "setHostnameAsFQDN", Bool),
    pointer(36, "os", Object(&POD_OS)),
    pointer(37, "hostUsers", Bool),
    optional(38, "schedulingGates", List(&Object(&POD_SCHEDULING_GATE))).map(&["name"]).patch("merge", "name"),
    optional(39, "resourceClaims", List(&Object(&POD_RESOURCE_CLAIM))).map(&["name"]).patch("merge,retainKeys", "name"),
    pointer(40, "resources", Object(&RESOURCE_REQUIREMENTS)),
    pointer(41, "hostnameOverride", STRING),
    pointer(43, "schedulingGroup", Object(&POD_SCHEDULING_GROUP)),
    optional(44, "evictionResponders", List(&Object(&EVICTION_RESPONDER))).map(&["name"]).patch("merge", "name"),
]);

pub(super) static POD_STATUS: Struct = structure(PACKAGE, "PodStatus", &[
    optional(17, "observedGeneration", Int64),
    optional(1, "phase", Text("v1.PodPhase")),
    optional(2, "conditions", List(&Object(&POD_CONDITION))).map(&["type"]).patch("merge", "type"),
    optional(3, "message", STRING),
    optional(4, "reason", STRING),
    optional(11, "nominatedNodeName", STRING),
    optional(5, "hostIP", STRING),
    optional(16, "hostIPs", List(&Object(&HOST_IP))).atomic().patch("merge", "ip"),
    optional(6, "podIP", STRING),
    optional(12, "podIPs", List(&Object(&POD_IP))).map(&["ip"]).patch("merge", "ip"),
    pointer(7, "startTime", Time),
    optional(10, "initContainerStatuses", List(&Object(&CONTAINER_STATUS))).atomic(),
    optional(8, "containerStatuses", List(&Object(&CONTAINER_STATUS))).atomic(),
    optional(9, "qosClass", Text("v1.PodQOSClass")),
    optional(13, "ephemeralContainerStatuses", List(&Object(&CONTAINER_STATUS))).atomic(),
    optional(14, "resize", Text("v1.PodResizeStatus")),
    optional(15, "resourceClaimStatuses", List(&Object(&POD_RESOURCE_CLAIM_STATUS))).map(&["name"]).patch("merge,retainKeys", "name"),
    pointer(18, "extendedResourceClaimStatus", Object(&POD_EXTENDED_RESOURCE_CLAIM_STATUS)),
    optional(19, "allocatedResources", Named("v1.ResourceList", &Map(&Quantity))),
    pointer(20, "resources", Object(&RESOURCE_REQUIREMENTS)),
    optional(21, "nodeAllocatableResourceClaimStatuses", List(&Object(&NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS))).map(&["resourceClaimName"]).patch("merge", "resourceClaimName"),
    optional(22, "volumeHealth", List(&Object(&POD_VOLUME_HEALTH))).map(&["name"]),
]);

pub(super) static POD_VOLUME_HEALTH: Struct = structure(PACKAGE, "PodVolumeHealth", &[
    required(1, "name", STRING),
    optional(2, "healthConditions", List(&Object(&VOLUME_HEALTH_CONDITION))).map(&["status", "reason"]).patch("merge", "status"),
    optional(3, "lastTransitionTime", Time),
]);

pub(super) static PORTWORX_VOLUME_SOURCE: Struct = structure(PACKAGE, "PortworxVolumeSource", &[
    required(1, "volumeID", STRING),
    optional(2, "fsType", STRING),
    optional(3, "readOnly", Bool),
]);

pub(super) static PORT_STATUS: Struct = structure(PACKAGE, "PortStatus", &[
    required(1, "port", Int32),
    required(2, "protocol", Text("v1.Protocol")),
    pointer(3, "error", STRING),
]);

pub(super) static PREFERRED_SCHEDULING_TERM: Struct = structure(PACKAGE, "PreferredSchedulingTerm", &[
    required(1, "weight", Int32),
    required(2, "preference", Object(&NODE_SELECTOR_TERM)),
]);

pub(super) static PROBE: Struct = structure(PACKAGE, "Probe", &[
    inline(1, &PROBE_HANDLER),
    optional(2, "initialDelaySeconds", Int32),
    optional(3, "timeoutSeconds", Int32),
    optional(4, "periodSeconds", Int32),
    optional(5, "successThreshold", Int32),
    optional(6, "failureThreshold", Int32),
    pointer(7, "terminationGracePeriodSeconds", Int64),
]);

pub(super) static PROBE_HANDLER: Struct = structure(PACKAGE, "ProbeHandler", &[
    pointer(1, "exec", Object(&EXEC_ACTION)),
    pointer(2, "httpGet", Object(&HTTP_GET_ACTION)),
    pointer(3, "tcpSocket", Object(&TCP_SOCKET_ACTION)),
    pointer(4, "grpc", Object(&GRPC_ACTION)),
]);

pub(super) static PROJECTED_VOLUME_SOURCE: Struct = structure(PACKAGE, "ProjectedVolumeSource", &[
    required(1, "sources", List(&Object(&VOLUME_PROJECTION))).openapi_optional().atomic(),
    pointer(2, "defaultMode", Int32),
    pointer(3, "defaultUser", Int64),
]);

pub(super) static QUOBYTE_VOLUME_SOURCE: Struct = structure(PACKAGE, "QuobyteVolumeSource", &[
    required(1, "registry", STRING),
    required(2, "volume", STRING),
    optional(3, "readOnly", Bool),
    optional(4, "user", STRING),
    optional(5, "group", STRING),
    optional(6, "tenant", STRING),
]);

pub(super) static RBD_VOLUME_SOURCE: Struct = structure(PACKAGE, "RBDVolumeSource", &[
    required(1, "monitors", List(&STRING)).atomic(),
    required(2, "image", STRING),
    optional(3, "fsType", STRING),
    optional(4, "pool", STRING).default("rbd"),
    optional(5, "user", STRING).default("admin"),
    optional(6, "keyring", STRING).default("/etc/ceph/keyring"),
    pointer(7, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
    optional(8, "readOnly", Bool),
]);

pub(super) static RESOURCE_CLAIM: Struct = structure(PACKAGE, "ResourceClaim", &[
    required(1, "name", STRING),
    optional(2, "request", STRING),
]);

pub(super) static RESOURCE_FIELD_SELECTOR: Struct = structure(PACKAGE, "ResourceFieldSelector", &[
    optional(1, "containerName", STRING),
    required(2, "resource", STRING),
    optional(3, "divisor", Quantity),
]).atomic();

pub(super) static RESOURCE_HEALTH: Struct = structure(PACKAGE, "ResourceHealth", &[
    required(1, "resourceID", Text("v1.ResourceID")),
    optional(2, "health", Text("v1.ResourceHealthStatus")),
    pointer(6, "message", STRING),
]);

pub(super) static RESOURCE_REQUIREMENTS: Struct = structure(PACKAGE, "ResourceRequirements", &[
    optional(1, "limits", Named("v1.ResourceList", &Map(&Quantity))),
    optional(2, "requests", Named("v1.ResourceList", &Map(&Quantity))),
    optional(3, "claims", List(&Object(&RESOURCE_CLAIM))).map(&["name"]),
]);

pub(super) static RESOURCE_STATUS: Struct = structure(PACKAGE, "ResourceStatus", &[
    required(1, "name", Text("v1.ResourceName")),
    optional(2, "resources", List(&Object(&RESOURCE_HEALTH))).map(&["resourceID"]),
]);

pub(super) static SCALE_IO_VOLUME_SOURCE: Struct = structure(PACKAGE, "ScaleIOVolumeSource", &[
    required(1, "gateway", STRING),
    required(2, "system", STRING),
    required(3, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)).behind_pointer(),
    optional(4, "sslEnabled", Bool),
    optional(5, "protectionDomain", STRING),
    optional(6, "storagePool", STRING),
    optional(7, "storageMode", STRING).default("ThinProvisioned"),
    optional(8, "volumeName", STRING),
    optional(9, "fsType", STRING).default("xfs"),
    optional(10, "readOnly", Bool),
]);

pub(super) static SECCOMP_PROFILE: Struct = structure(PACKAGE, "SeccompProfile", &[
    required(1, "type", Text("v1.SeccompProfileType")),
    pointer(2, "localhostProfile", STRING),
]);

pub(super) static SECRET: Struct = structure(PACKAGE, "Secret", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    pointer(5, "immutable", Bool),
    optional(2, "data", Map(&Bytes)),
    optional(4, "stringData", STRINGS),
    optional(3, "type", Text("v1.SecretType")),
]);

pub(super) static SECRET_ENV_SOURCE: Struct = structure(PACKAGE, "SecretEnvSource", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    pointer(2, "optional", Bool),
]);

pub(super) static SECRET_KEY_SELECTOR: Struct = structure(PACKAGE, "SecretKeySelector", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    required(2, "key", STRING),
    pointer(3, "optional", Bool),
]).atomic();

pub(super) static SECRET_PROJECTION: Struct = structure(PACKAGE, "SecretProjection", &[
    inline(1, &LOCAL_OBJECT_REFERENCE),
    optional(2, "items", List(&Object(&KEY_TO_PATH))).atomic(),
    pointer(4, "optional", Bool),
]);

pub(super) static SECRET_VOLUME_SOURCE: Struct = structure(PACKAGE, "SecretVolumeSource", &[
    optional(1, "secretName", STRING),
    optional(2, "items", List(&Object(&KEY_TO_PATH))).atomic(),
    pointer(3, "defaultMode", Int32),
    pointer(4, "optional", Bool),
    pointer(5, "defaultUser", Int64),
]);

pub(super) static SECURITY_CONTEXT: Struct = structure(PACKAGE, "SecurityContext", &[
    pointer(1, "capabilities", Object(&CAPABILITIES)),
    pointer(2, "privileged", Bool),
    pointer(3, "seLinuxOptions", Object(&SE_LINUX_OPTIONS)),
    pointer(10, "windowsOptions", Object(&WINDOWS_SECURITY_CONTEXT_OPTIONS)),
    pointer(4, "runAsUser", Int64),
    pointer(8, "runAsGroup", Int64),
    pointer(5, "runAsNonRoot", Bool),
    pointer(6, "readOnlyRootFilesystem", Bool),
    pointer(7, "allowPrivilegeEscalation", Bool),
    pointer(9, "procMount", Text("v1.ProcMountType")),
    pointer(11, "seccompProfile", Object(&SECCOMP_PROFILE)),
    pointer(12, "appArmorProfile", Object(&APP_ARMOR_PROFILE)),
]);

pub(super) static SERVICE: Struct = structure(PACKAGE, "Service", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&SERVICE_SPEC)),
    optional(3, "status", Object(&SERVICE_STATUS)),
]);

pub(super) static SERVICE_ACCOUNT: Struct = structure(PACKAGE, "ServiceAccount", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "secrets", List(&Object(&OBJECT_REFERENCE))).map(&["name"]).patch("merge", "name"),
    optional(3, "imagePullSecrets", List(&Object(&LOCAL_OBJECT_REFERENCE))).atomic(),
    pointer(4, "automountServiceAccountToken", Bool),
]);

pub(super) static SERVICE_ACCOUNT_TOKEN_PROJECTION: Struct = structure(PACKAGE, "ServiceAccountTokenProjection", &[
    optional(1, "audience", STRING),
    pointer(2, "expirationSeconds", Int64),
    required(3, "path", STRING),
    pointer(4, "user", Int64),
]);

pub(super) static SERVICE_PORT: Struct = structure(PACKAGE, "ServicePort", &[
    optional(1, "name", STRING),
    optional(2, "protocol", Text("v1.Protocol")).default("TCP"),
    pointer(6, "appProtocol", STRING),
    required(3, "port", Int32),
    optional(4, "targetPort", IntOrString),
    optional(5, "nodePort", Int32),
]);

pub(super) static SERVICE_SPEC: Struct = structure(PACKAGE, "ServiceSpec", &[
    optional(1, "ports", List(&Object(&SERVICE_PORT))).map(&["port", "protocol"]).patch("merge", "port"),
    optional(2, "selector", STRINGS).atomic(),
    optional(3, "clusterIP", STRING),
    optional(18, "clusterIPs", List(&STRING)).atomic(),
    optional(4, "type", Text("v1.ServiceType")),
    optional(5, "externalIPs", List(&STRING)).atomic(),
    optional(7, "sessionAffinity", Text("v1.ServiceAffinity")),
    optional(8, "loadBalancerIP", STRING),
    optional(9, "loadBalancerSourceRanges", List(&STRING)).atomic(),
    optional(10, "externalName", STRING),
    optional(11, "externalTrafficPolicy", Text("v1.ServiceExternalTrafficPolicy")),
    optional(12, "healthCheckNodePort", Int32),
    optional(13, "publishNotReadyAddresses", Bool),
    pointer(14, "sessionAffinityConfig", Object(&SESSION_AFFINITY_CONFIG)),
    optional(19, "ipFamilies", List(&Text("v1.IPFamily"))).atomic(),
    pointer(17, "ipFamilyPolicy", Text("v1.IPFamilyPolicy")),
    pointer(20, "allocateLoadBalancerNodePorts", Bool),
    pointer(21, "loadBalancerClass", STRING),
    pointer(22, "internalTrafficPolicy", Text("v1.ServiceInternalTrafficPolicy")),
    pointer(23, "trafficDistribution", STRING),
]);

pub(super) static SERVICE_STATUS: Struct = structure(PACKAGE, "ServiceStatus", &[
    optional(1, "loadBalancer", Object(&LOAD_BALANCER_STATUS)),
    optional(2, "conditions", List(&Object(&meta_v1::CONDITION))).map(&["type"]).patch("merge", "type"),
]);

pub(super) static SESSION_AFFINITY_CONFIG: Struct = structure(PACKAGE, "SessionAffinityConfig", &[
    pointer(1, "clientIP", Object(&CLIENT_IP_CONFIG)),
]);

pub(super) static SE_LINUX_OPTIONS: Struct = structure(PACKAGE, "SELinuxOptions", &[
    optional(1, "user", STRING),
    optional(2, "role", STRING),
    optional(3, "type", STRING),
    optional(4, "level", STRING),
]);

pub(super) static SLEEP_ACTION: Struct = structure(PACKAGE, "SleepAction", &[
    required(1, "seconds", Int64),
]);

pub(super) static STORAGE_OS_VOLUME_SOURCE: Struct = structure(PACKAGE, "StorageOSVolumeSource", &[
    optional(1, "volumeName", STRING),
    optional(2, "volumeNamespace", STRING),
    optional(3, "fsType", STRING),
    optional(4, "readOnly", Bool),
    pointer(5, "secretRef", Object(&LOCAL_OBJECT_REFERENCE)),
]);

pub(super) static SYSCTL: Struct = structure(PACKAGE, "Sysctl", &[
    required(1, "name", STRING),
    required(2, "value", STRING),
]);

pub(super) static TAINT: Struct = structure(PACKAGE, "Taint", &[
    required(1, "key", STRING),
    optional(2, "value", STRING),
    required(3, "effect", Text("v1.TaintEffect")),
    pointer(4, "timeAdded", Time),
]);

pub(super) static TCP_SOCKET_ACTION: Struct = structure(PACKAGE, "TCPSocketAction", &[
    required(1, "port", IntOrString),
    optional(2, "host", STRING),
]);

pub(super) static TOLERATION: Struct = structure(PACKAGE, "Toleration", &[
    optional(1, "key", STRING),
    optional(2, "operator", Text("v1.TolerationOperator")),
    optional(3, "value", STRING),
    optional(4, "effect", Text("v1.TaintEffect")),
    pointer(5, "tolerationSeconds", Int64),
]);

pub(super) static TOPOLOGY_SPREAD_CONSTRAINT: Struct = structure(PACKAGE, "TopologySpreadConstraint", &[
    required(1, "maxSkew", Int32),
    required(2, "topologyKey", STRING),
    required(3, "whenUnsatisfiable", Text("v1.UnsatisfiableConstraintAction")),
    pointer(4, "labelSelector", Object(&meta_v1::LABEL_SELECTOR)),
    pointer(5, "minDomains", Int32),
    pointer(6, "nodeAffinityPolicy", Text("v1.NodeInclusionPolicy")),
    pointer(7, "nodeTaintsPolicy", Text("v1.NodeInclusionPolicy")),
    optional(8, "matchLabelKeys", List(&STRING)).atomic(),
]);

pub(super) static TYPED_LOCAL_OBJECT_REFERENCE: Struct = structure(PACKAGE, "TypedLocalObjectReference", &[
    required(1, "apiGroup", STRING).openapi_optional().behind_pointer(),
    required(2, "kind", STRING),
    required(3, "name", STRING),
]).atomic();

pub(super) static TYPED_OBJECT_REFERENCE: Struct = structure(PACKAGE, "TypedObjectReference", &[
    required(1, "apiGroup", STRING).openapi_optional().behind_pointer(),
    required(2, "kind", STRING),
    required(3, "name", STRING),
    pointer(4, "namespace", STRING),
]);

pub(super) static VOLUME: Struct = structure(PACKAGE, "Volume", &[
    required(1, "name", STRING),
    inline(2, &VOLUME_SOURCE),
]);

pub(super) static VOLUME_DEVICE: Struct = structure(PACKAGE, "VolumeDevice", &[
    required(1, "name", STRING),
    required(2, "devicePath", STRING),
]);

pub(super) static VOLUME_HEALTH_CONDITION: Struct = structure(PACKAGE, "VolumeHealthCondition", &[
    required(1, "status", Text("v1.VolumeHealthStatusType")),
    required(2, "reason", STRING),
    optional(3, "message", STRING),
]);

pub(super) static VOLUME_MOUNT: Struct = structure(PACKAGE, "VolumeMount", &[
    required(1, "name", STRING),
    optional(2, "readOnly", Bool),
    pointer(7, "recursiveReadOnly", Text("v1.RecursiveReadOnlyMode")),
    required(3, "mountPath", STRING),
    optional(4, "subPath", STRING),
    pointer(5, "mountPropagation", Text("v1.MountPropagationMode")),
    optional(6, "subPathExpr", STRING),
    optional(8, "bindMountOptions", List(&STRING)).set(),
]);

pub(super) static VOLUME_MOUNT_STATUS: Struct = structure(PACKAGE, "VolumeMountStatus", &[
    required(1, "name", STRING),
    required(2, "mountPath", STRING),
    optional(3, "readOnly", Bool),
    pointer(4, "recursiveReadOnly", Text("v1.RecursiveReadOnlyMode")),
    pointer(5, "volumeStatus", Object(&VOLUME_STATUS)),
]);

pub(super) static VOLUME_PROJECTION: Struct = structure(PACKAGE, "VolumeProjection", &[
    pointer(1, "secret", Object(&SECRET_PROJECTION)),
    pointer(2, "downwardAPI", Object(&DOWNWARD_API_PROJECTION)),
    pointer(3, "configMap", Object(&CONFIG_MAP_PROJECTION)),
    pointer(4, "serviceAccountToken", Object(&SERVICE_ACCOUNT_TOKEN_PROJECTION)),
    pointer(5, "clusterTrustBundle", Object(&CLUSTER_TRUST_BUNDLE_PROJECTION)),
    pointer(6, "podCertificate", Object(&POD_CERTIFICATE_PROJECTION)),
]);

pub(super) static VOLUME_RESOURCE_REQUIREMENTS: Struct = structure(PACKAGE, "VolumeResourceRequirements", &[
    optional(1, "limits", Named("v1.ResourceList", &Map(&Quantity))),
    optional(2, "requests", Named("v1.ResourceList", &Map(&Quantity))),
]);

pub(super) static VOLUME_SOURCE: Struct = structure(PACKAGE, "VolumeSource", &[
    pointer(1, "hostPath", Object(&HOST_PATH_VOLUME_SOURCE)),
    pointer(2, "emptyDir", Object(&EMPTY_DIR_VOLUME_SOURCE)),
    pointer(3, "gcePersistentDisk", Object(&GCE_PERSISTENT_DISK_VOLUME_SOURCE)),
    pointer(4, "awsElasticBlockStore", Object(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE)),
    pointer(5, "gitRepo", Object(&GIT_REPO_VOLUME_SOURCE)),
    pointer(6, "secret", Object(&SECRET_VOLUME_SOURCE)),
    pointer(7, "nfs", Object(&NFS_VOLUME_SOURCE)),
    pointer(8, "iscsi", Object(&ISCSI_VOLUME_SOURCE)),
    pointer(9, "glusterfs", Object(&GLUSTERFS_VOLUME_SOURCE)),
    pointer(10, "persistentVolumeClaim", Object(&PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE)),
    pointer(11, "rbd", Object(&RBD_VOLUME_SOURCE)),
    pointer(12, "flexVolume", Object(&FLEX_VOLUME_SOURCE)),
    pointer(13, "cinder", Object(&CINDER_VOLUME_SOURCE)),
    pointer(14, "cephfs", Object(&CEPH_FS_VOLUME_SOURCE)),
    pointer(15, "flocker", Object(&FLOCKER_VOLUME_SOURCE)),
    pointer(16, "downwardAPI", Object(&DOWNWARD_API_VOLUME_SOURCE)),
    pointer(17, "fc", Object(&FC_VOLUME_SOURCE)),
    pointer(18, "azureFile", Object(&AZURE_FILE_VOLUME_SOURCE)),
    pointer(19, "configMap", Object(&CONFIG_MAP_VOLUME_SOURCE)),
    pointer(20, "vsphereVolume", Object(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE)),
    pointer(21, "quobyte", Object(&QUOBYTE_VOLUME_SOURCE)),
    pointer(22, "azureDisk", Object(&AZURE_DISK_VOLUME_SOURCE)),
    pointer(23, "photonPersistentDisk", Object(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE)),
    pointer(26, "projected", Object(&PROJECTED_VOLUME_SOURCE)),
    pointer(24, "portworxVolume", Object(&PORTWORX_VOLUME_SOURCE)),
    pointer(25, "scaleIO", Object(&SCALE_IO_VOLUME_SOURCE)),
    pointer(27, "storageos", Object(&STORAGE_OS_VOLUME_SOURCE)),
    pointer(28, "csi", Object(&CSI_VOLUME_SOURCE)),
    pointer(29, "ephemeral", Object(&EPHEMERAL_VOLUME_SOURCE)),
    pointer(30, "image", Object(&IMAGE_VOLUME_SOURCE)),
]);

pub(super) static VOLUME_STATUS: Struct = structure(PACKAGE, "VolumeStatus", &[
    pointer(1, "image", Object(&IMAGE_VOLUME_STATUS)),
]);

pub(super) static VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE: Struct = structure(PACKAGE, "VsphereVirtualDiskVolumeSource", &[
    required(1, "volumePath", STRING),
    optional(2, "fsType", STRING),
    optional(3, "storagePolicyName", STRING),
    optional(4, "storagePolicyID", STRING),
]);

pub(super) static WEIGHTED_POD_AFFINITY_TERM: Struct = structure(PACKAGE, "WeightedPodAffinityTerm", &[
    required(1, "weight", Int32),
    required(2, "podAffinityTerm", Object(&POD_AFFINITY_TERM)),
]);

pub(super) static WINDOWS_SECURITY_CONTEXT_OPTIONS: Struct = structure(PACKAGE, "WindowsSecurityContextOptions", &[
    pointer(1, "gmsaCredentialSpecName", STRING),
    pointer(2, "gmsaCredentialSpec", STRING),
    pointer(3, "runAsUserName", STRING),
    pointer(4, "hostProcess", Bool),
]);
