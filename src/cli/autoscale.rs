//! `kubectl vmirs autoscale`.

mod advice;
mod hpa;
mod metric;

use super::Context;
use super::address;
use super::cluster::{Call, Cluster};
use super::error::Error;
use super::files::Files;
use super::flags::{DryRun, DryRunFlag, go_int32};
use super::last_applied;
use super::print::PrintFlags;
use super::target::{self, Found, Query, Resolved, Typed};
use crate::output::Out;
use hpa::{Version, Wish};
use http::Method;
use serde_json::Value;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # Keep the set named 'web' between 2 and 10 machines, by the server's default of 80% CPU
  kubectl vmirs autoscale web --min=2 --max=10

  # Between 1 and 5 machines, target CPU utilization at 80% of what the template requests
  kubectl vmirs autoscale web --max=5 --cpu=80%

  # Target average CPU of 500m and memory of 200Mi
  kubectl vmirs autoscale web --min=3 --max=6 --cpu=500m --memory=200Mi

  # Print the autoscaler of the only set in the namespace instead of creating it
  kubectl vmirs autoscale --max=5 --cpu=60% --dry-run=client -o yaml
";

/// Create an autoscaler (HorizontalPodAutoscaler) that automatically chooses the size of a set.
///
/// Without NAME, the only set in the namespace is meant. The autoscaler looks at the pods in which the machines run; a percentage is relative to what the template requests.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs autoscale [-f FILENAME | NAME] [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// The upper limit for the number of machines that can be set by the autoscaler. Required.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, required = true)]
    max: i32,
    /// The lower limit for the number of machines that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, default_value = "-1")]
    min: i32,
    /// Target CPU utilization over all the machines: "70%" of the requested CPU, or an average value such as "500m". Value without units is treated as a quantity with miliCPU being the unit (e.g."500" is "500m").
    #[arg(long, value_name = "TARGET", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    cpu: String,
    /// Target memory utilization over all the machines: "60%" of the requested memory, or an average value such as "200Mi". Value without units is treated as a quantity with mebibytes being the unit (e.g."200" is "200Mi").
    #[arg(long, value_name = "TARGET", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    memory: String,
    /// Deprecated; use --cpu
    #[arg(long, value_name = "PERCENT", hide = true, allow_negative_numbers = true, value_parser = go_int32)]
    cpu_percent: Option<i32>,
    /// The name for the newly created object. If not specified, the name of the set will be used.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// Version of the autoscaling API: v2, or v1, which knows nothing but a CPU percentage. By default v2, and v1 only where the server has no v2.
    #[arg(long, value_name = "VERSION")]
    api_version: Option<Version>,
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
        let out = &mut context.out;
        if self.cpu_percent.is_some() {
            out.note(
                "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., \
                 '70%' for utilization or '500m' for milliCPU).",
            );
        }
        let dry_run = self.dry_run.strategy(out)?;
        let mut printer = self.print.printer(dry_run)?;
        hpa::check_bounds(self.min, self.max)?;
        if self.cpu_percent.is_some() && !self.cpu.is_empty() {
            return Err(Error::plain("--cpu-percent and --cpu are mutually exclusive"));
        }
        let cluster = context.connection.cluster().await?;
        let mut resolved = self.targets(&cluster, out).await?;
        if resolved.found.is_empty() && resolved.failures.is_empty() {
            return Err(Error::plain("no objects passed to autoscale"));
        }
        let metrics = metric::all(self.cpu_percent, &self.cpu, &self.memory)?;
        for found in &resolved.found {
            let wish = Wish {
                name: if self.name.is_empty() { found.name() } else { &self.name },
                namespace: found.namespace(),
                target: found.name(),
                min: self.min,
                max: self.max,
                metrics: &metrics,
            };
            advise(&cluster, out, found, &wish).await;
            match self.create(&cluster, out, &wish, dry_run).await {
                // kubectl says `created` when nothing was sent.
                Ok(hpa) => {
                    printer.print(out, &hpa, if dry_run == DryRun::Client { "created" } else { "autoscaled" })?;
                }
                Err(error) => resolved.failures.push(error),
            }
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The sets that were named, else the only one in the namespace.
    async fn targets(&self, cluster: &Cluster, out: &mut Out) -> Result<Resolved, Error> {
        if !self.names.is_empty() || self.files.given() {
            let typed = Typed { names: &self.names, files: Some(&self.files), ..Typed::default() };
            return target::resolve(cluster, out, typed, false).await;
        }
        let found = target::list(cluster, out, &Query::default()).await?;
        only(&found.iter().map(Found::name).collect::<Vec<_>>(), &cluster.namespace)?;
        Ok(Resolved { found, failures: Vec::new() })
    }

    async fn create(&self, cluster: &Cluster, out: &mut Out, wish: &Wish<'_>, dry_run: DryRun) -> Result<Value, Error> {
        let first = self.api_version.unwrap_or(Version::V2);
        match self.create_in(cluster, out, wish, first, dry_run).await {
            Err(error) if self.api_version.is_none() && is_unserved(&error) => {
                self.create_in(cluster, out, wish, Version::V1, dry_run).await
            }
            other => other,
        }
    }

    async fn create_in(
        &self,
        cluster: &Cluster,
        out: &mut Out,
        wish: &Wish<'_>,
        version: Version,
        dry_run: DryRun,
    ) -> Result<Value, Error> {
        let mut hpa = hpa::build(wish, version)?;
        if self.save_config {
            last_applied::save(&mut hpa);
        }
        if dry_run == DryRun::Client {
            return Ok(hpa);
        }
        let call = Call::new(Method::POST, address::autoscalers(version.name(), Some(wish.namespace)));
        let call = dry_run.mark(call).query("fieldManager", &*self.field_manager);
        cluster.json(out, call.body("application/json", hpa.to_string().into_bytes())).await
    }
}

/// The server has the group, or the version, not at all; a missing namespace comes with details.
fn is_unserved(error: &Error) -> bool {
    error.status().is_some_and(|status| status.code == 404 && status.details.is_none())
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
async fn advise(cluster: &Cluster, out: &mut Out, found: &Found, wish: &Wish<'_>) {
    // Those of a file say nothing about the state of the cluster.
    if found.file.is_some() {
        return;
    }
    let call = Call::new(Method::GET, address::autoscalers("v1", Some(wish.namespace)));
    // To see the others is a right that the caller may lack, and need not have.
    let others = cluster.json::<Value>(out, call).await.unwrap_or_default();
    for text in advice::about(&found.object, wish, &others) {
        out.warning(&text);
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
}
