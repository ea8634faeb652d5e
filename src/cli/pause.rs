//! `kubectl vmirs pause` and `kubectl vmirs resume`, modelled on `kubectl rollout pause` and `resume`.

use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::dry_run::DryRun;
use super::error::Error;
use super::files::Files;
use super::local::{LocalArgs, LocalTimeout};
use super::print::{PrintFlags, ResultPrinter};
use super::selection::{self, ResolvedSet, ResourceArgs};
use super::timeout::Timeout;
use crate::api::NamespacedName;
use crate::api::vmirs::ReplicaSet;
use crate::api::{GROUP, vmirs};
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::process::ExitCode;

const PAUSE_EXAMPLES: &str = "\
Examples:
  # Stop creating and deleting VMIs of the set 'web', for example to examine one of them
  kubectl vmirs pause web

  # Pause every set with a label
  kubectl vmirs pause -l tier=frontend
";
const RESUME_EXAMPLES: &str = "\
Examples:
  # Let the set 'web' return to its size
  kubectl vmirs resume web
";

/// Mark a set as paused. While a set is paused, no VMI is created or deleted.
#[derive(Debug, clap::Args)]
#[command(before_help = PAUSE_EXAMPLES, override_usage = "kubectl vmirs pause (-f FILENAME | NAME | -l label | --all) [options]")]
pub(crate) struct PauseArgs {
    #[command(flatten)]
    targets: TargetArgs,
}

/// Resume a paused set. Its VMIs are created and deleted again until it has its size.
#[derive(Debug, clap::Args)]
#[command(before_help = RESUME_EXAMPLES, override_usage = "kubectl vmirs resume (-f FILENAME | NAME | -l label | --all) [options]")]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    targets: TargetArgs,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    timeout: LocalTimeout,
}

#[derive(Debug, clap::Args)]
struct TargetArgs {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", add = Completer::Selector, add = ReplacesNames)]
    selector: Option<String>,
    /// Select all sets in the namespace
    #[arg(long, add = ReplacesNames)]
    all: bool,
    /// Name of the manager used to track field ownership.
    #[arg(long, value_name = "NAME", default_value = "kubectl-rollout")]
    field_manager: String,
    #[command(flatten)]
    print: PrintFlags,
}

impl PauseArgs {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        self.targets.set_paused(context, true, None).await
    }
}

impl ResumeArgs {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        self.targets.set_paused(context, false, Some((&self.local, self.timeout.timeout))).await
    }
}

impl TargetArgs {
    async fn set_paused(
        &self,
        context: &mut Context,
        paused: bool,
        local: Option<(&LocalArgs, Timeout)>,
    ) -> Result<ExitCode, Error> {
        let selector = self.selector.as_deref().unwrap_or_default();
        if self.names.is_empty() && !self.files.given() && selector.is_empty() && !self.all {
            return Err(Error::plain("required resource not specified"));
        }
        let mut printer = self.print.printer(DryRun::None)?;
        let cluster = context.connection.cluster().await?;
        let local = match local {
            Some((local, limit)) => local.prepare(&cluster, &mut context.ui, DryRun::None, limit).await?,
            None => None,
        };
        let ui = &mut context.ui;
        let typed = ResourceArgs {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            all: self.all,
            ..ResourceArgs::default()
        };
        let mut resolved = selection::resolve(&cluster, ui, typed, false).await?.all_or_none()?;
        if resolved.sets.is_empty() && resolved.failures.is_empty() {
            ui.note(&format!("No resources found in {} namespace.", cluster.namespace));
            return Ok(ExitCode::SUCCESS);
        }
        let mut changed = Vec::new();
        for found in &resolved.sets {
            match self.change(&cluster, ui, found, paused, &mut printer).await {
                Ok(()) => changed.extend(NamespacedName::of_json(&found.object)),
                Err(error) => resolved.failures.push(error),
            }
        }
        if let Some(local) = local {
            resolved.failures.extend(local.settle(&cluster, ui, changed).await.err());
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn change(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        found: &ResolvedSet,
        paused: bool,
        printer: &mut ResultPrinter,
    ) -> Result<(), Error> {
        let (namespace, name) = (found.namespace(), found.name());
        let current = match &found.file {
            // What the file says about `paused` is not what the cluster has.
            Some(_) => selection::one(cluster, ui, namespace, name).await?.object,
            None => found.object.clone(),
        };
        if is_paused(&current) == paused {
            let state = if paused { "already paused" } else { "not paused" };
            return Err(Error::plain(format!("{}.{GROUP} {name:?} is {state}", vmirs::PLURAL)));
        }
        let call = Call::new(Method::PATCH, resource_paths::set(namespace, name)?)
            .query("fieldManager", &*self.field_manager)
            .body("application/merge-patch+json", patch(paused).to_string().into_bytes());
        let changed: Value = cluster.json(ui, call).await?;
        printer.print(ui, &changed, if paused { "paused" } else { "resumed" })
    }
}

fn is_paused(set: &Value) -> bool {
    ReplicaSet::deserialize(set).is_ok_and(|set| set.spec.paused)
}

/// Resuming takes the field away: absent is what a set that never was paused has.
fn patch(paused: bool) -> Value {
    json!({"spec": {"paused": if paused { Value::Bool(true) } else { Value::Null }}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_paused_only_when_it_says_so() {
        assert!(is_paused(&json!({"spec": {"paused": true}})));
        assert!(!is_paused(&json!({"spec": {"paused": false}})));
        assert!(!is_paused(&json!({"spec": {}})));
    }

    #[test]
    fn resuming_leaves_no_trace_in_the_spec() {
        assert_eq!(patch(true), json!({"spec": {"paused": true}}));
        assert_eq!(patch(false), json!({"spec": {"paused": null}}));
    }
}
