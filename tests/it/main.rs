//! Integration tests: one binary, a file a topic. A scenario is written once and runs on every cluster (see
//! `support::on_each_cluster`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, unreachable_pub)]

#[macro_use]
mod support;

mod architecture;
mod attach;
mod autoscalers;
mod autoscaling;
mod bad_input;
mod completion;
mod conformance;
mod controller;
mod credentials;
mod delete;
mod election;
mod expose;
mod faults;
mod krew;
mod kubectl;
mod local;
mod manifests;
mod manual;
mod namespaces;
mod newcomer;
mod parity;
mod reconciler;
mod release;
mod roles;
mod sandbox;
mod secrets;
mod stalls;
mod tutorial;
mod verbs;
mod wait;

/// Every topic runs on the sandbox and on the real control plane, or `capabilities.txt` says why not.
#[test]
fn every_topic_runs_on_every_cluster_or_says_why_not() {
    let excused: Vec<_> = include_str!("capabilities.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let excused: Vec<_> = excused.iter().map(|line| line.split_once(" -- ").expect("TOPIC -- REASON").0).collect();
    let topics = include_str!("main.rs").lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for topic in topics.filter(|topic| *topic != "support") {
        let files = [folder.join(format!("{topic}.rs")), folder.join(topic).join("mod.rs")];
        let text: String = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
        let on_both = text.contains("(sandbox: ") && text.contains("(real: ");
        let everywhere = text.contains("on_each_cluster!") || text.contains("on_each_server!") || on_both;
        assert!(everywhere || excused.contains(&topic), "{topic} runs on one cluster only, and no reason is given");
    }
}
