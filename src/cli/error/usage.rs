//! What clap has to say, in kubectl's words (those of pflag and cobra).

use crate::cli::clap_extensions::typed_verb;
use crate::printers::Ui;
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::process::ExitCode;

/// Prints what clap has to say: help on stdout with exit code 0, a usage error on stderr with 1.
pub(crate) fn report_usage(ui: &mut Ui, usage: &clap::Error, command: &Command, args: &[OsString]) -> ExitCode {
    let is_help = !usage.use_stderr()
        || matches!(usage.kind(), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand);
    if !is_help {
        ui.note(&render(usage, command, args));
        return ExitCode::FAILURE;
    }
    let help = match usage.kind() {
        ErrorKind::MissingSubcommand => command.clone().render_help().to_string(),
        _ => usage.to_string(),
    };
    match ui.data(&help).and_then(|()| ui.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn render(usage: &clap::Error, command: &Command, args: &[OsString]) -> String {
    let verb = typed_verb(command, args);
    let name = verb.map(Command::get_name);
    let path = name.map_or_else(|| "kubectl vmirs".to_owned(), |name| format!("kubectl vmirs {name}"));
    let help = format!("\nSee '{path} --help' for usage.");
    let argument = text(usage, ContextKind::InvalidArg);
    let value = text(usage, ContextKind::InvalidValue);
    match usage.kind() {
        ErrorKind::UnknownArgument => unknown_argument(&argument, name, args, &help),
        ErrorKind::InvalidSubcommand => unknown_verb(usage),
        ErrorKind::MissingRequiredArgument => {
            let missing = texts(usage, ContextKind::InvalidArg);
            let names: Vec<String> = missing.iter().map(|flag| format!("{:?}", bare(flag))).collect();
            format!("error: required flag(s) {} not set", names.join(", "))
        }
        ErrorKind::InvalidValue if value.is_empty() => match lonely_short_flag(args) {
            Some(letter) => format!("error: flag needs an argument: '{letter}' in -{letter}{help}"),
            None => format!("error: flag needs an argument: --{}{help}", bare(&argument)),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(usage).map(ToString::to_string).unwrap_or_default();
            let flag = both_names(bare(&argument), verb.unwrap_or(command));
            format!("error: invalid argument {value:?} for \"{flag}\" flag: {why}{help}")
        }
        _ => {
            let text = usage.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            format!("{first}{help}")
        }
    }
}

fn unknown_verb(usage: &clap::Error) -> String {
    let unknown = text(usage, ContextKind::InvalidSubcommand);
    let mut message = format!("error: unknown command {unknown:?} for \"kubectl vmirs\"");
    let near = texts(usage, ContextKind::SuggestedSubcommand);
    if !near.is_empty() {
        message.push_str("\n\nDid you mean this?");
        near.iter().for_each(|near| message.push_str(&format!("\n\t{near}")));
    }
    message
}

fn unknown_argument(argument: &str, verb: Option<&str>, args: &[OsString], help: &str) -> String {
    match argument.strip_prefix('-') {
        Some(long) if long.starts_with('-') => format!("error: unknown flag: {argument}{help}"),
        Some(short) => {
            let letter: String = short.chars().take(1).collect();
            let is_group = |arg: &&str| arg.starts_with('-') && !arg.starts_with("--") && arg.contains(&letter);
            let group = args.iter().filter_map(|arg| arg.to_str()).find(is_group).unwrap_or(argument);
            format!("error: unknown shorthand flag: '{letter}' in {group}{help}")
        }
        None => {
            let verb = verb.unwrap_or_default();
            format!("error: Unexpected args: [{argument}]\nSee 'kubectl vmirs {verb} -h' for help and examples")
        }
    }
}

/// `replicas` of `--replicas <COUNT>`.
fn bare(flag: &str) -> &str {
    flag.trim_start_matches('-').split([' ', '=', '[']).next().unwrap_or(flag)
}

/// `-o, --output`, where there is a short form.
fn both_names(long: &str, command: &Command) -> String {
    let known = command.get_arguments().find(|arg| arg.get_long() == Some(long));
    match known.and_then(clap::Arg::get_short) {
        Some(short) => format!("-{short}, --{long}"),
        None => format!("--{long}"),
    }
}

fn text(usage: &clap::Error, kind: ContextKind) -> String {
    texts(usage, kind).into_iter().next().unwrap_or_default()
}

fn texts(usage: &clap::Error, kind: ContextKind) -> Vec<String> {
    match usage.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// The letter of the short flag that no value follows, if the flag was given so.
fn lonely_short_flag(args: &[OsString]) -> Option<char> {
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let is_short = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.len() > 1;
    let lonely = |index: usize| words.get(index + 1).is_none_or(|next| next.starts_with('-'));
    let (_, word) = words.iter().enumerate().find(|(index, word)| is_short(word) && lonely(*index))?;
    word.chars().next_back()
}
