//! Lengths of time as Kubernetes writes and reads them.

use std::time::Duration;

/// An age as kubectl shows it: at most two units, cut off, never rounded.
///
/// `seconds` is whole seconds of (now - then). The rule is `HumanDuration` of apimachinery's `util/duration`.
pub fn human(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;
    let pair = |big: i64, big_unit: &str, small: i64, small_unit: &str| match (seconds % big) / small {
        0 => format!("{}{big_unit}", seconds / big),
        rest => format!("{}{big_unit}{rest}{small_unit}", seconds / big),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => pair(MINUTE, "m", 1, "s"),
        600..10_800 => format!("{}m", seconds / MINUTE),
        10_800..28_800 => pair(HOUR, "h", MINUTE, "m"),
        28_800..172_800 => format!("{}h", seconds / HOUR),
        172_800..691_200 => pair(DAY, "d", HOUR, "h"),
        691_200..63_072_000 => format!("{}d", seconds / DAY),
        63_072_000..252_288_000 => pair(YEAR, "y", DAY, "d"),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// Reads a Go duration such as `1m30s`, `500ms` or `-1s`.
///
/// Negative lengths come back as `None`: kubectl gives them a meaning of their own (for instance "a week").
///
/// # Errors
/// Go's own words, for instance `time: missing unit in duration "10"`.
pub fn parse_go(text: &str) -> Result<Option<Duration>, String> {
    let quoted = go_quote(text);
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
                _ => return Err(format!("time: unknown unit {} in duration {quoted}", go_quote(unit))),
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

fn go_quote(text: &str) -> String {
    format!("{text:?}")
}

#[cfg(test)]
mod tests {
    use super::{human, parse_go};
    use std::time::Duration;

    #[test]
    fn ages_are_cut_off_where_kubectl_cuts_them() {
        let minute = 60;
        let hour = 60 * minute;
        let day = 24 * hour;
        let cases = [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (5 * minute + 7, "5m7s"),
            (10 * minute - 1, "9m59s"),
            (10 * minute, "10m"),
            (3 * hour - 1, "179m"),
            (3 * hour, "3h"),
            (8 * hour - 1, "7h59m"),
            (8 * hour, "8h"),
            (48 * hour - 1, "47h"),
            (2 * day, "2d"),
            (2 * day + 3 * hour, "2d3h"),
            (8 * day - 1, "7d23h"),
            (8 * day, "8d"),
            (730 * day - 1, "729d"),
            (800 * day, "2y70d"),
            (9 * 365 * day, "9y"),
        ];
        for (seconds, text) in cases {
            assert_eq!(human(seconds), text, "{seconds} s");
        }
    }

    #[test]
    fn go_durations_are_read_and_refused_in_gos_words() {
        assert_eq!(parse_go("1m30s"), Ok(Some(Duration::from_secs(90))));
        assert_eq!(parse_go("1.5s"), Ok(Some(Duration::from_millis(1500))));
        assert_eq!(parse_go("0"), Ok(Some(Duration::ZERO)));
        assert_eq!(parse_go("-1s"), Ok(None));
        assert_eq!(parse_go("10"), Err("time: missing unit in duration \"10\"".into()));
        assert_eq!(parse_go(""), Err("time: invalid duration \"\"".into()));
        assert_eq!(parse_go("1x"), Err("time: unknown unit \"x\" in duration \"1x\"".into()));
        assert_eq!(parse_go("99999999999h"), Err("time: invalid duration \"99999999999h\"".into()));
    }
}
