//! Names of types, and which of them the workspace gives twice: the list in `names.txt`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::imports::{code_of, sources};

/// The crates that define a name, one for each definition, in order.
pub(crate) type Definitions = BTreeMap<String, Vec<String>>;

/// Every type that more than its own file can name. What a file keeps to itself may be called as it likes.
pub(crate) fn defined(crates: &[(String, PathBuf)]) -> Definitions {
    let mut found = Definitions::new();
    for (name, src) in crates {
        let mut files = Vec::new();
        sources(src, &mut files);
        for file in files {
            for defined in names(&code_of(&fs::read_to_string(&file).unwrap())) {
                found.entry(defined.to_owned()).or_default().push(name.clone());
            }
        }
    }
    found
}

fn names(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let (visibility, rest) = line.trim_start().split_once(' ')?;
        if visibility != "pub" && !visibility.starts_with("pub(") {
            return None;
        }
        let (kind, rest) = rest.split_once(' ')?;
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        // A macro's `$name` is none.
        (end > 0 && matches!(kind, "struct" | "enum" | "trait" | "type")).then_some(&rest[..end])
    })
}

/// Reads lines `name | crate crate | reason`; `#` begins a comment.
pub(crate) fn listed(text: &str) -> Definitions {
    let mut listed = Definitions::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, crates, reason] = cells[..] else { panic!("`{line}` is not `name | crates | reason`") };
        assert!(reason.split(' ').count() > 2, "`{line}` gives no reason");
        let crates = crates.split_whitespace().map(str::to_owned).collect();
        assert!(listed.insert(name.to_owned(), crates).is_none(), "`{line}` stands twice");
    }
    listed
}

/// Names that are defined twice and not listed so, and rows of the list that are no longer so.
pub(crate) fn faults(defined: &Definitions, listed: &Definitions) -> Vec<String> {
    let twice = defined.iter().filter(|(_, crates)| crates.len() > 1);
    let new = twice.filter(|(name, crates)| listed.get(*name) != Some(*crates));
    let mut faults: Vec<String> =
        new.map(|(name, crates)| format!("{name} is defined in {}", crates.join(" "))).collect();
    let once = |name: &&String| defined.get(*name).is_none_or(|crates| crates.len() < 2);
    faults.extend(listed.keys().filter(once).map(|name| format!("{name} is no longer defined twice")));
    faults
}
