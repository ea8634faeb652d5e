//! `kubectl vmirs delete`.

mod options;
mod wait;

use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::dry_run::{DryRun, DryRunFlag};
use super::error::Error;
use super::files::{self, Check, Document, Files, ManifestKind};
use super::go_values::go_int64;
use super::selection::{self, ResourceArgs, Selection};
use super::suggest::Suggest;
use super::timeout::{Timeout, go_timeout};
use crate::api::{API_VERSION, vmirs};
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::Ui;
use crate::printers::objects::full_name;
use http::Method;
use options::DeleteOptions;
use serde_json::{Value, json};
use std::io::BufRead;
use std::process::ExitCode;
use tokio::time::Instant;

const EXAMPLES: &str = "\
Examples:
  # Delete the set named 'web' and its VMIs
  kubectl vmirs delete web

  # Delete the set and keep its VMIs running
  kubectl vmirs delete web --cascade=orphan

  # Delete what was created from web.yaml
  kubectl vmirs delete -f web.yaml

  # Delete all sets with a label, after a confirmation
  kubectl vmirs delete -l app=web -i
";

/// Delete sets by name, file, or label selector.
///
/// Deleting a set deletes its VMIs, unless --cascade=orphan is given. The command waits until the sets are gone, unless --wait=false is given.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs delete ([-f FILENAME] | NAME | -l label | --all) [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", default_value = "", hide_default_value = true, add = Completer::Selector, add = ReplacesNames)]
    selector: String,
    /// Selector (field query) to filter on, supports '=', '==', and '!='.
    #[arg(long, value_name = "QUERY", default_value = "", hide_default_value = true)]
    field_selector: String,
    /// Delete all sets in the namespace
    #[arg(long, add = ReplacesNames)]
    all: bool,
    /// If present, delete across all namespaces. The namespace in the current context is ignored even if specified with --namespace.
    #[arg(short = 'A', long, add = ReplacesNames)]
    all_namespaces: bool,
    /// Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the VMIs of the set.
    #[arg(long, value_name = "STRATEGY", num_args = 0..=1, require_equals = true, default_value = "background", default_missing_value = "background", value_parser = Suggest(&["background", "orphan", "foreground"]))]
    cascade: String,
    /// If true, immediately remove resources from API and bypass graceful deletion.
    #[arg(long)]
    force: bool,
    /// Period of time in seconds given to the resource to terminate gracefully. Ignored if negative.
    #[arg(long, value_name = "SECONDS", default_value = "-1", allow_negative_numbers = true, value_parser = go_int64)]
    grace_period: i64,
    /// If true, resources are signaled for immediate shutdown (same as --grace-period=1).
    #[arg(long)]
    now: bool,
    /// Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.
    #[arg(long)]
    ignore_not_found: bool,
    /// If true, delete resource only when user confirms.
    #[arg(short, long)]
    interactive: bool,
    /// If true, wait for resources to be gone before returning.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", value_parser = super::go_values::go_bool, action = clap::ArgAction::Set)]
    wait: bool,
    /// The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = go_timeout, allow_hyphen_values = true)]
    timeout: Timeout,
    /// Output mode. Use "-o name" for shorter output (resource/name).
    #[arg(short, long, value_name = "MODE", default_value = "", hide_default_value = true, value_parser = Suggest(&["name"]))]
    output: String,
    #[command(flatten)]
    dry_run: DryRunFlag,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
enum Deleted {
    /// It is gone or on its way out; the server need not say its UID.
    Now { uid: Option<String> },
    /// It was gone already, which is as good.
    Before,
}

