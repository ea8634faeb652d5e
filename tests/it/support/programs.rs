//! Programs that are built from their Go modules, once, by scripts.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The folder with the real control plane and kubectl: what `tests/run` exported, or what the build script prints.
pub fn assets() -> &'static PathBuf {
    static ASSETS: OnceLock<PathBuf> = OnceLock::new();
    ASSETS.get_or_init(|| built_by("tests/controlplane/build.sh"))
}

/// The folder with kubectl-krew, validate-krew-manifest and actionlint.
pub fn tools() -> &'static PathBuf {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| built_by("tests/tools/build.sh"))
}

fn built_by(script: &str) -> PathBuf {
    let path = format!("{}/{script}", env!("CARGO_MANIFEST_DIR"));
    let built = Command::new(path).stderr(Stdio::inherit()).output().unwrap();
    assert!(built.status.success(), "{script} failed; see above");
    PathBuf::from(String::from_utf8(built.stdout).unwrap().trim())
}
