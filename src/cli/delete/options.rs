//! How gently to delete: kubectl's flags, and the `DeleteOptions` they become.

use crate::cli::error::Error;
use crate::cli::flags::DryRun;
use crate::cli::flags::go_bool;
use crate::output::Out;
use serde_json::json;

/// The body of a DELETE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// `Background`, `Foreground` or `Orphan`.
    propagation: &'static str,
    /// Seconds; absent for the resource's own.
    grace: Option<i64>,
}

impl Options {
    /// From the flags, with kubectl's warnings.
    ///
    /// # Errors
    /// Flags that contradict each other, and a strategy that does not exist.
    pub(super) fn new(cascade: &str, grace: i64, now: bool, force: bool, out: &mut Out) -> Result<Self, Error> {
        let (propagation, deprecation) = propagation(cascade)?;
        if let Some(text) = deprecation {
            out.note(&text);
        }
        let grace = period(grace, now, force)?;
        if force {
            out.warning(
                "Immediate deletion does not wait for confirmation that the running resource has been terminated. The \
                 resource may continue to run on the cluster indefinitely.",
            );
        }
        Ok(Self { propagation, grace })
    }

    /// As JSON. An API server that finds a body passes over the query: a dry run has to be asked for in here.
    pub(super) fn body(&self, dry_run: DryRun) -> Vec<u8> {
        let mut options = json!({"propagationPolicy": self.propagation});
        if dry_run == DryRun::Server {
            options["dryRun"] = json!(["All"]);
        }
        if let Some(seconds) = self.grace {
            options["gracePeriodSeconds"] = seconds.into();
        }
        options.to_string().into_bytes()
    }
}

fn period(grace: i64, now: bool, force: bool) -> Result<Option<i64>, Error> {
    if now && grace != -1 {
        return Err(Error::plain("--now and --grace-period cannot be specified together"));
    }
    if force && grace > 0 {
        return Err(Error::plain("--force and --grace-period greater than 0 cannot be specified together"));
    }
    Ok(match grace {
        // Zero means "at once, whatever happens", and that takes --force.
        0 if !force => Some(1),
        ..0 if now => Some(1),
        ..0 if force => Some(0),
        ..0 => None,
        seconds => Some(seconds),
    })
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
            assert_eq!(period(grace, now, force).unwrap(), seconds, "{grace} {now} {force}");
        }
        assert!(period(5, true, false).is_err());
        assert!(period(5, false, true).is_err());
    }

    #[test]
    fn machines_go_with_their_set_unless_they_are_orphaned() {
        assert_eq!(propagation("background").unwrap().0, "Background");
        assert_eq!(propagation("false").unwrap().0, "Orphan");
        assert_eq!(
            propagation("foo").unwrap_err().to_string(),
            "invalid cascade value (foo). Must be \"background\", \"foreground\", or \"orphan\""
        );
    }
}
