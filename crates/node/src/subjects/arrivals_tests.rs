use crate::inbox::unreadable::Unreadable;
use crate::outbox::compose::sealed_kind;
use amana_kit::random::SystemRandom;
use amana_notice::SectionKind;
use amana_seal::SignerRefused;
use amana_seal::envelope::{
    ClearSection, EnvelopeDraft, EnvelopeRefused, Granted, PairLink, Recipient, SectionKind as SealedKind,
    seal,
};
use amana_seal::envelope::{Kind, Supersedes};
use amana_seal::use_grant::SignedUseGrant;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::life::Grounds;
use amana_types::{Addressing, Duration};
use amana_types::{Digest, MemberKind};
use amana_wire::v1;
use zeroize::Zeroizing;

use super::*;
use crate::notice::content::Content;
use crate::testing::{Town, code, content, content_for_review, content_of_bulletin, now};

fn open(town: &Town, as_member: &str, delivery: &v1::EnvelopeDelivery) -> Result<Incoming, Rejected> {
    open_as(town, as_member, delivery, false)
}

fn open_as(
    town: &Town,
    as_member: &str,
    delivery: &v1::EnvelopeDelivery,
    passed: bool,
) -> Result<Incoming, Rejected> {
    let party = town.party(as_member);
    let opener = Opener { own: party.code, directory: &town.directory, hpke: &party.hpke, passed };
    Incoming::open(&opener, delivery, Seq(town.entries.len() as u64))
}

fn opened(town: &Town, as_member: &str, delivery: &v1::EnvelopeDelivery) -> IncomingNotice {
    match open(town, as_member, delivery) {
        Ok(Incoming::Notice(notice)) => *notice,
        Ok(_) => panic!("no notice"),
        Err(rejected) => panic!("{rejected}"),
    }
}

fn refused(town: &Town, as_member: &str, delivery: &v1::EnvelopeDelivery) -> Rejected {
    open(town, as_member, delivery).err().expect("a refusal")
}

#[test]
fn a_recipient_opens_what_was_sealed_for_it() {
    let town = Town::new();
    let content = content();
    let (id, sealed) = town.seal(&content, &["XF", "XS"]);
    for (member, protected) in [("XF", false), ("XS", true)] {
        let incoming = opened(&town, member, &town.deliver(&sealed.envelope, member));
        assert_eq!((incoming.id, incoming.sender), (id, code("XA")));
        assert_eq!(incoming.header_hash, sealed.header_hash);
        assert_eq!(incoming.content.case, content.case);
        assert_eq!(incoming.content.protected.is_some(), protected, "{member}");
    }
}

/// Partners open the section for bulletins: whoever put a case in there would send it where no case goes.
#[test]
fn a_partner_reads_a_bulletin_and_no_case_in_its_place() {
    let mut town = Town::new();
    town.change("XE", |partner| partner.kind = amana_types::MemberKind::Partner);
    let bulletin = content_of_bulletin();
    let (_, sealed) = town.seal(&bulletin, &["XF", "XE"]);
    for member in ["XF", "XE"] {
        let incoming = opened(&town, member, &town.deliver(&sealed.envelope, member));
        assert_eq!(incoming.content.case, bulletin.case, "{member}");
    }
    let disguised = Content { case: content().case, ..content_of_bulletin() };
    let (_, sealed) = town.seal(&disguised, &["XF", "XE"]);
    for member in ["XF", "XE"] {
        let why = refused(&town, member, &town.deliver(&sealed.envelope, member));
        assert_eq!(why, Rejected::Unreadable(Unreadable::NoBulletin), "{member}");
    }
}

