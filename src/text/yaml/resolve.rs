//! What a plain, unquoted text means to go-yaml: whoever writes YAML for it has to quote text that means something else.
//!
//! The rules are those of YAML 1.1 as go-yaml v2 reads it (its `resolve`): numbers in Go's notations, dates, the many
//! names of true, false and null.

use super::timestamp;

const WORDS: [&str; 39] = [
    "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N",
    "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF",
    "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
];

/// Whether the text, unquoted, is read back as this very text.
pub(super) fn means_itself(text: &str) -> bool {
    !is_word(text) && !is_number(text) && !timestamp::is_timestamp(text) && !is_base_60(text)
}

/// A name of null, of a boolean, or of a number that is none.
fn is_word(text: &str) -> bool {
    text.len() <= 5 && WORDS.contains(&text)
}

fn is_number(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'.') => is_fraction(text),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            let plain = text.replace('_', "");
            integer(&plain) || is_decimal(&plain) || is_binary(&plain)
        }
        _ => false,
    }
}

/// Go's `strconv.ParseInt(text, 0, 64)`, or `ParseUint`, of a text without underscores.
pub(super) fn integer(text: &str) -> bool {
    let (digits, signed) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let (digits, radix) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (digits.get(2..).unwrap_or_default(), 16),
        Some("0b") => (digits.get(2..).unwrap_or_default(), 2),
        Some("0o") => (digits.get(2..).unwrap_or_default(), 8),
        _ => match digits.strip_prefix('0') {
            Some(rest) if !rest.is_empty() => (rest, 8),
            _ => (digits, 10),
        },
    };
    if digits.starts_with(['+', '-']) {
        return false;
    }
    let Ok(size) = u64::from_str_radix(digits, radix) else { return false };
    let most = if text.starts_with('-') { 1 << 63 } else { i64::MAX.unsigned_abs() };
    !signed || size <= most
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, within the range of a double.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_mantissa = !whole.is_empty() || !fraction.is_empty();
    let has_exponent = exponent.is_none_or(|digits| !digits.is_empty() && are_digits(digits));
    has_mantissa && has_exponent && are_digits(whole) && are_digits(fraction) && in_range(unsigned)
}

/// Go's `strconv.ParseFloat` of a text that begins with a dot; underscores may stand between digits.
fn is_fraction(text: &str) -> bool {
    let bytes = text.as_bytes();
    let between_digits = |index: usize| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        digit(index.checked_sub(1)) && digit(Some(index + 1))
    };
    let underscores = text.bytes().enumerate().filter(|(_, byte)| *byte == b'_');
    let well_placed = underscores.map(|(index, _)| index).all(between_digits);
    well_placed && is_decimal(&text.replace('_', ""))
}

fn in_range(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `0b` may be followed by a sign of its own.
fn is_binary(text: &str) -> bool {
    let signed = |text: &str| i64::from_str_radix(text, 2).is_ok() || u64::from_str_radix(text, 2).is_ok();
    match (text.strip_prefix("0b"), text.strip_prefix("-0b")) {
        (Some(digits), _) => signed(digits),
        (_, Some(digits)) => i64::from_str_radix(&format!("-{digits}"), 2).is_ok(),
        _ => false,
    }
}

/// `190:20:30`: a number to base 60 in YAML 1.1. go-yaml reads none of them, and quotes them for those who do.
pub(super) fn is_base_60(text: &str) -> bool {
    let mut parts = text.strip_prefix(['+', '-']).unwrap_or(text).split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.pop() else { return false };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    let below_60 = |part: &str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [tens, digit] => matches!(tens, b'0'..=b'5') && digit.is_ascii_digit(),
        _ => false,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let starts_well = first.starts_with(|letter: char| letter.is_ascii_digit()) && digits(first);
    starts_well && rest.into_iter().chain([last]).all(below_60) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::means_itself;

    #[test]
    fn text_that_means_something_else_is_known() {
        for text in [
            "",
            "~",
            "null",
            "y",
            "No",
            "1",
            "01",
            "08",
            "0x1F",
            "0o17",
            "1_000",
            "1e3",
            ".5",
            "5.",
            "+1",
            "-0",
            "0b11",
            "0b-1",
            "-.inf",
            ".NaN",
            "2026-11-23",
            "2026-1-2T3:4:5Z",
            "12:30:45",
            "1:2",
            "99999999999999999999",
            "1.5_0",
            ".5_0",
            "18446744073709551615",
            "1__0",
        ] {
            assert!(!means_itself(text), "{text}");
        }
        for text in [
            "x",
            "-",
            "--",
            "0x",
            "1e",
            "e1",
            "0o8",
            "1.2.3",
            "1Gi",
            "v1",
            "nan",
            "inf",
            "NaN",
            "null null",
            "1,000",
            "60:1a",
            "1e999",
            "_1",
            "0xg",
            "1:60",
            "2001-13-45x",
            "._5",
            ".5_",
            "<<",
            "=",
            "truex",
            "+-1",
            "-0b-1x",
        ] {
            assert!(means_itself(text), "{text}");
        }
    }
}
