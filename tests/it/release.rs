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
async fn the_notes_have_a_table_of_sizes_and_starts() {
    let folder = tempfile::tempdir().unwrap();
    let program = |platform: &str, name: &str| {
        std::fs::create_dir(folder.path().join(platform)).unwrap();
        folder.path().join(platform).join(name)
    };
    std::fs::copy(env!("CARGO_BIN_EXE_kubectl-vmirs"), program(here(), "kubectl-vmirs")).unwrap();
    std::fs::write(program("windows_arm64", "kubectl-vmirs.exe"), [0; 1_260_000]).unwrap();
    let words = format!("v{} {}", env!("CARGO_PKG_VERSION"), folder.path().display());
    let told = Invocation::new(format!("{ROOT}/.ci/notes"), ".ci/notes", &words).run().await.success();
    let mine = regex::Regex::new(&format!(r"(?m)^\| {} \| \d+\.\d MB \| \d+\.\d ms \|$", here())).unwrap();
    assert!(mine.is_match(&told), "{told}");
    assert!(told.contains("\n| windows_arm64 | 1.3 MB | not measured: "), "{told}");
}

/// This VMI's platform, as krew names it.
fn here() -> &'static str {
    if cfg!(target_arch = "aarch64") { "linux_arm64" } else { "linux_amd64" }
}

#[tokio::test]
async fn the_extras_hold_completions_and_pages_in_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let pack = async |into: &str| {
        let into = folder.path().join(into);
        let words = format!("v1.2.3 {} {}", env!("CARGO_BIN_EXE_kubectl-vmirs"), into.display());
        let told = Invocation::new(format!("{ROOT}/.ci/extras"), ".ci/extras", &words).run().await.success();
        told.trim_end().to_owned()
    };
    let (one, other) = (pack("one").await, pack("other").await);
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(other).unwrap());
    let held = Invocation::new("tar", "tar", &format!("tzf {one}")).run().await.success();
    for file in ["CHANGELOG.md", "LICENSE", "completions/kubectl_complete-vmirs", "man/kubectl-vmirs-scale.1"] {
        assert!(held.lines().any(|line| line == file), "{file} is missing: {held}");
    }
    let sum = Invocation::new("sha256sum", "sha256sum", &format!("--check {one}.sha256"));
    sum.directory(&folder.path().join("one")).run().await.success();
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
