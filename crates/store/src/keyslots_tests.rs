use amana_types::{Random, Timestamp};

use super::*;
use crate::disk::RealDisk;
use crate::journal::JournalConfig;

struct Numbered(u8);

impl Random for Numbered {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

fn key(n: u8) -> KeySlot {
    let id = NoticeId::new(Timestamp::from_unix_millis(1_700_000_000_000), &Numbered(n));
    KeySlot { id, wrapped: vec![n; 60 + usize::from(n % 21)] }
}

/// The journal that the tests' key slots lie beside.
fn journal(path: &Path) -> Journal {
    let dir = path.with_file_name("journal");
    Journal::open(JournalConfig { segment_bytes: 16 << 10, ..JournalConfig::new(dir) }).unwrap()
}

fn open(path: &Path) -> Result<KeySlots, KeySlotsError> {
    KeySlots::open(path, &journal(path), Arc::new(RealDisk))
}

fn of(n: u8, slot: u64) -> KeyOf {
    KeyOf { id: key(n).id, slot: SlotNumber(slot) }
}

#[test]
fn keys_stay_under_their_numbers_and_erased_ones_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let mut slots = open(&path).unwrap();
    let keys: Vec<_> = (1..10).map(key).collect();
    assert_eq!(slots.append(&keys).unwrap(), SlotNumber(0));
    slots.erase(&[of(4, 3)]).unwrap();
    slots.erase(&[of(4, 3)]).unwrap();
    drop(slots);
    let mut slots = open(&path).unwrap();
    assert_eq!(slots.append(&[key(40)]).unwrap(), SlotNumber(9));
    for (slot, key) in (0..).map(SlotNumber).zip(&keys) {
        assert!(slots.get(slot).unwrap().as_ref() == (slot.0 != 3).then_some(key));
    }
    assert!(slots.get(SlotNumber(9)).unwrap() == Some(key(40)));
    assert!(matches!(slots.get(SlotNumber(10)), Err(KeySlotsError::NoSuchSlot { count: 10, .. })));
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(60).any(|window| window == [4; 60]), "the erased key is still in the file");
}

#[test]
fn many_are_erased_at_once_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let mut slots = open(&path).unwrap();
    slots.append(&[key(1), key(2), key(3), key(4)]).unwrap();
    let beyond = slots.erase(&[of(1, 0), of(1, 4)]);
    assert!(matches!(beyond, Err(KeySlotsError::NoSuchSlot { slot: SlotNumber(4), count: 4 })));
    assert!(slots.get(SlotNumber(0)).unwrap().is_some(), "nothing was erased");
    slots.erase(&[of(1, 0), of(3, 2)]).unwrap();
    drop(slots);
    let slots = open(&path).unwrap();
    let left: Vec<bool> = (0..4).map(|slot| slots.get(SlotNumber(slot)).unwrap().is_some()).collect();
    assert_eq!(left, [false, true, false, true]);
}

#[test]
fn any_flipped_bit_of_a_slot_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    open(&path).unwrap().append(&[key(1), key(2)]).unwrap();
    let good = std::fs::read(&path).unwrap();
    for bit in 0..SLOT_BYTES * 8 {
        let mut bad = good.clone();
        bad[512 + bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, bad).unwrap();
        let slots = open(&path).unwrap();
        assert!(matches!(slots.get(SlotNumber(0)), Err(KeySlotsError::Damaged { .. })), "bit {bit}");
        assert!(slots.get(SlotNumber(1)).unwrap() == Some(key(2)));
    }
}

#[test]
fn an_append_that_was_cut_off_anywhere_leaves_whole_slots_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    open(&path).unwrap().append(&[key(1), key(2)]).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let mut slots = open(&path).unwrap();
        let kept = length.saturating_sub(512) / SLOT_BYTES;
        assert_eq!(slots.count(), kept as u64);
        assert_eq!(slots.append(&[key(3)]).unwrap(), SlotNumber(kept as u64));
        assert!(slots.get(SlotNumber(kept as u64)).unwrap() == Some(key(3)));
    }
}

