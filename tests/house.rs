//! The house inside each crate: no circle of files, small files, one meaning for a name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "house/imports.rs"]
mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use imports::{Crate, circles};

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
