//! Kubeconfigs with every means to reach a server and to be known there.

use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A name that only the proxy knows.
const FAR: &str = "https://far.invalid:6443";

/// What answers an ExecCredential: `plugin.sh MODE`. It tells each call in `calls`.
const PLUGIN: &str = r#"#!/bin/sh
cd "$(dirname "$0")"
echo "$1" >> calls
answer() { printf '{"apiVersion": "client.authentication.k8s.io/%s", "kind": "ExecCredential", "status": {%s}}\n' "$1" "$2"; }
case $1 in
  token) answer v1 "\"token\": \"$(cat token)\"" ;;
  beta) answer v1beta1 "\"token\": \"$(cat token)\"" ;;
  until) answer v1 "\"token\": \"$(cat token)\", \"expirationTimestamp\": \"2099-01-01T00:00:00Z\"" ;;
  over) answer v1 "\"token\": \"$(cat token)\", \"expirationTimestamp\": \"2001-01-01T00:00:00Z\"" ;;
  wrong) answer v1 '"token": "guessed"' ;;
  certificate) cat certificate.json ;;
  half) answer v1 '"clientCertificateData": "x"' ;;
  noise) answer v1 '"clientCertificateData": "x", "clientKeyData": "y"' ;;
  variable) answer v1 "\"token\": \"$TOKEN\"" ;;
  cluster) case $KUBERNETES_EXEC_INFO in *'"server":"https://127.0.0.1:'*) answer v1 "\"token\": \"$(cat token)\"" ;; *) exit 4 ;; esac ;;
  info) case $(printf %s "$KUBERNETES_EXEC_INFO") in
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}') answer v1 "\"token\": \"$(cat token)\"" ;;
      *) exit 5 ;;
    esac ;;
  nothing) answer v1 '' ;;
  no-status) echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}' ;;
  garbage) echo 'who is there?' ;;
  fails) echo 'please log in first' >&2; exit 3 ;;
esac
"#;

/// A JWT without a signature that ends at that second.
fn unsigned(end: i64) -> String {
    use base64::Engine as _;
    let part = |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(json!({"alg": "none"})), part(json!({"exp": end})))
}

