//! The review desk's decisions: signed by it, and by nobody else; and envelopes that are held for it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;

use std::sync::Arc;

use amana_seal::codec::CodecError;
use amana_seal::envelope::*;
use amana_seal::receipt::Receipted;
use amana_seal::review::*;
use amana_types::review::{REVIEW_TEXT_CHARS, ReviewGround};
use amana_types::*;
use common::*;

/// A world in which XS is the review desk.
fn world() -> World {
    let mut world = World::new();
    let desk = Member { kind: MemberKind::ReviewDesk, ..world.members["XS"].clone() };
    world.directory.members.insert(desk.code, Arc::new(desk));
    world
}

fn decision(world: &World, ruling: Ruling) -> ReviewDecision {
    ReviewDecision {
        desk: code("XS"),
        key: world.parties["XS"].signing.id(),
        sender: code("XA"),
        envelope: Receipted {
            seq: Seq(4),
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            header_hash: Digest([4; 32]),
        },
        ruling,
        at: "2026-11-23T08:00:01Z".parse().unwrap(),
    }
}

fn refusal(world: &World, words: &str) -> Ruling {
    let sender = &world.members["XA"];
    let words = seal_words(words, code("XS"), sender, &Digest([4; 32]), &Stream::new("words"));
    Ruling::Refuse { ground: ReviewGround::WarrantNotValid, words: Some(words.unwrap()) }
}

fn verify(world: &World, signed: &SignedDecision) -> Result<ReviewDecision, DecisionRefused> {
    verify_decision(&signed.bytes, &signed.signature, &world.directory, Seq(9))
}

#[test]
fn a_decision_is_verified_and_read_back() {
    let world = world();
    let silent = Ruling::Refuse { ground: ReviewGround::Other, words: None };
    for ruling in [Ruling::Pass, silent, refusal(&world, "the warrant was lifted")] {
        let decision = decision(&world, ruling);
        let signed = decision.sign(&world.parties["XS"].signing);
        assert_eq!(verify(&world, &signed), Ok(decision));
    }
}

/// Whoever stores decisions has to have room for the largest.
#[test]
fn no_decision_is_longer_than_decisions_say() {
    let world = world();
    for &ground in ReviewGround::ALL {
        let Ruling::Refuse { words, .. } = refusal(&world, "words") else { unreachable!("a refusal") };
        let mut decision = decision(&world, Ruling::Refuse { ground, words });
        (decision.desk, decision.sender) = (code("XS345678"), code("XA345678"));
        let unused = ReviewDecision::MOST_BYTES - decision.encode().len();
        assert!(unused < 64, "{unused} of a ground's code");
        assert_eq!(ReviewDecision::decode(&decision.encode()), Ok(decision));
    }
}

