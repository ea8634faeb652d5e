//! An interactive shell in a sandbox. It reads the user's startup files, and those may export a KUBECONFIG of their own:
//! the next `delete` would be another cluster's. So bash, zsh and fish read ours around them, which put the sandbox's back,
//! say so, and mark the prompt. No other command is touched.

use std::ffi::{OsStr, OsString};
use std::path::Path;

const BASH: &str = include_str!("shell/bash.sh");
const ZSH: [(&str, &str); 3] = [
    (".zshenv", include_str!("shell/zshenv.zsh")),
    (".zprofile", include_str!("shell/zprofile.zsh")),
    (".zshrc", include_str!("shell/zshrc.zsh")),
];
const FISH: &str = include_str!("shell/fish.fish");

/// The shells that can be kept in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shell {
    Bash { login: bool },
    Zsh,
    Fish,
}

/// How a shell is started so that it stays in the sandbox.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(&'static str, OsString)>,
    /// With the startup files; the shell reads them while it starts.
    _folder: tempfile::TempDir,
}

/// Prepares the command, if it is a shell at whose prompt somebody is going to type. `label`: what its prompt is marked
/// with. Nothing where the files cannot be written: the shell then starts as it is.
pub(super) fn prepared(program: &OsStr, arguments: &[OsString], label: &str) -> Option<Prepared> {
    let shell = shell(program, arguments)?;
    let folder = tempfile::Builder::new().prefix("kubectl-vmirs-shell-").tempdir().ok()?;
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text.replace("@LABEL@", label));
    let path = |name: &str| folder.path().join(name).into_os_string();
    let (arguments, environment) = match shell {
        Shell::Bash { login } => {
            put("bashrc", BASH).ok()?;
            let login = login.then(|| ("VMIRS_SANDBOX_LOGIN", OsString::from("1")));
            (vec!["--rcfile".into(), path("bashrc"), "-i".into()], login.into_iter().collect())
        }
        Shell::Zsh => {
            ZSH.iter().try_for_each(|(name, text)| put(name, text)).ok()?;
            let own = std::env::var_os("ZDOTDIR").map(|own| ("VMIRS_SANDBOX_ZDOTDIR", own));
            let ours = ("ZDOTDIR", folder.path().as_os_str().to_owned());
            (arguments.to_vec(), own.into_iter().chain([ours]).collect())
        }
        Shell::Fish => {
            put("sandbox.fish", FISH).ok()?;
            let source = format!("source {}", fish_quoted(Path::new(&path("sandbox.fish"))));
            let arguments = arguments.iter().cloned().chain(["-C".into(), source.into()]);
            (arguments.collect(), Vec::new())
        }
    };
    Some(Prepared { arguments, environment, _folder: folder })
}

/// Which shell it is, if it is one that reads its usual startup files and then commands from a terminal.
fn shell(program: &OsStr, arguments: &[OsString]) -> Option<Shell> {
    let words: Option<Vec<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    let words = words?;
    let login = words.iter().any(|word| matches!(*word, "-l" | "-il" | "-li" | "--login"));
    if !words.iter().all(|word| matches!(*word, "-i" | "--interactive" | "-l" | "-il" | "-li" | "--login")) {
        return None;
    }
    match Path::new(program).file_stem()?.to_str()? {
        "bash" => Some(Shell::Bash { login }),
        "zsh" => Some(Shell::Zsh),
        "fish" => Some(Shell::Fish),
        _ => None,
    }
}

fn fish_quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Option<Shell> {
        let mut words = words.split(' ').map(OsString::from);
        let program = words.next().unwrap();
        shell(&program, &words.collect::<Vec<_>>())
    }

    #[test]
    fn only_a_shell_that_somebody_types_at_is_prepared() {
        assert_eq!(of("bash"), Some(Shell::Bash { login: false }));
        assert_eq!(of("/bin/bash -il"), Some(Shell::Bash { login: true }));
        assert_eq!(of("/usr/bin/zsh -l"), Some(Shell::Zsh));
        assert_eq!(of("fish --login"), Some(Shell::Fish));
        for words in ["bash -c x", "bash x.sh", "bash --norc", "zsh -f", "sh", "python3", "bashful", "./bash-test.sh"] {
            assert_eq!(of(words), None, "{words}");
        }
    }

    #[test]
    fn a_path_is_one_word_to_fish() {
        assert_eq!(fish_quoted(Path::new("/a b/c'd\\e")), r"'/a b/c\'d\\e'");
    }
}
