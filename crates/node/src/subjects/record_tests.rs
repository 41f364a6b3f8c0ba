use crate::drafts::record::DRAFT_NAME_BYTES;
use crate::ending::record::Held;
use crate::fold::parts::{
    ALARM_BYTES, CHECKPOINT_BYTES, CODE_BYTES, Inclusion, MEMBERS, PairPlace, Proven, SMALL, Vaulted,
};
use crate::fold::record::{LeftOut, Verdict};
use crate::replies::record::{Effect, GrantBytes, Side};
use amana_types::limits::RECIPIENTS;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use amana_notice::reply::Awaited;
use amana_seal::envelope::{AttachmentHeader, Supersedes};
use amana_types::limits::{ATTACHMENTS, DIRECTORY_ENTRY_BYTES, MESSAGE_BYTES};
use amana_types::{Action, Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::*;

/// Every record as a file: a change of the format is seen as a change of this file.
const VECTORS: &str = include_str!("../../tests/vectors/records.txt");

/// How long the fields of variable length are. They are counted in the order in which they are made.
struct Fill {
    /// Their limit, or two items.
    longest: bool,
    /// The field that is one longer than its limit.
    over: Option<usize>,
    made: Cell<usize>,
}

impl Fill {
    const fn new(longest: bool, over: Option<usize>) -> Self {
        Self { longest, over, made: Cell::new(0) }
    }

    fn count(&self, most: usize) -> usize {
        let number = self.made.replace(self.made.get() + 1);
        match (self.over == Some(number), self.longest) {
            (true, _) => most + 1,
            (false, true) => most,
            (false, false) => 2,
        }
    }

    fn bytes(&self, most: usize) -> Vec<u8> {
        vec![0xb7; self.count(most)]
    }

    fn text(&self, most: usize) -> String {
        "t".repeat(self.count(most))
    }

    fn list<T: Clone>(&self, most: usize, item: T) -> Vec<T> {
        vec![item; self.count(most)]
    }

    fn vaulted(&self) -> Vaulted {
        Vaulted {
            key_slot: 7,
            summary: self.bytes(SMALL),
            case: self.bytes(MESSAGE_BYTES),
            protected: Some(self.bytes(MESSAGE_BYTES)),
            terms: self.bytes(MESSAGE_BYTES),
        }
    }

    fn proven(&self) -> Proven {
        Proven { index: Seq(9), accepted_at: at(), proof: self.bytes(SMALL) }
    }

    fn inclusion(&self) -> Inclusion {
        Inclusion { leaf_salt: [7; 32], path: self.bytes(SMALL), checkpoint: self.bytes(SMALL) }
    }

    fn places(&self) -> Vec<PairPlace> {
        self.list(RECIPIENTS, PairPlace { member: member(), number: 3, previous: Digest([8; 32]) })
    }

    fn attachments(&self) -> Vec<AttachmentHeader> {
        self.list(ATTACHMENTS, AttachmentHeader { sealed: Digest([4; 32]), padded_bytes: 1 << 20 })
    }

    fn grant(&self) -> Option<GrantBytes> {
        Some(GrantBytes { body: self.bytes(SMALL), signature: self.bytes(SMALL) })
    }
}

fn member() -> MemberCode {
    "XF000001".parse().expect("a code of the greatest length")
}

fn id() -> NoticeId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a version 7 UUID")
}

fn at() -> Timestamp {
    Timestamp::from_unix_millis(1_700_000_000_123)
}

fn recalled(fill: &Fill, held: Option<Held>) -> Record {
    Record::Recalled(Recalled {
        id: id(),
        sender: member(),
        notice: id(),
        notice_hash: Digest([1; 32]),
        received_at: at(),
        header_hash: Digest([2; 32]),
        proven: fill.proven(),
        pair_number: 6,
        pair_previous: Digest([7; 32]),
        held,
        nonce: [3; 16],
        sealed: fill.bytes(SMALL),
    })
}

