//! Which handler answers a request.

use crate::apiserver::RequestContext;
use crate::apiserver::handlers::{create, delete, get, list, patch, scale, update, watch};
use crate::apiserver::registry::StorageKind;
use crate::apiserver::registry::subresource::Storage;
use crate::apiserver::response::Reply;
use crate::apiserver::server::LONGEST_BODY;
use crate::apiserver::status::{self, Status, StatusError};
use http::Method;

/// Answers a request to a resource.
///
/// # Errors
/// The Status of a refusal.
pub(in crate::apiserver) fn dispatch(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    context.reply()
}

impl RequestContext<'_> {
    fn reply(&self) -> Result<Reply, StatusError> {
        if self.body_too_long && !matches!(*self.method, Method::GET | Method::HEAD) {
            return Err(self.too_long());
        }
        let named = self.info.name.is_some();
        let subresource = self.info.subresource.as_deref();
        if !named && let Some(subresource) = subresource {
            return Err(self.nameless(subresource));
        }
        if self.info.kind.storage == StorageKind::Virtual {
            return match self.info.kind.create {
                Some(create) if *self.method == Method::POST && !named => create(self),
                _ => Err(Status::method_not_allowed()),
            };
        }
        if let (true, Some(subresource)) = (named, self.info.known_subresource()) {
            return match (self.method.as_str(), subresource.storage) {
                ("GET" | "PUT" | "PATCH", Storage::Scale) => scale::answer(self),
                ("POST", Storage::Virtual(create)) => create(self),
                ("GET" | "HEAD", Storage::Object(_)) if subresource.allows("get") => get::get(self),
                ("PUT", Storage::Object(_)) if subresource.allows("update") => update::replace(self),
                ("PATCH", Storage::Object(_)) if subresource.allows("patch") => patch::patch(self),
                _ => Err(self.not_allowed()),
            };
        }
        match (self.method.as_str(), named, subresource) {
            ("POST", true, None) if self.info.kind.storage == StorageKind::Custom => create::create(self),
            ("GET" | "HEAD", true, None) if self.info.watch => watch::start(self),
            ("GET" | "HEAD", true, None) => get::get(self),
            ("GET" | "HEAD", false, _) if self.info.watch || self.query.flag("watch") => watch::start(self),
            ("GET" | "HEAD", false, _) => list::list(self),
            ("POST", false, _) if self.is_in_its_place() => create::create(self),
            ("PUT", true, None) => update::replace(self),
            ("PATCH", true, None) => patch::patch(self),
            ("DELETE", true, None) => delete::one(self),
            ("DELETE", false, _) if self.can_delete_collection() => delete::many(self),
            _ => Err(self.not_allowed()),
        }
    }

    /// Whether the body can be read at all comes before how long it is.
    fn too_long(&self) -> StatusError {
        match *self.method {
            Method::POST | Method::PUT if !self.knows_media_type() => {
                Status::unsupported_media_type(status::MEDIA_TYPES)
            }
            _ => Status::too_large(&format!("limit is {LONGEST_BODY}")),
        }
    }

    /// What is asked of the subresource of an object without a name.
    fn nameless(&self, subresource: &str) -> StatusError {
        let kind = self.info.kind;
        let custom = kind.storage == StorageKind::Custom;
        if custom && !self.has_subresource(subresource) {
            return Status::not_found(kind, "");
        }
        let verb = match *self.method {
            Method::GET | Method::HEAD if self.info.watch || self.query.flag("watch") => "watch",
            Method::GET | Method::HEAD => "list",
            Method::POST => "create",
            Method::DELETE => "deletecollection",
            _ => return Status::bad_request("name must be provided"),
        };
        match *self.method {
            _ if custom => Status::not_supported(kind, verb),
            Method::DELETE => Status::method_not_allowed(),
            _ => Status::bad_request("name must be provided"),
        }
    }

    fn has_subresource(&self, subresource: &str) -> bool {
        self.info.kind.subresource(subresource).is_some()
    }

    /// Built-in kinds have a route for each method; the handler of custom resources tells what it lacks.
    fn not_allowed(&self) -> StatusError {
        let target = self.info;
        if target.kind.storage != StorageKind::Custom {
            return Status::method_not_allowed();
        }
        let known = target.subresource.as_deref().is_none_or(|subresource| self.has_subresource(subresource));
        if let (false, Some(name)) = (known, &target.name) {
            return Status::not_found(target.kind, name);
        }
        if target.subresource.is_none() && matches!(*self.method, Method::PUT | Method::PATCH) {
            return Status::bad_request("name must be provided");
        }
        let verb = match *self.method {
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE => "delete",
            Method::GET => "get",
            _ => "",
        };
        Status::not_supported(target.kind, verb)
    }

    /// Whether the path of a collection is one that can be written to.
    fn is_in_its_place(&self) -> bool {
        let target = self.info;
        !target.kind.namespaced || target.namespace.is_some() || target.empty_namespace
    }

    fn can_delete_collection(&self) -> bool {
        self.is_in_its_place() && self.info.kind.verbs.contains(&"deletecollection")
    }
}
