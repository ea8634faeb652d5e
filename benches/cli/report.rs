//! The table.

use crate::Plan;
use crate::measure::Cost;
use std::fmt::Write as _;
use std::time::Duration;

pub struct Report {
    text: String,
    full: bool,
}

impl Report {
    pub fn new(plan: &Plan) -> Self {
        let text = format!(
            "# kubectl and kubectl vmirs, side by side\n\n\
             `cargo bench --bench cli`: both in one run, taking turns, on the same real control plane (1.37.2), median of {} runs \
             each. VMIs are about 3 KB each with their managedFields, and one of them changes each second. kubectl is built \
             without its client-side throttle (which would make 100 writes last 18 s), and its discovery is cached. The aim is \
             a share of kubectl's cost.\n\n\
             | what | kubectl | ours | share of time | aim | kubectl's memory | ours | share of memory | aim |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            plan.runs
        );
        println!("{text}");
        Self { text, full: plan.runs >= crate::FULL.runs }
    }

    /// One line; the aims are denominators, 0 and `None` where there is none.
    pub fn add(&mut self, what: &str, aim: u32, memory_aim: Option<u32>, [kubectl, ours]: [Cost; 2]) {
        let share = |ours: f64, theirs: f64| format!("1/{:.1}", theirs / ours);
        let aim = if aim == 0 { String::new() } else { format!("1/{aim}") };
        let memory_aim = memory_aim.map_or_else(String::new, |aim| format!("1/{aim}"));
        #[allow(clippy::cast_precision_loss, reason = "a ratio with one digit")]
        let memory = share(ours.peak as f64, kubectl.peak as f64);
        let line = format!(
            "| {} | {} | {} | {} | {aim} | {} | {} | {memory} | {memory_aim} |",
            what.replace('|', "\\|"),
            time(kubectl.time),
            time(ours.time),
            share(ours.time.as_secs_f64(), kubectl.time.as_secs_f64()),
            mebibytes(kubectl.peak),
            mebibytes(ours.peak),
        );
        println!("{line}");
        writeln!(self.text, "{line}").unwrap();
    }

    /// A sentence below the table.
    pub fn note(&mut self, note: &str) {
        println!("\n{note}");
        writeln!(self.text, "\n{note}").unwrap();
    }

    /// Writes the file, if this was a full run.
    pub fn finish(self) {
        if self.full {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/cli/results.md");
            std::fs::write(path, self.text).unwrap();
            println!("\nwritten to {path}");
        }
    }
}

pub fn time(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

fn mebibytes(kib: i64) -> String {
    format!("{} MiB", (kib + 512) / 1024)
}
