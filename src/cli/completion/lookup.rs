//! Looks up what an argument's completer offers: in the kubeconfig, or in the cluster, metadata only, for a moment and
//! without a message.

use super::completer::Completer;
use crate::cli::connection::Connection;
use crate::client::Call;
use crate::printers::Ui;
use http::Method;
use kube::config::{ExecInteractiveMode, Kubeconfig};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long somebody who presses Tab waits at most.
const PATIENCE: Duration = Duration::from_millis(300);

const PAGE: &str = "500";

const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// The metadata of an object, as far as it is of use.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(super) struct ListedObject {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct List {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Debug, Default, Deserialize)]
struct ListMeta {
    #[serde(default, rename = "continue")]
    token: String,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default)]
    metadata: ListedObject,
}

/// What the completer offers, as far as it is there at once. Whatever fails leaves less to offer, and no trace.
pub(super) async fn look_up(completer: Completer, connection: &Connection) -> Vec<ListedObject> {
    let Ok(kubeconfig) = connection.kubeconfig() else { return Vec::new() };
    let named = |name| ListedObject { name, ..ListedObject::default() };
    let local = completer.in_kubeconfig(&kubeconfig).into_iter().map(named).collect();
    if !completer.is_remote() {
        return local;
    }
    let (pages, mut arrived) = mpsc::unbounded_channel();
    let asking = ask(completer, connection, without_prompts(kubeconfig), pages);
    let mut objects = Vec::new();
    let all = async {
        tokio::join!(asking, async {
            while let Some(page) = arrived.recv().await {
                objects.extend::<Vec<ListedObject>>(page);
            }
        });
    };
    // What came before the deadline is better than nothing.
    let _ = tokio::time::timeout(PATIENCE, all).await;
    objects.retain(is_harmless);
    if objects.is_empty() { local } else { objects }
}

/// Sends what the cluster has, page by page.
async fn ask(
    completer: Completer,
    connection: &Connection,
    kubeconfig: Kubeconfig,
    pages: mpsc::UnboundedSender<Vec<ListedObject>>,
) {
    let connection = Connection { quiet: true, ..connection.clone() };
    let Ok(cluster) = connection.cluster_of(kubeconfig).await else { return };
    let mut ui = Ui::new(Box::new(std::io::sink()), Box::new(std::io::sink()), false);
    let Some(Ok(path)) = completer.path(&cluster) else { return };
    let mut token = String::new();
    loop {
        let mut call = Call::new(Method::GET, path.clone()).accept(METADATA).query("limit", PAGE);
        if !token.is_empty() {
            call = call.query("continue", token);
        }
        let Ok(list) = cluster.json::<List>(&mut ui, call).await else { return };
        if pages.send(list.items.into_iter().map(|item| item.metadata).collect()).is_err() {
            return;
        }
        token = list.metadata.token;
        if token.is_empty() {
            return;
        }
    }
}

/// The kubeconfig with every exec plugin in mode Never, so that none prompts; one with mode Always is left out.
fn without_prompts(mut kubeconfig: Kubeconfig) -> Kubeconfig {
    for user in &mut kubeconfig.auth_infos {
        let Some(exec) = user.auth_info.as_mut().and_then(|user| user.exec.as_mut()) else { continue };
        if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
            exec.command = None;
        }
        // Its stdin is then empty.
        exec.interactive_mode = Some(ExecInteractiveMode::Never);
    }
    kubeconfig
}

/// Whether names and labels have only characters that Kubernetes allows: what a server sends ends up on a command line.
fn is_harmless(object: &ListedObject) -> bool {
    let plain = |text: &String| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    plain(&object.name) && object.labels.iter().all(|(key, value)| plain(key) && plain(value))
}

#[cfg(test)]
pub(super) fn object(name: &str, labels: &[(&str, &str)]) -> ListedObject {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    ListedObject { name: name.to_owned(), labels }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubeconfig(interactive: &str) -> Kubeconfig {
        serde_json::from_value(serde_json::json!({
            "contexts": [
                {"name": "one", "context": {"cluster": "c", "user": "u", "namespace": "prod"}},
                {"name": "two", "context": {"cluster": "c", "user": "u"}},
            ],
            "clusters": [{"name": "c", "cluster": {}}],
            "users": [{"name": "u", "user": {"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": "login", "interactiveMode": interactive,
            }}}],
        }))
        .unwrap()
    }

    #[test]
    fn a_credential_plugin_is_told_that_nobody_can_be_asked() {
        for (mode, command) in [("IfAvailable", Some("login")), ("Never", Some("login")), ("Always", None)] {
            let quiet = without_prompts(kubeconfig(mode));
            let exec = quiet.auth_infos[0].auth_info.as_ref().unwrap().exec.as_ref().unwrap();
            assert_eq!(exec.interactive_mode, Some(ExecInteractiveMode::Never), "{mode}");
            assert_eq!(exec.command.as_deref(), command, "{mode}");
        }
    }

    #[test]
    fn what_could_be_a_command_is_not_taken_for_a_name() {
        assert!(is_harmless(&object("web-1.x", &[("a.b/c", "D_1"), ("empty", "")])));
        for name in ["$(reboot)", "a b", "a;b", "a\u{1b}[2J", "a\nb", "`x`"] {
            assert!(!is_harmless(&object(name, &[])), "{name}");
            assert!(!is_harmless(&object("a", &[("k", name)])), "{name}");
        }
    }
}
