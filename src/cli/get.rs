//! `kubectl vmirs get`: sets, or what belongs to them, as a table or as objects.

mod fetch;
mod follow;
mod format;
mod subject;

use super::Context;
use super::cluster::Cluster;
use super::error::Error;
use super::files::Files;
use super::target::{self, Target, Typed};
use crate::output::table::{Layout, Options as TableOptions};
use crate::output::{Out, objects};
use fetch::Source;
use follow::Seen;
use format::{Format, Shape};
use serde_json::Value;
use std::process::ExitCode;
use subject::{Members, Subject};

const EXAMPLES: &str = "\
Examples:
  # List the sets of the namespace
  kubectl vmirs get

  # The virtual machines of one set, and their phases
  kubectl vmirs get web --vmis

  # Follow a set, also over a lost connection
  kubectl vmirs get web -w

  # One set as YAML
  kubectl vmirs get web -o yaml

  # The names of all sets with a label, in all namespaces
  kubectl vmirs get -A -l tier=front -o name
";

/// Display one or many sets, or what belongs to them.
///
/// Prints a table of the most important information. With --vmis, --pods or --hpas the table shows the virtual machines, the launcher pods or the autoscalers of the sets that were named or selected (of all sets, if none was).
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs get [NAME ... | -l label | -f FILENAME] [--vmis | --pods | --hpas] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// Show the virtual machines of the sets instead
    #[arg(long, group = "subject")]
    vmis: bool,
    /// Show the launcher pods of the sets instead
    #[arg(long, group = "subject")]
    pods: bool,
    /// Show the autoscalers of the sets instead
    #[arg(long, group = "subject")]
    hpas: bool,
    /// If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY")]
    selector: Option<String>,
    /// Selector (field query) to filter on, supports '=', '==', and '!='. The server only supports a limited number of field queries per type.
    #[arg(long, value_name = "QUERY")]
    field_selector: Option<String>,
    /// Return large lists in chunks rather than all at once. Pass 0 to disable.
    #[arg(long, value_name = "N", default_value = "500", value_parser = super::flags::go_chunk)]
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
    #[command(flatten)]
    shape: Shape,
}

