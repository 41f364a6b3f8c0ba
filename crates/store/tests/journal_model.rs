//! The journal against a model: what was acknowledged is there, nothing else is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use amana_store::journal::{Journal, JournalConfig, JournalError};
use amana_types::Seq;
use proptest::collection::vec;
use proptest::prelude::*;

const SEGMENT_BYTES: u64 = 16 << 10;
const HEADER_BYTES: u64 = 4096;

fn config(dir: &Path) -> JournalConfig {
    JournalConfig { segment_bytes: SEGMENT_BYTES, open_segments: 2, ..JournalConfig::new(dir) }
}

/// Checks that the journal holds exactly these records, read one by one and in a scan.
fn assert_holds(journal: &Journal, model: &[Vec<u8>]) {
    let reader = journal.reader();
    assert_eq!(journal.next(), Seq(model.len() as u64));
    for (seq, record) in model.iter().enumerate() {
        assert_eq!(reader.read(Seq(seq as u64)).unwrap(), record.as_slice());
    }
    let mut scan = reader.scan(Seq(0));
    for (seq, record) in model.iter().enumerate() {
        assert_eq!(scan.next_record().unwrap(), Some((Seq(seq as u64), record.as_slice())));
    }
    assert!(scan.next_record().unwrap().is_none());
    assert!(reader.open_segments() <= 2);
}

/// Appends groups, each record split into parts, and remembers what was acknowledged.
fn append(journal: &mut Journal, model: &mut Vec<Vec<u8>>, groups: &[Vec<Vec<u8>>]) {
    for group in groups {
        let parts: Vec<Vec<&[u8]>> = group.iter().map(|record| record.chunks(100).collect()).collect();
        assert_eq!(journal.append(&parts).unwrap(), Seq(model.len() as u64));
        model.extend_from_slice(group);
    }
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "seg"))
        .collect();
    found.sort();
    found
}

fn groups() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    vec(vec(vec(any::<u8>(), 0..900), 0..9), 1..12)
}

/// Flips and cuts that hit something of a record.
static HIT: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

fn hits(which: usize) {
    let hits = HIT[which].load(Ordering::Relaxed);
    assert!(hits >= 12, "only {hits} of 48 hit a record");
}

/// Any flipped byte of any record is found when opening or when reading, and never drops or
/// changes a record silently.
#[test]
fn no_flipped_byte_goes_unseen() {
    flipped();
    hits(0);
}

#[test]
fn no_cut_off_file_goes_unseen() {
    cut_off();
    hits(1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_appended_is_there_after_every_reopening(runs in vec(groups(), 1..4)) {
        let dir = tempfile::tempdir().unwrap();
        let mut model = Vec::new();
        for run in &runs {
            let mut journal = Journal::open(config(dir.path())).unwrap();
            assert_holds(&journal, &model);
            append(&mut journal, &mut model, run);
            assert_holds(&journal, &model);
        }
        assert_holds(&Journal::open(config(dir.path())).unwrap(), &model);
    }

    fn flipped(groups in groups(), pick in any::<prop::sample::Index>(), flip in 1_u8..) {
        let dir = tempfile::tempdir().unwrap();
        let mut model = Vec::new();
        let mut journal = Journal::open(config(dir.path())).unwrap();
        append(&mut journal, &mut model, &groups);
        drop(journal);
        let files = segments(dir.path());
        let file = &files[pick.index(files.len())];
        let bytes = fs::read(file).unwrap();
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        // Padding behind a record and the unused part of the header carry nothing.
        let at = pick.index(end);
        let handle = OpenOptions::new().write(true).open(file).unwrap();
        handle.write_all_at(&[bytes[at] ^ flip], at as u64).unwrap();
        let padding = at as u64 >= 44 && (at as u64) < HEADER_BYTES;
        let hit = at as u64 >= HEADER_BYTES && !is_padding(&bytes, at);
        HIT[0].fetch_add(usize::from(hit), Ordering::Relaxed);
        match Journal::open(config(dir.path())) {
            Err(JournalError::Corrupt { segment, .. }) => prop_assert_eq!(&segment, file),
            Err(other) => prop_assert!(false, "{other}"),
            Ok(journal) => {
                prop_assert_eq!(journal.next(), Seq(model.len() as u64));
                let reader = journal.reader();
                let mut damaged = 0;
                for (seq, record) in model.iter().enumerate() {
                    match reader.read(Seq(seq as u64)) {
                        Ok(read) => prop_assert_eq!(read, record.as_slice()),
                        Err(JournalError::Corrupt { .. }) => damaged += 1,
                        Err(other) => prop_assert!(false, "{other}"),
                    }
                }
                prop_assert!(damaged >= 1 || padding || is_padding(&bytes, at), "flip at {} unseen", at);
            }
        }
    }

    fn cut_off(groups in groups(), pick in any::<prop::sample::Index>()) {
        let dir = tempfile::tempdir().unwrap();
        let mut model = Vec::new();
        let mut journal = Journal::open(config(dir.path())).unwrap();
        append(&mut journal, &mut model, &groups);
        drop(journal);
        let files = segments(dir.path());
        let file = &files[pick.index(files.len())];
        let bytes = fs::read(file).unwrap();
        let cut = pick.index(bytes.len());
        HIT[1].fetch_add(usize::from(bytes[cut..].iter().any(|byte| *byte != 0)), Ordering::Relaxed);
        OpenOptions::new().write(true).open(file).unwrap().set_len(cut as u64).unwrap();
        match Journal::open(config(dir.path())) {
            Err(JournalError::Corrupt { segment, .. }) => prop_assert_eq!(&segment, file),
            Err(other) => prop_assert!(false, "{other}"),
            Ok(journal) => {
                // A full segment is opened lazily; its records must not read.
                prop_assert!(files.last() != Some(file));
                let reader = journal.reader();
                prop_assert!((0..model.len()).any(|seq| reader.read(Seq(seq as u64)).is_err()));
            }
        }
    }
}

/// Whether this place lies in the zeros that fill a frame up to a multiple of 8.
fn is_padding(segment: &[u8], at: usize) -> bool {
    let mut offset = HEADER_BYTES as usize;
    while offset <= at {
        let payload = u32::from_le_bytes(segment[offset + 4..offset + 8].try_into().unwrap()) as usize;
        let end = offset + 24 + payload;
        offset = end.next_multiple_of(8);
        if at >= end && at < offset {
            return true;
        }
    }
    false
}
