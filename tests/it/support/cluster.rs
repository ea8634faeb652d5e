//! A cluster for one scenario: a namespace of its own on a cluster that the whole test binary shares.

use super::background_controllers::{self, BackgroundController};
use super::invocation::Invocation;
use super::{cases, real};
use kube::api::{Api, PostParams};
use kubectl_vmirs::apiserver::{self, Server};
use kubectl_vmirs::sandbox::{Options, Sandbox};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

/// What kind of cluster a scenario runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterKind {
    /// The sandbox's server, called without a socket: no other program reaches it.
    InProcess,
    /// The sandbox over its socket.
    Sandbox,
    /// The real control plane.
    Real,
}

pub struct Cluster {
    pub namespace: String,
    /// How programs reach it; nowhere in process.
    pub kubeconfig: PathBuf,
    pub client: kube::Client,
    /// The controller of this namespace, until the scenario ends.
    _controller: Option<BackgroundController>,
}

impl Cluster {
    /// The sandbox, with VMIs that boot at once and with its controller.
    pub async fn sandbox(scenario: &str) -> Self {
        Self::uncontrolled(ClusterKind::Sandbox, scenario).await.controlled()
    }

    /// The real control plane, with our VMIs and our controller.
    pub async fn real(scenario: &str) -> Self {
        Self::uncontrolled(ClusterKind::Real, scenario).await.controlled()
    }

    /// With VMIs and without a controller: the place for `--local`.
    pub async fn uncontrolled(place: ClusterKind, scenario: &str) -> Self {
        static SANDBOX: OnceLock<PathBuf> = OnceLock::new();
        static REAL: OnceLock<PathBuf> = OnceLock::new();
        let kubeconfig = match place {
            ClusterKind::Real => REAL.get_or_init(|| real::start("full", real::KUBEVIRT, true)),
            _ => SANDBOX.get_or_init(|| start_sandbox(Options { controller: false, ..Options::default() })),
        };
        Self::with_namespace(place, kubeconfig, scenario).await
    }

    /// A sandbox of its own, for the scenario in which somebody else keeps the sets: that somebody's lease is everybody's.
    pub async fn guarded(scenario: &str) -> Self {
        let kubeconfig = start_sandbox(Options { controller: false, ..Options::default() });
        Self::with_namespace(ClusterKind::Sandbox, &kubeconfig, scenario).await
    }

    /// A real control plane of its own, which does not know the kinds of KubeVirt.
    pub async fn without_kubevirt(scenario: &str) -> Self {
        Self::with_namespace(ClusterKind::Real, &real::start("without-kubevirt", &[], false), scenario).await
    }

    /// The API server and its garbage collector alone: no VMIs, no controller.
    pub async fn bare(place: ClusterKind, scenario: &str) -> Self {
        static SANDBOX: OnceLock<PathBuf> = OnceLock::new();
        static REAL: OnceLock<PathBuf> = OnceLock::new();
        let without = || start_sandbox(Options { nodes: 0, controller: false, ..Options::default() });
        match place {
            ClusterKind::InProcess => Self::in_process(scenario).await,
            ClusterKind::Sandbox => Self::with_namespace(place, SANDBOX.get_or_init(without), scenario).await,
            ClusterKind::Real => {
                Self::with_namespace(place, REAL.get_or_init(|| real::start("bare", real::KUBEVIRT, false)), scenario)
                    .await
            }
        }
    }

    /// A real control plane of its own, for the scenario that adds an API to the cluster.
    pub async fn metered(scenario: &str) -> Self {
        let kubeconfig = real::start("metered", real::KUBEVIRT, true);
        Self::with_namespace(ClusterKind::Real, &kubeconfig, scenario).await.controlled()
    }

    async fn in_process(scenario: &str) -> Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        let server = SHARED.get_or_init(|| {
            let server = Server::new(apiserver::Options::default());
            background_controllers::collect_garbage(server.clone());
            server
        });
        Self::made(ClusterKind::InProcess, server.client(), PathBuf::new(), scenario).await
    }

    async fn with_namespace(place: ClusterKind, kubeconfig: &Path, scenario: &str) -> Self {
        Self::made(place, client(kubeconfig).await, kubeconfig.to_owned(), scenario).await
    }

    async fn made(place: ClusterKind, client: kube::Client, kubeconfig: PathBuf, scenario: &str) -> Self {
        cases::count(place, scenario);
        let name = format!("{scenario:.60}").replace('_', "-").trim_end_matches('-').to_owned();
        let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client.clone());
        let namespace = serde_json::from_value(json!({"metadata": {"name": name}})).unwrap();
        namespaces.create(&PostParams::default(), &namespace).await.unwrap();
        Self { namespace: name, kubeconfig, client, _controller: None }
    }

    /// The same cluster with our controller for the scenario's namespace.
    fn controlled(mut self) -> Self {
        self._controller = Some(background_controllers::controller(&self.kubeconfig, &self.namespace));
        self
    }

    /// Runs `kubectl vmirs` with these words, in the scenario's namespace.
    pub fn vmirs(&self, words: &str) -> Invocation {
        let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
        let flags = ["-n", &self.namespace];
        Invocation::with_flags(program, "kubectl vmirs", &flags, words).env("KUBECONFIG", &self.kubeconfig)
    }

    /// Where the real kubectl is.
    pub fn kubectl_path(&self) -> PathBuf {
        super::programs::assets().join("kubectl")
    }

    /// PATH with the real kubectl first.
    pub fn path_with_kubectl(&self) -> std::ffi::OsString {
        let others = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(super::programs::assets().clone()).chain(std::env::split_paths(&others));
        std::env::join_paths(folders).unwrap()
    }

    /// Runs the real kubectl with these words, in the scenario's namespace.
    pub fn kubectl(&self, words: &str) -> Invocation {
        let program = self.kubectl_path();
        let flags = ["-n", &self.namespace];
        Invocation::with_flags(program, "kubectl", &flags, words).env("KUBECONFIG", &self.kubeconfig)
    }
}

pub(super) async fn client(kubeconfig: &Path) -> kube::Client {
    let kubeconfig = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    config.default_retry = false;
    // Now and then the end of a watch that the real server has compressed is not what the decoder expects.
    config.disable_compression = true;
    kube::Client::try_from(config).unwrap()
}

/// Starts the sandbox on a thread of its own, where it lives as long as the test binary.
fn start_sandbox(options: Options) -> PathBuf {
    let (ready, started) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let directory = tempfile::tempdir().unwrap();
            let kubeconfig = directory.path().join("kubeconfig");
            let options = Options { boot_time: Duration::ZERO, kubeconfig: Some(kubeconfig.clone()), ..options };
            let _sandbox = Sandbox::start(options).await.unwrap();
            ready.send(kubeconfig).unwrap();
            std::future::pending::<()>().await;
        });
    });
    started.recv().unwrap()
}
