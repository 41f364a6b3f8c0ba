//! The house inside each crate: no circle of files, small files, one meaning for a name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "house/imports.rs"]
mod imports;
#[path = "house/names.rs"]
mod names;
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

/// Most files hold one idea, none is a heap. Generated code is nobody's to read.
#[test]
fn files_stay_small() {
    let mut lengths: Vec<(usize, PathBuf)> = Vec::new();
    for (_, src) in crates() {
        let mut files = Vec::new();
        imports::sources(&src, &mut files);
        lengths
            .extend(files.into_iter().map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file)));
    }
    lengths.sort();
    assert!(lengths.len() > 300, "only {} files were read", lengths.len());
    let (median, p90) = (lengths[lengths.len() / 2].0, lengths[lengths.len() * 9 / 10].0);
    let (longest, path) = lengths.last().unwrap();
    assert!(median <= 200, "the median file has {median} lines");
    assert!(p90 <= 300, "one file in ten has more than {p90} lines");
    assert!(*longest <= 600, "{} has {longest} lines", path.display());
}

#[test]
fn a_name_that_two_types_have_is_listed_with_its_reason() {
    let defined = names::defined(&crates());
    assert!(defined.len() > 600, "only {} types were read", defined.len());
    let faults = names::faults(&defined, &names::listed(include_str!("house/names.txt")));
    assert!(faults.is_empty(), "rename one of them, or say why in names.txt:\n{}", faults.join("\n"));
}

#[test]
fn the_list_of_names_refuses_what_it_should() {
    let crates = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let defined = names::Definitions::from([
        ("Once".to_owned(), crates(&["a"])),
        ("Twice".to_owned(), crates(&["a", "b"])),
        ("Thrice".to_owned(), crates(&["a", "a", "b"])),
    ]);
    let faults = |list: &str| names::faults(&defined, &names::listed(list)).len();
    assert_eq!(faults("Twice | a b | each its own\nThrice | a a b | each its own"), 0);
    assert_eq!(faults("Twice | a b | each its own"), 1, "one is missing");
    assert_eq!(faults("Twice | a b | each its own\nThrice | a b | each its own"), 1, "one more than listed");
    assert_eq!(
        faults("Twice | a b | each its own\nThrice | a a b | so it is\nOnce | a | no longer so"),
        1,
        "stale"
    );
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
