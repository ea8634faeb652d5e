//! What people get wrong. Each case has to end with exit code 1, say what is wrong and what to do, print no data and
//! leave nothing behind; its message stands in the snapshot.

use crate::support::{Cluster, Invocation, mask};
use insta::assert_snapshot;
use std::fmt::Write as _;
use std::path::Path;

/// A set that is right; cases break one thing at a time.
const GOOD: &str = include_str!("../../examples/vmirs.yaml");

/// `(file, content)`: what lies in the folder that the cases run in.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let swap = |from: &str, to: &str| GOOD.replacen(from, to, 1).into_bytes();
    vec![
        ("good.yaml", GOOD.into()),
        ("empty.yaml", "".into()),
        ("comments.yaml", "# nothing\n---\n# here\n".into()),
        ("broken.yaml", "kind: [Virtual\napiVersion: x: y\n".into()),
        ("tabs.yaml", "kind:\n\tPod\n".into()),
        ("broken.json", "{\"kind\": \"Vir".into()),
        ("scalar.yaml", "just words\n".into()),
        ("list.yaml", "- a\n- b\n".into()),
        ("binary.yaml", vec![0xff, 0x00, 0x13, 0x37]),
        ("no-kind.yaml", swap("kind: VirtualMachineInstanceReplicaSet\n", "")),
        ("no-api-version.yaml", swap("apiVersion: kubevirt.io/v1alpha3\n", "")),
        ("no-name.yaml", swap("  name: testreplicaset\n", "  labels: {a: b}\n")),
        (
            "no-spec.yaml",
            "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {name: a}\n".into(),
        ),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n".into()),
        ("vm.yaml", "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: a}\n".into()),
        ("old-version.yaml", swap("kubevirt.io/v1alpha3", "kubevirt.io/v1alpha2")),
        ("upper-name.yaml", swap("name: testreplicaset", "name: TestReplicaSet")),
        ("underscore-name.yaml", swap("name: testreplicaset", "name: test_replicaset")),
        ("long-name.yaml", swap("name: testreplicaset", &format!("name: {}", "a".repeat(254)))),
        ("number-name.yaml", swap("name: testreplicaset", "name: 12")),
        ("escape-name.yaml", swap("name: testreplicaset", "name: \"a\\e[31mred\"")),
        ("words-replicas.yaml", swap("replicas: 2", "replicas: two")),
        ("text-replicas.yaml", swap("replicas: 2", "replicas: \"2\"")),
        ("negative-replicas.yaml", swap("replicas: 2", "replicas: -2")),
        ("huge-replicas.yaml", swap("replicas: 2", "replicas: 99999999999999999999")),
        ("float-replicas.yaml", swap("replicas: 2", "replicas: 2.5")),
        ("wide-replicas.yaml", swap("replicas: 2", "replicas: 4294967296")),
        ("text-paused.yaml", swap("replicas: 2", "paused: \"no\"")),
        ("no-selector.yaml", swap("  selector:\n    matchLabels:\n      myvmi: myvmi\n", "")),
        ("other-selector.yaml", swap("myvmi: myvmi", "myvmi: other")),
        (
            "bad-operator.yaml",
            swap("    matchLabels:\n      myvmi: myvmi\n", "    matchExpressions: [{key: a, operator: Near}]\n"),
        ),
        ("list-labels.yaml", swap("      myvmi: myvmi\n", "      - myvmi\n")),
        ("no-domain.yaml", swap("      domain:", "      domein:")),
        ("unknown-field.yaml", swap("replicas: 2", "replica: 2")),
        ("other-namespace.yaml", swap("  name: testreplicaset\n", "  name: testreplicaset\n  namespace: elsewhere\n")),
        ("missing-namespace.yaml", swap("  name: testreplicaset\n", "  name: testreplicaset\n  namespace: nowhere\n")),
        ("hpa-bounds.yaml", hpa("minReplicas: 5\n  maxReplicas: 2")),
        ("hpa-no-max.yaml", hpa("minReplicas: 5")),
        ("not-a-kubeconfig", "clusters: 7\n".into()),
        ("empty-kubeconfig", "".into()),
    ]
}

fn hpa(bounds: &str) -> Vec<u8> {
    let target = "{apiVersion: kubevirt.io/v1, kind: VirtualMachineInstanceReplicaSet, name: a}";
    format!(
        "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}\n\
         spec:\n  scaleTargetRef: {target}\n  {bounds}\n"
    )
    .into_bytes()
}

