use curve25519_dalek::constants::EIGHT_TORSION;

use super::*;
use crate::keys::{SigningKeyPair, verify};

const BODY: &[u8] = b"what is signed";

fn pair(n: u8) -> SigningKeyPair {
    SigningKeyPair::from_seed(&[n; 32]).unwrap()
}

fn claim(pair: &SigningKeyPair, body: &[u8], signature: &Signature) -> Option<Claim> {
    Claim::read(pair.public(), PayloadType::HEADER, &[body], signature)
}

fn signed(pair: &SigningKeyPair, body: &[u8]) -> Claim {
    claim(pair, body, &pair.sign(PayloadType::HEADER, &[body])).unwrap()
}

/// A signature by a holder who adds a point of this order's subgroup to `R`.
fn tricked(seed: u8, torsion: EdwardsPoint) -> (SigningKeyPair, Signature) {
    let pair = pair(seed);
    let hashed = sha512(&[&[seed; 32]]);
    let secret =
        Scalar::from_bytes_mod_order(curve25519_dalek::scalar::clamp_integer(*hashed.first_chunk().unwrap()));
    let nonce = Scalar::from(0x5eed_u64);
    let commitment = (ED25519_BASEPOINT_POINT * nonce + torsion).compress().0;
    let message = pae(PayloadType::HEADER, &[BODY]);
    let challenge = Scalar::from_bytes_mod_order_wide(&sha512(&[&commitment, &pair.public().0, &message]));
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&commitment);
    signature[32..].copy_from_slice((nonce + challenge * secret).as_bytes());
    (pair, signature)
}

#[test]
fn signatures_that_hold_alone_hold_together() {
    for count in [0, 1, 2, 3, 16, 40] {
        let claims: Vec<Claim> = (0..count).map(|n| signed(&pair(n % 3), &[n, 1, 2])).collect();
        assert_eq!(which_hold(&claims), vec![true; usize::from(count)], "{count}");
    }
}

#[test]
fn those_that_do_not_hold_are_named() {
    for wrong in [vec![0], vec![15], vec![7, 8], vec![0, 3, 4, 15], (0..16).collect()] {
        let claims: Vec<Claim> = (0..16)
            .map(|n| {
                let body: &[u8] = if wrong.contains(&n) { b"other" } else { BODY };
                let pair = pair(u8::try_from(n % 2).unwrap());
                claim(&pair, BODY, &pair.sign(PayloadType::HEADER, &[body])).unwrap()
            })
            .collect();
        let expected: Vec<bool> = (0..16).map(|n| !wrong.contains(&n)).collect();
        assert_eq!(which_hold(&claims), expected, "{wrong:?}");
    }
}

/// Two wrongs that would cancel if the weights were equal.
#[test]
fn wrongs_do_not_cancel() {
    let pair = pair(1);
    let shift = Scalar::from(5_u64);
    let mut claims = vec![signed(&pair, b"a"), signed(&pair, b"b")];
    claims[0].response += shift;
    claims[1].response -= shift;
    assert_eq!(which_hold(&claims), [false, false]);
}

#[test]
fn another_key_body_or_payload_type_does_not_hold() {
    let pair_of = pair;
    let pair = pair_of(1);
    let signature = pair.sign(PayloadType::HEADER, &[BODY]);
    let other_key = claim(&pair_of(2), BODY, &signature).unwrap();
    let other_body = claim(&pair, b"What is signed", &signature).unwrap();
    let other_type = Claim::read(pair.public(), PayloadType::RECEIPT, &[BODY], &signature).unwrap();
    assert_eq!(which_hold(&[other_key, other_body, other_type]), [false; 3]);
}

#[test]
fn every_bit_counts() {
    let pair = pair(3);
    let signature = pair.sign(PayloadType::HEADER, &[BODY]);
    let mut judged = 0;
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let claim = claim(&pair, BODY, &flipped);
        judged += usize::from(claim.is_some());
        assert!(claim.is_none_or(|claim| which_hold(&[claim]) == [false]), "bit {bit}");
    }
    // Not refused by their form alone: about half of all points decode, and most flips of S stay below L.
    assert!(judged >= 200, "only {judged} of 512 came before the equation");
}

#[test]
fn only_canonical_encodings_are_read() {
    let pair = pair(3);
    let mut signature = pair.sign(PayloadType::HEADER, &[BODY]);
    // S + L (RFC 8032 §5.1.7 wants S below L).
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert!(claim(&pair, BODY, &signature).is_none());
    // y = p + 1 is another way to write y = 1.
    let mut unreduced = [0xff; 64];
    (unreduced[0], unreduced[31]) = (0xee, 0x7f);
    unreduced[32..].fill(0);
    assert!(CompressedEdwardsY(*unreduced.first_chunk().unwrap()).decompress().is_some());
    assert!(claim(&pair, BODY, &unreduced).is_none());
}

/// The one difference to a strict verifier, and it does not depend on the company.
#[test]
fn a_small_order_part_by_the_holder_counts_the_same_alone_and_in_company() {
    for torsion in EIGHT_TORSION {
        let (tricky, signature) = tricked(9, torsion);
        let read = || claim(&tricky, BODY, &signature).unwrap();
        assert_eq!(which_hold(&[read()]), [true]);
        assert_eq!(which_hold(&[signed(&pair(1), b"a"), read(), signed(&pair(2), b"b")]), [true; 3]);
        let strictly = verify(&tricky.public(), PayloadType::HEADER, &[BODY], &signature);
        assert_eq!(strictly, torsion.is_identity());
    }
}
