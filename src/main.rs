//! `kubectl-vmirs`: a kubectl plugin for KubeVirt's VirtualMachineInstanceReplicaSet.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_vmirs::run(std::env::args_os())
}