/// What is typed after `kubectl vmirs`, in the scenario's namespace. Every `FILE` above is tried with `create -f` too.
const WORDS: &[&str] = &[
    "create",
    "create -f",
    "create -f nothing.yaml",
    "create -f good.yaml extra words",
    "create one two --image=x",
    "create Bad_Name --image=x",
    "create a",
    "create a --image=",
    "create a --image=x --replicas=-1",
    "create a --image=x --replicas=two",
    "create a --image=x --replicas=99999999999",
    "create a --image=x --memory=lots",
    "create a --image=x --memory=-1Gi",
    "create a --image=x --cpu=none",
    "create a --image=x --labels=oops",
    "create a --image=x --labels=a=b=c/",
    "create a --image=x --disk-bus=floppy",
    "create a --image=x -o table",
    "create a --image=x --dry-run=maybe",
    "create a --image=x -f good.yaml",
    "get nothing",
    "get pod/nothing",
    "get vmis",
    "get a b/c/d",
    "get -o fancy",
    "get -l a=b=c",
    "get -l 'a in b'",
    "get a -l b=c",
    "get a -A",
    "get -f nothing.yaml",
    "get a -f good.yaml",
    "get --chunk-size=many",
    "get --bogus",
    "describe nothing",
    "describe -l 'a in'",
    "scale",
    "scale nothing",
    "scale nothing --replicas=3",
    "scale nothing --replicas=-1",
    "scale nothing --replicas=lots",
    "scale nothing --replicas=3000000000",
    "scale nothing --replicas=3 --current-replicas=-5",
    "scale nothing --replicas=3 --timeout=10",
    "scale --replicas=3",
    "scale --all --replicas=3",
    "scale a -l x=y --replicas=3",
    "scale a b --replicas=3 --resource-version=7",
    "autoscale",
    "autoscale --max=5",
    "autoscale nothing --max=5",
    "autoscale nothing --max=0",
    "autoscale nothing --max=2 --min=5",
    "autoscale nothing --max=5 --cpu=very",
    "autoscale nothing --max=5 --cpu=-5%",
    "pause nothing",
    "pause",
    "resume nothing",
    "delete",
    "delete nothing",
    "delete nothing --cascade=sideways",
    "delete --all -l a=b",
    "delete nothing -o yaml",
    "delete nothing --grace-period=soon",
    "wait",
    "wait nothing",
    "wait nothing --for=soon",
    "wait nothing --for=",
    "wait nothing --for",
    "wait nothing --for=ready=many",
    "wait nothing --for=replicas=-1",
    "wait nothing --for=jsonpath=",
    "wait nothing --for=jsonpath={.a",
    "wait nothing --for=jsonpath={.a}=",
    "wait nothing --for=jsonpath=a=b=c",
    "wait nothing --for=ready --timeout=10",
    "wait nothing --for=ready --timeout=0",
    "wait nothing --for=create --timeout=0",
    "wait nothing -A --for=ready",
    "wait --for=ready",
    "wait --all --for=ready",
    "wait -l a=b --for=ready",
    "wait -l 'a in' --for=ready",
    "wait -f nothing.yaml --for=ready",
    "wait nothing -f good.yaml --for=ready",
    "wait -f good.yaml --for=ready",
    "wait pod/a --for=ready",
    "frobnicate",
    "get --kubeconfig=nothing",
    "get --kubeconfig=not-a-kubeconfig",
    "get --kubeconfig=empty-kubeconfig",
    "get --context=nothing",
    "get --cluster=nothing",
    "get --user=nothing",
    "get --token=wrong",
    "get --as-group=a",
    "get --request-timeout=soon",
    "get --server=https://127.0.0.1:1",
    "get '--server=not a url'",
];

on_each_cluster! {
    async fn mistakes(cluster) {
        let folder = tempfile::tempdir().unwrap();
        let (mut told, mut surprises) = (String::new(), String::new());
        for (file, content) in files() {
            std::fs::write(folder.path().join(file), content).unwrap();
        }
        let good_files = ["good.yaml", "not-a-kubeconfig", "empty-kubeconfig"];
        let bad_files = files().into_iter().map(|(file, _)| file).filter(|file| !good_files.contains(file));
        let with_files: Vec<_> = bad_files.map(|file| format!("create -f {file}")).collect();
        for words in with_files.iter().map(String::as_str).chain(WORDS.iter().copied()) {
            let ended = cluster.vmirs(words).directory(folder.path()).run().await;
            if (ended.code, ended.stdout.as_str()) != (Some(1), "") || ended.stderr.contains('\u{1b}') {
                writeln!(surprises, "{ended}\n").unwrap();
            }
            // The kubeconfigs of the clusters call their user differently.
            let text = mask(&ended).replace(" for admin without", " for sandbox without");
            writeln!(told, "{text}\n").unwrap();
        }
        assert!(surprises.is_empty(), "{surprises}");
        assert!(with_files.len() + WORDS.len() >= 60);
        assert_snapshot!("mistakes", told);
        assert_eq!(cluster.kubectl("get vmirs,hpa,vmi -o name").run().await.success(), "");
    }
}

#[tokio::test]
async fn a_file_that_may_not_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let invocation = without_cluster("create -f .", folder.path());
    assert_snapshot!(mask(invocation.run().await));
}

#[tokio::test]
async fn without_a_kubeconfig_there_is_nobody_to_talk_to() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(mask(without_cluster("get", folder.path()).run().await));
}

#[tokio::test]
async fn without_a_kustomize_the_way_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let invocation = Cluster::sandbox("kustomize").await.vmirs("create -k .").directory(folder.path());
    assert_snapshot!(mask(invocation.env("PATH", folder.path()).run().await));
}

fn without_cluster(words: &str, folder: &Path) -> Invocation {
    let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
    Invocation::new(program, "kubectl vmirs", words).env("HOME", folder).directory(folder)
}
