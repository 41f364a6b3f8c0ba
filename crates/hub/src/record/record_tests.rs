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
        sections: vec![vec![10; 100].into(), Bytes::new(), vec![11; 5].into()],
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

fn written(record: &Record) -> Bytes {
    record.encode().into_parts().concat().into()
}

#[test]
fn every_record_is_read_back() {
    for record in every_kind() {
        assert_eq!(Record::decode(&written(&record)), Ok(record));
    }
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
    bytes[0] = 99;
    assert_eq!(Record::decode(&bytes.into()), Err(RecordError::Kind(99)));
}

#[test]
fn reading_shares_the_bytes_that_were_read() {
    let bytes = written(&accept());
    let Ok(Record::Accept(read)) = Record::decode(&bytes) else { panic!("an envelope") };
    let range = bytes.as_ptr_range();
    assert!(read.sections.iter().filter(|s| !s.is_empty()).all(|s| range.contains(&s.as_ptr())));
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
