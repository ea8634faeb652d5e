//! SubjectAccessReview, authorization.k8s.io/v1.

use super::Kind;
use super::access_review;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "SubjectAccessReview",
    plural: "subjectaccessreviews",
    singular: "subjectaccessreview",
    served: &[("authorization.k8s.io", "v1")],
    create: Some(access_review::create),
    ..Kind::VIRTUAL
};
