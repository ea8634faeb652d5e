//! Printer columns.

use crate::apiserver::registry::column::{Column, NAME};

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::path("Desired", "integer", ".spec.replicas", "Number of desired VirtualMachineInstances"),
    Column::path(
        "Current",
        "integer",
        ".status.replicas",
        "Number of managed and not final or deleted VirtualMachineInstances",
    ),
    Column::path(
        "Ready",
        "integer",
        ".status.readyReplicas",
        "Number of managed VirtualMachineInstances which are ready to receive traffic",
    ),
    Column::path(
        "Age",
        "date",
        ".metadata.creationTimestamp",
        "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp",
    ),
];
