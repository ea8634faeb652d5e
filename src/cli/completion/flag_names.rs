//! The flags that a word with a dash may become.

use super::completions::Candidate;
use super::line::{Line, is_repeated};
use clap::{Arg, ArgGroup};

/// The flags that `typed` may become. As in kubectl, only the required ones as long as one is missing that fits.
pub(super) fn offered(line: &Line<'_>, typed: &str) -> Vec<Candidate> {
    let required: Vec<Candidate> =
        missing(line).filter_map(long_flag).filter(|flag| flag.value.starts_with(typed)).collect();
    if !required.is_empty() {
        return required;
    }
    let given = |arg: &Arg| line.given.iter().any(|(given, _)| given.get_id() == arg.get_id());
    let may_stand = |arg: &&Arg| (!arg.is_hide_set() || arg.is_global_set()) && (!given(arg) || is_repeated(arg));
    let mut flags = Vec::new();
    for arg in line.command.get_arguments().filter(may_stand).filter(|arg| !is_excluded(line, arg)) {
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
pub(super) fn missing<'a>(line: &Line<'a>) -> impl Iterator<Item = &'a Arg> {
    let given: Vec<&clap::Id> = line.given.iter().map(|(arg, _)| arg.get_id()).collect();
    let required = line.command.get_arguments().filter(|arg| arg.is_required_set() && !arg.is_positional());
    required.filter(move |arg| !given.contains(&arg.get_id()))
}

/// The flag by its long name, as it is typed.
pub(super) fn long_flag(arg: &Arg) -> Option<Candidate> {
    arg.get_long().map(|long| Candidate::new(format!("--{long}"), arg.get_help()))
}
