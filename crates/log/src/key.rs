//! Names and verifier keys of notes: C2SP signed-note, "Verifier keys" and "Signatures".

use std::fmt;
use std::str::FromStr;

use ring::digest::{Context, SHA256};
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::hash::bytes_of;
use crate::text;

/// Bytes in an Ed25519 public key (RFC 8032).
pub const PUBLIC_KEY_BYTES: usize = 32;

/// Signature type of plain Ed25519 (C2SP signed-note, "Signature types").
const ED25519_NOTE: u8 = 0x01;
/// Signature type of timestamped Ed25519 cosignatures (C2SP tlog-cosignature).
const ED25519_COSIGNATURE: u8 = 0x04;

/// A log's public key, which signs its checkpoints. Its name is the log's origin.
pub type LogKey = NoteKey<ED25519_NOTE>;

/// The public key with which a node cosigns heads that it found consistent.
///
/// It must be used for nothing else: the message does not name the cosigner.
pub type CosignerKey = NoteKey<ED25519_COSIGNATURE>;

/// Name of a key: not empty, no spaces, no control characters, no plus sign.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Takes text as a name.
    ///
    /// # Errors
    /// [`KeyNameError`] for text that no signature line could carry.
    pub fn new(name: &str) -> Result<Self, KeyNameError> {
        let forbidden = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
        if name.is_empty() || name.contains(forbidden) {
            return Err(KeyNameError);
        }
        Ok(Self(name.to_owned()))
    }

    /// Origin of an exchange's audit log: `amana/<exchange>/audit`.
    ///
    /// # Errors
    /// [`KeyNameError`] for an exchange whose name no signature line could carry.
    pub fn of_audit_log(exchange: &str) -> Result<Self, KeyNameError> {
        Self::new(exchange)?;
        Self::new(&format!("amana/{exchange}/audit"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyName({})", self.0)
    }
}

/// Text cannot name a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key name is not empty and has no spaces, control characters or plus signs; choose another")]
pub struct KeyNameError;

/// First four bytes of a hash over name, type and key: tells keys apart, proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoteKeyId([u8; Self::BYTES]);

impl NoteKeyId {
    /// Bytes in a key id.
    pub const BYTES: usize = 4;

    pub(crate) const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The four bytes, big-endian.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Display for NoteKeyId {
    /// Eight lowercase hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for NoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteKeyId({self})")
    }
}

/// A named Ed25519 public key for one type of signature; see [`LogKey`] and [`CosignerKey`].
///
/// As text it is a vkey: `name+hex(key id)+base64(type || public key)`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NoteKey<const TYPE: u8> {
    name: KeyName,
    id: NoteKeyId,
    public_key: [u8; PUBLIC_KEY_BYTES],
}

impl<const TYPE: u8> NoteKey<TYPE> {
    /// Names a public key. Whether it is a sound Ed25519 key is for whoever pins it to check.
    pub fn new(name: KeyName, public_key: [u8; PUBLIC_KEY_BYTES]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(name.0.as_bytes());
        context.update(&[b'\n', TYPE]);
        context.update(&public_key);
        let [a, b, c, d, ..] = bytes_of(context.finish());
        Self { name, id: NoteKeyId::new([a, b, c, d]), public_key }
    }

    /// The key's name; a log's origin.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key's id.
    pub fn id(&self) -> NoteKeyId {
        self.id
    }

    /// The 32 bytes of the public key.
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.public_key
    }

    /// Whether this key signed these bytes.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public_key).verify(message, signature).is_ok()
    }
}

impl<const TYPE: u8> fmt::Display for NoteKey<TYPE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut typed = [TYPE; 1 + PUBLIC_KEY_BYTES];
        let (_, key) = typed.split_at_mut(1);
        key.copy_from_slice(&self.public_key);
        write!(f, "{}+{}+{}", self.name, self.id, text::encode(&typed))
    }
}

impl<const TYPE: u8> fmt::Debug for NoteKey<TYPE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteKey({self})")
    }
}

impl<const TYPE: u8> FromStr for NoteKey<TYPE> {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Shape);
        };
        let name = KeyName::new(name)?;
        let typed = text::decode(key).ok_or(KeyError::Base64)?;
        let (kind, key) = typed.split_first().ok_or(KeyError::Base64)?;
        if *kind != TYPE {
            return Err(KeyError::Type { wanted: TYPE, got: *kind });
        }
        let key = Self::new(name, key.try_into().map_err(|_| KeyError::Length)?);
        if key.id.to_string() != id {
            return Err(KeyError::Id);
        }
        Ok(key)
    }
}

/// Why text is no verifier key. Whoever configured it must fetch it again from the log's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not three parts with plus signs between.
    #[error("a verifier key has the form name+keyid+base64; copy it whole")]
    Shape,
    /// The name cannot name a key.
    #[error(transparent)]
    Name(#[from] KeyNameError),
    /// The last part is not base64.
    #[error("the last part of the verifier key is not base64; copy it whole")]
    Base64,
    /// The key is for another type of signature.
    #[error("the verifier key is of type {got:#04x} where {wanted:#04x} is needed; use the right key")]
    Type {
        /// The type needed.
        wanted: u8,
        /// The type given.
        got: u8,
    },
    /// The public key has not 32 bytes.
    #[error("an Ed25519 public key has 32 bytes; copy the verifier key whole")]
    Length,
    /// The key id does not belong to name and key.
    #[error("the key id does not belong to this name and key; copy the verifier key whole")]
    Id,
}