/// Records of every kind, with every field: one that is added does not compile before it stands here.
fn every_kind(fill: &Fill) -> Vec<Record> {
    vec![
        Record::Outgoing(Outgoing {
            held: false,
            id: id(),
            created: at(),
            expires: at(),
            request: [1; 16],
            content: [2; 16],
            recipients: fill.places(),
            header_hash: Digest([9; 32]),
            supersedes: None,
            envelope: fill.bytes(MESSAGE_BYTES),
            attachments: fill.attachments(),
            parked: true,
            vaulted: fill.vaulted(),
        }),
        Record::Outcome(Outcome { id: id(), at: at(), verdict: Verdict::Accepted(fill.proven()) }),
        Record::Outcome(Outcome {
            id: id(),
            at: at(),
            verdict: Verdict::Refused { reason: fill.text(SMALL), message: fill.text(SMALL) },
        }),
        Record::Received(Received {
            held: false,
            passed: None,
            id: id(),
            sender: member(),
            created: at(),
            expires: at(),
            received_at: at(),
            header_hash: Digest([5; 32]),
            supersedes: Some(Supersedes { id: id(), header_hash: Digest([4; 32]) }),
            proven: fill.proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
            attachments: fill.attachments(),
            vaulted: fill.vaulted(),
        }),
        Record::Fetched(Fetched {
            of: Seq(12),
            notice: id(),
            digest: Digest([4; 32]),
            at: at(),
            reason: fill.text(CODE_BYTES),
        }),
        Record::Quarantined(Quarantined {
            index: Seq(1),
            at: at(),
            reason: fill.text(SMALL),
            detail: fill.text(SMALL),
            evidence: fill.bytes(SMALL),
        }),
        Record::Gone(Gone {
            index: Seq(3),
            id: id(),
            sender: member(),
            header_hash: Digest([7; 32]),
            supersedes: Some(Supersedes { id: id(), header_hash: Digest([4; 32]) }),
            at: at(),
        }),
        Record::Receipt(ReceiptIn {
            index: Seq(2),
            accepted_at: at(),
            body: fill.bytes(SMALL),
            signature: fill.bytes(SMALL),
            inclusion: fill.inclusion(),
        }),
        Record::Directory(DirectoryIn {
            index: Seq(0),
            accepted_at: at(),
            entry: fill.bytes(DIRECTORY_ENTRY_BYTES),
            inclusion: fill.inclusion(),
        }),
        Record::Followed(Followed { cursor: Seq(4), checkpoint: fill.bytes(CHECKPOINT_BYTES) }),
        Record::Acknowledged(Acknowledged {
            id: id(),
            sender: member(),
            header_hash: Digest([3; 32]),
            index: Seq(4),
            at: at(),
            nonce: [1; 16],
            sealed: fill.bytes(SMALL),
        }),
        Record::Access(AccessRead {
            at: at(),
            action: Action::Search,
            nonce: [1; 16],
            sealed: fill.bytes(SMALL),
        }),
        Record::Alarm(Alarm { at: at(), reason: fill.text(CODE_BYTES), message: fill.text(ALARM_BYTES) }),
        Record::Confirmed(Confirmed { below: Seq(77) }),
        Record::Withdrawn(Withdrawn {
            notice: id(),
            at: at(),
            key_slot: 5,
            request: [1; 16],
            content: [2; 16],
            recipients: fill.list(MEMBERS, member()),
            nonce: [3; 16],
            sealed: fill.bytes(SMALL),
        }),
        Record::Recall(Recall {
            of: Seq(3),
            notice: id(),
            id: id(),
            created: at(),
            expires: at(),
            recipients: fill.places(),
            header_hash: Digest([9; 32]),
            envelope: fill.bytes(MESSAGE_BYTES),
        }),
        recalled(fill, Some(Held { key_slot: 6, index: Seq(8) })),
        recalled(fill, None),
        Record::Expired(Expired {
            notice: id(),
            at: at(),
            due: (at(), Seq(4)),
            key_slot: 1,
            received: Some((member(), Digest([3; 32]), Seq(9))),
        }),
        Record::Erased(Erased { of: Seq(6), at: at() }),
        Record::Reviewed(Reviewed {
            index: Seq(8),
            notice: id(),
            refused: true,
            accepted_at: at(),
            inclusion: fill.inclusion(),
            body: fill.bytes(SMALL),
            signature: fill.bytes(SMALL),
        }),
        Record::Suspended(Suspended {
            notice: id(),
            at: at(),
            suspended: true,
            number: 3,
            request: Some(([1; 16], [2; 16])),
            by_origin: true,
            recipients: fill.list(MEMBERS, member()),
        }),
        Record::Suspension(Suspension {
            id: id(),
            sender: member(),
            notice: id(),
            notice_hash: Digest([1; 32]),
            suspended: false,
            number: 4,
            received_at: at(),
            header_hash: Digest([2; 32]),
            proven: fill.proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
        }),
        Record::Restricted(Restricted {
            by: id(),
            version: id(),
            at: at(),
            members: fill.list(MEMBERS, member()),
        }),
        Record::Proposed(Proposed { notice: id(), at: at(), officer: [5; 16] }),
        Record::Decided(Decided {
            notice: id(),
            officer: [6; 16],
            body: fill.bytes(SMALL),
            signature: fill.bytes(SMALL),
        }),
        reply_put(fill, Effect::Settles(Awaited::Referral)),
        reply_put(fill, Effect::Asks),
        Record::ReplyIn(Box::new(ReplyIn {
            id: id(),
            notice: id(),
            sender: member(),
            created: at(),
            expires: at(),
            received_at: at(),
            header_hash: Digest([9; 32]),
            held: true,
            passed: Some(Seq(12)),
            proven: fill.proven(),
            pair_number: 6,
            pair_previous: Digest([7; 32]),
            effect: Effect::None,
            grant: None,
            vaulted: fill.vaulted(),
        })),
        Record::ClockSet(ClockSet {
            notice: id(),
            what: Awaited::Permission,
            side: Side::Awaited,
            members: fill.list(MEMBERS, member()),
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
            received: Some((member(), Digest([3; 32]), Seq(9))),
        }),
        Record::Looked(Looked { places: fill.list(SMALL, Seq(3)) }),
        Record::Debtors(Debtors { notice: id(), since: at(), members: fill.list(MEMBERS, member()) }),
        Record::Exported(Exported {
            notice: id(),
            at: at(),
            court: true,
            nonce: [3; 16],
            sealed: fill.bytes(SMALL),
        }),
        Record::PassedOn(PassedOn {
            notice: id(),
            ours: true,
            owner: member(),
            origin: id(),
            origin_hash: Digest([6; 32]),
            handling: amana_notice::Handling::H2,
            grant: fill.grant(),
        }),
        Record::Drafted(Drafted {
            id: id(),
            agency: [7; 16],
            revision: 2,
            content: [8; 16],
            saved: at(),
            expires: at(),
            key_slot: 6,
            name: fill.bytes(DRAFT_NAME_BYTES),
            document: fill.bytes(MESSAGE_BYTES),
        }),
        Record::Discarded(Discarded { id: id(), revision: 2, at: at() }),
        Record::Outcome(Outcome { id: id(), at: at(), verdict: Verdict::MadeAnew(id()) }),
        Record::Returned(Returned {
            places: fill.places(),
            order: Some(LeftOut { of: Seq(4), notice: id(), members: vec!["XE".parse().unwrap()] }),
        }),
    ]
}

