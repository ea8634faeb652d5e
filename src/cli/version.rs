//! `kubectl vmirs version`.

use super::context::Context;
use super::error::Error;
use super::suggest::Suggest;
use crate::api::{GROUP, VERSION, vmirs};
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::Ui;
use crate::text::yaml;
use http::Method;
use serde_json::{Value, json};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # Print the versions of this plugin, of the server, and of KubeVirt in the current context
  kubectl vmirs version

  # Print the version of this plugin alone
  kubectl vmirs version --client
";

/// Print the version of this plugin, of the server, and of KubeVirt for the current context.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs version [flags] [options]")]
pub(crate) struct Args {
    #[arg(hide = true)]
    words: Vec<String>,
    /// If true, shows client version only (no server required).
    #[arg(long)]
    client: bool,
    /// One of 'yaml' or 'json'.
    #[arg(short, long, value_name = "FORMAT", default_value = "", hide_default_value = true, value_parser = Suggest(&["yaml", "json"]))]
    output: String,
}

/// What of KubeVirt the server has.
#[derive(Clone, Debug, PartialEq, Eq)]
enum KubeVirt {
    /// The operator reports this version.
    Installed(String),
    /// Sets can be stored, but no operator reports a version: whether anything acts on them is not known.
    CrdsOnly,
    Missing,
    /// The server would not say.
    Unknown(String),
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        if !self.words.is_empty() {
            return Err(Error::plain(format!("extra arguments: [{}]", self.words.join(" "))));
        }
        if !matches!(self.output.as_str(), "" | "yaml" | "json") {
            return Err(Error::plain("--output must be 'yaml' or 'json'"));
        }
        let ui = &mut context.ui;
        let mut report = json!({"clientVersion": {"version": client()}});
        let mut failure = None;
        if !self.client {
            let cluster = context.connection.cluster().await?;
            match server(&cluster, ui).await {
                Ok((version, kubevirt)) => {
                    report["serverVersion"] = version;
                    report["kubevirt"] = kubevirt.report();
                }
                // The client's version is worth showing all the same.
                Err(error) => failure = Some(error),
            }
        }
        match self.output.as_str() {
            "yaml" => ui.data(&yaml::to_string(&report).map_err(Error::cause)?)?,
            "json" => ui.line(&format!("{report:#}"))?,
            _ => ui.data(&text(&report))?,
        }
        failure.map_or(Ok(ExitCode::SUCCESS), Err)
    }
}

fn client() -> String {
    format!("v{}", env!("CARGO_PKG_VERSION"))
}

async fn server(cluster: &Cluster, ui: &mut Ui) -> Result<(Value, KubeVirt), Error> {
    let version: Value = cluster.json(ui, Call::new(Method::GET, "/version")).await?;
    Ok((version, kubevirt(cluster, ui).await))
}

async fn kubevirt(cluster: &Cluster, ui: &mut Ui) -> KubeVirt {
    let resources = cluster.json::<Value>(ui, Call::new(Method::GET, resource_paths::KUBEVIRT_API)).await;
    match resources {
        Ok(resources) if serves_sets(&resources) => {}
        Ok(_) => return KubeVirt::Missing,
        Err(error) if error.is_not_found() => return KubeVirt::Missing,
        Err(error) => return KubeVirt::Unknown(error.to_string()),
    }
    let list = cluster
        .json::<Value>(ui, Call::new(Method::GET, Path::from(resource_paths::KUBEVIRT_API).then("kubevirts")))
        .await;
    list.ok().as_ref().and_then(observed).map_or(KubeVirt::CrdsOnly, KubeVirt::Installed)
}

fn serves_sets(resources: &Value) -> bool {
    let all = resources.get("resources").and_then(Value::as_array);
    all.into_iter().flatten().any(|resource| resource["name"] == vmirs::PLURAL)
}

fn observed(kubevirts: &Value) -> Option<String> {
    let version = kubevirts.pointer("/items/0/status/observedKubeVirtVersion")?.as_str()?;
    (!version.is_empty()).then(|| version.to_owned())
}

impl KubeVirt {
    fn report(&self) -> Value {
        match self {
            Self::Installed(version) => json!({"crds": VERSION, "version": version}),
            Self::CrdsOnly => json!({"crds": VERSION}),
            Self::Missing => json!({}),
            Self::Unknown(why) => json!({"error": why}),
        }
    }
}

fn text(report: &Value) -> String {
    let at = |pointer: &str| report.pointer(pointer).and_then(Value::as_str);
    let mut text = format!("Client Version: {}\n", at("/clientVersion/version").unwrap_or_default());
    if let Some(server) = at("/serverVersion/gitVersion") {
        text.push_str(&format!("Server Version: {server}\n"));
        let kubevirt = match (at("/kubevirt/version"), at("/kubevirt/crds"), at("/kubevirt/error")) {
            (Some(version), ..) => version.to_owned(),
            (None, Some(version), _) => format!("unknown (CRDs of {GROUP}/{version} are installed)"),
            (None, None, Some(why)) => format!("unknown ({why})"),
            (None, None, None) => "not installed".to_owned(),
        };
        text.push_str(&format!("KubeVirt Version: {kubevirt}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_kubevirt_has_its_line() {
        let line = |kubevirt: KubeVirt| {
            let report = json!({"clientVersion": {"version": "v1"}, "serverVersion": {"gitVersion": "v2"}, "kubevirt": kubevirt.report()});
            text(&report).lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(line(KubeVirt::Installed("v1.6.0".into())), "KubeVirt Version: v1.6.0");
        assert_eq!(line(KubeVirt::CrdsOnly), "KubeVirt Version: unknown (CRDs of kubevirt.io/v1 are installed)");
        assert_eq!(line(KubeVirt::Missing), "KubeVirt Version: not installed");
        assert_eq!(line(KubeVirt::Unknown("no".into())), "KubeVirt Version: unknown (no)");
        assert_eq!(text(&json!({"clientVersion": {"version": "v1"}})), "Client Version: v1\n");
    }

    #[test]
    fn the_operator_reports_the_version() {
        assert_eq!(
            observed(&json!({"items": [{"status": {"observedKubeVirtVersion": "v1.6.0"}}]})).as_deref(),
            Some("v1.6.0")
        );
        assert_eq!(observed(&json!({"items": []})), None);
        assert!(serves_sets(&json!({"resources": [{"name": vmirs::PLURAL}]})));
    }
}
