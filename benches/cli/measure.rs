//! Runs a program and says how long it took and how much memory it had at most.

use nix::sys::resource::{UsageWho, getrusage};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The word by which this program calls itself to measure one run: what a system tells of memory, it tells of all
/// children together.
pub const ONCE: &str = "--measure-once";

/// What one kind of run costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// The median.
    pub time: Duration,
    /// The median of the peaks, in KiB.
    pub peak: i64,
}

pub struct Program {
    pub name: &'static str,
    path: PathBuf,
    kubeconfig: PathBuf,
}

impl Program {
    pub fn new(name: &'static str, path: &Path, kubeconfig: &Path) -> Self {
        Self { name, path: path.to_owned(), kubeconfig: kubeconfig.to_owned() }
    }

    fn measure(&self, words: &str, first_row: bool) -> Cost {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(ONCE).arg(if first_row { "row" } else { "all" }).arg(&self.path).args(words.split_whitespace());
        let output = command.env("KUBECONFIG", &self.kubeconfig).stderr(Stdio::inherit()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (time, peak) = text.trim().split_once(' ').unwrap_or_else(|| panic!("{} {words}", self.name));
        Cost { time: Duration::from_nanos(time.parse().unwrap()), peak: peak.parse().unwrap() }
    }
}

/// Both programs. Their runs take turns: what happens to the server meanwhile happens to both.
pub struct Pair {
    pub kubectl: Program,
    pub ours: Program,
}

impl Pair {
    /// The cost of each, with words of its own for each run.
    pub fn run(&self, runs: usize, kubectl: impl Fn() -> String, ours: impl Fn() -> String) -> [Cost; 2] {
        self.take_turns(runs, kubectl, ours, false)
    }

    /// How long it takes until the first row stands below the header.
    pub fn first_row(&self, runs: usize, kubectl: &str, ours: &str) -> [Cost; 2] {
        self.take_turns(runs, || kubectl.to_owned(), || ours.to_owned(), true)
    }

    fn take_turns(
        &self,
        runs: usize,
        kubectl: impl Fn() -> String,
        ours: impl Fn() -> String,
        first_row: bool,
    ) -> [Cost; 2] {
        let turn = || [self.kubectl.measure(&kubectl(), first_row), self.ours.measure(&ours(), first_row)];
        // The first turn fills caches: kubectl keeps what it has discovered in files.
        turn();
        let turns: Vec<_> = (0..runs).map(|_| turn()).collect();
        [0, 1].map(|program| median(turns.iter().map(|turn| turn[program]).collect()))
    }
}

fn median(mut costs: Vec<Cost>) -> Cost {
    let middle = costs.len() / 2;
    costs.sort_by_key(|cost| cost.time);
    let time = costs[middle].time;
    costs.sort_by_key(|cost| cost.peak);
    Cost { time, peak: costs[middle].peak }
}

/// In a process of its own: runs the command to its end, or until its second line, and prints nanoseconds and KiB.
pub fn once(words: &[String]) {
    let begun = Instant::now();
    let mut child = Command::new(&words[1]).args(&words[2..]).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let mut buffer = vec![0; 1 << 16];
    let (mut lines, mut row) = (0, None);
    loop {
        let read = pipe.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count();
        if lines > 1 && row.is_none() {
            row = Some(begun.elapsed());
        }
    }
    assert!(child.wait().unwrap().success(), "{words:?}");
    let time = if words[0] == "row" { row.unwrap() } else { begun.elapsed() };
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    println!("{} {peak}", time.as_nanos());
}
