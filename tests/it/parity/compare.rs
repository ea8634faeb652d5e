//! What a program told, and how two of them differ.

use crate::support::Invocation;
use regex::Regex;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// What a program told, and what it left.
#[derive(Clone, Debug)]
pub struct Outcome {
    stdout: String,
    stderr: String,
    code: Option<i32>,
    objects: String,
}

/// What client-go logs of a watch that kubectl's own time limit cut within its first second: on a busy VMI only.
static REFLECTORS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^[IWE]\d{4} [\d:.]+ +\d+ reflector\.go:\d+\] .*\n").unwrap());

/// `(pattern, replacement)`: what cannot be the same in two namespaces. Widths stay.
static MASKS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let masks = [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "<time>"),
        (r#"("?resourceVersion"?: *)"\d+""#, "$1<revision>"),
        (r"/tmp/\.tmp\w+", "<folder>"),
        (r"(Expected resource version to be \d+, was )\d+", "$1<revision>"),
    ];
    masks.map(|(pattern, replacement)| (Regex::new(pattern).unwrap(), replacement)).into()
});

impl Outcome {
    pub async fn of(invocation: Invocation) -> Self {
        let ended = invocation.run().await;
        Self {
            stdout: ended.stdout,
            // What each calls itself.
            stderr: REFLECTORS.replace_all(&ended.stderr.replace("kubectl vmirs", "kubectl"), "").into_owned(),
            code: ended.code,
            objects: String::new(),
        }
    }

    /// Without what differs between namespaces.
    pub fn masked(self, namespace: &str) -> Self {
        let masked = |text: String| {
            let text = text.replace(namespace, "<namespace>");
            MASKS.iter().fold(text, |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned())
        };
        Self { stdout: masked(self.stdout), stderr: masked(self.stderr), ..self }
    }

    /// Without the lines of stderr that begin so.
    pub fn without(self, beginnings: &[&str]) -> Self {
        let fixture =
            self.stderr.lines().filter(|line| !beginnings.iter().any(|beginning| line.starts_with(beginning)));
        let stderr = fixture.map(|line| format!("{line}\n")).collect();
        Self { stderr, ..self }
    }

    /// With the objects that are there now.
    pub fn with_objects(self, objects: String) -> Self {
        Self { objects, ..self }
    }
}

/// What differs, side by side; `None` if nothing does.
pub fn compare(kubectls: &Outcome, ours: &Outcome) -> Option<String> {
    let mut told = String::new();
    if kubectls.code != ours.code {
        writeln!(told, "  exit code: {:?}, ours {:?}", kubectls.code, ours.code).unwrap();
    }
    let parts = [
        ("stdout", &kubectls.stdout, &ours.stdout),
        ("stderr", &kubectls.stderr, &ours.stderr),
        ("objects", &kubectls.objects, &ours.objects),
    ];
    for (part, theirs, ours) in parts {
        if theirs != ours {
            writeln!(told, "  {part}:").unwrap();
            lines(&mut told, theirs, ours);
        }
    }
    (!told.is_empty()).then_some(told)
}

/// The first lines that differ.
fn lines(told: &mut String, theirs: &str, ours: &str) {
    const MOST: usize = 12;
    let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.split('\n').collect(), ours.split('\n').collect());
    let mut shown = 0;
    for index in 0..theirs.len().max(ours.len()) {
        let (left, right) = (theirs.get(index), ours.get(index));
        if left != right && shown < MOST {
            shown += 1;
            writeln!(
                told,
                "    kubectl: {:?}\n    ours:    {:?}",
                left.unwrap_or(&"(nothing)"),
                right.unwrap_or(&"(nothing)")
            )
            .unwrap();
        }
    }
}
