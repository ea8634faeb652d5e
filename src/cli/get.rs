//! `kubectl vmirs get`: sets, or what belongs to them, as a table or as objects.

mod item_printer;
mod output_flags;
mod pages;
mod resource_kind;
mod resource_query;
mod sort_by;
mod watch;
mod watch_state;

use super::cluster::Cluster;
use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::error::Error;
use super::files::{Document, Files, ManifestKind, UNNAMED};
use super::selection::{self, ResourceArgs, Selection};
use crate::api::partial::Partial;
use crate::api::table::{Column, Row, Table};
use crate::printers::Ui;
use crate::printers::objects::{self, ObjectPrinter};
use crate::printers::table::{TableOptions, TablePrinter};
use crate::text::duration;
use crate::text::jsonpath::reach::Reach;
use crate::text::labels::{Labels, Selector};
use item_printer::{Item, ItemPrinter, ListPrinter};
use jiff::Timestamp;
use output_flags::{OutputFlags, OutputFormat};
use resource_kind::{OwnerFilter, ResourceKind};
use resource_query::{Representation, ResourceQuery};
use serde::Deserialize;
use serde_json::{Value, json};
use sort_by::SortBy;
use std::process::ExitCode;
use watch_state::WatchState;

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
    #[arg(value_name = "NAME", add = Completer::Sets)]
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
    shape: OutputFlags,
}

/// Everything that a get is about, once it is decided.
struct GetPlan<'a> {
    cluster: &'a Cluster,
    source: ResourceQuery,
    owner_filter: OwnerFilter,
    /// Sets by namespace and name, where they were named.
    named: Option<Vec<(String, String)>>,
    /// What stands in files, where that is what is shown.
    in_files: Vec<FileObject>,
    format: OutputFormat,
    table: TableOptions,
    order: Option<SortBy>,
    keeps_managed_fields: bool,
    /// Whether the server makes the rows.
    server_print: bool,
    ignore_not_found: bool,
    /// Whether the kind of each event is shown.
    with_events: bool,
}

