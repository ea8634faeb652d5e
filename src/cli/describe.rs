//! `kubectl vmirs describe`: one set or several, told for a person.

mod related_objects;

use super::completion::{Completer, ReplacesNames};
use super::context::Context;
use super::error::Error;
use super::files::Files;
use super::selection::{self, ListOptions, Resolution, ResolvedSet, ResourceArgs};
use super::set_name;
use crate::api::vmirs;
use crate::client;
use crate::client::resource_paths;
use crate::client::{Call, Cluster, Path};
use crate::printers::describe::{events, full, set};
use crate::printers::tabwriter::align;
use crate::printers::{Ui, visible};
use crate::text::projection::Projection;
use http::Method;
use jiff::Timestamp;
use related_objects::RelatedObjects;
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  # Describe a set: its size, its VMIs, its HPAs, its events
  kubectl vmirs describe web

  # Describe every set whose name starts with 'web', or that has a label
  kubectl vmirs describe web
  kubectl vmirs describe -l tier=front

  # Print what `kubectl describe vmirs web` prints
  kubectl vmirs describe web --full
";

/// Show details of a set or of several.
///
/// If no set has the given name, describes the sets whose names start with it. With --full, prints the whole object, as kubectl describe does.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs describe [NAME ... | -l label | -f FILENAME] [options]")]
pub(crate) struct Args {
    /// The sets: NAME or vmirs/NAME, or the start of a name
    #[arg(value_name = "NAME", add = Completer::Sets)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
    /// If present, describe the sets in all namespaces
    #[arg(short = 'A', long, add = ReplacesNames)]
    all_namespaces: bool,
    /// Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.
    #[arg(short = 'l', long, value_name = "QUERY", add = Completer::Selector, add = ReplacesNames)]
    selector: Option<String>,
    /// Print every field of the object, as `kubectl describe` does
    #[arg(long)]
    full: bool,
    /// If true, display events related to the described object. By default they are shown only for a single object.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = super::go_values::go_bool)]
    show_events: Option<bool>,
    /// Return large lists in chunks rather than all at once. Pass 0 to disable.
    #[arg(long, value_name = "N", default_value = "500", value_parser = super::go_values::go_chunk)]
    chunk_size: u32,
}

impl Args {
    pub(crate) async fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        let typed = ResourceArgs {
            names: &self.names,
            files: Some(&self.files),
            selector: self.selector.as_deref(),
            all_namespaces: self.all_namespaces,
            unnamed: Some("name is required"),
            ..ResourceArgs::default()
        };
        selection::decide(typed, true)?;
        let cluster = context.connection.cluster().await?;
        let Resolution { sets: found, mut failures, .. } = selection::resolve(&cluster, ui, typed, true).await?;
        let mut sets = Vec::new();
        for found in found {
            match self.present(&cluster, ui, found).await {
                Ok(set) => sets.push(set),
                Err(error) => failures.push(error),
            }
        }
        let mut by_prefix = false;
        if let ([name], true, [failure]) = (self.names.as_slice(), sets.is_empty(), failures.as_slice())
            && failure.is_not_found()
        {
            sets = with_prefix(&cluster, ui, &set_name::bare_name(name)?).await?;
            by_prefix = !sets.is_empty();
            if by_prefix {
                failures.clear();
            }
        }
        let with_events = self.show_events.unwrap_or(sets.len() <= 1 && failures.is_empty() && !by_prefix);
        let mut related = RelatedObjects::default();
        for (index, found) in sets.iter().enumerate() {
            let rendered = self.rendered(&cluster, ui, &mut related, found, with_events).await?;
            if index > 0 && !by_prefix {
                ui.data("\n\n")?;
            }
            ui.data(&visible(&rendered))?;
            if by_prefix {
                ui.data("\n")?;
            }
        }
        if sets.is_empty() && failures.is_empty() {
            ui.note(&match self.all_namespaces {
                true => "No resources found".to_owned(),
                false => format!("No resources found in {} namespace.", cluster.namespace),
            });
        }
        Error::all(failures).map(|()| ExitCode::SUCCESS)
    }

    /// A set from a file is described as it is on the cluster.
    async fn present(&self, cluster: &Cluster, ui: &mut Ui, found: ResolvedSet) -> Result<ResolvedSet, Error> {
        match found.file {
            Some(_) => selection::one(cluster, ui, found.namespace(), found.name()).await,
            None => Ok(found),
        }
    }

    async fn rendered(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        related: &mut RelatedObjects,
        found: &ResolvedSet,
        events: bool,
    ) -> Result<String, Error> {
        let set = &found.object;
        let now = Timestamp::now();
        // A role that may not read events sees the description without them.
        let events = if events { self.events(cluster, ui, found).await.ok() } else { None };
        let block = events.map(|events| events::block(&events, now));
        if self.full {
            return Ok(align(&full::description(set, block.as_deref())));
        }
        let described = related.of(cluster, ui, found).await;
        Ok(align(&set::description(&described, block.as_deref(), now)))
    }

    async fn events(&self, cluster: &Cluster, ui: &mut Ui, found: &ResolvedSet) -> Result<Vec<Value>, Error> {
        let uid = found.object["metadata"]["uid"].as_str().unwrap_or_default();
        let about = format!(
            "involvedObject.name={},involvedObject.namespace={},involvedObject.kind={},involvedObject.uid={uid}",
            found.name(),
            found.namespace(),
            vmirs::KIND,
        );
        let path = resource_paths::events(found.namespace())?;
        items(cluster, ui, path, &[("fieldSelector", about)], self.chunk_size, &Projection::Everything).await
    }
}

/// The sets of the namespace whose names begin so.
async fn with_prefix(cluster: &Cluster, ui: &mut Ui, prefix: &str) -> Result<Vec<ResolvedSet>, Error> {
    let mut sets = selection::list(cluster, ui, &ListOptions::default()).await?;
    sets.retain(|set| set.name().starts_with(prefix));
    Ok(sets)
}

/// All items of a list, page by page: what of them is looked at.
async fn items(
    cluster: &Cluster,
    ui: &mut Ui,
    path: Path,
    query: &[(&'static str, String)],
    chunk: u32,
    projection: &Projection,
) -> Result<Vec<Value>, Error> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let mut call = Call::new(Method::GET, path.clone());
        for (key, value) in query {
            call = call.query(key, value.as_str());
        }
        if chunk > 0 {
            call = call.query("limit", chunk.to_string());
        }
        if !token.is_empty() {
            call = call.query("continue", token);
        }
        let body = cluster.bytes(ui, call).await?;
        let page = projection.deserialize(&mut serde_json::Deserializer::from_slice(&body));
        let mut page = page.map_err(|source| client::Error::Decode { what: format!("GET {path}"), source })?;
        if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
            all.extend(items);
        }
        let next = page.pointer("/metadata/continue").and_then(Value::as_str);
        token = next.unwrap_or_default().to_owned();
        if token.is_empty() {
            return Ok(all);
        }
    }
}