/// I6: no slot was ever made for the others, and somebody else's slot is of no use to them.
#[test]
fn a_misrouted_envelope_stays_shut() {
    let town = Town::new();
    let (_, sealed) = town.seal(&content(), &["XF"]);
    let stolen = town.deliver(&sealed.envelope, "XF");
    assert!(matches!(refused(&town, "XE", &stolen), Rejected::NotOurs));
    let mut relabelled = stolen.clone();
    relabelled.slot.as_mut().expect("a slot").recipient = "XE".into();
    assert_eq!(refused(&town, "XE", &relabelled), Rejected::Envelope(EnvelopeRefused::SlotProof));
    assert_eq!(refused(&town, "XE", &v1::EnvelopeDelivery { slot: None, ..stolen }), Rejected::NoSlot);
}

/// I4: one flipped bit in any part is refused.
#[test]
fn any_flipped_bit_is_refused() {
    let town = Town::new();
    let (_, sealed) = town.seal(&content(), &["XE", "XF", "XS"]);
    let whole = town.deliver(&sealed.envelope, "XS");
    let flip = |bytes: &bytes::Bytes, at: usize| {
        let mut bytes = bytes.to_vec();
        let at = at % bytes.len();
        bytes[at] ^= 1 << (at % 8);
        bytes::Bytes::from(bytes)
    };
    let parts: [fn(&mut v1::EnvelopeDelivery) -> &mut bytes::Bytes; 7] = [
        |delivery| &mut delivery.header,
        |delivery| &mut delivery.slots_root,
        |delivery| &mut delivery.signature,
        |delivery| &mut delivery.slot.as_mut().expect("a slot").sealed,
        |delivery| delivery.slot_path.first_mut().expect("a path"),
        |delivery| &mut delivery.sections[0],
        |delivery| &mut delivery.sections[1],
    ];
    for (number, part) in parts.into_iter().enumerate() {
        for at in [0, 1, 15, 31, 63, 1_000, 4_000] {
            let mut flipped = whole.clone();
            let bytes = part(&mut flipped);
            *bytes = flip(bytes, at);
            assert!(open(&town, "XS", &flipped).is_err(), "part {number} flipped at {at} opens");
        }
    }
    let changes: [fn(&mut v1::EnvelopeDelivery); 6] = [
        |delivery| delivery.depth += 1,
        |delivery| delivery.slot_index += 1,
        |delivery| delivery.slot.as_mut().expect("a slot").key_epoch += 1,
        |delivery| delivery.slot.as_mut().expect("a slot").granted_sections = 0b01,
        |delivery| delivery.sections[1] = bytes::Bytes::new(),
        |delivery| drop(delivery.sections.pop()),
    ];
    for change in changes {
        let mut changed = whole.clone();
        change(&mut changed);
        assert!(open(&town, "XS", &changed).is_err());
    }
    assert!(open(&town, "XS", &whole).is_ok(), "unchanged, it opens");
}

#[test]
fn a_suspended_sender_is_not_heard() {
    let mut town = Town::new();
    let (_, sealed) = town.seal(&content(), &["XF"]);
    let delivery = town.deliver(&sealed.envelope, "XF");
    town.suspend("XA");
    let refusal = EnvelopeRefused::Sender(SignerRefused::Suspended(code("XA")));
    assert_eq!(refused(&town, "XF", &delivery), Rejected::Envelope(refusal));
}

/// An envelope of XA to XF with sections that `compose` would never make.
fn poison(town: &Town, sections: &[(u8, Vec<u8>)]) -> v1::EnvelopeDelivery {
    let clear: Vec<ClearSection<'_>> = sections
        .iter()
        .map(|(kind, content)| ClearSection { kind: SealedKind(*kind), content, granted: Granted::Everyone })
        .collect();
    let member = town.directory.member(code("XF")).expect("a member");
    let addressing = Addressing { countries: [code("XF")].into(), ..Addressing::default() };
    let draft = EnvelopeDraft {
        kind: Kind::Notice,
        id: NoticeId::new(now(), &SystemRandom),
        created: now(),
        expires: now().after(Duration::from_days(1)),
        addressing: &addressing,
        directory: town.directory.head,
        audit: None,
        in_reply_to: None,
        supersedes: None,
        held: false,
        attachments: &[],
        sections: &clear,
        recipients: &[Recipient::of(member, PairLink::FIRST).expect("a key")],
    };
    let envelope = seal(&draft, code("XA"), &town.party("XA").signing, &SystemRandom).expect("sealed");
    town.deliver(&crate::outbox::compose::message(envelope), "XF")
}

