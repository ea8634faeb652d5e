//! kubectl and we, side by side: the same words in the same run against the same real control plane.
//!
//! `cargo bench --bench cli` builds what it needs, fills a cluster with 10 000 VMIs of about 3 KB, measures, prints the
//! table and writes it to `benches/cli/results.md`. `-- --quick` does all of it with few objects and runs; `-- --hold` only
//! fills the cluster and keeps it until its stdin ends, for a look with a profiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, unreachable_pub)]

mod cluster;
mod local;
mod measure;
mod report;

use cluster::Cluster;
use measure::{Pair, Program};
use report::Report;

/// What differs between a full run and a quick one.
pub struct Plan {
    /// VMIs in the namespaces `some`, `many` and `most`.
    pub sizes: [usize; 3],
    pub sets: usize,
    pub runs: usize,
    /// VMIs that `--local` makes.
    pub local: usize,
}

const FULL: Plan = Plan { sizes: [1, 1_000, 10_000], sets: 100, runs: 10, local: 1_000 };
const QUICK: Plan = Plan { sizes: [1, 20, 100], sets: 5, runs: 2, local: 20 };

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == measure::ONCE) {
        return measure::once(&words[1..]);
    }
    let plan = if words.iter().any(|word| word == "--quick") { QUICK } else { FULL };
    let cluster = Cluster::start();
    cluster.fill(&plan);
    cluster.keep_changing();
    if words.iter().any(|word| word == "--hold") {
        println!("export KUBECONFIG={}", cluster.kubeconfig.display());
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        return;
    }
    let pair = Pair {
        kubectl: Program::new("kubectl", &cluster::unthrottled(), &cluster.kubeconfig),
        ours: Program::new("kubectl vmirs", env!("CARGO_BIN_EXE_kubectl-vmirs").as_ref(), &cluster.kubeconfig),
    };
    let mut report = Report::new(&plan);
    start(&mut report, &plan, &pair);
    lists(&mut report, &plan, &pair);
    first_row(&mut report, &plan, &pair);
    sets(&mut report, &plan, &pair);
    local::measure(&mut report, &plan, &cluster);
    report.finish();
}

fn start(report: &mut Report, plan: &Plan, pair: &Pair) {
    for words in ["--help", "version --client"] {
        let costs = pair.run(plan.runs, || words.to_owned(), || words.to_owned());
        report.add(words, 10, None, costs);
    }
}

fn lists(report: &mut Report, plan: &Plan, pair: &Pair) {
    let formats = ["", "-o name", "-o json", "-o yaml", "-o jsonpath={.items[*].status.phase}"];
    for (namespace, size) in ["some", "many", "most"].into_iter().zip(plan.sizes) {
        for format in formats {
            let title = format!("get of {size} VMIs {format}");
            let whole = matches!(format, "-o json" | "-o yaml");
            let aim = match (namespace, whole) {
                ("most", true) => (5, Some(10)),
                ("most", false) => (4, Some(6)),
                _ => (0, None),
            };
            let words = |verb: &str| format!("{verb} -n {namespace} {format}");
            let costs = pair.run(plan.runs, || words("get vmi"), || words("get --vmis"));
            report.add(title.trim(), aim.0, aim.1, costs);
        }
    }
}

fn first_row(report: &mut Report, plan: &Plan, pair: &Pair) {
    let title = format!("first row of {} VMIs", plan.sizes[2]);
    report.add(&title, 0, None, pair.first_row(plan.runs, "get vmi -n most", "get --vmis -n most"));
}

fn sets(report: &mut Report, plan: &Plan, pair: &Pair) {
    let count = plan.sets;
    let described =
        pair.run(plan.runs, || "describe vmirs -n sets".to_owned(), || "describe --full -n sets".to_owned());
    report.add(&format!("describe of {count} sets"), 5, None, described);
    let size = std::cell::Cell::new(0);
    let words = |verb: &str| {
        size.set(size.get() + 1);
        format!("{verb} --all -n sets --replicas={}", size.get())
    };
    let scaled = pair.run(plan.runs, || words("scale vmirs"), || words("scale"));
    report.add(&format!("scale of {count} sets"), 5, None, scaled);
}
