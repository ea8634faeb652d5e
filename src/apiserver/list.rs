//! GET of one object and of many.

use super::Call;
use super::continuation::Continuation;
use super::fault::Fault;
use super::fields::FieldSelector;
use super::object;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::store::{Snapshot, Store};
use crate::api::table::ListMeta;
use crate::text::go::{quote, strconv};
use crate::text::labels::{Labels, Selector};
use serde_json::Value;

/// Answers GET of a named object.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Refused> {
    let name = call.target.object_name()?;
    let found = call.server.store().get(&call.target.key(name)).cloned();
    let object = found.ok_or_else(|| Status::not_found(call.target.kind, name))?;
    Ok(call.object(200, (*object).clone()))
}

/// Answers LIST.
pub(super) fn many(call: &Call<'_>) -> Result<Reply, Refused> {
    let filter = Filter::of(call)?;
    let limit = call.query.number("limit")?.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    check_match(call)?;
    let page = {
        let store = call.server.store();
        Page::read(call, &store, limit)?
    };
    let after = page.after.as_ref();
    let mut selected = page
        .snapshot
        .into_iter()
        .filter(|(place, object)| after.is_none_or(|after| place > after) && filter.matches(object));
    let items: Vec<_> = selected.by_ref().take(limit.unwrap_or(usize::MAX)).collect();
    let rest = selected.count();
    let mut meta = ListMeta { resource_version: Some(page.revision.to_string()), ..ListMeta::default() };
    if let (true, Some((place, _))) = (rest > 0, items.last()) {
        let next = Continuation { revision: Some(page.revision), after: place.clone() };
        meta.continue_token = Some(next.encode());
        meta.remaining_item_count = i64::try_from(rest).ok().filter(|_| filter.is_empty());
    }
    let objects = items.into_iter().map(|(_, object)| (*object).clone()).collect();
    Ok(call.listing(objects, &meta))
}

/// What a list or watch selects.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    labels: Selector,
    fields: FieldSelector,
    name: Option<String>,
}

impl Filter {
    /// The selectors of a request.
    ///
    /// # Errors
    /// 400 for a selector that cannot be read.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Refused> {
        let labels =
            Selector::parse(call.query.text("labelSelector")).map_err(|why| Status::bad_request(why.to_string()))?;
        let fields = FieldSelector::parse(call.target.kind, call.query.text("fieldSelector"))?;
        Ok(Self { labels, fields, name: call.target.name.clone() })
    }

    /// Whether an object is selected.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.name.as_deref().is_none_or(|name| object::meta(object, "name") == name)
            && (self.labels.is_empty() || self.labels.matches(&labels(object)))
            && self.fields.matches(object)
    }

    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }
}

fn labels(object: &Value) -> Labels {
    let entries = object::meta_value(object, "labels").and_then(Value::as_object);
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    entries.into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect()
}

struct Page {
    snapshot: Snapshot,
    revision: u64,
    after: Option<(String, String)>,
}

impl Page {
    fn read(call: &Call<'_>, store: &Store, limit: Option<usize>) -> Result<Self, Refused> {
        let (resource, namespace) = (call.target.resource(), call.target.namespace.as_deref());
        let token = call.query.text("continue");
        if !token.is_empty() {
            return Self::continued(store, resource, namespace, &Continuation::decode(token)?);
        }
        let asked = revision(call.query.text("resourceVersion"))
            .map_err(|why| Status::bad_request(format!("invalid resource version: {why}")))?;
        let current = store.revision();
        if let Some(asked) = asked.filter(|asked| *asked > current) {
            return Err(Status::too_large_revision(asked, current));
        }
        let matching = call.query.text("resourceVersionMatch");
        let exact = matching == "Exact" || (matching.is_empty() && limit.is_some());
        match asked.filter(|asked| exact && *asked > 0) {
            Some(asked) => {
                let too_old = |_| Status::expired("The resourceVersion for the provided list is too old.");
                let snapshot = store.list_at(resource, namespace, asked).map_err(too_old)?;
                Ok(Self { snapshot, revision: asked, after: None })
            }
            None => Ok(Self { snapshot: store.list(resource, namespace), revision: current, after: None }),
        }
    }

    fn continued(
        store: &Store,
        resource: super::store::Resource,
        namespace: Option<&str>,
        token: &Continuation,
    ) -> Result<Self, Refused> {
        let after = Some(token.after.clone());
        let Some(revision) = token.revision else {
            return Ok(Self { snapshot: store.list(resource, namespace), revision: store.revision(), after });
        };
        let retry = Continuation { revision: None, ..token.clone() }.encode();
        let snapshot = store
            .list_at(resource, namespace, revision)
            .map_err(|_| Status::expired(EXPIRED_TOKEN).continued(retry))?;
        Ok(Self { snapshot, revision, after })
    }
}

const EXPIRED_TOKEN: &str = "The provided continue parameter is too old to display a consistent list result. You can start a \
new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the \
results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or \
deleted between the time the first chunk was returned and now may show up in the list.";

/// Reads a resource version; `None` for an empty one.
///
/// # Errors
/// Go's words for what is no number.
pub(super) fn revision(text: &str) -> Result<Option<u64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    strconv::parse_uint(text).map(Some).map_err(|why| format!("resourceVersion: Invalid value: {}: {why}", quote(text)))
}

/// The rules for `resourceVersionMatch` of a LIST.
fn check_match(call: &Call<'_>) -> Result<(), Refused> {
    const FIELD: &str = "resourceVersionMatch";
    let matching = call.query.text(FIELD);
    let revision = call.query.text("resourceVersion");
    let forbidden = |why: &str| Err(Status::invalid_options("ListOptions", Fault::forbidden(FIELD, why)));
    if call.query.optional_flag("sendInitialEvents").is_some() {
        let fault = Fault::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        return Err(Status::invalid_options("ListOptions", fault));
    }
    if matching.is_empty() {
        return Ok(());
    }
    if revision.is_empty() {
        return forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if !call.query.text("continue").is_empty() {
        return forbidden("resourceVersionMatch is forbidden when continue is provided");
    }
    if !matches!(matching, "Exact" | "NotOlderThan") {
        let fault = Fault::not_supported(FIELD, &matching.into(), &["Exact", "NotOlderThan", ""]);
        return Err(Status::invalid_options("ListOptions", fault));
    }
    if matching == "Exact" && revision == "0" {
        return forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
    Ok(())
}
