//! What creates, updates and patches have in common: their options, and the way from a body to an object.

use crate::apiserver::decode::Decoded;
use crate::apiserver::field;
use crate::apiserver::registry::{Kind, StorageKind, api_version};
use crate::apiserver::registry::{conversion, rest};
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::storage::{Key, Store};
use crate::apiserver::{RequestContext, field_validation, object};
use http::header::USER_AGENT;
use serde_json::Value;
use std::sync::Arc;

/// The options of a write.
pub(in crate::apiserver) struct WriteOptions {
    /// Everything is checked, nothing is kept.
    pub(in crate::apiserver) dry_run: bool,
    /// Who owns the fields that are written.
    pub(in crate::apiserver) manager: String,
    /// The managers are recorded already, by server-side apply.
    pub(in crate::apiserver) applied: bool,
    validation: Validation,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Validation {
    Ignore,
    Warn,
    Strict,
}

impl WriteOptions {
    /// Reads the query; `options` is their type's name, for instance `CreateOptions`.
    ///
    /// # Errors
    /// 422 for a value that is not known.
    pub(in crate::apiserver) fn of(context: &RequestContext<'_>, options: &str) -> Result<Self, StatusError> {
        let dry_run = dry_run(context, options)?;
        let validation = match context.query.text("fieldValidation") {
            "" | "Warn" => Validation::Warn,
            "Ignore" => Validation::Ignore,
            "Strict" => Validation::Strict,
            other => {
                let error =
                    field::Error::not_supported("fieldValidation", &other.into(), &["", "Ignore", "Strict", "Warn"]);
                return Err(Status::invalid_options(options, error));
            }
        };
        let named = context.query.text("fieldManager");
        let agent = context.header(USER_AGENT).split('/').next().unwrap_or("");
        let manager = if named.is_empty() { agent } else { named };
        Ok(Self { dry_run, manager: manager.to_owned(), applied: false, validation })
    }
}

/// Whether nothing is to be kept.
///
/// # Errors
/// 422 for a value other than `All`.
pub(in crate::apiserver) fn dry_run(context: &RequestContext<'_>, options: &str) -> Result<bool, StatusError> {
    let asked: Vec<&str> = context.query.all("dryRun").collect();
    if asked.iter().any(|value| *value != "All") {
        let error = field::Error::not_supported("dryRun", &Value::from(asked), &["All"]);
        return Err(Status::invalid_options(options, error));
    }
    Ok(!asked.is_empty())
}

impl RequestContext<'_> {
    /// From what the client sent, in the version it speaks, to an object in its stored version: of the right kind, without
    /// unknown fields, with defaults.
    ///
    /// # Errors
    /// 400 for another kind, or for unknown fields where the client is strict.
    pub(in crate::apiserver) fn incoming(
        &self,
        decoded: Decoded,
        options: &WriteOptions,
    ) -> Result<Value, StatusError> {
        self.fitting(decoded, options, |sent, why| unfit(self.info, sent, why))
    }

    /// The same for the outcome of a patch, which is refused otherwise.
    ///
    /// # Errors
    /// As [`Self::incoming`], and 422 where the patch has made the object unreadable.
    pub(in crate::apiserver) fn patched(&self, decoded: Decoded, options: &WriteOptions) -> Result<Value, StatusError> {
        let text = decoded.value.to_string();
        let refusal = |why: &str| Status::unreadable_patch(&text, why);
        if !decoded.value.is_object() {
            let why = crate::apiserver::decode::no_object(&decoded.value);
            return Err(refusal(&format!("couldn't get version/kind; json parse error: {why}")));
        }
        if self.lacks_kind(&decoded.value) {
            return Err(refusal(&format!("Object 'Kind' is missing in '{text}'")));
        }
        self.fitting(decoded, options, |_, why| refusal(why))
    }

    fn fitting(
        &self,
        decoded: Decoded,
        options: &WriteOptions,
        refusal: impl Fn(&Value, &str) -> StatusError,
    ) -> Result<Value, StatusError> {
        let mut sent = decoded.value;
        if object::depth(&sent) > object::DEEPEST {
            return Err(refusal(&sent, "exceeded max depth"));
        }
        if self.lacks_kind(&sent) {
            return Err(self.without_kind());
        }
        check_kind(self.info, &mut sent)?;
        let mut unknown = field_validation::fit(self.info, &mut sent).map_err(|why| refusal(&sent, &why))?;
        unknown.extend(field_validation::unknown_fields(self.info, &sent));
        let found = decoded.patch_faults.into_iter().chain(strict_errors(decoded.duplicates, unknown)).collect();
        self.check_fields(found, options).map_err(|why| refusal(&sent, &why))?;
        let kind = self.info.kind;
        if kind.storage == StorageKind::Custom {
            object::drop_null_meta(&mut sent);
        } else {
            object::drop_empty_meta(&mut sent);
        }
        field_validation::prune(kind, &mut sent);
        let mut stored = conversion::to_storage(self.info, sent);
        rest::set_defaults(self.info, &mut stored);
        Ok(stored)
    }

