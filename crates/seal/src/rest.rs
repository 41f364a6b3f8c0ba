//! The cipher at rest: what lies on a node's disk, bound to its place.
//!
//! AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce before each ciphertext; one key seals at
//! most 2^32 values. Each ciphertext is bound to tree, key and field: one that is moved elsewhere
//! does not open. Rows are derived from the journal and have to come out the same each time: their nonce is a
//! keyed digest (HMAC-SHA256) of place and value, under keys that seal nothing else, so that one nonce never
//! serves two values; who sees two ciphertexts of one place learns whether the value is the same, and no more.
//! A notice has a data key of its own, wrapped by the vault key: dropping the
//! wrapped key erases the notice. Keys are wiped when dropped and never printed; what `ring`
//! expands from them lives as long as the key that holds it.

use std::fmt;

use amana_types::Random;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use zeroize::Zeroizing;

use crate::codec::Writer;
use crate::keys::{Seed, draw_seed};

const AAD_LABEL: &str = "amana/v1/rest";
const WRAP_LABEL: &str = "amana/v1/data-key";
const VAULT_SALT: &[u8] = b"amana/v1/vault";
const VALUE_LABEL: &[u8] = b"amana/v1/vault-values";
const WRAPPING_LABEL: &[u8] = b"amana/v1/vault-wrapping";
const INDEX_LABEL: &[u8] = b"amana/v1/vault-index";
const ROWS_LABEL: &[u8] = b"amana/v1/vault-rows";
const ROW_NONCES_LABEL: &[u8] = b"amana/v1/vault-row-nonces";
const TAG_BYTES: usize = 16;
/// Bytes that sealing adds: the nonce before, the tag behind.
pub const OVERHEAD_BYTES: usize = NONCE_LEN + TAG_BYTES;
/// Bytes of a wrapped data key.
pub const WRAPPED_KEY_BYTES: usize = 32 + OVERHEAD_BYTES;

/// A data key, wrapped by the vault key.
pub type WrappedKey = [u8; WRAPPED_KEY_BYTES];

/// Where a value lies: what its ciphertext is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The tree, or another name for the kind of thing.
    pub tree: &'a str,
    /// The key in the tree.
    pub key: &'a [u8],
    /// The field of the value.
    pub field: &'a str,
}

/// Why a value at rest is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// Not 32 bytes.
    #[error("a vault key is 32 bytes long; this one is not: the key file holds another kind of key")]
    Key,
    /// The ciphertext was changed, moved, or sealed under another key.
    #[error("a value at rest does not open: it was damaged or moved, or the vault key is another one")]
    Refused,
    /// The cipher refused its input; only a value of 64 GiB or more causes it.
    #[error("a value is too large to be sealed")]
    TooLarge,
}

/// The random key of one notice.
pub struct DataKey(Seed);

