//! `kubectl vmirs wait`.

mod condition;
mod wait_target;

use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::dry_run::DryRun;
use super::error::Error;
use super::files::{Files, MANIFESTS};
use super::go_values::go_bool;
use super::print::{PrintFlags, ResultPrinter};
use super::selection::{self, ResourceArgs, Selection};
use super::suggest::Suggest;
use super::timeout::{Timeout, go_timeout};
use crate::api::vmirs::ReplicaSet;
use crate::client::Cluster;
use crate::client::list_watch::{Mirror, limit_of_look};
use crate::printers::Ui;
use crate::printers::progress::{Measure, Progress, SetProgress};
use condition::{Condition, Counted};
use serde::Deserialize;
use serde_json::Value;
use std::process::ExitCode;
use tokio::time::{Instant, timeout_at};
use wait_target::{WaitTarget, WaitTargets};

const EXAMPLES: &str = "\
Examples:
  # Wait until all VMIs of the set 'web' are ready
  kubectl vmirs wait web --for=ready --timeout=5m

  # Wait until it has exactly three VMIs, ready or not
  kubectl vmirs wait web --for=replicas=3

  # Wait for a field to have a value
  kubectl vmirs wait web --for=jsonpath='{.status.readyReplicas}'=3

  # Wait for a condition to be false; the default is true
  kubectl vmirs wait web --for=condition=ReplicaPaused=false

  # Wait until the set has been created, and then until it is ready
  kubectl vmirs wait web --for=create --for=ready

  # Wait until all sets with a label are gone
  kubectl vmirs wait -l tier=front --for=delete --timeout=60s
";

/// Wait for a specific condition on one or many sets.
///
/// The command takes multiple sets and waits until the specified condition is seen in every one of them. --for=ready and --for=replicas count the VMIs of a set; the others work as in kubectl.
///
/// A successful message will be printed to stdout indicating when the specified condition has been met. You can use -o option to change to output destination.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs wait (-f FILENAME | NAME ... | -l label | --all) --for=(ready[=count] | replicas[=count] | create | delete | condition=name[=value] | jsonpath='{}'[=value]) [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    /// The condition to wait on: [ready[=count]|replicas[=count]|create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true, the default count is spec.replicas. Condition values are compared after Unicode simple case folding, which is a more general form of case-insensitivity. Multiple conditions are supported and AND'ed to each other in a sequential order. If --for=create is passed, it is always waited first.
    #[arg(long = "for", value_name = "CONDITION", allow_hyphen_values = true, value_parser = Suggest(&["ready", "ready=", "replicas", "replicas=", "create", "delete", "condition=", "jsonpath="]))]
    conditions: Vec<String>,
    /// The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = go_timeout, allow_hyphen_values = true)]
    timeout: Timeout,
    /// Filename, directory, or URL to files identifying the sets
    #[arg(short, long, value_name = "FILE", value_delimiter = ',', add = MANIFESTS, add = ReplacesNames)]
    filename: Vec<String>,
    /// Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.
    #[arg(short = 'R', long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", value_parser = go_bool, action = clap::ArgAction::Set)]
    recursive: bool,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", add = Completer::Selector, add = ReplacesNames)]
    selector: Option<String>,
    /// Selector (field query) to filter on, supports '=', '==', and '!='. The server only supports a limited number of field queries per type.
    #[arg(long, value_name = "QUERY")]
    field_selector: Option<String>,
    /// Select all sets in the namespace
    #[arg(long, add = ReplacesNames)]
    all: bool,
    /// If present, wait for the sets in all namespaces. Namespace in current context is ignored even if specified with --namespace.
    #[arg(short = 'A', long, add = ReplacesNames)]
    all_namespaces: bool,
    #[command(flatten)]
    print: PrintFlags,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let printer = self.print.printer(DryRun::None)?;
        let cluster = context.connection.cluster().await?;
        let conditions = condition::all(&self.conditions).map_err(Error::cause)?;
        let files = Files { filename: self.filename.clone(), recursive: self.recursive, ..Files::default() };
        let target = self.target(&files)?;
        let counts = conditions.iter().any(|condition| matches!(condition, Condition::Count { .. }));
        let targets = WaitTargets { cluster: &cluster, target, files: &files, only_sets: counts };
        let limit = self.timeout.of_wait();
        let deadline = Instant::now() + limit;
        if conditions.contains(&Condition::Create) {
            targets.created(ui, deadline).await?;
        }
        let finding = targets.find(ui);
        let (found, failures) = match limit.is_zero() {
            true => finding.await?,
            false => {
                let found = timeout_at(limit_of_look(deadline, Instant::now()), finding).await;
                found.map_err(|_| Error::plain("timed out waiting for the condition"))??
            }
        };
        if found.is_empty() && failures.is_empty() && !conditions.contains(&Condition::Delete) {
            return Err(Error::plain("no matching resources found"));
        }
        let progress = Progress::new(ui);
        let waiting = Waiting {
            cluster: &cluster,
            conditions: &conditions,
            once: limit.is_zero(),
            deadline,
            stalled: false,
            printer,
            progress,
            steps: Vec::new(),
            with_namespace: self.all_namespaces,
        };
        let failures = waiting.for_all(ui, found, failures).await;
        Error::all(failures)?;
        Ok(ExitCode::SUCCESS)
    }

    fn target(&self, files: &Files) -> Result<Selection, Error> {
        let typed = ResourceArgs {
            names: &self.names,
            files: Some(files),
            selector: self.selector.as_deref(),
            field_selector: self.field_selector.as_deref(),
            all_namespaces: self.all_namespaces,
            // To kubectl's wait `--all` only means that a type without a name will do.
            all: false,
            unnamed: None,
        };
        selection::decide(typed, self.all)
    }
}

