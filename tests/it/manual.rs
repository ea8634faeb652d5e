//! The documents: what they show is what a reader gets who types it, and what they point to is there.
//!
//! A `console` block is typed from top to bottom, each chapter on a cluster of its own. `UPDATE_MANUAL=1` writes what is
//! really printed into the documents.

use crate::support::{Cluster, ClusterKind, Invocation, mask};
use regex::Regex;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 3] = ["README.md", "docs/manual.md", "README.zh-CN.md"];
const SVG: &str = "http://www.w3.org/2000/svg";
const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-vmirs");
/// Stands between the outputs of two commands.
const SEPARATOR: char = '\u{1e}';

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text_of(document: &str) -> String {
    std::fs::read_to_string(at_root(document)).unwrap()
}

/// A command and what the document shows below it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Example {
    command: String,
    shown: String,
}

/// What stands below one heading of the second order, or above the first.
#[derive(Debug, Default)]
struct Chapter {
    title: String,
    /// `<!-- sandbox: WORDS -->`: needs a sandbox that is started with these words.
    sandbox: Option<String>,
    examples: Vec<Example>,
}

/// The lines within the fences of one language, each block a text.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<Vec<&'a str>> {
    let mut blocks = Vec::new();
    let mut inside = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut inside) {
            (Some(_), Some(_)) => blocks.extend(inside.take().flatten()),
            (Some(fence), None) => inside = Some((fence == language).then(Vec::new)),
            (None, Some(Some(block))) => block.push(line),
            (None, _) => {}
        }
    }
    blocks
}

fn chapters(text: &str) -> Vec<Chapter> {
    let mut parts = vec![String::new()];
    for line in text.lines() {
        if line.starts_with("## ") {
            parts.push(String::new());
        }
        let part = parts.last_mut().unwrap();
        part.push_str(line);
        part.push('\n');
    }
    let chapter = |part: &String| {
        let options = Regex::new(r"<!-- sandbox:(.*) -->").unwrap();
        let sandbox = options.captures(part).map(|found| found[1].trim().to_owned());
        let title = part.lines().next().unwrap_or_default().trim_start_matches("## ").to_owned();
        let mut examples: Vec<Example> = Vec::new();
        for line in blocks(part, "console").concat() {
            match (line.strip_prefix("$ "), examples.last_mut()) {
                (Some(command), _) => examples.push(Example { command: command.to_owned(), shown: String::new() }),
                (None, Some(example)) => example.shown.push_str(&format!("{line}\n")),
                (None, None) => panic!("{title}: a console block begins with a command, not with {line:?}"),
            }
        }
        Chapter { title, sandbox, examples }
    };
    parts.iter().map(chapter).collect()
}

impl Chapter {
    /// A script that types the commands, with a separator before each output.
    fn script(&self) -> String {
        let mut script = "exec 2>&1\n".to_owned();
        for example in &self.examples {
            script.push_str(&format!("printf '{SEPARATOR}'\n{}\n", example.command));
        }
        script
    }

