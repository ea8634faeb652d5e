//! Prints rows and objects: each on its own, or as one table or list.

use super::output_flags::drop_managed_fields;
use crate::api::partial::{Metadata, Partial};
use crate::api::table::{Column, Row};
use crate::cli::error::Error;
use crate::printers::objects::ObjectPrinter;
use crate::printers::table::TablePrinter;
use serde::Deserialize;
use serde_json::Value;

/// A row or an object to print.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Row(Box<Row<Partial>>),
    Object(Value),
}

impl Item {
    pub(super) fn row_of(row: Row<Partial>) -> Self {
        Self::Row(Box::new(row))
    }

    /// Who it is.
    pub(super) fn metadata(&self) -> Metadata {
        match self {
            Self::Row(row) => row.object.metadata.clone(),
            Self::Object(object) => Partial::deserialize(object).unwrap_or_default().metadata,
        }
    }
}

/// Prints items one after the other.
#[derive(Debug)]
pub(super) enum ItemPrinter {
    Table(TablePrinter),
    Objects {
        printer: Box<ObjectPrinter>,
        keeps_managed_fields: bool,
        /// Whether kubectl's list was begun.
        in_list: bool,
    },
}

impl ItemPrinter {
    /// The text of some things that stand for themselves. `event`: what happened to them, if that is to be shown.
    pub(super) fn each(
        &mut self,
        columns: Option<&[Column]>,
        items: Vec<Item>,
        event: Option<&str>,
    ) -> Result<String, Error> {
        match self {
            Self::Table(layout) => {
                let rows: Vec<_> = items.into_iter().filter_map(Item::row).collect();
                Ok(layout.part(columns, &rows, event))
            }
            Self::Objects { printer, keeps_managed_fields, .. } => {
                let mut text = String::new();
                for mut object in items.into_iter().filter_map(Item::object) {
                    match event {
                        // kubectl leaves an event's object as it is.
                        Some(event) => text.push_str(&printer.event(event, &object).map_err(Error::cause)?),
                        None => {
                            if !*keeps_managed_fields {
                                drop_managed_fields(&mut object);
                            }
                            text.push_str(&printer.object(&object).map_err(Error::cause)?);
                        }
                    }
                }
                Ok(text)
            }
        }
    }

    /// The text of some things that make up one table or one list.
    pub(super) fn together(&mut self, columns: Option<&[Column]>, items: Vec<Item>) -> Result<String, Error> {
        let Self::Objects { printer, keeps_managed_fields, in_list } = self else {
            return self.each(columns, items, None);
        };
        let mut text = String::new();
        for mut object in items.into_iter().filter_map(Item::object) {
            if !std::mem::replace(in_list, true) {
                text.push_str(&printer.begin_list());
            }
            if !*keeps_managed_fields {
                drop_managed_fields(&mut object);
            }
            text.push_str(&printer.item(object).map_err(Error::cause)?);
        }
        Ok(text)
    }

    /// What is left, after [`ItemPrinter::each`].
    pub(super) fn finish(&mut self) -> String {
        match self {
            Self::Table(layout) => layout.finish(),
            Self::Objects { .. } => String::new(),
        }
    }

    /// What is left, after [`ItemPrinter::together`]. `or_nothing`: an empty list is not shown at all.
    pub(super) fn finish_list(&mut self, or_nothing: bool) -> Result<String, Error> {
        let Self::Objects { printer, in_list, .. } = self else { return Ok(self.finish()) };
        let mut text = String::new();
        if !*in_list {
            if or_nothing {
                return Ok(text);
            }
            text = printer.begin_list();
        }
        *in_list = false;
        Ok(text + &printer.end_list().map_err(Error::cause)?)
    }
}

/// What has been shown so far.
#[derive(Debug)]
pub(super) struct ListPrinter {
    view: ItemPrinter,
    pub(super) count: usize,
    /// The one thing that was asked for, which stands for itself.
    pub(super) is_single: bool,
    /// An empty line goes before whatever comes next.
    separates: bool,
}

impl ListPrinter {
    pub(super) fn new(view: ItemPrinter) -> Self {
        Self { view, count: 0, is_single: false, separates: false }
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.view, ItemPrinter::Table(_))
    }

    /// The text of these, as far as it is settled.
    pub(super) fn print(&mut self, columns: Option<&[Column]>, items: Vec<Item>) -> Result<String, Error> {
        self.count += items.len();
        let text =
            if self.is_single { self.view.each(columns, items, None) } else { self.view.together(columns, items) };
        Ok(self.separated(text?))
    }

    /// What is left of the table before; then another one, of another kind, begins.
    pub(super) fn begin_table(&mut self, view: ItemPrinter, with_header: bool) -> String {
        let text = self.view.finish();
        let text = self.separated(text);
        self.view = view;
        self.separates = with_header && self.count > 0;
        text
    }

    /// What is left. `or_nothing`: an empty list is not shown at all.
    pub(super) fn finish(&mut self, or_nothing: bool) -> Result<String, Error> {
        let text = if self.is_single { self.view.finish() } else { self.view.finish_list(or_nothing)? };
        Ok(self.separated(text))
    }

    fn separated(&mut self, text: String) -> String {
        if text.is_empty() || !std::mem::take(&mut self.separates) { text } else { format!("\n{text}") }
    }
}

impl Item {
    fn row(self) -> Option<Row<Partial>> {
        if let Self::Row(row) = self { Some(*row) } else { None }
    }

    fn object(self) -> Option<Value> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }
}
