//! The house rules that a compiler does not check: who may import whom, and what stays unknown where.
//!
//! The table is the one in `ARCHITECTURE.md`. A crate may import only what its row lists.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use amana_types::{Reason, StatusCode};

/// For each crate: the crates of ours it may import, and the outside crates it must never know.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("types", &[], &["serde", "prost", "tonic", "tokio", "sled", "ring", "rand"]),
    ("log", &[], &["prost", "tonic", "tokio", "sled"]),
    ("notice", &["types"], &["tonic", "tokio", "sled", "ring", "rand"]),
    ("policy", &["types", "notice"], &["ring", "hpke", "prost", "tonic", "tokio", "sled"]),
    ("seal", &["types", "log", "notice"], &["prost", "tonic", "tokio", "sled"]),
    ("wire", &["types", "notice"], &["ring", "hpke", "sled"]),
    ("store", &["types", "log"], &["prost", "tonic", "tokio", "ring"]),
    ("kit", &["types"], &["sled", "prost"]),
    ("client", &["types", "notice", "log", "policy", "seal", "wire", "kit"], &["sled"]),
    (
        "hub",
        &["types", "notice", "log", "policy", "seal", "wire", "store", "kit", "client"],
        &["sled", "hpke"],
    ),
    (
        "node",
        &["types", "notice", "log", "policy", "seal", "wire", "store", "kit", "client"],
        &["sled", "hpke"],
    ),
    (
        "amana",
        &["types", "notice", "log", "policy", "seal", "wire", "store", "kit", "client", "hub", "node"],
        &["sled", "hpke", "ring", "prost"],
    ),
    (
        "bench",
        &["types", "notice", "log", "policy", "seal", "wire", "store", "kit", "client", "hub", "node"],
        &[],
    ),
];

/// Clocks, chance and files: what the pure crates (rows 0 and 1) must not reach for.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "SystemRandom",
    "async fn",
    "OsRng",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifest(name: &str) -> toml::Table {
    let path = root().join("crates").join(name).join("Cargo.toml");
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).parse().unwrap()
}

/// The names under `[dependencies]` and `[build-dependencies]`; tests may use what they like.
fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest = manifest(name);
    ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Production sources of a crate: name and text, without test files.
fn production(name: &str) -> BTreeMap<PathBuf, String> {
    let mut files = Vec::new();
    sources(&root().join("crates").join(name).join("src"), &mut files);
    files
        .into_iter()
        .filter(|path| !path.to_string_lossy().contains("_tests"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn every_crate_has_a_row() {
    let on_disk: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let in_table: BTreeSet<String> = TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(on_disk, in_table);
}

#[test]
fn crates_import_only_from_rows_above() {
    for (name, ours, never) in TABLE {
        for dependency in dependencies(name) {
            if let Some(other) = dependency.strip_prefix("amana-") {
                assert!(ours.contains(&other), "crates/{name} may not import {dependency}");
            }
            assert!(!never.contains(&dependency.as_str()), "crates/{name} must never know {dependency}");
        }
    }
}

#[test]
fn only_the_store_names_sled() {
    for (name, ..) in TABLE.iter().filter(|(name, ..)| *name != "store" && *name != "bench") {
        assert!(!dependencies(name).contains("sled"), "crates/{name} names sled");
    }
}

#[test]
fn the_core_is_pure() {
    for name in ["types", "log", "notice", "policy", "seal"] {
        for (path, text) in production(name) {
            let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            for word in IMPURE {
                assert!(!code.contains(word), "{} reaches for {word}", path.display());
            }
        }
    }
}

#[test]
fn the_hub_cannot_open() {
    for (path, text) in production("hub") {
        for word in
            ["HpkeKeyPair", "envelope::open", "ReceivedDelivery", "OpenedSection", "DataKey", "VaultKey"]
        {
            assert!(
                !text.contains(word),
                "{} names {word}: the hub must hold nothing that opens",
                path.display()
            );
        }
    }
}

/// The table of reasons, and nothing else, says which reasons there are.
const REASONS: &str = "types/src/reason/table.rs";

/// What of a production source is code: without comments and without the tests in it.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

/// Whether a line is a row of a list of codes (`Variant = "CODE",`), which may share a code with a reason.
fn is_row(line: &str) -> bool {
    let Some((name, rest)) = line.split_once(" = \"") else { return false };
    name.chars().all(char::is_alphanumeric) && rest.ends_with("\",")
}

#[test]
fn no_reason_is_spelled_outside_its_table() {
    let mut seen = 0;
    for (path, text) in TABLE.iter().flat_map(|(name, ..)| production(name)) {
        if path.ends_with(REASONS) || path.to_string_lossy().contains("generated") {
            continue;
        }
        for line in code(&text).filter(|line| !is_row(line)) {
            for literal in line.split('"').skip(1).step_by(2) {
                seen += 1;
                let code = literal.split(':').next().unwrap();
                assert!(code.parse::<Reason>().is_err(), "{}: \"{code}\": name the Reason", path.display());
            }
        }
    }
    assert!(seen > 1000, "only {seen} literals were read");
}

#[test]
fn every_reason_is_used() {
    let mut used = BTreeSet::new();
    for (_, text) in TABLE.iter().flat_map(|(name, ..)| production(name)) {
        let code: String = code(&text).flat_map(|line| [line, "\n"]).collect();
        let names = code.split("Reason::").skip(1);
        used.extend(
            names.filter_map(|rest| Some(rest.split(|c: char| !c.is_alphanumeric()).next()?.to_owned())),
        );
    }
    for reason in Reason::ALL {
        assert!(used.contains(&format!("{reason:?}")), "nothing is refused with {reason}");
    }
}

/// The gRPC name of a status code, such as `NOT_FOUND`.
fn grpc_name(code: StatusCode) -> String {
    let mut name = String::new();
    for c in format!("{code:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}

/// Where the contract says `CODE (REASON, REASON: ...)`, these are reasons, and of that code.
#[test]
fn the_contract_names_reasons_of_the_table_with_their_codes() {
    let names: BTreeSet<String> = Reason::ALL.iter().map(|reason| grpc_name(reason.status())).collect();
    let mut seen = 0;
    let packages =
        fs::read_dir(root().join("proto/amana")).unwrap().map(|entry| entry.unwrap().path().join("v1"));
    let files = packages.flat_map(|package| fs::read_dir(package).unwrap());
    for entry in files {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let comments = text.lines().filter_map(|line| line.trim().strip_prefix("//"));
        let comments: Vec<&str> = comments.map(str::trim).collect();
        let comments = comments.join(" ");
        for name in &names {
            for listed in comments.split(&format!("{name} (")).skip(1) {
                let listed = listed.split(')').next().unwrap();
                let codes = listed.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
                for code in codes.filter(|code| code.contains('_')) {
                    let reason: Reason =
                        code.parse().unwrap_or_else(|_| panic!("{}: {code} is no reason", path.display()));
                    assert_eq!(&grpc_name(reason.status()), name, "{}: {code}", path.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 80, "only {seen} reasons were found in the contract");
}
