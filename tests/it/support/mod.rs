//! What the scenarios stand on: clusters, invocations of the program, and the masking of what changes from run to run.

mod background_controllers;
mod cases;
mod cluster;
mod fault_layer;
mod invocation;
mod mask;
mod metrics;
mod programs;
mod real;
mod scripted;
mod terminal;
mod transcript;

pub use cluster::{Cluster, ClusterKind};
pub use fault_layer::{FaultLayer, Outcome};
pub use invocation::{Ended, Invocation, Running};
pub use mask::mask;
pub use metrics::Metrics;
pub use programs::{assets, tools};
pub use scripted::{Reply, Scripted, refusal};
pub use terminal::Terminal;
pub use transcript::Transcript;

/// Writes each scenario once and runs it on the sandbox and on the real control plane, with VMIs and our controller.
///
/// ```ignore
/// on_each_cluster! {
///     async fn a_set_reaches_its_size(cluster) { … }
/// }
/// ```
///
/// With `without a controller:` before the scenarios nobody keeps their sets but they themselves.
#[macro_export]
macro_rules! on_each_cluster {
    (without a controller: $( async fn $name:ident($cluster:ident) $body:block )*) => {
        $crate::scenarios! {
            (sandbox: |name| $crate::support::Cluster::uncontrolled($crate::support::ClusterKind::Sandbox, name))
            (real: |name| $crate::support::Cluster::uncontrolled($crate::support::ClusterKind::Real, name))
            $( async fn $name($cluster) $body )*
        }
    };
    ($( async fn $name:ident($cluster:ident) $body:block )*) => {
        $crate::scenarios! {
            (sandbox: $crate::support::Cluster::sandbox)
            (real: $crate::support::Cluster::real)
            $( async fn $name($cluster) $body )*
        }
    };
}

/// Writes each scenario once and runs it on every server without VMIs and controller, also on the sandbox's in
/// process: for scenarios that need no program but this one.
#[macro_export]
macro_rules! on_each_server {
    ($( async fn $name:ident($cluster:ident) $body:block )*) => {
        $crate::scenarios! {
            (in_process: |name| $crate::support::Cluster::bare($crate::support::ClusterKind::InProcess, name))
            (sandbox: |name| $crate::support::Cluster::bare($crate::support::ClusterKind::Sandbox, name))
            (real: |name| $crate::support::Cluster::bare($crate::support::ClusterKind::Real, name))
            $( async fn $name($cluster) $body )*
        }
    };
}

/// One module a scenario, one test in it for each place.
#[macro_export]
macro_rules! scenarios {
    (@ $name:ident ($place:ident: $make:expr)) => {
        #[tokio::test]
        async fn $place() {
            scenario(($make)(stringify!($name)).await).await;
        }
    };
    ($( ($place:ident: $make:expr) )+ async fn $name:ident($cluster:ident) $body:block $($rest:tt)*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario($cluster: $crate::support::Cluster) $body

            $( $crate::scenarios! { @ $name ($place: $make) } )+
        }
        $crate::scenarios! { $( ($place: $make) )+ $($rest)* }
    };
    ($( ($place:ident: $make:expr) )+) => {};
}
