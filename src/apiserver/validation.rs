//! What a real server checks of every kind: its metadata. And what the rules of several kinds have in common.
//!
//! Custom kinds have everything else checked by [`crate::apiserver::schema`], built-in ones by their strategies.

mod data;
mod meta;

pub use data::{MOST_DATA_BYTES, decoded_length, sealed_data_errors};
pub use meta::{is_standard_or_qualified, label_errors, object_meta, object_meta_update};
