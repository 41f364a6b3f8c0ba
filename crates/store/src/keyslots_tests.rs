use amana_types::{Random, Timestamp};

use super::*;
use crate::disk::RealDisk;

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

fn open(path: &Path) -> Result<KeySlots, KeySlotsError> {
    KeySlots::open(path, Arc::new(RealDisk))
}

#[test]
fn keys_stay_under_their_numbers_and_erased_ones_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let mut slots = open(&path).unwrap();
    let keys: Vec<_> = (1..10).map(key).collect();
    assert_eq!(slots.append(&keys).unwrap(), SlotNumber(0));
    slots.erase(SlotNumber(3)).unwrap();
    slots.erase(SlotNumber(3)).unwrap();
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
    let beyond = slots.erase_all(&[SlotNumber(0), SlotNumber(4)]);
    assert!(matches!(beyond, Err(KeySlotsError::NoSuchSlot { slot: SlotNumber(4), count: 4 })));
    assert!(slots.get(SlotNumber(0)).unwrap().is_some(), "nothing was erased");
    slots.erase_all(&[SlotNumber(0), SlotNumber(2)]).unwrap();
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
