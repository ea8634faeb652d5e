//! The one gate: what goes to stdout, what to stderr, and what a terminal never gets to see.

use super::color::{self, ColorChoice};
use crate::text::secrets;
use std::io::{self, IsTerminal, Write};

/// Where a verb prints. Data goes to stdout; notes, warnings and progress go to stderr.
pub struct Ui {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    interactive: bool,
    /// Whether stdout, and stderr, may be colored.
    colors: (bool, bool),
    warned: Vec<(String, WarningOrigin)>,
    /// What is kept back instead of being printed, in [`Ui::buffered`].
    buffer: Option<Vec<BufferedLine>>,
}

/// A line for stderr that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
enum BufferedLine {
    Note(String),
    Warning { text: String, origin: WarningOrigin },
}

/// Whose warning it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WarningOrigin {
    Ours,
    Server,
}

impl std::fmt::Debug for Ui {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").field("interactive", &self.interactive).finish_non_exhaustive()
    }
}

impl Ui {
    /// The process's own streams, stdout buffered.
    pub fn process() -> Self {
        // A dumb terminal cannot take back what it has shown.
        let interactive = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self::new(Box::new(io::BufWriter::new(io::stdout())), Box::new(io::stderr()), interactive)
    }

    /// Any two streams. `interactive` says whether a person watches stderr: progress is drawn only then.
    pub fn new(stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>, interactive: bool) -> Self {
        Self { stdout, stderr, interactive, colors: (false, false), warned: Vec::new(), buffer: None }
    }

    /// Keeps notes and warnings back, for work that goes on beside other work: [`Ui::replay`] prints them when it is their
    /// turn. Takes no data.
    pub fn buffered() -> Self {
        Self { buffer: Some(Vec::new()), ..Self::new(Box::new(io::sink()), Box::new(io::sink()), false) }
    }

    /// Prints what another one held back.
    pub fn replay(&mut self, other: Self) {
        for buffer in other.buffer.into_iter().flatten() {
            match buffer {
                BufferedLine::Note(text) => self.note(&text),
                BufferedLine::Warning { text, origin } => self.warn(&text, origin),
            }
        }
    }

    /// Whether a person watches stderr.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Decides on color for the process's own streams; without it there is none.
    pub fn choose_color(&mut self, choice: ColorChoice) {
        let (no_color, term) = (std::env::var_os("NO_COLOR"), std::env::var_os("TERM"));
        let decide = |terminal| choice.decide(terminal, no_color.as_deref(), term.as_deref());
        self.colors = (decide(io::stdout().is_terminal()), decide(io::stderr().is_terminal()));
    }

    /// Whether data may be colored.
    pub fn has_color(&self) -> bool {
        self.colors.0
    }

    /// Writes data to stdout as it is; the caller has made untrusted text safe (see `sanitize`).
    ///
    /// # Errors
    /// When stdout cannot be written to, a closed pipe included.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())
    }

    /// Writes one line of data to stdout.
    ///
    /// # Errors
    /// When stdout cannot be written to, a closed pipe included.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.data(text)?;
        self.data("\n")
    }

    /// Sends what is buffered on its way, for instance after each row of a watch.
    ///
    /// # Errors
    /// When stdout cannot be written to, a closed pipe included.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// A line for the person on stderr, with control characters made visible and secrets masked. That stderr is closed is
    /// nobody's loss.
    pub fn note(&mut self, text: &str) {
        if let Some(buffer) = &mut self.buffer {
            return buffer.push(BufferedLine::Note(text.to_owned()));
        }
        // Order matters to whoever reads both streams on one terminal.
        let _ = self.stdout.flush();
        let _ = writeln!(self.stderr, "{}", visible(&secrets::masked(text)));
    }

    /// `Warning: text` on stderr, each text once a process.
    pub fn warning(&mut self, text: &str) {
        self.warn(text, WarningOrigin::Ours);
    }

    /// The same for what a server warns of; [`Ui::server_warnings`] counts these.
    pub fn server_warning(&mut self, text: &str) {
        self.warn(text, WarningOrigin::Server);
    }

    /// How many warnings of servers have been printed.
    pub fn server_warnings(&self) -> usize {
        self.warned.iter().filter(|(_, origin)| *origin == WarningOrigin::Server).count()
    }

    fn warn(&mut self, text: &str, origin: WarningOrigin) {
        if let Some(buffer) = &mut self.buffer {
            return buffer.push(BufferedLine::Warning { text: text.to_owned(), origin });
        }
        if self.warned.iter().any(|(earlier, _)| earlier == text) {
            return;
        }
        self.warned.push((text.to_owned(), origin));
        if !self.colors.1 {
            return self.note(&format!("Warning: {text}"));
        }
        let _ = self.stdout.flush();
        let _ = writeln!(self.stderr, "{} {}", color::warning("Warning:"), visible(&secrets::masked(text)));
    }
}

/// The text with control characters made visible, save for newline and tab: what a server or a file says must not
/// command the terminal. ESC becomes `^[`, as in kubectl's tables. So do characters that turn the direction of writing.
pub(crate) fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    let harmful = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\u{1b}' => safe.push_str("^["),
            '\r' => safe.push_str("\\r"),
            other if harmful(other) => safe.extend(other.escape_unicode()),
            other => safe.push(other),
        }
    }
    safe.into()
}

/// stderr for log lines, with secrets masked.
pub(crate) struct LogWriter;

impl Write for LogWriter {
    /// The logger hands over whole lines.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(secrets::masked(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_commands_a_terminal_is_made_visible() {
        assert_eq!(visible("a\u{1b}[31mb\r\nc\td"), "a^[[31mb\\r\nc\td");
        assert_eq!(visible("\u{202e}x\u{7}"), "\\u{202e}x\\u{7}");
        assert_eq!(visible("größe"), "größe");
    }
}
