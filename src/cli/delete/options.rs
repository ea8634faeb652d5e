//! How gently to delete: kubectl's flags, and the `DeleteOptions` they become.

use crate::cli::dry_run::DryRun;
use crate::cli::error::Error;
use crate::cli::go_values::go_bool;
use crate::printers::Ui;
use serde_json::json;

/// The body of a DELETE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeleteOptions {
    /// `Background`, `Foreground` or `Orphan`.
    propagation: &'static str,
    /// Seconds; absent for the resource's own.
    grace: Option<i64>,
    dry_run: DryRun,
}

impl DeleteOptions {
    /// From the flags, with kubectl's warnings.
    ///
    /// # Errors
    /// Flags that contradict each other, and a strategy that does not exist.
    pub(super) fn new(cascade: &str, grace: i64, now: bool, dry_run: DryRun, ui: &mut Ui) -> Result<Self, Error> {
        let (propagation, deprecation) = propagation(cascade)?;
        if let Some(text) = deprecation {
            ui.note(&text);
        }
        if now && grace != -1 {
            return Err(Error::plain("--now and --grace-period cannot be specified together"));
        }
        let grace = if now { Some(1) } else { (grace >= 0).then_some(grace) };
        Ok(Self { propagation, grace, dry_run })
    }

    /// What `--force` makes of them.
    ///
    /// # Errors
    /// When it contradicts the grace period.
    pub(super) fn forced(self, force: bool, ui: &mut Ui) -> Result<Self, Error> {
        let grace = match (self.grace, force) {
            // Zero means "at once, whatever happens", and that takes --force.
            (Some(0), false) => Some(1),
            (None, true) => Some(0),
            (grace, _) => grace,
        };
        if force && grace.is_some_and(|seconds| seconds > 0) {
            return Err(Error::plain("--force and --grace-period greater than 0 cannot be specified together"));
        }
        if force {
            ui.warning(
                "Immediate deletion does not wait for confirmation that the running resource has been terminated. The \
                 resource may continue to run on the cluster indefinitely.",
            );
        }
        Ok(Self { grace, ..self })
    }

    /// As JSON. All of them: a server that finds options in the body does not look for more in the query.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut options = json!({"propagationPolicy": self.propagation});
        if let Some(seconds) = self.grace {
            options["gracePeriodSeconds"] = seconds.into();
        }
        if self.dry_run == DryRun::Server {
            options["dryRun"] = json!(["All"]);
        }
        options.to_string().into_bytes()
    }
}

fn propagation(text: &str) -> Result<(&'static str, Option<String>), Error> {
    let boolean = |strategy: &str| {
        format!(
            "warning: --cascade={text} is deprecated (boolean value) and can be replaced with --cascade={strategy}."
        )
    };
    Ok(match (text, go_bool(text)) {
        ("background", _) => ("Background", None),
        ("foreground", _) => ("Foreground", None),
        ("orphan", _) => ("Orphan", None),
        (_, Ok(true)) => ("Background", Some(boolean("background"))),
        (_, Ok(false)) => ("Orphan", Some(boolean("orphan"))),
        _ => {
            let message =
                format!("invalid cascade value ({text}). Must be \"background\", \"foreground\", or \"orphan\"");
            return Err(Error::plain(message));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(grace: i64, now: bool, force: bool, dry_run: DryRun) -> Result<String, String> {
        let mut ui = Ui::new(Box::new(std::io::sink()), Box::new(std::io::sink()), false);
        let options = DeleteOptions::new("background", grace, now, dry_run, &mut ui);
        let options = options.and_then(|options| options.forced(force, &mut ui)).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(options.body()).unwrap())
    }

    #[test]
    fn the_grace_period_follows_the_flags() {
        for (grace, now, force, seconds) in [
            (-1, false, false, None),
            (0, false, false, Some(1)),
            (0, false, true, Some(0)),
            (-1, false, true, Some(0)),
            (-1, true, false, Some(1)),
            (30, false, false, Some(30)),
        ] {
            let body = options(grace, now, force, DryRun::None).unwrap();
            let sent = serde_json::from_str::<serde_json::Value>(&body).unwrap()["gracePeriodSeconds"].as_i64();
            assert_eq!(sent, seconds, "{grace} {now} {force}");
        }
        let message = "--now and --grace-period cannot be specified together";
        assert_eq!(options(5, true, false, DryRun::None).unwrap_err(), message);
        let message = "--force and --grace-period greater than 0 cannot be specified together";
        assert_eq!(options(5, false, true, DryRun::None).unwrap_err(), message);
        assert_eq!(options(-1, true, true, DryRun::None).unwrap_err(), message);
    }

    #[test]
    fn a_dry_run_is_asked_for_where_the_server_looks() {
        let body = options(-1, false, false, DryRun::Server).unwrap();
        assert_eq!(body, r#"{"dryRun":["All"],"propagationPolicy":"Background"}"#);
    }

    #[test]
    fn vmis_go_with_their_set_unless_they_are_orphaned() {
        assert_eq!(propagation("background").unwrap().0, "Background");
        assert_eq!(propagation("false").unwrap().0, "Orphan");
        assert_eq!(
            propagation("foo").unwrap_err().to_string(),
            "invalid cascade value (foo). Must be \"background\", \"foreground\", or \"orphan\""
        );
    }
}
