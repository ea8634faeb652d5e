//! kubectl and we, side by side: the same words in the same run against the same real control plane.
//!
//! `cargo bench --bench cli` builds what it needs, fills a cluster with 10 000 machines of about 3 KB, measures, prints the
//! table and writes it to `benches/cli/results.md`. `-- --quick` does all of it with few objects and runs; `-- --hold` only
//! fills the cluster and keeps it until its stdin ends, for a look with a profiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, unreachable_pub)]

mod cluster;
mod local;
mod measure;
mod report;

use cluster::Cluster;
use measure::Program;
use report::Report;

/// What differs between a full run and a quick one.
pub struct Plan {
    /// Machines in the namespaces `some`, `many` and `most`.
    pub sizes: [usize; 3],
    pub sets: usize,
    pub runs: usize,
    /// Machines that `--local` makes.
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
    if words.iter().any(|word| word == "--hold") {
        println!("export KUBECONFIG={}", cluster.kubeconfig.display());
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        return;
    }
    let kubectl = Program::new("kubectl", &cluster.kubectl, &cluster.kubeconfig);
    let ours = Program::new("kubectl vmirs", env!("CARGO_BIN_EXE_kubectl-vmirs").as_ref(), &cluster.kubeconfig);
    let mut report = Report::new(&plan);
    start(&mut report, &plan, &kubectl, &ours);
    lists(&mut report, &plan, &kubectl, &ours);
    first_row(&mut report, &plan, &kubectl, &ours);
    sets(&mut report, &plan, &kubectl, &ours);
    local::measure(&mut report, &plan, &cluster);
    report.finish();
}

fn start(report: &mut Report, plan: &Plan, kubectl: &Program, ours: &Program) {
    for words in ["--help", "version --client"] {
        report.add(words, 10, None, kubectl.run(plan.runs, words), ours.run(plan.runs, words));
    }
}

fn lists(report: &mut Report, plan: &Plan, kubectl: &Program, ours: &Program) {
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
            let theirs = kubectl.run(plan.runs, &format!("get vmi -n {namespace} {format}"));
            let ours = ours.run(plan.runs, &format!("get --vmis -n {namespace} {format}"));
            report.add(title.trim(), aim.0, aim.1, theirs, ours);
        }
    }
}

fn first_row(report: &mut Report, plan: &Plan, kubectl: &Program, ours: &Program) {
    let title = format!("first row of {} VMIs", plan.sizes[2]);
    let theirs = kubectl.first_row(plan.runs, "get vmi -n most");
    report.add(&title, 0, None, theirs, ours.first_row(plan.runs, "get --vmis -n most"));
}

fn sets(report: &mut Report, plan: &Plan, kubectl: &Program, ours: &Program) {
    let count = plan.sets;
    let (theirs, mine) =
        (kubectl.run(plan.runs, "describe vmirs -n sets"), ours.run(plan.runs, "describe --full -n sets"));
    report.add(&format!("describe of {count} sets"), 5, None, theirs, mine);
    let mut size = 0;
    let mut scale = |program: &Program, words: &str| {
        program.run_each(plan.runs, || {
            size += 1;
            format!("{words} --all -n sets --replicas={size}")
        })
    };
    let (theirs, mine) = (scale(kubectl, "scale vmirs"), scale(ours, "scale"));
    report.add(&format!("scale of {count} sets"), 5, None, theirs, mine);
}