/// Writes them; returns the proxy's address.
pub async fn write(kubeconfig: &Path, folder: &Path) -> String {
    let text = std::fs::read_to_string(kubeconfig).unwrap();
    let known: Value = serde_json::to_value(kube::config::Kubeconfig::from_yaml(&text).unwrap()).unwrap();
    let user = known["users"].as_array().unwrap().iter().find(|user| user["name"] == "admin").unwrap()["user"].clone();
    let cluster = known["clusters"][0]["cluster"].clone();
    let token = user["token"].as_str().unwrap().to_owned();
    std::fs::write(folder.join("token"), format!("{token}\n")).unwrap();
    std::fs::write(folder.join("plugin.sh"), PLUGIN).unwrap();
    std::fs::set_permissions(folder.join("plugin.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let beside = |name: &str| std::fs::read_to_string(kubeconfig.with_file_name(name)).unwrap();
    let (certificate, key) = (beside("client.crt"), beside("client.key"));
    std::fs::write(folder.join("client.crt"), &certificate).unwrap();
    std::fs::write(folder.join("client.key"), &key).unwrap();
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": {"clientCertificateData": certificate, "clientKeyData": key},
    });
    std::fs::write(folder.join("certificate.json"), credential.to_string()).unwrap();
    let proxy = proxy(cluster["server"].as_str().unwrap()).await;

    let config = |name: &str, cluster: &Value, user: &Value| {
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "x",
            "clusters": [{"name": "x", "cluster": cluster}], "users": [{"name": "x", "user": user}],
            "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        });
        std::fs::write(folder.join(name), config.to_string()).unwrap();
    };
    let exec = |name: &str, changes: Value| {
        let mut exec = json!({
            "apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin.sh", "args": [name], "interactiveMode": "Never",
        });
        for (key, value) in changes.as_object().unwrap() {
            exec[key] = value.clone();
        }
        config(&format!("exec-{name}"), &cluster, &json!({"exec": exec}));
    };
    for plain in [
        "token",
        "certificate",
        "until",
        "over",
        "wrong",
        "half",
        "noise",
        "info",
        "nothing",
        "no-status",
        "garbage",
        "fails",
    ] {
        exec(plain, json!({}));
    }
    exec("beta", json!({"apiVersion": "client.authentication.k8s.io/v1beta1", "interactiveMode": null}));
    exec("alpha", json!({"apiVersion": "client.authentication.k8s.io/v1alpha1"}));
    exec("other-version", json!({"args": ["beta"]}));
    exec("no-mode", json!({"args": ["token"], "interactiveMode": null}));
    exec("odd-mode", json!({"args": ["token"], "interactiveMode": "Sometimes"}));
    exec("if-available", json!({"args": ["token"], "interactiveMode": "IfAvailable"}));
    exec("always", json!({"args": ["token"], "interactiveMode": "Always"}));
    exec("no-command", json!({"command": ""}));
    exec("no-version", json!({"apiVersion": ""}));
    exec("missing", json!({"command": "no-such-plugin", "installHint": "Install it by hand."}));
    exec("missing-here", json!({"command": "./no-such-plugin"}));
    exec("variable", json!({"env": [{"name": "TOKEN", "value": token}]}));
    exec("cluster", json!({"provideClusterInfo": true}));
    config(
        "exec-and-token",
        &cluster,
        &json!({"token": token, "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin.sh", "args": ["fails"], "interactiveMode": "Never"}}),
    );

    config("token-file", &cluster, &json!({"tokenFile": "token"}));
    config("token-file-missing", &cluster, &json!({"tokenFile": "nothing"}));
    let files = json!({"client-certificate": "client.crt", "client-key": "client.key"});
    config("certificate", &cluster, &files);
    config("certificate-without-key", &cluster, &json!({"client-certificate": "client.crt"}));
    for (name, settings) in
        [("gcp", json!({})), ("azure", json!({})), ("strange", json!({})), ("oidc", json!({"client-id": "me"}))]
    {
        let provider = json!({"auth-provider": {"name": name, "config": settings}});
        config(&format!("provider-{name}"), &cluster, &provider);
    }
    for (name, token) in [("valid", &*unsigned(4_000_000_000)), ("expired", &*unsigned(1)), ("odd", "x")] {
        let settings = json!({"client-id": "me", "idp-issuer-url": "https://127.0.0.1:1", "id-token": token});
        config(&format!("oidc-{name}"), &cluster, &json!({"auth-provider": {"name": "oidc", "config": settings}}));
    }
    config("nobody", &cluster, &json!({}));
    config("empty-password", &cluster, &json!({"username": "", "password": "", "token": token}));
    config("empty-token", &cluster, &json!({"username": "me", "password": "secret", "token": ""}));
    config("token-of-two-lines", &cluster, &json!({"token": format!("{token}\n")}));
    config("impersonating-two-lines", &cluster, &json!({"token": token, "as": "jane\ndoe"}));
    config(
        "impersonating-a-group-of-two-lines",
        &cluster,
        &json!({"token": token, "as": "jane", "as-groups": ["a\nb"]}),
    );
    config("impersonating-beyond-ascii", &cluster, &json!({"token": token, "as": "jäne"}));
    config("empty-server-name", &with(&cluster, "tls-server-name", ""), &user);
    let named = cluster["server"].as_str().unwrap().replace("https://", "https://me:secret@");
    config("server-with-a-name", &with(&cluster, "server", &named), &user);
    config("basic", &cluster, &json!({"username": "me", "password": "secret"}));
    config("basic-and-token", &cluster, &json!({"username": "me", "password": "secret", "token": "t"}));
    config("impersonating", &cluster, &json!({"token": token, "as": "jane", "as-groups": ["system:masters"]}));
    config(
        "broken-authority",
        &json!({"server": cluster["server"], "certificate-authority-data": "bm90aGluZw=="}),
        &user,
    );

    let through = |url: &str| {
        let mut cluster = cluster.clone();
        cluster["proxy-url"] = json!(url);
        cluster
    };
    config("proxy", &through(&proxy), &user);
    config("proxy-dead", &through("http://127.0.0.1:1"), &user);
    config("proxy-odd", &through("gopher://127.0.0.1:1"), &user);
    config("proxy-refuses", &through(&proxy.replace("http://", "http://nobody@")), &user);
    let mut far = cluster.clone();
    (far["server"], far["tls-server-name"]) = (json!(FAR), json!("127.0.0.1"));
    config("far", &far, &user);
    let others = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x", "namespace": "from-the-first-file"}}],
    });
    std::fs::write(folder.join("context-only"), others.to_string()).unwrap();
    proxy
}

fn with(cluster: &Value, field: &str, value: &str) -> Value {
    let mut cluster = cluster.clone();
    cluster[field] = json!(value);
    cluster
}

/// A proxy that tunnels to one server, whatever is asked for; who gives a name is refused.
async fn proxy(server: &str) -> String {
    let server = server.trim_start_matches("https://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(tunnel(client, server.clone()));
        }
    });
    address
}

async fn tunnel(client: TcpStream, server: String) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if client.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    if !head.starts_with("CONNECT ") || head.to_lowercase().contains("proxy-authorization") {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    }
    let mut server = TcpStream::connect(server).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}
