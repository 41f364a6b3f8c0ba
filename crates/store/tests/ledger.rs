//! The ledger: what is derived from the journal is always what the journal says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use amana_log::{LeafIndex, TreeSize, verify_consistency, verify_inclusion};
use amana_store::ledger::{CheckDepth, Fold, Ledger, LedgerError};
use amana_store::{BLOCK_RECORDS, MemberIndex};
use amana_types::Seq;
use common::{Counts, Letter, Model, config, letter, open};

/// Letters `from..until`, to members that change in odd ways, some to nobody.
fn letters(from: u64, until: u64) -> impl Iterator<Item = Letter> {
    (from..until).map(|n| {
        let to: Vec<u16> = match n % 11 {
            0 => vec![],
            1..=6 => vec![(n % 5) as u16],
            _ => vec![(n % 5) as u16, 100 + (n % 3) as u16, 300],
        };
        letter(n, &to)
    })
}

#[test]
fn everything_is_there_after_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 2000), 64);
    model.assert_equals(&ledger);
    ledger.close().unwrap();

    let mut ledger = open(dir.path());
    assert_eq!(ledger.opened().replayed_records, 2000 % BLOCK_RECORDS);
    assert!(!ledger.opened().rebuilt);
    model.assert_equals(&ledger);
    model.append(&mut ledger, letters(2000, 3001), 7);
    model.assert_equals(&ledger);
}

#[test]
fn any_group_size_gives_the_same() {
    for group in [1, 255, 256, 257, 600] {
        let dir = tempfile::tempdir().unwrap();
        let mut model = Model::new();
        let mut ledger = open(dir.path());
        model.append(&mut ledger, letters(0, 1300), group);
        model.assert_equals(&ledger);
        drop(ledger);
        model.assert_equals(&open(dir.path()));
    }
}

#[test]
fn views_that_are_gone_or_damaged_are_rebuilt_equal() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 1500), 100);
    ledger.close().unwrap();
    let damages: [fn(&Path); 6] = [
        |dir| fs::remove_dir_all(dir.join("views")).unwrap(),
        |dir| overwrite_all(&dir.join("views")),
        |dir| fs::remove_dir_all(dir.join("tree")).unwrap(),
        |dir| fs::write(dir.join("tree/level-0"), vec![7; 4 * 8192]).unwrap(),
        |dir| fs::remove_dir_all(dir.join("ids")).unwrap(),
        |dir| overwrite_all(&dir.join("ids")),
    ];
    for damage in damages {
        damage(dir.path());
        let ledger = open(dir.path());
        model.assert_equals(&ledger);
        ledger.reader().check::<Counts>(CheckDepth::Records, &[model.head()], |_| ()).unwrap();
        ledger.close().unwrap();
    }
    // The next start is a short one again.
    assert_eq!(open(dir.path()).opened().replayed_records, 1500 % BLOCK_RECORDS);
}

fn overwrite_all(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            overwrite_all(&path);
        } else {
            let length = fs::metadata(&path).unwrap().len() as usize;
            fs::write(&path, vec![0xA5; length]).unwrap();
        }
    }
}

#[test]
fn unusable_views_are_kept_for_a_look_but_not_without_end() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let mut ledger = open(dir.path());
        Model::new().take(&[]);
        ledger.append(&[letter(round, &[1]).entry()]).unwrap();
        ledger.close().unwrap();
        overwrite_all(&dir.path().join("views"));
    }
    drop(open(dir.path()));
    let aside = fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("views.bad-"));
    assert_eq!(aside.count(), 3);
}

#[test]
fn a_crash_without_any_flush_replays_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 1000), 50);
    // What the disk has while the process is alive is what a crash would leave behind.
    copy_all(dir.path(), copy.path());
    drop(ledger);
    model.assert_equals(&open(copy.path()));
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy_all(&path, &target) } else { assert!(fs::copy(&path, &target).is_ok()) }
    }
}

