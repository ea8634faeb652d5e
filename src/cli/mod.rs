//! The verbs, one file each: its flags (a doc comment is the flag's help) and its `run`. `app` is the command line as a whole.
//! Beside them stand what several verbs share: which sets (`set_name`, `selection`, `files`), which flags (`dry_run`, `timeout`, `go_values`, `suggest`,
//! `clap_extensions`, `completion`), what is printed of a write (`print`, `template`), and the way to the cluster.

pub mod connection;
pub mod error;

mod app;
mod autoscale;
mod clap_extensions;
mod client_sink;
mod completion;
mod concurrency;
mod context;
mod controller;
mod create;
mod delete;
mod describe;
mod dry_run;
mod expose;
mod files;
mod get;
mod go_field_order;
mod go_values;
mod hpa;
mod last_applied;
mod local;
mod man;
mod pause;
mod print;
mod sandbox;
mod scale;
mod selection;
mod set_name;
mod suggest;
mod system;
mod template;
mod timeout;
mod version;
mod wait;

pub use app::run;
