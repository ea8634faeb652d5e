//! A query for one object or a list, and the decoding of its answers.

use super::owner_filter::OwnerFilter;
use super::representation::Representation;
use super::resource_kind::ResourceKind;
use crate::api::namespace::NamespaceScope;
use crate::api::partial::Partial;
use crate::api::table::{self, Table};
use crate::cli::error::Error;
use crate::cli::selection::ListOptions;
use crate::client;
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::text::projection::Projection;
use http::Method;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;
use serde_json::value::RawValue;

/// Asks for names and labels alone, where a server can tell them apart.
const METADATA: &str = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

/// What to read: one object by name, or a list.
#[derive(Clone, Debug)]
pub(super) struct ResourceQuery {
    pub(super) resource_kind: ResourceKind,
    pub(super) scope: NamespaceScope,
    /// One object by name.
    pub(super) name: Option<String>,
    /// Of one object.
    pub(super) subresource: String,
    pub(super) selector: String,
    pub(super) field_selector: String,
    /// Objects a page; 0: all at once.
    pub(super) chunk: u32,
    /// The fields of a list's objects that are needed.
    pub(super) projection: Projection,
}

#[derive(Deserialize)]
struct Items<'a> {
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

impl ResourceQuery {
    /// A list of sets, or of what may belong to them.
    pub(super) fn list(resource_kind: ResourceKind, options: &ListOptions, cluster: &Cluster, chunk: u32) -> Self {
        let of_sets = resource_kind == ResourceKind::Sets;
        let launcher = if resource_kind == ResourceKind::Pods { "kubevirt.io=virt-launcher" } else { "" };
        Self {
            resource_kind,
            scope: options.scope(cluster),
            name: None,
            subresource: String::new(),
            selector: if of_sets { options.selector.clone() } else { launcher.to_owned() },
            field_selector: if of_sets { options.field_selector.clone() } else { String::new() },
            chunk,
            projection: Projection::Everything,
        }
    }

    /// One object that was named.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    pub(super) fn object_of(&self, resource_kind: ResourceKind, namespace: &str, name: &str) -> Result<Self, Error> {
        Ok(Self { resource_kind, ..self.named(namespace, name)? })
    }

    /// The objects of that name in a namespace: what can be watched.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    pub(super) fn only(&self, resource_kind: ResourceKind, namespace: &str, name: &str) -> Result<Self, Error> {
        let (scope, field_selector) =
            (NamespaceScope::One(resource_paths::namespace_name(namespace)?), format!("metadata.name={name}"));
        Ok(Self { resource_kind, scope, field_selector, ..self.clone() })
    }

    /// One set.
    ///
    /// # Errors
    /// [`Error::Plain`] for an empty namespace.
    pub(super) fn named(&self, namespace: &str, name: &str) -> Result<Self, Error> {
        let scope = NamespaceScope::One(resource_paths::namespace_name(namespace)?);
        Ok(Self { scope, name: Some(name.to_owned()), ..self.clone() })
    }

    fn path(&self) -> Result<Path, Error> {
        let all = resource_paths::in_scope(self.resource_kind.api(), &self.scope, self.resource_kind.plural())?;
        match &self.name {
            None => Ok(all),
            Some(name) if self.subresource.is_empty() => Ok(all.of(name)?),
            Some(name) => Ok(all.of(name)?.of(&self.subresource)?),
        }
    }

    /// The request for everything at once, or for the one object.
    ///
    /// # Errors
    /// [`Error::Plain`] for a namespace or a name that cannot stand in a path.
    pub(super) fn call(&self, representation: Representation) -> Result<Call, Error> {
        let mut call = Call::new(Method::GET, self.path()?);
        if self.name.is_none() {
            for (key, value) in [("labelSelector", &self.selector), ("fieldSelector", &self.field_selector)] {
                if !value.is_empty() {
                    call = call.query(key, value.as_str());
                }
            }
        }
        Ok(match representation {
            Representation::Cells => call.accept(table::ACCEPT).query("includeObject", "None"),
            Representation::Rows => call.accept(table::ACCEPT),
            Representation::RowsAndObjects => call.accept(table::ACCEPT).query("includeObject", "Object"),
            Representation::Metadata if self.name.is_none() => call.accept(METADATA),
            Representation::Metadata | Representation::Objects => call,
        })
    }

    /// Reads an answer.
    pub(super) fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Error> {
        // serde would fill a struct of nothing but defaults from an empty list, too.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(self.undecodable(serde::de::Error::custom("expected an object")));
        }
        serde_json::from_slice(body).map_err(|source| self.undecodable(source))
    }

    fn undecodable(&self, source: serde_json::Error) -> Error {
        let path = self.path().map(|path| path.to_string()).unwrap_or_default();
        client::Error::Decode { what: format!("GET {path}"), source }.into()
    }

    /// The rows of a page that the filter matches.
    pub(super) fn rows(&self, body: &[u8], owner_filter: &OwnerFilter) -> Result<Table<Partial>, Error> {
        let mut table: Table<Partial> = self.decode(body)?;
        // An object that was named needs no owner.
        table.rows.retain(|row| self.name.is_some() || owner_filter.matches(self.resource_kind, &row.object));
        Ok(table)
    }

    /// Hands over the objects of a page that the filter matches, one by one.
    pub(super) fn each_object(
        &self,
        body: &[u8],
        owner_filter: &OwnerFilter,
        mut each: impl FnMut(Value) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let page: Items<'_> = serde_json::from_slice(body).map_err(|source| self.undecodable(source))?;
        for item in page.items.into_iter().flatten() {
            let matches =
                || owner_filter.matches(self.resource_kind, &serde_json::from_str(item.get()).unwrap_or_default());
            if self.resource_kind != ResourceKind::Sets && !matches() {
                continue;
            }
            let mut object = self.object(item.get()).map_err(|source| self.undecodable(source))?;
            let (api_version, kind) = self.resource_kind.kind();
            if let Some(fields) = object.as_object_mut() {
                // The items of a built-in kind's list do not say what they are; metadata alone says that it is just that.
                let says = fields.get("kind").is_some_and(|kind| kind != "PartialObjectMetadata");
                if !says {
                    fields.insert("apiVersion".to_owned(), api_version.into());
                    fields.insert("kind".to_owned(), kind.into());
                }
            }
            each(object)?;
        }
        Ok(())
    }

    /// The needed fields of an object.
    fn object(&self, text: &str) -> serde_json::Result<Value> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let object = self.projection.deserialize(&mut deserializer)?;
        deserializer.end().map(|()| object)
    }
}
