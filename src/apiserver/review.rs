//! Reviews: everything is allowed to the one user.

use super::respond::Reply;
use super::status::{Refused, Status};
use super::write::WriteOptions;
use super::{Call, object};
use serde_json::{Value, json};

/// Answers POST of a review.
pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refused> {
    let options = WriteOptions::of(call, "CreateOptions")?;
    let decoded = call.decode()?;
    let mut review = call.incoming(decoded, &options)?;
    let status = match call.target.kind.kind {
        "SelfSubjectReview" => {
            object::set_meta(&mut review, "creationTimestamp", object::timestamp(call.server.now()));
            json!({"userInfo": user(call)})
        }
        "SelfSubjectRulesReview" => rules(),
        _ => json!({"allowed": true}),
    };
    if call.target.kind.kind == "SelfSubjectRulesReview"
        && let Some(fields) = review.as_object_mut()
    {
        fields.insert("spec".to_owned(), json!({}));
    }
    object::meta_mut(&mut review);
    if call.target.kind.kind.ends_with("AccessReview") {
        check_access(&review)?;
        review = super::rules::track(call.target, None, review, &options.manager, call.server.now());
    }
    if let Some(fields) = review.as_object_mut() {
        fields.insert("status".to_owned(), status);
    }
    Ok(call.object(201, review))
}

/// A review asks about one thing.
fn check_access(review: &Value) -> Result<(), Refused> {
    let asked = ["resourceAttributes", "nonResourceAttributes"]
        .iter()
        .filter(|field| review.pointer(&format!("/spec/{field}")).is_some_and(|attributes| !attributes.is_null()));
    if asked.count() == 1 { Ok(()) } else { Err(Status::empty_review()) }
}

/// Who asks: the one user, or whom it speaks for.
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

fn rules() -> Value {
    json!({
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": false,
    })
}
