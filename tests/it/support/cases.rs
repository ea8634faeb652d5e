//! Counts the scenarios of each kind of cluster, for the last lines of a run.

use super::cluster::ClusterKind;
use std::io::Write;

/// Notes a case in the file that `tests/run` named and counts; nowhere when the tests were started by hand.
pub fn count(place: ClusterKind, scenario: &str) {
    let Some(path) = std::env::var_os("VMIRS_CASES") else { return };
    let kind = match place {
        ClusterKind::InProcess => "in-process",
        ClusterKind::Sandbox => "sandbox",
        ClusterKind::Real => "real",
    };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(format!("{kind} {scenario}\n").as_bytes()).unwrap();
}
