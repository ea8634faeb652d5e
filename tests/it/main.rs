//! Integration tests: one binary, a file a topic. A scenario is written once and runs on every cluster (see
//! `support::on_each_cluster`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, unreachable_pub)]

#[macro_use]
mod support;

mod autoscaling;
mod bad_days;
mod bad_input;
mod conformance;
mod election;
mod kubectl;
mod local;
mod reconciler;
mod sandbox;
mod tutorial;
mod verbs;
