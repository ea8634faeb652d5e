//! `Status` bodies: every refusal in the wording of the real server.

use crate::apiserver::field;
use crate::apiserver::registry::Kind;
use serde::Serialize;

/// A request that cannot be answered as asked.
pub type StatusError = Box<Status>;

/// A `Status` object; its fields serialize in the order of the real server.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    kind: &'static str,
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    metadata: Metadata,
    status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    #[serde(skip_serializing_if = "is_zero")]
    code: u16,
    /// The code of the response; the success of a deletion does not repeat it in the body.
    #[serde(skip)]
    http_code: u16,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Metadata {
    #[serde(rename = "continue", skip_serializing_if = "String::is_empty")]
    continuation: String,
}

/// What a Status is about.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    group: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    uid: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Cause>,
    #[serde(skip_serializing_if = "is_zero")]
    retry_after_seconds: u16,
}

#[derive(Clone, Debug, Serialize)]
struct Cause {
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    field: String,
}

// Serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &u16) -> bool {
    *number == 0
}

impl Details {
    fn resource(kind: &Kind, name: &str) -> Self {
        let (group, _) = kind.storage_version();
        Self { name: name.to_owned(), group: group.to_owned(), kind: kind.plural.to_owned(), ..Self::default() }
    }

    fn object(kind: &Kind, name: &str) -> Self {
        Self { kind: kind.kind.to_owned(), ..Self::resource(kind, name) }
    }
}

/// `plural` or `plural.group`, as messages name a resource.
fn resource(kind: &Kind) -> String {
    qualified(kind.plural, kind.storage_version().0)
}

/// `Kind` or `Kind.group`, as messages name a kind.
fn object_kind(kind: &Kind) -> String {
    qualified(kind.kind, kind.storage_version().0)
}

fn qualified(word: &str, group: &str) -> String {
    if group.is_empty() { word.to_owned() } else { format!("{word}.{group}") }
}

impl Status {
    fn failure(code: u16, reason: &'static str, message: impl Into<String>, details: Option<Details>) -> StatusError {
        Box::new(Self {
            kind: "Status",
            api_version: "v1",
            metadata: Metadata::default(),
            status: "Failure",
            message: message.into(),
            reason,
            details,
            code,
            http_code: code,
        })
    }

    /// The HTTP status code.
    pub fn http_code(&self) -> u16 {
        self.http_code
    }

    /// Seconds for a `Retry-After` header, if the client should come back.
    pub fn retry_after(&self) -> Option<u16> {
        self.details.as_ref().map(|details| details.retry_after_seconds).filter(|seconds| *seconds > 0)
    }

    /// Whether this says that something is not there.
    pub fn is_not_found(&self) -> bool {
        self.reason == "NotFound"
    }

    /// 200: what was deleted is gone.
    pub fn deleted(kind: &Kind, name: &str, uid: &str) -> Self {
        let details = Details { uid: uid.to_owned(), ..Details::resource(kind, name) };
        let mut status = *Self::failure(0, "", "", Some(details));
        status.status = "Success";
        status.http_code = 200;
        status
    }

    /// 201: done, with nothing to show.
    pub fn created() -> StatusError {
        let mut status = Self::failure(201, "", "", None);
        status.status = "Success";
        status
    }

    /// 409: a pod that cannot be bound.
    pub fn binding_conflict(name: &str, why: &str) -> StatusError {
        let message = format!("Operation cannot be fulfilled on pods/binding {name:?}: {why}");
        let details = Details { name: name.to_owned(), kind: "pods/binding".to_owned(), ..Details::default() };
        Self::failure(409, "Conflict", message, Some(details))
    }

    /// 422 for a patch after which the object cannot be read: `patched` is its JSON.
    pub fn unreadable_patch(patched: &str, why: &str) -> StatusError {
        let error = field::Error::invalid("patch", &patched.into(), why);
        Self::invalid_as("", Details::default(), vec![error])
    }

    /// 422 for an object of another kind than the path's.
    pub fn another_kind(kind: &Kind, found: &str, name: &str) -> StatusError {
        let details = Details { kind: found.to_owned(), ..Details::resource(kind, name) };
        let error = field::Error::invalid("kind", &found.into(), &format!("must be {}", kind.kind));
        Self::invalid_as(&qualified(found, kind.storage_version().0), details, vec![error])
    }

