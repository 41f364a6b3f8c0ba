use amana_seal::envelope::AttachmentHeader;
use amana_types::reply::Awaited;
use amana_types::{Action, Digest, NoticeId, Seq, Timestamp};

use super::*;

fn id() -> NoticeId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a version 7 UUID")
}

fn at() -> Timestamp {
    Timestamp::from_unix_millis(1_700_000_000_123)
}

fn vaulted() -> Vaulted {
    Vaulted { key_slot: 7, summary: vec![1], case: vec![2; 30], protected: Some(vec![3]), terms: vec![] }
}

fn proven() -> Proven {
    Proven { index: Seq(9), accepted_at: at(), proof: b"c2sp.org/tlog-proof@v1".to_vec() }
}

fn inclusion() -> Inclusion {
    Inclusion { leaf_salt: [7; 32], path: vec![8; 64], checkpoint: b"a note".to_vec() }
}

fn recalled(held: Option<Held>) -> Record {
    Record::Recalled(Recalled {
        id: id(),
        sender: "XF".parse().expect("a code"),
        notice: id(),
        notice_hash: Digest([1; 32]),
        received_at: at(),
        header_hash: Digest([2; 32]),
        proven: proven(),
        pair_number: 6,
        pair_previous: Digest([7; 32]),
        held,
        nonce: [3; 16],
        sealed: vec![4],
    })
}

