//! What the scenarios stand on: clusters, invocations of the program, and the masking of what changes from run to run.

mod cluster;
mod invocation;
mod layer;
mod mask;
mod metrics;
mod real;
mod scripted;
mod transcript;

pub use cluster::Cluster;
pub use invocation::{Invocation, Running};
pub use layer::{Fate, Layered};
pub use mask::mask;
pub use metrics::Metrics;
pub use scripted::{Reply, Scripted, refusal};
pub use transcript::Transcript;

/// Writes each scenario once and runs it on the sandbox and on the real control plane.
///
/// ```ignore
/// on_each_cluster! {
///     async fn a_set_reaches_its_size(cluster) { … }
/// }
/// ```
#[macro_export]
macro_rules! on_each_cluster {
    ($( $(#[$attribute:meta])* async fn $name:ident($cluster:ident) $body:block )*) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn scenario($cluster: $crate::support::Cluster) $body

                $(#[$attribute])*
                #[tokio::test]
                async fn sandbox() {
                    scenario($crate::support::Cluster::sandbox(stringify!($name)).await).await;
                }

                $(#[$attribute])*
                #[tokio::test]
                async fn real() {
                    scenario($crate::support::Cluster::real(stringify!($name)).await).await;
                }
            }
        )*
    };
}
