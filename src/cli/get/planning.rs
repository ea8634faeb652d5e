//! From the flags to the plan: which sets, whose VMIs, pods or HPAs, in which representation.

use super::Args;
use super::output_flags::OutputFormat;
use super::owner_filter::{self, OwnerFilter};
use super::plan::{FileObject, GetPlan};
use super::resource_kind::ResourceKind;
use super::resource_query::ResourceQuery;
use super::sort_by::SortBy;
use crate::cli::error::Error;
use crate::cli::files::{Document, ManifestKind, UNNAMED};
use crate::cli::selection::{self, ListOptions, Selection};
use crate::client::Cluster;
use crate::printers::Ui;
use crate::printers::table::TableOptions;
use crate::text::labels::{Labels, Selector};
use crate::text::projection::Projection;
use serde::Deserialize;

impl Args {
    pub(super) async fn plan<'a>(
        &self,
        cluster: &'a Cluster,
        ui: &mut Ui,
        target: Selection,
        format: OutputFormat,
        order: Option<SortBy>,
    ) -> Result<(GetPlan<'a>, Vec<Error>), Error> {
        let resource_kind = self.resource_kind();
        let options = match &target {
            Selection::List(options) => options.clone(),
            _ => ListOptions::default(),
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
        let objects_in_files = match &target {
            Selection::Files if resource_kind == ResourceKind::Sets => {
                self.objects_in_files(cluster, &mut failures).await?
            }
            _ => Vec::new(),
        };
        let kinds_differ = objects_in_files.windows(2).any(|pair| pair[0].resource_kind != pair[1].resource_kind);
        if kinds_differ && order.is_some() {
            return Err(Error::plain("--sort-by cannot be used with files that contain both sets and HPAs")
                .hint("Name the sets, or use --hpas for their HPAs."));
        }
        let mut owner_filter = OwnerFilter::default();
        if resource_kind != ResourceKind::Sets {
            let selects = !options.selector.is_empty() || !options.field_selector.is_empty();
            if named.is_some() || selects {
                let resolved = selection::resolve(cluster, ui, self.resource_args(), true).await?;
                failures.extend(resolved.failures);
                let sets = resolved.sets.iter().map(|set| (set.namespace().to_owned(), set.name().to_owned()));
                named = Some(sets.collect());
            }
            owner_filter =
                owner_filter::read(cluster, ui, resource_kind, &target, named.as_deref(), self.chunk_size).await?;
        }
        let table = TableOptions {
            with_namespace: self.all_namespaces,
            kind_prefix: (self.output.show_kind || kinds_differ).then(|| resource_kind.prefix()),
            colors: ui.has_color(),
            ..self.output.table(&format)
        };
        // What is sorted is read at once, as kubectl does.
        let chunk = if order.is_some() { 0 } else { self.chunk_size };
        let subresource = self.subresource.clone();
        let projection = if order.is_some() { Projection::Everything } else { format.projection() };
        let query =
            ResourceQuery { subresource, projection, ..ResourceQuery::list(resource_kind, &options, cluster, chunk) };
        let plan = GetPlan {
            cluster,
            query,
            owner_filter,
            named,
            in_files: objects_in_files,
            table,
            order,
            keeps_managed_fields: self.output.keeps_managed_fields(&format),
            format,
            server_print: self.output.server_print,
            ignore_not_found: self.ignore_not_found,
            with_events: self.output_watch_events,
        };
        Ok((plan, failures))
    }

    /// The objects of the files; with a selector only those whose manifest has the labels.
    async fn objects_in_files(&self, cluster: &Cluster, failures: &mut Vec<Error>) -> Result<Vec<FileObject>, Error> {
        let selector = Selector::parse(self.selector.as_deref().unwrap_or_default()).map_err(Error::cause)?;
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
