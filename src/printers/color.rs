//! Color, where a person looks: only words that carry state, and never a byte of it through a pipe.

use std::borrow::Cow;
use std::ffi::OsStr;

const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const RED: &str = "\u{1b}[31m";
const RESET: &str = "\u{1b}[0m";

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal that has colors.
    #[default]
    Auto,
    /// Also through a pipe.
    Always,
    /// Not at all.
    Never,
}

impl ColorChoice {
    /// Whether to color. `no_color` and `term` are the variables of the environment: see <https://no-color.org>.
    pub fn decide(self, terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb"),
        }
    }
}

/// The cell of a table, colored if its column tells a state.
pub fn state<'a>(column: &str, cell: Cow<'a, str>) -> Cow<'a, str> {
    if !matches!(column, "Phase" | "Status" | "Ready") {
        return cell;
    }
    let color = match &*cell {
        "Running" | "Succeeded" | "Completed" | "True" => GREEN,
        "Pending" | "Scheduling" | "Scheduled" | "WaitingForSync" | "Unknown" | "Terminating" | "False" => YELLOW,
        "Failed" | "Error" | "CrashLoopBackOff" | "ErrImagePull" | "ImagePullBackOff" => RED,
        _ => return cell,
    };
    format!("{color}{cell}{RESET}").into()
}

/// `Warning:`, as kubectl colors it.
pub fn warning(word: &str) -> String {
    format!("{YELLOW}{word}{RESET}")
}

/// How wide a text is, in characters; what we have colored counts for what is seen of it.
pub fn width(text: &str) -> usize {
    let mut width = text.chars().count();
    for code in [GREEN, YELLOW, RED, RESET] {
        width = width.saturating_sub(text.matches(code).count() * code.len());
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_is_for_a_terminal_that_wants_it() {
        let decide = |choice: ColorChoice, terminal, no_color: &str, term: &str| {
            choice.decide(terminal, Some(OsStr::new(no_color)), Some(OsStr::new(term)))
        };
        assert!(decide(ColorChoice::Auto, true, "", "xterm"));
        assert!(ColorChoice::Auto.decide(true, None, None));
        assert!(!decide(ColorChoice::Auto, false, "", "xterm"));
        assert!(!decide(ColorChoice::Auto, true, "1", "xterm"));
        assert!(!decide(ColorChoice::Auto, true, "", "dumb"));
        assert!(decide(ColorChoice::Always, false, "1", "dumb"));
        assert!(!decide(ColorChoice::Never, true, "", "xterm"));
    }

    #[test]
    fn only_words_that_carry_state_are_colored() {
        assert_eq!(state("Phase", "Running".into()), "\u{1b}[32mRunning\u{1b}[0m");
        for (column, cell) in [("Name", "Running"), ("Phase", "Strange"), ("Ready", "2"), ("Labels", "Failed")] {
            assert_eq!(state(column, cell.into()), cell);
        }
    }

    #[test]
    fn color_has_no_width() {
        assert_eq!(width(&state("Phase", "Failed".into())), 6);
        assert_eq!(width("größe"), 5);
    }
}
