//! Disks that fail, fill up and lose power; segments that are used again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use amana_store::journal::{Journal, JournalConfig, JournalError};
use amana_types::Seq;
use common::disk::{Dice, Plan, SimDisk};

fn config(dir: &Path, disk: &Arc<SimDisk>) -> JournalConfig {
    let disk = Arc::clone(disk) as Arc<dyn amana_store::Disk>;
    JournalConfig { segment_bytes: 16 << 10, open_segments: 2, disk, ..JournalConfig::new(dir) }
}

/// Some records with contents that differ.
fn group(dice: &mut Dice) -> Vec<[Vec<u8>; 1]> {
    let records = 1 + dice.below(8);
    (0..records).map(|_| [vec![dice.below(256) as u8; dice.below(1200) as usize]]).collect()
}

fn assert_holds(journal: &Journal, model: &[[Vec<u8>; 1]]) {
    let reader = journal.reader();
    for (seq, record) in (0..).map(Seq).zip(model) {
        assert_eq!(reader.read(seq).unwrap(), record[0]);
    }
    assert_eq!(journal.next(), Seq(model.len() as u64));
}

/// After every way a write can fail and the power can go, all that was acknowledged is there and the
/// failed group is there wholly or not at all.
#[test]
fn no_cut_of_power_loses_an_acknowledged_record() {
    let mut kept = 0;
    for seed in 0..90 {
        let mut dice = Dice(seed);
        let dir = tempfile::tempdir().unwrap();
        let mut model = Vec::new();
        for _ in 0..3 {
            let disk = Arc::new(SimDisk::new());
            let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
            assert_holds(&journal, &model);
            for _ in 0..dice.below(12) {
                let group = group(&mut dice);
                journal.append(&group).unwrap();
                model.extend(group);
            }
            disk.plan(if dice.below(2) == 0 { Plan::FailSync } else { Plan::FailWrite });
            let failed = group(&mut dice);
            let error = journal.append(&failed).unwrap_err();
            assert!(error.is_fatal(), "{error}");
            assert!(matches!(journal.append(&failed), Err(JournalError::Poisoned)));
            drop(journal);
            match seed % 3 {
                0 => disk.keep_all(),
                1 => disk.lose_all(),
                _ => disk.cut(&mut dice),
            }
            let journal = Journal::open(config(dir.path(), &Arc::new(SimDisk::new()))).unwrap();
            if journal.next() > Seq(model.len() as u64) {
                model.extend(failed);
                kept += 1;
            }
            assert_holds(&journal, &model);
        }
    }
    assert!(kept > 5, "groups that failed and were secretly kept: {kept}");
}

#[test]
fn a_full_disk_refuses_before_writing_and_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
    let mut model = Vec::new();
    disk.plan(Plan::Full);
    let record = [[vec![7; 3000]]];
    let error = loop {
        match journal.append(&record) {
            Ok(_) => model.extend(record.clone()),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::DiskFull { needed_bytes: 16_384, .. }) && !error.is_fatal());
    assert_holds(&journal, &model);
    // What still fits is taken.
    let small = [[vec![8; 10]]];
    journal.append(&small).unwrap();
    model.extend(small);
    assert!(matches!(journal.append(&record), Err(JournalError::DiskFull { .. })));
    disk.plan(Plan::Work);
    for _ in 0..20 {
        journal.append(&record).unwrap();
        model.extend(record.clone());
    }
    assert_holds(&journal, &model);
    drop(journal);
    assert_holds(&Journal::open(config(dir.path(), &disk)).unwrap(), &model);

    let empty = tempfile::tempdir().unwrap();
    disk.plan(Plan::Full);
    assert!(matches!(Journal::open(config(empty.path(), &disk)), Err(JournalError::DiskFull { .. })));
}

#[test]
fn groups_that_cannot_fit_are_refused_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
    let largest = (16 << 10) - 4096 - 24;
    assert!(matches!(
        journal.append(&[[vec![1; largest + 1]]]),
        Err(JournalError::TooLarge { records: 1, max_bytes: 12_288, .. })
    ));
    let model = vec![[vec![1; largest]], [vec![2; largest]]];
    for record in &model {
        journal.append(std::slice::from_ref(record)).unwrap();
    }
    assert_holds(&journal, &model);
    let two = model.clone();
    assert!(matches!(journal.append(&two), Err(JournalError::TooLarge { records: 2, .. })));
    assert_eq!(journal.append::<[Vec<u8>; 1], _>(&[]).unwrap(), Seq(2));
}

