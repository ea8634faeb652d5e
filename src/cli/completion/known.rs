//! What is known of the world when candidates are chosen, and how it is found out: from the kubeconfig, or by asking
//! the cluster for metadata only, for a moment and without a word.

use super::source::Source;
use crate::api::namespace::NamespaceScope;
use crate::cli::address;
use crate::cli::cluster::{Call, Cluster, Path};
use crate::cli::connection::Connection;
use crate::cli::error::Error;
use crate::printers::Out;
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
pub(super) struct Object {
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
    metadata: Object,
}

/// What the source has, as far as it can be had at once. Whatever fails leaves less to offer, and no trace.
pub(super) async fn look(source: &Source, connection: &Connection) -> Vec<Object> {
    let Ok(kubeconfig) = connection.kubeconfig() else { return Vec::new() };
    if !source.is_live() {
        return in_kubeconfig(source, &kubeconfig);
    }
    let fallback = in_kubeconfig(source, &kubeconfig);
    let (pages, mut arrived) = mpsc::unbounded_channel();
    let asking = ask(source, connection, without_prompts(kubeconfig), pages);
    let mut objects = Vec::new();
    let all = async {
        tokio::join!(asking, async {
            while let Some(page) = arrived.recv().await {
                objects.extend::<Vec<Object>>(page);
            }
        });
    };
    // What came before the deadline is better than nothing.
    let _ = tokio::time::timeout(PATIENCE, all).await;
    objects.retain(is_harmless);
    if objects.is_empty() { fallback } else { objects }
}

/// Sends what the cluster has, page by page.
async fn ask(
    source: &Source,
    connection: &Connection,
    kubeconfig: Kubeconfig,
    pages: mpsc::UnboundedSender<Vec<Object>>,
) {
    let connection = Connection { quiet: true, ..connection.clone() };
    let Ok(cluster) = connection.cluster_of(kubeconfig).await else { return };
    let mut out = Out::new(Box::new(std::io::sink()), Box::new(std::io::sink()), false);
    let Ok(path) = path(source, &cluster) else { return };
    let mut token = String::new();
    loop {
        let mut call = Call::new(Method::GET, path.clone()).accept(METADATA).query("limit", PAGE);
        if !token.is_empty() {
            call = call.query("continue", token);
        }
        let Ok(list) = cluster.json::<List>(&mut out, call).await else { return };
        if pages.send(list.items.into_iter().map(|item| item.metadata).collect()).is_err() {
            return;
        }
        token = list.metadata.token;
        if token.is_empty() {
            return;
        }
    }
}

fn path(source: &Source, cluster: &Cluster) -> Result<Path, Error> {
    match source {
        Source::Namespaces => Ok("/api/v1/namespaces".into()),
        Source::Vmis => address::vmis(&cluster.namespace),
        Source::Autoscalers => address::autoscalers("v2", &cluster.namespace),
        _ => address::sets(&NamespaceScope::One(cluster.namespace.clone())),
    }
}

/// The kubeconfig with every credential plugin told that nobody can be asked; one that insists on asking is taken away.
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

/// The names that the kubeconfig knows. Namespaces of contexts stand in for those that may not be listed.
fn in_kubeconfig(source: &Source, kubeconfig: &Kubeconfig) -> Vec<Object> {
    let names: Vec<String> = match source {
        Source::Contexts => kubeconfig.contexts.iter().map(|context| context.name.clone()).collect(),
        Source::Clusters => kubeconfig.clusters.iter().map(|cluster| cluster.name.clone()).collect(),
        Source::Users => kubeconfig.auth_infos.iter().map(|user| user.name.clone()).collect(),
        Source::Namespaces => {
            kubeconfig.contexts.iter().filter_map(|context| context.context.as_ref()?.namespace.clone()).collect()
        }
        _ => Vec::new(),
    };
    names.into_iter().map(|name| Object { name, ..Object::default() }).collect()
}

/// Whether names and labels are of the characters that Kubernetes allows: what a server sends ends up on a command line.
fn is_harmless(object: &Object) -> bool {
    let plain = |text: &String| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    plain(&object.name) && object.labels.iter().all(|(key, value)| plain(key) && plain(value))
}

#[cfg(test)]
pub(super) fn object(name: &str, labels: &[(&str, &str)]) -> Object {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Object { name: name.to_owned(), labels }
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
    fn names_of_the_kubeconfig_need_no_cluster() {
        let kubeconfig = kubeconfig("Never");
        let names = |source| in_kubeconfig(&source, &kubeconfig).into_iter().map(|o| o.name).collect::<Vec<_>>();
        assert_eq!(names(Source::Contexts), ["one", "two"]);
        assert_eq!(names(Source::Clusters), ["c"]);
        assert_eq!(names(Source::Users), ["u"]);
        assert_eq!(names(Source::Namespaces), ["prod"]);
        assert_eq!(names(Source::Sets), [""; 0]);
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
