//! From what stands behind `-f` to the files that are meant.

use crate::cli::error::Error;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

const EXTENSIONS: [&str; 3] = ["json", "yaml", "yml"];

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileSource {
    Stdin,
    /// A folder that kustomize makes manifests of.
    Kustomization(String),
    Url(String),
    File(PathBuf),
}

impl fmt::Display for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("STDIN"),
            Self::Url(text) | Self::Kustomization(text) => f.write_str(text),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// The sources that `arguments` mean, in order.
///
/// # Errors
/// One for each argument that means nothing.
pub(super) fn expand(arguments: &[String], recursive: bool) -> Result<Vec<FileSource>, Error> {
    let mut sources = Vec::new();
    let mut failures = Vec::new();
    for argument in arguments {
        if argument == "-" {
            if sources.contains(&FileSource::Stdin) {
                failures.push(Error::plain("standard input cannot be used for multiple arguments"));
            } else {
                sources.push(FileSource::Stdin);
            }
        } else if argument.starts_with("http://") || argument.starts_with("https://") {
            sources.push(FileSource::Url(argument.clone()));
        } else {
            match files(argument, recursive) {
                Ok(found) => sources.extend(found.into_iter().map(FileSource::File)),
                Err(error) => failures.push(error),
            }
        }
    }
    Error::all(failures)?;
    Ok(sources)
}

fn files(argument: &str, recursive: bool) -> Result<Vec<PathBuf>, Error> {
    let path = Path::new(argument);
    let roots = if path.exists() { vec![path.to_owned()] } else { matches(argument) };
    if roots.is_empty() {
        return Err(Error::plain(format!("the path {argument:?} does not exist")));
    }
    let mut found = Vec::new();
    for root in &roots {
        if root.is_dir() {
            walk(root, recursive, &mut found)?;
        } else {
            found.push(root.clone());
        }
    }
    if found.is_empty() {
        let roots = roots.iter().map(|root| root.display().to_string()).collect::<Vec<_>>().join(" ");
        return Err(Error::plain(format!(
            "error reading [{roots}]: recognized file extensions are [.json .yaml .yml]"
        )));
    }
    Ok(found)
}

/// The manifests of a folder, by name. Links to folders are not followed, so there is no way round in circles.
fn walk(folder: &Path, recursive: bool, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| Error::plain(format!("error reading {}: {error}", folder.display()));
    let mut entries = fs::read_dir(folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type().map_err(unreadable)?.is_dir() {
            if recursive {
                walk(&path, recursive, found)?;
            }
        } else if path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known)) {
            found.push(path);
        }
    }
    Ok(())
}

/// The paths that match a pattern with `*`, `?` and `[a-z]`, by name. `*` stays within a folder.
fn matches(pattern: &str) -> Vec<PathBuf> {
    if !pattern.contains(['*', '?', '[']) {
        return Vec::new();
    }
    let mut found = vec![PathBuf::new()];
    for part in Path::new(pattern).components() {
        found = match part {
            Component::Prefix(_) | Component::RootDir => found.iter().map(|folder| folder.join(part)).collect(),
            _ => {
                let part = part.as_os_str().to_string_lossy();
                found.iter().flat_map(|folder| children(folder, &part)).collect()
            }
        };
    }
    found
}

fn children(folder: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains(['*', '?', '[']) {
        let path = folder.join(part);
        return if path.exists() { vec![path] } else { Vec::new() };
    }
    let readable = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let pattern: Vec<char> = part.chars().collect();
    let mut names: Vec<String> = fs::read_dir(readable)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_match(&pattern, &name.chars().collect::<Vec<_>>()))
        .collect();
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn is_match(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            (0..=name.len()).any(|taken| name.get(taken..).is_some_and(|left| is_match(rest, left)))
        }
        (['?', rest @ ..], [_, left @ ..]) => is_match(rest, left),
        (['[', rest @ ..], [first, left @ ..]) => class(rest, *first).is_some_and(|rest| is_match(rest, left)),
        (['\\', literal, rest @ ..], [first, left @ ..]) => literal == first && is_match(rest, left),
        ([literal, rest @ ..], [first, left @ ..]) => literal == first && is_match(rest, left),
        _ => false,
    }
}

/// What follows a `[…]` that `character` is in.
fn class(pattern: &[char], character: char) -> Option<&[char]> {
    let end = pattern.iter().skip(1).position(|c| *c == ']')? + 1;
    let (inside, rest) = (pattern.get(..end)?, pattern.get(end + 1..)?);
    let (negated, inside) = match inside {
        ['^', inside @ ..] => (true, inside),
        inside => (false, inside),
    };
    let mut hit = false;
    let mut left = inside;
    while let [low, more @ ..] = left {
        if let ['-', high, more @ ..] = more {
            hit |= (*low..=*high).contains(&character);
            left = more;
        } else {
            hit |= *low == character;
            left = more;
        }
    }
    (hit != negated).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_like_a_shells() {
        let hit = |pattern: &str, name: &str| {
            is_match(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
        };
        for (pattern, name) in [("*.yaml", "a.yaml"), ("a?c", "abc"), ("[a-c]x", "bx"), ("[^a]", "b"), ("a\\*", "a*")] {
            assert!(hit(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.yaml", "a.yml"), ("?", ""), ("[a-c]x", "dx"), ("[^a]", "a"), ("[", "[")] {
            assert!(!hit(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn folders_give_their_manifests_by_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        for name in ["b.yaml", "a.yml", "c.json", "d.txt", "sub/e.yaml"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let root = dir.path().to_str().unwrap().to_owned();
        let within = |path: String| path.replace('\\', "/").replace(&format!("{}/", root.replace('\\', "/")), "");
        let names = |arguments: &[String], recursive| -> Vec<String> {
            let found = expand(arguments, recursive).unwrap();
            found.iter().map(|source| within(source.to_string())).collect()
        };
        assert_eq!(names(std::slice::from_ref(&root), false), ["a.yml", "b.yaml", "c.json"]);
        assert_eq!(names(std::slice::from_ref(&root), true), ["a.yml", "b.yaml", "c.json", "sub/e.yaml"]);
        assert_eq!(names(&[format!("{root}/*.txt")], false), ["d.txt"]);
        assert_eq!(names(&[format!("{root}/s*/*")], false), ["sub/e.yaml"]);
    }

    #[test]
    fn what_means_nothing_is_refused_all_at_once() {
        let arguments: Vec<String> = ["nope", "-", "-", "no*pe"].iter().map(ToString::to_string).collect();
        let Err(Error::Many(failures)) = expand(&arguments, false) else { panic!("several failures") };
        let words: Vec<String> = failures.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "the path \"nope\" does not exist",
                "standard input cannot be used for multiple arguments",
                "the path \"no*pe\" does not exist"
            ]
        );
    }
}
