//! What a get asks for, and how it prints the answers.

use super::item_printer::ItemPrinter;
use super::output_flags::OutputFormat;
use super::owner_filter::OwnerFilter;
use super::representation::Representation;
use super::resource_kind::ResourceKind;
use super::resource_query::ResourceQuery;
use super::sort_by::SortBy;
use crate::cli::error::Error;
use crate::cli::selection;
use crate::client::Cluster;
use crate::printers::Ui;
use crate::printers::objects::{self, ObjectPrinter};
use crate::printers::table::{TableOptions, TablePrinter};

/// What a get asks for, and how it prints the answers.
pub(super) struct GetPlan<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) query: ResourceQuery,
    pub(super) owner_filter: OwnerFilter,
    /// Namespace and name of each set that was named; `None`: no set was named.
    pub(super) named: Option<Vec<(String, String)>>,
    /// The objects of `-f`, if those are shown.
    pub(super) in_files: Vec<FileObject>,
    pub(super) format: OutputFormat,
    pub(super) table: TableOptions,
    pub(super) order: Option<SortBy>,
    pub(super) keeps_managed_fields: bool,
    /// `--server-print`: the server makes the rows.
    pub(super) server_print: bool,
    pub(super) ignore_not_found: bool,
    /// `--output-watch-events`: shows the type of each event.
    pub(super) with_events: bool,
}

/// An object of a file.
pub(super) struct FileObject {
    pub(super) resource_kind: ResourceKind,
    pub(super) namespace: String,
    pub(super) name: String,
}

impl GetPlan<'_> {
    /// A printer of objects of this kind.
    pub(super) fn printer(&self, resource_kind: ResourceKind) -> ItemPrinter {
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

    /// The smallest representation that is enough. `for_watch`: each row needs its object's metadata.
    pub(super) fn representation(&self, for_watch: bool) -> Representation {
        // The target of an HPA is in its spec, which only whole objects have.
        let targeted = self.query.resource_kind == ResourceKind::Hpas;
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
                if !for_watch && self.query.resource_kind == ResourceKind::Sets && self.table.need_cells_only() =>
            {
                Representation::Cells
            }
            OutputFormat::Table { .. } => Representation::Rows,
        }
    }

    /// One query for each named object, or the one list.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    pub(super) fn queries(&self) -> Result<Vec<ResourceQuery>, Error> {
        if !self.in_files.is_empty() {
            let object = |it: &FileObject| self.query.object_of(it.resource_kind, &it.namespace, &it.name);
            return self.in_files.iter().map(object).collect();
        }
        match &self.named {
            Some(named) if self.query.resource_kind == ResourceKind::Sets => {
                named.iter().map(|(namespace, name)| self.query.named(namespace, name)).collect()
            }
            _ => Ok(vec![self.query.clone()]),
        }
    }

    /// The error to report for an object that could not be read; `None` under `--ignore-not-found`.
    pub(super) async fn failure(&self, ui: &mut Ui, query: &ResourceQuery, error: Error) -> Option<Error> {
        if self.ignore_not_found && query.name.is_some() && error.is_not_found() {
            return None;
        }
        let namespace = query.name.as_ref().and(query.scope.one()).map(|name| &**name).unwrap_or_default();
        Some(selection::with_missing_namespace(self.cluster, ui, namespace, error).await)
    }

    /// kubectl's sentence for an empty table.
    pub(super) fn nothing_found(&self) -> String {
        match self.query.scope.one() {
            Some(namespace) => format!("No resources found in {namespace} namespace."),
            None => "No resources found".to_owned(),
        }
    }
}
