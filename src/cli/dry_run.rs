//! `--dry-run`.

use super::error::Error;
use super::go_values::go_bool;
use super::suggest::Suggest;
use crate::client::Call;
use crate::printers::Ui;

/// What a dry run leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    /// Not a dry run.
    None,
    /// Nothing that writes is sent.
    Client,
    /// Writes are sent with `dryRun=All`.
    Server,
}

impl DryRun {
    /// What kubectl puts behind its messages.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    /// Tells the server, where it is to know.
    pub(crate) fn mark(self, call: Call) -> Call {
        if self == Self::Server { call.query("dryRun", "All") } else { call }
    }
}

/// `--dry-run`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DryRunFlag {
    /// Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.
    #[arg(long, value_name = "STRATEGY", num_args = 0..=1, require_equals = true, default_value = "none", default_missing_value = "unchanged", value_parser = Suggest(&["none", "server", "client"]))]
    dry_run: String,
}

impl DryRunFlag {
    /// The strategy. The forms that kubectl deprecates are deprecated here too.
    ///
    /// # Errors
    /// [`Error::Plain`] for a word that is no strategy.
    pub(crate) fn strategy(&self, ui: &mut Ui) -> Result<DryRun, Error> {
        let (strategy, deprecation) = dry_run(&self.dry_run)?;
        if let Some(text) = deprecation {
            ui.warning(&text);
        }
        Ok(strategy)
    }
}

fn dry_run(text: &str) -> Result<(DryRun, Option<String>), Error> {
    let boolean = |strategy: &str| {
        format!("--dry-run={text} is deprecated (boolean value) and can be replaced with --dry-run={strategy}.")
    };
    Ok(match (text, go_bool(text)) {
        ("none", _) => (DryRun::None, None),
        ("client", _) => (DryRun::Client, None),
        ("server", _) => (DryRun::Server, None),
        ("unchanged", _) => {
            (DryRun::Client, Some("--dry-run is deprecated and can be replaced with --dry-run=client.".to_owned()))
        }
        (_, Ok(true)) => (DryRun::Client, Some(boolean("client"))),
        (_, Ok(false)) => (DryRun::None, Some(boolean("none"))),
        _ => {
            let message = format!("Invalid dry-run value ({text}). Must be \"none\", \"server\", or \"client\".");
            return Err(Error::plain(message));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_has_a_strategy() {
        for (text, strategy, deprecated) in [
            ("none", DryRun::None, false),
            ("client", DryRun::Client, false),
            ("server", DryRun::Server, false),
            ("unchanged", DryRun::Client, true),
            ("true", DryRun::Client, true),
            ("false", DryRun::None, true),
        ] {
            let (got, note) = dry_run(text).unwrap();
            assert_eq!((got, note.is_some()), (strategy, deprecated), "{text}");
        }
        assert_eq!(
            dry_run("foo").unwrap_err().to_string(),
            "Invalid dry-run value (foo). Must be \"none\", \"server\", or \"client\"."
        );
    }
}
