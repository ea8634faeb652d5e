//! The Go types behind the built-in kinds: one table for all who need their shape. The API server decodes JSON and protobuf by
//! it, merges patches, tracks managed fields and describes the types; the command line prints objects in its order.
//!
//! The files of this folder, a Go package each, are written from the types themselves: `tests/scheme/generate.sh`.

#[rustfmt::skip]
mod apiextensions_v1;
#[rustfmt::skip]
mod authentication_v1;
#[rustfmt::skip]
mod authorization_v1;
#[rustfmt::skip]
mod autoscaling_v1;
#[rustfmt::skip]
mod autoscaling_v2;
#[rustfmt::skip]
mod coordination_v1;
#[rustfmt::skip]
mod core_v1;
#[rustfmt::skip]
mod events_v1;
#[rustfmt::skip]
mod kinds;
#[rustfmt::skip]
mod meta_v1;
mod types;

pub use types::{Elements, Field, Json, Patch, Struct, Type};

use types::{STRING, STRINGS, inline, optional, pointer, required, structure};

/// The struct of a kind; `None` for one that is not built in.
pub fn of(api_version: &str, kind: &str) -> Option<&'static Struct> {
    kinds::KINDS.iter().find(|known| (known.0, known.1) == (api_version, kind)).map(|known| known.2)
}

/// `metadata`, of built-in and custom kinds alike.
pub fn object_meta() -> &'static Struct {
    &meta_v1::OBJECT_META
}

/// `metadata` of a list.
pub fn list_meta() -> &'static Struct {
    &meta_v1::LIST_META
}

/// The body of a DELETE, which has every group's `apiVersion`.
pub fn delete_options() -> &'static Struct {
    &meta_v1::DELETE_OPTIONS
}
