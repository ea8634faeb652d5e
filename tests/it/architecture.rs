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
