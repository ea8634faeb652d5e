//! A terminal in which a program runs as it would for a person: keys go in, a screen comes out. tmux is the terminal.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// How long a screen may take to show what is expected, on the busiest of VMIs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Terminal {
    // Its own server, so that nothing of the user's tmux is met or left behind.
    folder: tempfile::TempDir,
}

impl Terminal {
    /// Runs a program in a new terminal. The environment holds `variables`, PATH among them, and little else.
    pub fn start(program: &[&str], directory: &Path, variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> = [("TERM", "screen")].iter().chain(variables).copied().collect();
        Self::sized("120", program, directory, &variables)
    }

    /// In a terminal of so many columns, whose kind the variables may tell.
    pub fn sized(columns: &str, program: &[&str], directory: &Path, variables: &[(&str, &str)]) -> Self {
        let terminal = Self { folder: tempfile::tempdir().unwrap() };
        let mut words = vec!["-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", "30", "env", "-i"];
        let pairs: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        words.extend(pairs.iter().map(String::as_str));
        words.extend(program);
        let started = terminal.command(&words).current_dir(directory).output();
        let started = started.expect("tmux is not installed; tests/run installs it");
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        terminal
    }

    /// Types this text.
    pub fn types(&self, text: &str) {
        self.tmux(&["send-keys", "-l", "--", text]);
    }

    /// Presses a key, by tmux's name for it.
    pub fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p"]).stdout).into_owned()
    }

    /// Waits until the screen shows this text.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        self.waits(&format!("for {text:?}"), |screen| screen.contains(text));
    }

    /// Waits until the screen does not show this text any more.
    #[track_caller]
    pub fn hides(&self, text: &str) {
        self.waits(&format!("for {text:?} to go"), |screen| !screen.contains(text));
    }

    #[track_caller]
    fn waits(&self, what: &str, good: impl Fn(&str) -> bool) {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if good(&screen) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "waiting {what}, the screen shows\n{}", screen.trim_end());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses Tab until the screen shows this text: completion gives up on a cluster that is slow to answer, and a
    /// person presses the key again.
    #[track_caller]
    pub fn tab_shows(&self, text: &str) {
        let start = Instant::now();
        while !self.screen().contains(text) {
            assert!(
                start.elapsed() < PATIENCE,
                "after Tab, waiting for {text:?}, the screen shows\n{}",
                self.screen().trim_end()
            );
            self.press("Tab");
            let pressed = Instant::now();
            while pressed.elapsed() < Duration::from_secs(3) && !self.screen().contains(text) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    fn tmux(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.folder.path().join("socket")).args(words).env_remove("TMUX");
        command
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
