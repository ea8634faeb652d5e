//! kubectl's connection flags, and the way from them to a [`Cluster`].

mod kubeconfig;
mod overrides;
mod provider;
mod proxy;
mod server;
mod service_account;

use super::cluster::Cluster;
use super::error::Error;
use crate::api::namespace::NamespaceName;
use kube::config::Kubeconfig;
use overrides::Surroundings;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Reads the kubeconfig and makes a client. Sends nothing yet.
    ///
    /// # Errors
    /// [`Error::Plain`], [`Error::InvalidConfig`] or [`Error::Config`] when the kubeconfig or a flag cannot be used, in
    /// kubectl's words.
    pub async fn cluster(&self) -> Result<Cluster, Error> {
        self.cluster_of(self.kubeconfig()?).await
    }

    /// The kubeconfig that the flags and the environment name, as it stands in its files.
    ///
    /// # Errors
    /// [`Error::Plain`] when a file cannot be read.
    pub(crate) fn kubeconfig(&self) -> Result<Kubeconfig, Error> {
        let path = self.kubeconfig.as_deref().filter(|path| !path.as_os_str().is_empty());
        kubeconfig::load(path, std::env::var_os("KUBECONFIG"))
    }

    /// As [`Connection::cluster`], with a kubeconfig that is at hand.
    ///
    /// # Errors
    /// Those of [`Connection::cluster`].
    pub(crate) async fn cluster_of(&self, kubeconfig: Kubeconfig) -> Result<Cluster, Error> {
        let timeout = request_timeout(&self.request_timeout)?;
        let surroundings = Surroundings::here();
        let kubeconfig = overrides::apply(kubeconfig, self, &surroundings)?;
        let chosen = overrides::effective(&kubeconfig);
        let options = overrides::options();
        let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(kubeconfig::words)?;
        config.proxy_url = proxy::choose(&config.cluster_url, chosen.proxy_url.as_deref(), variable)?;
        // A controller in a pod outlives the authority of its cluster.
        let renewed = surroundings.account.and_then(|account| account.authority());
        config.root_cert_file =
            renewed.filter(|file| chosen.certificate_authority.as_ref() == Some(file)).map(Into::into);
        if config.root_cert.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::plain("unable to load root certificates: unable to parse bytes as PEM block"));
        }
        let config = prepare(config, self);
        let namespace = self.namespace.as_deref().and_then(NamespaceName::given);
        let cluster = Cluster::new(config, namespace, self.quiet)?;
        Ok(cluster.with_verbosity(self.verbosity).with_request_timeout(timeout))
    }

    /// What [`Connection::cluster`] connects to, as the text of a kubeconfig for another program; it holds the
    /// credentials.
    ///
    /// # Errors
    /// As [`Connection::cluster`].
    pub(crate) fn standalone(&self, name: &str) -> Result<String, Error> {
        overrides::standalone(self.kubeconfig()?, self, &Surroundings::here(), name)
    }
}

/// The way to `url` for something that is no cluster: a file on the web.
///
/// # Errors
/// [`Error::Plain`] when the environment names a proxy that is none.
pub(super) fn config_for(url: http::Uri) -> Result<kube::Config, Error> {
    let mut config = kube::Config::new(url);
    config.proxy_url = proxy::choose(&config.cluster_url, None, variable)?;
    Ok(config)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What every client of this program has in common, whatever the kubeconfig says.
fn prepare(mut config: kube::Config, flags: &Connection) -> kube::Config {
    let plain_http = config.cluster_url.scheme() == Some(&http::uri::Scheme::HTTP);
    if plain_http || config.accept_invalid_certs {
        // Without this the system's roots are parsed, which takes longer than the request.
        config.root_cert = Some(Vec::new());
    }
    if let Some(disable) = flags.disable_compression {
        config.disable_compression = disable;
    }
    if let Ok(agent) = http::HeaderValue::from_str(&user_agent()) {
        config.headers.push((http::header::USER_AGENT, agent));
    }
    config
}

/// `kubectl-vmirs/0.1.0 (linux/amd64)`, with Go's names for system and machine.
fn user_agent() -> String {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
    format!("kubectl-vmirs/{} ({os}/{arch})", env!("CARGO_PKG_VERSION"))
}

fn non_empty(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// As long as a Go duration can be, about 292 years.
const LONGEST_SECONDS: u64 = (i64::MAX / 1_000_000_000).unsigned_abs();

/// A whole number of seconds or a Go duration; zero means none.
fn request_timeout(text: &str) -> Result<Option<Duration>, Error> {
    let invalid = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
                   corresponding time unit (e.g. 1s | 2m | 3h)";
    let length = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds.min(LONGEST_SECONDS))),
        Err(_) => crate::text::duration::parse_go(text).map_err(|_| Error::plain(invalid))?,
    };
    Ok(length.filter(|length| !length.is_zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_timeout_is_seconds_or_a_go_duration() {
        assert_eq!(request_timeout("0").unwrap(), None);
        assert_eq!(request_timeout("5").unwrap(), Some(Duration::from_secs(5)));
        assert_eq!(request_timeout("1m").unwrap(), Some(Duration::from_secs(60)));
        let longest = request_timeout(&u64::MAX.to_string()).unwrap().unwrap();
        assert!(tokio::time::Instant::now().checked_add(longest).is_some());
        assert!(request_timeout("5x").unwrap_err().to_string().starts_with("Invalid timeout value."));
    }

    #[test]
    fn over_plain_http_no_roots_are_read() {
        let config = kube::Config::new(http::Uri::from_static("http://127.0.0.1:1"));
        let config = prepare(config, &Connection::default());
        assert_eq!(config.root_cert, Some(Vec::new()));
    }
}
