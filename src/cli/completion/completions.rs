//! What is offered for the last word of a line, and how that is said: cobra's protocol, which kubectl and all our
//! scripts speak. A line a candidate, a description behind a tab, and at last `:N`, what the shell is to do.

use super::completer::ValueSource;
use super::flag_names::{self, long_flag, missing};
use super::line::{Line, Wanted};
use super::lookup::ListedObject;
use crate::printers::visible;
use clap::builder::StyledStr;
use clap::{Arg, Command};

/// Cobra's `ShellCompDirective`s: bits that add up.
mod directive {
    pub(super) const DEFAULT: u8 = 0;
    pub(super) const NO_SPACE: u8 = 2;
    pub(super) const NO_FILES: u8 = 4;
    pub(super) const FILE_EXTENSIONS: u8 = 8;
    pub(super) const FOLDERS: u8 = 16;
}

/// Something that the last word may become.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) value: String,
    /// One line, or empty.
    help: String,
}

impl Candidate {
    pub(super) fn new(value: impl Into<String>, help: Option<&StyledStr>) -> Self {
        let help = help.map(ToString::to_string).unwrap_or_default();
        Self { value: value.into(), help: help.lines().next().unwrap_or_default().to_owned() }
    }
}

/// The candidates for a word, and what the shell does with them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Completions {
    candidates: Vec<Candidate>,
    directive: u8,
}

impl Completions {
    /// Chooses the candidates that the line's last word may become.
    pub(super) fn choose(line: &Line<'_>, source: &ValueSource, looked_up: &[ListedObject]) -> Self {
        match line.wanted {
            Wanted::Unknown => Self::of(Vec::new()),
            Wanted::Flag(typed) => Self::of(flag_names::offered(line, typed)),
            Wanted::Value { head, typed, arg } => Self::from_source(source, looked_up, head, typed, &[], is_list(arg)),
            Wanted::Word(typed) => {
                let mut completions = Self::from_source(source, looked_up, "", typed, &line.words, false);
                if line.words.is_empty() {
                    completions.candidates.extend(commands(line.command, typed));
                }
                if typed.is_empty() && completions.directive & directive::NO_FILES != 0 {
                    completions.candidates.extend(missing(line).filter_map(long_flag));
                }
                completions
            }
        }
    }

    /// The lines of the protocol.
    pub(super) fn lines(&self) -> String {
        let mut text = String::new();
        for Candidate { value, help } in &self.candidates {
            text.push_str(value);
            if !help.is_empty() {
                text.push('\t');
                text.push_str(&visible(&help.replace('\t', " ")));
            }
            text.push('\n');
        }
        text.push_str(&format!(":{}\n", self.directive));
        text
    }

    fn from_source(
        source: &ValueSource,
        looked_up: &[ListedObject],
        head: &str,
        typed: &str,
        words: &[&str],
        is_list: bool,
    ) -> Self {
        match source {
            ValueSource::Nothing => Self::of(Vec::new()),
            ValueSource::Files([]) => Self { candidates: Vec::new(), directive: directive::DEFAULT },
            ValueSource::Files(extensions) => {
                let candidates = extensions.iter().map(|extension| Candidate::new(*extension, None)).collect();
                Self { candidates, directive: directive::FILE_EXTENSIONS }
            }
            ValueSource::Folders => Self { candidates: Vec::new(), directive: directive::FOLDERS },
            ValueSource::Fixed(values) => Self::of(matching(values.iter().cloned(), head, typed)),
            ValueSource::LookedUp(completer) => {
                let values = completer.values(looked_up, typed, words, is_list).into_iter();
                Self::of(matching(values.map(|value| Candidate::new(value, None)), head, typed))
            }
        }
    }

    /// These candidates and no files; no space behind one that is to go on.
    fn of(candidates: Vec<Candidate>) -> Self {
        let goes_on = !candidates.is_empty() && candidates.iter().all(|candidate| candidate.value.ends_with('='));
        let directive = directive::NO_FILES | if goes_on { directive::NO_SPACE } else { directive::DEFAULT };
        Self { candidates, directive }
    }
}

/// Those that begin with what is typed, each with `head` before it. One that could command a terminal or end a line of
/// the protocol is left out.
fn matching(all: impl Iterator<Item = Candidate>, head: &str, typed: &str) -> Vec<Candidate> {
    let fits = |candidate: &Candidate| {
        !candidate.value.is_empty() && candidate.value.starts_with(typed) && !candidate.value.contains(char::is_control)
    };
    let mut found: Vec<Candidate> = all
        .filter(fits)
        .map(|candidate| Candidate { value: format!("{head}{}", candidate.value), help: candidate.help })
        .collect();
    found.dedup();
    found
}

