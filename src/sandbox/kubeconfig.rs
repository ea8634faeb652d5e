//! The file with which a sandbox is reached. It holds credentials, so nobody else may read it.

use super::Error;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file; gone when this is dropped.
#[derive(Debug)]
pub(crate) struct KubeconfigFile {
    path: PathBuf,
    /// The folder that was made for it, removed with it.
    _folder: Option<tempfile::TempDir>,
}

impl KubeconfigFile {
    /// Writes it, readable for its owner only, all at once: nobody sees half of it.
    pub(crate) fn write(path: Option<PathBuf>, text: &str) -> Result<Self, Error> {
        let (path, folder) = match path {
            Some(path) => (path, None),
            None => {
                let folder = tempfile::Builder::new().prefix("kubectl-vmirs-").tempdir();
                let folder = folder.map_err(|source| Error::Folder { path: std::env::temp_dir(), source })?;
                (folder.path().join("kubeconfig"), Some(folder))
            }
        };
        match put(&path, text) {
            Ok(()) => Ok(Self { path, _folder: folder }),
            Err(source) => Err(Error::Kubeconfig { path, source }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn put(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist_noclobber(path).map(|_| ()).map_err(|error| error.error)
}

impl Drop for KubeconfigFile {
    fn drop(&mut self) {
        // Whoever has removed it already has done our work.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The kubeconfig's text; JSON, which every reader of YAML takes.
pub(super) fn text(url: &str, certificate_pem: &str, token: &str, namespace: Option<&str>) -> String {
    let name = super::CONTEXT;
    let context = match namespace {
        Some(namespace) => json!({"cluster": name, "user": name, "namespace": namespace}),
        None => json!({"cluster": name, "user": name}),
    };
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority-data": STANDARD.encode(certificate_pem)}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": context}],
    });
    format!("{kubeconfig:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "precious").unwrap();
        assert!(KubeconfigFile::write(Some(path.clone()), "new").is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "precious");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it_and_it_goes_with_the_sandbox() {
        use std::os::unix::fs::PermissionsExt;
        let file = KubeconfigFile::write(None, "secret").unwrap();
        let path = file.path().to_owned();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(file);
        assert!(!path.exists() && !path.parent().unwrap().exists());
    }
}
