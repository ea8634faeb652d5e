//! Cases as they are written down.

use crate::support::Invocation;

/// The words of one case: for kubectl, and for us.
#[derive(Clone, Debug)]
pub struct Case {
    /// `NAME=VALUE` before the verb, as in a shell.
    pub variables: Vec<(String, String)>,
    pub kubectl: String,
    pub ours: String,
}

/// One case a line. `KUBECTL => OURS` where ours cannot be told from kubectl's; `#` begins a comment.
pub fn cases(text: &str) -> Vec<Case> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (variables, line) = variables(line);
            let (kubectl, ours) = match line.split_once(" => ") {
                Some((kubectl, ours)) => (kubectl, ours.to_owned()),
                None => (line, ours(line)),
            };
            Case { variables, kubectl: kubectl.to_owned(), ours }
        })
        .collect()
}

/// The settings in front of a verb, and the rest.
fn variables(line: &str) -> (Vec<(String, String)>, &str) {
    let (mut variables, mut rest) = (Vec::new(), line);
    while let Some((word, others)) = rest.split_once(' ')
        && let Some((name, value)) = word.split_once('=')
        && name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_')
    {
        variables.push((name.to_owned(), value.to_owned()));
        rest = others;
    }
    (variables, rest)
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
    /// How the list of differences names it.
    pub fn name(&self) -> String {
        let variables = self.variables.iter().map(|(name, value)| format!("{name}={value} "));
        variables.collect::<String>() + &self.kubectl
    }

    /// With the address of a proxy for `$PROXY`.
    pub fn through(mut self, proxy: &str) -> Self {
        let values = self.variables.iter_mut().map(|(_, value)| value);
        for text in values.chain([&mut self.kubectl, &mut self.ours]) {
            *text = text.replace("$PROXY", proxy);
        }
        self
    }

    /// With its variables; a watch would go on for ever: it is stopped after a while, on both sides alike.
    pub fn limit(&self, invocation: Invocation) -> Invocation {
        let variables = self.variables.iter();
        let invocation = variables.fold(invocation, |invocation, (name, value)| invocation.env(name, value));
        let follows = self.kubectl.split(' ').any(|word| matches!(word, "-w" | "--watch" | "--watch-only"));
        if follows { invocation.stopped_after(std::time::Duration::from_secs(2)) } else { invocation }
    }
}
