//! What clap has to say, in kubectl's words (those of pflag and cobra).

use crate::output::Out;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Prints what clap has to say: help on stdout with exit code 0, a usage error on stderr with 1.
pub(crate) fn report_usage(out: &mut Out, usage: &clap::Error, verb: Option<&str>) -> ExitCode {
    if usage.use_stderr() && usage.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        out.note(&render(usage, verb));
        return ExitCode::FAILURE;
    }
    match out.data(&usage.to_string()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn render(usage: &clap::Error, verb: Option<&str>) -> String {
    let command = verb.map_or_else(|| "kubectl vmirs".to_owned(), |verb| format!("kubectl vmirs {verb}"));
    let help = format!("\nSee '{command} --help' for usage.");
    let argument = text(usage, ContextKind::InvalidArg);
    let value = text(usage, ContextKind::InvalidValue);
    match usage.kind() {
        ErrorKind::UnknownArgument => unknown_argument(&argument, verb, &help),
        ErrorKind::InvalidSubcommand => {
            let unknown = text(usage, ContextKind::InvalidSubcommand);
            let mut message = format!("error: unknown command {unknown:?} for \"kubectl vmirs\"");
            let near = texts(usage, ContextKind::SuggestedSubcommand);
            if !near.is_empty() {
                message.push_str("\n\nDid you mean this?");
                near.iter().for_each(|near| message.push_str(&format!("\n\t{near}")));
            }
            message
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = texts(usage, ContextKind::InvalidArg);
            let names: Vec<String> = missing.iter().map(|flag| format!("{:?}", bare(flag))).collect();
            format!("error: required flag(s) {} not set", names.join(", "))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            let flag = bare(&argument);
            format!("error: flag needs an argument: --{flag}{help}")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(usage).map(ToString::to_string).unwrap_or_default();
            let flag = flag_names(&argument);
            format!("error: invalid argument {value:?} for \"{flag}\" flag: {why}{help}")
        }
        _ => {
            let text = usage.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            format!("{first}{help}")
        }
    }
}

fn unknown_argument(argument: &str, verb: Option<&str>, help: &str) -> String {
    match argument.strip_prefix('-') {
        Some(long) if long.starts_with('-') => format!("error: unknown flag: {argument}{help}"),
        Some(short) => {
            let letter: String = short.chars().take(1).collect();
            format!("error: unknown shorthand flag: '{letter}' in {argument}{help}")
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

/// `--replicas` of `--replicas <COUNT>`.
fn flag_names(flag: &str) -> String {
    format!("--{}", bare(flag))
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
