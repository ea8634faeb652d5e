//! Reading the sets that were meant.

use super::{ListOptions, ResourceArgs, Selection, decide};
use crate::cli::error::Error;
use crate::cli::files::UNNAMED;
use crate::client;
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use serde_json::Value;

/// As many objects as kubectl asks for at a time.
const PAGE: &str = "500";

/// A set as the server sent it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ResolvedSet {
    pub(crate) object: Value,
    /// The file that named it, as it was typed.
    pub(crate) file: Option<String>,
}

impl ResolvedSet {
    pub(crate) fn name(&self) -> &str {
        self.metadata("name")
    }

    pub(crate) fn namespace(&self) -> &str {
        self.metadata("namespace")
    }

    fn metadata(&self, key: &str) -> &str {
        self.object
            .pointer("/metadata")
            .and_then(|metadata| metadata.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// The sets that were meant.
#[derive(Debug, Default)]
pub(crate) struct Resolution {
    /// Those that are there, in the order they were named or listed.
    pub(crate) sets: Vec<ResolvedSet>,
    /// What went wrong with the others; kubectl reports it after the work on those that were found.
    pub(crate) failures: Vec<Error>,
    /// They stand in files.
    pub(crate) from_files: bool,
}

impl Resolution {
    /// For a verb that writes: where anything in the files is at fault, nothing of them is written.
    ///
    /// # Errors
    /// The faults.
    pub(crate) fn all_or_none(self) -> Result<Self, Error> {
        if self.from_files {
            Error::all(self.failures)?;
            return Ok(Self { failures: Vec::new(), ..self });
        }
        Ok(self)
    }
}

/// Finds the sets that were typed. Those of files are taken as they stand there; names and queries are read.
///
/// # Errors
/// Words and flags that do not fit together, paths that do not exist, a list that failed.
pub(crate) async fn resolve(
    cluster: &Cluster,
    ui: &mut Ui,
    typed: ResourceArgs<'_>,
    or_all: bool,
) -> Result<Resolution, Error> {
    let mut resolved = Resolution::default();
    match decide(typed, or_all)? {
        Selection::Names(names) => {
            for name in names {
                match one(cluster, ui, &cluster.namespace, &name).await {
                    Ok(found) => resolved.sets.push(found),
                    Err(error) => resolved.failures.push(error),
                }
            }
        }
        Selection::List(query) => resolved.sets = list(cluster, ui, &query).await?,
        Selection::Files => {
            resolved.from_files = true;
            let documents = match typed.files {
                Some(files) => files.sets(cluster.into(), typed.unnamed.unwrap_or(UNNAMED)).await?,
                None => Vec::new(),
            };
            for document in documents {
                match document {
                    Ok(document) => {
                        resolved.sets.push(ResolvedSet { object: document.object, file: Some(document.file) });
                    }
                    Err(error) => resolved.failures.push(error),
                }
            }
        }
    }
    Ok(resolved)
}

/// Reads one set.
///
/// # Errors
/// Those of [`Cluster::send`]; a missing namespace is named instead of the set, as kubectl does.
pub(crate) async fn one(cluster: &Cluster, ui: &mut Ui, namespace: &str, name: &str) -> Result<ResolvedSet, Error> {
    let call = Call::new(Method::GET, resource_paths::set(namespace, name)?);
    match cluster.json(ui, call).await {
        Ok(object) => Ok(ResolvedSet { object, file: None }),
        Err(error) => Err(with_missing_namespace(cluster, ui, namespace, error.into()).await),
    }
}

/// The error about the namespace, if that is what is missing; else `error` itself.
pub(crate) async fn with_missing_namespace(cluster: &Cluster, ui: &mut Ui, namespace: &str, error: Error) -> Error {
    if !error.is_not_found() || namespace.is_empty() || namespace == "default" {
        return error;
    }
    let Ok(path) = resource_paths::namespace(namespace) else { return error };
    match cluster.bytes(ui, Call::new(Method::GET, path)).await {
        Err(missing) if missing.is_not_found() => missing.into(),
        _ => error,
    }
}

/// The list of what the query selects, in one page.
///
/// # Errors
/// [`Error::Plain`] for a namespace that cannot stand in a path.
pub(crate) fn selected(cluster: &Cluster, query: &ListOptions) -> Result<Call, Error> {
    let mut call = Call::new(Method::GET, resource_paths::sets(&query.scope(cluster))?);
    for (key, value) in [("labelSelector", &query.selector), ("fieldSelector", &query.field_selector)] {
        if !value.is_empty() {
            call = call.query(key, value.as_str());
        }
    }
    Ok(call)
}

/// Lists the sets that the query selects, page by page, in the server's order.
///
/// # Errors
/// Those of [`Cluster::send`], worded as kubectl words a list that failed.
pub(crate) async fn list(cluster: &Cluster, ui: &mut Ui, query: &ListOptions) -> Result<Vec<ResolvedSet>, Error> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let mut call = selected(cluster, query)?.query("limit", PAGE);
        if !token.is_empty() {
            call = call.query("continue", token);
        }
        let page = cluster.json(ui, call).await;
        let mut page: Value = page.map_err(|error| {
            enhance(error, &resource_paths::sets_resource(), &query.selector, &query.field_selector)
        })?;
        let api_version = page.get("apiVersion").cloned().unwrap_or_default();
        let items = page.get_mut("items").map(Value::take).unwrap_or_default();
        for mut object in items.as_array().cloned().unwrap_or_default() {
            // The items of a list carry neither kind nor version on a server of built-in types.
            if let Some(fields) = object.as_object_mut() {
                fields.entry("apiVersion").or_insert_with(|| api_version.clone());
                fields.entry("kind").or_insert_with(|| crate::api::vmirs::KIND.into());
            }
            found.push(ResolvedSet { object, file: None });
        }
        token = page.pointer("/metadata/continue").and_then(Value::as_str).unwrap_or_default().to_owned();
        if token.is_empty() {
            return Ok(found);
        }
    }
}

/// kubectl names what it listed when the server calls the request bad or the resource unknown (cli-runtime's
/// `EnhanceListError`).
pub(crate) fn enhance(error: client::Error, resource: &str, selector: &str, field_selector: &str) -> client::Error {
    let client::Error::Api(mut status) = error else { return error };
    if !matches!(status.reason.as_str(), "BadRequest" | "NotFound") {
        return client::Error::Api(status);
    }
    status.message = if selector.is_empty() && field_selector.is_empty() {
        format!("Unable to list {resource:?}: {}", status.message)
    } else {
        format!(
            "Unable to find {resource:?} that match label selector {selector:?}, field selector {field_selector:?}: {}",
            status.message
        )
    };
    client::Error::Api(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    #[test]
    fn a_failed_list_says_what_was_listed() {
        let bad = |reason: &str| {
            let body =
                format!(r#"{{"kind":"Status","status":"Failure","reason":"{reason}","message":"m","code":400}}"#);
            client::Error::from_response(StatusCode::BAD_REQUEST, body.as_bytes())
        };
        let resource = resource_paths::sets_resource();
        assert_eq!(
            enhance(bad("BadRequest"), &resource, "a b", "").to_string(),
            format!("Unable to find \"{resource}\" that match label selector \"a b\", field selector \"\": m")
        );
        assert_eq!(
            enhance(bad("NotFound"), &resource, "", "").to_string(),
            format!("Unable to list \"{resource}\": m")
        );
        assert_eq!(enhance(bad("Forbidden"), &resource, "a b", "").to_string(), "m");
    }
}
