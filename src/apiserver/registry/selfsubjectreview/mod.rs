//! SelfSubjectReview, authentication.k8s.io/v1.

use super::{Kind, access_review};
use crate::apiserver::respond::Reply;
use crate::apiserver::status::Refused;
use crate::apiserver::write::WriteOptions;
use crate::apiserver::{Call, object};
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
fn create(call: &Call<'_>) -> Result<Reply, Refused> {
    let mut review = access_review::decode(call, &WriteOptions::of(call, "CreateOptions")?)?;
    object::set_meta(&mut review, "creationTimestamp", object::timestamp(call.server.now()));
    Ok(access_review::answer(call, review, json!({"userInfo": user(call)})))
}

/// The one user, or whom it speaks for.
fn user(call: &Call<'_>) -> Value {
    let headers = |name: &str| -> Vec<String> {
        call.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
    };
    match headers("impersonate-user").pop() {
        Some(name) => {
            let mut groups = headers("impersonate-group");
            groups.push("system:authenticated".to_owned());
            json!({"username": name, "groups": groups})
        }
        None => {
            let name = &call.server.options().user;
            json!({"username": name, "uid": name, "groups": ["system:masters", "system:authenticated"]})
        }
    }
}
