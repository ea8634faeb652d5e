//! `kubectl vmirs get`: sets, or what belongs to them, as a table or as objects.

mod follow;
mod format;
mod pages;
mod seen;
mod sort;
mod source;
mod subject;
mod view;

use super::Context;
use super::cluster::Cluster;
use super::completion::{Completer, ReplacesNames};
use super::error::Error;
use super::files::{Document, Files, Kind, UNNAMED};
use super::selection::{self, Target, Typed};
use crate::api::partial::Partial;
use crate::api::table::{Column, Row, Table};
use crate::printers::Out;
use crate::printers::objects::{self, Printer};
use crate::printers::table::{Layout, Options as TableOptions};
use crate::text::duration;
use crate::text::jsonpath::reach::Reach;
use crate::text::labels::{Labels, Selector};
use format::{Format, Shape};
use jiff::Timestamp;
use seen::Seen;
use serde::Deserialize;
use serde_json::{Value, json};
use sort::Order;
use source::{Source, Want};
use std::process::ExitCode;
use subject::{Members, Subject};
use view::{Item, Shown, View};

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
    /// If specified, get will operate on the subresource of the requested object.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    subresource: String,
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
    /// What stands in files, where that is what is shown.
    in_files: Vec<InFile>,
    format: Format,
    table: TableOptions,
    order: Option<Order>,
    keeps_managed_fields: bool,
    /// Whether the server makes the rows.
    server_print: bool,
    ignore_not_found: bool,
    /// Whether the kind of each event is shown.
    with_events: bool,
}

