//! `k8s.io/api/events/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Int32, MicroTime, Object, Time};
use super::{Struct, STRING, inline, optional, pointer, required, structure, core_v1, meta_v1};

const PACKAGE: &str = "io.k8s.api.events.v1";

pub(super) static EVENT: Struct = structure(PACKAGE, "Event", &[
    inline(0, &meta_v1::TYPE_META),
    required(1, "metadata", Object(&meta_v1::OBJECT_META)).openapi_optional(),
    required(2, "eventTime", MicroTime),
    pointer(3, "series", Object(&EVENT_SERIES)),
    optional(4, "reportingController", STRING),
    optional(5, "reportingInstance", STRING),
    optional(6, "action", STRING),
    optional(7, "reason", STRING),
    optional(8, "regarding", Object(&core_v1::OBJECT_REFERENCE)),
    pointer(9, "related", Object(&core_v1::OBJECT_REFERENCE)),
    optional(10, "note", STRING),
    optional(11, "type", STRING),
    optional(12, "deprecatedSource", Object(&core_v1::EVENT_SOURCE)),
    optional(13, "deprecatedFirstTimestamp", Time),
    optional(14, "deprecatedLastTimestamp", Time),
    optional(15, "deprecatedCount", Int32),
]);

pub(super) static EVENT_SERIES: Struct = structure(PACKAGE, "EventSeries", &[
    required(1, "count", Int32),
    required(2, "lastObservedTime", MicroTime),
]);
