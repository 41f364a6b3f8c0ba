//! The committed generated code is what the generator makes of the contract today.
//!
//! Run with `AMANA_REGENERATE=1` to write it anew after a change of the contract.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

#[path = "generated/reasons.rs"]
mod reasons;

use std::fs;
use std::path::{Path, PathBuf};

/// What is generated, in `src/generated/`.
const FILES: [&str; 2] = ["amana.content.v1.rs", "amana.content.v1.bin"];

/// Messages that hold case text: their `Debug` is written by hand and shows none of it.
const CASE_TEXT: [&str; 30] = [
    "Attachment",
    "SealedAttachment",
    "AbuseMedia",
    "Referral",
    "PartnerSection",
    "PartnerPerson",
    "PartnerPersonsSection",
    "PartnerIdentity",
    "Text",
    "PartialDate",
    "Name",
    "Document",
    "Person",
    "RouteLeg",
    "Account",
    "Trafficking",
    "Vehicle",
    "Organisation",
    "Place",
    "Asset",
    "Event",
    "Link",
    "Notice",
    "CaseSection",
    "ProtectedPersonsSection",
    "WithdrawalSection",
    "Hit",
    "HitMatch",
    "Reply",
    "ReplySection",
];

#[test]
fn committed_code_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = root.join("src/generated");
    let proto = root.join("../../proto");
    hold(&proto.join("amana/content/v1/reason.proto"), reasons::file().as_bytes());
    let fresh = tempfile::tempdir().unwrap();
    generate(&proto, fresh.path());
    for file in FILES {
        hold(&committed.join(file), &fs::read(fresh.path().join(file)).unwrap());
    }
}

/// Holds a committed file to what it is to be; with `AMANA_REGENERATE`, writes it.
fn hold(path: &Path, new: &[u8]) {
    if std::env::var_os("AMANA_REGENERATE").is_some() {
        fs::write(path, new).unwrap();
    }
    assert!(
        fs::read(path).unwrap_or_default() == new,
        "{} is not current; run AMANA_REGENERATE=1 cargo test -p amana-notice --test generated",
        path.display()
    );
}

/// The files of packages of the contract, in order.
fn files(proto: &Path, packages: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = packages
        .iter()
        .flat_map(|package| fs::read_dir(proto.join("amana").join(package).join("v1")).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "proto"))
        .collect();
    files.sort();
    files
}

/// Writes the Rust code and the descriptor set of the content into `out`.
fn generate(proto: &Path, out: &Path) {
    let files = files(proto, &["content"]);
    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(&files).unwrap();
    let with_comments = compiler.file_descriptor_set();

    let mut config = prost_build::Config::new();
    config.out_dir(out).enable_type_names().bytes(["."]);
    config.skip_debug(CASE_TEXT.map(|message| format!(".amana.content.v1.{message}")));
    // Few notices have one, and every future that holds a notice would grow by it.
    config.boxed(".amana.content.v1.Notice.bulletin").boxed(".amana.content.v1.Notice.closing_report");
    config.compile_fds(with_comments).unwrap();

    // To know a message's fields at run time: complete, and small without the comments.
    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(false).include_imports(true);
    compiler.open_files(&files).unwrap();
    fs::write(out.join("amana.content.v1.bin"), compiler.encode_file_descriptor_set()).unwrap();
}
