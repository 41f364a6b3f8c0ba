//! Published vectors: X-Wing, and the edges of Ed25519.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

use std::convert::Infallible;

use amana_seal::keys::{HpkeKeyPair, KeyRefused, check_verifying_key};
use amana_types::VerifyingKey;
use curve25519_dalek::constants::EIGHT_TORSION;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, Serializable};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

fn vectors(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn bytes(vector: &Value, field: &str) -> Vec<u8> {
    hex::decode(vector[field].as_str().unwrap()).unwrap()
}

/// Gives the bytes it was made with, once.
struct Once(Vec<u8>);

impl TryRng for Once {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("encapsulation draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("encapsulation draws bytes")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(out.len());
        out.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Once {}

#[test]
fn x_wing_is_that_of_the_draft() {
    for vector in vectors(include_str!("vectors/xwing.json")) {
        let pair = HpkeKeyPair::from_seed(&bytes(&vector, "seed")).unwrap();
        assert_eq!(pair.public().0.as_slice(), bytes(&vector, "pk"));

        let public = <XWing as Kem>::PublicKey::from_bytes(pair.public().0.as_slice()).unwrap();
        let mut random = Once(bytes(&vector, "eseed"));
        let (shared, encapsulation) = XWing::encap_with_rng(&public, None, &mut random).unwrap();
        assert_eq!(encapsulation.to_bytes().as_slice(), bytes(&vector, "ct"));
        assert_eq!(shared.0.as_slice(), bytes(&vector, "ss"));

        let private = <XWing as Kem>::PrivateKey::from_bytes(&bytes(&vector, "sk")).unwrap();
        let shared = XWing::decap(&private, None, &encapsulation).unwrap();
        assert_eq!(shared.0.as_slice(), bytes(&vector, "ss"));
    }
}

#[test]
fn every_edge_of_ed25519_is_refused_at_the_key_or_at_the_signature() {
    let mut let_through_by_ring_alone = 0;
    for vector in vectors(include_str!("vectors/ed25519-speccheck.json")) {
        let key: [u8; 32] = bytes(&vector, "pub_key").try_into().unwrap();
        let verified = UnparsedPublicKey::new(&ED25519, key)
            .verify(&bytes(&vector, "message"), &bytes(&vector, "signature"))
            .is_ok();
        let entered = check_verifying_key(&VerifyingKey(key)).is_ok();
        assert!(!(verified && entered), "{vector}");
        let_through_by_ring_alone += usize::from(verified);
    }
    assert_ne!(let_through_by_ring_alone, 0, "the control: without the door, some would count");
}

#[test]
fn small_order_keys_do_not_enter_in_any_encoding() {
    for point in EIGHT_TORSION {
        let key = VerifyingKey(point.compress().0);
        assert_eq!(check_verifying_key(&key), Err(KeyRefused::SmallOrder), "{key:?}");
    }
    // y = p and y = p + 1 with either sign, and the sign bit where x = 0.
    let high = |low: u8, last: u8| {
        let mut y = [0xff; 32];
        (y[0], y[31]) = (low, last);
        y
    };
    let mut minus_zero = [0; 32];
    (minus_zero[0], minus_zero[31]) = (1, 0x80);
    let others = [
        high(0xed, 0x7f),
        high(0xed, 0xff),
        high(0xee, 0x7f),
        high(0xee, 0xff),
        high(0xec, 0xff),
        minus_zero,
    ];
    for key in others {
        assert_eq!(check_verifying_key(&VerifyingKey(key)), Err(KeyRefused::Encoding), "{key:02x?}");
    }
}
