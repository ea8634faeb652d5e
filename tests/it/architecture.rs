//! The shape of the code itself: which room may enter which.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Room -> the rooms that it may enter, as the head of `src/lib.rs` tells.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let head = include_str!("../../src/lib.rs").lines().map_while(|line| line.strip_prefix("//!")).collect::<String>();
    let name = Regex::new(r"`(\w+)`").unwrap();
    let rooms = head.split("- [`").skip(1).map(|entry| {
        let (room, told) = entry.split_once("`]: ").expect("- [`ROOM`]: WHAT IT IS. Enters ROOMS.");
        let enters = told.split_once("Enters ").expect("ROOM: WHAT IT IS. Enters ROOMS.").1;
        (room.to_owned(), name.captures_iter(enters).map(|room| room[1].to_owned()).collect())
    });
    rooms.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    nested.flatten().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

#[test]
fn arrows_between_the_rooms_go_one_way() {
    let (arrows, source) = (arrows(), Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let rooms = std::fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let rooms: BTreeSet<_> = rooms.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(arrows.keys().cloned().collect::<BTreeSet<_>>(), rooms, "each folder is a room of src/lib.rs");
    let named = Regex::new(r"\bcrate::(\w+)").unwrap();
    let (mut entered, mut faults) = (BTreeSet::new(), Vec::new());
    for (room, allowed) in &arrows {
        for file in files(&source.join(room)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for other in named.captures_iter(&text).map(|found| found[1].to_owned()).filter(|other| other != room) {
                if !allowed.contains(&other) {
                    faults.push(format!("{} enters {other}", file.strip_prefix(&source).unwrap().display()));
                }
                entered.insert((room.clone(), other));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let told: BTreeSet<_> =
        arrows.iter().flat_map(|(room, to)| to.iter().map(|to| (room.clone(), to.clone()))).collect();
    assert_eq!(told, entered, "src/lib.rs tells of arrows that no code has");
    let back = told.iter().find(|(from, to)| told.contains(&(to.clone(), from.clone())));
    assert_eq!(back, None);
}

/// A kind of the API server has one place, its folder in `registry`: whatever depends on a kind is asked of its strategy.
#[test]
fn the_api_server_compares_no_kind_with_a_literal() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/apiserver");
    let name = r"\b(kind|plural|resource|group)\b(\(\))?\)?";
    let forms = [
        format!(r#"{name} *(==|!=) *"\w"#),
        format!(r#"matches!\([\w.]*{name}, *"\w"#),
        r#"match \(?[\w.&]*\b(kind|plural|resource)\b[^{]*\{\s*\(?"\w"#.to_owned(),
    ];
    let forms = forms.map(|form| Regex::new(&form).unwrap());
    for found in
        ["kind.kind == \"Pod\"", "matches!(kind.plural, \"pods\" | \"x\")", "match kind.kind {\n    \"Pod\" =>"]
    {
        assert!(forms.iter().any(|form| form.is_match(found)), "{found}");
    }
    let mut faults = Vec::new();
    for file in files(&source) {
        let text = std::fs::read_to_string(&file).unwrap();
        let compares = forms.iter().flat_map(|form| form.find_iter(&text));
        faults.extend(compares.map(|found| format!("{}: {}", file.display(), found.as_str())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
