//! Formats and patterns of text.

use jiff::Timestamp;

/// The pattern of a Kubernetes quantity in a schema: the only pattern that the shipped schemas have, so a general engine
/// for regular expressions is not needed.
pub(super) const QUANTITY: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// Whether text matches a pattern. A pattern other than [`QUANTITY`] is matched by everything.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    pattern != QUANTITY || is_quantity(text)
}

fn is_quantity(text: &str) -> bool {
    let Some(suffix) = after_number(text) else { return false };
    match suffix.as_bytes() {
        [] | [b'n' | b'u' | b'm' | b'k' | b'M' | b'G' | b'T' | b'P' | b'E'] => true,
        [b'K' | b'M' | b'G' | b'T' | b'P' | b'E', b'i'] => true,
        [b'e' | b'E', ..] => after_number(suffix.get(1..).unwrap_or_default()) == Some(""),
        _ => false,
    }
}

/// What follows a signed decimal number; `None` if the text does not begin with one.
fn after_number(text: &str) -> Option<&str> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let whole = unsigned.len() - rest.len();
    let Some(fraction) = rest.strip_prefix('.') else { return (whole > 0).then_some(rest) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (whole > 0 || rest.len() < fraction.len()).then_some(rest)
}

/// Whether text has the format; formats other than `date-time` are had by everything.
pub(super) fn conforms(format: &str, text: &str) -> bool {
    format != "date-time" || is_date_time(text)
}

/// RFC 3339 with seconds and an offset.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let shaped = digits(0, 4) && digits(5, 7) && digits(8, 10) && digits(11, 13) && digits(14, 16) && digits(17, 19);
    let zoned = text.ends_with(['Z', 'z'])
        || bytes.len().checked_sub(6).is_some_and(|at| matches!(bytes.get(at), Some(b'+' | b'-')));
    shaped && zoned && matches!(bytes.get(10), Some(b'T' | b't')) && text.parse::<Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_match_their_pattern() {
        for text in ["1", "1.5", ".5", "1.", "-1Gi", "+100m", "1e3", "1E-3", "1E", "2Ki", "1e.5"] {
            assert!(matches(QUANTITY, text), "{text}");
        }
        for text in ["", ".", "-", "x", "1 Gi", "1Gib", "1i", "1e", "1ee3", "0x1", "1.2.3"] {
            assert!(!matches(QUANTITY, text), "{text}");
        }
    }

    #[test]
    fn times_are_rfc_3339() {
        for text in ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.123456Z", "2020-01-01T00:00:00+01:00"] {
            assert!(conforms("date-time", text), "{text}");
        }
        for text in ["", "garbage", "2020-01-01", "2020-01-01T00:00:00", "2020-13-01T00:00:00Z", "2020-01-01 00:00:00Z"]
        {
            assert!(!conforms("date-time", text), "{text}");
        }
    }
}
