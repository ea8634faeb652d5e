//! `k8s.io/api/authentication/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{List, Map, Named, Object};
use super::{Struct, STRING, inline, optional, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.authentication.v1";

pub(super) static SELF_SUBJECT_REVIEW: Struct = structure(PACKAGE, "SelfSubjectReview", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "status", Object(&SELF_SUBJECT_REVIEW_STATUS)),
]);

pub(super) static SELF_SUBJECT_REVIEW_STATUS: Struct = structure(PACKAGE, "SelfSubjectReviewStatus", &[
    optional(1, "userInfo", Object(&USER_INFO)),
]);

pub(super) static USER_INFO: Struct = structure(PACKAGE, "UserInfo", &[
    optional(1, "username", STRING),
    optional(2, "uid", STRING),
    optional(3, "groups", List(&STRING)).atomic(),
    optional(4, "extra", Map(&Named("v1.ExtraValue", &List(&STRING)))),
]);
