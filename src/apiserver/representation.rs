//! One object or many in the shape that the client asked for: itself, a row of a Table, or its metadata.

use crate::api::table::ListMeta;
use crate::apiserver::content_negotiation::{MediaTypeOptions, Transform};
use crate::apiserver::query::Query;
use crate::apiserver::registry::StorageKind;
use crate::apiserver::registry::conversion;
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::table::{self, Form, IncludeObject};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What decides how objects are shown.
#[derive(Clone, Debug)]
pub struct Representation {
    info: RequestInfo,
    wanted: MediaTypeOptions,
    include: IncludeObject,
}

impl Representation {
    /// What a request asks for.
    ///
    /// # Errors
    /// 400 for an `includeObject` that is not known.
    pub fn of(info: &RequestInfo, wanted: MediaTypeOptions, query: &Query) -> Result<Self, StatusError> {
        if wanted.transform == Transform::PartialObjectMetadata && wanted.list && info.name.is_some() {
            return Err(Status::unexpected("content is not a list"));
        }
        let include = match wanted.transform {
            Transform::Table => IncludeObject::parse(query.text("includeObject")).map_err(Status::bad_request)?,
            _ => IncludeObject::default(),
        };
        Ok(Self { info: info.clone(), wanted, include })
    }

    /// One object, from its stored version. `columns`: whether a Table describes its columns.
    pub fn one(&self, stored: Value, columns: bool, now: Timestamp) -> Value {
        match self.wanted.transform {
            Transform::None => conversion::to_requested(&self.info, stored),
            Transform::PartialObjectMetadata => table::partial_object_metadata(&stored, self.wanted.meta_version),
            Transform::Table => {
                let meta = table::meta_of(&stored);
                self.table(&[stored], &meta, columns, now)
            }
        }
    }

    /// A list, from objects in their stored version.
    pub fn many(&self, stored: Vec<Value>, meta: &ListMeta, now: Timestamp) -> Value {
        match self.wanted.transform {
            Transform::None => {
                let items: Vec<Value> = stored.into_iter().map(|object| self.item(object)).collect();
                let mut meta = meta.clone();
                if self.info.kind.storage == StorageKind::Custom {
                    // Their lists are written without leaving out what is empty.
                    meta.continue_token.get_or_insert_default();
                }
                json!({
                    "kind": self.info.kind.list_kind(),
                    "apiVersion": self.info.api_version(),
                    "metadata": meta,
                    "items": items,
                })
            }
            Transform::PartialObjectMetadata => {
                table::partial_object_metadata_list(&stored, meta, self.wanted.meta_version)
            }
            Transform::Table => self.table(&stored, meta, true, now),
        }
    }

    /// Items of a built-in kind do not say what they are; custom resources do.
    fn item(&self, stored: Value) -> Value {
        let mut item = conversion::to_requested(&self.info, stored);
        if let (StorageKind::BuiltIn, Some(fields)) = (self.info.kind.storage, item.as_object_mut()) {
            fields.remove("kind");
            fields.remove("apiVersion");
        }
        item
    }

    fn table(&self, stored: &[Value], meta: &ListMeta, headers: bool, now: Timestamp) -> Value {
        let shown: Vec<Value> = match self.include {
            IncludeObject::Object => {
                stored.iter().map(|object| conversion::to_requested(&self.info, object.clone())).collect()
            }
            _ => Vec::new(),
        };
        let form = Form { version: self.wanted.meta_version, include: self.include, headers, now };
        table::render(self.info.kind, stored, &shown, meta, form)
    }

    /// An otherwise empty object that only carries `metadata`.
    pub fn bookmark(&self, metadata: &Map<String, Value>) -> Value {
        let mut object = json!({
            "kind": self.info.kind.kind,
            "apiVersion": self.info.api_version(),
            "metadata": metadata,
        });
        match self.wanted.transform {
            Transform::PartialObjectMetadata => table::partial_object_metadata(&object, self.wanted.meta_version),
            Transform::Table => {
                let meta = table::meta_of(&object);
                self.table(&[object], &meta, false, Timestamp::UNIX_EPOCH)
            }
            Transform::None => {
                if let (StorageKind::BuiltIn, true, Some(fields)) =
                    (self.info.kind.storage, self.info.kind.has_status(), object.as_object_mut())
                {
                    fields.insert("spec".to_owned(), json!({}));
                    fields.insert("status".to_owned(), json!({}));
                }
                object
            }
        }
    }
}
