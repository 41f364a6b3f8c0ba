//! Sections: the content cipher, its key commitment and its padding.
//!
//! Each section has a single-use key of its own. A malicious sender could make one AES-GCM
//! ciphertext that opens to two texts under two keys; the commitment, checked before anything is
//! opened, lets only one key through.

use amana_types::{Digest, KeyId, MemberCode, NoticeId};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::header::{Header, SUITE};
use super::index::SectionIndex;
use super::padding::{LENGTH_BYTES, padded_len};
use super::refused::EnvelopeRefused;
use crate::codec::Writer;

const AAD_LABEL: &str = "amana/v1/section";
const KEY_LABEL: &[u8] = b"amana/v1/section-key";
const COMMITMENT_LABEL: &[u8] = b"amana/v1/section-key-commitment";
/// Bytes that AES-GCM adds to a padded plaintext (NIST SP 800-38D, a full tag).
pub(crate) const TAG_BYTES: usize = 16;

/// The single-use key of one section.
pub(crate) type SectionKey = Zeroizing<[u8; 32]>;

/// Where a section stands: what its ciphertext is bound to.
#[derive(Clone, Copy)]
pub(crate) struct SectionPlace {
    pub(crate) sender: MemberCode,
    pub(crate) sender_key: KeyId,
    pub(crate) notice: NoticeId,
    pub(crate) index: SectionIndex,
}

impl SectionPlace {
    pub(crate) const fn of(header: &Header, index: SectionIndex) -> Self {
        Self { sender: header.sender, sender_key: header.sender_key, notice: header.id, index }
    }

    fn aad(&self) -> Vec<u8> {
        let mut w = Writer::labelled(AAD_LABEL);
        w.u16(SUITE).member(self.sender).key_id(self.sender_key).notice(self.notice).u8(self.index.0);
        w.finish()
    }
}

/// What one section key gives: the cipher key and the commitment, under two labels.
struct Schedule {
    cipher: Zeroizing<[u8; 32]>,
    commitment: Digest,
}

impl Schedule {
    /// HKDF (RFC 5869): extract with the notice id as salt, expand twice. `None` only if HKDF
    /// refused to give 32 bytes.
    fn derive(notice: NoticeId, key: &SectionKey) -> Option<Self> {
        let prk = Salt::new(HKDF_SHA256, notice.as_bytes()).extract(key.as_slice());
        let mut cipher = Zeroizing::new([0; 32]);
        expand(&prk, KEY_LABEL, cipher.as_mut())?;
        let mut commitment = [0; 32];
        expand(&prk, COMMITMENT_LABEL, &mut commitment)?;
        Some(Self { cipher, commitment: Digest(commitment) })
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.cipher.as_slice()).ok().map(LessSafeKey::new)
    }
}

fn expand(prk: &Prk, label: &[u8], out: &mut [u8]) -> Option<()> {
    prk.expand(&[label], HKDF_SHA256).ok()?.fill(out).ok()
}

/// The nonce is zero: the key is used once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Pads and seals a section. Gives the ciphertext and the commitment to its key; `None` only if the
/// cipher refused its input.
pub(crate) fn seal(place: SectionPlace, key: &SectionKey, plaintext: &[u8]) -> Option<(Vec<u8>, Digest)> {
    let schedule = Schedule::derive(place.notice, key)?;
    let padded = padded_len(plaintext.len());
    // One allocation with room for the tag: what is moved is not wiped.
    let mut buffer = Zeroizing::new(Vec::with_capacity(padded + TAG_BYTES));
    buffer.extend_from_slice(&u32::try_from(plaintext.len()).ok()?.to_be_bytes());
    buffer.extend_from_slice(plaintext);
    buffer.resize(padded, 0);
    schedule.cipher()?.seal_in_place_append_tag(nonce(), Aad::from(place.aad()), &mut *buffer).ok()?;
    // Nothing but ciphertext is in it now.
    Some((std::mem::take(&mut *buffer), schedule.commitment))
}

/// A section key that is the one committed to. Only such a key opens anything.
pub(crate) struct CommittedKey {
    place: SectionPlace,
    schedule: Schedule,
}

impl CommittedKey {
    /// Recomputes the commitment and compares in constant time.
    pub(crate) fn check(
        place: SectionPlace,
        key: &SectionKey,
        commitment: &Digest,
    ) -> Result<Self, EnvelopeRefused> {
        let refused = EnvelopeRefused::Commitment(place.index);
        let schedule = Schedule::derive(place.notice, key).ok_or(refused)?;
        if bool::from(schedule.commitment.0.ct_eq(&commitment.0)) {
            Ok(Self { place, schedule })
        } else {
            Err(refused)
        }
    }

    /// Opens the ciphertext and takes the padding off.
    pub(crate) fn open(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeRefused> {
        let index = self.place.index;
        let cipher = self.schedule.cipher().ok_or(EnvelopeRefused::Section(index))?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let opened = cipher.open_in_place(nonce(), Aad::from(self.place.aad()), &mut buffer);
        let padded = opened.map_err(|_| EnvelopeRefused::Section(index))?;
        let length = content_len(padded).ok_or(EnvelopeRefused::SectionPadding(index))?;
        buffer.copy_within(LENGTH_BYTES..LENGTH_BYTES + length, 0);
        buffer.truncate(length);
        Ok(buffer)
    }
}

/// The content's length, if the padding is exactly what [`seal`] would have made.
fn content_len(padded: &[u8]) -> Option<usize> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let padding = rest.get(length..)?;
    (padded_len(length) == padded.len() && padding.iter().all(|byte| *byte == 0)).then_some(length)
}

#[cfg(test)]
#[path = "section_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "salamander_tests.rs"]
mod salamander;
