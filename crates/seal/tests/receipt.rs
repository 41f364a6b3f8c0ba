//! Receipts: signed by the recipient, and by nobody else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;

use std::collections::BTreeSet;

use amana_seal::SignerKey;
use amana_seal::receipt::*;
use amana_types::*;
use common::*;

fn receipt(world: &World) -> Receipt {
    let receipted = |n: u8| Receipted {
        seq: Seq(u64::from(n)),
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        header_hash: Digest([n; 32]),
    };
    Receipt {
        recipient: code("XF"),
        key: world.parties["XF"].signing.id(),
        sender: code("XA"),
        state: ReceiptState::Delivered,
        at: "2026-11-23T08:00:01Z".parse().unwrap(),
        envelopes: BTreeSet::from([receipted(4), receipted(7)]),
    }
}

fn verify(world: &World, bytes: &[u8], signature: &[u8]) -> Result<Receipt, ReceiptRefused> {
    verify_receipt(bytes, signature, |r| SignerKey::find(&world.directory, r.recipient, r.key, Seq(9)))
}

#[test]
fn a_receipt_is_verified_and_read_back() {
    let world = World::new();
    let receipt = receipt(&world);
    let signed = receipt.sign(&world.parties["XF"].signing);
    assert_eq!(verify(&world, &signed.bytes, &signed.signature), Ok(receipt));
}

#[test]
fn nobody_signs_for_another() {
    let world = World::new();
    let mut forged = receipt(&world);
    let signed = forged.sign(&world.parties["XS"].signing);
    assert_eq!(verify(&world, &signed.bytes, &signed.signature), Err(ReceiptRefused::Signature));
    forged.key = world.parties["XS"].signing.id();
    let signed = forged.sign(&world.parties["XS"].signing);
    let refused = verify(&world, &signed.bytes, &signed.signature).unwrap_err();
    assert!(matches!(refused, ReceiptRefused::Recipient(_)), "XF has no such key");
}

#[test]
fn every_flipped_bit_is_refused() {
    let world = World::new();
    let signed = receipt(&world).sign(&world.parties["XF"].signing);
    for bit in 0..(signed.bytes.len() + 64) * 8 {
        let mut whole = [signed.bytes.as_slice(), &signed.signature].concat();
        whole[bit / 8] ^= 1 << (bit % 8);
        let (bytes, signature) = whole.split_at(signed.bytes.len());
        assert!(verify(&world, bytes, signature).is_err(), "bit {bit}");
    }
}

#[test]
fn empty_and_oversized_receipts_are_refused() {
    let world = World::new();
    let mut receipt = receipt(&world);
    receipt.envelopes.clear();
    let signed = receipt.sign(&world.parties["XF"].signing);
    assert_eq!(verify(&world, &signed.bytes, &signed.signature), Err(ReceiptRefused::Empty));
    let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    receipt.envelopes =
        (0..=256).map(|n| Receipted { seq: Seq(n), id, header_hash: Digest([0; 32]) }).collect();
    let signed = receipt.sign(&world.parties["XF"].signing);
    let refused = verify(&world, &signed.bytes, &signed.signature).unwrap_err();
    assert!(matches!(refused, ReceiptRefused::Malformed(_)));
    // The largest there can be: whoever stores receipts has to have room for it.
    receipt.envelopes.pop_last();
    (receipt.recipient, receipt.sender) = (code("XF345678"), code("XA345678"));
    assert_eq!(receipt.encode().len(), Receipt::MOST_BYTES);
    assert_eq!(Receipt::decode(&receipt.encode()), Ok(receipt));
}
