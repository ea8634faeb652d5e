//! Which objects are waited for, and where they are.

use crate::api::vmirs;
use crate::cli::error::Error;
use crate::cli::files::{Check, Document, Files, ManifestKind};
use crate::cli::selection::{self, Selection};
use crate::client::list_watch::Mirror;
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::Ui;
use http::Method;
use serde_json::Value;
use tokio::time::Instant;

/// An object that is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WaitTarget {
    /// Its own path.
    path: Path,
    /// The path of all objects of its kind in its namespace.
    collection: Path,
    plural: &'static str,
    namespace: String,
    name: String,
    /// As it was when it was listed; `None`: it has to be read.
    pub(super) object: Option<Value>,
}

impl WaitTarget {
    fn set(namespace: &str, name: &str) -> Result<Self, Error> {
        let path = resource_paths::set(namespace, name)?;
        Ok(Self {
            collection: path.parent(),
            path,
            plural: vmirs::PLURAL,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            object: None,
        })
    }

    fn of_file(document: Document) -> Result<Self, Error> {
        if document.name.is_empty() {
            return Err(Error::plain("resource name must be provided"));
        }
        let version = resource_paths::version_of(&document.object);
        let (collection, plural) = match document.kind {
            ManifestKind::Set => (resource_paths::sets_in(&version, &document.namespace)?, vmirs::PLURAL),
            ManifestKind::Hpa => {
                (resource_paths::autoscalers(&version, &document.namespace)?, "horizontalpodautoscalers")
            }
        };
        let path = collection.clone().of(&document.name)?;
        Ok(Self { path, collection, plural, namespace: document.namespace, name: document.name, object: None })
    }

    /// As kubectl names it in messages: `resource/name`.
    pub(super) fn shown(&self) -> String {
        format!("{}/{}", self.plural, self.name)
    }

    /// The list of this object alone.
    pub(super) fn alone(&self) -> Call {
        resource_paths::of_name(self.collection.clone(), &self.name)
    }

    /// The object as it was listed, or as it is now.
    ///
    /// # Errors
    /// Those of [`Cluster::send`]; a missing namespace is named instead of the object.
    pub(super) async fn read(&self, cluster: &Cluster, ui: &mut Ui) -> Result<Value, Error> {
        if let Some(object) = &self.object {
            return Ok(object.clone());
        }
        let call = Call::new(Method::GET, self.path.clone());
        match cluster.json(ui, call).await {
            Ok(object) => Ok(object),
            Err(error) => Err(selection::with_missing_namespace(cluster, ui, &self.namespace, error.into()).await),
        }
    }
}

/// Where the objects are found.
#[derive(Debug)]
pub(super) struct WaitTargets<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) target: Selection,
    pub(super) files: &'a Files,
    /// Autoscalers in files have no VMIs to be counted.
    pub(super) only_sets: bool,
}

impl WaitTargets<'_> {
    /// The objects that are meant, and what went wrong with others. Named ones need not be there.
    ///
    /// # Errors
    /// Paths that do not exist, a list that failed.
    pub(super) async fn find(&self, ui: &mut Ui) -> Result<(Vec<WaitTarget>, Vec<Error>), Error> {
        match &self.target {
            Selection::Names(names) => {
                let targets = names.iter().map(|name| WaitTarget::set(&self.cluster.namespace, name));
                Ok((targets.collect::<Result<_, _>>()?, Vec::new()))
            }
            Selection::List(query) => {
                let found = selection::list(self.cluster, ui, query).await?;
                let targets = found.into_iter().map(|found| {
                    let target = WaitTarget::set(found.namespace(), found.name())?;
                    Ok(WaitTarget { object: Some(found.object), ..target })
                });
                Ok((targets.collect::<Result<_, Error>>()?, Vec::new()))
            }
            Selection::Files => {
                let (mut targets, mut failures) = (Vec::new(), Vec::new());
                for document in self.files.read(Check::Decoded, self.cluster.into()).await? {
                    match document {
                        Ok(document) if self.only_sets && document.kind != ManifestKind::Set => {}
                        Ok(document) => match WaitTarget::of_file(document) {
                            Ok(target) => targets.push(target),
                            Err(error) => failures.push(error),
                        },
                        Err(error) => failures.push(error),
                    }
                }
                Ok((targets, failures))
            }
        }
    }

    /// Waits until every named object is there, or anything that the query selects.
    ///
    /// # Errors
    /// When the deadline has passed, or what the server said.
    pub(super) async fn created(&self, ui: &mut Ui, deadline: Instant) -> Result<(), Error> {
        let lists = match &self.target {
            Selection::List(query) => vec![selection::selected(self.cluster, query)?],
            _ => {
                let (targets, failures) = self.find(ui).await?;
                Error::all(failures)?;
                targets.iter().map(WaitTarget::alone).collect()
            }
        };
        for list in lists {
            let mut mirror = Mirror::new(self.cluster, list);
            let is_there = |mirror: &Mirror<'_>, _: &mut Ui| Ok(mirror.objects().next().is_some());
            let there = mirror.until(ui, deadline, is_there).await;
            let there = there.map_err(|error| match &self.target {
                Selection::List(query) => selection::enhance(
                    error,
                    &crate::client::resource_paths::sets_resource(),
                    &query.selector,
                    &query.field_selector,
                ),
                _ => error,
            })?;
            if !there {
                return Err(Error::plain("timed out waiting for the condition"));
            }
        }
        Ok(())
    }
}
