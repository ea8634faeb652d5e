use super::*;
use proptest::prelude::*;

// Bodies that kubectl 1.37 sent, in hexadecimal.
/// `kubectl autoscale virtualmachineinstancereplicasets x --min 1 --max 3 --cpu 80%`
const AUTOSCALE: &str = "6b3873000a290a0e6175746f7363616c696e672f76321217486f72697a6f6e74616c506f644175746f7363616c6572127a0a110a017812001a0022002a00320038004200125f0a350a205669727475616c4d616368696e65496e7374616e63655265706c6963615365741201781a0e6b756265766972742e696f2f76311001180322220a085265736f7572636522160a03637075120f0a0b5574696c697a6174696f6e20501a04180020001a002200";
/// `kubectl the same, when v2 is refused`
const AUTOSCALE_V1: &str = "6b3873000a290a0e6175746f7363616c696e672f76311217486f72697a6f6e74616c506f644175746f7363616c657212560a110a017812001a0022002a00320038004200123b0a350a205669727475616c4d616368696e65496e7374616e63655265706c6963615365741201781a0e6b756265766972742e696f2f7631100118031a04180020001a002200";
/// `kubectl autoscale virtualmachineinstancereplicasets x --min 1 --max 3 --cpu 500m --memory 60%`
const AUTOSCALE_MEMORY: &str = "6b3873000a290a0e6175746f7363616c696e672f76321217486f72697a6f6e74616c506f644175746f7363616c657212a9010a110a017812001a0022002a00320038004200128d010a350a205669727475616c4d616368696e65496e7374616e63655265706c6963615365741201781a0e6b756265766972742e696f2f76311001180322290a085265736f75726365221d0a0363707512160a0c4176657261676556616c75651a060a043530306d22250a085265736f7572636522190a066d656d6f7279120f0a0b5574696c697a6174696f6e203c1a04180020001a002200";
/// `kubectl create namespace zz`
const CREATE_NAMESPACE_ZZ: &str =
    "6b3873000a0f0a02763112094e616d657370616365121a0a120a027a7a12001a0022002a0032003800420012001a020a001a002200";
/// `kubectl auth can-i create pods`
const AUTH_CAN_I_CREATE: &str = "6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374416363657373526576696577123f0a100a0012001a0022002a0032003800420012210a1f0a0764656661756c7412066372656174651a0022002a04706f647332003a001a08080012001a0020001a002200";
/// `kubectl auth can-i --list`
const AUTH_CAN_I_LIST: &str = "6b3873000a310a17617574686f72697a6174696f6e2e6b38732e696f2f7631121653656c665375626a65637452756c657352657669657712230a100a0012001a0022002a0032003800420012090a0764656661756c741a04180022001a002200";
/// `kubectl auth whoami`
const AUTH_WHOAMI: &str = "6b3873000a2d0a1861757468656e7469636174696f6e2e6b38732e696f2f7631121153656c665375626a656374526576696577121a0a100a0012001a0022002a0032003800420012060a040a0012001a002200";
/// `kubectl create configmap c --from-literal=a=b`
const CREATE_CONFIGMAP_C: &str =
    "6b3873000a0f0a0276311209436f6e6669674d6170121b0a110a016312001a0022002a0032003800420012060a01611201621a002200";
/// `kubectl create secret generic s --from-literal=a=b`
const CREATE_SECRET_GENERIC: &str =
    "6b3873000a0c0a0276311206536563726574121d0a110a017312001a0022002a0032003800420012060a01611201621a001a002200";
