//! Printer columns.

use crate::apiserver::registry::column::{AGE, Column, NAME};

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[NAME, AGE];
