//! `kubectl vmirs completion install`: puts the scripts where kubectl and the shells find them.

use super::install_path::{self, Existing, PathFolder};
use super::script::Script;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::suggest::Suggest;
use crate::cli::system::set_mode;
use crate::printers::Ui;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Install completion for kubectl, and optionally for a shell
///
/// Creates kubectl_complete-vmirs beside the plugin, or else in another writable directory on the PATH. With SHELL (bash, zsh or fish), also creates the completion code for kubectl-vmirs in the shell's directory.
#[derive(Debug, clap::Args)]
#[command(override_usage = "kubectl vmirs completion install [SHELL] [--remove]")]
pub(super) struct Args {
    /// Also install the code that completes kubectl-vmirs in this shell
    #[arg(value_name = "SHELL", value_parser = Suggest(&["bash", "zsh", "fish"]))]
    shell: Option<String>,
    /// Remove what was installed, for kubectl and for every shell
    #[arg(long)]
    remove: bool,
}

impl Args {
    pub(super) fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        let ui = &mut context.ui;
        if self.remove {
            return remove(ui);
        }
        let shell = self.shell.as_deref().map(Script::named).transpose()?;
        let path = path_folders()?;
        let home = std::env::home_dir();
        let Some(folder) = install_path::folder(&path, home.as_deref()) else {
            return Err(Error::plain("no directory of yours on the PATH is writable")
                .hint("Add ~/.local/bin to the PATH and try again, or write the file yourself with `kubectl vmirs completion kubectl`."));
        };
        write(ui, Script::Kubectl, &folder.path)?;
        if let Some(shell) = shell.filter(|shell| *shell != Script::Kubectl) {
            let Some(folder) = shell_folder(shell) else {
                return Err(Error::plain("PowerShell has no directory for completions").hint(
                    "Add this to your $PROFILE: kubectl vmirs completion powershell | Out-String | Invoke-Expression",
                ));
            };
            std::fs::create_dir_all(&folder).map_err(|source| failed("make the folder", &folder, &source))?;
            write(ui, shell, &folder)?;
            if shell == Script::Zsh {
                ui.note(&format!(
                    "To let zsh find it, put `fpath+=({})` before `compinit` into ~/.zshrc.",
                    folder.display()
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a script, unless somebody else's file is in the way.
fn write(ui: &mut Ui, script: Script, folder: &Path) -> Result<(), Error> {
    let path = folder.join(script.file_name());
    let existing = existing(&path, script)?;
    match existing {
        Existing::Current => {
            ui.line(&format!("{} unchanged", path.display()))?;
            return Ok(());
        }
        Existing::Foreign => {
            return Err(Error::plain(format!("{} exists and was not written by kubectl vmirs", path.display()))
                .hint("Remove it first if you want to install ours."));
        }
        Existing::None | Existing::Outdated => {}
    }
    let written = written(script, folder).and_then(|file| match existing {
        Existing::None => file.persist_noclobber(&path).map_err(|error| error.error),
        _ => file.persist(&path).map_err(|error| error.error),
    });
    written.map_err(|source| failed("write", &path, &source))?;
    ui.line(&format!("{} {}", path.display(), if existing == Existing::None { "created" } else { "updated" }))?;
    Ok(())
}

/// The script in a file beside its place, so that nobody meets half of it.
fn written(script: Script, folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(script.text().as_bytes())?;
    set_mode(file.as_file(), if script == Script::Kubectl { 0o755 } else { 0o644 })?;
    Ok(file)
}

/// Removes every script of ours from where `install` puts them.
fn remove(ui: &mut Ui) -> Result<ExitCode, Error> {
    let mut places: Vec<(Script, PathBuf)> =
        path_folders()?.into_iter().map(|folder| (Script::Kubectl, folder.path)).collect();
    for shell in [Script::Bash, Script::Zsh, Script::Fish] {
        places.extend(shell_folder(shell).map(|folder| (shell, folder)));
    }
    let mut removed = false;
    for (script, folder) in places {
        let path = folder.join(script.file_name());
        if matches!(existing(&path, script)?, Existing::Current | Existing::Outdated) {
            std::fs::remove_file(&path).map_err(|source| failed("remove", &path, &source))?;
            ui.line(&format!("{} deleted", path.display()))?;
            removed = true;
        }
    }
    if !removed {
        ui.note("Nothing to remove.");
    }
    Ok(ExitCode::SUCCESS)
}

fn existing(path: &Path, script: Script) -> Result<Existing, Error> {
    Ok(install_path::existing(content(path)?.as_deref(), script.text()))
}

/// What a file says. A link is somebody's own arrangement, whatever it leads to, and so is what is no text.
fn content(path: &Path) -> Result<Option<String>, Error> {
    match std::fs::symlink_metadata(path) {
        // Where we may not look, kubectl does not find anything either.
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(failed("read", path, &error)),
        Ok(metadata) if !metadata.is_file() => return Ok(Some(String::new())),
        Ok(_) => {}
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(Some(String::new())),
        Err(error) => Err(failed("read", path, &error)),
    }
}

/// The folders of the PATH, each once.
fn path_folders() -> Result<Vec<PathFolder>, Error> {
    let mut folders: Vec<PathFolder> = Vec::new();
    let system_root = std::env::var_os("SystemRoot").map(PathBuf::from);
    for path in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
        // kubectl finds nothing through a relative entry.
        if !path.is_absolute() || folders.iter().any(|folder| folder.path == path) {
            continue;
        }
        folders.push(PathFolder {
            has_plugin: path.join(format!("kubectl-vmirs{}", std::env::consts::EXE_SUFFIX)).exists(),
            present: content(&path.join(Script::Kubectl.file_name()))?,
            // The only question whose answer holds for read-only file systems and access lists too.
            writable: tempfile::tempfile_in(&path).is_ok(),
            of_the_system: install_path::is_of_the_system(&path, system_root.as_deref()),
            path,
        });
    }
    Ok(folders)
}

fn shell_folder(shell: Script) -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    install_path::of_shell(
        shell,
        &std::env::home_dir()?,
        folder("XDG_DATA_HOME").as_deref(),
        folder("XDG_CONFIG_HOME").as_deref(),
    )
}

fn failed(what: &str, path: &Path, source: &std::io::Error) -> Error {
    Error::plain(format!("unable to {what} {}: {source}", path.display()))
}
