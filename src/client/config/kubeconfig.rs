//! Finding and reading kubeconfig files, by the rules of client-go's `ClientConfigLoadingRules`.

use crate::client::Error;
use crate::text::go::os_error;
use kube::config::{Kubeconfig, KubeconfigError, LoadDataError};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The merged kubeconfig: `explicit` alone, else the files of `list` (`$KUBECONFIG`) that exist, else `~/.kube/config`.
///
/// # Errors
/// [`Error::Input`] when the explicit file is missing, or a file cannot be read.
pub(super) fn load(explicit: Option<&Path>, list: Option<OsString>) -> Result<Kubeconfig, Error> {
    if let Some(path) = explicit {
        if let Err(error) = std::fs::metadata(path) {
            return Err(Error::input(format!("stat {}: {}", path.display(), os_error(&error))));
        }
        return read(path);
    }
    let mut merged = Kubeconfig::default();
    for path in paths(list) {
        if path.exists() {
            merged = merged.merge(read(&path)?).map_err(words)?;
        }
    }
    Ok(merged)
}

fn paths(list: Option<OsString>) -> Vec<PathBuf> {
    match list.filter(|list| !list.is_empty()) {
        Some(list) => std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
    }
}

fn read(path: &Path) -> Result<Kubeconfig, Error> {
    let empty = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
    if empty {
        return Ok(Kubeconfig::default());
    }
    Kubeconfig::read_from(path).map(|config| with_whole_paths(config, path)).map_err(|error| match error {
        KubeconfigError::ReadConfig(source, path) => {
            let (path, why) = (path.display(), os_error(&source));
            Error::input(format!("error loading config file \"{path}\": open {path}: {why}"))
        }
        KubeconfigError::Parse(source) => {
            let text = source.to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            Error::input(format!("error loading config file \"{}\": yaml: {first}", path.display()))
        }
        other => words(other),
    })
}

/// Paths count from the folder of the file that holds them (client-go's `ResolveLocalPaths`). kube does so for
/// certificates; a plugin that is named without a separator is looked for on the PATH.
fn with_whole_paths(mut config: Kubeconfig, path: &Path) -> Kubeconfig {
    let Some(folder) = std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned)) else {
        return config;
    };
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        let command = user.exec.as_mut().and_then(|exec| exec.command.as_mut());
        let command = command.filter(|command| command.contains(std::path::MAIN_SEPARATOR));
        let file = user.token_file.as_mut().filter(|file| !file.is_empty());
        for written in command.into_iter().chain(file) {
            let whole: PathBuf = folder.join(&*written).components().collect();
            *written = whole.to_string_lossy().into_owned();
        }
    }
    config
}

/// kubectl's words for what kube found.
pub(super) fn words(error: KubeconfigError) -> Error {
    match error {
        KubeconfigError::LoadContext(name) => {
            Error::InvalidConfig(vec![format!("context was not found for specified context: {name}")])
        }
        KubeconfigError::LoadClusterOfContext(name) => Error::input(format!("no server found for cluster {name:?}")),
        KubeconfigError::ParseCertificates(_) => {
            Error::input("unable to load root certificates: unable to parse bytes as PEM block")
        }
        KubeconfigError::LoadCertificateAuthority(LoadDataError::ReadFile(source, path)) => {
            let (path, why) = (path.display(), os_error(&source));
            Error::input(format!("unable to read certificate-authority {path} due to open {path}: {why}"))
        }
        other => Error::config(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_file_must_exist_and_files_of_a_list_need_not() {
        let missing = load(Some(Path::new("/nope")), None).unwrap_err();
        assert_eq!(missing.to_string(), "stat /nope: no such file or directory");
        assert_eq!(load(None, Some("/nope:/nope2".into())).unwrap().contexts.len(), 0);
    }

    #[test]
    fn the_first_file_of_a_list_wins() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, context: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, format!("apiVersion: v1\nkind: Config\ncurrent-context: {context}\n")).unwrap();
            path
        };
        let list = std::env::join_paths([file("a", "one"), dir.path().join("none"), file("b", "two")]).unwrap();
        assert_eq!(load(None, Some(list)).unwrap().current_context.as_deref(), Some("one"));
    }
}