#[test]
fn only_the_one_active_desk_decides() {
    let mut world = world();
    // An ordinary member under its own name, and one under the desk's.
    let mut forged = decision(&world, Ruling::Pass);
    forged.desk = code("XF");
    forged.key = world.parties["XF"].signing.id();
    let signed = forged.sign(&world.parties["XF"].signing);
    assert_eq!(verify(&world, &signed), Err(DecisionRefused::NotTheDesk(code("XF"))));
    forged.desk = code("XS");
    let signed = forged.sign(&world.parties["XF"].signing);
    assert!(matches!(verify(&world, &signed), Err(DecisionRefused::Desk(_))), "XS has no such key");
    let true_one = decision(&world, Ruling::Pass);
    let signed = true_one.sign(&world.parties["XF"].signing);
    assert_eq!(verify(&world, &signed), Err(DecisionRefused::Signature));

    let signed = true_one.sign(&world.parties["XS"].signing);
    assert!(verify(&world, &signed).is_ok());
    let desk = Member::clone(world.directory.member(code("XS")).unwrap());
    for (code_of, status) in [("XE", MemberStatus::Active), ("XS", MemberStatus::Suspended(Seq(1)))] {
        let other = Member { code: code(code_of), status, ..desk.clone() };
        let before = world.directory.members.insert(other.code, Arc::new(other));
        assert_eq!(verify(&world, &signed), Err(DecisionRefused::NotTheDesk(code("XS"))), "{code_of}");
        world.directory.members.insert(code(code_of), before.unwrap());
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let world = world();
    for ruling in [Ruling::Pass, refusal(&world, "words")] {
        let signed = decision(&world, ruling).sign(&world.parties["XS"].signing);
        for bit in 0..(signed.bytes.len() + 64) * 8 {
            let mut whole = [signed.bytes.as_slice(), &signed.signature].concat();
            whole[bit / 8] ^= 1 << (bit % 8);
            let (bytes, signature) = whole.split_at(signed.bytes.len());
            assert!(verify_decision(bytes, signature, &world.directory, Seq(9)).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn a_receipt_is_no_decision() {
    let world = world();
    let decision = decision(&world, Ruling::Pass);
    let bytes = decision.encode();
    let keys = &world.parties["XS"].signing;
    let signature = keys.sign(amana_seal::dsse::PayloadType::RECEIPT, &[&bytes]);
    assert_eq!(verify(&world, &SignedDecision { bytes, signature }), Err(DecisionRefused::Signature));
}

#[test]
fn words_are_for_the_sender_alone() {
    let world = world();
    let decision = decision(&world, refusal(&world, "the warrant was lifted"));
    let Ruling::Refuse { words: Some(words), .. } = &decision.ruling else { panic!() };
    let open = |decision: &ReviewDecision, party: &str| {
        open_words(decision, words, &world.parties[party].hpke).map(|words| words.to_string())
    };
    assert_eq!(open(&decision, "XA").as_deref(), Some("the warrant was lifted"));
    assert_eq!(open(&decision, "XF"), None);
    let mut about_another = decision.clone();
    about_another.envelope.header_hash = Digest([5; 32]);
    assert_eq!(open(&about_another, "XA"), None);

    let sealed = |words: &str| {
        let sender = &world.members["XA"];
        seal_words(words, code("XS"), sender, &Digest([4; 32]), &Stream::new("w")).map(|w| w.sealed.len())
    };
    assert_eq!(sealed("short"), sealed(&"\u{10FFFF}".repeat(REVIEW_TEXT_CHARS)), "the length says nothing");
    assert_eq!(sealed(&"\u{10FFFF}".repeat(REVIEW_TEXT_CHARS + 1)), None);
}

#[test]
fn what_is_held_is_outside_the_pairs_sequence_and_says_so_twice() {
    let world = world();
    let link = PairLink { seq: PairSeq(3), previous: Digest(seed("previous header")) };
    let content = ClearSection { kind: SectionKind(1), content: b"a case", granted: Granted::Everyone };
    let sections = [content];
    let addressing = world.addressing();
    let sealed = |held, link| {
        let recipients = [Recipient::of(&world.members["XF"], link).unwrap()];
        let draft = EnvelopeDraft { held, ..world.draft(&sections, &recipients, &addressing) };
        world.seal_draft(&draft, &Stream::new("held")).unwrap()
    };
    let open = |envelope: &Envelope| {
        let path = world.verify(envelope).unwrap().slots().view().path(0).unwrap();
        world.open("XF", deliver(envelope, &path, 0)).map(|opened| (opened.header.held, opened.link))
    };
    assert_eq!(open(&sealed(true, link)), Ok((true, PairLink::HELD)));
    assert_eq!(open(&sealed(false, link)), Ok((false, link)));
    let refused = EnvelopeRefused::SlotContent(CodecError::Value("place in the sequence"));
    assert_eq!(open(&sealed(false, PairLink::HELD)), Err(refused));

    let recipients = [Recipient::of(&world.members["XF"], link).unwrap()];
    let draft = world.draft(&sections, &recipients, &addressing);
    let draft = EnvelopeDraft { kind: Kind::Withdrawal, held: true, ..draft };
    assert_eq!(world.seal_draft(&draft, &Stream::new("w")), Err(SealError::Held(Kind::Withdrawal)));
}
