//! Go's `strconv.UnquoteChar`, for text in either kind of quotes.

/// What is between the quotes of `quoted`, whose first and last characters are `'` or `"`, with escapes resolved. Bytes
/// that an escape makes and that are not UTF-8 become U+FFFD.
///
/// # Errors
/// Go's words.
pub fn unquote(quoted: &str) -> Result<String, &'static str> {
    let syntax = || "invalid syntax";
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\'')).ok_or_else(syntax)?;
    let inner = quoted.get(1..).and_then(|rest| rest.strip_suffix(quote)).ok_or_else(syntax)?;
    if !inner.contains(['\\', quote]) {
        return Ok(inner.to_owned());
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        if first == quote {
            return Err(syntax());
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        if first == '\\' {
            rest = escape(rest, quote, &mut bytes).ok_or_else(syntax)?;
        } else {
            bytes.extend(first.encode_utf8(&mut [0; 4]).bytes());
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Resolves the escape whose backslash was read, and returns what follows it.
fn escape<'a>(text: &'a str, quote: char, bytes: &mut Vec<u8>) -> Option<&'a str> {
    let kind = text.chars().next()?;
    let rest = text.get(kind.len_utf8()..)?;
    let simple = match kind {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        '\'' | '"' if kind == quote => u8::try_from(quote).ok()?,
        'x' => {
            let (code, rest) = digits(rest, 2, 16)?;
            bytes.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        'u' | 'U' => {
            let (code, rest) = digits(rest, if kind == 'u' { 4 } else { 8 }, 16)?;
            bytes.extend(char::from_u32(code)?.encode_utf8(&mut [0; 4]).bytes());
            return Some(rest);
        }
        '0'..='7' => {
            let (code, rest) = digits(text, 3, 8)?;
            bytes.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        _ => return None,
    };
    bytes.push(simple);
    Some(rest)
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    if !number.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    Some((u32::from_str_radix(number, radix).ok()?, rest))
}
