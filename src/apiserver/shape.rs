//! One object or many in the shape that the client asked for: itself, a row of a Table, or its metadata.

use super::accept::{Shape, Wanted};
use super::query::Query;
use super::registry::conversion;
use super::request::Target;
use super::status::{Refused, Status};
use super::table::{self, Form, IncludeObject};
use crate::api::table::ListMeta;
use crate::apiserver::registry::StorageKind;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What decides how objects are shown.
#[derive(Clone, Debug)]
pub struct View {
    target: Target,
    wanted: Wanted,
    include: IncludeObject,
}

impl View {
    /// What a request asks for.
    ///
    /// # Errors
    /// 400 for an `includeObject` that is not known.
    pub fn of(target: &Target, wanted: Wanted, query: &Query) -> Result<Self, Refused> {
        if wanted.shape == Shape::Metadata && wanted.list && target.name.is_some() {
            return Err(Status::unexpected("content is not a list"));
        }
        let include = match wanted.shape {
            Shape::Table => IncludeObject::parse(query.text("includeObject")).map_err(Status::bad_request)?,
            _ => IncludeObject::default(),
        };
        Ok(Self { target: target.clone(), wanted, include })
    }

    /// One object, from its stored version. `columns`: whether a Table describes its columns.
    pub fn one(&self, stored: Value, columns: bool, now: Timestamp) -> Value {
        match self.wanted.shape {
            Shape::Plain => conversion::to_requested(&self.target, stored),
            Shape::Metadata => table::partial(&stored, self.wanted.meta_version),
            Shape::Table => {
                let meta = table::meta_of(&stored);
                self.table(&[stored], &meta, columns, now)
            }
        }
    }

    /// A list, from objects in their stored version.
    pub fn many(&self, stored: Vec<Value>, meta: &ListMeta, now: Timestamp) -> Value {
        match self.wanted.shape {
            Shape::Plain => {
                let items: Vec<Value> = stored.into_iter().map(|object| self.item(object)).collect();
                let mut meta = meta.clone();
                if self.target.kind.storage == StorageKind::Custom {
                    // Their lists are written without leaving out what is empty.
                    meta.continue_token.get_or_insert_default();
                }
                json!({
                    "kind": self.target.kind.list_kind(),
                    "apiVersion": self.target.api_version(),
                    "metadata": meta,
                    "items": items,
                })
            }
            Shape::Metadata => table::partial_list(&stored, meta, self.wanted.meta_version),
            Shape::Table => self.table(&stored, meta, true, now),
        }
    }

    /// Items of a built-in kind do not say what they are; custom resources do.
    fn item(&self, stored: Value) -> Value {
        let mut item = conversion::to_requested(&self.target, stored);
        if let (StorageKind::BuiltIn, Some(fields)) = (self.target.kind.storage, item.as_object_mut()) {
            fields.remove("kind");
            fields.remove("apiVersion");
        }
        item
    }

    fn table(&self, stored: &[Value], meta: &ListMeta, headers: bool, now: Timestamp) -> Value {
        let shown: Vec<Value> = match self.include {
            IncludeObject::Object => {
                stored.iter().map(|object| conversion::to_requested(&self.target, object.clone())).collect()
            }
            _ => Vec::new(),
        };
        let form = Form { version: self.wanted.meta_version, include: self.include, headers, now };
        table::render(self.target.kind, stored, &shown, meta, form)
    }

    /// An otherwise empty object that only carries `metadata`.
    pub fn bookmark(&self, metadata: &Map<String, Value>) -> Value {
        let mut object = json!({
            "kind": self.target.kind.kind,
            "apiVersion": self.target.api_version(),
            "metadata": metadata,
        });
        match self.wanted.shape {
            Shape::Metadata => table::partial(&object, self.wanted.meta_version),
            Shape::Table => {
                let meta = table::meta_of(&object);
                self.table(&[object], &meta, false, Timestamp::UNIX_EPOCH)
            }
            Shape::Plain => {
                if let (StorageKind::BuiltIn, true, Some(fields)) =
                    (self.target.kind.storage, self.target.kind.has_status(), object.as_object_mut())
                {
                    fields.insert("spec".to_owned(), json!({}));
                    fields.insert("status".to_owned(), json!({}));
                }
                object
            }
        }
    }
}
