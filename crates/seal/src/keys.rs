//! Keys: Ed25519 for signatures, X-Wing for slots; what may enter the directory.
//!
//! Secrets are wiped when dropped and never printed. What `ring` expands from a seed inside its own
//! key type lives as long as that type and is not wiped by it.

use std::fmt;
use std::sync::Arc;

use amana_types::{HpkePublicKey, KeyId, Random, VerifyingKey};
use curve25519_dalek::edwards::CompressedEdwardsY;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, Serializable};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::dsse::{PayloadType, pae};
use crate::hash::sha256;

/// The 32 secret bytes from which a key pair is made.
pub type Seed = Zeroizing<[u8; 32]>;

/// The bytes of an Ed25519 signature (RFC 8032 §5.1.6).
pub type Signature = [u8; 64];

/// A key that must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// Not the canonical encoding of a point of the curve (RFC 8032 §5.1.3).
    #[error("the Ed25519 key is not the canonical encoding of a point; make a new key")]
    Encoding,
    /// A point with a small-order part: signatures under it would prove nothing.
    #[error("the Ed25519 key has a small-order part; make a new key")]
    SmallOrder,
    /// Not an X-Wing encapsulation key.
    #[error("the X-Wing key is not well formed; make a new key")]
    Hpke,
    /// A seed that is not 32 bytes long.
    #[error("a private key is 32 bytes long; this one is not: the key file holds another kind of key")]
    Seed,
}

/// The id of a public key: the first 16 bytes of its SHA-256.
#[must_use]
pub fn key_id(public_key: &[u8]) -> KeyId {
    let mut id = [0; 16];
    id.iter_mut().zip(sha256(public_key).as_bytes()).for_each(|(to, from)| *to = *from);
    KeyId(id)
}

/// Draws a new seed.
#[must_use]
pub fn draw_seed(random: &dyn Random) -> Seed {
    let mut seed = Zeroizing::new([0; 32]);
    random.fill(seed.as_mut());
    seed
}

/// Refuses Ed25519 keys that are not canonical, or that have a small-order part: with those gone,
/// every verifier agrees on every signature.
///
/// # Errors
/// [`KeyRefused`].
pub fn check_verifying_key(key: &VerifyingKey) -> Result<(), KeyRefused> {
    let point = CompressedEdwardsY(key.0).decompress().ok_or(KeyRefused::Encoding)?;
    if point.compress().0 != key.0 {
        return Err(KeyRefused::Encoding);
    }
    if point.is_small_order() || !point.is_torsion_free() {
        return Err(KeyRefused::SmallOrder);
    }
    Ok(())
}

/// Refuses X-Wing keys that nobody could encapsulate to (FIPS 203 §7.2, the modulus check).
///
/// # Errors
/// [`KeyRefused::Hpke`].
pub fn check_hpke_key(key: &HpkePublicKey) -> Result<(), KeyRefused> {
    <XWing as Kem>::PublicKey::from_bytes(key.0.as_slice()).map(drop).map_err(|_| KeyRefused::Hpke)
}

/// Verifies an Ed25519 signature over `PAE(payload, body)`. `ring` refuses S >= L (RFC 8032 §5.1.7).
#[must_use]
pub(crate) fn verify(key: &VerifyingKey, payload: PayloadType, body: &[&[u8]], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key.0).verify(&pae(payload, body), signature).is_ok()
}

/// An Ed25519 key pair.
pub struct SigningKeyPair {
    pair: Ed25519KeyPair,
    seed: Seed,
    public: VerifyingKey,
    id: KeyId,
}

impl SigningKeyPair {
    /// The pair of a 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`KeyRefused::Seed`] when it is not 32 bytes long.
    pub fn from_seed(seed: &[u8]) -> Result<Self, KeyRefused> {
        let seed: Seed = Zeroizing::new(seed.try_into().map_err(|_| KeyRefused::Seed)?);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| KeyRefused::Seed)?;
        let public = pair.public_key().as_ref().try_into().map(VerifyingKey).map_err(|_| KeyRefused::Seed)?;
        Ok(Self { pair, seed, public, id: key_id(&public.0) })
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> VerifyingKey {
        self.public
    }

    /// The public key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The seed, for a key file.
    #[must_use]
    pub const fn seed(&self) -> &Seed {
        &self.seed
    }

    /// Signs `PAE(payload, body)`, the body given in parts.
    #[must_use]
    pub fn sign(&self, payload: PayloadType, body: &[&[u8]]) -> Signature {
        let mut out = [0; 64];
        let signature = self.pair.sign(&pae(payload, body));
        out.iter_mut().zip(signature.as_ref()).for_each(|(to, from)| *to = *from);
        out
    }
}

impl fmt::Debug for SigningKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKeyPair({})", self.id)
    }
}

/// An X-Wing key pair (draft-connolly-cfrg-xwing-kem-10 §5).
pub struct HpkeKeyPair {
    pub(crate) private: <XWing as Kem>::PrivateKey,
    public: HpkePublicKey,
    seed: Seed,
    id: KeyId,
}

impl HpkeKeyPair {
    /// The pair of a 32-byte seed, which is the X-Wing private key itself (§5.2).
    ///
    /// # Errors
    /// [`KeyRefused::Seed`] when it is not 32 bytes long.
    pub fn from_seed(seed: &[u8]) -> Result<Self, KeyRefused> {
        let seed: Seed = Zeroizing::new(seed.try_into().map_err(|_| KeyRefused::Seed)?);
        let private =
            <XWing as Kem>::PrivateKey::from_bytes(seed.as_slice()).map_err(|_| KeyRefused::Seed)?;
        let mut public = [0; 1216];
        XWing::sk_to_pk(&private).write_exact(&mut public);
        let id = key_id(&public);
        Ok(Self { private, public: HpkePublicKey(Arc::new(public)), seed, id })
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &HpkePublicKey {
        &self.public
    }

    /// The public key's id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The seed, for a key file.
    #[must_use]
    pub const fn seed(&self) -> &Seed {
        &self.seed
    }
}

impl fmt::Debug for HpkeKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HpkeKeyPair({})", self.id)
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