fn reply_put(fill: &Fill, effect: Effect) -> Record {
    Record::OutgoingReply(Box::new(OutgoingReply {
        id: id(),
        notice: id(),
        created: at(),
        expires: at(),
        request: [1; 16],
        content: [2; 16],
        recipients: fill.places(),
        held: false,
        header_hash: Digest([9; 32]),
        effect,
        grant: fill.grant(),
        envelope: fill.bytes(MESSAGE_BYTES),
        vaulted: fill.vaulted(),
    }))
}

/// How many fields of variable length all these records have.
fn fields() -> usize {
    let fill = Fill::new(false, None);
    drop(every_kind(&fill));
    fill.made.get()
}

#[test]
fn every_kind_is_tried_and_their_numbers_are_dense() {
    let tried: BTreeSet<u8> = every_kind(&Fill::new(false, None)).iter().map(Numbered::number).collect();
    let real = |(number, _): &&(u8, &str)| *number != 255; // the fixture's
    let numbers: Vec<u8> = Record::KINDS.iter().filter(real).map(|(number, _)| *number).collect();
    assert_eq!(tried.into_iter().collect::<Vec<_>>(), numbers);
    assert_eq!(numbers, (1..=u8::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn every_record_reads_back_also_the_longest() {
    for longest in [false, true] {
        for record in every_kind(&Fill::new(longest, None)) {
            let bytes = record.encode().unwrap();
            assert!(Record::decode(&bytes).as_ref() == Ok(&record), "kind {}", record.number());
        }
    }
}

#[test]
fn what_would_not_read_back_is_not_written() {
    let mut refused = 0;
    for over in 0..fields() {
        let errors: Vec<CodecError> =
            every_kind(&Fill::new(false, Some(over))).iter().filter_map(|r| r.encode().err()).collect();
        assert!(matches!(*errors, [CodecError::Field { length, most, .. }] if length as usize == most + 1));
        refused += errors.len();
    }
    assert!(refused >= 70, "{refused} fields were tried");
}

#[test]
fn cut_or_lengthened_records_are_refused() {
    for record in every_kind(&Fill::new(false, None)) {
        let bytes = record.encode().unwrap();
        for cut in 0..bytes.len() {
            assert!(Record::decode(&bytes[..cut]).is_err(), "{:?} cut at {cut}", record.number());
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(Record::decode(&longer).is_err());
    }
}

#[test]
fn what_is_not_known_is_named() {
    assert_eq!(Record::decode(&[VERSION, 200]), Err(RecordError::Kind(200)));
    assert_eq!(Record::decode(&[VERSION + 1, 1, 2, 3]), Err(RecordError::Version(VERSION + 1)));
    let cut = RecordError::Encoding { kind: "Confirmed", cause: CodecError::Short };
    assert_eq!(Record::decode(&[VERSION, 12, 0]), Err(cut));
}

#[test]
fn the_format_is_that_of_the_vectors() {
    let mut lines = String::new();
    for record in every_kind(&Fill::new(false, None)) {
        let (_, kind) = Record::KINDS.iter().find(|(number, _)| *number == record.number()).unwrap();
        write!(lines, "{kind} ").unwrap();
        record.encode().unwrap().iter().for_each(|byte| write!(lines, "{byte:02x}").unwrap());
        lines.push('\n');
    }
    assert!(lines == VECTORS, "the format changed: raise VERSION, and let the file be\n{lines}");
}
