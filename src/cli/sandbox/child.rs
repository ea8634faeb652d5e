//! The command that a sandbox is started for: its environment, its signals, its exit code.

use super::shell;
use crate::cli::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use tokio::process::{Child, Command};

/// The exit code of a program that Ctrl-C ended, as shells have it.
pub(super) const INTERRUPTED: u8 = 130;
/// What our program is called where kubectl looks for plugins.
const PLUGIN: &str = "kubectl-vmirs";

/// Tells a command in a sandbox which kubeconfig is the sandbox's.
pub(super) const MARKER: &str = "VMIRS_SANDBOX";

/// What the command finds itself in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    /// How the cluster is reached, if not as before.
    pub(super) kubeconfig: Option<&'a Path>,
    /// What a shell's prompt is marked with.
    pub(super) label: &'a str,
}

/// Runs the command to its end and passes its exit code on; 128 plus the signal where it was killed by one, as shells
/// do.
pub(super) async fn run(
    program: &OsStr,
    arguments: &[OsString],
    surroundings: Surroundings<'_>,
    signals: &mut Signals,
) -> Result<ExitCode, Error> {
    let (path, _link) = search_path()?;
    let own_folder = std::env::split_paths(&path).next().unwrap_or_default();
    let mut command = Command::new(program);
    command.env("PATH", &path).kill_on_drop(true);
    let at_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let shell = surroundings.kubeconfig.filter(|_| at_terminal);
    let shell = shell.and_then(|_| shell::prepared(program, arguments, surroundings.label));
    match &shell {
        Some(shell) => {
            command.args(&shell.arguments).env("VMIRS_SANDBOX_BIN", own_folder);
            command.envs(shell.environment.iter().map(|(name, value)| (name, value)))
        }
        None => command.args(arguments),
    };
    if let Some(kubeconfig) = surroundings.kubeconfig {
        command.env("KUBECONFIG", kubeconfig).env(MARKER, kubeconfig);
    }
    let mut child = command.spawn().map_err(|error| {
        Error::plain(format!("unable to run {}: {error}", program.display())).hint("put the command after `--`")
    })?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status.map_err(|source| Error::Runtime { source })?,
            signal = signals.next() => signal.pass_on(&mut child),
        }
    };
    Ok(exit_code(status))
}

/// PATH with our own program first, under the name by which kubectl finds it.
fn search_path() -> Result<(OsString, Option<tempfile::TempDir>), Error> {
    let start = |source| Error::Runtime { source };
    let program = std::env::current_exe().map_err(start)?;
    let is_named = program.file_stem() == Some(OsStr::new(PLUGIN));
    let link = if is_named { None } else { Some(linked(&program).map_err(start)?) };
    let folder = link.as_ref().map(|folder| folder.path().to_owned()).or_else(|| program.parent().map(Path::to_owned));
    let others = std::env::var_os("PATH").unwrap_or_default();
    let all = folder.into_iter().chain(std::env::split_paths(&others).collect::<Vec<PathBuf>>());
    let path = std::env::join_paths(all).map_err(|error| Error::plain(error.to_string()))?;
    Ok((path, link))
}

/// A folder in which our program has the name by which kubectl finds it.
fn linked(program: &Path) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new().prefix("kubectl-vmirs-path-").tempdir()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(program, folder.path().join(PLUGIN))?;
    #[cfg(not(unix))]
    std::fs::copy(program, folder.path().join(PLUGIN).with_extension("exe"))?;
    Ok(folder)
}

#[cfg(unix)]
fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

#[cfg(not(unix))]
pub(super) use other::Signals;
#[cfg(unix)]
pub(super) use unix::Signals;

#[cfg(unix)]
mod unix {
    use super::Child;
    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    /// The signals that end us.
    pub(in super::super) struct Signals {
        interrupt: Stream,
        terminate: Stream,
        hang_up: Stream,
    }

    /// One of them.
    #[derive(Clone, Copy)]
    pub(in super::super) enum Caught {
        /// Ctrl-C: the terminal has sent it to the command too.
        Interrupt,
        Terminate,
        HangUp,
    }

    impl Signals {
        pub(in super::super) fn listen() -> std::io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        }

        pub(in super::super) async fn next(&mut self) -> Caught {
            tokio::select! {
                _ = self.interrupt.recv() => Caught::Interrupt,
                _ = self.terminate.recv() => Caught::Terminate,
                _ = self.hang_up.recv() => Caught::HangUp,
            }
        }
    }

    impl Caught {
        /// Sends the signal on to the command. A command that ends at that very moment needs none.
        pub(in super::super) fn pass_on(self, child: &mut Child) {
            let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
            let signal = match self {
                // A second one of a terminal's does no harm, and one that was sent to us alone reaches it.
                Self::Interrupt => Signal::INT,
                Self::Terminate => Signal::TERM,
                Self::HangUp => Signal::HUP,
            };
            if let Some(pid) = pid {
                let _ = kill_process(pid, signal);
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use super::Child;

    /// Ctrl-C.
    pub(in super::super) struct Signals;

    /// It was pressed.
    pub(in super::super) struct Caught;

    impl Signals {
        pub(in super::super) fn listen() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub(in super::super) async fn next(&mut self) -> Caught {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Caught
        }
    }

    impl Caught {
        /// The console has told the command itself.
        pub(in super::super) fn pass_on(self, _child: &mut Child) {}
    }
}
