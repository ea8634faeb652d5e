//! The real control plane, started once a test binary and gone with it.

use super::programs::assets;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// The manifests that make a cluster know the kinds of KubeVirt.
pub const KUBEVIRT: &[&str] = &["crd-vmirs.yaml", "crd-vmi.yaml"];

/// Starts one with these of our manifests; returns its kubeconfig. With `VMIs`, ours are attached to it.
pub fn start(name: &str, manifests: &[&str], vmis: bool) -> PathBuf {
    // A script kills everything when its stdin closes, which it does when this process ends, however that is.
    static SCRIPTS: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    let root = env!("CARGO_MANIFEST_DIR");
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("controlplane-{name}"));
    let _ = std::fs::remove_dir_all(&directory);
    let mut command = Command::new(format!("{root}/tests/controlplane/start.sh"));
    command.arg(assets()).arg(&directory);
    if !vmis {
        // Nobody writes to autoscalers behind the back of a test that compares servers.
        command.env("CONTROLLERS", "garbage-collector-controller,namespace-controller");
    }
    for port in free_ports::<3>() {
        command.arg(port.to_string());
    }
    command.args(manifests.iter().map(|file| format!("{root}/src/manifests/{file}")));
    let mut script =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).spawn().expect("start the control plane");
    let mut line = String::new();
    BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n", "the control plane did not start; logs are in {}", directory.display());
    SCRIPTS.lock().unwrap().push(script);
    let kubeconfig = directory.join("kubeconfig");
    if vmis {
        super::background_controllers::attach_simulator(kubeconfig.clone());
    }
    kubeconfig
}

fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
