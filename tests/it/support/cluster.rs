//! A cluster for one scenario: a namespace of its own on a cluster that the whole test binary shares.

use super::invocation::Invocation;
use super::real;
use kube::api::{Api, PostParams};
use kubectl_vmirs::sandbox::{Options, Sandbox};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

pub struct Cluster {
    pub namespace: String,
    pub kubeconfig: PathBuf,
    pub client: kube::Client,
}

impl Cluster {
    /// The sandbox, with machines that boot at once and with its controller.
    pub async fn sandbox(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        Self::with_namespace(SHARED.get_or_init(|| start_sandbox(Options::default())), scenario).await
    }

    /// The real control plane, with our machines and our controller.
    pub async fn real(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        Self::with_namespace(SHARED.get_or_init(|| real::start("full", true)), scenario).await
    }

    /// The sandbox with machines and without a controller: the place for `--local`.
    pub async fn uncontrolled(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        let start = || start_sandbox(Options { controller: false, ..Options::default() });
        Self::with_namespace(SHARED.get_or_init(start), scenario).await
    }

    /// Another one, for the scenario in which somebody else keeps the sets.
    pub async fn guarded(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        let start = || start_sandbox(Options { controller: false, ..Options::default() });
        Self::with_namespace(SHARED.get_or_init(start), scenario).await
    }

    /// The sandbox's API server with its garbage collector alone: no machines, no controller.
    pub async fn bare_sandbox(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        let start = || start_sandbox(Options { nodes: 0, controller: false, ..Options::default() });
        Self::with_namespace(SHARED.get_or_init(start), scenario).await
    }

    /// The real control plane without our machines and controller.
    pub async fn bare_real(scenario: &str) -> Self {
        static SHARED: OnceLock<PathBuf> = OnceLock::new();
        Self::with_namespace(SHARED.get_or_init(|| real::start("bare", false)), scenario).await
    }

    async fn with_namespace(kubeconfig: &Path, scenario: &str) -> Self {
        let client = client(kubeconfig).await;
        let name = format!("{:.60}", scenario.replace('_', "-"));
        let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client.clone());
        let namespace = serde_json::from_value(json!({"metadata": {"name": name}})).unwrap();
        namespaces.create(&PostParams::default(), &namespace).await.unwrap();
        Self { namespace: name, kubeconfig: kubeconfig.to_owned(), client }
    }

    /// Runs `kubectl vmirs` with these words, in the scenario's namespace.
    pub fn vmirs(&self, words: &str) -> Invocation {
        let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
        let flags = ["-n", &self.namespace];
        Invocation::with_flags(program, "kubectl vmirs", &flags, words).env("KUBECONFIG", &self.kubeconfig)
    }

    /// Runs the real kubectl with these words, in the scenario's namespace.
    pub fn kubectl(&self, words: &str) -> Invocation {
        let program = real::assets().join("kubectl");
        let flags = ["-n", &self.namespace];
        Invocation::with_flags(program, "kubectl", &flags, words).env("KUBECONFIG", &self.kubeconfig)
    }
}

pub(super) async fn client(kubeconfig: &Path) -> kube::Client {
    let kubeconfig = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    config.default_retry = false;
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
