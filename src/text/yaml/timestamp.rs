//! Dates and times as go-yaml finds them in plain text: Go's `time.Parse` with four layouts.

/// Whether go-yaml reads the text as a date or a time.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let year = bytes.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_digit));
    if year.is_none() || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let mut reader = Reader { rest: text };
    let Some((year, month, day)) = date(&mut reader) else { return false };
    if !(1..=days(year, month)).contains(&day) {
        return false;
    }
    if reader.rest.is_empty() {
        return true;
    }
    let zoned = matches!(reader.rest.as_bytes().first(), Some(b'T' | b't'));
    if zoned {
        reader.skip(1);
    } else if reader.rest.starts_with(' ') {
        reader.rest = reader.rest.trim_start_matches(' ');
    } else {
        return false;
    }
    time(&mut reader).is_some() && (!zoned || zone(&mut reader).is_some()) && reader.rest.is_empty()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn literal(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    /// One digit, or two where two are there.
    fn one_or_two(&mut self) -> Option<u32> {
        let digits = self.rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let number = self.rest.get(..digits)?.parse().ok()?;
        self.skip(digits);
        Some(number)
    }

    fn two(&mut self) -> Option<u32> {
        let number = self.rest.get(..2).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number = number.parse().ok()?;
        self.skip(2);
        Some(number)
    }
}

fn date(reader: &mut Reader<'_>) -> Option<(u32, u32, u32)> {
    let year = reader.rest.get(..4)?.parse().ok()?;
    reader.skip(4);
    reader.literal('-')?;
    let month = reader.one_or_two().filter(|month| (1..=12).contains(month))?;
    reader.literal('-')?;
    Some((year, month, reader.one_or_two()?))
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn time(reader: &mut Reader<'_>) -> Option<()> {
    reader.one_or_two().filter(|hour| *hour < 24)?;
    reader.literal(':')?;
    reader.one_or_two().filter(|minute| *minute < 60)?;
    reader.literal(':')?;
    reader.one_or_two().filter(|second| *second < 60)?;
    if let Some(fraction) = reader.rest.strip_prefix(['.', ',']) {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            reader.skip(digits + 1);
        }
    }
    Some(())
}

fn zone(reader: &mut Reader<'_>) -> Option<()> {
    if reader.literal('Z').is_some() {
        return Some(());
    }
    reader.rest = reader.rest.strip_prefix(['+', '-'])?;
    reader.two().filter(|hours| *hours <= 24)?;
    reader.literal(':')?;
    reader.two().filter(|minutes| *minutes <= 60)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn dates_and_times_are_found() {
        for text in [
            "2026-11-23",
            "2026-1-2",
            "2026-11-23T10:00:00Z",
            "2026-11-23t1:2:3.5+01:00",
            "2026-11-23  10:00:00",
            "2024-02-29",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "2026-13-23",
            "2026-02-30",
            "2026-11-23T10:00:00",
            "2026-11-23 10:00:00Z",
            "2026-11-23 ",
            "20261-1-1",
            "2026-11",
            "2026-11-23x",
            "2026-11-23T25:00:00Z",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