/// One record of every kind.
fn every_kind() -> Vec<Record> {
    let member = "XF".parse().expect("a code");
    vec![
        Record::Outgoing(Outgoing {
            held: false,
            id: id(),
            created: at(),
            expires: at(),
            request: [1; 16],
            content: [2; 16],
            recipients: vec![PairPlace { member, number: 3, previous: Digest([8; 32]) }],
            header_hash: Digest([9; 32]),
            supersedes: None,
            envelope: vec![0xee; 99],
            attachments: vec![AttachmentHeader { sealed: Digest([4; 32]), padded_bytes: 1 << 20 }],
            parked: true,
            vaulted: Vaulted { protected: None, ..vaulted() },
        }),
        Record::Outcome(Outcome { id: id(), at: at(), verdict: Verdict::Accepted(proven()) }),
        Record::Outcome(Outcome {
            id: id(),
            at: at(),
            verdict: Verdict::Refused { reason: "EXPIRED".into(), message: "too late".into() },
        }),
        Record::Received(Received {
            held: false,
            passed: None,
            id: id(),
            sender: member,
            created: at(),
            expires: at(),
            received_at: at(),
            header_hash: Digest([5; 32]),
            supersedes: Some(Supersedes { id: id(), header_hash: Digest([4; 32]) }),
            proven: proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
            attachments: vec![AttachmentHeader { sealed: Digest([4; 32]), padded_bytes: 1 << 20 }],
            vaulted: vaulted(),
        }),
        Record::Fetched(Fetched {
            of: Seq(12),
            notice: id(),
            digest: Digest([4; 32]),
            at: at(),
            reason: "NOT_AS_DESCRIBED".into(),
        }),
        Record::Quarantined(Quarantined {
            index: Seq(1),
            at: at(),
            reason: "ENVELOPE_REFUSED".into(),
            detail: "the signature does not hold".into(),
            evidence: vec![1, 2, 3],
        }),
        Record::Gone(Gone {
            index: Seq(3),
            id: id(),
            sender: "XA".parse().unwrap(),
            header_hash: Digest([7; 32]),
            supersedes: Some(Supersedes { id: id(), header_hash: Digest([4; 32]) }),
            at: at(),
        }),
        Record::Receipt(ReceiptIn {
            index: Seq(2),
            accepted_at: at(),
            body: vec![1],
            signature: vec![2],
            inclusion: inclusion(),
        }),
        Record::Directory(DirectoryIn {
            index: Seq(0),
            accepted_at: at(),
            entry: vec![3],
            inclusion: inclusion(),
        }),
        Record::Followed(Followed { cursor: Seq(4), checkpoint: vec![5] }),
        Record::Acknowledged(Acknowledged {
            id: id(),
            sender: member,
            header_hash: Digest([3; 32]),
            index: Seq(4),
            at: at(),
            nonce: [1; 16],
            sealed: vec![2],
        }),
        Record::Access(AccessRead { at: at(), action: Action::Search, nonce: [1; 16], sealed: vec![2] }),
        Record::Alarm(Alarm { at: at(), reason: "LOG_FORKED".into(), message: "ask the others".into() }),
        Record::Confirmed(Confirmed { below: Seq(77) }),
        Record::Withdrawn(Withdrawn {
            notice: id(),
            at: at(),
            key_slot: 5,
            request: [1; 16],
            content: [2; 16],
            recipients: vec![member],
            nonce: [3; 16],
            sealed: vec![4],
        }),
        Record::Recall(Recall {
            of: Seq(3),
            notice: id(),
            id: id(),
            created: at(),
            expires: at(),
            recipients: vec![PairPlace { member, number: 3, previous: Digest([8; 32]) }],
            header_hash: Digest([9; 32]),
            envelope: vec![0xee; 99],
        }),
        recalled(Some(Held { key_slot: 6, index: Seq(8) })),
        recalled(None),
        Record::Expired(Expired {
            notice: id(),
            at: at(),
            due: (at(), Seq(4)),
            key_slot: 1,
            received: Some((member, Digest([3; 32]), Seq(9))),
        }),
        Record::Erased(Erased { of: Seq(6), at: at() }),
        Record::Reviewed(Reviewed {
            index: Seq(8),
            notice: id(),
            refused: true,
            accepted_at: at(),
            inclusion: inclusion(),
            body: b"decision".to_vec(),
            signature: vec![4; 64],
        }),
        Record::Suspended(Suspended {
            notice: id(),
            at: at(),
            suspended: true,
            number: 3,
            request: Some(([1; 16], [2; 16])),
            by_origin: true,
            recipients: vec![member],
        }),
        Record::Suspension(Suspension {
            id: id(),
            sender: member,
            notice: id(),
            notice_hash: Digest([1; 32]),
            suspended: false,
            number: 4,
            received_at: at(),
            header_hash: Digest([2; 32]),
            proven: proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
        }),
        Record::Restricted(Restricted { by: id(), version: id(), at: at(), members: vec![member] }),
        Record::Proposed(Proposed { notice: id(), at: at(), officer: [5; 16] }),
        Record::Decided(Decided {
            notice: id(),
            officer: [6; 16],
            body: b"decision".to_vec(),
            signature: vec![4; 64],
        }),
        reply_put(Effect::Settles(Awaited::Referral)),
        reply_put(Effect::Asks),
        Record::ReplyIn(Box::new(ReplyIn {
            id: id(),
            notice: id(),
            sender: member,
            created: at(),
            expires: at(),
            received_at: at(),
            header_hash: Digest([9; 32]),
            held: true,
            passed: Some(Seq(12)),
            proven: proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
            effect: Effect::None,
            grant: None,
            vaulted: vaulted(),
        })),
        Record::ClockSet(ClockSet {
            notice: id(),
            what: Awaited::Permission,
            side: Side::Awaited,
            members: vec![member],
            since: Some(at()),
            within: amana_types::Duration::from_days(3),
            by: Some(at()),
            held: true,
        }),
        Record::Reexamine(Reexamine { notice: id(), due: at() }),
        Record::ReplyEnded(ReplyEnded {
            reply: id(),
            of: Seq(4),
            withdrawn: true,
            at: at(),
            key_slot: 5,
            received: Some((member, Digest([3; 32]), Seq(9))),
        }),
        Record::Looked(Looked { places: vec![Seq(3), Seq(5)] }),
        Record::Debtors(Debtors { notice: id(), since: at(), members: vec![member] }),
        Record::Exported(Exported { notice: id(), at: at(), court: true, nonce: [3; 16], sealed: vec![4] }),
        Record::PassedOn(PassedOn {
            notice: id(),
            ours: true,
            owner: member,
            origin: id(),
            origin_hash: Digest([6; 32]),
            handling: amana_types::notice::Handling::H2,
            grant: Some(GrantBytes { body: b"grant".to_vec(), signature: vec![4; 64] }),
        }),
        Record::Drafted(Drafted {
            id: id(),
            agency: [7; 16],
            revision: 2,
            content: [8; 16],
            saved: at(),
            expires: at(),
            key_slot: 6,
            name: vec![5; 9],
            document: vec![6; 99],
        }),
        Record::Discarded(Discarded { id: id(), revision: 2, at: at() }),
    ]
}

fn reply_put(effect: Effect) -> Record {
    Record::OutgoingReply(Box::new(OutgoingReply {
        id: id(),
        notice: id(),
        created: at(),
        expires: at(),
        request: [1; 16],
        content: [2; 16],
        recipients: Vec::new(),
        held: false,
        header_hash: Digest([9; 32]),
        effect,
        grant: Some(GrantBytes { body: b"grant".to_vec(), signature: vec![4; 64] }),
        envelope: vec![0xee; 9],
        vaulted: vaulted(),
    }))
}

#[test]
fn every_record_reads_back() {
    for record in every_kind() {
        assert_eq!(Record::decode(&record.encode()), Ok(record));
    }
}

#[test]
fn cut_or_lengthened_records_are_refused() {
    for record in every_kind() {
        let bytes = record.encode();
        for cut in 0..bytes.len() {
            assert!(Record::decode(&bytes[..cut]).is_err(), "{:?} cut at {cut}", record.kind());
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(Record::decode(&longer).is_err());
    }
}

#[test]
fn an_unknown_kind_is_named() {
    assert_eq!(Record::decode(&[200]), Err(RecordError::Kind(200)));
}
