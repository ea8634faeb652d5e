//! What stands on a command line that is not finished yet, read by the program's own grammar.

use clap::{Arg, Command};

/// An unfinished command line, up to the cursor.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// What the words lead to: the program, a verb, or a command below a verb.
    pub(super) command: &'a Command,
    /// The flags before the last word, each with its value as it was typed, in order.
    pub(super) given: Vec<(&'a Arg, &'a str)>,
    /// The positional words of the command before the last word.
    pub(super) words: Vec<&'a str>,
    /// What the last word is about to become.
    pub(super) wanted: Wanted<'a>,
}

/// What the last word is about to become, with what is typed of it.
#[derive(Debug)]
pub(super) enum Wanted<'a> {
    /// A flag's name; begins with a dash.
    Flag(&'a str),
    /// A flag's value. `head` stands before the value in the same word and belongs to what is offered.
    Value { arg: &'a Arg, head: &'a str, typed: &'a str },
    /// A positional word.
    Word(&'a str),
    /// Nothing that the grammar knows.
    Unknown,
}

impl<'a> Line<'a> {
    /// Reads the words behind the program's name. The last one is being typed, and may be empty; `root` has been built.
    pub(super) fn read(root: &'a Command, words: &'a [String]) -> Self {
        let mut line = Line { command: root, given: Vec::new(), words: Vec::new(), wanted: Wanted::Word("") };
        let Some((typed, before)) = words.split_last() else { return line };
        let mut literal = false;
        let mut awaits = None;
        for word in before {
            match awaits.take() {
                Some(arg) => line.given.push((arg, word)),
                None if literal => line.words.push(word),
                None if word == "--" => literal = true,
                None => awaits = line.take(word),
            }
        }
        line.wanted = match awaits {
            Some(arg) => Wanted::Value { arg, head: "", typed },
            None if literal => line.literal(typed),
            None => line.wanted(typed),
        };
        line
    }

    /// The positional argument that the last word belongs to.
    pub(super) fn positional(&self) -> Option<&'a Arg> {
        let mut positionals = self.command.get_positionals().filter(|arg| !arg.is_last_set());
        let many = |arg: &Arg| arg.get_num_args().is_some_and(|number| number.max_values() > 1);
        let last = self.command.get_positionals().filter(|arg| !arg.is_last_set()).last();
        positionals.nth(self.words.len()).or_else(|| last.filter(|arg| many(arg) || is_repeated(arg)))
    }

    /// Takes in a finished word; gives the flag that the next word is the value of.
    fn take(&mut self, word: &'a str) -> Option<&'a Arg> {
        if let Some(flag) = word.strip_prefix("--") {
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (flag, None),
            };
            let arg = long(self.command, name)?;
            if value.is_none() && awaits_value(arg) {
                return Some(arg);
            }
            self.given.push((arg, value.unwrap_or_default()));
            return None;
        }
        if word.len() > 1 && word.starts_with('-') {
            return match shorts(self.command, word, &mut self.given) {
                Some((arg, "")) => Some(arg),
                Some((arg, value)) => {
                    self.given.push((arg, value.strip_prefix('=').unwrap_or(value)));
                    None
                }
                None => None,
            };
        }
        match self.command.find_subcommand(word) {
            Some(command) if self.words.is_empty() => self.command = command,
            _ => self.words.push(word),
        }
        None
    }

    fn wanted(&mut self, typed: &'a str) -> Wanted<'a> {
        if let Some((name, value)) = typed.strip_prefix("--").and_then(|flag| flag.split_once('=')) {
            return match long(self.command, name) {
                // What is before the `=` is left out of what is offered: the shells' scripts put it back.
                Some(arg) => Wanted::Value { arg, head: "", typed: value },
                None => Wanted::Unknown,
            };
        }
        if typed.len() > 2 && typed.starts_with('-') && !typed.starts_with("--") {
            return match shorts(self.command, typed, &mut self.given) {
                Some((arg, value)) if !value.is_empty() => match value.strip_prefix('=') {
                    Some(value) => Wanted::Value { arg, head: "", typed: value },
                    None => Wanted::Value { arg, head: typed.strip_suffix(value).unwrap_or(typed), typed: value },
                },
                _ => Wanted::Unknown,
            };
        }
        if typed.starts_with('-') { Wanted::Flag(typed) } else { Wanted::Word(typed) }
    }

    /// Behind `--` nothing is a flag.
    fn literal(&self, typed: &'a str) -> Wanted<'a> {
        match self.command.get_positionals().find(|arg| arg.is_last_set()) {
            Some(arg) => Wanted::Value { arg, head: "", typed },
            None => Wanted::Word(typed),
        }
    }
}

/// Whether the flag may stand on a line again.
pub(super) fn is_repeated(arg: &Arg) -> bool {
    matches!(arg.get_action(), clap::ArgAction::Append | clap::ArgAction::Count)
}

/// Whether the word behind the flag is its value.
fn awaits_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

fn long<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| {
        arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
    })
}

/// Walks through `-Ao…`: the flags without a value go to `given`; the first that takes one ends it, with what follows.
fn shorts<'a>(command: &'a Command, word: &'a str, given: &mut Vec<(&'a Arg, &'a str)>) -> Option<(&'a Arg, &'a str)> {
    for (index, letter) in word.char_indices().skip(1) {
        let arg = command.get_arguments().find(|arg| arg.get_short() == Some(letter))?;
        if awaits_value(arg) {
            return Some((arg, word.get(index + letter.len_utf8()..).unwrap_or_default()));
        }
        given.push((arg, ""));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::root;
    use super::*;

    /// What is understood of a line, in one line.
    fn told(words: &str) -> String {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let root = root();
        let line = Line::read(&root, &words);
        let given: Vec<String> = line.given.iter().map(|(arg, value)| format!("{}={value}", arg.get_id())).collect();
        let wanted = match line.wanted {
            Wanted::Flag(typed) => format!("flag {typed}"),
            Wanted::Value { arg, head, typed } => format!("value of {} {head}|{typed}", arg.get_id()),
            Wanted::Word(typed) => {
                format!("{} {typed}", line.positional().map_or("command", |arg| arg.get_id().as_str()))
            }
            Wanted::Unknown => "unknown".to_owned(),
        };
        format!("{} {given:?} {:?}: {wanted}", line.command.get_name(), line.words)
    }

    #[test]
    fn a_line_is_read_as_the_program_would_read_it() {
        for (words, expected) in [
            ("", "kubectl vmirs [] []: command "),
            ("ge", "kubectl vmirs [] []: command ge"),
            ("get we", "get [] []: names we"),
            ("-n prod get web ", "get [\"namespace=prod\"] [\"web\"]: names "),
            ("get --namespace=prod -A -o", "get [\"namespace=prod\", \"all_namespaces=\"] []: flag -o"),
            ("get -Ao ya", "get [\"all_namespaces=\"] []: value of output |ya"),
            ("get -Aoya", "get [\"all_namespaces=\"] []: value of output -Ao|ya"),
            ("get -o=ya", "get [] []: value of output |ya"),
            ("get --output=", "get [] []: value of output |"),
            ("get --output ", "get [] []: value of output |"),
            ("get -nprod ", "get [\"namespace=prod\"] []: names "),
            ("get --bogus=x", "get [] []: unknown"),
            ("get --bogus x", "get [] []: names x"),
            ("delete --cascade orp", "delete [\"cascade=\"] []: names orp"),
            ("delete --cascade=orp", "delete [] []: value of cascade |orp"),
            ("get -- -x", "get [] []: names -x"),
            ("sandbox --nodes 2 -- ls ", "sandbox [\"nodes=2\"] [\"ls\"]: value of command |"),
            ("sandbox cr", "sandbox [] []: command cr"),
            ("sandbox crash x", "crash [] []: name x"),
            ("sandbox crash x ", "crash [] [\"x\"]: command "),
            ("-", "kubectl vmirs [] []: flag -"),
        ] {
            assert_eq!(told(words), expected, "{words}");
        }
    }
}