/// Everything that a get is about, once it is decided.
struct Request<'a> {
    cluster: &'a Cluster,
    source: Source,
    members: Members,
    /// Sets by namespace and name, where they were named.
    named: Option<Vec<(String, String)>>,
    format: Format,
    table: TableOptions,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let out = &mut context.out;
        let format = self.shape.format()?;
        if self.output_watch_events && !self.watch && !self.watch_only {
            return Err(Error::plain("--output-watch-events option can only be used with --watch or --watch-only"));
        }
        self.mind_types()?;
        let typed = Typed {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            field_selector: self.field_selector.as_deref(),
            all: false,
            all_namespaces: self.all_namespaces,
        };
        let target = target::decide(typed, true)?;
        let cluster = context.connection.cluster().await?;
        let (request, mut failures) = self.request(&cluster, out, typed, target, format).await?;
        if self.ignore_not_found {
            failures.retain(|error| !error.is_not_found());
        }
        let watches = self.watch || self.watch_only;
        let mut layout = Layout::new(request.table.clone());
        let seen = match self.watch_only {
            true => Seen::from(request.revision(out).await?),
            false => self.show(&request, out, &mut layout, &mut failures, watches).await?,
        };
        if watches && failures.is_empty() {
            if request.named.as_ref().is_some_and(|named| named.len() > 1) && request.source.subject == Subject::Sets {
                return Err(Error::plain("you may only watch a single resource or type of resource at a time"));
            }
            return follow::run(&request, out, seen, layout).await;
        }
        Error::all(failures).map(|()| ExitCode::SUCCESS)
    }

    fn subject(&self) -> Subject {
        match (self.vmis, self.pods, self.hpas) {
            (true, ..) => Subject::Vmis,
            (_, true, _) => Subject::Pods,
            (.., true) => Subject::Autoscalers,
            _ => Subject::Sets,
        }
    }

    /// A single word that kubectl would take for a type gets a hint, should there be no set of that name.
    fn mind_types(&self) -> Result<(), Error> {
        let [word] = self.names.as_slice() else { return Ok(()) };
        let flag = match word.as_str() {
            "vmi" | "vmis" | "virtualmachineinstance" | "virtualmachineinstances" => "--vmis",
            "po" | "pod" | "pods" => "--pods",
            "hpa" | "hpas" | "horizontalpodautoscaler" | "horizontalpodautoscalers" => "--hpas",
            _ => return Ok(()),
        };
        if self.subject() != Subject::Sets {
            return Ok(());
        }
        let message = format!("{word:?} would be the name of a set here, and is a type to kubectl");
        Err(Error::plain(message).hint(format!(
            "Use `kubectl vmirs get {flag}` for what belongs to the sets, or `vmirs/{word}` for a set of that name."
        )))
    }

    async fn request<'a>(
        &self,
        cluster: &'a Cluster,
        out: &mut Out,
        typed: Typed<'_>,
        target: Target,
        format: Format,
    ) -> Result<(Request<'a>, Vec<Error>), Error> {
        let subject = self.subject();
        let query = match &target {
            Target::Query(query) => query.clone(),
            _ => target::Query::default(),
        };
        let mut failures = Vec::new();
        let mut named = match &target {
            Target::Names(names) => Some(names.iter().map(|name| (cluster.namespace.clone(), name.clone())).collect()),
            Target::Files => Some(self.in_files(cluster, &mut failures).await?),
            Target::Query(_) => None,
        };
        let mut members = Members::default();
        if subject != Subject::Sets {
            let selects = !query.selector.is_empty() || !query.field_selector.is_empty();
            if named.is_some() || selects {
                let resolved = target::resolve(cluster, out, typed, true).await?;
                failures.extend(resolved.failures);
                let sets = resolved.found.iter().map(|set| (set.namespace().to_owned(), set.name().to_owned()));
                named = Some(sets.collect());
            }
            let sets = named.clone().unwrap_or_default();
            members = fetch::members(cluster, out, subject, &target, &sets, self.chunk_size).await?;
        }
        let table = TableOptions {
            with_namespace: self.all_namespaces,
            with_event: self.output_watch_events,
            kind_prefix: self.shape.show_kind.then(|| subject.prefix()),
            ..self.shape.table(&format)
        };
        let source = Source::query(subject, &query, cluster, self.chunk_size);
        Ok((Request { cluster, source, members, named, format, table }, failures))
    }

    /// The sets of the files, by namespace and name.
    async fn in_files(&self, cluster: &Cluster, failures: &mut Vec<Error>) -> Result<Vec<(String, String)>, Error> {
        let mut sets = Vec::new();
        for document in self.files.sets(cluster.into()).await? {
            match document {
                Ok(document) => sets.push((document.namespace, document.name)),
                Err(error) => failures.push(error),
            }
        }
        Ok(sets)
    }

    /// Prints what there is; returns what a watch has to know of it.
    async fn show(
        &self,
        request: &Request<'_>,
        out: &mut Out,
        layout: &mut Layout,
        failures: &mut Vec<Error>,
        watches: bool,
    ) -> Result<Seen, Error> {
        let sources = request.sources();
        let mut seen = Seen::default();
        let mut shown = 0;
        let mut gathered: Vec<Value> = Vec::new();
        for source in &sources {
            let part = async {
                match &request.format {
                    Format::Table { .. } => {
                        let table = source.table(request.cluster, out, &request.members).await?;
                        let rows = self.shape.sorted(table.rows)?;
                        let columns = table.column_definitions.unwrap_or_default();
                        let event = self.output_watch_events.then_some("ADDED");
                        out.data(&layout.rows(&columns, &rows, event))?;
                        let objects: Vec<_> = rows.into_iter().map(|row| row.object).collect();
                        Ok((objects.len(), table.metadata.resource_version.unwrap_or_default(), objects))
                    }
                    Format::Objects(_) => {
                        let (objects, revision) = source.objects(request.cluster, out, &request.members).await?;
                        gathered.extend(objects.iter().cloned());
                        Ok((objects.len(), revision, objects))
                    }
                }
            };
            match part.await {
                Ok((count, revision, objects)) => {
                    shown += count;
                    if watches {
                        seen.list(revision, &objects);
                    }
                }
                Err(error) if self.ignore_not_found && Error::is_not_found(&error) => {}
                Err(error) => {
                    let namespace = source.namespace.as_deref().unwrap_or_default();
                    failures.push(target::with_missing_namespace(request.cluster, out, namespace, error).await);
                }
            }
        }
        if let Format::Objects(format) = &request.format {
            let single = request.source.subject == Subject::Sets && sources.len() == 1 && sources[0].name.is_some();
            self.print_objects(out, format, gathered, single && failures.is_empty(), !failures.is_empty())?;
        } else if shown == 0 && failures.is_empty() && !self.ignore_not_found && !watches {
            out.note(&nothing_found(request));
        }
        Ok(seen)
    }

    fn print_objects(
        &self,
        out: &mut Out,
        format: &objects::Format,
        objects: Vec<Value>,
        single: bool,
        failed: bool,
    ) -> Result<(), Error> {
        if objects.is_empty() && (failed || self.ignore_not_found && !self.names.is_empty()) {
            return Ok(());
        }
        let objects = self.shape.sorted_objects(objects)?;
        let objects = objects.into_iter().map(|object| self.shape.without_managed_fields(object)).collect();
        let text = objects::text(format, objects, single, !self.shape.no_headers).map_err(Error::config)?;
        Ok(out.data(&text)?)
    }
}

impl Request<'_> {
    /// One source a named set, or the one list.
    fn sources(&self) -> Vec<Source> {
        match &self.named {
            Some(named) if self.source.subject == Subject::Sets => {
                named.iter().map(|(namespace, name)| self.source.named(namespace, name)).collect()
            }
            _ => vec![self.source.clone()],
        }
    }

    /// The present revision, for a watch that shows nothing first.
    async fn revision(&self, out: &mut Out) -> Result<String, Error> {
        let list = Source { chunk: 1, name: None, ..self.source.clone() };
        let table: crate::api::table::Table = self.cluster.json(out, list.table_call().query("limit", "1")).await?;
        Ok(table.metadata.resource_version.unwrap_or_default())
    }
}

fn nothing_found(request: &Request<'_>) -> String {
    match &request.source.namespace {
        Some(namespace) => format!("No resources found in {namespace} namespace."),
        None => "No resources found".to_owned(),
    }
}
