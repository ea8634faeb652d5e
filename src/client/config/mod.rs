//! From a kubeconfig, and what is laid over it, to a [`Cluster`].

pub mod kubeconfig;
pub mod overrides;
pub mod proxy;
pub mod server;

use super::cluster::Cluster;
use super::error::Error;
use crate::api::namespace::NamespaceName;
use kube::config::Kubeconfig;
use overrides::Surroundings;
use std::path::PathBuf;
use std::time::Duration;

/// What is laid over the kubeconfig: client-go's `ConfigOverrides`. An empty text counts as "not given", as it does there.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The only file to read.
    pub kubeconfig: Option<PathBuf>,
    /// The context to use.
    pub context: Option<String>,
    /// The cluster to use.
    pub cluster: Option<String>,
    /// The user to use.
    pub user: Option<String>,
    /// The namespace to work in.
    pub namespace: Option<String>,
    /// The API server's address.
    pub server: Option<String>,
    /// Bearer token.
    pub token: Option<String>,
    /// Name for basic authentication.
    pub username: Option<String>,
    /// Password for basic authentication.
    pub password: Option<String>,
    /// User to impersonate.
    pub impersonate: Option<String>,
    /// UID to impersonate.
    pub as_uid: Option<String>,
    /// Groups to impersonate.
    pub as_group: Vec<String>,
    /// `KEY=VALUE` to impersonate.
    pub as_user_extra: Vec<String>,
    /// Whether the server's certificate goes unchecked.
    pub insecure_skip_tls_verify: Option<bool>,
    /// The name that the certificate is to have.
    pub tls_server_name: Option<String>,
    /// File of the certificate authority.
    pub certificate_authority: Option<String>,
    /// File of the client certificate.
    pub client_certificate: Option<String>,
    /// File of its key.
    pub client_key: Option<String>,
    /// The proxy to use.
    pub proxy_url: Option<String>,
    /// How long one request may take: seconds or a Go duration; `0` for no limit.
    pub request_timeout: String,
    /// Whether the server is to send its answers as they are.
    pub disable_compression: Option<bool>,
    /// From 6 on, requests are told of; each level tells more.
    pub verbosity: u8,
    /// Nobody is there to read what a credential plugin says: its stderr goes nowhere.
    pub quiet: bool,
}

impl Overrides {
    /// Reads the kubeconfig and makes a client. Sends nothing yet.
    ///
    /// # Errors
    /// [`Error::Input`], [`Error::InvalidConfig`] or [`Error::Config`] when the kubeconfig or a flag cannot be used, in
    /// kubectl's words.
    pub async fn cluster(&self) -> Result<Cluster, Error> {
        self.cluster_of(self.kubeconfig()?).await
    }

    /// The kubeconfig that the flags and the environment name, as it stands in its files.
    ///
    /// # Errors
    /// [`Error::Input`] when a file cannot be read.
    pub fn kubeconfig(&self) -> Result<Kubeconfig, Error> {
        let path = self.kubeconfig.as_deref().filter(|path| !path.as_os_str().is_empty());
        kubeconfig::load(path, std::env::var_os("KUBECONFIG"))
    }

    /// As [`Overrides::cluster`], with a kubeconfig that is at hand.
    ///
    /// # Errors
    /// Those of [`Overrides::cluster`].
    pub async fn cluster_of(&self, kubeconfig: Kubeconfig) -> Result<Cluster, Error> {
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
            return Err(Error::input("unable to load root certificates: unable to parse bytes as PEM block"));
        }
        let config = prepare(config, self);
        let namespace = self.namespace.as_deref().and_then(NamespaceName::given);
        let cluster = Cluster::new(config, namespace, self.quiet)?;
        Ok(cluster.with_verbosity(self.verbosity).with_request_timeout(timeout))
    }

    /// What [`Overrides::cluster`] connects to, as the text of a kubeconfig for another program; it holds the
    /// credentials.
    ///
    /// # Errors
    /// As [`Overrides::cluster`].
    pub fn standalone(&self, name: &str) -> Result<String, Error> {
        overrides::standalone(self.kubeconfig()?, self, &Surroundings::here(), name)
    }
}

/// The way to `url` for something that is no cluster: a file on the web.
///
/// # Errors
/// [`Error::Input`] when the environment names a proxy that is none.
pub fn config_for(url: http::Uri) -> Result<kube::Config, Error> {
    let mut config = kube::Config::new(url);
    config.proxy_url = proxy::choose(&config.cluster_url, None, variable)?;
    Ok(config)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What every client of this program has in common, whatever the kubeconfig says.
fn prepare(mut config: kube::Config, flags: &Overrides) -> kube::Config {
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
        Err(_) => crate::text::go::duration::parse(text).map_err(|_| Error::input(invalid))?,
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
        let config = prepare(config, &Overrides::default());
        assert_eq!(config.root_cert, Some(Vec::new()));
    }
}
