//! Who a request is from.
//!
//! - [`layer`]: credentials that change while the program runs, put into each request.
//! - [`exec_plugin`]: programs that print credentials.
//! - [`auth_provider`]: what older kubeconfigs have instead.
//! - [`service_account`]: of the pod that this program runs in.

pub mod auth_provider;
pub mod exec_plugin;
pub mod layer;
pub mod service_account;