/// Everything that the waiting is about.
struct Waiting<'a> {
    cluster: &'a Cluster,
    conditions: &'a [Condition],
    /// Look once, do not wait.
    once: bool,
    deadline: Instant,
    /// A read was not answered in time: the next ones are not waited for.
    stalled: bool,
    printer: ResultPrinter,
    progress: Progress,
    /// Where the sets stand that were waited for.
    steps: Vec<SetProgress>,
    with_namespace: bool,
}

impl Waiting<'_> {
    /// Waits for one after the other, like kubectl; gives back what went wrong.
    async fn for_all(mut self, ui: &mut Ui, found: Vec<WaitTarget>, mut failures: Vec<Error>) -> Vec<Error> {
        // What was read before something else was waited for may have changed by now.
        let mut fresh = true;
        for mut target in found {
            if !fresh {
                target.object = None;
            }
            if let Err(error) = self.for_one(ui, target, &mut fresh).await {
                failures.push(error);
            }
        }
        self.progress.finish();
        failures
    }

    async fn for_one(&mut self, ui: &mut Ui, target: WaitTarget, fresh: &mut bool) -> Result<(), Error> {
        let mut object = match self.read(ui, &target).await {
            Ok(object) => object,
            Err(error) if error.is_not_found() && self.conditions.contains(&Condition::Delete) => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut mirror = Mirror::new(self.cluster, target.alone());
        for condition in self.conditions {
            if !condition.is_met(&object).map_err(Error::cause)? {
                if self.once {
                    return Err(Error::plain(format!("condition not met for {}", target.shown())));
                }
                *fresh = false;
                ui.flush()?;
                object = self.until(ui, &target, condition, &mut mirror, object).await?;
            }
            self.printer.print(ui, &object, "condition met")?;
        }
        Ok(())
    }

    /// The object as it is, if it can be had in time.
    async fn read(&mut self, ui: &mut Ui, target: &WaitTarget) -> Result<Value, Error> {
        let reading = target.read(self.cluster, ui);
        if self.once {
            return reading.await;
        }
        let now = Instant::now();
        let limit = if self.stalled { now } else { limit_of_look(self.deadline, now) };
        let read = timeout_at(limit, reading).await;
        read.unwrap_or_else(|_| {
            self.stalled = true;
            Err(late(target))
        })
    }

    /// Follows the object until it is as wanted; gives back how it was last seen.
    async fn until(
        &mut self,
        ui: &mut Ui,
        target: &WaitTarget,
        condition: &Condition,
        mirror: &mut Mirror<'_>,
        mut last: Value,
    ) -> Result<Value, Error> {
        self.show(ui, condition, &last);
        let deadline = self.deadline;
        let is_met = |mirror: &Mirror<'_>, ui: &mut Ui| match mirror.objects().next() {
            // It may come back: kubectl waits on.
            None => Ok(*condition == Condition::Delete),
            Some(object) => {
                last.clone_from(object);
                self.show(ui, condition, object);
                condition.is_met(object).map_err(Error::cause)
            }
        };
        let met = mirror.until(ui, deadline, is_met).await?;
        if !met {
            return Err(late(target));
        }
        Ok(last)
    }

    /// Shows how far a set is whose VMIs are counted.
    fn show(&mut self, ui: &mut Ui, condition: &Condition, set: &Value) {
        let Condition::Count { of, wanted } = condition else { return };
        let step = step(set, *wanted, self.with_namespace);
        match self.steps.iter_mut().find(|earlier| earlier.name == step.name) {
            Some(earlier) => *earlier = step,
            None => self.steps.push(step),
        }
        let measure = match of {
            Counted::Replicas => Measure::Active,
            Counted::Ready => Measure::Ready,
        };
        self.progress.measure(measure);
        self.progress.show(ui, &self.steps);
    }
}

