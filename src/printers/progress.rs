//! How sets get on: a bar on a terminal, a line a change elsewhere.

use super::Ui;
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use std::collections::HashMap;
use std::io;

/// Where one set stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetProgress {
    /// The set's name.
    pub name: String,
    /// VMIs that are wanted.
    pub wanted: usize,
    /// VMIs that count.
    pub active: usize,
    /// VMIs that are ready.
    pub ready: usize,
    /// What it still waits for.
    pub waits_for: Option<String>,
}

/// Which VMIs the bar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Those that are there.
    Active,
    /// Those that are ready.
    Ready,
}

/// Shows steps on stderr.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    measure: Measure,
    rendered: HashMap<String, String>,
}

impl Progress {
    /// A bar if a person watches, lines if not.
    pub fn new(ui: &Ui) -> Self {
        let bar = ui.is_interactive().then(|| {
            let target = ProgressDrawTarget::term_like_with_hz(Box::new(Narrowed(Term::stderr())), 20);
            let bar = ProgressBar::with_draw_target(None, target);
            bar.with_style(style(Measure::Ready))
        });
        Self { bar, measure: Measure::Ready, rendered: HashMap::new() }
    }

    /// Counts other VMIs from now on than the ready ones.
    pub fn measure(&mut self, measure: Measure) {
        if let Some(bar) = self.bar.as_ref().filter(|_| self.measure != measure) {
            bar.set_style(style(measure));
        }
        self.measure = measure;
    }

    /// Shows where the sets stand; what was said already is not said again.
    pub fn show(&mut self, ui: &mut Ui, steps: &[SetProgress]) {
        if let Some(bar) = &self.bar {
            bar.set_length(count(steps, |step| step.wanted));
            // While a set shrinks there are more than wanted.
            bar.set_position(match self.measure {
                Measure::Active => count(steps, |step| step.active),
                Measure::Ready => count(steps, |step| step.ready),
            });
            let waiting = steps.iter().find_map(|step| step.waits_for.as_deref());
            bar.set_message(waiting.map(|waiting| super::visible(waiting).into_owned()).unwrap_or_default());
            // Changes that come fast are not drawn, and the last of them may stand for long.
            bar.force_draw();
            return;
        }
        for step in steps {
            let line = line(step);
            if self.rendered.get(&step.name) != Some(&line) {
                ui.note(&line);
                self.rendered.insert(step.name.clone(), line);
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Whoever is interrupted leaves no half-drawn bar.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// A terminal of which two columns stay free, for the `^C` that it shows: were that on a line of its own, the bar would not
/// be taken away.
#[derive(Debug)]
struct Narrowed(Term);

impl TermLike for Narrowed {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(2)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

fn style(measure: Measure) -> ProgressStyle {
    let template = match measure {
        Measure::Active => "{bar:20} {pos}/{len} VMIs  {wide_msg}",
        Measure::Ready => "{bar:20} {pos}/{len} ready  {wide_msg}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn count(steps: &[SetProgress], of: impl Fn(&SetProgress) -> usize) -> u64 {
    steps.iter().map(|step| u64::try_from(of(step)).unwrap_or(u64::MAX)).sum()
}

fn line(step: &SetProgress) -> String {
    let SetProgress { name, wanted, active, ready, waits_for } = step;
    match waits_for {
        Some(waits_for) => format!("{name}: {active}/{wanted} VMIs, {ready} ready; waiting for {waits_for}"),
        None => format!("{name}: {active}/{wanted} VMIs, {ready} ready"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn without_a_terminal_each_change_is_told_once() {
        let stderr = SharedBuffer::default();
        let mut ui = Ui::new(Box::new(Vec::new()), Box::new(stderr.clone()), false);
        let mut progress = Progress::new(&ui);
        let mut step = SetProgress {
            name: "web".into(),
            wanted: 2,
            active: 0,
            ready: 0,
            waits_for: Some("2 VMIs to be created".into()),
        };
        progress.show(&mut ui, std::slice::from_ref(&step));
        progress.show(&mut ui, std::slice::from_ref(&step));
        (step.active, step.ready, step.waits_for) = (2, 2, None);
        progress.show(&mut ui, &[step]);
        progress.finish();
        let rendered = String::from_utf8(stderr.0.lock().unwrap().clone()).unwrap();
        assert_eq!(rendered, "web: 0/2 VMIs, 0 ready; waiting for 2 VMIs to be created\nweb: 2/2 VMIs, 2 ready\n");
    }
}