#[test]
fn only_one_process_has_it_and_it_says_which() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let _journal = Journal::open(config(dir.path(), &disk)).unwrap();
    let error = Journal::open(config(dir.path(), &disk)).err().unwrap();
    assert!(matches!(error, JournalError::Locked { pid: Some(pid), .. } if pid == std::process::id()));
}

fn inodes(dir: &Path, is_segment: bool) -> BTreeSet<u64> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let of_kind =
        entries.filter(|entry| (entry.path().extension().is_some_and(|ext| ext == "seg")) == is_segment);
    of_kind.map(|entry| entry.metadata().unwrap().ino()).collect()
}

/// Segments that were given up come back with their old bytes behind the new ones, which must never be
/// read as records, nor be taken for damage, whatever happens.
#[test]
fn stale_bytes_of_a_recycled_segment_are_never_records() {
    let mut recycled = 0;
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let dir = tempfile::tempdir().unwrap();
        let mut model = Vec::new();
        for _ in 0..6 {
            let disk = Arc::new(SimDisk::new());
            let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
            for _ in 0..10 {
                let group = group(&mut dice);
                journal.append(&group).unwrap();
                model.extend(group);
            }
            let before = inodes(dir.path(), true);
            journal.retire(Seq(model.len() as u64)).unwrap();
            let given_up: BTreeSet<_> = before.difference(&inodes(dir.path(), true)).copied().collect();
            for _ in 0..10 {
                let group = group(&mut dice);
                journal.append(&group).unwrap();
                model.extend(group);
            }
            recycled += inodes(dir.path(), true).intersection(&given_up).count();
            disk.plan(Plan::FailSync);
            let failed = group(&mut dice);
            journal.append(&failed).unwrap_err();
            drop(journal);
            disk.cut(&mut dice);
            let journal = Journal::open(config(dir.path(), &Arc::new(SimDisk::new()))).unwrap();
            if journal.next() > Seq(model.len() as u64) {
                model.extend(failed);
            }
            assert_eq!(journal.next(), Seq(model.len() as u64));
            let reader = journal.reader();
            let first = reader.first();
            for (seq, record) in (0..).map(Seq).zip(&model).skip(first.0 as usize) {
                assert_eq!(reader.read(seq).unwrap(), record[0]);
            }
            let gone = Seq(first.0.wrapping_sub(1));
            assert!(matches!(reader.read(gone), Err(JournalError::OutOfRange { .. })));
        }
        assert!(fs::read_dir(dir.path()).unwrap().count() < 20);
    }
    assert!(recycled > 10, "segments used again: {recycled}");
}

/// A later group behind a bad one proves that the bad one was acknowledged, even without the mark.
#[test]
fn damage_before_a_later_group_is_never_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
    for n in 0..3 {
        journal.append(&[[vec![n; 100]], [vec![n; 50]]]).unwrap();
    }
    drop(journal);
    fs::remove_file(dir.path().join("acked")).unwrap();
    let segment = dir.path().join(format!("{:020}.seg", 0));
    let good = fs::read(&segment).unwrap();
    for at in [4096 + 60, 4096 + 24 + 104 + 30, 4096 + 208 + 10] {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&segment, &bad).unwrap();
        let error = Journal::open(config(dir.path(), &disk)).err().unwrap();
        assert!(matches!(error, JournalError::Corrupt { .. }), "{error}");
        assert_eq!(fs::read(&segment).unwrap(), bad, "nothing may be changed");
    }
    // The last group alone could be a torn write once nothing tells that it was acknowledged.
    let mut torn = good.clone();
    torn[4096 + 416 + 30] ^= 1;
    fs::write(&segment, &torn).unwrap();
    assert_eq!(Journal::open(config(dir.path(), &disk)).unwrap().next(), Seq(4));
}

