//! One envelope from sender over hub to recipients, and what must not open.

mod common;

use std::collections::BTreeSet;

use amana_seal::SignerRefused;
use amana_seal::envelope::*;
use amana_types::*;
use common::*;

#[test]
fn each_recipient_opens_what_it_was_granted() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("open"));
    let verified = world.verify(&envelope).unwrap();
    assert_eq!(verified.recipients().collect::<Vec<_>>(), [code("XF"), code("XS")]);
    assert_eq!(verified.addressing(), &world.addressing());
    assert_eq!(verified.header_hash(), header_hash(&envelope.header));
    assert_eq!(verified.stale_recipient(&world.directory), None);

    let path = verified.slots().view().path(0).unwrap();
    let opened = world.open("XF", deliver(&envelope, &path, 0)).unwrap();
    let contents: Vec<_> = opened.sections.iter().map(|s| s.content.as_slice()).collect();
    assert_eq!(contents, SECTION_TEXTS.map(str::as_bytes));
    assert_eq!(opened.link.seq, PairSeq(3));
    assert_eq!(opened.header_hash, verified.header_hash());
    assert_eq!(format!("{:?}", opened.sections[0]), "OpenedSection(0, 22 bytes)");

    let path = verified.slots().view().path(1).unwrap();
    let opened = world.open("XS", deliver(&envelope, &path, 1)).unwrap();
    assert_eq!(opened.sections.len(), 1, "the second section was not granted to XS");
    assert_eq!((opened.sections[0].index, opened.sections[0].kind), (SectionIndex(0), SectionKind(1)));
    assert_eq!(opened.link, PairLink::FIRST);
}

#[test]
fn a_recipient_is_given_the_ciphertexts_that_it_is_granted_and_no_others() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("given"));
    let verified = world.verify(&envelope).unwrap();
    let granted = |bits| GrantedSections::of_bits(bits).unwrap();
    assert!(verified.granted().eq([(code("XF"), granted(0b11)), (code("XS"), granted(0b01))]));
    let path = verified.slots().view().path(1).unwrap();
    let to_xs = || deliver(&envelope, &path, 1);
    assert_eq!(to_xs().sections[1], NOTHING);

    let refused = |delivered| world.open("XS", delivered).err().unwrap();
    let size = |size, wanted| EnvelopeRefused::Size { part: Part::Section, size, wanted };
    let (first, second) = (&envelope.sections[0][..], &envelope.sections[1][..]);
    // More than is granted, less, and another's.
    assert_eq!(refused(Delivered { sections: vec![first, second], ..to_xs() }), size(second.len(), 0));
    assert_eq!(refused(Delivered { sections: vec![&[], &[]], ..to_xs() }), size(0, first.len()));
    assert_eq!(refused(Delivered { sections: vec![&[], second], ..to_xs() }), size(0, first.len()));
    assert_eq!(
        refused(Delivered { sections: vec![second, &[]], ..to_xs() }),
        EnvelopeRefused::SectionHash(SectionIndex(0))
    );
    // What is said beside the slot is part of what was signed.
    let told = |bits, sections| Delivered { granted: granted(bits), sections, ..to_xs() };
    assert_eq!(refused(told(0b11, vec![first, second])), EnvelopeRefused::SlotProof);
    assert_eq!(refused(told(0b10, vec![&[], second])), EnvelopeRefused::SlotProof);
    assert_eq!(refused(told(0b00, vec![&[], &[]])), EnvelopeRefused::Granted);
    assert_eq!(refused(told(0b101, vec![first, &[]])), EnvelopeRefused::Granted);
}

#[test]
fn nobody_opens_the_slot_of_another() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("others"));
    let path = world.verify(&envelope).unwrap().slots().view().path(0).unwrap();
    let refused = world.open("XS", deliver(&envelope, &path, 0)).err();
    assert_eq!(refused, Some(EnvelopeRefused::SlotProof), "the leaf names its recipient");

    // Even one that claims to be the addressee fails, for want of the private key.
    let received = ReceivedDelivery::parse(deliver(&envelope, &path, 0), code("XF")).unwrap();
    let verified = received.verify(&world.sender()).unwrap();
    assert_eq!(verified.open(|_| Some(&world.parties["XE"].hpke)).err(), Some(EnvelopeRefused::Slot));
    let received = ReceivedDelivery::parse(deliver(&envelope, &path, 0), code("XF")).unwrap();
    let destroyed = received.verify(&world.sender()).unwrap().open(|_| None).err();
    assert_eq!(destroyed, Some(EnvelopeRefused::NoPrivateKey(HpkeEpoch(0))));
}

