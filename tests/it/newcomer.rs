//! VMIs that a newcomer may have: no home, nothing to write to, a narrow or a dumb terminal, another language's
//! characters missing. Each on a sandbox of its own, started as the README says, without kubectl on the PATH.

use crate::support::{Ended, Invocation, Terminal};
use std::path::Path;

const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-vmirs");
/// What the tutorial begins with, in one line.
const FIRST_STEPS: &str = "kubectl-vmirs create web --image=x --replicas=2 && kubectl-vmirs wait web --for=ready && \
                           kubectl-vmirs get web && kubectl-vmirs describe web";

/// In an environment that holds these variables and nothing else.
async fn with_nothing_but(variables: &[(&str, &str)], words: &[&str]) -> Ended {
    let mut run = Invocation::new("/usr/bin/env", "env", "-i");
    for (name, value) in variables {
        run = run.arg(format!("{name}={value}"));
    }
    words.iter().fold(run.arg(PLUGIN), Invocation::arg).run().await
}

/// Takes the first steps in such an environment, and returns what they print.
async fn first_steps(variables: &[(&str, &str)]) -> String {
    let sandbox = ["sandbox", "--boot-time=100ms", "--", "/bin/sh", "-c", FIRST_STEPS];
    let told = with_nothing_but(variables, &sandbox).await.success();
    assert!(told.contains("web    2         2         2 "), "{told}");
    told
}

#[tokio::test]
async fn a_vmi_without_any_environment() {
    first_steps(&[]).await;
    let told = with_nothing_but(&[], &["get"]).await.failure();
    assert!(told.starts_with("The connection to the server localhost:8080 was refused"), "{told}");
    with_nothing_but(&[], &["completion", "install", "--remove"]).await.success();
}

#[tokio::test]
async fn a_home_that_does_not_exist_and_one_that_is_read_only() {
    for home in ["/nonexistent", "/proc/self", ""] {
        first_steps(&[("HOME", home), ("PATH", "/usr/bin:/bin")]).await;
        let told = with_nothing_but(&[("HOME", home), ("PATH", "/proc")], &["completion", "install"]).await.failure();
        assert!(told.contains("no directory of yours on the PATH is writable\nAdd ~/.local/bin to the PATH"), "{told}");
    }
}

#[tokio::test]
async fn a_vmi_where_nothing_can_be_written() {
    let told = with_nothing_but(&[("TMPDIR", "/proc")], &["sandbox", "--", "true"]).await.failure();
    assert_eq!(
        told,
        "error: unable to make a folder for the kubeconfig in /proc: entity not found\n\
         Set TMPDIR to a writable directory, or name a file with --kubeconfig.\n"
    );
}

#[tokio::test]
async fn a_c_locale_and_a_dumb_terminal() {
    let told = first_steps(&[("LC_ALL", "C"), ("TERM", "dumb")]).await;
    assert!(told.is_ascii(), "{told}");
}

#[tokio::test]
async fn a_reader_who_has_enough() {
    let script =
        "kubectl-vmirs --help | head -1; kubectl-vmirs create web --image=x --dry-run=client -o yaml | head -1";
    let told = with_nothing_but(&[("PATH", "/usr/bin:/bin")], &["sandbox", "--", "/bin/sh", "-c", script]).await;
    assert_eq!(told.stderr, "", "{told}");
    assert!(told.stdout.ends_with("apiVersion: kubevirt.io/v1\n"), "{told}");
}

/// A shell in a sandbox whose sets nobody keeps, in a terminal of this kind.
fn shell(kind: &str, columns: &str, boot_time: &str) -> Terminal {
    let boot_time = format!("--boot-time={boot_time}");
    let program = [PLUGIN, "sandbox", "--no-controller", &boot_time, "--", "/bin/sh"];
    let variables = [("PATH", "/usr/bin:/bin"), ("PS1", "ready> "), ("TERM", kind)];
    let terminal = Terminal::sized(columns, &program, Path::new("/"), &variables);
    terminal.shows("ready>");
    terminal
}

#[test]
fn a_terminal_of_sixty_columns() {
    let terminal = shell("screen", "60", "2s");
    terminal.types("kubectl-vmirs create web --image=x --replicas=3 --local\n");
    terminal.shows("0/3 ready  3 VMIs to become");
    terminal.shows("created\nready>");
    terminal.types("clear; kubectl-vmirs get\n");
    terminal.shows("NAME   DESIRED   CURRENT   READY   AGE\nweb    3         3         3 ");
}

#[test]
fn a_bar_goes_with_ctrl_c() {
    let terminal = shell("screen", "60", "10m");
    terminal.types("kubectl-vmirs create web --image=x --replicas=3 --local\n");
    terminal.shows("0/3 ready  3 VMIs to become");
    terminal.press("C-c");
    terminal.hides("0/3 ready");
    terminal.shows("created\n");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor() {
    let terminal = shell("dumb", "80", "100ms");
    terminal.types("kubectl-vmirs create web --image=x --replicas=3 --local\n");
    terminal.shows("web: 3/3 VMIs, 3 ready");
}
