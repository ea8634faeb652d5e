//! The API server: one `handle(Request) -> Response`.

pub mod apply;
pub mod columns;
pub mod convert;
pub mod discovery;
pub mod fault;
pub mod managed_fields;
pub mod openapi;
pub mod protobuf;
pub mod schema;
pub mod table;
pub mod validation;
