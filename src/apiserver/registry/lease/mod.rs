//! Lease, coordination.k8s.io/v1.

mod columns;
mod strategy;
mod validation;

use super::Kind;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Lease",
    plural: "leases",
    singular: "lease",
    served: &[("coordination.k8s.io", "v1")],
    columns: columns::COLUMNS,
    storage_version_hash: "gqkMMb/YqFM=",
    strategy: &strategy::LeaseStrategy,
    ..Kind::BUILT_IN
};
