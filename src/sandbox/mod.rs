//! A cluster in a box: an API server on loopback, and the loops of a cluster as its clients.

pub mod attach;

pub(crate) mod kubeconfig;

use crate::apiserver::tls::{Identity, TlsError};
use crate::apiserver::{self, Server, gc};
use crate::controller::{self, active_controller};
use crate::runtime::leader_election::{LeaderElectionConfig, Mode, Timing, lead};
use crate::simulator;
use futures::FutureExt;
use kubeconfig::KubeconfigFile;
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A namespace that every sandbox has beside `default`, to try things in a second one.
pub const PLAYGROUND: &str = "playground";

/// What the one context of its kubeconfig is called.
pub const CONTEXT: &str = "sandbox";

/// What a sandbox is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// Simulated nodes of 16 CPUs, 64 GiB and 110 pods each. 0: no VMIs at all.
    pub nodes: usize,
    /// About how long a VMI takes from its creation to Ready.
    pub boot_time: Duration,
    /// Whether our own controller keeps the sets.
    pub controller: bool,
    /// Where to write the kubeconfig; in a temporary folder of its own if not said. An existing file is not overwritten.
    pub kubeconfig: Option<PathBuf>,
    /// The namespace that the kubeconfig's context names; made if it is not there.
    pub namespace: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let simulator = simulator::Options::default();
        Self {
            nodes: simulator.nodes,
            boot_time: simulator.boot_time,
            controller: true,
            kubeconfig: None,
            namespace: None,
        }
    }
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No port on loopback.
    #[error("unable to listen on 127.0.0.1: {0}")]
    Listen(#[source] io::Error),
    /// No certificate.
    #[error("unable to set up TLS: {0}")]
    Tls(#[from] TlsError),
    /// No kubeconfig.
    #[error("unable to write the kubeconfig {}: {source}", path.display())]
    Kubeconfig {
        /// Where it was to be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No place for a kubeconfig.
    #[error("unable to make a folder for the kubeconfig in {}: {}", path.display(), source.kind())]
    Folder {
        /// Where it was to be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A namespace could not be made.
    #[error("unable to create namespace {name:?}: {}", crate::runtime::text(.source))]
    Namespace {
        /// Its name.
        name: String,
        /// What the server said.
        source: kube::Error,
    },
}

/// A running sandbox. Dropped without [`Sandbox::stop`], it still removes its kubeconfig.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    kubeconfig: KubeconfigFile,
    stop: CancellationToken,
    parts: JoinSet<Stopped>,
}

/// A part of a sandbox that has stopped, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// For instance `API server`.
    pub part: &'static str,
    /// What it ended with.
    pub why: String,
}

impl Sandbox {
    /// Starts the server and the loops.
    ///
    /// # Errors
    /// [`Error`] names what could not be had; nothing is left behind then.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::Listen)?;
        let url = format!("https://{}", listener.local_addr().map_err(Error::Listen)?);
        let identity = Identity::generate()?;
        let token = token();
        let text = kubeconfig::text(&url, &identity.certificate_pem, &token, options.namespace.as_deref());
        let kubeconfig = KubeconfigFile::write(options.kubeconfig.clone(), &text)?;

        let server = Server::new(apiserver::Options::default());
        let stop = CancellationToken::new();
        let mut parts = JoinSet::new();
        let (serving, shutdown) = (server.clone(), stop.clone());
        let serving = async move { apiserver::serve::serve(serving, listener, &identity, token, shutdown).await };
        parts.spawn(part("API server", serving));
        let client = server.client();
        for namespace in [PLAYGROUND].into_iter().chain(options.namespace.as_deref()) {
            make_namespace(&client, namespace).await?;
        }
        start_loops(&mut parts, &client, &options, &stop);
        Ok(Self { url, kubeconfig, stop, parts })
    }

    /// The kubeconfig that reaches it.
    pub fn kubeconfig(&self) -> &Path {
        self.kubeconfig.path()
    }

    /// The API server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits for a part to stop by itself, which none should before [`Sandbox::stop`].
    pub async fn failed(&mut self) -> Stopped {
        match self.parts.join_next().await {
            Some(Ok(stopped)) => stopped,
            // Each part catches its own panic, so this is one that was cancelled.
            Some(Err(error)) => Stopped { part: "loop", why: error.to_string() },
            None => std::future::pending().await,
        }
    }

    /// Stops everything and removes the kubeconfig.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.parts.join_next().await.is_some() {}
    }
}

fn start_loops(parts: &mut JoinSet<Stopped>, client: &kube::Client, options: &Options, stop: &CancellationToken) {
    let collector = gc::run(client.clone(), stop.clone());
    parts.spawn(part("garbage collector", async move {
        collector.await;
        Ok::<_, std::convert::Infallible>(())
    }));
    if options.nodes > 0 {
        let simulator =
            simulator::Options { nodes: options.nodes, boot_time: options.boot_time, ..simulator::Options::default() };
        parts.spawn(part("simulator", simulator::run(client.clone(), simulator, stop.clone())));
    }
    if options.controller {
        parts.spawn(part("controller", keep_sets(client.clone(), controller::LEASE.to_owned(), stop.clone())));
    }
}

/// Runs a part to its end, be that a panic.
async fn part<E: std::fmt::Display>(part: &'static str, work: impl Future<Output = Result<(), E>>) -> Stopped {
    let why = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(())) => "it has ended".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it has panicked".to_owned(),
    };
    Stopped { part, why }
}

/// Runs our own controller under the lease of that name, by which `--local` and `controller` know that the sets are kept.
async fn keep_sets(client: kube::Client, name: String, stop: CancellationToken) -> Result<(), controller::Error> {
    let candidate = LeaderElectionConfig {
        namespace: "kube-system".to_owned(),
        name,
        identity: format!("sandbox_{}", uuid::Uuid::new_v4()),
        labels: active_controller::lease_labels(None),
        timing: Timing::default(),
        mode: Mode::Standby,
    };
    let options = controller::Options::default();
    let metrics = options.metrics.clone();
    let work = controller::run(client.clone(), options, stop.clone());
    lead(client, candidate, &|lease, leading| metrics.lead(lease, leading), &stop, work).await
}

fn log<E: std::fmt::Display>(what: &str, result: Result<(), E>) {
    if let Err(error) = result {
        tracing::error!(what, %error, "a part of the sandbox has stopped");
    }
}

async fn make_namespace(client: &kube::Client, name: &str) -> Result<(), Error> {
    let api: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(client.clone());
    let mut namespace = k8s_openapi::api::core::v1::Namespace::default();
    namespace.metadata.name = Some(name.to_owned());
    match api.create(&kube::api::PostParams::default(), &namespace).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
        Err(source) => Err(Error::Namespace { name: name.to_owned(), source }),
        Ok(_) => Ok(()),
    }
}

/// 256 random bits, in hexadecimal.
fn token() -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_stops_says_why() {
        type Ended = Result<(), &'static str>;
        let panics = async { if true { std::panic::panic_any(()) } else { Ended::Ok(()) } };
        assert_eq!(part("simulator", panics).await.why, "it has panicked");
        assert_eq!(part("simulator", async { Ended::Err("no way") }).await.why, "no way");
        assert_eq!(part("simulator", async { Ended::Ok(()) }).await.why, "it has ended");
    }
}
