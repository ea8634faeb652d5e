//! Shell completion: `kubectl vmirs completion`, and what all the shells' scripts call when Tab is pressed.
//!
//! The program's own grammar reads the line (`line`); the argument at the cursor says where its values come from
//! (`completer`), which are looked up in the kubeconfig or the cluster (`lookup`), and chosen among (`completions`).

mod completer;
mod completions;
mod flag_names;
mod install;
mod install_path;
mod line;
mod lookup;
mod script;
mod selector;

pub(crate) use completer::{Completer, ReplacesNames};

use super::clap_extensions;
use super::connection::Connection;
use super::context::Context;
use super::error::Error;
use super::suggest::Suggest;
use crate::printers::Ui;
use clap::{Arg, Args as _, Command, FromArgMatches};
use completer::ValueSource;
use completions::Completions;
use line::Line;
use script::Script;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// The hidden word in front of a line that is to be completed, the same as cobra's.
const ASK: &str = "__complete";

const EXAMPLES: &str = "\
Examples:
  # Let kubectl complete `kubectl vmirs` in every shell that completes kubectl
  kubectl vmirs completion install

  # Complete kubectl-vmirs itself in this bash, and an alias of it
  source <(kubectl vmirs completion bash)
  alias kv='kubectl vmirs'; complete -o default -F _kubectl_vmirs kv

  # The same for zsh, fish or PowerShell
  source <(kubectl vmirs completion zsh)
  kubectl vmirs completion fish | source
  kubectl vmirs completion powershell | Out-String | Invoke-Expression

  # Remove everything that install created
  kubectl vmirs completion install --remove
";

/// Output shell completion code, or install it.
///
/// kubectl completes a plugin with the help of a program beside it, kubectl_complete-vmirs, which install creates. The code for a shell completes the program under its own name, kubectl-vmirs, and under its aliases.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, override_usage = "kubectl vmirs completion (SHELL | install [SHELL])")]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// The shell, or "kubectl" for the program that kubectl calls
    #[arg(value_name = "SHELL", value_parser = Suggest(script::NAMES))]
    shell: Option<String>,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, clap::Subcommand)]
enum Other {
    Install(install::Args),
}

impl Args {
    pub(crate) fn run(self, context: &mut Context) -> Result<ExitCode, Error> {
        match (self.other, self.shell) {
            (Some(Other::Install(install)), _) => install.run(context),
            (None, Some(shell)) => {
                context.ui.data(Script::named(&shell)?.text())?;
                Ok(ExitCode::SUCCESS)
            }
            (None, None) => Err(Error::plain(format!("Shell not specified.\n{}", script::HELP))),
        }
    }
}

/// The words to complete, if that is what the program was called for: as `… __complete WORDS`, or under the name that
/// kubectl looks for.
pub(super) fn asked(args: &[OsString]) -> Option<Vec<String>> {
    let (program, words) = args.split_first()?;
    let name = Path::new(program).file_stem()?;
    let words = match words.split_first() {
        Some((first, words)) if first == ASK => words,
        _ if name == "kubectl_complete-vmirs" => words,
        _ => return None,
    };
    Some(words.iter().map(|word| word.to_string_lossy().into_owned()).collect())
}

/// Prints what the last of the words may become. Never fails, and writes nothing to stderr: the person at the keyboard
/// is in the middle of a line.
pub(super) async fn complete(ui: &mut Ui, command: &Command, words: &[String]) -> ExitCode {
    let line = Line::read(command, words);
    let source = ValueSource::of(&line);
    let looked_up = match (&source, connection(&line)) {
        (ValueSource::LookedUp(completer), Some(connection)) => lookup::look_up(*completer, &connection).await,
        _ => Vec::new(),
    };
    let completions = Completions::choose(&line, &source, &looked_up);
    let printed = ui.data(&completions.lines()).and_then(|()| ui.flush());
    if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The connection flags on the line, if they can be made sense of.
fn connection(line: &Line<'_>) -> Option<Connection> {
    let command = Command::new(ASK).no_binary_name(true).args_override_self(true);
    let command = Connection::augment_args(command);
    let is_ours = |arg: &Arg| command.get_arguments().any(|known| known.get_id() == arg.get_id());
    let globals = line.given.iter().filter(|(arg, _)| is_ours(arg));
    let flags = globals.filter_map(|(arg, value)| {
        let may_stand_alone = arg.get_num_args().is_some_and(|number| number.min_values() == 0);
        let value = if value.is_empty() && may_stand_alone { String::new() } else { format!("={value}") };
        Some(format!("--{}{value}", arg.get_long()?))
    });
    let flags: Vec<String> = flags.collect();
    let matches = clap_extensions::kubectl_like(command).try_get_matches_from(flags).ok()?;
    Connection::from_arg_matches(&matches).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The program's grammar, as `run` builds it.
    pub(super) fn root() -> Command {
        let mut root = clap_extensions::kubectl_like(crate::cli::app::Cli::command());
        root.build();
        root
    }

    #[test]
    fn it_is_asked_by_a_hidden_word_or_under_kubectls_name() {
        let asked = |args: &[&str]| asked(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["/x/kubectl-vmirs", "__complete", "get", ""]), Some(vec!["get".into(), String::new()]));
        assert_eq!(asked(&["/x/kubectl_complete-vmirs", "get"]), Some(vec!["get".into()]));
        assert_eq!(asked(&["kubectl_complete-vmirs.exe"]), Some(vec![]));
        assert_eq!(asked(&["kubectl-vmirs", "get", "__complete"]), None);
        assert_eq!(asked(&["kubectl-vmirs"]), None);
    }

    #[test]
    fn the_lines_own_flags_say_which_cluster() {
        let root = root();
        let of = |words: &str| {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            connection(&Line::read(&root, &words))
        };
        let connection =
            of("get -n prod --context=a --color=never --namespace dev -l x -A --warnings-as-errors ").unwrap();
        assert_eq!((connection.namespace.as_deref(), connection.context.as_deref()), (Some("dev"), Some("a")));
        assert!(of("get --insecure-skip-tls-verify ").unwrap().insecure_skip_tls_verify.is_some());
        assert!(of("get -v nonsense ").is_none());
    }

    /// An argument that refers to one that is not there would end the program.
    #[test]
    fn every_argument_can_be_completed() {
        fn visit(command: &Command, path: &str) {
            for arg in command.get_arguments() {
                let words: Vec<String> =
                    format!("{path}{} ", arg.get_long().map(|long| format!("--{long}=x")).unwrap_or_default())
                        .split_whitespace()
                        .map(str::to_owned)
                        .chain(["-".to_owned()])
                        .collect();
                let root = root();
                let line = Line::read(&root, &words);
                assert!(!Completions::choose(&line, &ValueSource::of(&line), &[]).lines().is_empty());
            }
            for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
                visit(below, &format!("{path}{} ", below.get_name()));
            }
        }
        visit(&root(), "");
    }
}
