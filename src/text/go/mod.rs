//! Go, where it shows: kubectl and the API server print values, refuse arguments and write JSON in the words and forms of its
//! standard library.
//!
//! - [`duration`]: durations (`time.ParseDuration`).
//! - [`fmt`]: `%v` and `%#v` of JSON values.
//! - [`json`]: `encoding/json`, the one writer of it, and its words for what cannot be read.
//! - [`number`]: how floating point numbers look.
//! - [`os_error`]: errors of the system.
//! - [`quote`], [`unquote`]: text in quotes (`strconv.Quote`, which is `%q`, and `strconv.Unquote`).
//! - [`strconv`]: booleans and whole numbers from text.
//!
//! No crate has these: what there is for Go's formats reads and writes other dialects of them.

pub mod duration;
pub mod fmt;
pub mod json;
pub mod number;
mod os_error;
mod quote;
pub mod strconv;
mod unquote;

pub use os_error::os_error;
pub use quote::{is_print, quote, quote_byte};
pub use unquote::unquote;
