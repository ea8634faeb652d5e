//! kubectl's connection flags.

use super::error::Error;
use crate::client::{Cluster, Overrides};
use kube::config::Kubeconfig;
use std::path::PathBuf;

/// The connection flags of kubectl. An empty text counts as "not given", as it does there.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Connection {
    /// Path to the kubeconfig file to use for CLI requests
    #[arg(long, global = true, value_name = "FILE", hide = true)]
    pub kubeconfig: Option<PathBuf>,
    /// The name of the kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME", hide = true)]
    pub context: Option<String>,
    /// The name of the kubeconfig cluster to use
    #[arg(long, global = true, value_name = "NAME", hide = true)]
    pub cluster: Option<String>,
    /// The name of the kubeconfig user to use
    #[arg(long, global = true, value_name = "NAME", hide = true)]
    pub user: Option<String>,
    /// If present, the namespace scope for this CLI request
    #[arg(short, long, global = true, value_name = "NAME")]
    pub namespace: Option<String>,
    /// The address and port of the Kubernetes API server
    #[arg(short, long, global = true, value_name = "URL", hide = true)]
    pub server: Option<String>,
    /// Bearer token for authentication to the API server
    #[arg(long, global = true, value_name = "TOKEN", hide = true)]
    pub token: Option<String>,
    /// Username for basic authentication to the API server
    #[arg(long, global = true, value_name = "NAME", hide = true)]
    pub username: Option<String>,
    /// Password for basic authentication to the API server
    #[arg(long, global = true, value_name = "PASSWORD", hide = true)]
    pub password: Option<String>,
    /// Username to impersonate for the operation. User could be a regular user or a service account in a namespace
    #[arg(long = "as", global = true, value_name = "USER", hide = true)]
    pub impersonate: Option<String>,
    /// UID to impersonate for the operation
    #[arg(long, global = true, value_name = "UID", hide = true)]
    pub as_uid: Option<String>,
    /// Group to impersonate for the operation, this flag can be repeated to specify multiple groups
    #[arg(long, global = true, value_name = "GROUP", hide = true)]
    pub as_group: Vec<String>,
    /// User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key
    #[arg(long, global = true, value_name = "KEY=VALUE", hide = true)]
    pub as_user_extra: Vec<String>,
    /// If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = crate::cli::go_values::go_bool, value_name = "BOOL", hide = true)]
    pub insecure_skip_tls_verify: Option<bool>,
    /// Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used
    #[arg(long, global = true, value_name = "NAME", hide = true)]
    pub tls_server_name: Option<String>,
    /// Path to a cert file for the certificate authority
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide = true)]
    pub certificate_authority: Option<String>,
    /// Path to a client certificate file for TLS
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide = true)]
    pub client_certificate: Option<String>,
    /// Path to a client key file for TLS
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide = true)]
    pub client_key: Option<String>,
    /// Proxy URL to use for requests to the API server
    #[arg(long, global = true, value_name = "URL", hide = true)]
    pub proxy_url: Option<String>,
    /// The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests
    #[arg(long, global = true, value_name = "TIME", default_value = "0", hide = true)]
    pub request_timeout: String,
    /// If true, opt-out of response compression for all requests to the server
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = crate::cli::go_values::go_bool, value_name = "BOOL", hide = true)]
    pub disable_compression: Option<bool>,
    /// Accepted for kubectl's sake; nothing is cached
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath, hide = true)]
    pub cache_dir: Option<PathBuf>,
    /// Number for the log level verbosity; on stderr, 6 shows each request, 7 headers, 8 bodies, 10 all of them
    #[arg(short, long = "v", global = true, value_name = "LEVEL", default_value = "0", hide = true)]
    pub verbosity: u8,
    /// Nobody is there to read what a credential plugin says: its stderr goes nowhere.
    #[arg(skip)]
    pub(crate) quiet: bool,
}

impl Connection {
    /// What the flags lay over the kubeconfig.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            cluster: self.cluster.clone(),
            user: self.user.clone(),
            namespace: self.namespace.clone(),
            server: self.server.clone(),
            token: self.token.clone(),
            username: self.username.clone(),
            password: self.password.clone(),
            impersonate: self.impersonate.clone(),
            as_uid: self.as_uid.clone(),
            as_group: self.as_group.clone(),
            as_user_extra: self.as_user_extra.clone(),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            tls_server_name: self.tls_server_name.clone(),
            certificate_authority: self.certificate_authority.clone(),
            client_certificate: self.client_certificate.clone(),
            client_key: self.client_key.clone(),
            proxy_url: self.proxy_url.clone(),
            request_timeout: self.request_timeout.clone(),
            disable_compression: self.disable_compression,
            verbosity: self.verbosity,
            quiet: self.quiet,
        }
    }

    /// Reads the kubeconfig and makes a client. Sends nothing yet.
    ///
    /// # Errors
    /// Those of [`Overrides::cluster`].
    pub async fn cluster(&self) -> Result<Cluster, Error> {
        Ok(self.overrides().cluster().await?)
    }

    /// The kubeconfig that the flags and the environment name, as it stands in its files.
    ///
    /// # Errors
    /// Those of [`Overrides::kubeconfig`].
    pub(crate) fn kubeconfig(&self) -> Result<Kubeconfig, Error> {
        Ok(self.overrides().kubeconfig()?)
    }

    /// As [`Connection::cluster`], with a kubeconfig that is at hand.
    ///
    /// # Errors
    /// Those of [`Connection::cluster`].
    pub(crate) async fn cluster_of(&self, kubeconfig: Kubeconfig) -> Result<Cluster, Error> {
        Ok(self.overrides().cluster_of(kubeconfig).await?)
    }

    /// What [`Connection::cluster`] connects to, as the text of a kubeconfig for another program; it holds the
    /// credentials.
    ///
    /// # Errors
    /// As [`Connection::cluster`].
    pub(crate) fn standalone(&self, name: &str) -> Result<String, Error> {
        Ok(self.overrides().standalone(name)?)
    }
}
