//! The sandbox's API server compared with the real one, request by request.
//!
//! The corpus is the `.http` files of this folder: requests as one would write them down, a file a sequence that shares
//! a namespace. Each request goes to both servers; status, headers and body are compared after masking what must
//! differ (see [`normal`]). What differs all the same is a failure, unless `known-differences.txt` names it.

mod corpus;
mod models;
mod normal;

use crate::support::{Cluster, ClusterKind};
use corpus::{Answer, Request};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Every sequence, in the order of its file's name.
fn sequences() -> BTreeMap<String, Vec<Request>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/conformance");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let corpus = files.filter(|path| path.extension().is_some_and(|extension| extension == "http"));
    let named = |path: std::path::PathBuf| (path.file_stem().unwrap().to_string_lossy().into_owned(), path);
    corpus.map(named).map(|(name, path)| (name, corpus::parse(&std::fs::read_to_string(path).unwrap()))).collect()
}

/// Titles (`file: title`) of requests that are answered differently on purpose, each with its reason.
fn known_differences() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("known-differences.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(" -- ").expect("TITLE -- REASON")).collect()
}

async fn answers(cluster: &Cluster, sequence: &[Request]) -> Vec<Answer> {
    let mut memory = corpus::Memory::new(&cluster.namespace);
    let mut answers = Vec::new();
    for request in sequence {
        answers.push(corpus::send(&cluster.client, request, &mut memory).await);
    }
    answers
}

/// What differs in a sequence, by the title of the request.
async fn differences(name: &str, sequence: &[Request], attempt: u32) -> BTreeMap<String, String> {
    let namespace = format!("conformance-{}-{attempt}", name.replace('_', "-"));
    let clusters =
        [ClusterKind::Real, ClusterKind::Sandbox, ClusterKind::InProcess].map(|place| Cluster::bare(place, &namespace));
    let clusters = futures::future::join_all(clusters).await;
    let asked = futures::future::join_all(clusters.iter().map(|cluster| answers(cluster, sequence))).await;
    let [theirs, socket, in_process] = asked.as_slice() else { unreachable!("three were asked") };
    let mut differing = BTreeMap::new();
    for (index, request) in sequence.iter().enumerate() {
        let ours = [("over its socket", &socket[index]), ("in process", &in_process[index])];
        let differences = ours
            .into_iter()
            .filter_map(|(place, answer)| Some(format!("  {place}:\n{}", normal::difference(answer, &theirs[index])?)));
        let differences: Vec<_> = differences.collect();
        if !differences.is_empty() {
            differing.insert(format!("{name}: {}", request.title), differences.join("\n"));
        }
    }
    differing
}

#[tokio::test]
async fn the_sandbox_answers_as_the_real_server_does() {
    let known = known_differences();
    let (mut asked, mut excused, mut report) = (0, 0, String::new());
    for (name, sequence) in sequences() {
        asked += sequence.len();
        let mut found = differences(&name, &sequence, 1).await;
        if found.keys().any(|title| !known.contains_key(title.as_str())) {
            // A watch is compared for a second of real time: on a busy VMI an event may fall out of it. What
            // differs by nature differs again.
            let again = differences(&name, &sequence, 2).await;
            found.retain(|title, _| again.contains_key(title));
        }
        for (title, difference) in &found {
            match known.get(title.as_str()) {
                Some(_) => excused += 1,
                None => writeln!(report, "\n{title}\n{difference}").unwrap(),
            }
        }
        let of_this = known.keys().filter(|title| title.split(": ").next() == Some(&*name));
        for title in of_this.filter(|title| !found.contains_key(**title)) {
            writeln!(report, "\n{title}\n  no longer differs; take it off the list").unwrap();
        }
    }
    println!("{asked} requests compared, {excused} known differences");
    assert!(report.is_empty(), "{report}");
}
