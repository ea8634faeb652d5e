//! The folder and file that a script is installed into: decisions over plain values.

use super::script::{MARKER, Script};
use std::path::{Path, PathBuf};

/// A folder on the PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathFolder {
    pub(super) path: PathBuf,
    /// kubectl-vmirs is in it.
    pub(super) has_plugin: bool,
    /// What the file says there that kubectl asks, if there is one.
    pub(super) present: Option<String>,
    /// A file can be made in it.
    pub(super) writable: bool,
    /// It is the business of the system's packages, whoever may write there.
    pub(super) of_the_system: bool,
}

/// What stands where a script is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// No file.
    None,
    /// Ours, and the same.
    Current,
    /// Ours, of another version.
    Outdated,
    /// Not written by us.
    Foreign,
}

/// Who a file belongs to, by what it says (`None`: there is no file).
pub(super) fn existing(present: Option<&str>, script: &str) -> Existing {
    match present {
        None => Existing::None,
        Some(text) if text == script => Existing::Current,
        Some(text) if text.lines().take(3).any(|line| line.contains(MARKER)) => Existing::Outdated,
        Some(_) => Existing::Foreign,
    }
}

const OF_THE_SYSTEM: [&str; 4] = ["/bin", "/sbin", "/usr/bin", "/usr/sbin"];

/// Whether a folder is the system's own. `system_root` is Windows' `%SystemRoot%`, where names have no case.
pub(super) fn is_of_the_system(folder: &Path, system_root: Option<&Path>) -> bool {
    let small = |path: &Path| PathBuf::from(path.to_string_lossy().to_lowercase());
    OF_THE_SYSTEM.iter().any(|system| folder == Path::new(system))
        || system_root.is_some_and(|root| small(folder).starts_with(small(root)))
}

/// The folder for the program that kubectl asks: where there is one already, since the first on the PATH is the one
/// that is asked; else beside the plugin; else one below the home folder; else any that can be written to and is not the
/// system's.
pub(super) fn folder<'a>(path: &'a [PathFolder], home: Option<&Path>) -> Option<&'a PathFolder> {
    let below_home = |folder: &PathFolder| home.is_some_and(|home| folder.path.starts_with(home));
    let mut writable = path.iter().filter(|folder| folder.writable && !folder.of_the_system);
    path.iter()
        .find(|folder| folder.present.is_some())
        .or_else(|| path.iter().find(|folder| folder.has_plugin && folder.writable))
        .or_else(|| path.iter().find(|folder| folder.writable && below_home(folder)))
        .or_else(|| writable.next())
}

/// The folder in which a shell looks for the user's own completions; `None` for PowerShell, which has none.
/// `data` and `config` are `$XDG_DATA_HOME` and `$XDG_CONFIG_HOME`.
pub(super) fn of_shell(script: Script, home: &Path, data: Option<&Path>, config: Option<&Path>) -> Option<PathBuf> {
    let data = || data.map_or_else(|| home.join(".local/share"), Path::to_owned);
    match script {
        Script::Bash => Some(data().join("bash-completion/completions")),
        Script::Zsh => Some(data().join("zsh/site-functions")),
        Script::Fish => Some(config.map_or_else(|| home.join(".config"), Path::to_owned).join("fish/completions")),
        Script::Powershell | Script::Kubectl => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> PathFolder {
        let of_the_system = is_of_the_system(Path::new(path), None);
        PathFolder { path: path.into(), has_plugin: false, present: None, writable: true, of_the_system }
    }

    fn chosen(path: &[PathFolder]) -> Option<&str> {
        folder(path, Some(Path::new("/home/me"))).and_then(|folder| folder.path.to_str())
    }

    #[test]
    fn the_shim_goes_beside_the_plugin_or_else_below_home() {
        let system = PathFolder { writable: false, ..at("/usr/bin") };
        let opt = at("/opt/bin");
        let local = at("/home/me/.local/bin");
        let krew = PathFolder { has_plugin: true, ..at("/home/me/.krew/bin") };
        assert_eq!(chosen(&[]), None);
        assert_eq!(chosen(std::slice::from_ref(&system)), None);
        let roots = PathFolder { writable: true, ..system.clone() };
        assert_eq!(chosen(std::slice::from_ref(&roots)), None);
        assert_eq!(chosen(&[roots, opt.clone()]), Some("/opt/bin"));
        assert_eq!(chosen(&[system.clone(), opt.clone()]), Some("/opt/bin"));
        assert_eq!(chosen(&[system.clone(), opt.clone(), local.clone()]), Some("/home/me/.local/bin"));
        assert_eq!(chosen(&[system.clone(), opt, local.clone(), krew.clone()]), Some("/home/me/.krew/bin"));
        let read_only = PathFolder { writable: false, ..krew.clone() };
        assert_eq!(chosen(&[read_only, local]), Some("/home/me/.local/bin"));
        let taken = PathFolder { present: Some("x".into()), ..system };
        assert_eq!(chosen(&[krew, taken]), Some("/usr/bin"));
    }

    #[test]
    fn windows_own_folders_are_the_systems() {
        // With slashes, so that every platform sees the parts of the path.
        let is = |folder: &str| is_of_the_system(Path::new(folder), Some(Path::new("C:/Windows")));
        assert!(is("C:/WINDOWS/system32") && is("c:/windows"));
        assert!(!is("C:/Windowsill") && !is("C:/Users/me/bin"));
    }

    #[test]
    fn what_is_ours_is_told_from_what_is_not() {
        let script = Script::Kubectl.text();
        assert_eq!(existing(None, script), Existing::None);
        assert_eq!(existing(Some(script), script), Existing::Current);
        assert_eq!(existing(Some(&format!("#!/bin/sh\n# {MARKER} 0.0.1\nexit\n")), script), Existing::Outdated);
        assert_eq!(existing(Some("#!/bin/sh\nexec mine\n"), script), Existing::Foreign);
        assert_eq!(existing(Some(""), script), Existing::Foreign);
    }

    #[test]
    fn each_shell_has_its_folder() {
        let home = Path::new("/home/me");
        for (script, folder) in [
            (Script::Bash, Some("/home/me/.local/share/bash-completion/completions")),
            (Script::Zsh, Some("/home/me/.local/share/zsh/site-functions")),
            (Script::Fish, Some("/home/me/.config/fish/completions")),
            (Script::Powershell, None),
        ] {
            assert_eq!(of_shell(script, home, None, None).as_deref(), folder.map(Path::new), "{script:?}");
        }
        let elsewhere = of_shell(Script::Bash, home, Some(Path::new("/data")), None).unwrap();
        assert_eq!(elsewhere, Path::new("/data/bash-completion/completions"));
    }
}
