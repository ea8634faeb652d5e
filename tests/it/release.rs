//! What a release consists of besides its archives, and the steps that make it.

use crate::support::{Invocation, tools};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn workflows() -> Vec<std::path::PathBuf> {
    let folder = std::fs::read_dir(format!("{ROOT}/.github/workflows")).unwrap();
    folder.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn the_workflows_are_sound() {
    for workflow in workflows() {
        let words = format!("-no-color {}", workflow.display());
        Invocation::new(tools().join("actionlint"), "actionlint", &words).run().await.success();
    }
}

#[test]
fn every_script_that_a_workflow_runs_is_there() {
    use std::os::unix::fs::PermissionsExt;
    let script = regex::Regex::new(r"\.ci/[a-z]+|krew/[a-z]+\.sh").unwrap();
    let mut named = 0;
    for workflow in workflows() {
        let text = std::fs::read_to_string(&workflow).unwrap();
        for found in script.find_iter(&text).map(|found| found.as_str()) {
            let mode = std::fs::metadata(format!("{ROOT}/{found}")).unwrap_or_else(|_| panic!("{found}")).permissions();
            assert_eq!(mode.mode() & 0o111, 0o111, "{found}");
            named += 1;
        }
    }
    assert!(named >= 4, "{named}");
}

#[tokio::test]
async fn the_changelog_has_notes_for_this_version() {
    let notes = |tag: &str| Invocation::new(format!("{ROOT}/.ci/notes"), ".ci/notes", tag);
    let told = notes(&format!("v{}", env!("CARGO_PKG_VERSION"))).run().await.success();
    assert!(!told.contains("## ") && told.lines().count() > 1, "{told}");
    notes("v999.0.0").run().await.failure();
}

#[tokio::test]
async fn manual_pages_are_written_for_packagers() {
    let folder = tempfile::tempdir().unwrap();
    let words = format!("man {}", folder.path().display());
    let man = || Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", &words);
    let told = man().run().await.success();
    assert_eq!(man().run().await.success(), told, "written again");
    assert_eq!(told.lines().count(), std::fs::read_dir(&folder).unwrap().count());
    for path in told.lines() {
        assert!(std::fs::read_to_string(path).unwrap().contains(".SH NAME"), "{path}");
    }
    let missing =
        Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", "man /nope").run().await.failure();
    assert!(missing.starts_with("error: unable to write /nope/"), "{missing}");
}
