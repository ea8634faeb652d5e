//! The one gate: what goes to stdout, what to stderr, and what a terminal never gets to see.

use std::io::{self, IsTerminal, Write};

/// Where a verb prints. Data goes to stdout; notes, warnings and progress go to stderr.
pub struct Out {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    interactive: bool,
    warned: Vec<String>,
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").field("interactive", &self.interactive).finish_non_exhaustive()
    }
}

impl Out {
    /// The process's own streams, stdout buffered.
    pub fn process() -> Self {
        let interactive = io::stderr().is_terminal();
        Self::new(Box::new(io::BufWriter::new(io::stdout())), Box::new(io::stderr()), interactive)
    }

    /// Any two streams. `interactive` says whether a person watches stderr: progress is drawn only then.
    pub fn new(stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>, interactive: bool) -> Self {
        Self { stdout, stderr, interactive, warned: Vec::new() }
    }

    /// Whether a person watches stderr.
    pub fn is_interactive(&self) -> bool {
        self.interactive
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

    /// A line for the person on stderr. That stderr is closed is nobody's loss.
    pub fn note(&mut self, text: &str) {
        // Order matters to whoever reads both streams on one terminal.
        let _ = self.stdout.flush();
        let _ = writeln!(self.stderr, "{text}");
    }

    /// `Warning: text` on stderr, each text once a process.
    pub fn warning(&mut self, text: &str) {
        if self.warned.iter().any(|earlier| earlier == text) {
            return;
        }
        self.warned.push(text.to_owned());
        self.note(&format!("Warning: {text}"));
    }
}
