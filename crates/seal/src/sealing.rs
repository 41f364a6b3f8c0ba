//! HPKE base mode (RFC 9180 §5.1.1), single-shot, X-Wing (0x647A), HKDF-SHA256, ChaCha20-Poly1305: the one
//! way in which something is sealed to one member. It proves nothing about who sealed; signatures do.

use std::convert::Infallible;

use amana_types::{HpkePublicKey, Random};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::keys::HpkeKeyPair;

/// The X-Wing encapsulation before the ciphertext.
pub(crate) const ENCAPSULATION_BYTES: usize = 1120;
/// Poly1305.
pub(crate) const TAG_BYTES: usize = 16;

/// What a sealed text is bound to.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) info: &'a [u8],
    pub(crate) aad: &'a [u8],
}

/// Encapsulation, then ciphertext; `None` when the recipient's key is not well formed.
pub(crate) fn seal(
    key: &HpkePublicKey,
    bound: Bound<'_>,
    plaintext: &[u8],
    random: &dyn Random,
) -> Option<Vec<u8>> {
    let public = <XWing as Kem>::PublicKey::from_bytes(key.0.as_slice()).ok()?;
    let (encapsulation, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &public,
        bound.info,
        plaintext,
        bound.aad,
        &mut Draw(random),
    )
    .ok()?;
    let mut sealed = Vec::with_capacity(ENCAPSULATION_BYTES + ciphertext.len());
    sealed.extend_from_slice(&encapsulation.to_bytes());
    sealed.extend_from_slice(&ciphertext);
    Some(sealed)
}

/// Opens what was sealed to us; `None` when it does not open.
pub(crate) fn open(keys: &HpkeKeyPair, bound: Bound<'_>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (encapsulation, ciphertext) = sealed.split_at_checked(ENCAPSULATION_BYTES)?;
    let encapsulation = <XWing as Kem>::EncappedKey::from_bytes(encapsulation).ok()?;
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &keys.private,
        &encapsulation,
        bound.info,
        ciphertext,
        bound.aad,
    );
    opened.ok().map(Zeroizing::new)
}

/// The caller's randomness as HPKE wants it.
struct Draw<'a>(&'a dyn Random);

impl Draw<'_> {
    fn array<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill(&mut out);
        out
    }
}

impl TryRng for Draw<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(self.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(self.array()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl TryCryptoRng for Draw<'_> {}
