use amana_notice::Handling;
use amana_notice::reply::ReplyType;
use amana_seal::envelope::PairLink;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::{Digest, NoticeId, Seq};

use super::*;
use crate::fold::parts::{PairPlace, Proven, Vaulted};
use crate::notice::content::Content;
use crate::notice::record::{Outgoing, Received};
use crate::replies::record::GrantBytes;
use crate::testing::{Town, code, now};

fn id() -> NoticeId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn vaulted() -> Vaulted {
    Vaulted { key_slot: 0, summary: vec![], case: vec![], protected: None, terms: vec![] }
}

fn reply(sender: &str, reply_type: ReplyType, grant: Option<UseGrant>) -> IncomingReply {
    IncomingReply {
        id: id(),
        sender: code(sender),
        created: now(),
        expires: now(),
        header_hash: Digest([2; 32]),
        link: PairLink::FIRST,
        held: false,
        notice: id(),
        reply_type,
        grant: grant.map(|grant| (grant, GrantBytes { body: vec![], signature: vec![] })),
        content: Content::of_reply(zeroize::Zeroizing::default()),
    }
}

/// Our own notice, which XF received.
fn ours() -> Record {
    Record::Outgoing(Outgoing {
        supersedes: None,
        id: id(),
        created: now(),
        expires: now(),
        request: [0; 16],
        content: [0; 16],
        recipients: vec![PairPlace { member: code("XF"), number: 0, previous: Digest([0; 32]) }],
        held: false,
        header_hash: Digest([1; 32]),
        envelope: vec![],
        attachments: vec![],
        parked: false,
        vaulted: vaulted(),
    })
}

/// A notice of XA.
fn theirs() -> Record {
    Record::Received(Received {
        supersedes: None,
        id: id(),
        sender: code("XA"),
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: Digest([1; 32]),
        held: false,
        passed: None,
        proven: Proven { index: Seq(3), accepted_at: now(), proof: vec![] },
        pair_number: 0,
        pair_previous: Digest([0; 32]),
        attachments: vec![],
        vaulted: vaulted(),
    })
}

fn says(sender: &str, reply_type: ReplyType, there: Option<&Record>) -> Option<&'static str> {
    may_say(&reply(sender, reply_type, None), there, code("XE")).err().map(|wrong| wrong.reason.code())
}

#[test]
fn only_who_has_the_notice_says_something_about_it_and_each_its_own() {
    let (ours, theirs) = (ours(), theirs());
    for reply_type in ReplyType::ALL {
        let wrong = reply_type.is_the_owners().then_some("NOT_THE_OWNER");
        assert_eq!(says("XF", *reply_type, Some(&ours)), wrong, "{reply_type}");
        assert_eq!(says("XS", *reply_type, Some(&ours)), Some("NOT_A_RECIPIENT"), "{reply_type}");
        let wrong = reply_type.is_a_recipients().then_some("NOT_THE_OWNERS");
        assert_eq!(says("XA", *reply_type, Some(&theirs)), wrong, "{reply_type}");
        assert_eq!(says("XF", *reply_type, Some(&theirs)), Some("NOT_THE_OWNER"), "{reply_type}");
        assert_eq!(says("XF", *reply_type, None), Some("NOTICE_UNKNOWN"), "{reply_type}");
    }
}

#[test]
fn a_grant_is_for_this_member_and_this_version() {
    let grant = UseGrant {
        owner: code("XA"),
        key: Town::new().party("XA").signing.id(),
        notice: id(),
        header_hash: Digest([1; 32]),
        handling: Handling::H2,
        grantee: code("XE"),
        permitted: Permitted::CourtUse,
        until: now(),
        at: now(),
    };
    let judged = |grant: UseGrant| {
        may_say(&reply("XA", ReplyType::PermissionGranted, Some(grant)), Some(&theirs()), code("XE"))
            .map_err(|wrong| wrong.reason.code())
    };
    assert_eq!(judged(grant.clone()), Ok(()));
    assert_eq!(judged(UseGrant { grantee: code("XF"), ..grant.clone() }), Err("GRANT_REFUSED"));
    assert_eq!(judged(UseGrant { header_hash: Digest([2; 32]), ..grant }), Err("GRANT_REFUSED"));
}

#[test]
fn the_grant_under_which_something_was_exported_is_ours_and_of_this_version() {
    let grant = UseGrant {
        owner: code("XE"),
        key: Town::new().party("XA").signing.id(),
        notice: id(),
        header_hash: Digest([1; 32]),
        handling: Handling::H2,
        grantee: code("XF"),
        permitted: Permitted::CourtUse,
        until: now(),
        at: now(),
    };
    let judged = |grant: UseGrant| {
        may_say(&reply("XF", ReplyType::Exported, Some(grant)), Some(&ours()), code("XE"))
            .map_err(|wrong| wrong.reason.code())
    };
    assert_eq!(judged(grant.clone()), Ok(()));
    assert_eq!(judged(UseGrant { owner: code("XA"), ..grant.clone() }), Err("GRANT_REFUSED"));
    assert_eq!(judged(UseGrant { header_hash: Digest([2; 32]), ..grant }), Err("GRANT_REFUSED"));
}
