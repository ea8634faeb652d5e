//! Flags that several verbs share, and values as Go's flag parser reads them.

use super::cluster::Call;
use super::error::Error;
use crate::printers::Out;
use crate::text::go::duration;
pub(crate) use crate::text::go::strconv::{
    parse_bool as go_bool, parse_int_of_any_base as go_int64, parse_int32_of_any_base as go_int32,
};
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use std::time::Duration;

/// How long kubectl waits when it is told to wait without end.
const A_WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Takes any text, and tells completion which texts make sense. What does not is refused by the verb, in kubectl's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suggest(pub(crate) &'static [&'static str]);

impl TypedValueParser for Suggest {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|value| PossibleValue::new(*value))))
    }
}

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
    pub(crate) fn strategy(&self, out: &mut Out) -> Result<DryRun, Error> {
        let (strategy, deprecation) = dry_run(&self.dry_run)?;
        if let Some(text) = deprecation {
            out.warning(&text);
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

/// A page's size; nothing and less mean no pages at all.
pub(crate) fn go_chunk(text: &str) -> Result<u32, String> {
    Ok(u32::try_from(go_int32(text)?).unwrap_or(0))
}

/// How long to wait: a Go duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Zero.
    Zero,
    /// That long.
    For(Duration),
    /// Less than nothing: to Go's contexts it has passed already, to `kubectl wait` it is a week.
    Negative,
}

impl Wait {
    /// The length, or `when_zero`; none at all if it is negative.
    pub(crate) fn or(self, when_zero: Duration) -> Duration {
        match self {
            Self::Zero => when_zero,
            Self::For(length) => length,
            Self::Negative => Duration::ZERO,
        }
    }

    /// The length as `kubectl wait` has it: zero looks once, and what is negative is a week.
    pub(crate) fn of_wait(self) -> Duration {
        if self == Self::Negative { A_WEEK } else { self.or(Duration::ZERO) }
    }

    /// The length, zero being kubectl's "as long as it takes".
    pub(crate) fn or_a_week(self) -> Duration {
        self.or(A_WEEK)
    }
}

/// Reads `--timeout`.
pub(crate) fn go_wait(text: &str) -> Result<Wait, String> {
    Ok(match duration::parse(text)? {
        Some(length) if length.is_zero() => Wait::Zero,
        Some(length) => Wait::For(length),
        None => Wait::Negative,
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

    #[test]
    fn a_time_to_wait_is_a_go_duration() {
        assert_eq!(go_wait("10"), Err("time: missing unit in duration \"10\"".into()));
        assert_eq!(go_wait("0"), Ok(Wait::Zero));
        let negative = go_wait("-1s").unwrap();
        assert_eq!((negative.of_wait(), negative.or_a_week()), (A_WEEK, Duration::ZERO));
    }
}
