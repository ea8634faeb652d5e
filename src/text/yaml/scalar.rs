//! How a text is written: plain, in single or double quotes, or as a block. The rules are libyaml's, as go-yaml v2 has
//! them.

use super::resolve;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What a text holds that matters to its style.
#[derive(Debug)]
struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
    multiline: bool,
}

/// The style of a text. `is_key`: it stands before a colon on the same line.
pub(super) fn style(text: &str, is_key: bool) -> Style {
    let allowed = analyze(text);
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if resolve::means_itself(text) {
        Style::Plain
    } else {
        Style::Double
    };
    match wanted {
        _ if is_key && allowed.multiline => Style::Double,
        Style::Literal if allowed.block && !is_key => Style::Literal,
        Style::Plain if allowed.plain => Style::Plain,
        Style::Plain if allowed.single => Style::Single,
        _ => Style::Double,
    }
}

/// Whether the text can stand before a colon; another one is announced with a question mark.
pub(super) fn is_simple_key(text: &str) -> bool {
    text.len() <= 128 && !text.contains(is_break)
}

pub(super) fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the letter may be written as it is. go-yaml also lets pass what turns the direction of writing, with which a
/// text can look like another one on a terminal; here it is escaped, which reads back as the same text.
pub(super) fn is_printable(letter: char) -> bool {
    match letter {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => false,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' => true,
        _ => false,
    }
}

fn analyze(text: &str) -> Analysis {
    let (mut indicators, mut special, mut multiline) =
        (text.starts_with("---") || text.starts_with("..."), false, false);
    let (mut space_then_break, mut break_then_space) = (false, false);
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_word = letters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        indicators |= is_indicator(letter, before, ends_word);
        special |= !is_printable(letter);
        multiline |= is_break(letter);
        space_then_break |= is_break(letter) && before == Some(' ');
        break_then_space |= letter == ' ' && before.is_some_and(is_break);
        before = Some(letter);
    }
    let at_edge = |letter: char| letter == ' ' || is_break(letter);
    let bare_edges = !text.starts_with(at_edge) && !text.ends_with(at_edge);
    let harmless = !space_then_break && !special;
    Analysis {
        plain: harmless && bare_edges && !indicators && !multiline,
        single: harmless && !break_then_space,
        block: harmless && !text.is_empty() && !text.ends_with(' '),
        multiline,
    }
}

/// Whether a letter means something to YAML where it stands in a text.
fn is_indicator(letter: char, before: Option<char>, ends_word: bool) -> bool {
    match (before, letter) {
        (None, '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`') => true,
        (None, '?' | ':' | '-') | (Some(_), ':') => ends_word,
        (Some(before), '#') => matches!(before, ' ' | '\t' | '\0') || is_break(before),
        _ => false,
    }
}

/// What stands between the bar of a block and its first line: an indentation where the text begins with blank or break,
/// and what becomes of the breaks at its end.
pub(super) fn block_hints(text: &str) -> String {
    let mut hints = String::new();
    if text.starts_with(|letter| letter == ' ' || is_break(letter)) {
        hints.push('2');
    }
    let mut from_end = text.chars().rev();
    match (from_end.next().is_some_and(is_break), from_end.next()) {
        (false, _) => hints.push('-'),
        (true, None) => hints.push('+'),
        (true, Some(letter)) if is_break(letter) => hints.push('+'),
        (true, Some(_)) => {}
    }
    hints
}

/// A letter within double quotes, if it cannot stand for itself.
pub(super) fn escape(letter: char) -> Option<String> {
    let short = match letter {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        letter if is_printable(letter) => return None,
        letter => return Some(by_number(letter)),
    };
    Some(format!("\\{short}"))
}

fn by_number(letter: char) -> String {
    match u32::from(letter) {
        code @ 0..=0xff => format!("\\x{code:02X}"),
        code @ 0x100..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_style_that_kubectl_gives_it() {
        use Style::{Double, Literal, Plain, Single};
        for (text, expected) in [
            ("web", Plain),
            ("a b", Plain),
            ("a:b", Plain),
            ("a: b", Single),
            ("a #b", Single),
            ("#a", Single),
            ("-", Single),
            ("-a", Plain),
            ("---", Single),
            ("'a'", Single),
            (" a", Single),
            ("true", Double),
            ("", Double),
            ("1.5", Double),
            ("a\tb", Double),
            ("\u{1f600}", Double),
            ("\u{1b}[31m", Double),
            ("\u{202e}x", Double),
            ("é", Plain),
            ("a\nb", Literal),
            ("a\nb\n", Literal),
            ("a \nb", Double),
            ("a\r\nb", Double),
            ("\n", Literal),
        ] {
            assert_eq!(style(text, false), expected, "{text:?}");
        }
        assert_eq!(style("a\nb", true), Double);
    }
}
