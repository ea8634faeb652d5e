//! The API server: one `handle(Request) -> Response`.

pub mod columns;
pub mod discovery;
pub mod openapi;
pub mod table;