/// What is left of one torn group must never complete another of the same shape at the same place.
#[test]
fn two_torn_groups_never_make_a_whole_one() {
    let dir = tempfile::tempdir().unwrap();
    // Frames of 2048 bytes, so that the second begins at a sector.
    let group = |n: u8| [[vec![n; 2024]], [vec![n; 2024]]];
    let second_frame = 4096 + 2048;
    for (n, first_kept) in [(1, false), (2, true)] {
        let disk = Arc::new(SimDisk::new());
        let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
        assert_eq!(journal.next(), Seq(0));
        disk.plan(Plan::FailSync);
        journal.append(&group(n)).unwrap_err();
        drop(journal);
        disk.keep_only(|offset| (offset < second_frame) == first_kept);
    }
    assert_eq!(Journal::open(config(dir.path(), &Arc::new(SimDisk::new()))).unwrap().next(), Seq(0));
}

/// Every use of a segment file has a salt of its own, which nobody who writes records can know.
#[test]
fn no_two_segments_have_the_same_salt() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(config(dir.path(), &Arc::new(SimDisk::new()))).unwrap();
    for _ in 0..20 {
        journal.append(&[[vec![1; 5000]]]).unwrap();
    }
    let segments = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
    let salts: Vec<_> = segments
        .filter(|path| path.extension().is_some_and(|ext| ext == "seg"))
        .map(|path| fs::read(path).unwrap()[24..32].to_vec())
        .collect();
    assert_eq!(salts.len(), 10);
    assert_eq!(salts.iter().collect::<BTreeSet<_>>().len(), salts.len());
}

/// D14: readers on several threads meet full segments whose index is not written yet. Each makes it, none
/// gets in the way of another.
#[test]
fn many_readers_may_meet_a_full_segment_without_an_index() {
    const READERS: usize = 4;
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    let mut journal = Journal::open(config(dir.path(), &disk)).unwrap();
    let model: Vec<_> = (0..200_u8).map(|n| [vec![n; 600]]).collect();
    for record in &model {
        journal.append(std::slice::from_ref(record)).unwrap();
    }
    let firsts: Vec<u64> = segments(dir.path()).into_iter().rev().skip(1).collect();
    assert!(firsts.len() > 4, "several segments are full");
    let (begin, end) = (std::sync::Barrier::new(READERS + 1), std::sync::Barrier::new(READERS + 1));
    let (mut removed, read) = (0, std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            let (reader, read, firsts, begin, end) = (journal.reader(), &read, &firsts, &begin, &end);
            scope.spawn(move || {
                for round in 0..100 {
                    begin.wait();
                    let first = firsts[round % firsts.len()];
                    let record = reader.read(Seq(first));
                    read.lock().unwrap().push((first, record));
                    end.wait();
                }
            });
        }
        for round in 0..100 {
            // Two others are opened in between, so that this one is not open any more.
            let first = firsts[round % firsts.len()];
            for other in firsts.iter().filter(|other| **other != first).take(2) {
                journal.reader().read(Seq(*other)).unwrap();
            }
            removed += usize::from(fs::remove_file(dir.path().join(format!("{first:020}.idx"))).is_ok());
            begin.wait();
            end.wait();
        }
    });
    assert_eq!(removed, 100, "each round began without the index");
    let read = read.into_inner().unwrap();
    assert_eq!(read.len(), 100 * READERS);
    for (first, record) in read {
        assert_eq!(record.unwrap(), model[usize::try_from(first).unwrap()][0]);
    }
    assert_eq!(drafts(dir.path()), 0);
}

/// What a crash left of an index that was being written goes at the next opening.
#[test]
fn drafts_of_indexes_do_not_pile_up() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(SimDisk::new());
    drop(Journal::open(config(dir.path(), &disk)).unwrap());
    fs::write(dir.path().join("00000000000000000000.idx-draft-0123456789abcdef"), b"half").unwrap();
    assert_eq!(drafts(dir.path()), 1);
    drop(Journal::open(config(dir.path(), &disk)).unwrap());
    assert_eq!(drafts(dir.path()), 0);
}

/// The first records of all segments, in order.
fn segments(dir: &Path) -> Vec<u64> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut firsts: Vec<u64> =
        names.filter_map(|name| name.strip_suffix(".seg").map(|first| first.parse().unwrap())).collect();
    firsts.sort_unstable();
    firsts
}

fn drafts(dir: &Path) -> usize {
    let draft = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().contains("draft");
    fs::read_dir(dir).unwrap().filter(|entry| draft(entry.as_ref().unwrap())).count()
}
