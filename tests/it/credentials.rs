//! How the program becomes known to a server: credential plugins, files with tokens, the service account of a pod.

use crate::support::{Cluster, Ended, Invocation, Terminal};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const V1: &str = "client.authentication.k8s.io/v1";

/// The cluster and the user of a kubeconfig.
fn known(cluster: &Cluster) -> (Value, Value) {
    let text = std::fs::read_to_string(&cluster.kubeconfig).unwrap();
    let known = serde_json::to_value(kube::config::Kubeconfig::from_yaml(&text).unwrap()).unwrap();
    (known["clusters"][0]["cluster"].clone(), known["users"][0]["user"].clone())
}

/// A kubeconfig in `folder` whose user is known by a plugin: the shell runs `script`, where `$TOKEN` is the right one.
fn plugin(cluster: &Cluster, folder: &Path, script: &str, mode: &str) -> String {
    let (server, user) = known(cluster);
    let token = user["token"].as_str().unwrap();
    let text = format!(
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho called >> calls\nTOKEN={token}\n\
         answer() {{ printf '{{\"apiVersion\": \"{V1}\", \"kind\": \"ExecCredential\", \"status\": {{\"token\": \"%s\"%s}}}}' \"$1\" \"$2\"; }}\n{script}\n"
    );
    std::fs::write(folder.join("plugin"), text).unwrap();
    std::fs::set_permissions(folder.join("plugin"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let exec = json!({"apiVersion": V1, "command": "./plugin", "interactiveMode": mode});
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "x", "cluster": server}], "users": [{"name": "x", "user": {"exec": exec}}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x", "namespace": cluster.namespace}}],
    });
    let path = folder.join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn calls(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("calls")).unwrap_or_default().lines().count()
}

on_each_cluster! {
    without a controller:
    async fn a_plugin_is_asked_once_for_many_requests(cluster) {
        cluster.vmirs("create web --image=x --replicas=0").run().await.success();
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = plugin(&cluster, folder.path(), "answer $TOKEN", "Never");
        let told = cluster.vmirs("describe web").env("KUBECONFIG", &kubeconfig).run().await.success();
        assert!(told.starts_with("Name:         web\n"), "{told}");
        assert_eq!(calls(folder.path()), 1);
    }

    async fn a_credential_that_is_over_is_not_used_again(cluster) {
        cluster.vmirs("create web --image=x --replicas=0").run().await.success();
        let folder = tempfile::tempdir().unwrap();
        let over = "answer $TOKEN ', \"expirationTimestamp\": \"2001-01-01T00:00:00Z\"'";
        let kubeconfig = plugin(&cluster, folder.path(), over, "Never");
        cluster.vmirs("describe web").env("KUBECONFIG", &kubeconfig).run().await.success();
        assert!(calls(folder.path()) > 1);
    }

    async fn a_refused_credential_is_told_and_not_repeated(cluster) {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = plugin(&cluster, folder.path(), "answer guessed", "Never");
        let told = cluster.vmirs("get").env("KUBECONFIG", &kubeconfig).run().await.failure();
        assert_eq!(told, "error: You must be logged in to the server (Unauthorized)\n");
        assert_eq!(calls(folder.path()), 1);
    }

    async fn a_plugin_may_ask_its_question_at_a_terminal(cluster) {
        let folder = tempfile::tempdir().unwrap();
        let asks = "printf 'Password: ' >&2; read -r word; [ \"$word\" = sesame ] && answer $TOKEN";
        let kubeconfig = plugin(&cluster, folder.path(), asks, "Always");
        let words = ["bash", "--norc", "-c", concat!(env!("CARGO_BIN_EXE_kubectl-vmirs"), " get; echo ended; sleep 60")];
        let terminal = Terminal::start(&words, folder.path(), &[("KUBECONFIG", kubeconfig.as_str())]);
        terminal.shows("Password:");
        terminal.types("sesame");
        terminal.press("Enter");
        terminal.shows(&format!("No resources found in {} namespace.", cluster.namespace));
        terminal.shows("ended");
    }

    async fn verbosity_shows_requests_and_no_token(cluster) {
        let (_, user) = known(&cluster);
        let token = user["token"].as_str().unwrap();
        let told = cluster.vmirs("create web --image=x --replicas=0 -v=10").run().await.stderr;
        for part in [
            "POST https://",
            "Request Headers:\n    accept: application/json\n",
            "Request Body: {",
            "Response Status: 201 Created in ",
            "Response Headers:\n",
            "Response Body: {",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains(token) && !told.to_lowercase().contains("authorization"), "{told}");
        let told = cluster.vmirs("get web -o json -v=8").run().await;
        assert!(told.stdout.starts_with("{\n") && told.stdout.ends_with("}\n"), "{}", told.stdout);
        let told = cluster.vmirs("get web -o name -v=6").run().await.stderr;
        assert!(told.starts_with("GET https://") && told.ends_with(" milliseconds\n"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }

    async fn whatever_a_kubeconfig_holds_is_used_or_refused(cluster) {
        let (server, user) = known(&cluster);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        std::fs::write(folder.path().join("token"), "first\nsecond\0\n").unwrap();
        let odd = [
            "", " ", "\n", "a\n", "a\0b", "\u{7f}", "ä", "..", "/", ":", "://", "?", "#", "@", "[::1", "[::1]:1", "::1", "%zz", "%", "a b",
            "127.0.0.1:1", "localhost:", "https://", "http://127.0.0.1:1/a b", "https://127.0.0.1:99999", "http://127.0.0.1:1a",
            "http://u\n:p@127.0.0.1:1", "//127.0.0.1:1", "ftp://127.0.0.1:1", "unix:///x", "http://:1", "socks5://", "1.2.3.4", "*.a",
            "token", "bm90aGluZw==", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", &"a".repeat(300), &"https://127.0.0.1:1/".repeat(4000),
        ];
        let (of_cluster, of_user) = (
            ["server", "proxy-url", "tls-server-name", "certificate-authority", "certificate-authority-data"].as_slice(),
            [
                "token", "tokenFile", "username", "password", "as", "as-uid", "as-groups", "as-user-extra", "client-certificate",
                "client-certificate-data", "client-key", "client-key-data", "exec", "auth-provider",
            ]
            .as_slice(),
        );
        let fields = of_cluster.iter().map(|field| ("cluster", *field)).chain(of_user.iter().map(|field| ("user", *field)));
        for (part, field) in fields.chain([("context", "namespace")]) {
            let mut kubeconfigs = Vec::new();
            for (index, odd) in odd.iter().enumerate() {
                let value = match field {
                    "as-groups" => json!([odd, odd]),
                    "as-user-extra" => json!({*odd: [odd]}),
                    "exec" => json!({"apiVersion": V1, "command": odd, "args": [odd], "interactiveMode": "Never", "env": [{"name": odd, "value": odd}]}),
                    "auth-provider" => json!({"name": "oidc", "config": {"idp-issuer-url": odd, "client-id": odd, "id-token": odd}}),
                    _ => json!(odd),
                };
                let mut parts = json!({"cluster": server, "user": user, "context": {"cluster": "x", "user": "x"}});
                match field {
                    "token" | "as" | "as-uid" | "as-groups" | "as-user-extra" => {}
                    _ if part == "user" => parts["user"] = json!({}),
                    _ => {}
                }
                if field.starts_with("as-") {
                    parts["user"]["as"] = json!("jane");
                }
                parts[part][field] = value;
                let config = json!({
                    "apiVersion": "v1", "kind": "Config", "current-context": "x",
                    "clusters": [{"name": "x", "cluster": parts["cluster"]}],
                    "users": [{"name": "x", "user": parts["user"]}],
                    "contexts": [{"name": "x", "context": parts["context"]}],
                });
                let path = path.with_file_name(format!("{field}-{index}"));
                std::fs::write(&path, config.to_string()).unwrap();
                kubeconfigs.push((odd, path));
            }
            let runs = kubeconfigs.iter().map(|(odd, path)| async move {
                let run = |words: &str| {
                    Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", words)
                        .env("KUBECONFIG", path)
                        .directory(path.parent().unwrap())
                        .run()
                };
                let odd = odd.get(..40).unwrap_or(odd);
                let ended = run("get --request-timeout=5s").await;
                assert!(matches!(ended.code, Some(0 | 1)) && !ended.stderr.contains("panic"), "{field} {odd:?}: {ended}");
                assert!(!ended.stderr.contains("worker"), "{field} {odd:?}: {ended}");
                let ended = run("__complete get ''").await;
                assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{field} {odd:?}: {ended}");
            });
            futures::stream::StreamExt::collect::<Vec<()>>(futures::StreamExt::buffered(futures::stream::iter(runs), 4)).await;
        }
    }

    async fn a_pod_is_known_by_its_service_account(cluster) {
        let ended = Pod::new(&cluster, Some(&cluster.namespace)).vmirs("get").run().await;
        assert_eq!(said(&ended), format!("No resources found in {} namespace.\n", cluster.namespace));
    }

    async fn a_pod_is_in_a_namespace_whatever_its_file_says(cluster) {
        for (file, namespace) in [(Some("kube-public\n"), "kube-public"), (Some(""), "default"), (None, "default")] {
            let pod = Pod::new(&cluster, file);
            let ended = pod.vmirs("create x --image=x --dry-run=client -o jsonpath={.metadata.namespace}").run().await;
            assert_eq!(said(&ended), namespace, "{file:?}");
            let ended = pod.vmirs("get --field-selector metadata.name=nothing").run().await;
            assert_eq!(said(&ended), format!("No resources found in {namespace} namespace.\n"), "{file:?}");
            let elsewhere = pod.vmirs("get").env("POD_NAMESPACE", "kube-node-lease").run().await;
            assert_eq!(said(&elsewhere), "No resources found in kube-node-lease namespace.\n");
        }
    }

    async fn a_pod_obeys_the_flags(cluster) {
        let pod = Pod::new(&cluster, Some(&cluster.namespace));
        let folder = tempfile::tempdir().unwrap();
        let stranger = rcgen::generate_simple_self_signed(vec!["stranger".to_owned()]).unwrap();
        let file = |name: &str, text: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let (certificate, key) = (file("crt", stranger.cert.pem()), file("key", stranger.signing_key.serialize_pem()));
        let nothing = format!("No resources found in {} namespace.\n", cluster.namespace);
        for (flags, told) in [
            ("--token guessed", "error: You must be logged in to the server (Unauthorized)\n"),
            (&*format!("--certificate-authority {certificate}"), "tls: failed to verify certificate: x509: "),
            ("--tls-server-name stranger.test", "x509: certificate is valid for "),
            ("--proxy-url http://127.0.0.1:1", "was refused"),
            ("--server https://127.0.0.1:1", "The connection to the server 127.0.0.1:1 was refused"),
            ("--insecure-skip-tls-verify --tls-server-name stranger.test", &*nothing),
            ("--request-timeout 20s --disable-compression", &*nothing),
            ("--as jane --as-group system:masters", &*nothing),
        ] {
            let ended = pod.vmirs(&format!("get {flags}")).run().await;
            assert!(said(&ended).contains(told), "{flags}: {ended}");
        }
        // Whom the server takes us for is the same in the pod as outside.
        for flags in ["--as jane", "--as jane --as-group friends --as-uid 7"] {
            let outside = cluster.vmirs(&format!("get {flags}")).run().await;
            let inside = pod.vmirs(&format!("get {flags}")).run().await;
            assert_eq!(said(&inside), said(&outside), "{flags}");
        }
        let ended = pod.vmirs(&format!("get --client-certificate {certificate} --client-key {key}")).run().await;
        assert_eq!(ended.code, Some(1), "{ended}");
    }
}

fn said(ended: &Ended) -> String {
    format!("{}{}", ended.stdout, ended.stderr)
}

/// What a pod finds of its service account.
struct Pod {
    folder: tempfile::TempDir,
    server: http::Uri,
}

impl Pod {
    /// `namespace`: what the account's file of that name says, if there is one.
    fn new(cluster: &Cluster, namespace: Option<&str>) -> Self {
        let (server, user) = known(cluster);
        let folder = tempfile::tempdir().unwrap();
        let authority = match server["certificate-authority-data"].as_str() {
            Some(data) => {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD.decode(data).unwrap()
            }
            None => std::fs::read(server["certificate-authority"].as_str().unwrap()).unwrap(),
        };
        std::fs::write(folder.path().join("ca.crt"), authority).unwrap();
        std::fs::write(folder.path().join("token"), format!("{}\n", user["token"].as_str().unwrap())).unwrap();
        if let Some(namespace) = namespace {
            std::fs::write(folder.path().join("namespace"), namespace).unwrap();
        }
        Self { folder, server: server["server"].as_str().unwrap().parse().unwrap() }
    }

    /// Our program with a pod's files and variables.
    fn vmirs(&self, words: &str) -> Invocation {
        self.run(env!("CARGO_BIN_EXE_kubectl-vmirs"), words)
    }

    fn run(&self, program: &str, words: &str) -> Invocation {
        // A mount namespace of its own has the files where a pod has them.
        let place = "/run/secrets/kubernetes.io/serviceaccount";
        let files = self.folder.path().display();
        let script =
            format!("mount -t tmpfs none /run && mkdir -p {place} && cp {files}/* {place} && exec {program} {words}");
        Invocation::new("unshare", "unshare", "--map-root-user --mount sh -c")
            .arg(script)
            .env("KUBERNETES_SERVICE_HOST", self.server.host().unwrap())
            .env("KUBERNETES_SERVICE_PORT", self.server.port().unwrap().as_str())
            .env("HOME", "/nowhere")
    }
}
