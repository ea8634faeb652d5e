//! What a server's answer becomes: rows and objects to print.

use super::item_printer::Item;
use super::output_flags::OutputFormat;
use super::plan::GetPlan;
use super::representation::Representation;
use super::resource_query::ResourceQuery;
use crate::api::partial::Partial;
use crate::api::table::{Column, Row};
use crate::cli::error::Error;
use crate::text::duration;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

impl GetPlan<'_> {
    /// The text of a page: of rows all at once, of objects one by one, so that no more than one is ever a tree.
    pub(super) fn printed(
        &self,
        query: &ResourceQuery,
        body: &[u8],
        mut print: impl FnMut(Option<Vec<Column>>, Vec<Item>) -> Result<String, Error>,
    ) -> Result<String, Error> {
        if query.name.is_some() || matches!(self.format, OutputFormat::Table { .. }) {
            let (columns, items) = self.items(query, body)?;
            return print(columns, items);
        }
        let mut text = String::new();
        query.each_object(body, &self.owner_filter, |object| {
            text.push_str(&print(None, vec![Item::Object(object)])?);
            Ok(())
        })?;
        Ok(text)
    }

    /// What an answer holds.
    pub(super) fn items(&self, query: &ResourceQuery, body: &[u8]) -> Result<(Option<Vec<Column>>, Vec<Item>), Error> {
        if matches!(self.representation(false), Representation::Metadata | Representation::Objects) {
            return Ok(self.rendered(self.whole_objects(query, body)?));
        }
        let table = query.rows(body, &self.owner_filter)?;
        Ok((table.column_definitions, table.rows.into_iter().map(Item::row_of).collect()))
    }

    pub(super) fn whole_objects(&self, query: &ResourceQuery, body: &[u8]) -> Result<Vec<Value>, Error> {
        if query.name.is_some() {
            return Ok(vec![query.decode(body)?]);
        }
        let mut objects = Vec::new();
        query.each_object(body, &self.owner_filter, |object| {
            objects.push(object);
            Ok(())
        })?;
        Ok(objects)
    }

    /// Objects as they are shown: as such, or as rows that are made here.
    pub(super) fn rendered(&self, objects: Vec<Value>) -> (Option<Vec<Column>>, Vec<Item>) {
        if !matches!(self.format, OutputFormat::Table { .. }) {
            return (None, objects.into_iter().map(Item::Object).collect());
        }
        let now = Timestamp::now();
        (Some(name_and_age()), objects.iter().map(|object| Item::row_of(client_side_row(object, now))).collect())
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
