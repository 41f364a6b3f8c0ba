//! The house inside each crate: no circle of files, small files, one meaning for a name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "house/imports.rs"]
mod imports;
#[path = "house/paths.rs"]
mod paths;
#[path = "house/rooms.rs"]
mod rooms;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Crate, circles};
use rooms::Rooms;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn crates() -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path().join("src")))
        .collect();
    found.sort();
    found
}

#[test]
fn no_circle_of_files() {
    let mut found = Vec::new();
    let mut arrows_seen = 0;
    for (name, src) in crates() {
        let arrows = Crate::read(&src).arrows();
        arrows_seen += arrows.values().map(|targets| targets.len()).sum::<usize>();
        for circle in circles(&arrows) {
            let files: Vec<String> = circle
                .iter()
                .map(|file| {
                    let inside = arrows[file].iter().filter(|target| circle.contains(*target));
                    let shown = |path: &PathBuf| path.strip_prefix(&src).unwrap().display().to_string();
                    format!("{} -> {}", shown(file), inside.map(shown).collect::<Vec<_>>().join(", "))
                })
                .collect();
            found.push(format!("{name}:\n  {}", files.join("\n  ")));
        }
    }
    // Nothing found may also mean that nothing was read.
    assert!(arrows_seen > 500, "only {arrows_seen} imports were read");
    assert!(found.is_empty(), "files import each other in a loop:\n{}", found.join("\n"));
}

#[test]
fn a_room_imports_only_from_rows_above() {
    let rooms = Rooms::parse(include_str!("house/rooms.txt"));
    let mut faults = Vec::new();
    for name in rooms.crates() {
        let src = root().join("crates").join(name).join("src");
        faults.extend(rooms.faults(name, &src, &Crate::read(&src).arrows()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_the_documents_name_is_there() {
    for (document, at_least) in [("ARCHITECTURE.md", 150), ("README.md", 5)] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let named = paths::named(&root(), &text);
        assert!(named.paths >= at_least, "{document}: only {} paths were read", named.paths);
        assert!(named.faults.is_empty(), "{document}:\n{}", named.faults.join("\n"));
    }
}

/// What the reader of documents finds and refuses.
#[test]
fn a_wrong_path_or_function_is_found() {
    let faults = |text: &str| paths::named(&root(), text).faults.len();
    let right = [
        "`tests/house.rs` [a](README.md) [b](https://example.org/x.rs) `notice draft save` `house.rs`",
        "```\n`tests/nowhere.rs`\n```",
        "`tests/house.rs`: `root()`, `House::crates()`",
    ];
    for text in right {
        assert_eq!(faults(text), 0, "{text}");
    }
    let wrong = [
        "`tests/nowhere.rs`",
        "`crates/nowhere/`",
        "`nowhere/house.rs`",
        "[a](NOWHERE.md)",
        "`tests/house.rs`: `nowhere()`",
        "`root()`",
    ];
    for text in wrong {
        assert_eq!(faults(text), 1, "{text}");
    }
}

/// What the table refuses, over files that are nowhere: an import from below or beside, a file in no room,
/// a room without a file.
#[test]
fn the_table_of_rooms_refuses_what_it_should() {
    let src = Path::new("src");
    let imports = |file: &str, target: &str| {
        let targets = if target.is_empty() { BTreeSet::new() } else { BTreeSet::from([src.join(target)]) };
        (src.join(file), targets)
    };
    let rooms = Rooms::parse("x 0 low\nx 0 beside # a comment\nx 1 high\nx 2 high/top");
    let faults = |arrows: &[(PathBuf, BTreeSet<PathBuf>)]| {
        let mut all = BTreeMap::from(
            ["low.rs", "beside.rs", "high/mod.rs", "high/top.rs"].map(|file| imports(file, "")),
        );
        all.extend(arrows.iter().cloned());
        rooms.faults("x", src, &all)
    };
    assert_eq!(faults(&[]), Vec::<String>::new());
    let allowed = [
        ("high/mod.rs", "low.rs"),
        ("high/top.rs", "high/mod.rs"),
        ("high/a.rs", "high/b.rs"),
        ("lib.rs", "high/top.rs"),
    ];
    for (file, target) in allowed {
        assert_eq!(faults(&[imports(file, target)]), Vec::<String>::new(), "{file} -> {target}");
    }
    for (file, target) in [
        ("low.rs", "high/mod.rs"),
        ("low.rs", "beside.rs"),
        ("high/mod.rs", "high/top.rs"),
        ("low.rs", "lib.rs"),
        ("new.rs", ""),
    ] {
        assert_eq!(faults(&[imports(file, target)]).len(), 1, "{file} -> {target}");
    }
    let stale = rooms.faults("x", src, &BTreeMap::from([imports("low.rs", ""), imports("high/mod.rs", "")]));
    assert_eq!(stale.len(), 2, "{stale:?}");
}
