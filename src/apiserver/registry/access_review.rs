//! What reviews have in common: everything is allowed to the one user.

use crate::apiserver::respond::Reply;
use crate::apiserver::status::{Refused, Status};
use crate::apiserver::write::WriteOptions;
use crate::apiserver::{Call, field_manager, object};
use serde_json::{Value, json};

/// The review that a client has sent.
pub(super) fn decode(call: &Call<'_>, options: &WriteOptions) -> Result<Value, Refused> {
    let decoded = call.decode()?;
    call.incoming(decoded, options)
}

/// Answers POST of an access review.
pub(super) fn create(call: &Call<'_>) -> Result<Reply, Refused> {
    let options = WriteOptions::of(call, "CreateOptions")?;
    let mut review = decode(call, &options)?;
    object::meta_mut(&mut review);
    check_access(&review)?;
    let review = field_manager::track(call.target, None, review, &options.manager, call.server.now());
    Ok(answer(call, review, json!({"allowed": true})))
}

/// The review with its answer.
pub(super) fn answer(call: &Call<'_>, mut review: Value, status: Value) -> Reply {
    object::meta_mut(&mut review);
    if let Some(fields) = review.as_object_mut() {
        fields.insert("status".to_owned(), status);
    }
    call.object(201, review)
}

/// A review asks about one thing.
fn check_access(review: &Value) -> Result<(), Refused> {
    let asked = ["resourceAttributes", "nonResourceAttributes"]
        .iter()
        .filter(|field| review.pointer(&format!("/spec/{field}")).is_some_and(|attributes| !attributes.is_null()));
    if asked.count() == 1 { Ok(()) } else { Err(Status::empty_review()) }
}
