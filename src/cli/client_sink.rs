//! The terminal as the place where the client's warnings and traces go.

use crate::client::Sink;
use crate::printers::Ui;

impl Sink for Ui {
    fn warning(&mut self, text: &str) {
        self.server_warning(text);
    }

    fn trace(&mut self, line: &str) {
        self.note(line);
    }
}

/// An output that keeps nothing.
#[cfg(test)]
pub(crate) fn silent() -> Ui {
    Ui::new(Box::new(std::io::sink()), Box::new(std::io::sink()), false)
}
