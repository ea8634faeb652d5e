//! Booleans and numbers as Go's flag parser reads them.

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

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
