//! Go's `time.ParseDuration`.

use super::quote;
use std::time::Duration;

/// Reads a Go duration such as `1m30s`, `500ms` or `-1s`.
///
/// Negative lengths come back as `None`: kubectl gives them a meaning of their own (for instance "a week").
///
/// # Errors
/// Go's own words, for instance `time: missing unit in duration "10"`.
pub fn parse(text: &str) -> Result<Option<Duration>, String> {
    let quoted = quote(text);
    let invalid = || format!("time: invalid duration {quoted}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(Some(Duration::ZERO));
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut nanos = 0f64;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: f64 = rest[..number_end].parse().map_err(|_| invalid())?;
        rest = &rest[number_end..];
        let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = &rest[..unit_end];
        rest = &rest[unit_end..];
        nanos += number
            * match unit {
                "" => return Err(format!("time: missing unit in duration {quoted}")),
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return Err(format!("time: unknown unit {} in duration {quoted}", quote(unit))),
            };
    }
    // Go keeps a duration in a signed 64-bit count of nanoseconds.
    if nanos >= 9_223_372_036_854_775_807.0 {
        return Err(invalid());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    let length = Duration::from_nanos(nanos as u64);
    Ok(if negative && !length.is_zero() { None } else { Some(length) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_are_read_and_refused_in_gos_words() {
        assert_eq!(parse("1m30s"), Ok(Some(Duration::from_secs(90))));
        assert_eq!(parse("1.5s"), Ok(Some(Duration::from_millis(1500))));
        assert_eq!(parse("0"), Ok(Some(Duration::ZERO)));
        assert_eq!(parse("-1s"), Ok(None));
        assert_eq!(parse("10"), Err("time: missing unit in duration \"10\"".into()));
        assert_eq!(parse(""), Err("time: invalid duration \"\"".into()));
        assert_eq!(parse("1x"), Err("time: unknown unit \"x\" in duration \"1x\"".into()));
        assert_eq!(parse("99999999999h"), Err("time: invalid duration \"99999999999h\"".into()));
    }
}
