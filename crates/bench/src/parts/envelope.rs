//! Envelopes: verified by a hub, sealed by a sender, opened by a recipient.

use std::hint::black_box;

use amana_seal::SignerKey;
use amana_seal::envelope::{Delivered, Envelope, Header, SlotPath, slot_bytes, verify_at_hub};
use amana_types::{HpkeEpoch, Seq};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::exchange::{Chance, Exchange, RECEIVERS};
use crate::measure::{Compared, Outcome};

/// Recipients of one notice.
const RECIPIENTS: [usize; 3] = [1, 8, RECEIVERS];
/// An X-Wing encapsulation and a Poly1305 tag: what a slot has beside its content.
const SLOT_OVERHEAD_BYTES: usize = 1120 + 16;

type PublicKey = <XWing as Kem>::PublicKey;

/// All that a hub verifies of an envelope, beside one verification of 200 bytes.
pub(crate) fn verify(exchange: &Exchange) -> Outcome<Vec<Value>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).map_err(|_| "no key of this seed")?;
    let message = [7; 200];
    let signature = pair.sign(&message);
    let key = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref().to_vec());
    let mut all = Vec::new();
    for recipients in RECIPIENTS {
        let envelope = exchange.seal(recipients, &Chance::new())?;
        let ceiling =
            || Ok(key.verify(black_box(&message), signature.as_ref()).map_err(|_| "does not verify")?);
        let part = || {
            let sender = |header: &Header| signer(exchange, header);
            black_box(verify_at_hub(black_box(envelope.view()), sender)?);
            Ok(())
        };
        let compared = Compared::often(ceiling, part)?;
        all.push(compared.view(json!({ "recipients": recipients, "envelope_bytes": bytes(&envelope) })));
    }
    Ok(all)
}

/// A whole envelope sealed, beside its slots alone.
pub(crate) fn seal(exchange: &Exchange) -> Outcome<Vec<Value>> {
    let random = Chance::new();
    let content = slot_content();
    let mut all = Vec::new();
    for recipients in RECIPIENTS {
        let keys: Vec<&[u8]> =
            exchange.receivers.iter().take(recipients).map(|(_, key)| key.public().0.as_slice()).collect();
        let ceiling = || {
            for key in &keys {
                black_box(bare_seal(key, &content)?);
            }
            Ok(())
        };
        let part = || {
            black_box(exchange.seal(recipients, &random)?);
            Ok(())
        };
        all.push(Compared::often(ceiling, part)?.view(json!({ "recipients": recipients })));
    }
    Ok(all)
}

/// A whole delivery verified and opened by the last of its recipients, beside its slot alone.
pub(crate) fn open(exchange: &Exchange) -> Outcome<Vec<Value>> {
    let mut all = Vec::new();
    for recipients in RECIPIENTS {
        let last = recipients - 1;
        let (own, keys) = exchange.receivers.get(last).ok_or("no such receiver")?;
        let envelope = exchange.seal(recipients, &Chance::new())?;
        let verified = verify_at_hub(envelope.view(), |header| signer(exchange, header))?;
        let path = verified.slots().view().path(last).ok_or("no path to the slot")?;
        let delivered = delivery(&envelope, last, &path).ok_or("no such slot")?;

        let private = <XWing as Kem>::PrivateKey::from_bytes(keys.seed().as_slice())?;
        let (encapsulation, ciphertext) = bare_seal(keys.public().0.as_slice(), &slot_content())?;
        let ceiling = || {
            let encapsulation = <XWing as Kem>::EncappedKey::from_bytes(&encapsulation)?;
            black_box(hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
                &OpModeR::Base,
                &private,
                &encapsulation,
                b"bench",
                &ciphertext,
                b"",
            )?);
            Ok(())
        };
        let part = || {
            let sender = |header: &Header| signer(exchange, header);
            black_box(amana_seal::envelope::open(delivered.clone(), *own, sender, |_| Some(keys))?);
            Ok(())
        };
        all.push(Compared::often(ceiling, part)?.view(json!({ "recipients": recipients })));
    }
    Ok(all)
}

fn signer(exchange: &Exchange, header: &Header) -> Result<SignerKey, amana_seal::SignerRefused> {
    SignerKey::find(&exchange.directory, header.sender, header.sender_key, Seq(1))
}

/// As many bytes as a slot of an envelope with one section holds.
fn slot_content() -> Vec<u8> {
    vec![5; slot_bytes(1) - SLOT_OVERHEAD_BYTES]
}

/// One slot as bare HPKE (RFC 9180 §6.1): encapsulation and ciphertext.
fn bare_seal(key: &[u8], content: &[u8]) -> Outcome<(Vec<u8>, Vec<u8>)> {
    let (encapsulation, ciphertext) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &PublicKey::from_bytes(key)?,
        b"bench",
        content,
        b"",
    )?;
    Ok((encapsulation.to_bytes().to_vec(), ciphertext))
}

/// What the hub sends to the recipient with this slot.
fn delivery<'a>(envelope: &'a Envelope, slot: usize, path: &'a SlotPath) -> Option<Delivered<'a>> {
    Some(Delivered {
        header: &envelope.header,
        slots_root: envelope.slots_root.as_bytes(),
        depth: u32::from(envelope.depth.get()),
        signature: &envelope.signature,
        epoch: HpkeEpoch(0),
        granted: envelope.slots.get(slot)?.granted,
        slot: &envelope.slots.get(slot)?.bytes,
        place: u32::from(path.place.0),
        path: &path.siblings,
        sections: envelope.sections.iter().map(Vec::as_slice).collect(),
    })
}

/// The envelope's length in bytes, but for what a message adds around its parts.
fn bytes(envelope: &Envelope) -> usize {
    let slots: usize = envelope.slots.iter().map(|slot| slot.bytes.len()).sum();
    let sections: usize = envelope.sections.iter().map(Vec::len).sum();
    envelope.header.len() + envelope.addressing.len() + 32 * envelope.padding.len() + slots + sections
}
