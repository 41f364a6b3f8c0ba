//! The paths that the project's documents name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The folders that a path of this repository begins with.
const FOLDERS: &[&str] = &["crates/", "proto/", "tests/", "deploy/"];
/// How a file of this repository ends.
const ENDINGS: &[&str] = &[".rs", ".md", ".proto", ".toml", ".txt", ".py"];

/// What a document names.
pub(crate) struct Named {
    /// How many paths were found in it.
    pub(crate) paths: usize,
    /// What is not there.
    pub(crate) faults: Vec<String>,
}

/// Reads a document. A path is written whole, from the root of the repository: what stands in backticks without
/// a space and begins like a folder of ours, or has a slash and ends like a file of ours; and what a link goes
/// to. A function is written with `()`, in the line of the file that has it. Blocks of code are not read.
pub(crate) fn named(root: &Path, document: &str) -> Named {
    let mut named = Named { paths: 0, faults: Vec::new() };
    let mut code = false;
    for (line, number) in document.lines().zip(1..) {
        if line.starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let paths: BTreeSet<&str> =
            quoted.iter().copied().filter(|text| is_path(text)).chain(links(line)).collect();
        let missing = paths.iter().filter(|path| !root.join(path).exists());
        named.faults.extend(missing.map(|path| format!("line {number}: {path} is not there")));
        named.paths += paths.len();
        let texts: Vec<String> =
            paths.iter().filter_map(|path| fs::read_to_string(root.join(path)).ok()).collect();
        for call in quoted.iter().filter_map(|text| text.strip_suffix("()")) {
            let name = call.rsplit("::").next().unwrap_or(call);
            let declared = |text: &String| {
                [format!("fn {name}("), format!("fn {name}<")].iter().any(|fun| text.contains(fun))
            };
            if !texts.iter().any(declared) {
                named.faults.push(format!("line {number}: {call}() is in no file of the line"));
            }
        }
    }
    named
}

fn is_path(text: &str) -> bool {
    let file = text.contains('/') && ENDINGS.iter().any(|ending| text.ends_with(ending));
    !text.contains(' ') && (file || FOLDERS.iter().any(|folder| text.starts_with(folder)))
}

/// What the links of a line go to, as far as it is in this repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains("://") && !target.starts_with('#'))
}
