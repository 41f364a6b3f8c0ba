//! The committed generated code is what the generator makes of the contract today.
//!
//! Run with `AMANA_REGENERATE=1` to write it anew after a change of the contract.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

#[path = "generated/api.rs"]
mod api;

use std::fs;
use std::path::{Path, PathBuf};

/// What is generated, in `src/generated/`.
const FILES: [&str; 4] =
    ["amana.exchange.v1.rs", "amana.agency.v1.rs", "amana.operator.v1.rs", "amana.v1.bin"];

/// Messages that hold case text: their `Debug` is written by hand and shows none of it.
const CASE_TEXT: [&str; 20] = [
    "agency.v1.UploadRequest",
    "agency.v1.DownloadResponse",
    "agency.v1.NoticeSummary",
    "agency.v1.NoticeView",
    "agency.v1.SearchRequest",
    "agency.v1.AccessReason",
    "agency.v1.WithdrawRequest",
    "agency.v1.DecideReviewRequest",
    "agency.v1.Review",
    "agency.v1.ReviewOutcome",
    "agency.v1.Export",
    "agency.v1.ForwardRequest",
    "agency.v1.GrantRequest",
    "agency.v1.ReplyView",
    "agency.v1.Due",
    "agency.v1.FieldChange",
    "agency.v1.ListItemsRequest",
    "agency.v1.SaveDraftRequest",
    "agency.v1.DraftSummary",
    "agency.v1.GetDraftResponse",
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

/// Writes the Rust code of every package but the content, and the descriptor set of all, into `out`.
fn generate(proto: &Path, out: &Path) {
    let files = files(proto, &["content", "exchange", "agency", "operator"]);
    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(&files).unwrap();
    let with_comments = compiler.file_descriptor_set();

    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .out_dir(out)
        .bytes(".")
        .extern_path(".amana.content.v1", "::amana_notice::content")
        .emit_rerun_if_changed(false)
        .skip_debug(CASE_TEXT.map(|message| format!(".amana.{message}")))
        .compile_fds_with_config(with_comments, config)
        .unwrap();

    // For reflection and grpcurl: complete, and small without the comments.
    let mut compiler = protox::Compiler::new([proto]).unwrap();
    compiler.include_source_info(false).include_imports(true);
    compiler.open_files(&files).unwrap();
    fs::write(out.join("amana.v1.bin"), compiler.encode_file_descriptor_set()).unwrap();
}
