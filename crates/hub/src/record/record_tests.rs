use amana_seal::codec::CodecError;
use amana_seal::envelope::{SlotTree, SlotTreeRef, slot_bytes};
use amana_seal::review::ReviewDecision;
use amana_types::limits;

use super::*;

fn stamp() -> Stamp {
    Stamp { accepted_at: Timestamp::from_unix_millis(1_795_000_000_123), leaf_salt: LeafSalt::new([7; 32]) }
}

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn notice() -> NoticeId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn slot(recipient: &str, byte: u8) -> Slot {
    let granted = GrantedSections::of_bits(u32::from(byte)).unwrap();
    Slot { recipient: code(recipient), epoch: HpkeEpoch(3), granted, sealed: vec![byte; 40].into() }
}

fn section(bytes: Vec<u8>) -> Ciphertext {
    Ciphertext { bytes: bytes.into() }
}

fn accept() -> Record {
    Record::Accept(Arc::new(Accept {
        stamp: stamp(),
        notice: notice(),
        submission: Digest([1; 32]),
        sender: code("XA"),
        header: Bytes::from_static(b"header core"),
        slots_root: Digest([2; 32]),
        depth: 1,
        signature: [3; 64],
        addressing: Bytes::from_static(b"addressing"),
        addressing_salt: vec![4; 32].into(),
        slot_tree: vec![5; 96].into(),
        slots: vec![slot("XF", 8), slot("XS", 9)],
        held: false,
        withdraws: None,
        expires: Timestamp::from_unix_millis(1_790_000_000_000),
        attachments: vec![Digest([8; 32]), Digest([9; 32])],
        groups: vec!["HT-EXPERTS".parse().unwrap(), "OP-LIGHT".parse().unwrap()],
        erased: false,
        sections: vec![section(vec![10; 100]), section(Vec::new()), section(vec![11; 5])],
    }))
}

fn every_kind() -> Vec<Record> {
    let (recipient, sender) = (code("XF"), code("XA"));
    vec![
        accept(),
        Record::Conflict(Conflict { stamp: stamp(), notice: notice(), sender, submission: Digest([9; 32]) }),
        Record::Receipt(Arc::new(Receipt {
            stamp: stamp(),
            recipient,
            sender,
            body: Bytes::from_static(b"receipts"),
            signature: vec![6; 64].into(),
        })),
        Record::Directory(Arc::new(Entry { stamp: stamp(), bytes: Bytes::from_static(b"entry") })),
        Record::Review(Arc::new(Review {
            stamp: stamp(),
            of: Seq(41),
            desk: code("XD"),
            sender,
            recipients: vec![recipient],
            body: Bytes::from_static(b"decision"),
            signature: vec![7; 64].into(),
        })),
        Record::Deliver(Deliver { stamp: stamp(), member: recipient, cursor: Seq(42) }),
        Record::Swept(Swept { stamp: stamp(), until: ExpiryHour(497_222) }),
    ]
}

/// Member codes of the greatest length.
fn members(count: usize) -> impl Iterator<Item = MemberCode> {
    (0..count).map(|n| code(&format!("XM{n:06}")))
}

/// Addresses an envelope to the whole world beside those whom it is for: 200 more members, with bytes as long
/// as those of a slot tree over all of them.
pub(crate) fn to_the_world(accept: &mut Accept) {
    let (granted, sealed) = (GrantedSections::default(), Bytes::from_static(&[21; 48]));
    let more = members(200).map(|recipient| Slot {
        recipient,
        epoch: HpkeEpoch(0),
        granted,
        sealed: sealed.clone(),
    });
    accept.slots.extend(more);
    accept.slots.sort_by_key(|slot| slot.recipient);
    accept.depth = 8;
    accept.slot_tree = slot_tree(accept.slots.len());
}

/// Bytes as long as a slot tree over so many slots.
fn slot_tree(slots: usize) -> Bytes {
    let depth = slots.next_power_of_two().ilog2();
    let first = [u8::try_from(depth).unwrap(), u8::try_from(slots - 1).unwrap()];
    let bytes = Bytes::from([first.as_slice(), &vec![0; slots + 32 * ((2 << depth) - 1)]].concat());
    assert!(SlotTreeRef::parse(&bytes).is_some(), "{slots}");
    bytes
}