impl DataKey {
    /// Draws a new key.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        Self(draw_seed(random))
    }

    /// Seals a value for its place: nonce, ciphertext, tag.
    ///
    /// # Errors
    /// [`RestError::TooLarge`].
    pub fn seal(&self, place: Place<'_>, value: &[u8], random: &dyn Random) -> Result<Vec<u8>, RestError> {
        seal(&cipher(&self.0)?, AAD_LABEL, place, value, random)
    }

    /// Opens a value from its place.
    ///
    /// # Errors
    /// [`RestError::Refused`].
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, RestError> {
        open(&cipher(&self.0)?, AAD_LABEL, place, sealed)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// The key of a node's vault. It is not on the disk that it protects.
pub struct VaultKey {
    values: LessSafeKey,
    wrapping: LessSafeKey,
    rows: LessSafeKey,
    row_nonces: hmac::Key,
    index: hmac::Key,
}

impl VaultKey {
    /// Derives the vault's keys from the 32 bytes of its key file (HKDF, RFC 5869): one for values,
    /// one for wrapping, two for rows, one for the index.
    ///
    /// # Errors
    /// [`RestError::Key`] when it is not 32 bytes long.
    pub fn new(secret: &[u8]) -> Result<Self, RestError> {
        if secret.len() != 32 {
            return Err(RestError::Key);
        }
        let prk = Salt::new(HKDF_SHA256, VAULT_SALT).extract(secret);
        let derive = |label| {
            let mut key = Seed::default();
            let okm = prk.expand(std::slice::from_ref(label), HKDF_SHA256).map_err(|_| RestError::Key)?;
            okm.fill(key.as_mut_slice()).map_err(|_| RestError::Key).map(|()| key)
        };
        Ok(Self {
            values: cipher(&derive(&VALUE_LABEL)?)?,
            wrapping: cipher(&derive(&WRAPPING_LABEL)?)?,
            rows: cipher(&derive(&ROWS_LABEL)?)?,
            row_nonces: hmac::Key::new(hmac::HMAC_SHA256, derive(&ROW_NONCES_LABEL)?.as_slice()),
            index: hmac::Key::new(hmac::HMAC_SHA256, derive(&INDEX_LABEL)?.as_slice()),
        })
    }

    /// Wraps a data key for the place where the wrapped key will lie.
    ///
    /// # Errors
    /// [`RestError::TooLarge`], which no data key causes.
    pub fn wrap(
        &self,
        place: Place<'_>,
        key: &DataKey,
        random: &dyn Random,
    ) -> Result<WrappedKey, RestError> {
        let wrapped = seal(&self.wrapping, WRAP_LABEL, place, key.0.as_slice(), random)?;
        wrapped.try_into().map_err(|_| RestError::TooLarge)
    }

    /// Unwraps a data key from its place.
    ///
    /// # Errors
    /// [`RestError::Refused`].
    pub fn unwrap(&self, place: Place<'_>, wrapped: &[u8]) -> Result<DataKey, RestError> {
        let key = open(&self.wrapping, WRAP_LABEL, place, wrapped)?;
        key.as_slice().try_into().map(|key| DataKey(Zeroizing::new(key))).map_err(|_| RestError::Refused)
    }

    /// Seals a row: the same value at the same place gives the same bytes.
    ///
    /// # Errors
    /// [`RestError::TooLarge`].
    pub fn seal_row(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, RestError> {
        let mut w = Writer::with_capacity(128 + value.len());
        w.text(place.tree).bytes(place.key).text(place.field).bytes(value);
        let tag = hmac::sign(&self.row_nonces, &Zeroizing::new(w.finish()));
        let mut nonce = [0; NONCE_LEN];
        nonce.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        seal_under(&self.rows, AAD_LABEL, place, value, nonce)
    }

    /// Opens a row from its place.
    ///
    /// # Errors
    /// [`RestError::Refused`].
    pub fn open_row(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, RestError> {
        open(&self.rows, AAD_LABEL, place, sealed)
    }

    /// Seals a value that belongs to no notice, such as a detail of a journal record.
    ///
    /// # Errors
    /// [`RestError::TooLarge`].
    pub fn seal(&self, place: Place<'_>, value: &[u8], random: &dyn Random) -> Result<Vec<u8>, RestError> {
        seal(&self.values, AAD_LABEL, place, value, random)
    }

    /// Opens such a value from its place.
    ///
    /// # Errors
    /// [`RestError::Refused`].
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, RestError> {
        open(&self.values, AAD_LABEL, place, sealed)
    }

    /// The name of a word in the search index: HMAC-SHA256 (RFC 2104), first 16 bytes. Equal words
    /// of one field have equal names; without the vault key a name tells nothing about its word.
    #[must_use]
    pub fn blind_index(&self, field: &str, token: &str) -> [u8; 16] {
        let mut w = Writer::with_capacity(8 + field.len() + token.len());
        w.text(field).text(token);
        let tag = hmac::sign(&self.index, &Zeroizing::new(w.finish()));
        let mut name = [0; 16];
        name.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        name
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(..)")
    }
}

fn cipher(key: &Seed) -> Result<LessSafeKey, RestError> {
    UnboundKey::new(&AES_256_GCM, key.as_slice()).map(LessSafeKey::new).map_err(|_| RestError::Key)
}

fn aad(label: &str, place: Place<'_>) -> Aad<Vec<u8>> {
    let mut w = Writer::labelled(label);
    w.text(place.tree).bytes(place.key).text(place.field);
    Aad::from(w.finish())
}

fn seal(
    cipher: &LessSafeKey,
    label: &str,
    place: Place<'_>,
    value: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, RestError> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    seal_under(cipher, label, place, value, nonce)
}

fn seal_under(
    cipher: &LessSafeKey,
    label: &str,
    place: Place<'_>,
    value: &[u8],
    nonce: [u8; NONCE_LEN],
) -> Result<Vec<u8>, RestError> {
    let mut sealed = Vec::with_capacity(value.len() + OVERHEAD_BYTES);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(value);
    let (_, body) = sealed.split_at_mut(NONCE_LEN);
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad(label, place), body)
        .map_err(|_| RestError::TooLarge)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open(
    cipher: &LessSafeKey,
    label: &str,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, RestError> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(RestError::Refused)?;
    let mut buffer = Zeroizing::new(body.to_vec());
    let opened = cipher
        .open_in_place(Nonce::assume_unique_for_key(*nonce), aad(label, place), &mut buffer)
        .map_err(|_| RestError::Refused)?
        .len();
    buffer.truncate(opened);
    Ok(buffer)
}

#[cfg(test)]
#[path = "rest_tests.rs"]
mod tests;
