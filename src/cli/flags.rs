//! Flags that several verbs share, and values as Go's flag parser reads them.

use super::cluster::Call;
use super::error::Error;
use crate::printers::Ui;
use crate::text::duration;
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

/// A boolean as Go's `strconv.ParseBool` reads it.
pub(crate) fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}

/// A 32-bit number as Go's flags read it.
pub(crate) fn go_int32(text: &str) -> Result<i32, String> {
    let number = go_int64(text)?;
    i32::try_from(number).map_err(|_| go_number_fault(text, "value out of range"))
}

/// A page's size; nothing and less mean no pages at all.
pub(crate) fn go_chunk(text: &str) -> Result<u32, String> {
    Ok(u32::try_from(go_int32(text)?).unwrap_or(0))
}

/// A 64-bit number as Go's flags read it (`strconv.ParseInt` with base 0): `12`, `0xc`, `0b1100`, `0o14` and `014`;
/// underscores may stand between digits.
pub(crate) fn go_int64(text: &str) -> Result<i64, String> {
    let invalid = || go_number_fault(text, "invalid syntax");
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let prefix = unsigned.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match prefix.as_str() {
        "0x" => (16, &unsigned[2..]),
        "0b" => (2, &unsigned[2..]),
        "0o" => (8, &unsigned[2..]),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    let begins_well = radix != 10 || !digits.starts_with('_');
    if digits.is_empty() || !begins_well || digits.ends_with('_') || digits.contains("__") {
        return Err(invalid());
    }
    // A sign belongs before the prefix.
    if !digits.chars().all(|digit| digit == '_' || digit.is_digit(radix)) {
        return Err(invalid());
    }
    let number = format!("{sign}{}", digits.replace('_', ""));
    i64::from_str_radix(&number, radix).map_err(|_| go_number_fault(text, "value out of range"))
}

fn go_number_fault(text: &str, why: &str) -> String {
    format!("strconv.ParseInt: parsing {text:?}: {why}")
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
    Ok(match duration::parse_go(text)? {
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
    fn values_are_refused_in_gos_words() {
        assert_eq!(go_int32("abc"), Err("strconv.ParseInt: parsing \"abc\": invalid syntax".into()));
        assert_eq!(go_int32("2147483648"), Err("strconv.ParseInt: parsing \"2147483648\": value out of range".into()));
        for (text, number) in [
            ("12", 12),
            ("+3", 3),
            ("-0", 0),
            ("-0x1F", -31),
            ("0b101", 5),
            ("0o17", 15),
            ("017", 15),
            ("1_000", 1000),
            ("0x_f", 15),
        ] {
            assert_eq!(go_int64(text), Ok(number), "{text}");
        }
        for text in ["", "-", "0x", "08", "1__0", "_1", "1_", "0x-1", "1.5", "--1", " 1"] {
            let message = format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
            assert_eq!(go_int64(text), Err(message), "{text}");
        }
        assert!(go_int64("9223372036854775808").unwrap_err().ends_with("value out of range"));
        assert_eq!(go_int64("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(go_bool("maybe"), Err("strconv.ParseBool: parsing \"maybe\": invalid syntax".into()));
        assert_eq!(go_wait("10"), Err("time: missing unit in duration \"10\"".into()));
        assert_eq!(go_wait("0"), Ok(Wait::Zero));
        let negative = go_wait("-1s").unwrap();
        assert_eq!((negative.of_wait(), negative.or_a_week()), (A_WEEK, Duration::ZERO));
    }
}
