//! The API server: one `handle(Request) -> Response`.

pub mod columns;
pub mod convert;
pub mod fault;
pub mod protobuf;
pub mod schema;
pub mod validation;