    /// 422 for an access review that asks for nothing.
    pub fn empty_review() -> StatusError {
        let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        let group = "authorization.k8s.io".to_owned();
        let error = field::Error::invalid("spec", &serde_json::Value::Null, why);
        Self::invalid_as(".authorization.k8s.io", Details { group, ..Details::default() }, vec![error])
    }

    /// 404: no such object.
    pub fn not_found(kind: &Kind, name: &str) -> StatusError {
        let message = format!("{} {name:?} not found", resource(kind));
        Self::failure(404, "NotFound", message, Some(Details::resource(kind, name)))
    }

    /// 404: no such resource in a group that exists.
    pub fn no_such_resource() -> StatusError {
        let message = "the server could not find the requested resource";
        Self::failure(404, "NotFound", message, Some(Details::default()))
    }

    /// 409: the name is taken.
    pub fn already_exists(kind: &Kind, name: &str) -> StatusError {
        let message = format!("{} {name:?} already exists", resource(kind));
        Self::failure(409, "AlreadyExists", message, Some(Details::resource(kind, name)))
    }

    /// 409 from a write: `why` follows `Operation cannot be fulfilled on RESOURCE "NAME": `.
    pub fn conflict(kind: &Kind, name: &str, why: &str) -> StatusError {
        let message = format!("Operation cannot be fulfilled on {} {name:?}: {why}", resource(kind));
        Self::failure(409, "Conflict", message, Some(Details::resource(kind, name)))
    }

    /// 409 because the object is not the version that the client read.
    pub fn modified(kind: &Kind, name: &str) -> StatusError {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(kind, name, why)
    }

    /// 409 from a precondition of a deletion, which names the kind and not the resource.
    pub fn precondition(kind: &Kind, name: &str, why: &str) -> StatusError {
        let message = format!("Operation cannot be fulfilled on {} {name:?}: {why}", object_kind(kind));
        Self::failure(409, "Conflict", message, Some(Details::object(kind, name)))
    }

    /// 409 of server-side apply, with a cause for each field that belongs to another manager.
    pub fn apply_conflict(message: impl Into<String>, causes: Vec<(String, String)>) -> StatusError {
        let causes = causes
            .into_iter()
            .map(|(field, message)| Cause { reason: "FieldManagerConflict".to_owned(), message, field })
            .collect();
        Self::failure(409, "Conflict", message, Some(Details { causes, ..Details::default() }))
    }

    /// 422 for an object that breaks its rules.
    pub fn invalid(kind: &Kind, name: &str, errors: field::ErrorList) -> StatusError {
        Self::invalid_as(&object_kind(kind), Details::object(kind, name), errors)
    }

    /// 422 in which the resource is named and not the kind.
    pub fn invalid_resource(kind: &Kind, name: &str, errors: field::ErrorList) -> StatusError {
        Self::invalid_as(&resource(kind), Details::resource(kind, name), errors)
    }

    /// 405 as custom resources word it; `verb` is Kubernetes' word for the method.
    pub fn not_supported(kind: &Kind, verb: &str) -> StatusError {
        let message = format!("{verb} is not supported on resources of kind {:?}", resource(kind));
        Self::failure(405, "MethodNotAllowed", message, Some(Details::resource(kind, "")))
    }

    /// 422 for query or body options, for instance `ListOptions`.
    pub fn invalid_options(options: &str, error: field::Error) -> StatusError {
        Self::invalid_options_all(options, vec![error])
    }

    /// The same with several errors.
    pub fn invalid_options_all(options: &str, errors: field::ErrorList) -> StatusError {
        let details = Details { group: "meta.k8s.io".to_owned(), kind: options.to_owned(), ..Details::default() };
        Self::invalid_as(&qualified(options, "meta.k8s.io"), details, errors)
    }

