//! `kubectl vmirs pause` and `kubectl vmirs resume`, modelled on `kubectl rollout pause` and `resume`.

use super::Context;
use super::address;
use super::cluster::{Call, Cluster};
use super::error::Error;
use super::files::Files;
use super::flags::{DryRun, Wait};
use super::local::{LocalArgs, LocalTimeout};
use super::print::{PrintFlags, Printer};
use super::selection::{self, Found, Typed};
use crate::api::NamespacedName;
use crate::api::{GROUP, vmirs};
use crate::printers::Out;
use http::Method;
use serde_json::{Value, json};
use std::process::ExitCode;

const PAUSE_EXAMPLES: &str = "\
Examples:
  # Stop creating and deleting VMIs of the set 'web', for instance to work on one of them by hand
  kubectl vmirs pause web

  # Pause every set with a label
  kubectl vmirs pause -l tier=frontend
";
const RESUME_EXAMPLES: &str = "\
Examples:
  # Let the set 'web' go back to its size
  kubectl vmirs resume web
";

/// Mark a set as paused: while it is paused, no VMI is created or deleted.
#[derive(Debug, clap::Args)]
#[command(before_help = PAUSE_EXAMPLES, override_usage = "kubectl vmirs pause (-f FILENAME | NAME | -l label | --all) [options]")]
pub(crate) struct PauseArgs {
    #[command(flatten)]
    which: Which,
}

/// Resume a paused set: its VMIs are created and deleted again, up to its size.
#[derive(Debug, clap::Args)]
#[command(before_help = RESUME_EXAMPLES, override_usage = "kubectl vmirs resume (-f FILENAME | NAME | -l label | --all) [options]")]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    timeout: LocalTimeout,
}

#[derive(Debug, clap::Args)]
struct Which {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY")]
    selector: Option<String>,
    /// Select all sets in the namespace
    #[arg(long)]
    all: bool,
    /// Name of the manager used to track field ownership.
    #[arg(long, value_name = "NAME", default_value = "kubectl-rollout")]
    field_manager: String,
    #[command(flatten)]
    print: PrintFlags,
}

impl PauseArgs {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        self.which.set_paused(context, true, None).await
    }
}

impl ResumeArgs {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        self.which.set_paused(context, false, Some((&self.local, self.timeout.timeout))).await
    }
}

impl Which {
    async fn set_paused(
        &self,
        context: &mut Context,
        paused: bool,
        local: Option<(&LocalArgs, Wait)>,
    ) -> Result<ExitCode, Error> {
        let selector = self.selector.as_deref().unwrap_or_default();
        if self.names.is_empty() && !self.files.given() && selector.is_empty() && !self.all {
            return Err(Error::plain("required resource not specified"));
        }
        let mut printer = self.print.printer(DryRun::None)?;
        let cluster = context.connection.cluster().await?;
        let local = match local {
            Some((local, limit)) => local.prepare(&cluster, &mut context.out, DryRun::None, limit).await?,
            None => None,
        };
        let out = &mut context.out;
        let typed = Typed {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            all: self.all,
            ..Typed::default()
        };
        let mut resolved = selection::resolve(&cluster, out, typed, false).await?.all_or_none()?;
        if resolved.found.is_empty() && resolved.failures.is_empty() {
            out.note(&format!("No resources found in {} namespace.", cluster.namespace));
            return Ok(ExitCode::SUCCESS);
        }
        let mut changed = Vec::new();
        for found in &resolved.found {
            match self.change(&cluster, out, found, paused, &mut printer).await {
                Ok(()) => changed.extend(NamespacedName::of_json(&found.object)),
                Err(error) => resolved.failures.push(error),
            }
        }
        if let Some(local) = local {
            resolved.failures.extend(local.settle(&cluster, out, changed).await.err());
        }
        Error::all(resolved.failures)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn change(
        &self,
        cluster: &Cluster,
        out: &mut Out,
        found: &Found,
        paused: bool,
        printer: &mut Printer,
    ) -> Result<(), Error> {
        let (namespace, name) = (found.namespace(), found.name());
        let current = match &found.file {
            // What the file says about `paused` is not what the cluster has.
            Some(_) => selection::one(cluster, out, namespace, name).await?.object,
            None => found.object.clone(),
        };
        if is_paused(&current) == paused {
            let state = if paused { "already paused" } else { "not paused" };
            return Err(Error::plain(format!("{}.{GROUP} {name:?} is {state}", vmirs::PLURAL)));
        }
        let call = Call::new(Method::PATCH, address::set(namespace, name)?)
            .query("fieldManager", &*self.field_manager)
            .body("application/merge-patch+json", patch(paused).to_string().into_bytes());
        let changed: Value = cluster.json(out, call).await?;
        printer.print(out, &changed, if paused { "paused" } else { "resumed" })
    }
}

fn is_paused(set: &Value) -> bool {
    set.pointer("/spec/paused").and_then(Value::as_bool).unwrap_or_default()
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
