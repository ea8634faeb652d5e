//! `kubectl vmirs get`: sets, or what belongs to them, as a table or as objects.

mod item_printer;
mod items;
mod output_flags;
mod owner_filter;
mod pages;
mod plan;
mod planning;
mod representation;
mod resource_kind;
mod resource_query;
mod show;
mod sort_by;
mod watch;
mod watch_state;
mod watcher;

use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::error::Error;
use super::files::Files;
use super::selection::{self, ResourceArgs, Selection};
use output_flags::OutputFlags;
use resource_kind::ResourceKind;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # List the sets of the namespace
  kubectl vmirs get

  # The VMIs of one set, and their phases
  kubectl vmirs get web --vmis

  # Watch a set, even across a lost connection
  kubectl vmirs get web -w

  # One set as YAML
  kubectl vmirs get web -o yaml

  # The names of all sets with a label, in all namespaces
  kubectl vmirs get -A -l tier=front -o name
";

/// Display one or many sets, or what belongs to them.
///
/// Prints a table of the most important information. With --vmis, --pods or --hpas, the table shows the VMIs, the launcher pods or the HPAs of the named or selected sets (by default, of all sets).
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs get [NAME ... | -l label | -f FILENAME] [--vmis | --pods | --hpas] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Show the VMIs of the sets instead
    #[arg(long, group = "subject")]
    vmis: bool,
    /// Show the launcher pods of the sets instead
    #[arg(long, group = "subject")]
    pods: bool,
    /// Show the HPAs of the sets instead
    #[arg(long, group = "subject")]
    hpas: bool,
    /// If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.
    #[arg(short = 'A', long, add = ReplacesNames)]
    all_namespaces: bool,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", add = Completer::Selector, add = ReplacesNames)]
    selector: Option<String>,
    /// Selector (field query) to filter on, supports '=', '==', and '!='. The server only supports a limited number of field queries per type.
    #[arg(long, value_name = "QUERY")]
    field_selector: Option<String>,
    /// Return large lists in chunks rather than all at once. Pass 0 to disable.
    #[arg(long, value_name = "N", default_value = "500", value_parser = super::go_values::go_chunk)]
    chunk_size: u32,
    /// If set to true, suppresses NotFound error for specific objects that do not exist, and the note that nothing was found.
    #[arg(long)]
    ignore_not_found: bool,
    /// After listing/getting the requested object, watch for changes.
    #[arg(short, long)]
    watch: bool,
    /// Watch for changes to the requested object(s), without listing/getting first.
    #[arg(long)]
    watch_only: bool,
    /// Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.
    #[arg(long)]
    output_watch_events: bool,
    /// If specified, get will operate on the subresource of the requested object.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    subresource: String,
    #[command(flatten)]
    output: OutputFlags,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let (format, order) = (self.output.format()?, self.output.order()?);
        let watches = self.watch || self.watch_only;
        if self.output_watch_events && !watches {
            return Err(Error::plain("--output-watch-events option can only be used with --watch or --watch-only"));
        }
        self.reject_resource_type()?;
        let target = selection::decide(self.resource_args(), true)?;
        if !self.subresource.is_empty() && !matches!(&target, Selection::Names(_) | Selection::Files) {
            return Err(Error::plain("subresource cannot be used when bulk resources are specified"));
        }
        if order.is_some() && self.watch {
            ui.note("warning: --watch requested, --sort-by will be ignored for watch events received");
        } else if order.is_some() && self.watch_only {
            ui.note("warning: --watch-only requested, --sort-by will be ignored");
        }
        let cluster = context.connection.cluster().await?;
        let (mut plan, mut failures) = self.plan(&cluster, ui, target, format, order).await?;
        if self.ignore_not_found {
            failures.retain(|error| !error.is_not_found());
        }
        if watches {
            Error::all(failures)?;
            return plan.watch(ui, !self.watch_only).await;
        }
        plan.show(ui, &mut failures).await?;
        Error::all(failures).map(|()| ExitCode::SUCCESS)
    }

    fn resource_args(&self) -> ResourceArgs<'_> {
        ResourceArgs {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            field_selector: self.field_selector.as_deref(),
            all: false,
            all_namespaces: self.all_namespaces,
            unnamed: None,
        }
    }

    fn resource_kind(&self) -> ResourceKind {
        match (self.vmis, self.pods, self.hpas) {
            (true, ..) => ResourceKind::Vmis,
            (_, true, _) => ResourceKind::Pods,
            (.., true) => ResourceKind::Hpas,
            _ => ResourceKind::Sets,
        }
    }

    /// A single word that kubectl would take for a type gets a hint, should there be no set of that name.
    fn reject_resource_type(&self) -> Result<(), Error> {
        let [word] = self.names.as_slice() else { return Ok(()) };
        let flag = match word.as_str() {
            "vmi" | "vmis" | "virtualmachineinstance" | "virtualmachineinstances" => "--vmis",
            "po" | "pod" | "pods" => "--pods",
            "hpa" | "hpas" | "horizontalpodautoscaler" | "horizontalpodautoscalers" => "--hpas",
            _ => return Ok(()),
        };
        if self.resource_kind() != ResourceKind::Sets {
            return Ok(());
        }
        let message = format!("{word:?} is a resource type; did you mean {flag}?");
        Err(Error::plain(message).hint(format!(
            "Use `kubectl vmirs get {flag}` for the resources of the sets, or `vmirs/{word}` for a set of that name."
        )))
    }
}