#[test]
fn the_excluded_have_no_slot() {
    let envelope = World::new().seal(&Stream::new("excluded"));
    assert!(envelope.slots.iter().all(|slot| slot.recipient != code("XE")));
    assert_eq!(envelope.slots.len() + envelope.padding.len(), envelope.depth.leaves());
}

#[test]
fn missing_extra_doubled_and_swapped_slots_are_refused() {
    let world = World::new();
    let good = world.seal(&Stream::new("slots"));
    let refused = |change: &dyn Fn(&mut Envelope)| {
        let mut envelope = good.clone();
        change(&mut envelope);
        world.verify(&envelope).unwrap_err()
    };
    let size = |part, size, wanted| EnvelopeRefused::Size { part, size, wanted };
    assert_eq!(refused(&|e| drop(e.slots.pop())), size(Part::Depth, 1, 0));
    assert_eq!(
        refused(&|e| {
            e.slots.pop();
            e.padding.push([0; 32]);
        }),
        size(Part::Depth, 1, 0)
    );
    assert_eq!(
        refused(&|e| {
            let mut extra = e.slots[1].clone();
            extra.recipient = code("XT");
            e.slots.push(extra);
        }),
        size(Part::Depth, 1, 2)
    );
    assert_eq!(refused(&|e| e.slots[1].recipient = code("XT")), EnvelopeRefused::SlotTree);
    assert_eq!(refused(&|e| e.slots[1] = e.slots[0].clone()), EnvelopeRefused::SlotOrder);
    assert_eq!(refused(&|e| e.slots.swap(0, 1)), EnvelopeRefused::SlotOrder);
    assert_eq!(refused(&|e| e.slots[0].epoch = HpkeEpoch(1)), EnvelopeRefused::SlotTree);
    assert_eq!(refused(&|e| e.slots[0].bytes.truncate(1242)), size(Part::Slot, 1242, 1243));
    assert_eq!(refused(&|e| drop(e.sections.pop())), size(Part::Sections, 1, 2));
    assert_eq!(refused(&|e| e.sections.swap(0, 1)), EnvelopeRefused::SectionHash(SectionIndex(0)));
    assert_eq!(refused(&|e| e.addressing_salt[0] ^= 1), EnvelopeRefused::AddressingHash);
    assert_eq!(
        refused(&|e| {
            let everyone = Addressing { all_members: true, ..Addressing::default() };
            e.addressing = encode_addressing(&everyone);
        }),
        EnvelopeRefused::AddressingHash
    );
}

#[test]
fn a_sender_counts_by_its_place_in_the_log() {
    let mut world = World::new();
    let envelope = world.seal(&Stream::new("sender"));
    let mut suspended = world.members["XA"].clone();
    suspended.status = MemberStatus::Suspended(Seq(4));
    world.directory.members.insert(code("XA"), suspended.clone().into());
    let refused = world.verify(&envelope).unwrap_err();
    assert!(matches!(refused, EnvelopeRefused::Sender(SignerRefused::Suspended(_))), "{refused}");

    suspended.status = MemberStatus::Active;
    suspended.signing_keys[0].until = Some(Seq(9));
    world.directory.members.insert(code("XA"), suspended.into());
    let refused = world.verify(&envelope).unwrap_err();
    assert!(matches!(refused, EnvelopeRefused::Sender(_)), "{refused}");
    world.directory.members.remove(&code("XA"));
    let refused = world.verify(&envelope).unwrap_err();
    assert!(matches!(refused, EnvelopeRefused::Sender(SignerRefused::Unknown(_))), "{refused}");
}

