//! SelfSubjectRulesReview, authorization.k8s.io/v1.

use super::{Kind, access_review};
use crate::apiserver::RequestContext;
use crate::apiserver::handlers::write::WriteOptions;
use crate::apiserver::response::Reply;
use crate::apiserver::status::StatusError;
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
fn create(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let mut review = access_review::decode(context, &WriteOptions::of(context, "CreateOptions")?)?;
    if let Some(fields) = review.as_object_mut() {
        fields.insert("spec".to_owned(), json!({}));
    }
    let rules = json!({
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": false,
    });
    Ok(access_review::answer(context, review, rules))
}
