//! The scripts, one a shell. They live in `completions/` and ship inside the binary.

use crate::cli::error::Error;

/// In every script's first lines: how we know what is ours.
pub(super) const MARKER: &str = "Written by `kubectl vmirs completion`";

/// kubectl's way out of a wrong use of the command.
pub(super) const HELP: &str = "See 'kubectl vmirs completion -h' for help and examples";

/// What is typed for each script.
pub(super) const NAMES: &[&str] = &["bash", "zsh", "fish", "powershell", "kubectl"];

/// Who completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Bash,
    Zsh,
    Fish,
    Powershell,
    /// The program that kubectl asks, whatever the shell.
    Kubectl,
}

impl Script {
    /// The script of that name.
    ///
    /// # Errors
    /// [`Error::Plain`] in kubectl's words for a shell that is not supported.
    pub(super) fn named(name: &str) -> Result<Self, Error> {
        Ok(match name {
            "bash" => Self::Bash,
            "zsh" => Self::Zsh,
            "fish" => Self::Fish,
            "powershell" => Self::Powershell,
            "kubectl" => Self::Kubectl,
            _ => return Err(Error::plain(format!("Unsupported shell type {name:?}.\n{HELP}"))),
        })
    }

    /// The script itself.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../completions/kubectl-vmirs.bash"),
            Self::Zsh => include_str!("../../../completions/_kubectl-vmirs"),
            Self::Fish => include_str!("../../../completions/kubectl-vmirs.fish"),
            Self::Powershell => include_str!("../../../completions/kubectl-vmirs.ps1"),
            Self::Kubectl if cfg!(windows) => include_str!("../../../completions/kubectl_complete-vmirs.exe.cmd"),
            Self::Kubectl => include_str!("../../../completions/kubectl_complete-vmirs"),
        }
    }

    /// The name of the file in which it is looked for.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Bash => "kubectl-vmirs",
            Self::Zsh => "_kubectl-vmirs",
            Self::Fish => "kubectl-vmirs.fish",
            Self::Powershell => "kubectl-vmirs.ps1",
            // To the kubectl of Windows, the plugin's name is `vmirs.exe` when it completes.
            Self::Kubectl if cfg!(windows) => "kubectl_complete-vmirs.exe.cmd",
            Self::Kubectl => "kubectl_complete-vmirs",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_marked_as_ours_and_asks_the_one_engine() {
        for name in NAMES {
            let script = Script::named(name).unwrap();
            let text = script.text();
            assert!(text.lines().take(3).any(|line| line.contains(MARKER)), "{script:?}");
            assert!(text.contains("kubectl-vmirs __complete"), "{script:?}");
        }
    }
}
