//! `kubectl vmirs scale`.

mod precondition;
mod warnings;
mod write;

use super::completion::{Completer, ReplacesNames};
use super::concurrency;
use super::context::Context;
use super::dry_run::{DryRun, DryRunFlag};
use super::error::Error;
use super::files::Files;
use super::go_values::go_int32;
use super::hpa;
use super::local::LocalArgs;
use super::print::{PrintFlags, ResultPrinter};
use super::selection::{self, ResolvedSet, ResourceArgs};
use super::timeout::{Timeout, go_timeout};
use crate::api::NamespacedName;
use crate::client::Cluster;
use crate::printers::Ui;
use futures::StreamExt;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use precondition::Precondition;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  # Scale the set named 'web' to 3
  kubectl vmirs scale web --replicas=3

  # If the set named 'web' has a size of 2, scale it to 3
  kubectl vmirs scale web --current-replicas=2 --replicas=3

  # Scale several sets, and wait until their VMIs exist
  kubectl vmirs scale web-a web-b --replicas=5 --timeout=5m

  # Scale the sets in web.yaml
  kubectl vmirs scale --replicas=3 -f web.yaml
";

/// Set a new size for a set.
///
/// Scale also allows users to specify one or more preconditions for the scale action. If --current-replicas or --resource-version is specified, it is validated before the scale is attempted, and it is guaranteed that the precondition holds true when the scale is sent to the server.
///
/// If a role forbids the scale subresource, as KubeVirt's own edit role does, changes spec.replicas instead, under the same preconditions.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | NAME) [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// The new desired number of replicas. Required.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, required = true)]
    replicas: i32,
    /// Precondition for current size. Requires that the current size of the set match this value in order to scale. -1 (default) for no condition.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = go_int32, default_value = "-1")]
    current_replicas: i32,
    /// Precondition for resource version. Requires that the current resource version match this value in order to scale.
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    resource_version: String,
    /// The length of time to wait before giving up on a scale operation, zero means don't wait. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = go_timeout, allow_hyphen_values = true)]
    timeout: Timeout,
    /// Select all sets in the namespace
    #[arg(long, add = ReplacesNames)]
    all: bool,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", add = Completer::Selector, add = ReplacesNames)]
    selector: Option<String>,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    dry_run: DryRunFlag,
    #[command(flatten)]
    print: PrintFlags,
}

/// So many sets are scaled at a time: more gain nothing, and a server has other clients.
const AT_ONCE: usize = 16;

/// What is done to each set.
struct ScaleOptions {
    precondition: Precondition,
    dry_run: DryRun,
    /// How long to wait for the count, if at all.
    wait: Option<Duration>,
}

impl ScaleOptions {
    /// How many sets are changed at a time. One after the other where it matters to which sets a failed precondition ends
    /// the work.
    fn at_once(&self) -> usize {
        if self.precondition.is_none() { AT_ONCE } else { 1 }
    }
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let dry_run = self.dry_run.strategy(ui)?;
        let mut printer = self.print.printer(dry_run)?;
        let precondition = self.precondition()?;
        let cluster = context.connection.cluster().await?;
        let local = self.local.prepare(&cluster, ui, dry_run, self.timeout).await?;
        let typed = ResourceArgs {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            // Beside a selector kubectl's `--all` says nothing; a name contradicts it.
            all: self.all && !self.names.is_empty(),
            ..ResourceArgs::default()
        };
        let mut resolved = selection::resolve(&cluster, ui, typed, self.all).await?.all_or_none()?;
        if !self.resource_version.is_empty() && resolved.sets.len() > 1 {
            return Err(Error::plain("cannot use --resource-version with multiple resources"));
        }
        // The reconciler waits for more than the count.
        let waits = self.timeout != Timeout::Zero && local.is_none() && dry_run == DryRun::None;
        let wait = waits.then(|| self.timeout.or(Duration::ZERO));
        let change = ScaleOptions { precondition, dry_run, wait };
        let (scaled, failed) = self.scale_all(&cluster, ui, &resolved.sets, &change, &mut printer).await?;
        // The first that fails ends the work, as in kubectl, and is told before those that were not found.
        resolved.failures.splice(0..0, failed);
        if resolved.sets.is_empty() && resolved.failures.is_empty() {
            return Err(Error::plain("no objects passed to scale"));
        }
        if let Some(local) = local {
            resolved.failures.extend(local.settle(&cluster, ui, scaled).await.err());
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    fn precondition(&self) -> Result<Precondition, Error> {
        if self.replicas < 0 {
            let message = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
            return Err(Error::plain(message));
        }
        Precondition::new(self.current_replicas, &self.resource_version)
    }

    /// Resizes the sets; returns the namespaces and names of those that were, and what failed.
    async fn scale_all(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        sets: &[ResolvedSet],
        change: &ScaleOptions,
        printer: &mut ResultPrinter,
    ) -> Result<(Vec<NamespacedName>, Vec<Error>), Error> {
        let (mut scaled, mut failed) = (Vec::new(), Vec::new());
        let mut listed = HashMap::new();
        let shows_object = printer.shows_object();
        let mut work = pin!(concurrency::each(sets, change.at_once(), |found, mut buffered| async move {
            let shown = self.scale(cluster, &mut buffered, found, change, shows_object).await;
            (found, buffered, shown)
        }));
        while let Some((found, buffered, shown)) = work.next().await {
            ui.replay(buffered);
            match shown {
                Ok(shown) => {
                    printer.print(ui, &shown, "scaled")?;
                    scaled.extend(NamespacedName::of_json(&found.object));
                    if change.dry_run == DryRun::None {
                        self.warn(cluster, ui, found, &mut listed).await;
                    }
                }
                Err(error) => failed.push(error),
            }
        }
        Ok((scaled, failed))
    }

    /// Resizes one set, and returns what is to be shown of it.
    async fn scale(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        found: &ResolvedSet,
        change: &ScaleOptions,
        shows_object: bool,
    ) -> Result<Value, Error> {
        let dry_run = change.dry_run;
        let set = write::ScaleTarget { cluster, namespace: found.namespace(), name: found.name() };
        if dry_run != DryRun::Client {
            let endpoint = set.resize(ui, self.replicas, &change.precondition, dry_run).await?;
            if let Some(limit) = change.wait {
                set.settled(ui, endpoint, self.replicas, limit).await?;
            }
        }
        if shows_object && dry_run == DryRun::None {
            return Ok(selection::one(cluster, ui, found.namespace(), found.name()).await?.object);
        }
        Ok(with_replicas(found.object.clone(), self.replicas))
    }

    /// Says what autoscalers will do about the new size. Nothing here makes a scaling fail.
    async fn warn(&self, cluster: &Cluster, ui: &mut Ui, found: &ResolvedSet, listed: &mut HpaLists) {
        let namespace = found.namespace();
        if !listed.contains_key(namespace) {
            listed.insert(namespace.to_owned(), hpa::list(cluster, ui, namespace).await);
        }
        let autoscalers = listed.get(namespace).map(|list| hpa::for_set(list, found.name())).unwrap_or_default();
        for text in warnings::all(found.name(), self.replicas, &autoscalers) {
            ui.warning(&text);
        }
    }
}

/// The autoscalers of a namespace, by its name: each is listed once, however many of its sets are scaled.
type HpaLists = HashMap<String, Vec<HorizontalPodAutoscaler>>;

/// The object as it will be: a dry run has no newer one to show.
fn with_replicas(mut object: Value, replicas: i32) -> Value {
    if object.get("spec").is_some_and(Value::is_object) {
        object["spec"]["replicas"] = json!(replicas);
    }
    object
}