/// A record of each kind with the most of everything that an envelope, a receipt, a decision or an entry may
/// have, by the limits of the formats themselves.
fn largest() -> Vec<Record> {
    let Record::Accept(small) = accept() else { panic!("an envelope") };
    let granted = GrantedSections::of_bits(u32::from(u16::MAX)).unwrap();
    let sealed = || Bytes::from(vec![12; slot_bytes(limits::SECTIONS)]);
    let slot = |recipient| Slot { recipient, epoch: HpkeEpoch(u32::MAX), granted, sealed: sealed() };
    let mut sections = vec![section(Vec::new()); limits::SECTIONS];
    sections[0] = section(vec![13; limits::ENVELOPE_BODY_BYTES]);
    let group = |n: usize| format!("G{n:031}").parse().unwrap();
    let envelope = Accept {
        sender: members(1).next().unwrap(),
        header: vec![14; limits::HEADER_BYTES].into(),
        depth: 8,
        addressing: vec![15; limits::ADDRESSING_BYTES].into(),
        slot_tree: vec![16; SlotTree::MOST_BYTES].into(),
        slots: members(limits::RECIPIENTS).map(slot).collect(),
        held: true,
        withdraws: Some(notice()),
        attachments: (0..limits::ATTACHMENTS).map(|_| Digest([17; 32])).collect(),
        groups: (0..limits::ADDRESSING_SET).map(group).collect(),
        sections,
        ..(*small).clone()
    };
    let mut all = vec![Record::Accept(Arc::new(envelope.erase())), Record::Accept(Arc::new(envelope))];
    for record in every_kind() {
        all.push(match record {
            Record::Accept(_) => continue,
            Record::Conflict(_) | Record::Deliver(_) | Record::Swept(_) => record,
            Record::Receipt(receipt) => {
                let body = vec![18; amana_seal::receipt::Receipt::MOST_BYTES].into();
                Record::Receipt(Arc::new(Receipt { body, ..(*receipt).clone() }))
            }
            Record::Directory(entry) => {
                let bytes = vec![19; limits::DIRECTORY_ENTRY_BYTES].into();
                Record::Directory(Arc::new(Entry { bytes, ..(*entry).clone() }))
            }
            Record::Review(review) => {
                let (recipients, body) = (members(limits::RECIPIENTS - 1), ReviewDecision::MOST_BYTES);
                Record::Review(Arc::new(Review {
                    recipients: recipients.collect(),
                    body: vec![20; body].into(),
                    ..(*review).clone()
                }))
            }
        });
    }
    all
}

fn written(record: &Record) -> Bytes {
    record.encode().unwrap().concat().into()
}

#[test]
fn every_record_is_read_back() {
    for record in every_kind() {
        assert_eq!(Record::decode(&written(&record)), Ok(record));
    }
}

#[test]
fn the_largest_record_of_each_kind_is_read_back() {
    for record in largest() {
        assert_eq!(Record::decode(&written(&record)), Ok(record));
    }
}

/// Up to 256 recipients: the tree of 129 and more was once longer than its reader allowed.
#[test]
fn an_envelope_to_any_number_of_recipients_is_read_back() {
    let Record::Accept(small) = accept() else { panic!("an envelope") };
    for count in [1_usize, 2, 127, 128, 129, 196, 200, 255, 256] {
        let slot_tree = slot_tree(count);
        let slots = members(count).map(|to| Slot { recipient: to, ..slot("XF", 8) }).collect();
        let record = Record::Accept(Arc::new(Accept { slot_tree, slots, ..(*small).clone() }));
        assert_eq!(Record::decode(&written(&record)), Ok(record), "{count}");
    }
}

