//! Go's `strconv.Quote`.

/// Text in double quotes, as `%q` prints it.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            letter if letter.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(letter))),
            letter if is_print(letter) => quoted.push(letter),
            letter if u32::from(letter) <= 0xffff => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => quoted.push_str(&format!("\\U{:08x}", u32::from(letter))),
        }
    }
    quoted.push('"');
    quoted
}

/// Go's `unicode.IsPrint`. Rust's debug format asks the same question, and also escapes quotes and backslashes.
pub fn is_print(letter: char) -> bool {
    // Alone, a combining mark would be escaped for its own sake.
    matches!(letter, '"' | '\'' | '\\') || String::from_iter(['x', letter]).escape_debug().count() == 2
}

/// A byte of JSON between single quotes, without them, as Go's scanner quotes it.
pub fn quote_byte(byte: u8) -> String {
    match byte {
        b'\'' => "\\'".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\\' => "\\\\".to_owned(),
        0..0x20 | 0x7f => format!("\\x{byte:02x}"),
        0x80..0xa0 | 0xad => format!("\\u{byte:04x}"),
        _ => char::from(byte).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_go_does() {
        assert_eq!(quote("a\"\\\n\u{1b}\u{7f}é'\u{200b}\0"), "\"a\\\"\\\\\\n\\x1b\\x7fé'\\u200b\\x00\"");
        assert_eq!(quote("e\u{301} \u{e000} \u{1f600} \u{e0001}"), "\"e\u{301} \\ue000 \u{1f600} \\U000e0001\"");
    }
}
