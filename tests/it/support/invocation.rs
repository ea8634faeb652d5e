//! One run of a program, told as a terminal would show it: the command, stdout, stderr, exit code.

use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

#[must_use]
pub struct Invocation {
    command: Command,
    shown: String,
    stdin: Option<Vec<u8>>,
    limit: Option<Duration>,
}

/// How it ended.
#[derive(Debug, Clone)]
pub struct Ended {
    pub shown: String,
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Invocation {
    /// `words` are split at spaces; quotes `'…'` keep a word together.
    pub fn new(program: impl AsRef<OsStr>, called: &str, words: &str) -> Self {
        Self::with_flags(program, called, &[], words)
    }

    /// With flags before the words, which the shown command leaves out.
    pub fn with_flags(program: impl AsRef<OsStr>, called: &str, flags: &[&str], words: &str) -> Self {
        let mut command = Command::new(program);
        command.args(flags).args(split(words)).env_clear().kill_on_drop(true);
        for fixture in ["PATH", "HOME", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(fixture) {
                command.env(fixture, value);
            }
        }
        Self { command, shown: format!("$ {called} {words}"), stdin: None, limit: None }
    }

    /// One more word, whatever it holds.
    pub fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        self.command.arg(word);
        self
    }

    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Ends it with SIGKILL when it still runs after so long; what it has printed until then counts.
    pub fn stopped_after(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    pub fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Runs it until it has printed so many lines, then stops it; returns them.
    pub async fn lines(mut self, count: usize) -> Vec<String> {
        let mut child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("start the program");
        let mut lines = tokio::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let mut read = Vec::new();
        while read.len() < count {
            let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
            read.push(
                line.unwrap_or_else(|_| panic!("after {read:?} nothing more came")).unwrap().expect("it ended early"),
            );
        }
        child.kill().await.unwrap();
        read
    }

    /// Starts it and lets it run; it is killed when it is dropped.
    pub fn start(mut self) -> Running {
        let mut child = self.command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("start the program");
        let stderr = tokio::io::BufReader::new(child.stderr.take().unwrap()).lines();
        Running { child, stderr, told: self.shown }
    }

    /// Runs it to its end.
    pub async fn run(mut self) -> Ended {
        self.command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("start the program");
        if let (Some(text), Some(mut pipe)) = (self.stdin, child.stdin.take()) {
            // A program that fails before it reads its input closes the pipe: not this test's concern.
            let _ = pipe.write_all(&text).await;
        }
        let killer = self.limit.zip(child.id()).map(|(limit, pid)| tokio::spawn(kill_later(pid, limit)));
        let output = child.wait_with_output().await.expect("wait for the program");
        killer.inspect(tokio::task::JoinHandle::abort);
        Ended {
            shown: self.shown,
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code(),
        }
    }
}

/// A program that runs beside the test.
pub struct Running {
    child: Child,
    stderr: Lines<BufReader<ChildStderr>>,
    told: String,
}

impl Running {
    /// Waits for a line on stderr that holds the text; returns the line.
    pub async fn tells(&mut self, text: &str) -> String {
        let limit = tokio::time::Instant::now() + Duration::from_secs(60);
        loop {
            let line = tokio::time::timeout_at(limit, self.stderr.next_line()).await;
            let line = line.unwrap_or_else(|_| panic!("{text:?} was not told: {}", self.told)).unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended without telling {text:?}: {}", self.told));
            self.told = format!("{}\n{line}", self.told);
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id().expect("it still runs")).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits for its end: the exit code and the rest of stderr.
    pub async fn ended(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        let ended = tokio::time::timeout(Duration::from_secs(60), async {
            while let Some(line) = self.stderr.next_line().await.unwrap() {
                rest = format!("{rest}{line}\n");
            }
            self.child.wait().await.unwrap()
        });
        let status = ended.await.unwrap_or_else(|_| panic!("it does not end: {}", self.told));
        (status.code(), rest)
    }
}

async fn kill_later(pid: u32, limit: Duration) {
    tokio::time::sleep(limit).await;
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).unwrap();
    // One that has ended by itself is waited for already.
    let _ = kill_process(pid, Signal::KILL);
}

impl Ended {
    /// Stops the test unless the program ended well; returns what it printed on stdout.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{self}");
        self.stdout
    }

    /// Stops the test unless the program ended with 1 and printed nothing on stdout; returns stderr.
    #[track_caller]
    pub fn failure(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(1), ""), "{self}");
        self.stderr
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n{}", self.shown, self.stdout.trim_end())?;
        if !self.stderr.is_empty() {
            writeln!(f, "[stderr]\n{}", self.stderr.trim_end())?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => write!(f, "[exit {code}]"),
            None => write!(f, "[killed]"),
        }
    }
}

fn split(words: &str) -> Vec<String> {
    let mut split = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut started = false;
    for character in words.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                started = true;
            }
            ' ' if !quoted => {
                if started {
                    split.push(std::mem::take(&mut word));
                }
                started = false;
            }
            other => {
                word.push(other);
                started = true;
            }
        }
    }
    if started {
        split.push(word);
    }
    split
}
