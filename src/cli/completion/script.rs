//! The scripts, one a shell. They live in `completions/` and ship inside the binary.

use clap::ValueEnum;

/// In every script's first lines: how we know what is ours.
pub(super) const MARKER: &str = "Written by `kubectl vmirs completion`";

/// Who completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Script {
    /// GNU bash, from 3.2 on
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
    /// The program that kubectl asks, whatever the shell
    Kubectl,
}

impl Script {
    /// The script itself.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../completions/kubectl-vmirs.bash"),
            Self::Zsh => include_str!("../../../completions/_kubectl-vmirs"),
            Self::Fish => include_str!("../../../completions/kubectl-vmirs.fish"),
            Self::Powershell => include_str!("../../../completions/kubectl-vmirs.ps1"),
            Self::Kubectl if cfg!(windows) => include_str!("../../../completions/kubectl_complete-vmirs.cmd"),
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
            Self::Kubectl if cfg!(windows) => "kubectl_complete-vmirs.cmd",
            Self::Kubectl => "kubectl_complete-vmirs",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_marked_as_ours_and_asks_the_one_engine() {
        for script in Script::value_variants() {
            let text = script.text();
            assert!(text.lines().take(3).any(|line| line.contains(MARKER)), "{script:?}");
            assert!(text.contains("kubectl-vmirs __complete"), "{script:?}");
        }
    }
}