/// The guarantee that what is acknowledged can be read: what is longer than its reader allows gets no bytes.
#[test]
fn what_would_not_be_read_back_is_not_encoded() {
    fn longer(part: &Bytes) -> Bytes {
        [part.as_ref(), &[0]].concat().into()
    }
    let changes: [fn(&mut Accept); 9] = [
        |a| a.header = longer(&a.header),
        |a| a.addressing = longer(&a.addressing),
        |a| a.addressing_salt = longer(&a.addressing_salt),
        |a| a.slot_tree = longer(&a.slot_tree),
        |a| a.slots.push(a.slots[0].clone()),
        |a| a.slots[0].sealed = vec![0; limits::SLOT_BYTES + 1].into(),
        |a| a.sections.push(section(Vec::new())),
        |a| a.sections[0].bytes = longer(&a.sections[0].bytes),
        |a| a.attachments.push(a.attachments[0]),
    ];
    let mut tried = 0;
    for record in largest() {
        let longer: Vec<Record> = match &record {
            Record::Accept(accept) => changes
                .iter()
                .map(|change| {
                    let mut accept = (**accept).clone();
                    change(&mut accept);
                    Record::Accept(Arc::new(accept))
                })
                .collect(),
            Record::Receipt(receipt) => {
                vec![Record::Receipt(Arc::new(Receipt {
                    body: longer(&receipt.body),
                    ..(**receipt).clone()
                }))]
            }
            Record::Directory(entry) => {
                vec![Record::Directory(Arc::new(Entry { bytes: longer(&entry.bytes), ..(**entry).clone() }))]
            }
            Record::Review(review) => {
                vec![Record::Review(Arc::new(Review { body: longer(&review.body), ..(**review).clone() }))]
            }
            Record::Conflict(_) | Record::Deliver(_) | Record::Swept(_) => Vec::new(),
        };
        for record in longer {
            assert!(matches!(record.encode(), Err(RecordError::Codec(CodecError::Field { .. }))));
            tried += 1;
        }
        assert!(record.encode().is_ok());
    }
    assert_eq!(tried, 2 * changes.len() + 3);
}

#[test]
fn cut_or_longer_records_are_refused() {
    for record in every_kind() {
        let bytes = written(&record);
        for length in 0..bytes.len() {
            assert!(Record::decode(&bytes.slice(..length)).is_err(), "{length} of {}", bytes.len());
        }
        let longer: Bytes = [bytes.as_ref(), &[0]].concat().into();
        assert!(Record::decode(&longer).is_err());
    }
}

#[test]
fn an_unknown_kind_is_named() {
    let mut bytes = written(&accept()).to_vec();
    bytes[4] = 99;
    assert_eq!(Record::decode(&bytes.into()), Err(RecordError::Kind(99)));
}

#[test]
fn reading_shares_the_bytes_that_were_read() {
    let bytes = written(&accept());
    let Ok(Record::Accept(read)) = Record::decode(&bytes) else { panic!("an envelope") };
    let range = bytes.as_ptr_range();
    assert!(
        read.sections.iter().map(|s| &s.bytes).filter(|s| !s.is_empty()).all(|s| range.contains(&s.as_ptr()))
    );
    assert!(read.slots.iter().all(|slot| range.contains(&slot.sealed.as_ptr())));
}

#[test]
fn every_part_of_a_record_counts_in_its_leaf() {
    let leaf = |record: &Record| record.leaf().unwrap();
    let Record::Accept(original) = accept() else { panic!("an envelope") };
    let changed = |change: fn(&mut Accept)| {
        let mut copy = (*original).clone();
        change(&mut copy);
        leaf(&Record::Accept(Arc::new(copy)))
    };
    let own = leaf(&accept());
    assert_ne!(own, changed(|a| a.header = Bytes::from_static(b"another")));
    assert_ne!(own, changed(|a| a.signature = [0; 64]));
    assert_ne!(own, changed(|a| a.slots_root = Digest([0; 32])));
    assert_ne!(own, changed(|a| a.depth = 2));
    assert_ne!(own, changed(|a| a.stamp.accepted_at = Timestamp::default()));
    assert_ne!(own, changed(|a| a.stamp.leaf_salt = LeafSalt::new([0; 32])));
    let deliver = |cursor| leaf(&Record::Deliver(Deliver { stamp: stamp(), member: code("XF"), cursor }));
    assert_ne!(deliver(Seq(1)), deliver(Seq(2)));
}
