//! `kubectl vmirs man`: writes the manual pages, for those who package the program.

use super::context::Context;
use super::error::Error;
use super::system::set_mode;

use clap::Command;
use clap_mangen::Man;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the pages are filed under: `man kubectl-vmirs-scale`, as for kubectl's own.
const NAME: &str = "kubectl-vmirs";

/// Write manual pages for the program and for each command
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An existing directory
    #[arg(value_name = "DIRECTORY", value_hint = clap::ValueHint::DirPath)]
    directory: PathBuf,
}

impl Args {
    /// Writes the pages of `program`, the whole grammar.
    pub(crate) fn run(self, context: &mut Context, program: Command) -> Result<ExitCode, Error> {
        for (name, page) in pages(program) {
            let path = self.directory.join(name);
            write(&path, &page)
                .map_err(|source| Error::plain(format!("unable to write {}: {source}", path.display())))?;
            context.ui.line(&path.display().to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// All pages, by file name.
fn pages(program: Command) -> Vec<(String, Vec<u8>)> {
    let mut root = program.display_name(NAME);
    root.build();
    let mut pages = Vec::new();
    // The flags that every command takes stand on the program's own page, and there alone.
    let program = root.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(false) } else { arg });
    add(&program, &mut pages);
    add_below(&root, &mut pages);
    pages
}

fn add_below(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    for command in below {
        add(command, pages);
        add_below(command, pages);
    }
}

fn add(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let mut command = command.clone();
    // Help shows the examples first, a manual last.
    if let Some(examples) = command.get_before_help().cloned() {
        command = command.after_help(examples);
    }
    let man = Man::new(command).manual("kubectl vmirs");
    let mut page = Vec::new();
    // Writing to memory does not fail.
    if man.render(&mut page).is_ok() {
        pages.push((man.get_filename(), page));
    }
}

/// The page all at once: nobody reads half of it.
fn write(path: &Path, page: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(page)?;
    set_mode(file.as_file(), 0o644)?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{app::Cli, clap_extensions};
    use clap::CommandFactory;

    fn program() -> Command {
        clap_extensions::kubectl_like(Cli::command())
    }

    #[test]
    fn there_is_a_page_for_the_program_and_for_each_command() {
        let pages = pages(program());
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["kubectl-vmirs.1", "kubectl-vmirs-scale.1", "kubectl-vmirs-completion-install.1"] {
            assert!(names.contains(&name), "{names:?}");
        }
        assert!(
            !names.iter().any(|name| name.contains("help") || name.contains("man") || name.contains(' ')),
            "{names:?}"
        );
        let page = |name: &str| {
            let page = &pages.iter().find(|(other, _)| other == name).unwrap().1;
            String::from_utf8_lossy(page).into_owned()
        };
        assert!(
            page("kubectl-vmirs.1").contains("kubeconfig") && !page("kubectl-vmirs-scale.1").contains("kubeconfig")
        );
        assert!(page("kubectl-vmirs-scale.1").contains("kubectl vmirs scale web \\-\\-replicas=3"));
    }
}
