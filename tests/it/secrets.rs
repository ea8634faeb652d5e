//! What must not be told to anybody: passwords in the objects of others, tokens, credentials in addresses. Whatever goes
//! wrong, at whatever `-v`, none of it is printed.

use crate::support::{Ended, Invocation, Reply, Scripted, refusal};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// A password of somebody's virtual machine.
const USER_DATA: &str = "cloud-init-hunter2";
/// Text where a number has to be: what the decoder stumbles over.
const MISPLACED: &str = "misplaced-hunter2";
const TOKEN: &str = "token-hunter2";
const PASSWORD: &str = "basic-hunter2";

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets";

fn spec() -> Value {
    json!({"domain": {"devices": {}}, "volumes": [{"name": "i", "cloudInitNoCloud": {"userData": USER_DATA}}]})
}

fn set() -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": "a", "namespace": "default", "uid": "u", "resourceVersion": "7"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": spec()}},
    })
}

/// A list that nobody can read.
fn unreadable() -> Value {
    let metadata = json!({"name": "a-1", "namespace": "default", "generation": MISPLACED, "labels": {"a": "b"}, "ownerReferences": MISPLACED});
    let item = json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance", "metadata": metadata, "spec": spec(), "status": {"phase": [MISPLACED]}});
    json!({"apiVersion": "kubevirt.io/v1", "kind": MISPLACED, "metadata": {"resourceVersion": 7, "remainingItemCount": MISPLACED}, "columnDefinitions": MISPLACED, "items": [item], "rows": [{"cells": MISPLACED}]})
}

/// A cluster on which the one set can be read and nothing else.
async fn broken_cluster() -> Scripted {
    Scripted::start(|line, _| {
        if line.contains("/leases") || line.contains("/kubevirts") || line.contains("customresourcedefinitions") {
            return Reply::Json(404, refusal(404, "NotFound", "not found"));
        }
        if line.starts_with(&format!("GET {SETS}/a")) && !line.contains("/scale") {
            return Reply::Json(200, set());
        }
        if line.starts_with(&format!("GET {SETS}")) && !line.contains("limit=500&watch") && !line.contains("watch=") {
            let list = json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSetList", "metadata": {"resourceVersion": "7"}, "items": [set()]});
            return Reply::Json(200, list);
        }
        Reply::Json(200, unreadable())
    })
    .await
}

#[track_caller]
fn keeps(ended: &Ended, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ended.stderr.contains(secret) && !ended.stdout.contains(secret), "{secret} is told: {ended}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_not_repeated() {
    let cluster = broken_cluster().await;
    let verbs = [
        "get",
        "get --vmis",
        "get --hpas",
        "get --vmis -o name",
        "describe a",
        "scale a --replicas=3",
        "autoscale a --max=3",
        "wait a --for=ready --timeout=1s",
        "scale a --replicas=3 --local --force --timeout=2s",
        "expose a --port=80",
        "delete a --wait=false",
    ];
    for verb in verbs {
        let ended = (0..=10).map(|level| {
            let told = cluster.vmirs(&format!("{verb} -v={level} --token={TOKEN}"));
            told.stopped_after(Duration::from_secs(20)).run()
        });
        for (level, ended) in futures::future::join_all(ended).await.into_iter().enumerate() {
            keeps(&ended, &[USER_DATA, TOKEN]);
            // From 8 on, bodies are what was asked for; what is known to be a password is masked in them.
            assert!(level >= 8 || !ended.stderr.contains(MISPLACED), "{ended}");
        }
    }
}

#[tokio::test]
async fn the_controller_logs_no_body() {
    let cluster = broken_cluster().await;
    for level in [0, 6, 10] {
        let words = format!("controller --force --leader-elect=false -v={level} --token={TOKEN}");
        let ended = cluster.vmirs(&words).stopped_after(Duration::from_secs(3)).run().await;
        assert!(ended.stderr.contains("WARN"), "a watch that cannot be read is logged: {ended}");
        keeps(&ended, &[USER_DATA, MISPLACED, TOKEN]);
    }
}

#[tokio::test]
async fn a_vmi_that_cannot_be_read_breaks_no_log_of_the_sandbox() {
    let script = format!(
        "kubectl-vmirs create a --image=x --replicas=1 --cloud-init-user-data='{USER_DATA}' > /dev/null && \
         for level in 0 6 7 8 9 10; do kubectl-vmirs get -v=$level; kubectl-vmirs describe a -v=$level; \
         kubectl-vmirs get --vmis -o name -v=$level; kubectl-vmirs get -o json -v=$level > /dev/null; done"
    );
    let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
    let sandbox = Invocation::new(program, "kubectl vmirs", "sandbox -- sh -c").arg(script);
    let ended = sandbox.run().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stderr.contains("\"userData\""), "the bodies are shown: {ended}");
    keeps(&ended, &[USER_DATA]);
}

