//! The API server: one `handle(Request) -> Response`.
