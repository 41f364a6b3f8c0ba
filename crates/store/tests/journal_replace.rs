//! Records replaced in place: the old bytes are gone, and no failure leaves half of each.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use amana_store::Disk;
use amana_store::journal::{Journal, JournalConfig, JournalError};
use amana_types::Seq;
use common::disk::{Dice, Plan, SimDisk};

const SECRET: &[u8] = b"these bytes must go";

fn config(dir: &Path, disk: &Arc<SimDisk>) -> JournalConfig {
    let disk = Arc::clone(disk) as Arc<dyn Disk>;
    JournalConfig { segment_bytes: 16 << 10, open_segments: 2, disk, ..JournalConfig::new(dir) }
}

fn old(n: u64) -> Vec<u8> {
    [&n.to_be_bytes()[..], &SECRET.repeat(20 + n as usize % 60)].concat()
}

fn new(n: u64) -> Vec<u8> {
    [&n.to_be_bytes()[..], &vec![0; SECRET.len() * (20 + n as usize % 60)]].concat()
}

/// A journal of `count` records over several segments.
fn filled(dir: &Path, disk: &Arc<SimDisk>, count: u64) -> Journal {
    let mut journal = Journal::open(config(dir, disk)).unwrap();
    for n in (0..count).step_by(3) {
        let group: Vec<[Vec<u8>; 1]> = (n..count.min(n + 3)).map(|n| [old(n)]).collect();
        journal.append(&group).unwrap();
    }
    journal
}

fn files_with_secret(dir: &Path) -> usize {
    let holds = |bytes: Vec<u8>| bytes.windows(SECRET.len()).filter(|part| *part == SECRET).count();
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    // A spare that was being made ready may have got another name since it was listed.
    files.map(|path| fs::read(path).map_or(0, holds)).sum()
}

#[test]
fn replaced_records_are_read_and_the_old_bytes_are_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = filled(dir.path(), &disk, 60);
    assert!(files_with_secret(dir.path()) > 1000, "the control: they were there");
    let before = journal.reader();
    let all: Vec<(Seq, Vec<u8>)> = (0..60).map(|n| (Seq(n), new(n))).collect();
    journal.replace(&all[..1]).unwrap();
    assert_eq!(before.read(Seq(0)).unwrap(), new(0));
    assert_eq!(before.read(Seq(1)).unwrap(), old(1));
    journal.replace(&all).unwrap();
    assert_eq!(files_with_secret(dir.path()), 0);
    journal.append(&[[b"and on it goes"]]).unwrap();
    drop(journal);
    let journal = Journal::open(config(dir.path(), &disk)).unwrap();
    let mut scan = journal.reader().scan(Seq(0));
    for n in 0..60 {
        assert_eq!(scan.next_record().unwrap().unwrap(), (Seq(n), new(n).as_slice()));
    }
    assert_eq!(scan.next_record().unwrap().unwrap().1, b"and on it goes");
}

#[test]
fn what_cannot_be_replaced_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = filled(dir.path(), &disk, 6);
    let shorter = journal.replace(&[(Seq(1), new(1)), (Seq(2), vec![0; 9])]).unwrap_err();
    assert!(matches!(shorter, JournalError::OtherLength { seq: Seq(2), got_bytes: 9, .. }), "{shorter}");
    let beyond = journal.replace(&[(Seq(6), new(6))]).unwrap_err();
    assert!(matches!(beyond, JournalError::OutOfRange { asked: Seq(6), .. }));
    assert_eq!(journal.reader().read(Seq(1)).unwrap(), old(1));
    journal.replace(&[]).unwrap();
    journal.append(&[[old(6)]]).unwrap();
}

/// Fails at every write and sync in turn, and cuts the power in different ways.
#[test]
fn after_a_cut_of_power_every_record_is_whole() {
    let (mut finished, mut undone) = (0, 0);
    for fail_after in 0..9 {
        for seed in 0..12 {
            let dir = tempfile::tempdir().unwrap();
            let disk = Arc::new(SimDisk::new());
            let mut journal = filled(dir.path(), &disk, 60);
            disk.plan(Plan::FailAfter(fail_after));
            let wanted: Vec<(Seq, Vec<u8>)> = [2, 3, 17, 58].map(|n| (Seq(n), new(n))).into();
            let result = journal.replace(&wanted);
            drop(journal);
            match seed % 3 {
                0 => disk.keep_all(),
                1 => disk.lose_all(),
                _ => disk.cut(&mut Dice(seed)),
            }
            let journal = Journal::open(config(dir.path(), &Arc::new(SimDisk::new()))).unwrap();
            let reader = journal.reader();
            let replaced = reader.read(Seq(2)).unwrap() == new(2);
            for n in 0..60 {
                let expected = if replaced && [2, 3, 17, 58].contains(&n) { new(n) } else { old(n) };
                assert_eq!(reader.read(Seq(n)).unwrap(), expected, "{fail_after} {seed} {n}");
            }
            assert!(replaced || result.is_err(), "a replacement that was answered is there");
            finished += u32::from(replaced && result.is_err());
            undone += u32::from(!replaced);
        }
    }
    assert!(finished > 10 && undone > 10, "{finished} finished by the opening, {undone} never begun");
}

#[test]
fn a_damaged_redo_file_is_reported_and_nothing_is_changed() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    drop(filled(dir.path(), &disk, 6));
    let redo = dir.path().join("replace.redo");
    fs::write(&redo, b"AMANAR01 and then something else").unwrap();
    let error = Journal::open(config(dir.path(), &disk)).err().unwrap();
    assert!(matches!(&error, JournalError::Redo { path } if *path == redo), "{error}");
    fs::remove_file(&redo).unwrap();
    assert_eq!(Journal::open(config(dir.path(), &disk)).unwrap().reader().read(Seq(5)).unwrap(), old(5));
}

#[test]
fn readers_never_see_half_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = filled(dir.path(), &disk, 60);
    let (reader, done) = (journal.reader(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _done = Done(&done); // also when an assertion below fails
        for thread in 0..2 {
            let (reader, done) = (&reader, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let mut scan = reader.scan(Seq(0));
                    for n in 0..60 {
                        let record = match thread {
                            0 => reader.read(Seq(n)).unwrap().to_vec(),
                            _ => scan.next_record().unwrap().unwrap().1.to_vec(),
                        };
                        assert!(record == old(n) || record == new(n), "{n}");
                    }
                }
            });
        }
        for round in 0..40 {
            let make = if round % 2 == 0 { new } else { old };
            let all: Vec<(Seq, Vec<u8>)> = (0..60).map(|n| (Seq(n), make(n))).collect();
            journal.replace(&all).unwrap();
        }
    });
}

/// Ends the readers when it is dropped.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