#[test]
fn proofs_verify_for_every_record_and_size() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 300), 30);
    let old = ledger.reader().tree();
    model.append(&mut ledger, letters(300, 1111), 30);
    let tree = ledger.reader().tree();
    for seq in (0..1111).step_by(13) {
        let proof = tree.prove_inclusion(Seq(seq)).unwrap();
        let leaf = Counts::leaf(&model.letters[seq as usize]);
        verify_inclusion(&leaf, LeafIndex::new(seq), &proof, &tree.head()).unwrap();
    }
    // A tree taken earlier still proves, although its tail is in files by now.
    for seq in [0, 255, 256, 299] {
        let proof = old.prove_inclusion(Seq(seq)).unwrap();
        let leaf = Counts::leaf(&model.letters[seq as usize]);
        verify_inclusion(&leaf, LeafIndex::new(seq), &proof, &old.head()).unwrap();
    }
    assert!(old.prove_inclusion(Seq(300)).is_err());
    for size in [1, 255, 256, 257, 300, 1110, 1111].map(TreeSize::new) {
        let head = tree.head_at(size).unwrap();
        let proof = tree.prove_consistency(size, tree.size()).unwrap();
        verify_consistency(&head, &tree.head(), &proof).unwrap();
    }
}

#[test]
fn routes_are_found_in_pages_and_from_any_cursor() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 2000), 128);
    let reader = ledger.reader();
    let all = reader.routed(MemberIndex(3), Seq(0), usize::MAX).unwrap().records;
    let mut paged = Vec::new();
    let mut from = Seq(0);
    while from < Seq(2000) {
        let page = reader.routed(MemberIndex(3), from, 10).unwrap();
        assert!(page.records.len() <= 10 && page.next > from);
        paged.extend(page.records);
        from = page.next;
    }
    assert_eq!(paged, all);
    assert_eq!(reader.routed(MemberIndex(3), Seq(2000), 10).unwrap().records, []);
    assert_eq!(reader.routed(MemberIndex(99), Seq(0), 10).unwrap().next, Seq(2000));
}

#[test]
fn one_flipped_byte_in_an_old_record_is_found_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 1000), 100);
    ledger.close().unwrap();
    let segment = dir.path().join("journal/00000000000000000000.seg");
    let mut bytes = fs::read(&segment).unwrap();
    bytes[9000] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let ledger = open(dir.path());
    let found = ledger.reader().check::<Counts>(CheckDepth::Records, &[], |_| ()).unwrap_err().to_string();
    assert!(found.contains("00000000000000000000.seg is damaged at byte"), "{found}");
    assert!(ledger.reader().check::<Counts>(CheckDepth::Tree, &[model.head()], |_| ()).is_ok());
}

#[test]
fn heads_from_elsewhere_are_held_against_the_records() {
    let dir = tempfile::tempdir().unwrap();
    let (mut model, mut other) = (Model::new(), Model::new());
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 700), 100);
    other.take(&letters(1, 701).collect::<Vec<_>>());
    for depth in [CheckDepth::Tree, CheckDepth::Records] {
        let check = |head| ledger.reader().check::<Counts>(depth, &[head], |_| ());
        check(model.head()).unwrap();
        let found = check(other.head()).unwrap_err().to_string();
        assert!(found.contains("root over the first 700 records"), "{found}");
        let mut longer = model.head();
        longer.size = TreeSize::new(701);
        let found = check(longer).unwrap_err().to_string();
        assert!(found.contains("only 700"), "{found}");
    }
}

#[test]
fn a_journal_replaced_by_an_older_copy_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let old = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 300), 100);
    ledger.close().unwrap();
    copy_all(&dir.path().join("journal"), old.path());
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(300, 900), 100);
    ledger.close().unwrap();
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    copy_all(old.path(), &dir.path().join("journal"));
    let error = Ledger::open(config(dir.path()), Counts::default).err().unwrap();
    assert!(matches!(error, LedgerError::Shortened { next: Seq(300), applied: Seq(768) }), "{error}");
}

