//! kubectl's connection flags, and the way from them to a [`Cluster`].

use super::cluster::Cluster;
use super::error::Error;
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::path::PathBuf;

/// The connection flags of kubectl.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Connection {
    /// Path to the kubeconfig file to use for CLI requests.
    #[arg(long, global = true)]
    pub kubeconfig: Option<PathBuf>,
    /// The name of the kubeconfig context to use
    #[arg(long, global = true)]
    pub context: Option<String>,
    /// If present, the namespace scope for this CLI request
    #[arg(short, long, global = true)]
    pub namespace: Option<String>,
}

impl Connection {
    /// Reads the kubeconfig and makes a client. Sends nothing yet.
    ///
    /// # Errors
    /// [`Error::Config`] when the kubeconfig cannot be used.
    pub async fn cluster(&self) -> Result<Cluster, Error> {
        let options = KubeConfigOptions { context: self.context.clone(), ..KubeConfigOptions::default() };
        let config = match &self.kubeconfig {
            Some(path) => {
                let kubeconfig = Kubeconfig::read_from(path).map_err(Error::config)?;
                kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(Error::config)?
            }
            None => kube::Config::from_kubeconfig(&options).await.map_err(Error::config)?,
        };
        Cluster::new(config, self.namespace.clone())
    }
}
