//! The same words to kubectl and to us, on the same real cluster in the same second: the same bytes on stdout and
//! stderr, the same exit code, the same objects afterwards.
//!
//! `reads.txt` holds what changes nothing: a line a case, in kubectl's words. Both programs look at the same objects.
//! The files of `writes/` are sequences: each runs in two namespaces, one for kubectl and one for us, step by step.
//! What differs all the same is a failure, unless `differences.txt` names the case and the reason.

mod compare;
mod connections;
mod fixtures;
mod flags;
mod words;

use crate::support::{Cluster, ClusterKind};
use compare::{Outcome, compare};
use futures::{StreamExt, stream};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use words::Case;

/// How many cases run at once. A kubectl takes about a tenth of a second of a processor.
const CONCURRENCY: usize = 3;
/// A row's age may change between two looks.
const ATTEMPTS: u32 = 4;

/// Cases that differ on purpose, each with its reason.
fn deliberate() -> BTreeMap<&'static str, &'static str> {
    differences().filter(|(words, _)| !words.starts_with("Warning: ")).collect()
}

/// Beginnings of warnings that kubectl does not have.
fn warnings() -> Vec<&'static str> {
    differences().map(|(words, _)| words).filter(|words| words.starts_with("Warning: ")).collect()
}

fn differences() -> impl Iterator<Item = (&'static str, &'static str)> {
    reasoned(include_str!("differences.txt"))
}

/// The lines of a list of exceptions, `WORDS -- REASON`.
fn reasoned(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(" -- ").expect("WORDS -- REASON"))
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/parity")
}

/// Collects what differs, and what is on the list and does not.
#[derive(Default)]
struct Report {
    compared: usize,
    text: String,
    seen: Vec<String>,
}

impl Report {
    fn add(&mut self, case: &Case, difference: Option<String>) {
        self.compared += 1;
        let deliberate = deliberate();
        match (difference, deliberate.contains_key(case.name().as_str())) {
            (Some(_), true) => self.seen.push(case.name()),
            (Some(difference), false) => {
                writeln!(self.text, "\n=== kubectl {}\n    kubectl vmirs {}\n{difference}", case.name(), case.ours)
                    .unwrap();
            }
            (None, true) => {
                writeln!(self.text, "\n=== kubectl {}\n  no longer differs; take it off the list", case.name())
                    .unwrap();
            }
            (None, false) => {}
        }
    }

    fn finish(self, what: &str) {
        println!("{what}: {} invocations compared, {} deliberate differences", self.compared, self.seen.len());
        assert!(self.text.is_empty(), "{}", self.text);
    }
}

#[tokio::test]
async fn what_is_read_looks_the_same() {
    let cluster = Cluster::bare(ClusterKind::Real, "parity").await;
    let files = fixtures::fill(&cluster).await;
    let cases = words::cases(&std::fs::read_to_string(folder().join("reads.txt")).unwrap());
    assert!(cases.len() >= 180, "{} cases", cases.len());
    // Not an async closure: together with incremental compilation it makes rustc 1.95 panic.
    let proxy = connections::write(&cluster.kubeconfig, files.path()).await;
    let (cluster, folder, proxy) = (&cluster, files.path(), proxy.as_str());
    let compared = stream::iter(&cases)
        .map(|case| async move { (case, read(cluster, folder, &case.clone().through(proxy)).await) });
    let mut report = Report::default();
    let mut compared = std::pin::pin!(compared.buffered(CONCURRENCY));
    while let Some((case, difference)) = compared.next().await {
        report.add(case, difference);
    }
    report.finish("reads");
}

/// What differs each time that both are asked.
async fn read(cluster: &Cluster, files: &Path, case: &Case) -> Option<String> {
    let mut difference = None;
    for attempt in 0..ATTEMPTS {
        // A watch takes a whole number of seconds, so that each attempt would meet the same fraction of one.
        tokio::time::sleep(Duration::from_millis(270) * attempt).await;
        let theirs = case.limit(cluster.kubectl(&case.kubectl)).directory(files);
        let ours = case.limit(cluster.vmirs(&case.ours)).directory(files);
        let (theirs, ours) = tokio::join!(Outcome::of(theirs), Outcome::of(ours));
        difference = compare(&theirs, &ours);
        if difference.is_none() {
            break;
        }
    }
    difference
}

#[tokio::test]
async fn what_is_written_is_the_same() {
    let files = std::fs::read_dir(folder().join("writes")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    let sequences = files.iter().map(|file| words::cases(&std::fs::read_to_string(file).unwrap()));
    let names = files.iter().map(|file| file.file_stem().unwrap().to_string_lossy().into_owned());
    let mut running = std::pin::pin!(
        stream::iter(names.zip(sequences)).map(|(name, cases)| write(name, cases)).buffered(CONCURRENCY)
    );
    let mut report = Report::default();
    while let Some(compared) = running.next().await {
        for (case, difference) in compared {
            report.add(&case, difference);
        }
    }
    assert!(report.compared >= 400, "{} cases", report.compared);
    report.finish("writes");
}

/// Runs a sequence in two namespaces; after each step the objects are compared, too.
async fn write(name: String, cases: Vec<Case>) -> Vec<(Case, Option<String>)> {
    let kubectls = Cluster::bare(ClusterKind::Real, &format!("parity-{name}-k")).await;
    let ours = Cluster::bare(ClusterKind::Real, &format!("parity-{name}-v")).await;
    let (their_files, our_files) = tokio::join!(fixtures::writable(&kubectls), fixtures::writable(&ours));
    let mut compared = Vec::new();
    for case in cases {
        let theirs = case.limit(kubectls.kubectl(&case.kubectl)).directory(their_files.path());
        let vmirs =
            case.limit(ours.vmirs(&case.ours)).directory(our_files.path()).env("PATH", ours.path_with_kubectl());
        let (theirs, vmirs) = tokio::join!(Outcome::of(theirs), Outcome::of(vmirs));
        let theirs = theirs.masked(&kubectls.namespace).with_objects(fixtures::objects(&kubectls).await);
        let vmirs = vmirs.without(&warnings()).masked(&ours.namespace).with_objects(fixtures::objects(&ours).await);
        compared.push((case, compare(&theirs, &vmirs)));
    }
    compared
}
