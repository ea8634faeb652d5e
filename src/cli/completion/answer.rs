//! What is offered for the last word of a line, and how that is said: cobra's protocol, which kubectl and all our
//! scripts speak. A line a candidate, a description behind a tab, and at last `:N`, what the shell is to do.

use super::known::Object;
use super::line::{Line, Wanted, is_repeated};
use super::selector;
use super::source::Source;
use crate::cli::selection::is_our_kind;
use crate::printers::visible;
use clap::builder::StyledStr;
use clap::{Arg, ArgGroup, Command};

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

/// What the shell is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    candidates: Vec<Candidate>,
    directive: u8,
}

impl Answer {
    /// Chooses among what is known those candidates that the line's last word may become.
    pub(super) fn choose(line: &Line<'_>, source: &Source, known: &[Object]) -> Self {
        match line.wanted {
            Wanted::Unknown => Self::of(Vec::new()),
            Wanted::Flag(typed) => Self::of(flags(line, typed)),
            Wanted::Value { head, typed, arg } => Self::from_source(source, known, head, typed, &[], is_list(arg)),
            Wanted::Word(typed) => {
                let mut answer = Self::from_source(source, known, "", typed, &line.words, false);
                if line.words.is_empty() {
                    answer.candidates.extend(commands(line.command, typed));
                }
                if typed.is_empty() && answer.directive & directive::NO_FILES != 0 {
                    answer.candidates.extend(missing(line).filter_map(long_flag));
                }
                answer
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

    fn from_source(source: &Source, known: &[Object], head: &str, typed: &str, words: &[&str], list: bool) -> Self {
        let named = |head: &str, typed: &str, taken: &[&str]| {
            let names = known.iter().map(|object| object.name.as_str()).filter(|name| !taken.contains(name));
            matching(names.map(|name| Candidate::new(name, None)), head, typed)
        };
        match source {
            Source::Nothing => Self::of(Vec::new()),
            Source::Files([]) => Self { candidates: Vec::new(), directive: directive::DEFAULT },
            Source::Files(extensions) => {
                let candidates = extensions.iter().map(|extension| Candidate::new(*extension, None)).collect();
                Self { candidates, directive: directive::FILE_EXTENSIONS }
            }
            Source::Folders => Self { candidates: Vec::new(), directive: directive::FOLDERS },
            Source::Fixed(values) => Self::of(matching(values.iter().cloned(), head, typed)),
            Source::Sets => {
                let taken: Vec<&str> = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
                match typed.rsplit_once('/') {
                    None => Self::of(named(head, typed, &taken)),
                    Some((kind, name)) if is_our_kind(kind) => Self::of(named(&format!("{head}{kind}/"), name, &taken)),
                    Some(_) => Self::of(Vec::new()),
                }
            }
            Source::Vmis
            | Source::Autoscalers
            | Source::Namespaces
            | Source::Contexts
            | Source::Clusters
            | Source::Users => Self::of(named(head, typed, &[])),
            Source::Selector => {
                let all = selector::candidates(typed, known);
                Self::of(matching(all.into_iter().map(|text| Candidate::new(text, None)), head, typed))
            }
            Source::LabelKeys => {
                let (before, typed) = if list { selector::split_list(typed) } else { ("", typed) };
                let keys = selector::keys(before, known).into_iter().map(|key| Candidate::new(key, None));
                Self::of(matching(keys, &format!("{head}{before}"), typed))
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

/// As in kubectl, only the required ones as long as one is missing that fits.
fn flags(line: &Line<'_>, typed: &str) -> Vec<Candidate> {
    let required: Vec<Candidate> =
        missing(line).filter_map(long_flag).filter(|flag| flag.value.starts_with(typed)).collect();
    if !required.is_empty() {
        return required;
    }
    let given = |arg: &Arg| line.given.iter().any(|(given, _)| given.get_id() == arg.get_id());
    let offered = |arg: &&Arg| (!arg.is_hide_set() || arg.is_global_set()) && (!given(arg) || is_repeated(arg));
    let mut flags = Vec::new();
    for arg in line.command.get_arguments().filter(offered).filter(|arg| !is_excluded(line, arg)) {
        flags.extend(long_flag(arg));
        flags.extend(arg.get_short().map(|short| Candidate::new(format!("-{short}"), arg.get_help())));
    }
    flags.retain(|flag| flag.value.starts_with(typed));
    flags.sort();
    flags
}

/// Whether a flag on the line rules this one out, by itself or as one of a group that takes one only.
fn is_excluded(line: &Line<'_>, arg: &Arg) -> bool {
    let in_one_group = |other: &Arg| {
        let holds = |group: &ArgGroup| {
            !group.clone().is_multiple() && [arg, other].iter().all(|arg| group.get_args().any(|id| id == arg.get_id()))
        };
        line.command.get_groups().any(holds)
    };
    let conflict =
        |other: &Arg| line.command.get_arg_conflicts_with(other).iter().any(|it| it.get_id() == arg.get_id());
    line.given.iter().any(|(other, _)| in_one_group(other) || conflict(other))
}

/// The required flags that are not on the line yet.
fn missing<'a>(line: &Line<'a>) -> impl Iterator<Item = &'a Arg> {
    let given: Vec<&clap::Id> = line.given.iter().map(|(arg, _)| arg.get_id()).collect();
    let required = line.command.get_arguments().filter(|arg| arg.is_required_set() && !arg.is_positional());
    required.filter(move |arg| !given.contains(&arg.get_id()))
}

fn long_flag(arg: &Arg) -> Option<Candidate> {
    arg.get_long().map(|long| Candidate::new(format!("--{long}"), arg.get_help()))
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
    use super::super::known::object;
    use super::super::source;
    use super::super::tests::root;
    use super::*;

    fn answer(words: &str, known: &[Object]) -> Answer {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let root = root();
        let line = Line::read(&root, &words);
        Answer::choose(&line, &source::of(&line), known)
    }

    /// The candidates without their descriptions, and the directive.
    fn told(words: &str) -> String {
        let known = [
            object("web", &[("app", "web"), ("tier", "front")]),
            object("web-2", &[("app", "web")]),
            object("db", &[("app", "db")]),
        ];
        let Answer { candidates, directive } = answer(words, &known);
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
        assert_eq!(Answer { candidates, directive: 6 }.lines(), "a\tone two ^[[1m\nb\n:6\n");
    }

    #[test]
    fn what_would_break_the_protocol_is_not_offered() {
        let known = ["a\nb", "a\tb", "a\u{1b}b", "ab"].map(|name| object(name, &[]));
        assert_eq!(answer("get --context a", &known).lines(), "ab\n:4\n");
    }
}
