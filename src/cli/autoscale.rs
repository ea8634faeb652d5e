//! `kubectl vmirs autoscale`.

mod manifest;
mod metric;
mod overwrite;
mod warnings;
mod write;

use super::completion::Completer;
use super::context::Context;
use super::dry_run::{DryRun, DryRunFlag};
use super::error::Error;
use super::files::Files;
use super::go_values::go_int32;
use super::hpa;
use super::print::PrintFlags;
use super::selection::{self, ListOptions, Resolution, ResolvedSet, ResourceArgs};
use crate::api::vmirs::ReplicaSet;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use manifest::{HpaOptions, HpaVersion};
use serde::Deserialize;
use std::process::ExitCode;
use std::time::Duration;
use warnings::{ClusterFacts, MetricsApi};
use write::{HpaWriter, WriteResult};

/// A warning is not worth a longer wait.
const PATIENCE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
Examples:
  # Keep the set named 'web' between 2 and 10 VMIs, with the server's default target of 80% CPU
  kubectl vmirs autoscale web --min=2 --max=10

  # Between 1 and 5 VMIs, target CPU utilization at 80% of what the template requests
  kubectl vmirs autoscale web --max=5 --cpu=80%

  # Target average CPU of 500m and memory of 200Mi
  kubectl vmirs autoscale web --min=3 --max=6 --cpu=500m --memory=200Mi

  # Change the limits of the HPA of 'web'
  kubectl vmirs autoscale web --min=3 --max=9 --overwrite

  # Print the HPA for the only set in the namespace instead of creating it
  kubectl vmirs autoscale --max=5 --cpu=60% --dry-run=client -o yaml
";

/// Create a HorizontalPodAutoscaler (HPA) that automatically chooses the size of a set.
///
/// Without NAME, uses the only set in the namespace. The HPA reads the metrics of the launcher pods; a percentage is relative to what the template requests.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs autoscale [-f FILENAME | NAME] [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// The upper limit for the number of VMIs that can be set by the HPA. Required.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, required = true)]
    max: i32,
    /// The lower limit for the number of VMIs that can be set by the HPA. If it's not specified or negative, the server will apply a default value.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, default_value = "-1")]
    min: i32,
    /// Target CPU utilization over all the VMIs: "70%" of the requested CPU, or an average value such as "500m". Value without units is treated as a quantity with miliCPU being the unit (e.g."500" is "500m").
    #[arg(long, value_name = "TARGET", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    cpu: String,
    /// Target memory utilization over all the VMIs: "60%" of the requested memory, or an average value such as "200Mi". Value without units is treated as a quantity with mebibytes being the unit (e.g."200" is "200Mi").
    #[arg(long, value_name = "TARGET", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    memory: String,
    /// Deprecated; use --cpu
    #[arg(long, value_name = "PERCENT", hide = true, allow_negative_numbers = true, value_parser = go_int32)]
    cpu_percent: Option<i32>,
    /// The name for the newly created object. If not specified, the name of the set will be used.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true, add = Completer::Hpas)]
    name: String,
    /// Version of the autoscaling API: v2, or v1, which supports only a CPU percentage. Defaults to v2, or to v1 if the server has no v2.
    #[arg(long, value_name = "VERSION")]
    api_version: Option<HpaVersion>,
    /// If an HPA of that name exists, change its limits and the given metrics, and nothing else.
    #[arg(long)]
    overwrite: bool,
    /// If true, the configuration of current object will be saved in its annotation.
    #[arg(long)]
    save_config: bool,
    /// Name of the manager used to track field ownership.
    #[arg(long, value_name = "NAME", default_value = "kubectl-autoscale")]
    field_manager: String,
    #[command(flatten)]
    dry_run: DryRunFlag,
    #[command(flatten)]
    print: PrintFlags,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        if self.cpu_percent.is_some() {
            ui.note(
                "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., \
                 '70%' for utilization or '500m' for milliCPU).",
            );
        }
        let dry_run = self.dry_run.strategy(ui)?;
        let mut printer = self.print.printer(dry_run)?.in_go_field_order();
        manifest::check_bounds(self.min, self.max)?;
        if self.cpu_percent.is_some_and(|percent| percent > 0) && !self.cpu.is_empty() {
            return Err(Error::plain("--cpu-percent and --cpu are mutually exclusive"));
        }
        let metrics = metric::all(self.cpu_percent, &self.cpu, &self.memory)?;
        let cluster = context.connection.cluster().await?;
        let mut resolved = self.targets(&cluster, ui).await?.all_or_none()?;
        if resolved.sets.is_empty() && resolved.failures.is_empty() {
            return Err(Error::plain("no objects passed to autoscale"));
        }
        for found in &resolved.sets {
            let options = HpaOptions {
                name: if self.name.is_empty() { found.name() } else { &self.name },
                namespace: found.namespace(),
                target: found.name(),
                min: self.min,
                max: self.max,
                metrics: &metrics,
            };
            warn(&cluster, ui, found, &options).await;
            let writer = HpaWriter {
                cluster: &cluster,
                version: self.api_version,
                dry_run,
                save_config: self.save_config,
                field_manager: &self.field_manager,
                overwrite: self.overwrite,
            };
            let (hpa, operation) = match writer.write(ui, &options).await {
                // kubectl says `created` when nothing was sent.
                Ok(WriteResult::Created(hpa)) if dry_run == DryRun::Client => (hpa, "created"),
                Ok(WriteResult::Created(hpa) | WriteResult::Changed(hpa)) => (hpa, "autoscaled"),
                Ok(WriteResult::Unchanged(hpa)) => (hpa, "unchanged"),
                Err(error) => {
                    resolved.failures.push(error);
                    continue;
                }
            };
            printer.print_or_keep(ui, &hpa, operation, &mut resolved.failures)?;
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The sets that were named, else the only one in the namespace.
    async fn targets(&self, cluster: &Cluster, ui: &mut Ui) -> Result<Resolution, Error> {
        if !self.names.is_empty() || self.files.given() {
            let typed = ResourceArgs { names: &self.names, files: Some(&self.files), ..ResourceArgs::default() };
            return selection::resolve(cluster, ui, typed, false).await;
        }
        let found = selection::list(cluster, ui, &ListOptions::default()).await?;
        only(&found.iter().map(ResolvedSet::name).collect::<Vec<_>>(), &cluster.namespace)?;
        Ok(Resolution { sets: found, ..Resolution::default() })
    }
}

