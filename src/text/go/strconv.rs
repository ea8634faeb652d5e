//! Booleans and whole numbers from text, and the errors of Go's `strconv` for what is none.

use super::quote;
use std::num::IntErrorKind;

const SYNTAX: &str = "invalid syntax";
const RANGE: &str = "value out of range";

/// `strconv.ParseBool`.
///
/// # Errors
/// Go's words.
pub fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(error("ParseBool", text, SYNTAX)),
    }
}

/// `strconv.ParseInt` with base 10 and 64 bits.
///
/// # Errors
/// Go's words.
pub fn parse_int(text: &str) -> Result<i64, String> {
    decimal("ParseInt", text)
}

/// `strconv.ParseUint` with base 10 and 64 bits.
///
/// # Errors
/// Go's words.
pub fn parse_uint(text: &str) -> Result<u64, String> {
    // Go takes no sign here.
    let digits = if text.starts_with('+') { "" } else { text };
    digits.parse().map_err(|found: std::num::ParseIntError| error("ParseUint", text, why(found.kind())))
}

/// `strconv.Atoi`.
///
/// # Errors
/// Go's words.
pub fn atoi(text: &str) -> Result<i64, String> {
    decimal("Atoi", text)
}

fn decimal(function: &str, text: &str) -> Result<i64, String> {
    text.parse().map_err(|found: std::num::ParseIntError| error(function, text, why(found.kind())))
}

fn why(kind: &IntErrorKind) -> &'static str {
    if matches!(kind, IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) { RANGE } else { SYNTAX }
}

/// A 64-bit number as Go's flags read it (`strconv.ParseInt` with base 0): `12`, `0xc`, `0b1100`, `0o14` and `014`;
/// underscores may stand between digits.
///
/// # Errors
/// Go's words.
pub fn parse_int_of_any_base(text: &str) -> Result<i64, String> {
    let invalid = || error("ParseInt", text, SYNTAX);
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
    i64::from_str_radix(&number, radix).map_err(|_| error("ParseInt", text, RANGE))
}

/// The same with 32 bits.
///
/// # Errors
/// Go's words.
pub fn parse_int32_of_any_base(text: &str) -> Result<i32, String> {
    let number = parse_int_of_any_base(text)?;
    i32::try_from(number).map_err(|_| error("ParseInt", text, RANGE))
}

fn error(function: &str, text: &str, why: &str) -> String {
    format!("strconv.{function}: parsing {}: {why}", quote(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_refused_in_gos_words() {
        assert_eq!(parse_bool("maybe"), Err("strconv.ParseBool: parsing \"maybe\": invalid syntax".into()));
        assert_eq!(parse_int("x"), Err("strconv.ParseInt: parsing \"x\": invalid syntax".into()));
        assert_eq!(parse_uint("+1"), Err("strconv.ParseUint: parsing \"+1\": invalid syntax".into()));
        assert_eq!(parse_uint("-1"), Err("strconv.ParseUint: parsing \"-1\": invalid syntax".into()));
        assert_eq!(
            atoi("9223372036854775808"),
            Err("strconv.Atoi: parsing \"9223372036854775808\": value out of range".into())
        );
        assert_eq!(parse_int32_of_any_base("abc"), Err("strconv.ParseInt: parsing \"abc\": invalid syntax".into()));
        assert_eq!(
            parse_int32_of_any_base("2147483648"),
            Err("strconv.ParseInt: parsing \"2147483648\": value out of range".into())
        );
    }

    #[test]
    fn numbers_of_any_base_are_read() {
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
            assert_eq!(parse_int_of_any_base(text), Ok(number), "{text}");
        }
        for text in ["", "-", "0x", "08", "1__0", "_1", "1_", "0x-1", "1.5", "--1", " 1"] {
            let message = format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
            assert_eq!(parse_int_of_any_base(text), Err(message), "{text}");
        }
        assert!(parse_int_of_any_base("9223372036854775808").unwrap_err().ends_with("value out of range"));
        assert_eq!(parse_int_of_any_base("-9223372036854775808"), Ok(i64::MIN));
    }
}