/// Valid cryptography around a body that is no notice: set aside alone, with its reason.
#[test]
fn a_poisoned_body_is_set_aside() {
    let town = Town::new();
    let case = content().case.to_vec();
    for sections in [
        vec![],
        vec![(1, b"not a message".to_vec())],
        vec![(1, case.clone()), (1, case.clone())],
        vec![(77, case.clone())],
        vec![(1, Vec::new())],
    ] {
        let rejected = refused(&town, "XF", &poison(&town, &sections));
        assert_eq!(rejected.reason().code(), "UNREADABLE", "{rejected:?}");
    }
    assert!(open(&town, "XF", &poison(&town, &[(1, case)])).is_ok());
}

/// A body that names another sender than the one who signed is not shown.
#[test]
fn a_body_of_another_sender_is_set_aside() {
    use prost::Message as _;
    let town = Town::new();
    let mut section = v1::CaseSection::decode(content().case.as_slice()).expect("a section");
    section.sender = "XE".into();
    let rejected = refused(&town, "XF", &poison(&town, &[(1, section.encode_to_vec())]));
    assert!(matches!(rejected, Rejected::Unreadable(Unreadable::Merge(_))), "{rejected:?}");
}

/// What the table does not give us is not opened, whoever sent it, and what it gives us must be there.
#[test]
fn sections_are_granted_as_the_table_says_or_nothing_is_opened() {
    let mut town = Town::new();
    let content = content();
    let protected: Zeroizing<Vec<u8>> = content.protected.expect("a child");
    let delivery = poison(&town, &[(1, content.case.to_vec()), (2, protected.to_vec())]);
    assert_eq!(refused(&town, "XF", &delivery), Rejected::NotForUs(SectionKind::ProtectedPersons));

    let (_, sealed) = town.seal(&crate::testing::content(), &["XF", "XS"]);
    let delivery = town.deliver(&sealed.envelope, "XF");
    town.change("XF", |member| member.child_protection = true);
    assert_eq!(refused(&town, "XF", &delivery), Rejected::KeptFromUs(SectionKind::ProtectedPersons));
    town.change("XF", |member| (member.kind, member.child_protection) = (MemberKind::Partner, false));
    assert_eq!(refused(&town, "XF", &delivery), Rejected::NotForUs(SectionKind::Case));
    assert_eq!(refused(&town, "XF", &delivery).reason().code(), "SECTION_NOT_GRANTED");
}

