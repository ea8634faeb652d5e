//! SelfSubjectReview, authentication.k8s.io/v1.

use super::{Kind, access_review};
use crate::apiserver::handlers::write::WriteOptions;
use crate::apiserver::response::Reply;
use crate::apiserver::status::StatusError;
use crate::apiserver::{RequestContext, object};
use serde_json::{Value, json};

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "SelfSubjectReview",
    plural: "selfsubjectreviews",
    singular: "selfsubjectreview",
    served: &[("authentication.k8s.io", "v1")],
    create: Some(create),
    ..Kind::VIRTUAL
};

/// Answers POST: who asks.
fn create(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let mut review = access_review::decode(context, &WriteOptions::of(context, "CreateOptions")?)?;
    object::set_meta(&mut review, "creationTimestamp", object::timestamp(context.server.now()));
    Ok(access_review::answer(context, review, json!({"userInfo": user(context)})))
}

/// The one user, or whom it speaks for.
fn user(context: &RequestContext<'_>) -> Value {
    let headers = |name: &str| -> Vec<String> {
        context.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
    };
    match headers("impersonate-user").pop() {
        Some(name) => {
            let mut groups = headers("impersonate-group");
            groups.push("system:authenticated".to_owned());
            json!({"username": name, "groups": groups})
        }
        None => {
            let name = &context.server.options().user;
            json!({"username": name, "uid": name, "groups": ["system:masters", "system:authenticated"]})
        }
    }
}