    fn lacks_kind(&self, sent: &Value) -> bool {
        self.info.kind.storage == StorageKind::Custom && sent.get("kind").is_none_or(|kind| kind == "")
    }

    fn check_fields(&self, found: Vec<String>, options: &WriteOptions) -> Result<(), String> {
        if options.validation == Validation::Ignore {
            return Ok(());
        }
        if options.validation == Validation::Strict && !found.is_empty() {
            return Err(format!("strict decoding error: {}", found.join(", ")));
        }
        for text in found {
            self.warn(text);
        }
        Ok(())
    }
}

fn strict_errors(duplicates: Vec<String>, unknown: Vec<String>) -> impl Iterator<Item = String> {
    let twice = duplicates.into_iter().map(|path| format!("duplicate field \"{path}\""));
    twice.chain(unknown.into_iter().map(|path| format!("unknown field \"{path}\"")))
}

fn unfit(info: &RequestInfo, sent: &Value, why: &str) -> StatusError {
    let kind = sent.get("kind").and_then(Value::as_str).unwrap_or(info.kind.kind);
    let version = sent.get("apiVersion").and_then(Value::as_str).unwrap_or("");
    // The version without its group.
    let version = if info.kind.storage == StorageKind::Custom {
        info.version.as_str()
    } else {
        version.rsplit('/').next().unwrap_or_default()
    };
    Status::bad_request(format!("{kind} in version {version:?} cannot be handled as a {}: {why}", info.kind.kind))
}

/// The object says what it is, or it is taken for what the path says.
fn check_kind(info: &RequestInfo, sent: &mut Value) -> Result<(), StatusError> {
    let wanted = info.api_version();
    let text = |field| sent.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
    let (kind, version) = (text("kind"), text("apiVersion"));
    let custom = info.kind.storage == StorageKind::Custom;
    if custom && version != wanted {
        return Err(another_version(info, sent, &version));
    }
    if !kind.is_empty() && kind != info.kind.kind {
        return Err(if custom {
            Status::another_kind(info.kind, &kind, object::meta(sent, "name"))
        } else {
            another_kind(info, &kind, &version)
        });
    }
    if !version.is_empty() && version != wanted && !is_served(info.kind, &version) {
        return Err(another_version(info, sent, &version));
    }
    if version.is_empty() || version == wanted {
        set_type(sent, info.kind.kind, &wanted);
        return Ok(());
    }
    Err(another_version(info, sent, &version))
}

fn set_type(object: &mut Value, kind: &str, version: &str) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("kind".to_owned(), kind.into());
        fields.insert("apiVersion".to_owned(), version.into());
    }
}

fn is_served(kind: &Kind, version: &str) -> bool {
    kind.served.iter().any(|(group, served)| api_version(group, served) == version)
}

fn another_kind(info: &RequestInfo, kind: &str, version: &str) -> StatusError {
    let wanted = info.kind.kind;
    let short = version.rsplit('/').next().unwrap_or(version);
    let package = if info.group.is_empty() { "core" } else { info.group.split('.').next().unwrap_or("") };
    Status::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {wanted}: converting ({short}.{kind}) to ({package}.{wanted}): unknown conversion"
    ))
}

fn another_version(info: &RequestInfo, sent: &Value, version: &str) -> StatusError {
    if info.kind.storage == StorageKind::Custom {
        let group = info.group.clone();
        return Status::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({})",
            api_version(&group, &info.version)
        ));
    }
    let kind = info.kind.kind;
    let why = format!("no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\"");
    unfit(info, sent, &why)
}

/// An object's namespace is the one in the path.
///
/// # Errors
/// 400 where the object names another one.
pub(in crate::apiserver) fn check_namespace(info: &RequestInfo, object: &mut Value) -> Result<(), StatusError> {
    let Some(namespace) = info.namespace.as_deref() else {
        object::unset_meta(object, "namespace");
        return Ok(());
    };
    let named = object::meta(object, "namespace");
    if !named.is_empty() && named != namespace {
        let why = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(why));
    }
    object::set_meta(object, "namespace", namespace);
    Ok(())
}

/// Keeps an object, or only says what it would be.
pub(in crate::apiserver) fn persist(
    context: &RequestContext<'_>,
    store: &mut Store,
    key: Key,
    object: Value,
    dry_run: bool,
) -> Arc<Value> {
    if dry_run {
        return Arc::new(object);
    }
    let kept = store.put(key, object);
    context.server.announce(store);
    kept
}
