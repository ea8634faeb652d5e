//! What reviews have in common: everything is allowed to the one user.

use crate::apiserver::handlers::write::WriteOptions;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::{RequestContext, field_manager, object};
use serde_json::{Value, json};

/// The review that a client has sent.
pub(super) fn decode(context: &RequestContext<'_>, options: &WriteOptions) -> Result<Value, StatusError> {
    let decoded = context.decode()?;
    context.incoming(decoded, options)
}

/// Answers POST of an access review.
pub(super) fn create(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let options = WriteOptions::of(context, "CreateOptions")?;
    let mut review = decode(context, &options)?;
    object::meta_mut(&mut review);
    check_access(&review)?;
    let review = field_manager::track(context.info, None, review, &options.manager, context.server.now());
    Ok(answer(context, review, json!({"allowed": true})))
}

/// The review with its answer.
pub(super) fn answer(context: &RequestContext<'_>, mut review: Value, status: Value) -> Reply {
    object::meta_mut(&mut review);
    if let Some(fields) = review.as_object_mut() {
        fields.insert("status".to_owned(), status);
    }
    context.object(201, review)
}

/// A review asks about one thing.
fn check_access(review: &Value) -> Result<(), StatusError> {
    let asked = ["resourceAttributes", "nonResourceAttributes"]
        .iter()
        .filter(|field| review.pointer(&format!("/spec/{field}")).is_some_and(|attributes| !attributes.is_null()));
    if asked.count() == 1 { Ok(()) } else { Err(Status::empty_review()) }
}