fn late(target: &WaitTarget) -> Error {
    Error::plain(format!("timed out waiting for the condition on {}", target.shown()))
}

fn step(set: &Value, wanted: Option<i32>, with_namespace: bool) -> SetProgress {
    let set = ReplicaSet::deserialize(set).unwrap_or_default();
    let name = set.metadata.name.clone().unwrap_or_default();
    let size = |count: i32| usize::try_from(count).unwrap_or_default();
    SetProgress {
        name: if with_namespace {
            format!("{}/{name}", set.metadata.namespace.as_deref().unwrap_or_default())
        } else {
            name
        },
        wanted: size(wanted.unwrap_or_else(|| set.desired())),
        active: size(Counted::Replicas.count(&set)),
        ready: size(Counted::Ready.count(&set)),
        waits_for: obstacle(&set),
    }
}

/// Why the set makes no progress, as far as its status says.
fn obstacle(set: &ReplicaSet) -> Option<String> {
    if set.spec.paused {
        return Some("the paused set to be resumed".to_owned());
    }
    let conditions = &set.status.as_ref()?.conditions;
    let failure = conditions.iter().find(|found| found.r#type == "ReplicaFailure" && found.status == "True")?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(format!("the end of {}: {}", text(&failure.reason), text(&failure.message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_names_what_is_in_the_way() {
        let mut set = json!({
            "metadata": {"name": "web", "namespace": "n"}, "spec": {"replicas": 3},
            "status": {"replicas": 2, "readyReplicas": 1},
        });
        let plain = step(&set, None, true);
        assert_eq!((plain.name.as_str(), plain.wanted, plain.active, plain.ready), ("n/web", 3, 2, 1));
        assert_eq!(plain.waits_for, None);
        set["status"]["conditions"] =
            json!([{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "no"}]);
        assert_eq!(step(&set, None, false).waits_for.as_deref(), Some("the end of FailedCreate: no"));
        set["spec"]["paused"] = json!(true);
        assert_eq!(step(&set, Some(7), false).waits_for.as_deref(), Some("the paused set to be resumed"));
    }
}
