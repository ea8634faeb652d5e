//! Printer columns.

use crate::apiserver::registry::column::{Column, NAME};

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::path("Age", "date", ".metadata.creationTimestamp", "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp"),
    Column::path("Phase", "string", ".status.phase", "Custom resource definition column (in JSONPath format): .status.phase"),
    Column::path("IP", "string", ".status.interfaces[0].ipAddress", "Custom resource definition column (in JSONPath format): .status.interfaces[0].ipAddress"),
    Column::path("NodeName", "string", ".status.nodeName", "Custom resource definition column (in JSONPath format): .status.nodeName"),
    Column::path("Ready", "string", ".status.conditions[?(@.type=='Ready')].status", "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='Ready')].status"),
    Column::path("Live-Migratable", "string", ".status.conditions[?(@.type=='LiveMigratable')].status", "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='LiveMigratable')].status").wide(),
    Column::path("Paused", "string", ".status.conditions[?(@.type=='Paused')].status", "Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=='Paused')].status").wide(),
];
