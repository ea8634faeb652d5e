//! From a kubeconfig and flags to a cluster, and requests to it. It prints nothing and knows no verb: what there is to say on
//! the way goes to a [`Sink`], what went wrong is an [`Error`].
//!
//! - [`config`]: the kubeconfig, what flags change of it, the server's address, the proxy.
//! - [`auth`]: credentials: exec plugins, auth providers, token files, a pod's service account.
//! - [`transport`]: sockets, TLS, proxies.
//! - [`cluster`]: sends a [`Call`] and gives an [`Answer`]; `retry` says what is sent again, `trace` what `-v` shows.
//! - [`list_watch`]: a list that is kept up to date.
//! - [`path`], [`resource_paths`]: where things are.

pub mod answer;
pub mod auth;
pub mod cluster;
pub mod config;
pub mod error;
pub mod list_watch;
pub mod path;
pub mod resource_paths;
mod retry;
pub mod sink;
mod trace;
pub mod transport;

#[cfg(test)]
pub(crate) mod scripted;

pub use answer::Answer;
pub use cluster::{Call, Cluster, percent_encode};
pub use config::{Overrides, config_for};
pub use error::Error;
pub use path::{EMPTY_NAMESPACE, Path};
pub use sink::Sink;
