//! Cases as they are written down.

use crate::support::Invocation;

/// The words of one case: for kubectl, and for us.
#[derive(Clone, Debug)]
pub struct Case {
    pub kubectl: String,
    pub ours: String,
}

/// One case a line. `KUBECTL => OURS` where ours cannot be told from kubectl's; `#` begins a comment.
pub fn cases(text: &str) -> Vec<Case> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(" => ") {
            Some((kubectl, ours)) => Case { kubectl: kubectl.to_owned(), ours: ours.to_owned() },
            None => Case { kubectl: line.to_owned(), ours: ours(line) },
        })
        .collect()
}

/// kubectl's words without the kind, which we know; what belongs to sets is asked for with a flag.
fn ours(kubectl: &str) -> String {
    let mut words: Vec<&str> = kubectl.split(' ').collect();
    let kinds = [("vmirs", ""), ("virtualmachineinstancereplicasets", ""), ("vmi", "--vmis"), ("hpa", "--hpas")];
    let found = words.iter().position(|word| kinds.iter().any(|(kind, _)| kind == word));
    match (found, words[0]) {
        (Some(at), verb) => {
            let flag = kinds.iter().find(|(kind, _)| *kind == words[at]).unwrap().1;
            words.remove(at);
            if !flag.is_empty() {
                words.insert(at, flag);
            }
            if verb == "describe" {
                words.push("--full");
            }
        }
        (None, "describe") => words.push("--full"),
        _ => {}
    }
    words.join(" ")
}

impl Case {
    /// A watch would go on for ever: it is stopped after a while, on both sides alike.
    pub fn limit(&self, invocation: Invocation) -> Invocation {
        let follows = self.kubectl.split(' ').any(|word| matches!(word, "-w" | "--watch" | "--watch-only"));
        if follows { invocation.stopped_after(std::time::Duration::from_secs(2)) } else { invocation }
    }
}