    /// What its commands print on a cluster that has it.
    async fn played(&self, place: ClusterKind) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for example in std::fs::read_dir(at_root("examples")).unwrap() {
            let path = example.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let script = folder.path().join(".script");
        std::fs::write(&script, self.script()).unwrap();
        let (namespace, run) = match place {
            ClusterKind::Real => self.on_real(&script).await,
            _ => {
                let run = Invocation::new(PLUGIN, "kubectl vmirs", "sandbox --boot-time=200ms");
                let words = self.sandbox.as_deref().unwrap_or_default().split_whitespace();
                let run = words.fold(run, Invocation::arg).arg("--").arg("bash").arg(&script);
                ("default".to_owned(), run)
            }
        };
        let path = std::env::join_paths(
            [crate::support::assets().as_path(), Path::new(PLUGIN).parent().unwrap()]
                .into_iter()
                .map(Path::to_owned)
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let run = run.directory(folder.path()).env("PATH", path.unwrap()).env("HOME", folder.path());
        let ended = run.run().await;
        let printed = ended.stdout.split_once(SEPARATOR).unwrap_or_else(|| panic!("{}: {ended}", self.title)).1;
        printed.split(SEPARATOR).map(|text| text.replace(&namespace, "default")).collect()
    }

    /// The script on the real control plane, in a namespace that the kubeconfig names.
    async fn on_real(&self, script: &Path) -> (String, Invocation) {
        let title: String = self.title.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
        let cluster = Box::leak(Box::new(Cluster::real(&format!("manual-{title}")).await));
        let own = script.with_file_name(".kubeconfig");
        std::fs::copy(&cluster.kubeconfig, &own).unwrap();
        let chosen = cluster.kubectl("config set-context --current").arg(format!("--namespace={}", cluster.namespace));
        chosen.env("KUBECONFIG", &own).run().await.success();
        let run = Invocation::new("bash", "bash", "").arg(script).env("KUBECONFIG", &own);
        (cluster.namespace.clone(), run)
    }
}

/// With masked what differs from run to run; how wide that is makes columns wide.
fn masked(text: &str) -> String {
    let five = "[bcdfghjklmnpqrstvwxz2456789]{5}";
    let names = Regex::new(&format!(r"\b(web|api|huge|testreplicaset){five}(-{five})?\b")).unwrap();
    let text = Regex::new(r" +").unwrap().replace_all(&mask(names.replace_all(text, "$1<5>")), " ").into_owned();
    // How many steps there are to see, and whether a VMI was gone before it was waited for, is a matter of haste.
    let haste = r"(?m)^(\S+: \d+/\d+ VMIs, \d+ ready.*|virtualmachineinstance\.kubevirt\.io/\S+ condition met)\n";
    let text = Regex::new(haste).unwrap().replace_all(&text, "");
    let text = Regex::new(r"(?m)-{3,}|\b\d+(m?s|m)\b").unwrap().replace_all(&text, "…").into_owned();
    text.trim_end().to_owned()
}

/// Plays the chapters that such a place has; returns the text with what was printed, and where that differs.
async fn replayed(document: &str, text: &str, place: ClusterKind) -> (String, String) {
    let (mut replayed, mut rest, mut differences) = (String::new(), text, String::new());
    for chapter in chapters(text) {
        if chapter.examples.is_empty() || (place == ClusterKind::Real && chapter.sandbox.is_some()) {
            continue;
        }
        let printed = chapter.played(place).await;
        for (index, Example { command, shown }) in chapter.examples.iter().enumerate() {
            let printed = printed.get(index).map_or("(nothing: the commands before it did not end)", String::as_str);
            if masked(printed) == masked(shown) {
                continue;
            }
            let old = format!("$ {command}\n{shown}");
            let (before, after) = rest.split_once(&old).unwrap_or_else(|| panic!("{command} is not in one piece"));
            replayed.push_str(&format!("{before}$ {command}\n{}", with_one_end(printed)));
            rest = after;
            let (shown, printed, title) = (masked(shown), masked(printed), &chapter.title);
            differences
                .push_str(&format!("{document}, {title}\n$ {command}\n--- shown\n{shown}\n--- printed\n{printed}\n\n"));
        }
    }
    (replayed + rest, differences)
}

fn with_one_end(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

async fn holds(document: &str, place: ClusterKind) {
    let (text, differences) = replayed(document, &text_of(document), place).await;
    if std::env::var_os("UPDATE_MANUAL").is_some() && place == ClusterKind::Sandbox {
        std::fs::write(at_root(document), text).unwrap();
    }
    assert!(differences.is_empty(), "UPDATE_MANUAL=1 writes what is printed into the documents:\n{differences}");
}

#[tokio::test]
async fn the_first_page_shows_what_is_printed() {
    holds("README.md", ClusterKind::Sandbox).await;
}

#[tokio::test]
async fn the_manual_shows_what_a_sandbox_prints() {
    holds("docs/manual.md", ClusterKind::Sandbox).await;
}

#[tokio::test]
async fn the_manual_shows_what_a_real_cluster_prints() {
    holds("docs/manual.md", ClusterKind::Real).await;
}

#[tokio::test]
async fn the_chinese_page_shows_what_is_printed() {
    holds("README.zh-CN.md", ClusterKind::Sandbox).await;
}

#[tokio::test]
async fn every_verb_has_its_example() {
    let help = Invocation::new(PLUGIN, "kubectl vmirs", "--help").run().await.success();
    let verbs = Regex::new(r"(?m)^  ([a-z]+)  +\S").unwrap();
    let verbs: Vec<_> = verbs.captures_iter(&help).map(|found| found[1].to_owned()).collect();
    assert!(verbs.len() > 12, "{help}");
    let manual = text_of("docs/manual.md");
    let lines = [blocks(&manual, "console"), blocks(&manual, "sh")].concat().concat().join("\n");
    for verb in verbs.iter().filter(|verb| *verb != "help") {
        assert!(lines.contains(&format!("kubectl vmirs {verb}")), "{verb} has no example in docs/manual.md");
    }
}

/// The lines that cannot be typed here are at least lines that the program takes.
#[tokio::test]
async fn what_is_not_played_has_words_that_exist() {
    for document in DOCUMENTS {
        for line in blocks(&text_of(document), "sh").concat() {
            let line = line.split(" #").next().unwrap_or_default().split(" | ").next().unwrap_or_default().trim();
            let Some(words) = line.strip_prefix("kubectl vmirs ") else { continue };
            let words = words.split(" -- ").next().unwrap_or_default();
            Invocation::new(PLUGIN, "kubectl vmirs", words).arg("--help").run().await.success();
        }
    }
}

#[test]
fn what_the_documents_point_to_is_there() {
    let links = Regex::new(r##"(?:\]\(|src=")([\w./:%-]+)[)"#]"##).unwrap();
    for document in DOCUMENTS.into_iter().chain(["CONTRIBUTING.md", "krew/README.md"]) {
        let path = at_root(document);
        for found in links.captures_iter(&std::fs::read_to_string(&path).unwrap()) {
            let link = &found[1];
            assert!(
                link.starts_with("https://") || path.parent().unwrap().join(link).exists(),
                "{document} points to {link}, which is not there"
            );
        }
    }
}

/// The pictures are small, hold no scripts, and show the commands that `docs/pictures/draw.py` plays.
#[tokio::test]
async fn the_pictures_show_what_their_script_plays() {
    let script = text_of("docs/pictures/draw.py");
    for name in ["tutorial", "scale-local"] {
        let picture = text_of(&format!("docs/pictures/{name}.svg"));
        assert!(picture.len() < 200 * 1024, "{name} has {} bytes", picture.len());
        assert!(!picture.contains(|sign: char| sign.is_control() && sign != '\n'), "{name} has control characters");
        let document = roxmltree::Document::parse(&picture).unwrap();
        let elements = document.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name());
        let foreign: Vec<_> = elements
            .filter(|element| {
                !["svg", "title", "desc", "style", "defs", "text", "tspan", "rect", "g", "use"].contains(element)
            })
            .collect();
        assert!(foreign.is_empty(), "{name} has {foreign:?}");
        let played = script.split_once(&format!("\"{name}\": {{")).unwrap().1.split_once("],\n    }").unwrap().0;
        let commands: Vec<_> = played.split_once("\"commands\": [").unwrap().1.lines().map(str::trim).collect();
        let told = document.descendants().find(|node| node.has_tag_name((SVG, "desc"))).unwrap().text().unwrap();
        for command in commands.iter().filter_map(|line| line.strip_prefix('"')?.strip_suffix("\",")) {
            assert!(command == "clear" || told.contains(command), "docs/pictures/make: {name} does not show {command}");
            let ours = command.rsplit("; ").next().unwrap().split('$').next().unwrap();
            if let Some(words) = ours.strip_prefix("kubectl vmirs ") {
                Invocation::new(PLUGIN, "kubectl vmirs", words.trim()).arg("--help").run().await.success();
            }
        }
    }
}