#[test]
fn views_of_another_journal_are_not_believed() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut model, mut foreign) = (Model::new(), Model::new());
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 600), 100);
    ledger.close().unwrap();
    let mut ledger = open(other.path());
    foreign.append(&mut ledger, letters(50, 650), 100);
    ledger.close().unwrap();
    for part in ["views", "tree", "ids"] {
        fs::remove_dir_all(dir.path().join(part)).unwrap();
        copy_all(&other.path().join(part), &dir.path().join(part));
    }
    let ledger = open(dir.path());
    assert!(ledger.opened().rebuilt);
    model.assert_equals(&ledger);
}

/// Readers that follow the writer see every record once, in order, and can prove each.
#[test]
fn readers_follow_the_writer_without_gaps() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let last = 4000;
    let follow = |reader: amana_store::ledger::Reader| {
        let mut from = Seq(0);
        let mut seen = Vec::new();
        while from < Seq(last) {
            let found = reader.routed(MemberIndex(3), from, 50).unwrap();
            let tree = reader.tree();
            for seq in found.records {
                let letter = Counts::decode(&reader.read(seq).unwrap()).unwrap();
                assert!(letter.to.contains(&3));
                let proof = tree.prove_inclusion(seq).unwrap();
                verify_inclusion(&Counts::leaf(&letter), LeafIndex::new(seq.0), &proof, &tree.head())
                    .unwrap();
                assert_eq!(reader.find(letter.id).unwrap().unwrap().seq, seq);
                seen.push(seq);
            }
            from = found.next;
        }
        seen
    };
    let expected: Vec<_> = (0..)
        .map(Seq)
        .zip(letters(0, last))
        .filter(|(_, letter)| letter.to.contains(&3))
        .map(|(seq, _)| seq)
        .collect();
    std::thread::scope(|scope| {
        let readers = [ledger.reader(), ledger.reader()].map(|reader| scope.spawn(|| follow(reader)));
        let mut model = Model::new();
        for (group, from) in [3, 40, 1, 300].into_iter().cycle().zip((0..last).step_by(100)) {
            model.append(&mut ledger, letters(from, from + 100), group);
        }
        for reader in readers {
            assert_eq!(reader.join().unwrap(), expected);
        }
    });
}

/// The folder of views is closed and opened again while it is used, and nobody notices.
#[test]
fn views_are_reopened_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.views_reopen_bytes = 1;
    config.flush_every = std::time::Duration::from_millis(1);
    let mut ledger = Ledger::open(config, Counts::default).unwrap();
    let mut model = Model::new();
    for from in (0..3000).step_by(500) {
        model.append(&mut ledger, letters(from, from + 500), 20);
        model.assert_equals(&ledger);
    }
    ledger.close().unwrap();
    model.assert_equals(&open(dir.path()));
}

/// Views that are merely still open are not taken for damaged ones.
#[test]
fn a_reader_that_outlived_its_ledger_keeps_the_next_from_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 600), 100);
    let reader = ledger.reader();
    ledger.close().unwrap();
    let error = Ledger::open(config(dir.path()), Counts::default).err().unwrap();
    assert!(error.to_string().contains("still open in a reader"), "{error}");
    assert_eq!(reader.tree().head(), model.head());
    drop(reader);
    let ledger = open(dir.path());
    assert!(!ledger.opened().rebuilt);
    model.assert_equals(&ledger);
}

/// Files beside the journal that are another's, each alone: all of the same shape, so that only what they
/// are bound by tells.
#[test]
fn a_tree_or_ids_of_another_journal_are_not_believed() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut model, mut foreign) = (Model::new(), Model::new());
    let mut ledger = open(dir.path());
    model.append(&mut ledger, letters(0, 1300), 100);
    ledger.close().unwrap();
    let mut ledger = open(other.path());
    foreign.append(&mut ledger, letters(11, 1311), 100);
    ledger.close().unwrap();
    for part in ["tree", "ids"] {
        fs::remove_dir_all(dir.path().join(part)).unwrap();
        copy_all(&other.path().join(part), &dir.path().join(part));
        let ledger = open(dir.path());
        assert!(!ledger.opened().rebuilt, "{part}: the rows are good");
        model.assert_equals(&ledger);
        ledger.reader().check::<Counts>(CheckDepth::Records, &[model.head()], |_| ()).unwrap();
        ledger.close().unwrap();
    }
}
