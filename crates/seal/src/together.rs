//! Many Ed25519 signatures verified as one: the hub's door, where they come by the thousand.
//!
//! The rule is the group equation of RFC 8032 §5.1.7, `[8][S]B = [8]R + [8][k]A`, for one signature as
//! for many, so that no signature's verdict depends on its company. A strict verifier, which leaves the
//! eights out, refuses some signatures that hold here: only those that the key's own holder made so on
//! purpose, by an `R` with a small-order part. Recipients and auditors verify strictly, one by one; a
//! sender that plays this trick has shown that it did, and reached nobody.
//!
//! The weights are drawn from a hash of everything that is verified (Fiat and Shamir), so a sender
//! cannot know them before its signatures are fixed: the chance that a wrong one passes is 2^-128.
//!
//! Up to 16 signatures are verified at a time. When the equation does not hold, the group is halved, so that each
//! signature has its own verdict. A hub acknowledges 21,000 notices a second with it; verifying one by one, with
//! nothing stored, reaches 18,000 (`amana bench`: `ratio_to_ceiling`). Rejected: the equation without the eights,
//! whose verdict on signatures with a small-order part depends on the weights.

use amana_types::VerifyingKey;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use ring::digest::{Context, SHA512};

use crate::dsse::{PayloadType, pae};
use crate::keys::Signature;

const LABEL: &[u8] = b"amana/v1/verify-together\0";

/// A signature read so far that only the equation is left.
pub(crate) struct Claim {
    key: VerifyingKey,
    /// `R`, decoded.
    commitment: EdwardsPoint,
    /// `S`.
    response: Scalar,
    /// `k`: SHA-512 over `R`, the key and the message, modulo the group's order.
    challenge: Scalar,
    signature: Signature,
}

impl Claim {
    /// Reads a signature over `PAE(payload, body)`. `None` if `R` is not the canonical encoding of a
    /// point or `S` is not below the group's order.
    pub(crate) fn read(
        key: VerifyingKey,
        payload: PayloadType,
        body: &[&[u8]],
        signature: &Signature,
    ) -> Option<Self> {
        let (r, s) = signature.split_first_chunk()?;
        let response = Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        is_reduced(r).then_some(())?;
        let commitment = CompressedEdwardsY(*r).decompress()?;
        let challenge = Scalar::from_bytes_mod_order_wide(&sha512(&[r, &key.0, &pae(payload, body)]));
        Some(Self { key, commitment, response, challenge, signature: *signature })
    }
}

/// Tells of each claim whether it holds. If not all do, those that do not are found by halving.
pub(crate) fn which_hold(claims: &[Claim]) -> Vec<bool> {
    let mut hold = vec![true; claims.len()];
    judge(claims, &mut hold);
    hold
}

fn judge(claims: &[Claim], hold: &mut [bool]) {
    if all_hold(claims) {
        return;
    }
    if let [alone] = hold {
        *alone = false;
        return;
    }
    let middle = claims.len() / 2;
    let ((left, right), (hold_left, hold_right)) = (claims.split_at(middle), hold.split_at_mut(middle));
    judge(left, hold_left);
    judge(right, hold_right);
}

/// Whether `[8](sum of z_i (R_i + k_i A_i - S_i B))` is the neutral element. Claims under one key share
/// their term, so a stream of one sender costs one point and a half a signature.
fn all_hold(claims: &[Claim]) -> bool {
    let mut keys: Vec<(VerifyingKey, Scalar)> = Vec::with_capacity(1);
    let mut base = Scalar::ZERO;
    let weights: Vec<Scalar> = weights(claims).take(claims.len()).collect();
    for (claim, weight) in claims.iter().zip(&weights) {
        base -= weight * claim.response;
        let term = weight * claim.challenge;
        match keys.iter_mut().find(|(key, _)| *key == claim.key) {
            Some((_, sum)) => *sum += term,
            None => keys.push((claim.key, term)),
        }
    }
    let mut points: Vec<EdwardsPoint> = claims.iter().map(|claim| claim.commitment).collect();
    let mut scalars = weights;
    for (key, sum) in keys {
        // Keys are judged as they enter the directory: this one is canonical and has no small-order part.
        let Some(point) = CompressedEdwardsY(key.0).decompress() else { return false };
        points.push(point);
        scalars.push(sum);
    }
    points.push(ED25519_BASEPOINT_POINT);
    scalars.push(base);
    EdwardsPoint::vartime_multiscalar_mul(&scalars, &points).mul_by_cofactor().is_identity()
}

/// Weights of 128 bits, without end. `k` stands for key, `R` and message.
fn weights(claims: &[Claim]) -> impl Iterator<Item = Scalar> {
    let mut context = Context::new(&SHA512);
    context.update(LABEL);
    for claim in claims {
        context.update(claim.challenge.as_bytes());
        context.update(&claim.signature);
    }
    let seed = finish(context);
    (0_u64..).flat_map(move |n| {
        let digest = sha512(&[&seed, &n.to_be_bytes()]);
        let weight = |part: &[u8; 16]| Scalar::from(u128::from_le_bytes(*part));
        let (parts, _) = digest.as_chunks::<16>();
        [0, 1, 2, 3].map(|place| parts.get(place).map_or(Scalar::ONE, weight))
    })
}

/// Whether the y of an encoded point is below the field's prime 2^255 - 19.
fn is_reduced(encoded: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = encoded;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    let mut context = Context::new(&SHA512);
    parts.iter().for_each(|part| context.update(part));
    finish(context)
}

fn finish(context: Context) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(context.finish().as_ref());
    out
}

#[cfg(test)]
#[path = "together_tests.rs"]
mod tests;
