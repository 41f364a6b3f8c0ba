use amana_log::{InclusionProof, LeafIndex, LeafSalt, SignedNote};
use amana_seal::receipt::Receipted;
use amana_types::Seq;
use amana_types::review::ReviewGround;
use amana_types::{Digest, KeyId, Timestamp};

use super::*;

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn decision(ruling: Ruling) -> ReviewDecision {
    ReviewDecision {
        desk: code("XD"),
        key: KeyId([0; 16]),
        sender: code("XA"),
        envelope: Receipted {
            seq: Seq(4),
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            header_hash: header_hash(b"header"),
        },
        ruling,
        at: Timestamp::from_unix_millis(1),
    }
}

fn delivered(index: u64, header: &'static [u8]) -> Logged<v1::EnvelopeDelivery> {
    let note = "a\n\n\u{2014} a AAAAAAAA\n";
    Logged {
        index: Seq(index),
        accepted_at: Timestamp::from_unix_millis(0),
        leaf_salt: LeafSalt::new([0; 32]),
        receipt: amana_log::Receipt {
            index: LeafIndex::new(index),
            proof: InclusionProof::from_slices(std::iter::empty::<&[u8]>()).unwrap(),
            checkpoint: SignedNote::parse(note.as_bytes()).unwrap(),
            extra: None,
        },
        record: v1::EnvelopeDelivery { header: header.into(), ..v1::EnvelopeDelivery::default() },
    }
}

#[test]
fn only_a_pass_about_the_very_envelope_lets_it_in() {
    let pass = decision(Ruling::Pass);
    let judge = |decision: &ReviewDecision, envelope: &Logged<v1::EnvelopeDelivery>| {
        super::judge(decision, Some(envelope), code("XF"), false)
    };
    assert_eq!(judge(&pass, &delivered(4, b"header")), Ok(()));
    assert_eq!(judge(&pass, &delivered(5, b"header")), Err(NotThat::Envelope));
    assert_eq!(judge(&pass, &delivered(4, b"another")), Err(NotThat::Envelope));
    let refusal = decision(Ruling::Refuse { ground: ReviewGround::Other, words: None });
    assert_eq!(judge(&refusal, &delivered(4, b"header")), Err(NotThat::Envelope));
}

#[test]
fn without_an_envelope_it_is_about_ours_or_our_own() {
    let judge = |own: &str, ours| super::judge(&decision(Ruling::Pass), None, code(own), ours);
    assert_eq!(judge("XF", false), Err(NotThat::Stray));
    assert_eq!(judge("XA", true), Ok(()));
    assert_eq!(judge("XD", false), Ok(()));
    assert_ne!(decision(Ruling::Pass).envelope.header_hash, Digest([0; 32]));
}
