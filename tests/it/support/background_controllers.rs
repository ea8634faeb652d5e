//! Our own loops beside a cluster, as ordinary clients of it, on one runtime that lives as long as the test binary.

use super::cluster::client;
use kubectl_vmirs::api::namespace::NamespaceName;
use kubectl_vmirs::apiserver::Server;
use kubectl_vmirs::apiserver::{self, gc};
use kubectl_vmirs::controller::{self, Options, Scope};
use kubectl_vmirs::sandbox::attach::{self, Attachment};
use kubectl_vmirs::simulator;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_util::sync::{CancellationToken, DropGuard};

/// BackgroundController that stop when this is dropped.
pub struct BackgroundController(#[allow(dead_code, reason = "held for its drop")] DropGuard);

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// Our controller for the sets of one namespace.
pub fn controller(kubeconfig: &Path, namespace: &str) -> BackgroundController {
    let stop = CancellationToken::new();
    let options = Options { scope: Scope::Namespace(NamespaceName::given(namespace).unwrap()), ..Options::default() };
    let (kubeconfig, stopped) = (kubeconfig.to_owned(), stop.clone());
    runtime().spawn(async move {
        controller::run(client(&kubeconfig).await, options, stopped).await.unwrap();
    });
    BackgroundController(stop.drop_guard())
}

/// Attaches VMIs that boot at once, as `sandbox --attach --no-controller` does; they stay until the binary ends.
pub fn attach_simulator(kubeconfig: PathBuf) {
    let (ready, attached) = std::sync::mpsc::channel();
    runtime().spawn(async move {
        let options = attach::Options::default();
        // Named as the embedded sandbox names them, so that one snapshot holds on both.
        let simulator =
            simulator::Options { boot_time: Duration::ZERO, node_prefix: "node".into(), ..options.simulator.clone() };
        let options = attach::Options { simulator, controller: false, ..options };
        let mut attachment = Attachment::new(client(&kubeconfig).await, options);
        attachment.begin().await.unwrap();
        ready.send(()).unwrap();
        std::future::pending::<()>().await;
    });
    attached.recv().unwrap();
}

/// The sandbox's garbage collector for a server without a socket.
pub fn collect_garbage(server: Server) {
    runtime().spawn(async move { gc::run(apiserver::Server::client(&server), CancellationToken::new()).await });
}