/// An object of a file.
struct InFile {
    subject: Subject,
    namespace: String,
    name: String,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let out = &mut context.out;
        let (format, order) = (self.shape.format()?, self.shape.order()?);
        let watches = self.watch || self.watch_only;
        if self.output_watch_events && !watches {
            return Err(Error::plain("--output-watch-events option can only be used with --watch or --watch-only"));
        }
        self.mind_types()?;
        let target = selection::decide(self.typed(), true)?;
        if !self.subresource.is_empty() && !matches!(&target, Target::Names(_) | Target::Files) {
            return Err(Error::plain("subresource cannot be used when bulk resources are specified"));
        }
        if order.is_some() && self.watch {
            out.note("warning: --watch requested, --sort-by will be ignored for watch events received");
        } else if order.is_some() && self.watch_only {
            out.note("warning: --watch-only requested, --sort-by will be ignored");
        }
        let cluster = context.connection.cluster().await?;
        let (mut request, mut failures) = self.request(&cluster, out, target, format, order).await?;
        if self.ignore_not_found {
            failures.retain(|error| !error.is_not_found());
        }
        if watches {
            Error::all(failures)?;
            return request.watch(out, !self.watch_only).await;
        }
        request.show(out, &mut failures).await?;
        Error::all(failures).map(|()| ExitCode::SUCCESS)
    }

    fn typed(&self) -> Typed<'_> {
        Typed {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            field_selector: self.field_selector.as_deref(),
            all: false,
            all_namespaces: self.all_namespaces,
            unnamed: None,
        }
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
        let message = format!("{word:?} is a resource type; did you mean {flag}?");
        Err(Error::plain(message).hint(format!(
            "Use `kubectl vmirs get {flag}` for what belongs to the sets, or `vmirs/{word}` for a set of that name."
        )))
    }

    async fn request<'a>(
        &self,
        cluster: &'a Cluster,
        out: &mut Out,
        target: Target,
        format: Format,
        order: Option<Order>,
    ) -> Result<(Request<'a>, Vec<Error>), Error> {
        let subject = self.subject();
        let query = match &target {
            Target::Query(query) => query.clone(),
            _ => selection::Query::default(),
        };
        let mut failures = Vec::new();
        let mut named = match &target {
            Target::Names(names) => {
                Some(names.iter().map(|name| (cluster.namespace.to_string(), name.clone())).collect())
            }
            // Found below.
            Target::Files => Some(Vec::new()),
            Target::Query(_) => None,
        };
        let in_files = match &target {
            Target::Files if subject == Subject::Sets => self.in_files(cluster, &mut failures).await?,
            _ => Vec::new(),
        };
        let kinds_differ = in_files.windows(2).any(|pair| pair[0].subject != pair[1].subject);
        if kinds_differ && order.is_some() {
            return Err(Error::plain("--sort-by cannot be used with files that hold sets and autoscalers")
                .hint("Name the sets, or use --hpas for their autoscalers."));
        }
        let mut members = Members::default();
        if subject != Subject::Sets {
            let selects = !query.selector.is_empty() || !query.field_selector.is_empty();
            if named.is_some() || selects {
                let resolved = selection::resolve(cluster, out, self.typed(), true).await?;
                failures.extend(resolved.failures);
                let sets = resolved.found.iter().map(|set| (set.namespace().to_owned(), set.name().to_owned()));
                named = Some(sets.collect());
            }
            members = source::members(cluster, out, subject, &target, named.as_deref(), self.chunk_size).await?;
        }
        let table = TableOptions {
            with_namespace: self.all_namespaces,
            kind_prefix: (self.shape.show_kind || kinds_differ).then(|| subject.prefix()),
            colors: out.has_color(),
            ..self.shape.table(&format)
        };
        // What is sorted is read at once, as kubectl does.
        let chunk = if order.is_some() { 0 } else { self.chunk_size };
        let subresource = self.subresource.clone();
        let reach = if order.is_some() { Reach::Everything } else { format.reach() };
        let source = Source { subresource, reach, ..Source::query(subject, &query, cluster, chunk) };
        let request = Request {
            cluster,
            source,
            members,
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
    async fn in_files(&self, cluster: &Cluster, failures: &mut Vec<Error>) -> Result<Vec<InFile>, Error> {
        let selector = Selector::parse(self.selector.as_deref().unwrap_or_default()).map_err(Error::config)?;
        let mut objects = Vec::new();
        for document in self.files.named(cluster.into(), UNNAMED).await? {
            match document {
                Ok(document) if selector.matches(&labels(&document)) => {
                    let subject = if document.kind == Kind::Set { Subject::Sets } else { Subject::Autoscalers };
                    objects.push(InFile { subject, namespace: document.namespace, name: document.name });
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

impl Request<'_> {
    /// The view of objects of this kind.
    fn view(&self, subject: Subject) -> View {
        match &self.format {
            Format::Table { .. } => {
                let kind_prefix = self.table.kind_prefix.as_ref().map(|_| subject.prefix());
                View::Table(Layout::new(TableOptions { kind_prefix, ..self.table.clone() }))
            }
            Format::Objects(format) => View::Objects {
                printer: Box::new(Printer::new(format.clone(), !self.table.no_headers)),
                keeps_managed_fields: self.keeps_managed_fields,
                in_list: false,
            },
        }
    }

    /// As little as will do. `for_watch`: it has to be known which object a row is about.
    fn want(&self, for_watch: bool) -> Want {
        // Autoscalers are told apart by their spec, which only whole objects carry.
        let targeted = self.source.subject == Subject::Autoscalers;
        match &self.format {
            Format::Objects(objects::Format::Name) if self.order.is_none() && !targeted => Want::Metadata,
            Format::Objects(_) => Want::Objects,
            Format::Table { .. } if !self.server_print && targeted => Want::Objects,
            Format::Table { .. } if !self.server_print => Want::Metadata,
            Format::Table { .. } if self.order.is_some() => Want::RowsAndObjects,
            Format::Table { .. } if targeted => Want::RowsAndObjects,
            Format::Table { .. }
                if !for_watch && self.source.subject == Subject::Sets && self.table.need_cells_only() =>
            {
                Want::Cells
            }
            Format::Table { .. } => Want::Rows,
        }
    }

    /// One source a named object, or the one list.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    fn sources(&self) -> Result<Vec<Source>, Error> {
        if !self.in_files.is_empty() {
            let object = |it: &InFile| self.source.object_of(it.subject, &it.namespace, &it.name);
            return self.in_files.iter().map(object).collect();
        }
        match &self.named {
            Some(named) if self.source.subject == Subject::Sets => {
                named.iter().map(|(namespace, name)| self.source.named(namespace, name)).collect()
            }
            _ => Ok(vec![self.source.clone()]),
        }
    }

    /// Prints what there is, and adds to `failures` what could not be read.
    async fn show(&mut self, out: &mut Out, failures: &mut Vec<Error>) -> Result<(), Error> {
        let earlier = failures.len();
        let shown = self.show_once(out, failures).await;
        if shown.is_ok() || self.source.reach == Reach::Everything {
            return shown;
        }
        // A template that does not fit is told with the whole of what it did not fit.
        failures.truncate(earlier);
        self.source.reach = Reach::Everything;
        self.show_once(out, failures).await
    }

    async fn show_once(&self, out: &mut Out, failures: &mut Vec<Error>) -> Result<(), Error> {
        let sources = self.sources()?;
        let is_single = self.source.subject == Subject::Sets && sources.len() == 1 && sources[0].name.is_some();
        let mut shown = Shown::new(self.view(sources.first().map_or(self.source.subject, |source| source.subject)));
        shown.is_single = is_single;
        if let Some(order) = self.order.as_ref().filter(|_| !is_single) {
            let (columns, items, _) = self.sorted(out, order, failures).await?;
            out.data(&shown.print(columns.as_deref(), items)?)?;
        } else {
            let mut earlier = None;
            for source in &sources {
                if earlier.is_some_and(|earlier| earlier != source.subject) && shown.is_table() {
                    out.data(&shown.begin_table(self.view(source.subject), !self.table.no_headers))?;
                }
                earlier = Some(source.subject);
                let read = source.read(self.cluster, out, self.want(false), |body| {
                    self.printed(source, body, |columns, items| shown.print(columns.as_deref(), items))
                });
                if let Err(error) = read.await {
                    failures.extend(self.failure(out, source, error).await);
                }
            }
        }
        out.data(&shown.finish(self.ignore_not_found)?)?;
        if shown.is_table() && shown.count == 0 && failures.is_empty() && !self.ignore_not_found {
            out.note(&self.nothing_found());
        }
        Ok(())
    }

    /// Everything, in order, and its revision. What could not be read is added to `failures`.
    async fn sorted(
        &self,
        out: &mut Out,
        order: &Order,
        failures: &mut Vec<Error>,
    ) -> Result<(Option<Vec<Column>>, Vec<Item>, String), Error> {
        let (mut objects, mut table, mut revision) = (Vec::new(), Table::default(), String::new());
        let wants_rows = self.want(false) == Want::RowsAndObjects;
        for source in self.sources()? {
            let read = source.read(self.cluster, out, self.want(false), |body| {
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
                Err(error) => failures.extend(self.failure(out, &source, error).await),
            }
        }
        if !wants_rows {
            order.sort(&mut objects, |object| object)?;
            let (columns, items) = self.told(objects);
            return Ok((columns, items, revision));
        }
        if table.rows.len() > 1 {
            order.sort(&mut table.rows, |row| &row.object)?;
        }
        let rows = table
            .rows
            .into_iter()
            .map(|row| Row { object: Partial::deserialize(&row.object).unwrap_or_default(), cells: row.cells });
        let items = rows.filter(|row| self.members.hold(self.source.subject, &row.object)).map(Item::row_of);
        Ok((table.column_definitions, items.collect(), revision))
    }

    /// What to report of an object that could not be read, if anything.
    async fn failure(&self, out: &mut Out, source: &Source, error: Error) -> Option<Error> {
        if self.ignore_not_found && source.name.is_some() && error.is_not_found() {
            return None;
        }
        let namespace = source.name.as_ref().and(source.scope.one()).map(|name| &**name).unwrap_or_default();
        Some(selection::with_missing_namespace(self.cluster, out, namespace, error).await)
    }

    /// The text of a page: of rows all at once, of objects one by one, so that no more than one is ever a tree.
    fn printed(
        &self,
        source: &Source,
        body: &[u8],
        mut print: impl FnMut(Option<Vec<Column>>, Vec<Item>) -> Result<String, Error>,
    ) -> Result<String, Error> {
        if source.name.is_some() || matches!(self.format, Format::Table { .. }) {
            let (columns, items) = self.items(source, body)?;
            return print(columns, items);
        }
        let mut text = String::new();
        source.each_object(body, &self.members, |object| {
            text.push_str(&print(None, vec![Item::Object(object)])?);
            Ok(())
        })?;
        Ok(text)
    }

    /// What an answer holds.
    fn items(&self, source: &Source, body: &[u8]) -> Result<(Option<Vec<Column>>, Vec<Item>), Error> {
        if matches!(self.want(false), Want::Metadata | Want::Objects) {
            return Ok(self.told(self.whole_objects(source, body)?));
        }
        let table = source.rows(body, &self.members)?;
        Ok((table.column_definitions, table.rows.into_iter().map(Item::row_of).collect()))
    }

    fn whole_objects(&self, source: &Source, body: &[u8]) -> Result<Vec<Value>, Error> {
        if source.name.is_some() {
            return Ok(vec![source.decode(body)?]);
        }
        let mut objects = Vec::new();
        source.each_object(body, &self.members, |object| {
            objects.push(object);
            Ok(())
        })?;
        Ok(objects)
    }

    /// Objects as they are shown: as such, or as rows that are made here.
    fn told(&self, objects: Vec<Value>) -> (Option<Vec<Column>>, Vec<Item>) {
        if !matches!(self.format, Format::Table { .. }) {
            return (None, objects.into_iter().map(Item::Object).collect());
        }
        let now = Timestamp::now();
        (Some(name_and_age()), objects.iter().map(|object| Item::row_of(told_here(object, now))).collect())
    }

    /// What is watched is the one object of the files.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    fn follow_file(&mut self) -> Result<(), Error> {
        let Some(InFile { subject, namespace, name }) = self.in_files.pop() else { return Ok(()) };
        if subject == Subject::Sets {
            self.source.subject = subject;
            self.named = Some(vec![(namespace, name)]);
        } else {
            self.source = self.source.only(subject, &namespace, &name)?;
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
    async fn watch(mut self, out: &mut Out, shows_first: bool) -> Result<ExitCode, Error> {
        let sources = self.sources()?;
        let subject = sources.first().map_or(self.source.subject, |source| source.subject);
        let (mut view, mut seen) = (self.view(subject), Seen::default());
        let event = self.with_events.then_some("ADDED");
        let mut print = |seen: &mut Seen<Item>, columns: Option<Vec<Column>>, items: Vec<Item>| {
            items.iter().for_each(|item| seen.shown(&item.metadata(), item.clone()));
            if shows_first { view.each(columns.as_deref(), items, event) } else { Ok(String::new()) }
        };
        let mut failures = Vec::new();
        if let Some(order) = &self.order {
            let (columns, items, revision) = self.sorted(out, order, &mut failures).await?;
            out.data(&print(&mut seen, columns, items)?)?;
            seen.revision = revision;
        } else {
            for source in &sources {
                let read = source.read(self.cluster, out, self.want(true), |body| {
                    let (columns, items) = self.items(source, body)?;
                    print(&mut seen, columns, items)
                });
                match read.await {
                    Ok(revision) => seen.revision = revision,
                    Err(error) => {
                        failures.extend(self.failure(out, source, error).await);
                        break;
                    }
                }
            }
        }
        Error::all(failures)?;
        out.data(&view.finish())?;
        out.flush()?;
        if sources.len() > 1 {
            return Err(Error::plain("you may only watch a single resource or type of resource at a time"));
        }
        self.follow_file()?;
        if self.source.subject == Subject::Sets && self.named.is_some() && seen.is_empty() {
            // The one set is not there, and that is not to be minded.
            return Ok(ExitCode::SUCCESS);
        }
        follow::run(self, out, view, seen).await
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
fn told_here(object: &Value, now: Timestamp) -> Row<Partial> {
    let object = Partial::deserialize(object).unwrap_or_default();
    let created = object.metadata.creation_timestamp.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
    let age = created
        .map_or_else(|| "<unknown>".to_owned(), |created| duration::human(now.as_second() - created.as_second()));
    Row { cells: vec![json!(object.metadata.name), json!(age)], object }
}
