//! `-k`: the manifests that an installed kubectl, or kustomize itself, makes of a folder.

use crate::cli::error::Error;
use std::io::ErrorKind;
use std::process::Stdio;
use tokio::process::Command;

/// Who can build, the likeliest first.
const BUILDERS: [&[&str]; 2] = [&["kubectl", "kustomize"], &["kustomize", "build"]];

/// The manifests, as one stream of YAML.
///
/// # Errors
/// What the builder says; that there is none.
pub(super) async fn build(folder: &str) -> Result<Vec<u8>, Error> {
    for words in BUILDERS {
        let [program, verb] = words else { continue };
        let mut command = Command::new(program);
        // A folder may be called like a flag.
        command.args([verb, "--", folder]).stdin(Stdio::null()).kill_on_drop(true);
        match command.output().await {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::plain(format!("unable to run {program}: {error}"))),
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => return Err(refused(program, &output.stderr)),
        }
    }
    let missing =
        format!("unable to build {folder:?}: neither kubectl nor kustomize is on the PATH, and -k needs one of them");
    Err(Error::plain(missing)
        .hint("Build it elsewhere and pass the result: kustomize build DIRECTORY | kubectl vmirs … -f -"))
}

/// The builder's own words; those of its usage are left out.
fn refused(program: &str, stderr: &[u8]) -> Error {
    let told = String::from_utf8_lossy(stderr);
    let told = told.trim();
    let told = told.strip_prefix("error: ").or_else(|| told.strip_prefix("Error: ")).unwrap_or(told);
    if told.is_empty() { Error::plain(format!("{program} failed without a message")) } else { Error::plain(told) }
}