/// `kubectl create service clusterip s --tcp=80:8080`
const CREATE_SERVICE_CLUSTERIP: &str = "6b3873000a0d0a02763112075365727669636512630a1b0a017312001a0022002a003200380042005a080a0361707012017312400a1b0a0738302d38303830120354435018502207080010903f1a00280012080a036170701201731a002209436c757374657249503a00420052005a00600068001a020a001a002200";
/// `kubectl create serviceaccount s`
const CREATE_SERVICEACCOUNT_S: &str =
    "6b3873000a140a027631120e536572766963654163636f756e7412130a110a017312001a0022002a003200380042001a002200";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn what_kubectl_sends_is_read_as_its_json_would_be() {
    let cases = [
        (
            AUTOSCALE,
            json!({
                "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "x"},
                "spec": {
                    "scaleTargetRef": {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "x"},
                    "minReplicas": 1, "maxReplicas": 3,
                    "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}],
                },
                "status": {"desiredReplicas": 0},
            }),
        ),
        (
            AUTOSCALE_V1,
            json!({
                "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "x"},
                "spec": {
                    "scaleTargetRef": {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "x"},
                    "minReplicas": 1, "maxReplicas": 3,
                },
                "status": {"currentReplicas": 0, "desiredReplicas": 0},
            }),
        ),
        (
            AUTOSCALE_MEMORY,
            json!({
                "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "x"},
                "spec": {
                    "scaleTargetRef": {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "x"},
                    "minReplicas": 1, "maxReplicas": 3,
                    "metrics": [
                        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "500m"}}},
                        {"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 60}}},
                    ],
                },
                "status": {"desiredReplicas": 0},
            }),
        ),
        (
            CREATE_NAMESPACE_ZZ,
            json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "zz"}, "spec": {}, "status": {},
            }),
        ),
        (
            AUTH_CAN_I_CREATE,
            json!({
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": {},
                "spec": {"resourceAttributes": {"namespace": "default", "verb": "create", "resource": "pods"}},
                "status": {"allowed": false},
            }),
        ),
        (
            AUTH_CAN_I_LIST,
            json!({
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "metadata": {},
                "spec": {"namespace": "default"}, "status": {"incomplete": false},
            }),
        ),
        (
            AUTH_WHOAMI,
            json!({
                "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}, "status": {"userInfo": {}},
            }),
        ),
        (
            CREATE_CONFIGMAP_C,
            json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"},
            }),
        ),
        (
            CREATE_SECRET_GENERIC,
            json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "Yg=="},
            }),
        ),
        (
            CREATE_SERVICE_CLUSTERIP,
            json!({
                "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "labels": {"app": "s"}},
                "spec": {
                    "ports": [{"name": "80-8080", "protocol": "TCP", "port": 80, "targetPort": 8080}],
                    "selector": {"app": "s"}, "type": "ClusterIP",
                },
                "status": {"loadBalancer": {}},
            }),
        ),
        (
            CREATE_SERVICEACCOUNT_S,
            json!({
                "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "s"},
            }),
        ),
    ];
    for (hex, object) in cases {
        assert_eq!(decode(&bytes(hex)), Ok(object));
    }
}

/// A field of text, bytes or a message.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2, u8::try_from(content.len()).unwrap()];
    bytes.extend_from_slice(content);
    bytes
}

fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let meta = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())].concat();
    [b"k8s\0".to_vec(), field(1, &meta), field(2, raw)].concat()
}

#[test]
fn times_numbers_and_pointers_keep_their_meaning() {
    // renewTime 1577836800.5 s, leaseTransitions 0, which is a pointer and so kept.
    let time = [vec![0x08], bytes("80c2aff005"), vec![0x10], bytes("80cab5ee01")].concat();
    let spec = [field(4, &time), vec![0x28, 0x00]].concat();
    let metadata = [field(1, b"x"), field(2, b""), field(8, &bytes("0880c2aff005"))].concat();
    let lease = [field(1, &metadata), field(2, &spec)].concat();
    assert_eq!(
        decode(&envelope("coordination.k8s.io/v1", "Lease", &lease)),
        Ok(json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "x", "creationTimestamp": "2020-01-01T00:00:00Z"},
            "spec": {"renewTime": "2020-01-01T00:00:00.500000Z", "leaseTransitions": 0},
        }))
    );
}

#[test]
fn an_embedded_struct_is_a_message_of_its_own() {
    // A volume embeds its source, and a source from a Secret the name of its items.
    let source = field(6, &field(1, b"s"));
    let volume = [field(1, b"v"), field(2, &source)].concat();
    let pod = field(2, &field(1, &volume));
    assert_eq!(
        decode(&envelope("v1", "Pod", &pod)),
        Ok(json!({
            "apiVersion": "v1", "kind": "Pod",
            "spec": {"volumes": [{"name": "v", "secret": {"secretName": "s"}}]},
        }))
    );
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let unknown = ProtobufError::UnknownKind { api_version: "v1".to_owned(), kind: "Deployment".to_owned() };
    let wire_type = |wire_type, field: &str| ProtobufError::WireType { wire_type, field: field.to_owned() };
    let config_map = |raw: &[u8]| envelope("v1", "ConfigMap", raw);
    let cases = [
        (b"{}".to_vec(), ProtobufError::NotAnEnvelope),
        (envelope("v1", "Deployment", b""), unknown),
        (config_map(&[0x0a, 0x05]), ProtobufError::Truncated),
        (config_map(&[0x0a]), ProtobufError::Truncated),
        (config_map(&[0xff; 11]), ProtobufError::Overflow),
        (config_map(&[0x0b]), wire_type(3, "1")),
        (config_map(&[0x08, 0x01]), wire_type(0, "metadata")),
        (config_map(&field(1, &field(1, &[0xff]))), ProtobufError::BadValue("name")),
    ];
    for (body, error) in cases {
        assert_eq!(decode(&body), Err(error));
    }
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(raw in prop::collection::vec(any::<u8>(), 0..100), at in 0_usize..200, with in any::<u8>()) {
        for (api_version, kind) in [("autoscaling/v2", "HorizontalPodAutoscaler"), ("v1", "Service"), ("v1", "Event")] {
            let _ = decode(&envelope(api_version, kind, &raw));
        }
        let mut body = bytes(AUTOSCALE_MEMORY);
        let at = at % body.len();
        body[at] = with;
        let _ = decode(&body);
        let _ = decode(&body[..at]);
    }
}
