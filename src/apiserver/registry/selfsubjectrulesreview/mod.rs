//! SelfSubjectRulesReview, authorization.k8s.io/v1.

use super::{Kind, access_review};
use crate::apiserver::Call;
use crate::apiserver::respond::Reply;
use crate::apiserver::status::Refused;
use crate::apiserver::write::WriteOptions;
use serde_json::json;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "SelfSubjectRulesReview",
    plural: "selfsubjectrulesreviews",
    singular: "selfsubjectrulesreview",
    served: &[("authorization.k8s.io", "v1")],
    create: Some(create),
    ..Kind::VIRTUAL
};

/// Answers POST: everything is allowed.
fn create(call: &Call<'_>) -> Result<Reply, Refused> {
    let mut review = access_review::decode(call, &WriteOptions::of(call, "CreateOptions")?)?;
    if let Some(fields) = review.as_object_mut() {
        fields.insert("spec".to_owned(), json!({}));
    }
    let rules = json!({
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": false,
    });
    Ok(access_review::answer(call, review, rules))
}