#[test]
fn other_files_and_second_openers_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (path, other) = (dir.path().join("keys"), dir.path().join("other"));
    let _slots = open(&path).unwrap();
    assert!(matches!(open(&path), Err(KeySlotsError::Locked { .. })));
    for content in [vec![b'x'; 10], vec![b'x'; 1000]] {
        std::fs::write(&other, &content).unwrap();
        assert!(matches!(open(&other), Err(KeySlotsError::NotSlots { .. })));
        assert_eq!(std::fs::read(&other).unwrap(), content);
    }
    let mut slots = open(&dir.path().join("third")).unwrap();
    let long = KeySlot { wrapped: vec![1; 81], ..key(1) };
    assert!(matches!(slots.append(&[key(1), long]), Err(KeySlotsError::Size { got_bytes: 81 })));
    assert_eq!(slots.count(), 0);
}

/// The journal beside the slots gets a record: from then on they must be there.
fn record(path: &Path) {
    journal(path).append(&[[b"a record".as_slice()]]).unwrap();
}

#[test]
fn slots_that_are_gone_are_not_begun_anew_beside_a_journal_with_records() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    open(&path).unwrap().append(&[key(1)]).unwrap();
    record(&path);
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 1, 20, 511] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(open(&path), Err(KeySlotsError::Missing { .. })), "{length}");
        assert_eq!(std::fs::read(&path).unwrap(), &whole[..length], "nothing was changed");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(open(&path), Err(KeySlotsError::Missing { .. })));
    assert!(!path.exists(), "nothing was made");
    std::fs::write(&path, &whole).unwrap();
    assert!(open(&path).unwrap().get(SlotNumber(0)).unwrap() == Some(key(1)));
}

#[test]
fn slots_of_another_journal_are_refused_and_left_alone() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, foreign) = (dir.path().join("keys"), other.path().join("keys"));
    open(&path).unwrap().append(&[key(1)]).unwrap();
    open(&foreign).unwrap().append(&[key(2)]).unwrap();
    let bytes = std::fs::read(&foreign).unwrap();
    for with_records in [false, true] {
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(open(&path), Err(KeySlotsError::Foreign { .. })), "{with_records}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        record(&path);
    }
}

#[test]
fn an_older_copy_is_seen_by_its_slots_and_by_its_erasures() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let mut slots = open(&path).unwrap();
    slots.append(&[key(1)]).unwrap();
    let fewer = std::fs::read(&path).unwrap();
    slots.append(&[key(2)]).unwrap();
    let unerased = std::fs::read(&path).unwrap();
    slots.erase(&[of(1, 0)]).unwrap();
    let needed = SlotUse { slots: 2, erased: 1 };
    slots.covers(needed).unwrap();
    drop(slots);
    open(&path).unwrap().covers(needed).unwrap();
    for (older, held) in [(fewer, (1, 0)), (unerased, (2, 0))] {
        std::fs::write(&path, older).unwrap();
        let held = SlotUse { slots: held.0, erased: held.1 };
        let refused = open(&path).unwrap().covers(needed).unwrap_err();
        assert!(matches!(&refused, KeySlotsError::Older { held: found, .. } if *found == held), "{refused}");
        assert!(refused.to_string().contains("restore the newest copy"), "{refused}");
    }
}

#[test]
fn the_key_of_something_else_is_never_erased() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let mut slots = open(&path).unwrap();
    slots.append(&[key(1), key(2), key(3)]).unwrap();
    let refused = slots.erase(&[of(1, 0), of(3, 1)]);
    assert!(matches!(refused, Err(KeySlotsError::OtherKey { key, .. }) if key == of(3, 1)));
    for slot in 0..3 {
        assert!(slots.get(SlotNumber(slot)).unwrap().is_some(), "nothing was erased");
    }
    slots.erase(&[of(1, 0)]).unwrap();
}
