//! kubectl's command line habits, laid over clap.

use super::go_values::go_bool;
use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;

/// The order of kubectl's help: what it does, examples, flags, usage.
const VERB_HELP: &str = "\
{about-with-newline}
{before-help}{all-args}

Usage:
  {usage}

Use \"kubectl vmirs options\" for a list of global command-line options (applies to all commands).";

/// The same for the program as a whole.
const ROOT_HELP: &str = "\
{about-with-newline}
Available Commands:
{subcommands}

Usage:
  kubectl vmirs [command] [options]

Use \"kubectl vmirs <command> --help\" for more information about a given command.
Use \"kubectl vmirs options\" for a list of global command-line options (applies to all commands).
";

/// Turns what clap derived into what someone who lives in kubectl expects.
pub(super) fn kubectl_like(command: Command) -> Command {
    let is_root = command.get_subcommands().next().is_some();
    let command = if is_root { command.help_template(ROOT_HELP) } else { command };
    // The last of several counts, as for pflag; what takes a list takes them all.
    let command = command.mut_args(boolean_like_go).args_override_self(true);
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    verbs
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |verb| kubectl_like(verb).help_template(VERB_HELP)))
}

/// `--flag`, `--flag=false`, and whatever else Go takes for a boolean.
fn boolean_like_go(arg: Arg) -> Arg {
    // kubectl's help texts name the values themselves.
    let arg = arg.hide_possible_values(true);
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        // For pflag, the word behind a flag that takes one is its value, whatever it looks like.
        let takes_a_word = !arg.is_positional() && !arg.is_require_equals_set() && arg.get_action().takes_values();
        return if takes_a_word { arg.allow_hyphen_values(true) } else { arg };
    }
    arg.action(ArgAction::Set)
        .value_name("BOOL")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .default_value("false")
        .hide_default_value(true)
        .value_parser(ValueParser::new(go_bool))
}

/// `--dry_run=x` as `--dry-run=x`, like kubectl; nothing behind `--` is touched.
pub(super) fn normalize(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut literal = false;
    args.map(|arg| {
        literal |= arg == "--";
        match arg.to_str() {
            Some(text) if !literal && text.starts_with("--") && text.contains('_') => dashed(text).into(),
            _ => arg,
        }
    })
    .collect()
}

fn dashed(flag: &str) -> String {
    match flag.split_once('=') {
        Some((name, value)) => format!("{}={value}", name.replace('_', "-")),
        None => flag.replace('_', "-"),
    }
}

/// The verb that was typed, for messages about its flags.
pub(super) fn typed_verb<'a>(command: &'a Command, args: &[OsString]) -> Option<&'a Command> {
    args.iter().skip(1).filter_map(|arg| arg.to_str()).find_map(|arg| command.find_subcommand(arg))
}

/// The text of `kubectl vmirs options`: the flags that every verb takes.
pub(super) fn global_options(command: &Command) -> String {
    let mut text = String::from("The following options can be passed to any command:\n\n");
    for arg in command.get_arguments().filter(|arg| arg.is_global_set()) {
        let Some(long) = arg.get_long() else { continue };
        let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("    {short}--{long}={}:\n\t{help}\n\n", default(arg)));
    }
    text
}

/// A flag's default as kubectl writes it.
fn default(arg: &Arg) -> String {
    let default = arg.get_default_values().first().and_then(|value| value.to_str()).unwrap_or_default();
    match arg.get_action() {
        ArgAction::Append => "[]".to_owned(),
        _ if arg.is_require_equals_set() && default.is_empty() => "false".to_owned(),
        _ if arg.is_require_equals_set() => default.to_owned(),
        _ => format!("'{default}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underscores_in_flag_names_are_dashes() {
        let words = ["x", "--dry_run=a_b", "--show_labels", "a_b", "--", "--c_d"];
        let normal = normalize(words.iter().map(OsString::from));
        assert_eq!(normal, ["x", "--dry-run=a_b", "--show-labels", "a_b", "--", "--c_d"]);
    }
}
