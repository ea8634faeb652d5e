//! `k8s.io/api/coordination/v1`. Written by `tests/scheme/generate.sh`.

use super::Type::{Int32, MicroTime, Object, Text};
use super::{Struct, STRING, inline, optional, pointer, structure, meta_v1};

const PACKAGE: &str = "io.k8s.api.coordination.v1";

pub(super) static LEASE: Struct = structure(PACKAGE, "Lease", &[
    inline(0, &meta_v1::TYPE_META),
    optional(1, "metadata", Object(&meta_v1::OBJECT_META)),
    optional(2, "spec", Object(&LEASE_SPEC)),
]);

pub(super) static LEASE_SPEC: Struct = structure(PACKAGE, "LeaseSpec", &[
    pointer(1, "holderIdentity", STRING),
    pointer(2, "leaseDurationSeconds", Int32),
    pointer(3, "acquireTime", MicroTime),
    pointer(4, "renewTime", MicroTime),
    pointer(5, "leaseTransitions", Int32),
    pointer(6, "strategy", Text("v1.CoordinatedLeaseStrategy")),
    pointer(7, "preferredHolder", STRING),
]);
