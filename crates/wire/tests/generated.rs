//! The committed generated code is what the generator makes of the contract today.
//!
//! Run with `AMANA_REGENERATE=1` to write it anew after a change of the contract.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

/// What is generated, in `src/generated/`.
const FILES: [&str; 2] = ["amana.v1.rs", "amana.v1.bin"];

/// Messages that hold case text: their `Debug` is written by hand and shows none of it.
const CASE_TEXT: [&str; 48] = [
    "Attachment",
    "AbuseMedia",
    "UploadRequest",
    "DownloadResponse",
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
    "NoticeSummary",
    "NoticeView",
    "SearchRequest",
    "AccessReason",
    "CaseSection",
    "ProtectedPersonsSection",
    "WithdrawRequest",
    "DecideReviewRequest",
    "Review",
    "ReviewOutcome",
    "WithdrawalSection",
    "Match",
    "Export",
    "ForwardRequest",
    "GrantRequest",
    "Reply",
    "ReplySection",
    "ReplyView",
    "Due",
    "FieldChange",
    "ListItemsRequest",
    "SaveDraftRequest",
    "DraftSummary",
    "GetDraftResponse",
];

#[test]
fn committed_code_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = root.join("src/generated");
    let fresh = tempfile::tempdir().unwrap();
    generate(&root.join("../../proto"), fresh.path());
    for file in FILES {
        let new = fs::read(fresh.path().join(file)).unwrap();
        if std::env::var_os("AMANA_REGENERATE").is_some() {
            fs::write(committed.join(file), &new).unwrap();
        }
        let old = fs::read(committed.join(file)).unwrap_or_default();
        assert!(
            old == new,
            "src/generated/{file} is not what proto/ says; run \
             AMANA_REGENERATE=1 cargo test -p amana-wire --test generated"
        );
    }
}

/// Writes the Rust code and the descriptor set of every file of the contract into `out`.
fn generate(proto: &Path, out: &Path) {
    let mut files: Vec<PathBuf> = fs::read_dir(proto.join("amana/v1"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "proto"))
        .collect();
    files.sort();

    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(&files).unwrap();
    let with_comments = compiler.file_descriptor_set();

    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    // Few notices have one, and every future that holds a notice would grow by it.
    config.boxed(".amana.v1.Notice.bulletin").boxed(".amana.v1.Notice.closing_report");
    tonic_prost_build::configure()
        .out_dir(out)
        .bytes(".")
        .emit_rerun_if_changed(false)
        .skip_debug(CASE_TEXT.map(|message| format!(".amana.v1.{message}")))
        .compile_fds_with_config(with_comments, config)
        .unwrap();

    // For reflection and grpcurl: complete, and small without the comments.
    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(false).include_imports(true);
    compiler.open_files(&files).unwrap();
    fs::write(out.join("amana.v1.bin"), compiler.encode_file_descriptor_set()).unwrap();
}