#[tokio::test]
async fn a_password_in_an_address_is_not_told() {
    let nobody = "127.0.0.1:1";
    let cluster = Scripted::start(|_, _| Reply::Json(404, refusal(404, "NotFound", "not found"))).await;
    let config = cluster.vmirs("version --client").run().await;
    assert_eq!(config.code, Some(0), "{config}");
    let (user, odd) = (format!("u:{PASSWORD}"), format!("u:{PASSWORD}/x y"));
    for level in [0, 6, 8, 10] {
        for address in [
            format!("-s http://{user}@{nobody}"),
            format!("-s https://{user}@{nobody}"),
            format!("--server='http://{odd}@{nobody}'"),
            format!("--proxy-url=http://{user}@{nobody}"),
            format!("--proxy-url=socks5://{user}@{nobody}"),
            format!("--proxy-url=ftp://{user}@{nobody}"),
            format!("--proxy-url='http://{odd}@{nobody}'"),
            format!("-f http://{user}@{nobody}/set.yaml"),
            format!("-f 'http://{odd}@{nobody}/set.yaml'"),
            format!("-f http://{nobody}/set.yaml?token={PASSWORD}"),
            format!("--username=u --password={PASSWORD}"),
            format!("--token={PASSWORD} -s http://{nobody}"),
        ] {
            let ended = cluster.vmirs(&format!("get {address} -v={level}")).run().await;
            keeps(&ended, &[PASSWORD]);
        }
        for (name, value) in [
            ("HTTP_PROXY", format!("http://{user}@{nobody}")),
            ("HTTP_PROXY", format!("gopher://{user}@{nobody}")),
            ("HTTPS_PROXY", format!("http://{odd}@{nobody}")),
        ] {
            for server in ["-s http://far.invalid", "-s https://far.invalid"] {
                let ended = cluster.vmirs(&format!("get {server} -v={level}")).env(name, &value).run().await;
                keeps(&ended, &[PASSWORD]);
            }
        }
    }
}

/// A kubeconfig whose user is this.
fn kubeconfig(folder: &Path, user: &Value) -> String {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "users": [{"name": "x", "user": user}],
    });
    let path = folder.join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_credential_that_cannot_be_used_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
    let get = |config: &str, level: u8| {
        Invocation::new(program, "kubectl vmirs", &format!("get -v={level} --kubeconfig {config}"))
    };
    let version = "client.authentication.k8s.io/v1";
    for answer in [
        format!(r#"{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"token": ["{TOKEN}"]}}}}"#),
        format!(r#"{{"apiVersion": "{version}", "kind": "ExecCredential", "status": "{TOKEN}"}}"#),
        format!(
            r#"{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"token": "x", "expirationTimestamp": "{TOKEN}"}}}}"#
        ),
        format!(r#"{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"token": "{TOKEN}\n"}}}}"#),
        format!(
            r#"{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"clientCertificateData": "{TOKEN}", "clientKeyData": "{TOKEN}"}}}}"#
        ),
        TOKEN.to_owned(),
        format!("\"{TOKEN}\""),
    ] {
        let plugin = folder.path().join("plugin");
        std::fs::write(&plugin, format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")).unwrap();
        std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
        let exec = json!({"apiVersion": version, "command": plugin, "interactiveMode": "Never"});
        let config = kubeconfig(folder.path(), &json!({"exec": exec}));
        for level in [0, 10] {
            keeps(&get(&config, level).run().await, &[TOKEN]);
        }
    }
    for user in [
        json!(TOKEN),
        json!({"token": [TOKEN]}),
        json!({"token": format!("{TOKEN}\n{TOKEN}")}),
        json!({"username": "u", "password": {"p": TOKEN}}),
        json!({"client-key-data": TOKEN, "client-certificate-data": TOKEN}),
        json!({"impersonate-groups": TOKEN, "token": TOKEN}),
        json!({"exec": {"apiVersion": version, "command": "no-such-plugin", "interactiveMode": "Never", "args": [TOKEN], "env": [{"name": "X", "value": TOKEN}]}}),
        json!({"exec": {"apiVersion": version, "command": "no-such-plugin", "interactiveMode": "Never", "env": TOKEN}}),
        json!({"auth-provider": {"name": "oidc", "config": {"idp-issuer-url": "https://x", "client-id": "x", "id-token": TOKEN}}}),
    ] {
        let config = kubeconfig(folder.path(), &user);
        for level in [0, 10] {
            keeps(&get(&config, level).run().await, &[TOKEN]);
        }
    }
    let broken = folder.path().join("broken");
    std::fs::write(&broken, format!("apiVersion: v1\nusers:\n- name: x\n  user: {{token: {TOKEN}, : : [}}\n")).unwrap();
    keeps(&get(broken.to_str().unwrap(), 0).run().await, &[TOKEN]);
}
