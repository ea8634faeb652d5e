//! A connection that is taken and then stays silent: a dead tunnel, a firewall, an overloaded balancer. Nothing waits for
//! it longer than was said.

use crate::support::{Ended, Invocation, Reply, Scripted};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const LATE: &str = "error: timed out waiting for the condition on virtualmachineinstancereplicasets/a\n";

/// A port that takes connections and says nothing.
struct Silent {
    address: String,
    folder: tempfile::TempDir,
}

impl Silent {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                taken.push(connection);
            }
        });
        Self { address, folder: tempfile::tempdir().unwrap() }
    }

    /// A kubeconfig for that server, by way of `proxy` if there is one.
    fn kubeconfig(&self, server: &str, proxy: &str) -> PathBuf {
        let cluster = json!({"server": server, "insecure-skip-tls-verify": true, "proxy-url": proxy});
        let content = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": cluster}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
        });
        let path = self.folder.path().join("kubeconfig");
        std::fs::write(&path, content.to_string()).unwrap();
        path
    }
}

fn vmirs(kubeconfig: &PathBuf, words: &str) -> Invocation {
    Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", words)
        .env("KUBECONFIG", kubeconfig)
        .stopped_after(Duration::from_secs(45))
}

/// Runs it to its end, which has to come long before any other limit.
async fn soon(invocation: Invocation) -> Ended {
    let begun = Instant::now();
    let ended = invocation.stopped_after(Duration::from_secs(20)).run().await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}: {ended}", begun.elapsed());
    ended
}

#[tokio::test]
async fn a_silent_handshake_is_given_up_in_gos_words() {
    let silent = Silent::start().await;
    let kubeconfig = silent.kubeconfig(&format!("https://{}", silent.address), "");
    let told = vmirs(&kubeconfig, "get").run().await.failure();
    assert_eq!(told, "Unable to connect to the server: net/http: TLS handshake timeout\n");
}

#[tokio::test]
async fn waiting_ends_when_it_was_told_to_whatever_stalls() {
    let silent = Silent::start().await;
    let address = &silent.address;
    let far = "https://far.invalid:6443".to_owned();
    let ways = [
        (format!("https://{address}"), String::new()),
        (format!("http://{address}"), String::new()),
        (far.clone(), format!("http://{address}")),
        (far.clone(), format!("https://{address}")),
        (far, format!("socks5://{address}")),
    ];
    let unnamed = "error: timed out waiting for the condition\n";
    for (server, proxy) in ways {
        let kubeconfig = silent.kubeconfig(&server, &proxy);
        let waits = [
            ("a --for=ready", LATE.to_owned()),
            ("a --for=delete", LATE.to_owned()),
            ("a --for=jsonpath={.spec.replicas}=3", LATE.to_owned()),
            ("a --for=create", unnamed.to_owned()),
            ("--all --for=ready", unnamed.to_owned()),
            ("-l a=b --for=delete", unnamed.to_owned()),
            ("a a a --for=ready", LATE.replace("error: ", "").repeat(3)),
        ];
        futures::future::join_all(waits.map(|(words, told)| {
            let wait = vmirs(&kubeconfig, &format!("wait {words} --timeout=1s"));
            async move { assert_eq!(soon(wait).await.failure(), told, "{words}") }
        }))
        .await;
    }
}

/// A set that is there, and whose watch begins and stays silent.
fn set() -> serde_json::Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": "a", "namespace": "default", "uid": "u", "resourceVersion": "7"},
        "spec": {"replicas": 2}, "status": {"replicas": 1},
    })
}

#[tokio::test]
async fn waiting_ends_when_it_was_told_to_wherever_the_answers_stop() {
    let list = |items: serde_json::Value| json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": items});
    // How many answers come; the next one does not, or only its beginning.
    for answers in 0..4 {
        for last in [Reply::Silence, Reply::Stall("{\"kind\": \"Lis")] {
            let seen = std::sync::atomic::AtomicUsize::new(0);
            let server = Scripted::start(move |line, _| {
                if seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= answers {
                    return last.clone();
                }
                match line {
                    line if line.contains("watch=true") => Reply::Bytes(200, b""),
                    line if line.contains("fieldSelector") => Reply::Json(200, list(json!([set()]))),
                    line if line.starts_with("DELETE ") => Reply::Json(200, set()),
                    _ => Reply::Json(200, set()),
                }
            })
            .await;
            let told = soon(server.vmirs("wait a --for=ready --timeout=1s")).await.failure();
            assert!(told.ends_with(LATE), "{answers}: {told}");
        }
    }
}

#[tokio::test]
async fn deleting_and_scaling_end_when_they_were_told_to() {
    for last in [Reply::Silence, Reply::Stall("{\"kind\": \"Sca")] {
        let after = last.clone();
        let server = Scripted::start(move |line, _| match line {
            line if line.starts_with("DELETE ") => Reply::Json(200, set()),
            _ => last.clone(),
        })
        .await;
        let ended = soon(server.vmirs("delete a --timeout=1s")).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), LATE), "{ended}");
        let server = Scripted::start(move |line, _| match line {
            line if line.starts_with("PATCH ") || !line.contains("/scale") => Reply::Json(200, set()),
            _ => after.clone(),
        })
        .await;
        let ended = soon(server.vmirs("scale a --replicas=2 --timeout=1s")).await;
        assert!(ended.stderr.contains("timed out waiting for \"a\" to be synced"), "{ended}");
    }
}

#[tokio::test]
async fn a_requests_timeout_holds_for_the_body_too() {
    let server = Scripted::start(|_, _| Reply::Stall("{\"kind\": \"VirtualMachineInst")).await;
    for words in ["get a", "get", "get -o json", "describe a"] {
        let ended = soon(server.vmirs(&format!("{words} --request-timeout=1s"))).await;
        let told = "Client.Timeout or context cancellation while reading body";
        assert!(ended.code == Some(1) && ended.stderr.contains(told), "{words}: {ended}");
    }
}