/// Succeeds when there is exactly one name.
fn only(names: &[&str], namespace: &str) -> Result<(), Error> {
    match names {
        [_] => Ok(()),
        [] => Err(Error::plain(format!("no VirtualMachineInstanceReplicaSet found in {namespace} namespace"))),
        several => Err(Error::plain(format!(
            "{} sets in {namespace} namespace; name the one to autoscale: {}",
            several.len(),
            several.join(", ")
        ))),
    }
}

/// Says why the autoscaler may never act. Nothing here keeps it from being created.
async fn warn(cluster: &Cluster, ui: &mut Ui, found: &ResolvedSet, options: &HpaOptions<'_>) {
    // Those of a file say nothing about the state of the cluster.
    if found.file.is_some() {
        return;
    }
    let facts =
        ClusterFacts { hpas: hpa::list(cluster, ui, options.namespace).await, metrics: metrics(cluster, ui).await };
    let Ok(set) = ReplicaSet::deserialize(&found.object) else { return };
    for text in warnings::all(&set, options, &facts) {
        ui.warning(&text);
    }
}

/// Whether the cluster can tell how much CPU and memory pods take.
async fn metrics(cluster: &Cluster, ui: &mut Ui) -> MetricsApi {
    let look = cluster.bytes(ui, Call::new(Method::GET, "/apis/metrics.k8s.io/v1beta1"));
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Err(error)) if error.is_not_found() => MetricsApi::Missing,
        Ok(Err(error)) if error.status().is_some_and(|status| status.code == 503) => MetricsApi::Unavailable,
        _ => MetricsApi::Available,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_name_there_must_be_exactly_one_set() {
        assert!(only(&["a"], "n").is_ok());
        let message = |names: &[&str]| only(names, "n").unwrap_err().to_string();
        assert_eq!(message(&[]), "no VirtualMachineInstanceReplicaSet found in n namespace");
        assert_eq!(message(&["a", "b"]), "2 sets in n namespace; name the one to autoscale: a, b");
    }

    #[tokio::test]
    async fn a_cluster_is_asked_whether_it_has_metrics() {
        use crate::cli::client_sink::silent;
        use crate::client::scripted::{refusal, scripted};
        for (status, expected) in [
            (200, MetricsApi::Available),
            (403, MetricsApi::Available),
            (404, MetricsApi::Missing),
            (503, MetricsApi::Unavailable),
        ] {
            let (cluster, _) = scripted(move |_| (status, refusal("")));
            assert_eq!(metrics(&cluster, &mut silent()).await, expected, "{status}");
        }
    }
}
