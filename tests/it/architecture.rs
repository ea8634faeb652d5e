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

/// Rooms whose modules form no circle: each can be read, and moved, without those that use it.
const WITHOUT_CIRCLES: [&str; 2] = ["cli", "printers"];

#[test]
fn modules_of_a_room_form_no_circle() {
    for room in WITHOUT_CIRCLES {
        let imports = imports(room);
        // Modules that import none of those that are left can be taken away; what stays forms circles.
        let mut left: BTreeSet<&String> = imports.keys().collect();
        loop {
            let is_free = |module: &&String| !imports[*module].iter().any(|imported| left.contains(imported));
            let free: Vec<_> = left.iter().copied().filter(is_free).collect();
            if free.is_empty() {
                break;
            }
            left.retain(|module| !free.contains(module));
        }
        assert!(left.is_empty(), "{room}: circles among {left:?}");
        assert!(imports.len() > 5, "{imports:?}");
    }
}

/// Module of a room -> the modules of that room that its files name, unit tests apart.
fn imports(room: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    let named = Regex::new(&format!(r"(crate::{room}::|(?:super::)+)(?:(\w+)|\{{([^;]*)\}})")).unwrap();
    let comment = Regex::new(r"//.*").unwrap();
    let first = Regex::new(r"^\w+").unwrap();
    let mut imports = BTreeMap::<String, BTreeSet<String>>::new();
    for file in files(&folder) {
        let module = file.strip_prefix(&folder).unwrap().with_extension("");
        let parts: Vec<_> = module.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let is_root = parts.last().is_some_and(|last| last == "mod");
        let depth = parts.len() - usize::from(is_root);
        if depth == 0 || parts.last().is_some_and(|last| last == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let text = comment.replace_all(text.split("#[cfg(test)]\nmod tests").next().unwrap(), "").into_owned();
        let found = imports.entry(parts[0].clone()).or_default();
        for path in named.captures_iter(&text) {
            if path[1].starts_with("super") && path[1].matches("super").count() != depth {
                continue;
            }
            let names = path.get(2).or(path.get(3)).unwrap().as_str();
            found.extend(names.split(',').filter_map(|name| Some(first.find(name.trim())?.as_str().to_owned())));
        }
        found.remove(&parts[0]);
    }
    let modules: BTreeSet<String> = imports.keys().cloned().collect();
    imports.values_mut().for_each(|found| found.retain(|name| modules.contains(name)));
    imports
}
