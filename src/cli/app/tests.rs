use super::*;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What stdout and stderr get when these words are not a command to run.
fn usage(words: &str) -> (String, String) {
    let (stdout, stderr) = (SharedBuffer::default(), SharedBuffer::default());
    let mut ui = Ui::new(Box::new(stdout.clone()), Box::new(stderr.clone()), false);
    let args = clap_extensions::normalize(std::iter::once("vmirs").chain(words.split_whitespace()).map(OsString::from));
    let mut command = clap_extensions::kubectl_like(Cli::command());
    command.build();
    let usage = command.clone().try_get_matches_from(&args).expect_err("not a command to run");
    error::report_usage(&mut ui, &usage, &command, &args);
    let text = |shared: SharedBuffer| String::from_utf8(shared.0.lock().unwrap().clone()).unwrap();
    (text(stdout), text(stderr))
}

fn accepted(words: &str) -> Cli {
    let args = clap_extensions::normalize(std::iter::once("vmirs").chain(words.split_whitespace()).map(OsString::from));
    let matches = clap_extensions::kubectl_like(Cli::command()).try_get_matches_from(&args).expect(words);
    Cli::from_arg_matches(&matches).expect(words)
}

#[test]
fn the_grammar_is_consistent() {
    clap_extensions::kubectl_like(Cli::command()).debug_assert();
}

#[test]
fn usage_errors_are_told_in_the_words_of_kubectl() {
    let see = "See 'kubectl vmirs scale --help' for usage.";
    for (words, message) in [
        ("scale x --bogus", format!("error: unknown flag: --bogus\n{see}")),
        ("scale x -x", format!("error: unknown shorthand flag: 'x' in -x\n{see}")),
        ("scale x -o", format!("error: flag needs an argument: 'o' in -o\n{see}")),
        ("scale x --output", format!("error: flag needs an argument: --output\n{see}")),
        ("scale x", "error: required flag(s) \"replicas\" not set".to_owned()),
        ("autoscale x", "error: required flag(s) \"max\" not set".to_owned()),
        (
            "scale x --replicas=abc",
            format!(
                "error: invalid argument \"abc\" for \"--replicas\" flag: strconv.ParseInt: parsing \"abc\": invalid syntax\n{see}"
            ),
        ),
        (
            "scale x --replicas=1 --timeout=10",
            format!(
                "error: invalid argument \"10\" for \"--timeout\" flag: time: missing unit in duration \"10\"\n{see}"
            ),
        ),
        (
            "scale x --replicas=1 --recursive=maybe",
            format!(
                "error: invalid argument \"maybe\" for \"-R, --recursive\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax\n{see}"
            ),
        ),
        ("scal", "error: unknown command \"scal\" for \"kubectl vmirs\"\n\nDid you mean this?\n\tscale".to_owned()),
    ] {
        let (stdout, stderr) = usage(words);
        assert_eq!((stdout.as_str(), stderr.trim_end()), ("", message.as_str()), "{words}");
    }
}

#[test]
fn without_words_the_help_is_data() {
    for words in ["", "--help", "-n x"] {
        let (stdout, stderr) = usage(words);
        assert!(stdout.contains("Available Commands:"), "{words:?}: {stdout}");
        assert_eq!(stderr, "");
    }
}

#[test]
fn a_verbs_help_shows_examples_before_flags_and_usage_last() {
    let (help, _) = usage("scale --help");
    let position = |text: &str| help.find(text).unwrap_or_else(|| panic!("{text} in {help}"));
    assert!(position("Set a new size") < position("Examples:"));
    assert!(position("Examples:") < position("Options:"));
    assert!(position("Options:") < position("Usage:"));
    assert!(!help.contains("--insecure-skip-tls-verify"));
}

#[test]
fn flags_stand_anywhere_and_in_every_form_of_kubectls() {
    let cli = accepted("scale web -n here --replicas 3 --dry_run --all=false -oyaml --as-group a,b --as-group c");
    assert_eq!(cli.connection.namespace.as_deref(), Some("here"));
    assert_eq!(cli.connection.as_group, ["a,b", "c"]);
    let cli = accepted("-n here delete web --now -owide --cascade --wait=false");
    assert_eq!(cli.connection.namespace.as_deref(), Some("here"));
    accepted("scale web --replicas -2");
    accepted("scale -f a.yaml,b.yaml -f - --replicas=1 -R");
}

/// As for pflag: scripts add their own flag behind one that is already there.
#[test]
fn of_a_flag_that_is_given_twice_the_last_one_counts() {
    let Verb::Get(get) = accepted("get -n a -n b -o name -o json").verb else { panic!("not get") };
    assert!(format!("{get:?}").contains("output: \"json\""), "{get:?}");
}