/// A partner's part is taken in as a case of which nothing else is known, and ends with the referral.
#[test]
fn a_partner_takes_in_the_referral_and_nothing_else_of_the_case() {
    let mut town = Town::new();
    town.change("XF", |member| member.kind = MemberKind::Partner);
    town.change("XS", |member| member.kind = MemberKind::Partner);
    let (_, sealed) = town.seal(&crate::testing::content_with_referral(), &["XE", "XF", "XS"]);
    for (member, who) in [("XF", None), ("XS", Some("Yassine Mithal"))] {
        let delivery = town.deliver(&sealed.envelope, member);
        let incoming = opened(&town, member, &delivery);
        assert_eq!(incoming.expires, now().after(Duration::from_days(30)), "with the referral");
        let protected = incoming.content.protected.as_ref().map(|bytes| bytes.as_slice());
        let (notice, withheld) =
            crate::notice::content::show(&incoming.content.case, protected).expect("a notice");
        assert_eq!(withheld, if who.is_some() { vec![] } else { vec![0] }, "{member}");
        assert_eq!(notice.persons.len(), 1, "the suspect is not a partner's");
        assert_eq!(notice.persons[0].names.first().map(|name| name.original.as_str()), who, "{member}");
        let referral = notice.referral.expect("a referral");
        assert_eq!(referral.summary[0].text, "a boy needs shelter");
        assert!(notice.subject.is_empty() && notice.narrative.is_empty() && notice.case_reference.is_empty());
        assert!(notice.offences.is_empty() && notice.exploitation.is_empty() && notice.r#type == 0);
        // Of what it was not granted it did not even get the ciphertext.
        let given = delivery.sections.iter().filter(|section| !section.is_empty()).count();
        assert_eq!((given, delivery.sections.len()), (if who.is_some() { 2 } else { 1 }, 3), "{member}");
    }
    let police = opened(&town, "XE", &town.deliver(&sealed.envelope, "XE"));
    assert_eq!(police.expires, now().after(Duration::from_days(100)), "with the notice");
}

/// What a kind of member does not send or is not sent is set aside, as far as it can be seen.
#[test]
fn what_is_not_a_members_to_send_or_to_be_sent_is_set_aside() {
    let mut town = Town::new();
    let (_, sealed) = town.seal(&content(), &["XF"]);
    let delivery = town.deliver(&sealed.envelope, "XF");
    for kind in [MemberKind::Partner, MemberKind::ReviewDesk] {
        town.change("XA", |member| member.kind = kind);
        assert_eq!(refused(&town, "XF", &delivery), Rejected::KindMayNotSend(kind));
    }
    town.change("XA", |member| member.kind = MemberKind::SubBureau);
    assert!(open(&town, "XF", &delivery).is_ok());
    town.change("XF", |member| member.kind = MemberKind::ReviewDesk);
    let refusal = refused(&town, "XF", &delivery);
    assert_eq!(refusal, Rejected::KindMayNotReceive(MemberKind::ReviewDesk));
    assert_eq!(refusal.reason().code(), "KIND_MAY_NOT_RECEIVE");
}

/// A withdrawal of XA to XF.
fn withdrawal_of(town: &Town, of: Option<Supersedes>, sections: &[Vec<u8>]) -> v1::EnvelopeDelivery {
    order_about(town, (Kind::Withdrawal, SectionKind::Withdrawal), of, sections)
}

/// An envelope of that kind of XA to XF with these for its sections.
fn order_about(
    town: &Town,
    (kind, section): (Kind, SectionKind),
    of: Option<Supersedes>,
    sections: &[Vec<u8>],
) -> v1::EnvelopeDelivery {
    let sections: Vec<_> = sections.iter().map(|content| (section, content.clone())).collect();
    sent_to_xf(town, kind, (None, of), &sections)
}

/// An envelope of XA to XF, with whatever it names and holds.
fn sent_to_xf(
    town: &Town,
    kind: Kind,
    (in_reply_to, supersedes): (Option<NoticeId>, Option<Supersedes>),
    sections: &[(SectionKind, Vec<u8>)],
) -> v1::EnvelopeDelivery {
    let clear: Vec<ClearSection<'_>> = sections
        .iter()
        .map(|(kind, content)| ClearSection { kind: sealed_kind(*kind), content, granted: Granted::Everyone })
        .collect();
    let member = town.directory.member(code("XF")).expect("a member");
    let addressing = Addressing { countries: [code("XF")].into(), ..Addressing::default() };
    let draft = EnvelopeDraft {
        kind,
        id: NoticeId::new(now(), &SystemRandom),
        created: now(),
        expires: now().after(Duration::from_days(1)),
        addressing: &addressing,
        directory: town.directory.head,
        audit: None,
        in_reply_to,
        supersedes,
        held: false,
        attachments: &[],
        sections: &clear,
        recipients: &[Recipient::of(member, PairLink::FIRST).expect("a key")],
    };
    let envelope = seal(&draft, code("XA"), &town.party("XA").signing, &SystemRandom).expect("sealed");
    town.deliver(&crate::outbox::compose::message(envelope), "XF")
}

#[test]
fn a_withdrawal_says_one_thing_in_header_and_section() {
    use amana_types::life::{Ground, WithdrawalSection};
    use amana_wire::convert::encode_withdrawal;
    let town = Town::new();
    let of = Supersedes { id: NoticeId::new(now(), &SystemRandom), header_hash: Digest([4; 32]) };
    let section = |sender: &str, notice| {
        let grounds = Grounds::new(Ground::PersonFound, "").expect("grounds");
        encode_withdrawal(&WithdrawalSection { sender: code(sender), notice, grounds })
    };
    let good = section("XA", of.id);
    match open(&town, "XF", &withdrawal_of(&town, Some(of), std::slice::from_ref(&good))) {
        Ok(Incoming::Withdrawal(opened)) => {
            assert_eq!(
                (opened.of, opened.sender, opened.grounds.ground()),
                (of, code("XA"), Ground::PersonFound)
            );
        }
        _ => panic!("a withdrawal was refused"),
    }
    let other = NoticeId::new(now(), &SystemRandom);
    for delivery in [
        withdrawal_of(&town, None, std::slice::from_ref(&good)),
        withdrawal_of(&town, Some(of), &[]),
        withdrawal_of(&town, Some(of), &[good.clone(), good.clone()]),
        withdrawal_of(&town, Some(of), &[section("XE", of.id)]),
        withdrawal_of(&town, Some(of), &[section("XA", other)]),
    ] {
        assert_eq!(refused(&town, "XF", &delivery).reason().code(), "WITHDRAWAL_REFUSED");
    }
    assert_eq!(
        refused(&town, "XF", &withdrawal_of(&town, Some(of), &[b"?".to_vec()])).reason().code(),
        "UNREADABLE"
    );
}

#[test]
fn a_suspension_says_one_thing_in_header_and_section() {
    use amana_types::life::SuspensionSection;
    use amana_wire::convert::encode_suspension;
    let town = Town::new();
    let of = Supersedes { id: NoticeId::new(now(), &SystemRandom), header_hash: Digest([4; 32]) };
    let section = |sender: &str, notice| {
        let section = SuspensionSection { sender: code(sender), notice, suspended: true, number: 5 };
        encode_suspension(&section)
    };
    let kinds = (Kind::Suspension, SectionKind::Suspension);
    let order = |of, sections: &[Vec<u8>]| order_about(&town, kinds, of, sections);
    let good = section("XA", of.id);
    match open(&town, "XF", &order(Some(of), std::slice::from_ref(&good))) {
        Ok(Incoming::Suspension(word)) => {
            let told = (word.of, word.sender, word.suspended, word.number);
            assert_eq!(told, (of, code("XA"), true, 5));
        }
        _ => panic!("a suspension was refused"),
    }
    let other = NoticeId::new(now(), &SystemRandom);
    let mislabelled = (Kind::Suspension, SectionKind::Case);
    for delivery in [
        order(None, std::slice::from_ref(&good)),
        order(Some(of), &[]),
        order(Some(of), &[good.clone(), good.clone()]),
        order(Some(of), &[section("XE", of.id)]),
        order(Some(of), &[section("XA", other)]),
        order_about(&town, mislabelled, Some(of), std::slice::from_ref(&good)),
    ] {
        assert_eq!(refused(&town, "XF", &delivery).reason().code(), "SUSPENSION_REFUSED");
    }
    assert_eq!(refused(&town, "XF", &order(Some(of), &[b"?".to_vec()])).reason().code(), "UNREADABLE");
    // Neither is taken for the other.
    let crossed = (Kind::Withdrawal, SectionKind::Suspension);
    let crossed = order_about(&town, crossed, Some(of), std::slice::from_ref(&good));
    assert!(open(&town, "XF", &crossed).is_err());
}

/// Hub and sender together, or either alone, get nothing past the review desk.
#[test]
fn what_needs_review_is_taken_with_the_desks_pass_alone() {
    let mut town = Town::new();
    town.change("XE", |member| member.kind = MemberKind::ReviewDesk);
    let outcome = |town: &Town, member: &str, sealed: &v1::Envelope, passed| {
        open_as(town, member, &town.deliver(sealed, member), passed).map(drop)
    };
    let (plain, grave) = (content(), content_for_review());
    let held = town.seal_as(&grave, &["XF"], true).1.envelope;
    assert_eq!(outcome(&town, "XF", &held, true), Ok(()));
    assert_eq!(outcome(&town, "XE", &held, false), Ok(()), "the desk gets it before anyone passed it");
    assert_eq!(outcome(&town, "XF", &held, false), Err(Rejected::NotPassed));
    // The sender leaves the desk out, and the hub looks away.
    let past = town.seal_as(&grave, &["XF"], false).1.envelope;
    assert_eq!(outcome(&town, "XF", &past, false), Err(Rejected::ReviewNeeded));
    assert_eq!(outcome(&town, "XF", &past, true), Err(Rejected::NotPassed), "a pass of what was not held");
    // What needs no review may be held, and then needs the pass as well.
    assert_eq!(outcome(&town, "XF", &town.seal(&plain, &["XF"]).1.envelope, false), Ok(()));
    let held = town.seal_as(&plain, &["XF"], true).1.envelope;
    assert_eq!(outcome(&town, "XF", &held, false), Err(Rejected::NotPassed));

    town.change("XA", |member| member.under_review = true);
    let past = town.seal(&plain, &["XF"]).1.envelope;
    assert_eq!(outcome(&town, "XF", &past, false), Err(Rejected::ReviewNeeded));
    assert_eq!(outcome(&town, "XF", &held, true), Ok(()));
}

/// The case of XA, handled like that, as one that passes a notice of XF on.
fn passing_on(handling: v1::Handling, of: v1::Handling, grant: Option<&SignedUseGrant>) -> Content {
    let mut content = content();
    let mut case: v1::CaseSection = prost::Message::decode(content.case.as_slice()).unwrap();
    case.notice.as_mut().unwrap().marking.as_mut().unwrap().handling = handling.into();
    content.case = zeroize::Zeroizing::new(prost::Message::encode_to_vec(&case));
    let section = v1::GrantSection {
        grant: grant.map(|grant| grant.bytes.clone()).unwrap_or_default().into(),
        signature: grant.map(|grant| grant.signature.to_vec()).unwrap_or_default().into(),
        owner: "XF".into(),
        notice_id: ORIGIN.into(),
        header_hash: vec![4; 32].into(),
        handling: of.into(),
        schema: 1,
        critical: Vec::new(),
    };
    content.origin = Some(prost::Message::encode_to_vec(&section));
    content
}

const ORIGIN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// XF lets XA pass it on to XE.
fn permits(town: &Town, signer: &str) -> SignedUseGrant {
    let keys = &town.party(signer).signing;
    let grant = UseGrant {
        owner: code("XF"),
        key: keys.id(),
        notice: ORIGIN.parse().unwrap(),
        header_hash: Digest([4; 32]),
        handling: amana_notice::Handling::H2,
        grantee: code("XA"),
        permitted: Permitted::Forward([code("XE")].into()),
        until: now(),
        at: now(),
    };
    grant.sign(keys)
}

#[test]
fn what_is_passed_on_comes_with_the_owners_grant_for_us_or_not_at_all() {
    let town = Town::new();
    let reason = |content: &Content, to: &str| {
        let (_, sealed) = town.seal(content, &["XE", "XS"]);
        open(&town, to, &town.deliver(&sealed.envelope, to)).err().map(|rejected| rejected.reason().code())
    };
    use v1::Handling::{H0, H1, H2};
    assert_eq!(reason(&passing_on(H1, H1, None), "XE"), None, "H1 lets others have it");
    assert_eq!(reason(&passing_on(H2, H1, None), "XE"), None, "and may be handled more strictly");
    assert_eq!(reason(&passing_on(H0, H1, None), "XE"), Some("GRANT_REFUSED"), "never looser");
    assert_eq!(reason(&passing_on(H2, H2, None), "XE"), Some("GRANT_NEEDED"));
    let granted = permits(&town, "XF");
    assert_eq!(reason(&passing_on(H2, H2, Some(&granted)), "XE"), None);
    assert_eq!(reason(&passing_on(H2, H2, Some(&granted)), "XS"), Some("GRANT_NEEDED"), "it names XE");
    assert_eq!(reason(&passing_on(H1, H1, Some(&granted)), "XE"), Some("GRANT_NEEDED"), "XF said H2");
    let forged = permits(&town, "XA");
    assert_eq!(reason(&passing_on(H2, H2, Some(&forged)), "XE"), Some("GRANT_REFUSED"));
}

/// XA lets XF use its own notice in court.
fn lets(town: &Town) -> SignedUseGrant {
    let keys = &town.party("XA").signing;
    let grant = UseGrant {
        owner: code("XA"),
        key: keys.id(),
        notice: ORIGIN.parse().unwrap(),
        header_hash: Digest([4; 32]),
        handling: amana_notice::Handling::H2,
        grantee: code("XF"),
        permitted: Permitted::CourtUse,
        until: now(),
        at: now(),
    };
    grant.sign(keys)
}

#[test]
fn a_reply_gives_or_takes_back_a_grant_of_its_sender_and_reports_the_use_of_one_that_it_was_given() {
    use amana_notice::handling::Handled;
    use amana_notice::reply::ReplyType;
    let town = Town::new();
    let (ours, theirs, forged) = (lets(&town), permits(&town, "XF"), permits(&town, "XA"));
    let says = |reply_type: ReplyType, grant: Option<&SignedUseGrant>| {
        let mut draft = v1::Reply {
            text: vec![v1::Text { language: "fr".into(), text: "voici".into() }],
            case_reference: "XA-1".into(),
            ..v1::Reply::saying(reply_type)
        };
        if let Some(v1::reply::Body::Export(report)) = &mut draft.body {
            report.intended_use = v1::Use::Court.into();
        }
        let reply = amana_notice::check_reply(&draft, &Handled::OPEN).unwrap();
        let notice = ORIGIN.parse().unwrap();
        let section = amana_wire::convert::encode_reply(code("XA"), notice, &reply);
        let mut sections = vec![(SectionKind::Reply, section)];
        sections.extend(grant.map(|grant| {
            let (grant, signature) = (grant.bytes.clone().into(), grant.signature.to_vec().into());
            let section = v1::GrantSection { grant, signature, schema: 1, ..v1::GrantSection::default() };
            (SectionKind::Grant, prost::Message::encode_to_vec(&section))
        }));
        let delivery = sent_to_xf(&town, Kind::Reply, (Some(notice), None), &sections);
        match open_as(&town, "XF", &delivery, false) {
            Ok(Incoming::Reply(reply)) => Ok(reply.grant.is_some()),
            Ok(_) => panic!("no reply"),
            Err(rejected) => Err(rejected.reason().code()),
        }
    };
    for said in [ReplyType::PermissionGranted, ReplyType::PermissionRevoked] {
        assert_eq!(says(said, Some(&ours)), Ok(true), "{said}");
        assert_eq!(says(said, None), Err("GRANT_REFUSED"), "{said}");
        assert_eq!(says(said, Some(&theirs)), Err("GRANT_REFUSED"), "{said}: of somebody else");
    }
    let exported = ReplyType::Exported;
    assert_eq!(says(exported, Some(&theirs)), Ok(true));
    assert_eq!(says(exported, None), Ok(false), "what may be used freely");
    assert_eq!(says(exported, Some(&ours)), Err("GRANT_REFUSED"), "not given to who used it");
    assert_eq!(says(exported, Some(&forged)), Err("GRANT_REFUSED"));
    assert_eq!(says(ReplyType::Answer, Some(&ours)), Err("REPLY_REFUSED"));
    assert_eq!(says(ReplyType::Answer, None), Ok(false));
}