    fn invalid_as(what: &str, mut details: Details, errors: field::ErrorList) -> StatusError {
        let mut texts: Vec<String> = Vec::new();
        for error in &errors {
            let text = format!("{}: {}", error.field, error.message);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let listed = match texts.as_slice() {
            [only] => only.clone(),
            _ => format!("[{}]", texts.join(", ")),
        };
        let message = format!("{what} {:?} is invalid: {listed}", details.name);
        details.causes = errors
            .into_iter()
            .map(|error| Cause { reason: error.reason.to_owned(), message: error.message, field: error.field })
            .collect();
        Self::failure(422, "Invalid", message, Some(details))
    }

    /// 422 for a JSON patch that does not fit the object.
    pub fn patch_does_not_fit() -> StatusError {
        let message = "the server rejected our request due to an error in our request";
        Self::failure(422, "Invalid", message, Some(Details::default()))
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> StatusError {
        Self::failure(400, "BadRequest", message, None)
    }

    /// 500 with `reason: InternalError`.
    pub fn internal(why: &str) -> StatusError {
        let causes = vec![Cause { reason: String::new(), message: why.to_owned(), field: String::new() }];
        let details = Details { causes, ..Details::default() };
        Self::failure(500, "InternalError", format!("Internal error occurred: {why}"), Some(details))
    }

    /// 500 without a reason: an error that the real server does not expect.
    pub fn unexpected(message: impl Into<String>) -> StatusError {
        Self::failure(500, "", message, None)
    }

    /// 403 because the namespace is going away.
    pub fn namespace_terminating(kind: &Kind, name: &str, namespace: &str) -> StatusError {
        let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
        let mut details = Details::resource(kind, name);
        details.causes.push(Cause {
            reason: "NamespaceTerminating".to_owned(),
            message: format!("namespace {namespace} is being terminated"),
            field: "metadata.namespace".to_owned(),
        });
        Self::failure(403, "Forbidden", forbidden(kind, name, &why), Some(details))
    }

    /// 401.
    pub fn unauthorized() -> StatusError {
        Self::failure(401, "Unauthorized", "Unauthorized", None)
    }

    /// 405.
    pub fn method_not_allowed() -> StatusError {
        let message = "the server does not allow this method on the requested resource";
        Self::failure(405, "MethodNotAllowed", message, Some(Details::default()))
    }

    /// 406: none of the media types that the client accepts. A collection can also be watched.
    pub fn not_acceptable(collection: bool) -> StatusError {
        let watched = if collection { WATCHED_TYPES } else { "" };
        let message = format!("406: Not Acceptable\n\nAvailable representations: {MEDIA_TYPES}{watched}");
        Self::failure(406, "NotAcceptable", message, Some(Details::default()))
    }

    /// 406: the media type is known, what it is asked to hold is not.
    pub fn not_transformable() -> StatusError {
        let message = format!("only the following media types are accepted: {MEDIA_TYPES}");
        Self::failure(406, "NotAcceptable", message, None)
    }

    /// 415: a body in an unknown format; `accepted` lists the known ones.
    pub fn unsupported_media_type(accepted: &str) -> StatusError {
        let message =
            format!("the body of the request was in an unknown format - accepted media types include: {accepted}");
        Self::failure(415, "UnsupportedMediaType", message, None)
    }

    /// 415 as the web framework words it, for a patch of a built-in kind.
    pub fn unsupported_patch() -> StatusError {
        let message = "415: Unsupported Media Type";
        Self::failure(415, "UnsupportedMediaType", message, Some(Details::default()))
    }

    /// 413: more than the server takes at once; `why` tells the limit.
    pub fn too_large(why: &str) -> StatusError {
        Self::failure(413, "RequestEntityTooLarge", format!("Request entity too large: {why}"), None)
    }

    /// 410.
    pub fn expired(message: impl Into<String>) -> StatusError {
        Self::failure(410, "Expired", message, None)
    }

    /// The same with a token to go on with.
    pub fn continued(mut self: Box<Self>, token: String) -> StatusError {
        self.metadata.continuation = token;
        self
    }

    /// 504: the client has seen a revision that this server has not reached.
    pub fn too_large_revision(asked: u64, current: u64) -> StatusError {
        let details = Details {
            causes: vec![Cause {
                reason: "ResourceVersionTooLarge".to_owned(),
                message: "Too large resource version".to_owned(),
                field: String::new(),
            }],
            retry_after_seconds: 1,
            ..Details::default()
        };
        let message = format!("Timeout: Too large resource version: {asked}, current: {current}");
        Self::failure(504, "Timeout", message, Some(details))
    }
}

fn forbidden(kind: &Kind, name: &str, why: &str) -> String {
    format!("{} {name:?} is forbidden: {why}", resource(kind))
}

const WATCHED_TYPES: &str = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

/// What built-in kinds speak.
pub const MEDIA_TYPES: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
