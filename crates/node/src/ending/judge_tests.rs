use crate::fold::parts::Proven;
use crate::notice::record::Received;
use amana_kit::random::SystemRandom;
use amana_seal::envelope::{PairLink, Supersedes};
use amana_types::life::{Ground, Grounds};
use amana_types::{Digest, MemberCode};

use super::*;
use crate::fold::parts::Vaulted;
use crate::testing::{code, now};

fn notice(id: NoticeId, sender: MemberCode, header: u8) -> Record {
    Record::Received(Received {
        held: false,
        passed: None,
        id,
        sender,
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: Digest([header; 32]),
        supersedes: None,
        proven: Proven { index: Seq(41), accepted_at: now(), proof: Vec::new() },
        pair_number: 0,
        pair_previous: Digest([0; 32]),
        attachments: vec![],
        vaulted: Vaulted { key_slot: 17, summary: vec![], case: vec![], protected: None, terms: vec![] },
    })
}

/// Nobody takes back what another sent, nor a notice as it never was; what never came is remembered.
#[test]
fn only_the_sender_takes_back_the_very_notice() {
    let id = NoticeId::new(now(), &SystemRandom);
    let withdrawal = Withdrawal {
        id: NoticeId::new(now(), &SystemRandom),
        sender: code("XA"),
        header_hash: Digest([9; 32]),
        link: PairLink::FIRST,
        of: Supersedes { id, header_hash: Digest([1; 32]) },
        grounds: Grounds::new(Ground::Error, "").unwrap(),
    };
    let stands = |there: Option<Record>| may_take_back(&withdrawal, there.as_ref());
    assert_eq!(stands(None), Ok(None));
    assert_eq!(stands(Some(notice(id, code("XA"), 1))), Ok(Some(Held { key_slot: 17, index: Seq(41) })));
    assert_eq!(stands(Some(notice(id, code("XE"), 1))), Err(NotTheirs), "another sender's");
    assert_eq!(stands(Some(notice(id, code("XA"), 2))), Err(NotTheirs), "not that version");
    let ours = Record::Confirmed(crate::fold::record::Confirmed { below: Seq(0) });
    assert_eq!(stands(Some(ours)), Err(NotTheirs), "no notice that was sent to us");
}