fn commands(command: &Command, typed: &str) -> Vec<Candidate> {
    let visible = command.get_subcommands().filter(|command| !command.is_hide_set());
    matching(visible.map(|command| Candidate::new(command.get_name(), command.get_about())), "", typed)
}

/// Whether the flag takes several values between commas.
fn is_list(arg: &Arg) -> bool {
    arg.get_value_delimiter() == Some(',')
}

#[cfg(test)]
mod tests {
    use super::super::lookup::object;
    use super::super::tests::root;
    use super::*;

    fn answer(words: &str, looked_up: &[ListedObject]) -> Completions {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let root = root();
        let line = Line::read(&root, &words);
        Completions::choose(&line, &ValueSource::of(&line), looked_up)
    }

    /// The candidates without their descriptions, and the directive.
    fn told(words: &str) -> String {
        let known = [
            object("web", &[("app", "web"), ("tier", "front")]),
            object("web-2", &[("app", "web")]),
            object("db", &[("app", "db")]),
        ];
        let Completions { candidates, directive } = answer(words, &known);
        let values: Vec<&str> = candidates.iter().map(|candidate| candidate.value.as_str()).collect();
        format!("{} :{directive}", values.join(" ")).trim_start().to_owned()
    }

    #[test]
    fn a_word_is_completed_by_what_fits_there() {
        for (words, expected) in [
            ("aut", "autoscale :4"),
            ("get ", "web web-2 db :4"),
            ("get we", "web web-2 :4"),
            ("get web ", "web-2 db :4"),
            ("get vmirs/web ", "web-2 db :4"),
            ("get vmirs/w", "vmirs/web vmirs/web-2 :4"),
            ("get pods/w", ":4"),
            ("get -l ", "app= tier= :6"),
            ("get -l app", "app= :6"),
            ("get -l app=", "app=db app=web :4"),
            ("get --selector=app=w", "app=web :4"),
            ("get -lapp=w", "-lapp=web :4"),
            ("get -l app=web,t", "app=web,tier= :6"),
            ("get -L app,", "app,tier :4"),
            ("get -o js", "json jsonpath= jsonpath-as-json= jsonpath-file= :4"),
            ("get -o=jsonpath-a", "jsonpath-as-json= :6"),
            ("get -oya", "-oyaml :4"),
            ("scale web -o ", "json yaml kyaml name jsonpath= jsonpath-as-json= jsonpath-file= :4"),
            ("delete --cascade=", "background orphan foreground :4"),
            ("delete --dry-run=c", "client :4"),
            ("wait web --for=co", "condition= :6"),
            ("expose web --ty", "--type :4"),
            ("expose web --type=N", "NodePort :4"),
            ("autoscale --api-version=", "v1 v2 :4"),
            ("scale ", "web web-2 db --replicas :4"),
            ("scale web --", "--replicas :4"),
            ("scale web --replicas 2 --re", "--recursive --request-timeout --resource-version :4"),
            ("scale web --rec", "--recursive :4"),
            ("get --vm", "--vmis :4"),
            ("get --vmis --pod", ":4"),
            ("get --sel", "--selector :4"),
            ("get -l x --sel", ":4"),
            ("get -A", "-A :4"),
            ("autoscale --max=1 --cpu", "--cpu :4"),
            ("create -f ", "json yaml yml :8"),
            ("create -f x --kubeconfig ", ":0"),
            ("get --cache-dir ", ":16"),
            ("get --bogus=", ":4"),
            ("completion ins", "install :4"),
        ] {
            assert_eq!(told(words), expected, "{words}");
        }
    }

    #[test]
    fn every_verb_has_a_description() {
        let verbs = answer("", &[]).candidates;
        assert!(verbs.len() > 10 && verbs.iter().all(|verb| !verb.help.is_empty()), "{verbs:?}");
        assert!(!verbs.iter().any(|verb| verb.value == "options"));
    }

    #[test]
    fn the_protocol_is_cobras() {
        let candidate = |value: &str, help: &str| Candidate { value: value.into(), help: help.into() };
        let candidates = vec![candidate("a", "one\ttwo \u{1b}[1m"), candidate("b", "")];
        assert_eq!(Completions { candidates, directive: 6 }.lines(), "a\tone two ^[[1m\nb\n:6\n");
    }

    #[test]
    fn what_would_break_the_protocol_is_not_offered() {
        let known = ["a\nb", "a\tb", "a\u{1b}b", "ab"].map(|name| object(name, &[]));
        assert_eq!(answer("get --context a", &known).lines(), "ab\n:4\n");
    }
}