/// Something to delete.
#[derive(Clone, Debug, PartialEq)]
struct DeleteTarget {
    /// At least `apiVersion`, `kind`, `metadata.name`.
    object: Value,
    namespace: String,
    path: Path,
    plural: &'static str,
    /// The file that named it.
    file: Option<String>,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let dry_run = self.dry_run.strategy(ui)?;
        let options = DeleteOptions::new(&self.cascade, self.grace_period, self.now, dry_run, ui)?;
        let target = selection::decide(self.typed(), false)?;
        if !matches!(self.output.as_str(), "" | "name") {
            let message = format!("unexpected -o output mode: {}. We only support '-o name'", self.output);
            return Err(Error::plain(message));
        }
        let options = options.forced(self.force, ui)?;
        let cluster = context.connection.cluster().await?;
        let (targets, mut failures) = self.targets(&cluster, ui, target).await?;
        if targets.is_empty() && failures.is_empty() {
            ui.line("No resources found")?;
            return Ok(ExitCode::SUCCESS);
        }
        if self.interactive && !confirmed(ui, &targets).await? {
            ui.line("deletion is cancelled")?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut going = Vec::new();
        for target in &targets {
            match self.delete(&cluster, ui, target, &options, dry_run).await {
                Ok(Deleted::Now { uid }) => going.push((target, uid)),
                Ok(Deleted::Before) => {}
                Err(error) => failures.push(error),
            }
        }
        Error::all(failures)?;
        if self.wait && dry_run == DryRun::None {
            // What was done is said before what follows from it is waited for.
            ui.flush()?;
            let deadline = Instant::now() + self.timeout.or_a_week();
            for (target, uid) in going {
                wait::gone(&cluster, ui, target, uid.as_deref(), deadline).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn typed(&self) -> ResourceArgs<'_> {
        // A selector picks from the files, and `--all` adds nothing to them.
        let from_files = self.files.given();
        ResourceArgs {
            names: &self.names,
            files: Some(&self.files),
            selector: Some(&self.selector).filter(|_| !from_files).map(String::as_str),
            field_selector: Some(&self.field_selector).filter(|_| !from_files).map(String::as_str),
            all: self.all && !from_files,
            all_namespaces: self.all_namespaces,
            unnamed: None,
        }
    }

    async fn targets(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        target: Selection,
    ) -> Result<(Vec<DeleteTarget>, Vec<Error>), Error> {
        match target {
            Selection::Names(names) => {
                let targets = names.iter().map(|name| DeleteTarget::set(&cluster.namespace, name));
                Ok((targets.collect::<Result<_, _>>()?, Vec::new()))
            }
            Selection::List(query) => {
                let found = selection::list(cluster, ui, &query).await?;
                let targets = found.iter().map(|found| DeleteTarget::set(found.namespace(), found.name()));
                Ok((targets.collect::<Result<_, _>>()?, Vec::new()))
            }
            Selection::Files => {
                let selector = files::selector(&self.selector)?;
                let (mut targets, mut failures) = (Vec::new(), Vec::new());
                for document in self.files.read(Check::Decoded, cluster.into()).await? {
                    match document.and_then(DeleteTarget::of_file) {
                        Ok(target) if selector.matches(&labels(&target.object)) => targets.push(target),
                        Ok(_) => {}
                        Err(error) => failures.push(error),
                    }
                }
                // Nothing of the files is deleted where anything in them is at fault.
                Error::all(failures)?;
                Ok((targets, Vec::new()))
            }
        }
    }

    /// Deletes and says so.
    async fn delete(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        target: &DeleteTarget,
        options: &DeleteOptions,
        dry_run: DryRun,
    ) -> Result<Deleted, Error> {
        let mut uid = None;
        if dry_run != DryRun::Client {
            let call = Call::new(Method::DELETE, target.path.clone()).body("application/json", options.body());
            match cluster.json::<Value>(ui, call).await {
                Ok(answer) => uid = uid_of(&answer),
                Err(error) if error.is_not_found() && !error.is_unserved() && self.forgives() => {
                    return Ok(Deleted::Before);
                }
                Err(error) => {
                    let error = Error::from(error);
                    return Err(match &target.file {
                        Some(file) => error.in_file("deleting", file.clone()),
                        None => error,
                    });
                }
            }
        }
        ui.line(&self.message(target, dry_run))?;
        Ok(Deleted::Now { uid })
    }

    /// What a query found may be gone before its turn comes.
    fn forgives(&self) -> bool {
        self.ignore_not_found || self.all || !self.selector.is_empty() || !self.field_selector.is_empty()
    }

    fn message(&self, target: &DeleteTarget, dry_run: DryRun) -> String {
        let full = full_name(&target.object);
        if self.output == "name" {
            return full;
        }
        let (kind, name) = full.split_once('/').unwrap_or((&full, ""));
        let how = if self.force { "force deleted" } else { "deleted" };
        format!("{kind} {name:?} {how} from {} namespace{}", target.namespace, dry_run.suffix())
    }
}

impl DeleteTarget {
    fn set(namespace: &str, name: &str) -> Result<Self, Error> {
        Ok(Self {
            object: json!({"apiVersion": API_VERSION, "kind": vmirs::KIND, "metadata": {"name": name}}),
            namespace: namespace.to_owned(),
            path: resource_paths::set(namespace, name)?,
            plural: vmirs::PLURAL,
            file: None,
        })
    }

    fn of_file(document: Document) -> Result<Self, Error> {
        if document.name.is_empty() {
            return Err(Error::plain("resource name may not be empty").in_file("deleting", document.file));
        }
        let version = resource_paths::version_of(&document.object);
        let (all, plural) = match document.kind {
            ManifestKind::Set => (resource_paths::sets_in(&version, &document.namespace)?, vmirs::PLURAL),
            ManifestKind::Hpa => {
                (resource_paths::autoscalers(&version, &document.namespace)?, "horizontalpodautoscalers")
            }
        };
        let path = all.of(&document.name)?;
        Ok(Self { object: document.object, namespace: document.namespace, path, plural, file: Some(document.file) })
    }

    fn name(&self) -> &str {
        self.object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
    }
}

/// The answer is the object itself while a finalizer holds it, and a Status otherwise.
fn uid_of(answer: &Value) -> Option<String> {
    let uid = answer.pointer("/metadata/uid").or_else(|| answer.pointer("/details/uid"));
    uid.and_then(Value::as_str).map(str::to_owned)
}

fn labels(object: &Value) -> crate::text::labels::Labels {
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object);
    labels.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// Shows what would go and asks.
async fn confirmed(ui: &mut Ui, targets: &[DeleteTarget]) -> Result<bool, Error> {
    ui.line(&format!("You are about to delete the following {} resource(s):", targets.len()))?;
    for target in targets {
        ui.line(&full_name(&target.object))?;
    }
    ui.data("Do you want to continue? (y/N): ")?;
    ui.flush()?;
    // On a thread of its own, so that Ctrl-C is heard while the question stands.
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    Ok(matches!(answer.await, Ok(Ok(answer)) if answer.trim().eq_ignore_ascii_case("y")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_out_is_known_by_its_uid() {
        assert_eq!(uid_of(&json!({"kind": "Status", "details": {"uid": "a"}})).as_deref(), Some("a"));
        assert_eq!(uid_of(&json!({"kind": "X", "metadata": {"uid": "b"}})).as_deref(), Some("b"));
        assert_eq!(uid_of(&json!({"kind": "Status", "status": "Success"})), None);
    }

    #[test]
    fn an_object_of_a_file_is_deleted_in_its_own_version() {
        let object =
            json!({"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}});
        let document =
            Document { file: "f".into(), kind: ManifestKind::Hpa, namespace: "n".into(), name: "h".into(), object };
        let target = DeleteTarget::of_file(document).unwrap();
        assert_eq!(target.path.as_str(), "/apis/autoscaling/v1/namespaces/n/horizontalpodautoscalers/h");
    }

    fn typed(words: &str) -> Args {
        use clap::{Args as _, FromArgMatches};
        let command = super::super::clap_extensions::kubectl_like(Args::augment_args(clap::Command::new("delete")));
        Args::from_arg_matches(&command.try_get_matches_from(words.split(' ')).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn what_a_query_found_may_be_gone_but_missing_crds_are_not_forgiven() {
        use crate::cli::client_sink::silent;
        use crate::client::scripted::scripted;
        let gone =
            json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "details": {"name": "a"}});
        let target = DeleteTarget::set("here", "a").unwrap();
        let mut ui = silent();
        let options = DeleteOptions::new("background", -1, false, DryRun::None, &mut ui).unwrap();
        let (cluster, requests) = scripted(move |_| (404, gone.clone()));
        let forgiving = typed("delete --all").delete(&cluster, &mut ui, &target, &options, DryRun::None).await;
        assert_eq!(forgiving.unwrap(), Deleted::Before);
        let path = "/apis/kubevirt.io/v1/namespaces/here/virtualmachineinstancereplicasets/a";
        assert_eq!(*requests.lock().unwrap(), [format!("DELETE {path} {}", r#"{"propagationPolicy":"Background"}"#)]);
        let strict = typed("delete a").delete(&cluster, &mut ui, &target, &options, DryRun::None).await;
        assert!(strict.unwrap_err().is_not_found());
        let (cluster, _) = scripted(|_| (404, Value::Null));
        let no_crds = typed("delete --all").delete(&cluster, &mut ui, &target, &options, DryRun::None).await;
        assert!(no_crds.unwrap_err().is_unserved());
    }
}