/// An object of a file.
struct FileObject {
    resource_kind: ResourceKind,
    namespace: String,
    name: String,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let (format, order) = (self.shape.format()?, self.shape.order()?);
        let watches = self.watch || self.watch_only;
        if self.output_watch_events && !watches {
            return Err(Error::plain("--output-watch-events option can only be used with --watch or --watch-only"));
        }
        self.mind_types()?;
        let target = selection::decide(self.typed(), true)?;
        if !self.subresource.is_empty() && !matches!(&target, Selection::Names(_) | Selection::Files) {
            return Err(Error::plain("subresource cannot be used when bulk resources are specified"));
        }
        if order.is_some() && self.watch {
            ui.note("warning: --watch requested, --sort-by will be ignored for watch events received");
        } else if order.is_some() && self.watch_only {
            ui.note("warning: --watch-only requested, --sort-by will be ignored");
        }
        let cluster = context.connection.cluster().await?;
        let (mut request, mut failures) = self.request(&cluster, ui, target, format, order).await?;
        if self.ignore_not_found {
            failures.retain(|error| !error.is_not_found());
        }
        if watches {
            Error::all(failures)?;
            return request.watch(ui, !self.watch_only).await;
        }
        request.show(ui, &mut failures).await?;
        Error::all(failures).map(|()| ExitCode::SUCCESS)
    }

    fn typed(&self) -> ResourceArgs<'_> {
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
    fn mind_types(&self) -> Result<(), Error> {
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
            "Use `kubectl vmirs get {flag}` for what belongs to the sets, or `vmirs/{word}` for a set of that name."
        )))
    }

    async fn request<'a>(
        &self,
        cluster: &'a Cluster,
        ui: &mut Ui,
        target: Selection,
        format: OutputFormat,
        order: Option<SortBy>,
    ) -> Result<(GetPlan<'a>, Vec<Error>), Error> {
        let resource_kind = self.resource_kind();
        let query = match &target {
            Selection::List(query) => query.clone(),
            _ => selection::ListOptions::default(),
        };
        let mut failures = Vec::new();
        let mut named = match &target {
            Selection::Names(names) => {
                Some(names.iter().map(|name| (cluster.namespace.to_string(), name.clone())).collect())
            }
            // Found below.
            Selection::Files => Some(Vec::new()),
            Selection::List(_) => None,
        };
        let in_files = match &target {
            Selection::Files if resource_kind == ResourceKind::Sets => self.in_files(cluster, &mut failures).await?,
            _ => Vec::new(),
        };
        let kinds_differ = in_files.windows(2).any(|pair| pair[0].resource_kind != pair[1].resource_kind);
        if kinds_differ && order.is_some() {
            return Err(Error::plain("--sort-by cannot be used with files that hold sets and autoscalers")
                .hint("Name the sets, or use --hpas for their autoscalers."));
        }
        let mut owner_filter = OwnerFilter::default();
        if resource_kind != ResourceKind::Sets {
            let selects = !query.selector.is_empty() || !query.field_selector.is_empty();
            if named.is_some() || selects {
                let resolved = selection::resolve(cluster, ui, self.typed(), true).await?;
                failures.extend(resolved.failures);
                let sets = resolved.sets.iter().map(|set| (set.namespace().to_owned(), set.name().to_owned()));
                named = Some(sets.collect());
            }
            owner_filter =
                resource_query::owner_filter(cluster, ui, resource_kind, &target, named.as_deref(), self.chunk_size)
                    .await?;
        }
        let table = TableOptions {
            with_namespace: self.all_namespaces,
            kind_prefix: (self.shape.show_kind || kinds_differ).then(|| resource_kind.prefix()),
            colors: ui.has_color(),
            ..self.shape.table(&format)
        };
        // What is sorted is read at once, as kubectl does.
        let chunk = if order.is_some() { 0 } else { self.chunk_size };
        let subresource = self.subresource.clone();
        let reach = if order.is_some() { Reach::Everything } else { format.reach() };
        let source =
            ResourceQuery { subresource, reach, ..ResourceQuery::query(resource_kind, &query, cluster, chunk) };
        let request = GetPlan {
            cluster,
            source,
            owner_filter,
            named,
            in_files,
            table,
            order,
            keeps_managed_fields: self.shape.keeps_managed_fields(&format),
            format,
            server_print: self.shape.server_print,
            ignore_not_found: self.ignore_not_found,
            with_events: self.output_watch_events,
        };
        Ok((request, failures))
    }

    /// The objects of the files; with a selector only those whose manifest has the labels.
    async fn in_files(&self, cluster: &Cluster, failures: &mut Vec<Error>) -> Result<Vec<FileObject>, Error> {
        let selector = Selector::parse(self.selector.as_deref().unwrap_or_default()).map_err(Error::config)?;
        let mut objects = Vec::new();
        for document in self.files.named(cluster.into(), UNNAMED).await? {
            match document {
                Ok(document) if selector.matches(&labels(&document)) => {
                    let resource_kind =
                        if document.kind == ManifestKind::Set { ResourceKind::Sets } else { ResourceKind::Hpas };
                    objects.push(FileObject { resource_kind, namespace: document.namespace, name: document.name });
                }
                Ok(_) => {}
                Err(error) => failures.push(error),
            }
        }
        Ok(objects)
    }
}

fn labels(document: &Document) -> Labels {
    Labels::deserialize(&document.object["metadata"]["labels"]).unwrap_or_default()
}

