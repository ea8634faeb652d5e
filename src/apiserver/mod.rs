//! The API server: one `handle(Request) -> Response`.
//!
//! A request goes from [`server`] with its [`request_context`] to [`handlers`], which ask the [`registry`] for the strategy
//! of its kind and write to the [`storage`]. The same [`Server`] answers over TLS ([`serve`]) and in process
//! ([`Server::client`]). It knows no controller: garbage collection, namespaces and VMIs are ordinary clients of it.

pub mod apply;
mod body;
mod bootstrap;
pub mod content_negotiation;
mod continue_token;
mod decode;
pub mod discovery;
pub mod field;
mod field_manager;
mod field_selector;
mod field_validation;
pub mod gc;
mod go_types;
mod handlers;
mod json_patch;
pub mod managed_fields;
mod non_resource;
pub mod object;
pub mod openapi;
mod options;
pub mod protobuf;
pub mod query;
pub mod registry;
pub mod representation;
mod request_context;
pub mod request_info;
mod response;
pub mod schema;
pub mod serve;
mod server;
pub mod status;
pub mod storage;
mod strategic;
pub mod table;
pub mod tls;
pub mod validation;

#[cfg(test)]
mod tests;

pub use options::Options;
use request_context::RequestContext;
pub use server::{Body, Server};
