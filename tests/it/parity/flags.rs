//! Every flag that kubectl's help names is one of ours, with the same letter, and a switch where kubectl's is one.

use super::reasoned;
use crate::support::{Invocation, assets};
use regex::Regex;
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// The verbs that kubectl has, too; `options` lists the flags that every verb takes.
const VERBS: [&str; 10] =
    ["options", "create", "get", "describe", "scale", "autoscale", "expose", "delete", "wait", "version"];

/// What a help text tells of a flag.
#[derive(Debug, PartialEq, Eq)]
struct Flag {
    letter: Option<String>,
    is_switch: bool,
}

/// `-o, --output='':` in kubectl's help; `is_switch` sees what follows the name.
fn flags(help: &str, is_switch: impl Fn(&str) -> bool) -> BTreeMap<String, Flag> {
    let line = Regex::new(r"(?m)^ +(?:-(\w), )?--([a-z][a-z-]*)(.*)$").unwrap();
    let found = line.captures_iter(help).map(|found| {
        let letter = found.get(1).map(|letter| letter.as_str().to_owned());
        (found[2].to_owned(), Flag { letter, is_switch: is_switch(&found[3]) })
    });
    found.collect()
}

async fn told(program: impl AsRef<OsStr>, words: &str) -> String {
    Invocation::new(program, "kubectl", words).env("COLUMNS", "200").run().await.success()
}

#[tokio::test]
async fn kubectls_flags_are_ours() {
    let mut left_out: BTreeMap<_, _> = reasoned(include_str!("flags.txt")).collect();
    let (mut faults, mut compared) = (Vec::new(), 0);
    for verb in VERBS {
        let words = if verb == "options" { verb.to_owned() } else { format!("{verb} --help") };
        let theirs = told(assets().join("kubectl"), &words).await;
        let theirs = flags(&theirs, |rest| matches!(rest, "=true:" | "=false:"));
        let mine = told(env!("CARGO_BIN_EXE_kubectl-vmirs"), &words).await;
        let mine = flags(&mine, |rest| rest == "=false:" || rest.starts_with("[=<BOOL>]"));
        assert!(!theirs.is_empty() && !mine.is_empty(), "{verb}");
        for (name, flag) in theirs {
            compared += 1;
            let excused = left_out.remove(&*format!("{verb} --{name}")).is_some();
            match (mine.get(&name), excused) {
                (None, true) => {}
                (None, false) => faults.push(format!("{verb}: --{name} is missing")),
                (Some(_), true) => faults.push(format!("{verb}: --{name} is there; take it off the list")),
                (Some(mine), false) if mine.letter != flag.letter => {
                    faults.push(format!("{verb}: --{name} has another letter"));
                }
                (Some(mine), false) if flag.is_switch && !mine.is_switch => {
                    faults.push(format!("{verb}: --{name} is a switch"));
                }
                (Some(_), false) => {}
            }
        }
    }
    faults.extend(left_out.keys().map(|what| format!("{what}: kubectl has no such flag")));
    println!("flags: {compared} compared");
    assert!(compared > 150 && faults.is_empty(), "{compared} compared\n{}", faults.join("\n"));
}