#[test]
fn a_slot_for_an_unknown_key_is_stale() {
    let mut world = World::new();
    let verified = world.verify(&world.seal(&Stream::new("stale"))).unwrap();
    let mut moved = world.members["XS"].clone();
    let key = moved.hpke_keys.remove(&HpkeEpoch(5)).unwrap();
    moved.hpke_keys.insert(HpkeEpoch(6), key);
    world.directory.members.insert(code("XS"), moved.into());
    assert_eq!(verified.stale_recipient(&world.directory), Some(code("XS")));
}

#[test]
fn drafts_that_cannot_be_sealed_say_why() {
    let world = World::new();
    let addressing = world.addressing();
    let random = Stream::new("drafts");
    let xf = Recipient::of(&world.members["XF"], PairLink::FIRST).unwrap();
    let section = |granted| ClearSection { kind: SectionKind(1), content: b"text", granted };
    let only = |text| Granted::Only(BTreeSet::from([code(text)]));
    let sealed = |sections: &[ClearSection<'_>], recipients: &[Recipient<'_>]| {
        world.seal_draft(&world.draft(sections, recipients, &addressing), &random).map(drop)
    };
    let everyone = [section(Granted::Everyone)];
    assert_eq!(sealed(&everyone, &[xf]), Ok(()));
    assert_eq!(sealed(&[], &[xf]), Ok(()), "a heartbeat has no section");
    assert_eq!(sealed(&everyone, &[]), Err(SealError::NoRecipient));
    assert_eq!(sealed(&everyone, &[xf, xf]), Err(SealError::TwiceRecipient(code("XF"))));
    assert_eq!(sealed(&everyone, &[xf; 257]), Err(SealError::TooManyRecipients(257)));
    assert_eq!(
        sealed(&[section(only("XE"))], &[xf]),
        Err(SealError::GrantWithoutSlot { index: SectionIndex(0), member: code("XE") })
    );
    let xs = Recipient::of(&world.members["XS"], PairLink::FIRST).unwrap();
    assert_eq!(sealed(&[section(only("XF"))], &[xf, xs]), Err(SealError::NothingGranted(code("XS"))));
    let large = vec![0; limits::SECTION_BYTES + 1];
    let large = [ClearSection { content: &large, ..section(Granted::Everyone) }];
    assert!(matches!(sealed(&large, &[xf]), Err(SealError::SectionTooLarge { .. })));
    let half = vec![0; limits::SECTION_BYTES];
    let two = [(); 2].map(|()| ClearSection { content: &half, ..section(Granted::Everyone) });
    assert!(matches!(sealed(&two, &[xf]), Err(SealError::BodyTooLarge { .. })));
    let mut backwards = world.draft(&everyone, std::slice::from_ref(&xf), &addressing);
    backwards.expires = backwards.created;
    assert_eq!(world.seal_draft(&backwards, &random).err(), Some(SealError::Expiry));
}

#[test]
fn two_hundred_recipients_each_open_their_own() {
    let world = World::new();
    let parties: Vec<Party> = (0..200).map(|n| Party::new(&format!("ORG{n}"))).collect();
    let members: Vec<Member> = parties.iter().map(Party::member).collect();
    let recipients: Vec<_> = members.iter().map(|m| Recipient::of(m, PairLink::FIRST).unwrap()).collect();
    let sections = [ClearSection { kind: SectionKind(1), content: b"to all", granted: Granted::Everyone }];
    let addressing = Addressing { all_members: true, ..Addressing::default() };
    let envelope =
        world.seal_draft(&world.draft(&sections, &recipients, &addressing), &Stream::new("many")).unwrap();
    assert_eq!(envelope.depth.get(), 8);
    let verified = world.verify(&envelope).unwrap();
    for index in [0, 77, 199] {
        let party = parties.iter().find(|p| p.code == envelope.slots[index].recipient).unwrap();
        let path = verified.slots().view().path(index).unwrap();
        let delivered = deliver(&envelope, &path, index);
        let opened = open(delivered, party.code, |_| Ok(world.sender()), |_| Some(&party.hpke));
        assert_eq!(opened.unwrap().sections[0].content.as_slice(), b"to all");
    }
}
