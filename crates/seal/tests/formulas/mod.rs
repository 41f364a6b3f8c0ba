//! The formulas of `vectors/README.md`, written a second time: nothing here calls the crate.

use amana_seal::envelope::{Header, PairLink, Slot};
use amana_types::{HpkeEpoch, KeyId, MemberCode, NoticeId, VerifyingKey};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::signature::{ED25519, UnparsedPublicKey};
use ring::{digest, hmac};

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().unwrap()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

pub(crate) fn labelled(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let parts: Vec<u8> = parts.iter().flat_map(|part| prefixed(part)).collect();
    sha256(&[label.as_bytes(), &[0], &parts].concat())
}

pub(crate) fn pae(payload: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload} {} ", payload.len(), body.len());
    [head.as_bytes(), body].concat()
}

pub(crate) fn ed25519(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key.0).verify(message, signature).is_ok()
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message).as_ref().try_into().unwrap()
}

/// HKDF-Expand (RFC 5869 §2.3) to 32 bytes is one HMAC.
fn expand(prk: &[u8], info: &str) -> [u8; 32] {
    hmac_sha256(prk, &[info.as_bytes(), &[1]].concat())
}

/// Cipher key and commitment of a section key.
pub(crate) fn section_keys(notice: NoticeId, key: &[u8]) -> ([u8; 32], [u8; 32]) {
    let prk = hmac_sha256(notice.as_bytes(), key);
    (expand(&prk, "amana/v1/section-key"), expand(&prk, "amana/v1/section-key-commitment"))
}

pub(crate) fn section_aad(header: &Header, index: u8) -> Vec<u8> {
    let sender = prefixed(header.sender.as_str().as_bytes());
    [b"amana/v1/section\0\0\x01", &sender[..], &header.sender_key.0, header.id.as_bytes(), &[index]].concat()
}

pub(crate) fn aes_256_gcm_open(key: &[u8; 32], aad: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut buffer = ciphertext.to_vec();
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    key.open_in_place(nonce, Aad::from(aad), &mut buffer).unwrap().to_vec()
}

/// Cipher key, commitment and nonce prefix of an attachment.
pub(crate) fn attachment_keys(salt: &[u8], key: &[u8]) -> ([u8; 32], [u8; 32], [u8; 7]) {
    let prk = hmac_sha256(salt, key);
    let nonces = expand(&prk, "amana/v1/attachment-nonce");
    let commitment = expand(&prk, "amana/v1/attachment-key-commitment");
    (expand(&prk, "amana/v1/attachment-key"), commitment, nonces[..7].try_into().unwrap())
}

pub(crate) fn attachment_nonce(prefix: &[u8; 7], chunk: u32, last: bool) -> [u8; 12] {
    [&prefix[..], &chunk.to_be_bytes(), &[u8::from(last)]].concat().try_into().unwrap()
}

pub(crate) fn open_chunk(key: &[u8; 32], nonce: [u8; 12], salt: &[u8], chunk: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut buffer = chunk.to_vec();
    let aad = Aad::from([b"amana/v1/attachment\0", salt].concat());
    key.open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut buffer).unwrap().to_vec()
}

/// For sender XA.
pub(crate) fn slot_info(recipient: MemberCode, key: KeyId, epoch: HpkeEpoch) -> Vec<u8> {
    let recipient = prefixed(recipient.as_str().as_bytes());
    let epoch = epoch.0.to_be_bytes();
    [b"amana/v1/slot\0\0\x01\0\0\0\x02XA", &recipient[..], &key.0, &epoch].concat()
}

pub(crate) fn slot_plaintext(link: PairLink, keys: &[(u8, &[u8])], sections: usize) -> Vec<u8> {
    let mut out = [&link.seq.0.to_be_bytes()[..], link.previous.as_bytes()].concat();
    out.push(u8::try_from(keys.len()).unwrap());
    for (index, key) in keys {
        out.push(*index);
        out.extend_from_slice(key);
    }
    out.resize(8 + 32 + 1 + 33 * sections, 0);
    out
}

pub(crate) fn hpke_open(seed: &[u8], info: &[u8], aad: &[u8], slot: &[u8]) -> Vec<u8> {
    let private = <XWing as Kem>::PrivateKey::from_bytes(seed).unwrap();
    let encapsulation = <XWing as Kem>::EncappedKey::from_bytes(&slot[..1120]).unwrap();
    let mode = OpModeR::<XWing>::Base;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &mode,
        &private,
        &encapsulation,
        info,
        &slot[1120..],
        aad,
    )
    .unwrap()
}

pub(crate) fn slot_leaf(slot: &Slot) -> [u8; 32] {
    let recipient = slot.recipient.as_str().as_bytes();
    let granted = slot.granted.bits().to_be_bytes();
    labelled("amana/v1/slot", &[recipient, &slot.epoch.0.to_be_bytes(), &granted, &slot.bytes])
}

pub(crate) fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            labelled("amana/v1/slot-node", &[&root(left), &root(right)])
        }
    }
}

/// RFC 9162 §2.1.1 over the log's salted leaf data.
pub(crate) fn salted_leaf(kind: u8, salt: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let parts: Vec<&[u8]> = [salt.as_slice()].into_iter().chain(parts.iter().copied()).collect();
    sha256(&[&[0, kind][..], &labelled("amana/v1/leaf", &parts)].concat())
}
