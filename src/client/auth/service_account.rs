//! The service account of the pod that we run in, by client-go's rules (`clientcmd`'s `inClusterClientConfig`).

use crate::api::namespace::NamespaceName;
use kube::config::{AuthInfo, Cluster};
use std::path::{Path, PathBuf};

/// Where a pod finds the files of its service account.
pub(crate) const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What a pod knows of its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceAccount {
    server: String,
    token: PathBuf,
    authority: Option<PathBuf>,
    /// Where the pod itself is; `default` if nothing says so.
    pub(crate) namespace: NamespaceName,
}

impl ServiceAccount {
    /// The account whose files are in `folder`, with the environment that `variable` knows; `None` where this is no pod.
    pub(crate) fn find(folder: &Path, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let given = |name: &str| variable(name).filter(|text| !text.is_empty());
        let (host, port) = (given("KUBERNETES_SERVICE_HOST")?, given("KUBERNETES_SERVICE_PORT")?);
        let token = folder.join("token");
        if !std::fs::metadata(&token).is_ok_and(|token| !token.is_dir()) {
            return None;
        }
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let written = || std::fs::read_to_string(folder.join("namespace")).ok();
        let namespace = given("POD_NAMESPACE").or_else(written);
        Some(Self {
            server: format!("https://{host}:{port}"),
            token,
            authority: Some(folder.join("ca.crt")).filter(|file| file.exists()),
            namespace: namespace.and_then(|text| NamespaceName::given(text.trim())).unwrap_or_default(),
        })
    }

    /// The pod's cluster, as a kubeconfig has it.
    pub(crate) fn cluster(&self) -> Cluster {
        Cluster { server: Some(self.server.clone()), certificate_authority: self.authority(), ..Cluster::default() }
    }

    /// The pod itself, as a kubeconfig has a user.
    pub(crate) fn user(&self) -> AuthInfo {
        AuthInfo { token_file: Some(self.token.to_string_lossy().into_owned()), ..AuthInfo::default() }
    }

    /// The file of certificates that the kubelet replaces when the cluster changes its authority.
    pub(crate) fn authority(&self) -> Option<String> {
        self.authority.as_ref().map(|file| file.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pod with these files and variables.
    fn pod(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<ServiceAccount> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        ServiceAccount::find(folder.path(), |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const HOST: (&str, &str) = ("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    const PORT: (&str, &str) = ("KUBERNETES_SERVICE_PORT", "443");
    const TOKEN: (&str, &str) = ("token", "t");

    #[test]
    fn a_pod_has_a_token_and_knows_the_service() {
        let account = pod(&[TOKEN], &[HOST, PORT]).unwrap();
        assert_eq!((account.server.as_str(), account.authority()), ("https://10.0.0.1:443", None));
        assert!(pod(&[TOKEN, ("ca.crt", "")], &[HOST, PORT]).unwrap().authority().is_some());
        let six = pod(&[TOKEN], &[("KUBERNETES_SERVICE_HOST", "fd00::1"), PORT]).unwrap();
        assert_eq!(six.server, "https://[fd00::1]:443");
        assert_eq!(pod(&[], &[HOST, PORT]), None);
        assert_eq!(pod(&[TOKEN], &[HOST]), None);
        assert_eq!(pod(&[TOKEN], &[HOST, ("KUBERNETES_SERVICE_PORT", "")]), None);
    }

    #[test]
    fn a_pod_is_in_a_namespace_whatever_its_file_says() {
        let named = ("POD_NAMESPACE", "from-the-environment");
        for (file, variables, namespace) in [
            (Some("here"), vec![], "here"),
            (Some("here\n"), vec![], "here"),
            (Some(""), vec![], "default"),
            (Some(" \n"), vec![], "default"),
            (None, vec![], "default"),
            (Some("here"), vec![named], "from-the-environment"),
            (Some("here"), vec![("POD_NAMESPACE", "")], "here"),
        ] {
            let files: Vec<_> = file.map(|text| ("namespace", text)).into_iter().chain([TOKEN]).collect();
            let variables: Vec<_> = variables.into_iter().chain([HOST, PORT]).collect();
            assert_eq!(&*pod(&files, &variables).unwrap().namespace, namespace, "{files:?} {variables:?}");
        }
    }
}
