//! The imports of a crate, file by file, as its text names them.
//!
//! A path is followed through re-exports to the file that defines the name, so that a `mod.rs` which only
//! hands names on is no stop on the way. Test files are not read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of one crate by module path; the root is the empty path.
pub(crate) struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: PathBuf,
    /// Names that it hands on, with the path each comes from.
    handed_on: BTreeMap<String, Vec<String>>,
    /// The paths that it names, as absolute module paths.
    named: BTreeSet<Vec<String>>,
}

impl Crate {
    /// Reads the production sources below `src`.
    pub(crate) fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        sources(src, &mut files);
        let modules = files
            .into_iter()
            .map(|file| {
                let path = module_path(src, &file);
                let text = code_of(&fs::read_to_string(&file).unwrap());
                let (mut handed_on, mut named) = (BTreeMap::new(), BTreeSet::new());
                for statement in uses(&text) {
                    for (segments, alias) in expand(&statement.tree) {
                        let Some(target) = absolute(&path, &segments) else { continue };
                        if statement.public {
                            handed_on.insert(alias, target);
                        } else {
                            named.insert(target);
                        }
                    }
                }
                named.extend(inline_paths(&text).iter().filter_map(|segments| absolute(&path, segments)));
                (path, Module { file, handed_on, named })
            })
            .collect();
        Self { modules }
    }

    /// For each file, the files that it imports from.
    pub(crate) fn arrows(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut arrows: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
        for module in self.modules.values() {
            let targets = arrows.entry(module.file.clone()).or_default();
            let for_tests = |path: &&Vec<String>| path.first().is_some_and(|first| first.ends_with("_tests"));
            let named = module.named.iter().filter(|path| !for_tests(path));
            let found = named.filter_map(|path| self.defining_file(path, 0));
            targets.extend(found.filter(|target| *target != module.file));
        }
        arrows
    }

    fn defining_file(&self, path: &[String], depth: usize) -> Option<PathBuf> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let module = &self.modules[&path[..length]];
        let next = path.get(length).and_then(|name| module.handed_on.get(name));
        match next {
            Some(target) if depth < 8 => {
                let further: Vec<String> = target.iter().chain(&path[length + 1..]).cloned().collect();
                self.defining_file(&further, depth + 1)
            }
            _ => Some(module.file.clone()),
        }
    }
}

/// Sets of files that import each other in a loop.
pub(crate) fn circles(arrows: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> Vec<BTreeSet<PathBuf>> {
    let reach: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        arrows.keys().map(|file| (file, reachable(arrows, file))).collect();
    let mut circles: Vec<BTreeSet<PathBuf>> = Vec::new();
    for (file, reached) in &reach {
        if reached.contains(file) && !circles.iter().any(|circle| circle.contains(*file)) {
            let back = |other: &&&PathBuf| reach.get(**other).is_some_and(|from| from.contains(file));
            circles.push(reached.iter().filter(back).map(|other| (*other).clone()).collect());
        }
    }
    circles
}

fn reachable<'a>(
    arrows: &'a BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    from: &'a PathBuf,
) -> BTreeSet<&'a PathBuf> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        for target in arrows.get(file).into_iter().flatten() {
            if seen.insert(target) {
                next.push(target);
            }
        }
    }
    seen
}

pub(crate) fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.ends_with("generated") && !name.ends_with("_tests") {
                sources(&path, out);
            }
        } else if name.ends_with(".rs") && !name.ends_with("_tests.rs") {
            out.push(path);
        }
    }
}

fn module_path(src: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(src).unwrap().with_extension("");
    let mut path: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        path.pop();
    }
    path
}

/// The text without comments and without what only tests see.
pub(crate) fn code_of(text: &str) -> String {
    // Inline tests stand last in a file.
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" // ").next().unwrap_or_default()).fold(String::new(), |mut code, line| {
        code.push_str(line);
        code.push('\n');
        code
    })
}

struct Use {
    public: bool,
    tree: String,
}

fn uses(code: &str) -> Vec<Use> {
    let mut found = Vec::new();
    let mut tests_only = false;
    let mut rest = code;
    while let Some(line) = rest.lines().next() {
        let trimmed = line.trim_start();
        let public = trimmed.starts_with("pub") && trimmed.contains("use ");
        if trimmed.starts_with("use ") || (public && trimmed.split("use ").next().is_some_and(is_visibility))
        {
            let statement = rest.split(';').next().unwrap_or_default();
            let tree = statement.split_once("use ").map_or("", |(_, tree)| tree).to_owned();
            if !tests_only {
                found.push(Use { public, tree });
            }
            rest = rest.get(statement.len() + 1..).unwrap_or_default();
        } else {
            rest = rest.get(line.len() + 1..).unwrap_or_default();
        }
        tests_only = trimmed.starts_with("#[cfg(test)]");
    }
    found
}

fn is_visibility(text: &str) -> bool {
    let text = text.trim();
    text == "pub" || (text.starts_with("pub(") && text.ends_with(')'))
}

/// `a::{b, c as d}` as its paths, each with the name it has afterwards.
fn expand(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
    match tree.find('{') {
        Some(open) => {
            let prefix = tree[..open].trim_end_matches("::");
            let inner = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
            let with_prefix = |part: &str| {
                let joined = if prefix.is_empty() { part.to_owned() } else { format!("{prefix}::{part}") };
                expand(&joined)
            };
            top_level_parts(inner).iter().flat_map(|part| with_prefix(part)).collect()
        }
        None => {
            let (path, alias) = tree.split_once(" as ").unwrap_or((&tree, ""));
            let mut segments: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let name = segments.last().cloned().unwrap_or_default();
            vec![(segments, if alias.is_empty() { name } else { alias.trim().to_owned() })]
        }
    }
}

fn top_level_parts(inner: &str) -> Vec<String> {
    let (mut parts, mut depth, mut part) = (Vec::new(), 0_usize, String::new());
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    parts.push(part);
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Paths in the code itself, such as `crate::record::Record`.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.split(|c: char| !is_path(c))
        // What stands before a brace is read with the braces.
        .filter(|word| !word.ends_with("::"))
        .filter(|word| ["crate::", "super::", "self::"].iter().any(|root| word.starts_with(root)))
        .map(|word| word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect())
        .collect()
}

/// The path from the crate's root; nothing for another crate's.
fn absolute(module: &[String], segments: &[String]) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    let mut rest = segments;
    match segments.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &segments[1..];
        }
        "self" => rest = &segments[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        // A child module, or another crate: only the former resolves later.
        _ => {}
    }
    base.extend(rest.iter().cloned());
    Some(base)
}