impl GetPlan<'_> {
    /// The view of objects of this kind.
    fn view(&self, resource_kind: ResourceKind) -> ItemPrinter {
        match &self.format {
            OutputFormat::Table { .. } => {
                let kind_prefix = self.table.kind_prefix.as_ref().map(|_| resource_kind.prefix());
                ItemPrinter::Table(TablePrinter::new(TableOptions { kind_prefix, ..self.table.clone() }))
            }
            OutputFormat::Objects(format) => ItemPrinter::Objects {
                printer: Box::new(ObjectPrinter::new(format.clone(), !self.table.no_headers)),
                keeps_managed_fields: self.keeps_managed_fields,
                in_list: false,
            },
        }
    }

    /// As little as will do. `for_watch`: it has to be known which object a row is about.
    fn representation(&self, for_watch: bool) -> Representation {
        // Autoscalers are told apart by their spec, which only whole objects carry.
        let targeted = self.source.resource_kind == ResourceKind::Hpas;
        match &self.format {
            OutputFormat::Objects(objects::Format::Name) if self.order.is_none() && !targeted => {
                Representation::Metadata
            }
            OutputFormat::Objects(_) => Representation::Objects,
            OutputFormat::Table { .. } if !self.server_print && targeted => Representation::Objects,
            OutputFormat::Table { .. } if !self.server_print => Representation::Metadata,
            OutputFormat::Table { .. } if self.order.is_some() => Representation::RowsAndObjects,
            OutputFormat::Table { .. } if targeted => Representation::RowsAndObjects,
            OutputFormat::Table { .. }
                if !for_watch && self.source.resource_kind == ResourceKind::Sets && self.table.need_cells_only() =>
            {
                Representation::Cells
            }
            OutputFormat::Table { .. } => Representation::Rows,
        }
    }

    /// One source a named object, or the one list.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    fn sources(&self) -> Result<Vec<ResourceQuery>, Error> {
        if !self.in_files.is_empty() {
            let object = |it: &FileObject| self.source.object_of(it.resource_kind, &it.namespace, &it.name);
            return self.in_files.iter().map(object).collect();
        }
        match &self.named {
            Some(named) if self.source.resource_kind == ResourceKind::Sets => {
                named.iter().map(|(namespace, name)| self.source.named(namespace, name)).collect()
            }
            _ => Ok(vec![self.source.clone()]),
        }
    }

    /// Prints what there is, and adds to `failures` what could not be read.
    async fn show(&mut self, ui: &mut Ui, failures: &mut Vec<Error>) -> Result<(), Error> {
        let earlier = failures.len();
        let shown = self.show_once(ui, failures).await;
        if shown.is_ok() || self.source.reach == Reach::Everything {
            return shown;
        }
        // A template that does not fit is told with the whole of what it did not fit.
        failures.truncate(earlier);
        self.source.reach = Reach::Everything;
        self.show_once(ui, failures).await
    }

    async fn show_once(&self, ui: &mut Ui, failures: &mut Vec<Error>) -> Result<(), Error> {
        let sources = self.sources()?;
        let is_single =
            self.source.resource_kind == ResourceKind::Sets && sources.len() == 1 && sources[0].name.is_some();
        let mut shown = ListPrinter::new(
            self.view(sources.first().map_or(self.source.resource_kind, |source| source.resource_kind)),
        );
        shown.is_single = is_single;
        if let Some(order) = self.order.as_ref().filter(|_| !is_single) {
            let (columns, items, _) = self.sorted(ui, order, failures).await?;
            ui.data(&shown.print(columns.as_deref(), items)?)?;
        } else {
            let mut earlier = None;
            for source in &sources {
                if earlier.is_some_and(|earlier| earlier != source.resource_kind) && shown.is_table() {
                    ui.data(&shown.begin_table(self.view(source.resource_kind), !self.table.no_headers))?;
                }
                earlier = Some(source.resource_kind);
                let read = source.read(self.cluster, ui, self.representation(false), |body| {
                    self.printed(source, body, |columns, items| shown.print(columns.as_deref(), items))
                });
                if let Err(error) = read.await {
                    failures.extend(self.failure(ui, source, error).await);
                }
            }
        }
        ui.data(&shown.finish(self.ignore_not_found)?)?;
        if shown.is_table() && shown.count == 0 && failures.is_empty() && !self.ignore_not_found {
            ui.note(&self.nothing_found());
        }
        Ok(())
    }

    /// Everything, in order, and its revision. What could not be read is added to `failures`.
    async fn sorted(
        &self,
        ui: &mut Ui,
        order: &SortBy,
        failures: &mut Vec<Error>,
    ) -> Result<(Option<Vec<Column>>, Vec<Item>, String), Error> {
        let (mut objects, mut table, mut revision) = (Vec::new(), Table::default(), String::new());
        let wants_rows = self.representation(false) == Representation::RowsAndObjects;
        for source in self.sources()? {
            let read = source.read(self.cluster, ui, self.representation(false), |body| {
                if wants_rows {
                    let part: Table = source.decode(body)?;
                    table.column_definitions = table.column_definitions.take().or(part.column_definitions);
                    table.rows.extend(part.rows);
                } else {
                    objects.extend(self.whole_objects(&source, body)?);
                }
                Ok(String::new())
            });
            match read.await {
                Ok(at) => revision = at,
                Err(error) => failures.extend(self.failure(ui, &source, error).await),
            }
        }
        if !wants_rows {
            order.sort(&mut objects, |object| object)?;
            let (columns, items) = self.rendered(objects);
            return Ok((columns, items, revision));
        }
        if table.rows.len() > 1 {
            order.sort(&mut table.rows, |row| &row.object)?;
        }
        let rows = table
            .rows
            .into_iter()
            .map(|row| Row { object: Partial::deserialize(&row.object).unwrap_or_default(), cells: row.cells });
        let items =
            rows.filter(|row| self.owner_filter.matches(self.source.resource_kind, &row.object)).map(Item::row_of);
        Ok((table.column_definitions, items.collect(), revision))
    }

    /// What to report of an object that could not be read, if anything.
    async fn failure(&self, ui: &mut Ui, source: &ResourceQuery, error: Error) -> Option<Error> {
        if self.ignore_not_found && source.name.is_some() && error.is_not_found() {
            return None;
        }
        let namespace = source.name.as_ref().and(source.scope.one()).map(|name| &**name).unwrap_or_default();
        Some(selection::with_missing_namespace(self.cluster, ui, namespace, error).await)
    }

    /// The text of a page: of rows all at once, of objects one by one, so that no more than one is ever a tree.
    fn printed(
        &self,
        source: &ResourceQuery,
        body: &[u8],
        mut print: impl FnMut(Option<Vec<Column>>, Vec<Item>) -> Result<String, Error>,
    ) -> Result<String, Error> {
        if source.name.is_some() || matches!(self.format, OutputFormat::Table { .. }) {
            let (columns, items) = self.items(source, body)?;
            return print(columns, items);
        }
        let mut text = String::new();
        source.each_object(body, &self.owner_filter, |object| {
            text.push_str(&print(None, vec![Item::Object(object)])?);
            Ok(())
        })?;
        Ok(text)
    }

    /// What an answer holds.
    fn items(&self, source: &ResourceQuery, body: &[u8]) -> Result<(Option<Vec<Column>>, Vec<Item>), Error> {
        if matches!(self.representation(false), Representation::Metadata | Representation::Objects) {
            return Ok(self.rendered(self.whole_objects(source, body)?));
        }
        let table = source.rows(body, &self.owner_filter)?;
        Ok((table.column_definitions, table.rows.into_iter().map(Item::row_of).collect()))
    }

    fn whole_objects(&self, source: &ResourceQuery, body: &[u8]) -> Result<Vec<Value>, Error> {
        if source.name.is_some() {
            return Ok(vec![source.decode(body)?]);
        }
        let mut objects = Vec::new();
        source.each_object(body, &self.owner_filter, |object| {
            objects.push(object);
            Ok(())
        })?;
        Ok(objects)
    }

    /// Objects as they are shown: as such, or as rows that are made here.
    fn rendered(&self, objects: Vec<Value>) -> (Option<Vec<Column>>, Vec<Item>) {
        if !matches!(self.format, OutputFormat::Table { .. }) {
            return (None, objects.into_iter().map(Item::Object).collect());
        }
        let now = Timestamp::now();
        (Some(name_and_age()), objects.iter().map(|object| Item::row_of(client_side_row(object, now))).collect())
    }

    /// What is watched is the one object of the files.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    fn watch_file(&mut self) -> Result<(), Error> {
        let Some(FileObject { resource_kind, namespace, name }) = self.in_files.pop() else { return Ok(()) };
        if resource_kind == ResourceKind::Sets {
            self.source.resource_kind = resource_kind;
            self.named = Some(vec![(namespace, name)]);
        } else {
            self.source = self.source.only(resource_kind, &namespace, &name)?;
            self.named = None;
        }
        Ok(())
    }

    fn nothing_found(&self) -> String {
        match self.source.scope.one() {
            Some(namespace) => format!("No resources found in {namespace} namespace."),
            None => "No resources found".to_owned(),
        }
    }

    /// Shows what there is, if that is wanted, and then what changes.
    async fn watch(mut self, ui: &mut Ui, shows_first: bool) -> Result<ExitCode, Error> {
        let sources = self.sources()?;
        let resource_kind = sources.first().map_or(self.source.resource_kind, |source| source.resource_kind);
        let (mut view, mut watch_state) = (self.view(resource_kind), WatchState::default());
        let event = self.with_events.then_some("ADDED");
        let mut print = |watch_state: &mut WatchState<Item>, columns: Option<Vec<Column>>, items: Vec<Item>| {
            items.iter().for_each(|item| watch_state.record(&item.metadata(), item.clone()));
            if shows_first { view.each(columns.as_deref(), items, event) } else { Ok(String::new()) }
        };
        let mut failures = Vec::new();
        if let Some(order) = &self.order {
            let (columns, items, revision) = self.sorted(ui, order, &mut failures).await?;
            ui.data(&print(&mut watch_state, columns, items)?)?;
            watch_state.revision = revision;
        } else {
            for source in &sources {
                let read = source.read(self.cluster, ui, self.representation(true), |body| {
                    let (columns, items) = self.items(source, body)?;
                    print(&mut watch_state, columns, items)
                });
                match read.await {
                    Ok(revision) => watch_state.revision = revision,
                    Err(error) => {
                        failures.extend(self.failure(ui, source, error).await);
                        break;
                    }
                }
            }
        }
        Error::all(failures)?;
        ui.data(&view.finish())?;
        ui.flush()?;
        if sources.len() > 1 {
            return Err(Error::plain("you may only watch a single resource or type of resource at a time"));
        }
        self.watch_file()?;
        if self.source.resource_kind == ResourceKind::Sets && self.named.is_some() && watch_state.is_empty() {
            // The one set is not there, and that is not to be minded.
            return Ok(ExitCode::SUCCESS);
        }
        watch::run(self, ui, view, watch_state).await
    }
}

/// The columns of `--server-print=false`.
fn name_and_age() -> Vec<Column> {
    let column = |name: &str, format: &str| Column {
        name: name.to_owned(),
        r#type: "string".to_owned(),
        format: format.to_owned(),
        ..Column::default()
    };
    vec![column("Name", "name"), column("Age", "")]
}

/// A row as kubectl makes it without the server's help.
fn client_side_row(object: &Value, now: Timestamp) -> Row<Partial> {
    let object = Partial::deserialize(object).unwrap_or_default();
    let created = object.metadata.creation_timestamp.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
    let age = created
        .map_or_else(|| "<unknown>".to_owned(), |created| duration::human(now.as_second() - created.as_second()));
    Row { cells: vec![json!(object.metadata.name), json!(age)], object }
}
